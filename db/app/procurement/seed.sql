create or replace function app.seed_procurement(p_organization_id uuid) returns void
language sql security definer
as $$
  insert into stores (organization_id, name, is_default) values (p_organization_id, 'Main store', true)
  on conflict do nothing;
$$;
comment on function app.seed_procurement(uuid) is 'A store to begin with.';
