create or replace function api.get_security_events(
  p_from timestamptz default now() - interval '7 days',
  p_to timestamptz default null,
  p_event_type text default null,
  p_min_severity text default 'info',
  p_limit int default 100)
returns table (id uuid, user_id uuid, user_email text, event_type text, severity text, description text, ip_address inet,
               user_agent text, metadata jsonb, created_at timestamptz)
language plpgsql stable
as $$
begin
  if not (auth.may('security', 'read') or current_setting('role', true) not in ('anon', 'authenticated')) then
    perform app.fail(403, 'Only admins read security events.');
  end if;
  if p_limit is null or p_limit not between 1 and 10000 then
    perform app.fail(400, 'Between 1 and 10000 rows at a time.', 'p_limit');
  end if;
  return query
    select e.id, e.user_id, u.email, e.event_type, e.severity, e.description, e.ip_address, e.user_agent, e.metadata, e.created_at
    from security_audit_log e left join users u on u.id = e.user_id
    where e.created_at >= coalesce(p_from, '-infinity') and e.created_at <= coalesce(p_to, 'infinity')
      and (p_event_type is null or e.event_type = p_event_type)
      and array_position(array['info', 'warning', 'error', 'critical'], e.severity)
          >= coalesce(array_position(array['info', 'warning', 'error', 'critical'], p_min_severity), 1)
    order by e.created_at desc, e.id
    limit p_limit;
end $$;
comment on function api.get_security_events(timestamptz, timestamptz, text, text, int) is
  'Admins: sign-ins, refusals, lock-outs and changes of rights, newest first; p_min_severity is info, warning, error or critical.
answers {"user_id": "uuid | null", "user_email": "text | null", "ip_address": "text | null", "user_agent": "text | null"}';
grant execute on function api.get_security_events(timestamptz, timestamptz, text, text, int) to authenticated, service_role;
