-- Who carries payments that guests make from where they are. Without somebody nothing waits for such money: it could never come.

create or replace function app.online_provider(p_organization_id uuid) returns text
language sql stable security definer
as $$
  select nullif(trim(o.settings #>> '{payments,provider}'), '') from organizations o where o.id = p_organization_id;
$$;
comment on function app.online_provider(uuid) is
  'Who carries online payments of this organization (organizations.settings: {"payments": {"provider": "stripe"}}); null: nobody, so bookings of guests are confirmed at once and paid on site.';
grant execute on function app.online_provider(uuid) to anon, authenticated, service_role;
