-- Triggers that tables of every module share.

create or replace function app.touch_updated_at() returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end $$;

-- Moves that the state diagram does not have are refused.
--   create trigger guard_status before update of status on bookings for each row
--     execute function app.guard_transition('status', 'pending>confirmed', 'confirmed>cancelled');
create or replace function app.guard_transition() returns trigger
language plpgsql
as $$
declare
  v_column text := tg_argv[0];
  v_old    text := to_jsonb(old) ->> v_column;
  v_new    text := to_jsonb(new) ->> v_column;
begin
  if v_old is distinct from v_new and not (v_old || '>' || v_new) = any (tg_argv[1:]) then
    perform app.fail(422, format('%s cannot go from %s to %s.', initcap(replace(v_column, '_', ' ')), v_old, v_new), v_column,
      jsonb_build_object('from', v_old, 'to', v_new, 'table', tg_table_name, 'allowed', coalesce(
        (select jsonb_agg(split_part(a, '>', 2)) from unnest(tg_argv[1:]) a where split_part(a, '>', 1) = v_old), '[]')),
      'Read the row again: somebody may have moved it.');
  end if;
  return new;
end $$;

-- The organization of a parent row. p_own: only if it is the caller's, so that a row of somebody else's and one that is not there get one answer, the
-- same 404. SECURITY DEFINER, since who may write a child does not always read its parent; functions of the house write for people of other houses and
-- run as the owner (current_user in the trigger), so they ask for any. By the trigger's own schema: search_path is the caller's.
create or replace function app.parent_organization(p_schema name, p_table text, p_id uuid, p_own boolean) returns uuid
language plpgsql stable security definer
as $$
declare
  v_organization uuid;
begin
  execute format('select organization_id from %I.%I where id = $1', p_schema, p_table) into v_organization using p_id;
  return case when not p_own or auth.belongs_to_organization(v_organization) then v_organization end;
end $$;

-- A child row belongs to its parent's organization, whatever the client says.
--   create trigger fill_organization before insert or update of restaurant_id on orders for each row
--     execute function app.fill_organization('restaurants', 'restaurant_id');
create or replace function app.fill_organization() returns trigger
language plpgsql
as $$
declare
  v_parent uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
  v_organization uuid;
begin
  if v_parent is null then
    if new.organization_id is null then
      perform app.fail(400, format('Say which %s.', replace(regexp_replace(tg_argv[0], 's$', ''), '_', ' ')), tg_argv[1]);
    end if;
    return new;
  end if;
  v_organization := app.parent_organization(tg_table_schema, tg_argv[0], v_parent, current_user in ('anon', 'authenticated'));
  if v_organization is null then
    perform app.fail(404, format('There is no such %s.', replace(regexp_replace(tg_argv[0], 's$', ''), '_', ' ')), tg_argv[1]);
  end if;
  new.organization_id := v_organization;
  return new;
end $$;

grant execute on function app.touch_updated_at(), app.guard_transition(), app.fill_organization(),
  app.parent_organization(name, text, uuid, boolean)
  to anon, authenticated, service_role, maitred_auth;
