create or replace function api.get_audit_logs(
  p_table_name text default null,
  p_from timestamptz default now() - interval '7 days',
  p_to timestamptz default null,
  p_limit int default 100,
  p_record_id uuid default null)
returns table (id uuid, organization_id uuid, table_name text, record_id uuid, action text, old_data jsonb, new_data jsonb,
               user_id uuid, user_email text, user_role text, request_id text, ip_address inet, created_at timestamptz)
language plpgsql stable
as $$
begin
  if not (auth.may('audit', 'read') or current_setting('role', true) not in ('anon', 'authenticated')) then
    perform app.fail(403, 'Only admins read the audit trail.');
  end if;
  if p_limit is null or p_limit not between 1 and 10000 then
    perform app.fail(400, 'Between 1 and 10000 rows at a time.', 'p_limit');
  end if;
  return query
    select a.id, a.organization_id, a.table_name, a.record_id, a.action, a.old_data, a.new_data,
           a.user_id, u.email, a.user_role, a.request_id, a.ip_address, a.created_at
    from audit_logs a left join users u on u.id = a.user_id
    where (p_table_name is null or a.table_name = p_table_name)
      and (p_record_id is null or a.record_id = p_record_id)
      and a.created_at >= coalesce(p_from, '-infinity') and a.created_at <= coalesce(p_to, 'infinity')
    order by a.created_at desc, a.id
    limit p_limit;
end $$;
comment on function api.get_audit_logs(text, timestamptz, timestamptz, int, uuid) is
  'Admins: who changed what, newest first; old and new values of the columns that changed. Without p_table_name every table, from p_from (default: seven days ago) to p_to.
answers {"record_id": "uuid | null", "old_data": "json", "new_data": "json", "user_id": "uuid | null", "user_email": "text | null", "user_role": "text | null",
  "request_id": "text | null", "ip_address": "text | null", "organization_id": "uuid | null"}';
grant execute on function api.get_audit_logs(text, timestamptz, timestamptz, int, uuid) to authenticated, service_role;
