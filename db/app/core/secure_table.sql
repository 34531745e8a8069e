-- One line in a table's file says who may touch it; this writes the policies, grants and triggers. The migration engine then
-- switches row security on for all tables at once (app.enable_row_security, below).
--
--   call app.secure_table('bookings', 'bookings',
--     p_person => 'user_id = (select auth.uid())', p_audit => true);
--
-- p_resource      row of the permission table (role_permissions.resource) that governs the table
-- p_organization  column with the organization; null where rows belong to the tenant as a whole
-- p_person        boolean SQL: the row belongs to the customer who asks (adds select)
-- p_guest         boolean SQL: what a table guest reads (adds select)
-- p_public        boolean SQL: what everybody reads, anon too
-- p_actions       what people with the permission may do directly; the rest goes through functions ('{}': nothing)
-- p_hidden        columns no client role reads or writes (secrets)
-- p_auth          whether the auth dialect's own role works on the table
-- p_audit         whether app.audit_row() records its changes
--
-- Helpers stand in scalar sub-selects, so that they run once per statement and not once per row.
create or replace procedure app.secure_table(
  p_table text,
  p_resource text,
  p_organization text default 'organization_id',
  p_person text default null,
  p_guest text default null,
  p_public text default null,
  p_actions text[] default array['select', 'insert', 'update', 'delete'],
  p_hidden text[] default '{}',
  p_auth boolean default false,
  p_audit boolean default false)
language plpgsql
as $$
declare
  v_own     text := case when p_organization is null then 'true' else format(
    '(%1$I = (select auth.user_organization_id()) or (select auth.is_super_admin()))', p_organization) end;
  v_guard   text := format('(select current_schema()) = %L', current_schema());
  -- the auth dialect's own role works like the service role, on the tables that say so
  v_service text := case when p_auth then 'service_role, maitred_auth' else 'service_role' end;
  v_all     text[] := array['select', 'insert', 'update', 'delete'];
  v_may     text[] := p_actions || case when coalesce(p_person, p_guest, p_public) is not null then array['select'] end;
  v_columns text;
  v_action  text;
  v_rule    text;
begin
  execute format('create policy tenant_guard on %I as restrictive for all using (%s) with check (%2$s)', p_table, v_guard);
  execute format('create policy service on %I for all to %s using (true) with check (true)', p_table, v_service);

  select string_agg(quote_ident(attname), ', ' order by attnum) into v_columns
  from pg_attribute
  where attrelid = p_table::regclass and attnum > 0 and not attisdropped and attname <> all (p_hidden);

  foreach v_action in array p_actions loop
    v_rule := format('%s and (select auth.may(%L, %L))', v_own, p_resource,
      case v_action when 'select' then 'read' when 'insert' then 'create' else v_action end);
    execute case v_action
      when 'select' then format('create policy staff_select on %I for select to authenticated using (%s)', p_table, v_rule)
      when 'insert' then format('create policy staff_insert on %I for insert to authenticated with check (%s)', p_table, v_rule)
      when 'update' then format('create policy staff_update on %I for update to authenticated using (%s) with check (%2$s)', p_table, v_rule)
      when 'delete' then format('create policy staff_delete on %I for delete to authenticated using (%s)', p_table, v_rule)
    end;
  end loop;
  if p_person is not null then
    execute format('create policy person_select on %I for select to authenticated using (%s)', p_table, p_person);
  end if;
  if p_guest is not null then
    execute format('create policy guest_select on %I for select to authenticated using (%s)', p_table, p_guest);
  end if;
  if p_public is not null then
    execute format('create policy public_select on %I for select to anon, authenticated using (%s)', p_table, p_public);
  end if;

  -- Few statements: PostgreSQL reads the whole table's description again after each, and a tenant has a hundred tables.
  -- Column lists only where something is hidden: a table-wide grant also covers columns added later.
  insert into maitred.hidden_columns select p_table, unnest(p_hidden) on conflict do nothing;
  if p_hidden = '{}' then
    execute format('grant select, insert, update, delete on %I to %s', p_table,
      case when v_may @> v_all then 'authenticated, ' else '' end || v_service);
    if p_public is not null then
      execute format('grant select on %I to anon', p_table);
    end if;
    if v_may <> '{}' and not v_may @> v_all then
      execute format('grant %s on %I to authenticated', (select string_agg(distinct action, ', ') from unnest(v_may) action), p_table);
    end if;
  else
    execute format('grant select (%1$s), insert (%1$s), update (%1$s), delete on %2$I to service_role', v_columns, p_table);
    if p_auth then
      execute format('grant select, insert, update, delete on %I to maitred_auth', p_table);
    end if;
    if p_public is not null then
      execute format('grant select (%s) on %I to anon', v_columns, p_table);
    end if;
    if v_may <> '{}' then
      execute format('grant %s on %I to authenticated',
        (select string_agg(distinct action || case action when 'delete' then '' else format(' (%s)', v_columns) end, ', ')
         from unnest(v_may) action), p_table);
    end if;
  end if;

  if exists (select from pg_attribute where attrelid = p_table::regclass and attname = 'updated_at' and not attisdropped) then
    execute format('create trigger touch_updated_at before update on %I for each row execute function app.touch_updated_at()', p_table);
  end if;
  if p_audit then
    execute format('create trigger audit_row after insert or update or delete on %I for each row execute function app.audit_row(%L%s)', p_table, p_table,
      (select string_agg(format(', %L', w), '') from unnest(p_hidden) w));
  end if;
end $$;

-- Switches row security on where a table has policies and is still open. The migration engine calls it as the last step of a
-- tenant's transaction and not the tables' files: from here on PostgreSQL reads all policies of a table again after each
-- change of it, and each later foreign key changes the table it points to (a ninth of provisioning).
create or replace function app.enable_row_security() returns int
language plpgsql
as $$
declare
  v_table text;
  v_done  int := 0;
begin
  for v_table in
    select c.relname from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
      and exists (select from pg_policy p where p.polrelid = c.oid)
  loop
    execute format('alter table %I enable row level security', v_table);
    v_done := v_done + 1;
  end loop;
  perform app.close_decided_columns();
  perform app.tell_audit_what_is_hidden();
  perform app.name_as_documented();
  perform app.name_columns_as_documented();
  return v_done;
end $$;
comment on function app.enable_row_security() is
  'Switches row security on for the tables of this schema that have policies, and closes the columns that functions decide; returns for how many it was switched on.';
