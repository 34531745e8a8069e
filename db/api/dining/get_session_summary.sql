-- SECURITY DEFINER: a guest's own session, or any of the organization for staff. Participants and orders are counted apart:
-- joined in one query, as the spec writes it, they multiply.
create or replace function api.get_session_summary(p_session_id uuid default null) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('id', s.id, 'session_otp', case when s.status = 'active' then s.session_otp end, 'status', s.status, 'total_amount', s.total_amount,
    'participant_count', (select count(*) from session_customers c where c.session_id = s.id and c.deleted_at is null),
    'order_count', (select count(*) from orders o where o.session_id = s.id and o.deleted_at is null),
    'line_count', (select count(*) from order_lines l where l.session_id = s.id and l.status not in ('draft', 'cancelled') and l.deleted_at is null),
    'paid_amount', s.paid_amount, 'due_amount', greatest(0, s.total_amount - s.paid_amount),
    'duration_minutes', (extract(epoch from coalesce(s.cleared_at, now()) - s.created_at) / 60)::int, 'created_at', s.created_at)
  from table_sessions s where s.id = app.session_for(p_session_id);
$$;
comment on function api.get_session_summary(uuid) is 'A session in one line: status, total in minor units, how many people, how many orders.
answers {"...": "table_sessions(id, status, created_at, paid_amount, total_amount)", "session_otp": "text | null", "due_amount": "int", "line_count": "int", "order_count": "int",
  "duration_minutes": "int", "participant_count": "int"}';
grant execute on function api.get_session_summary(uuid) to anon, authenticated, service_role;
