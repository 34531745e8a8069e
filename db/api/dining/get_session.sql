-- SECURITY DEFINER: guests see the names, lines and shares of their own session; app.session_for() decides which that is.
create or replace function api.get_session(p_session_id uuid default null, p_since_version bigint default null) returns jsonb
language plpgsql stable security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_id     uuid := app.session_for(p_session_id);
  v_s      record;
  v_me     uuid := app.guest_customer_id();
  v_money  boolean;
  v_lines  uuid[];
  v_people jsonb;
  v_drafts jsonb;
  v_draft  bigint;
begin
  select s.*, r.max_participants into v_s from table_sessions s join restaurants r on r.id = s.restaurant_id where s.id = v_id;
  if p_since_version = v_s.version then
    return jsonb_build_object('version', v_s.version, 'unchanged', true);
  end if;
  v_money := v_me is not null or app.works_for(v_s.organization_id, 'payments', 'read');
  v_lines := array(select l.id from order_lines l where l.session_id = v_id and l.status = 'draft' and l.deleted_at is null);

  select coalesce(jsonb_agg(d.line order by d.created_at, d.id), '[]'), coalesce(sum(d.total_amount), 0)
    into v_drafts, v_draft from app.line_rows(v_lines, v_me) d;
  select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'is_me', coalesce(c.id = v_me, false), 'joined_at', c.joined_at,
           'draft_amount', coalesce(a.draft, 0), 'ordered_amount', coalesce(a.ordered, 0)) order by c.joined_at, c.id), '[]')
    into v_people
  from session_customers c
  left join (
    select l.customer_session_id,
           sum(l.total_amount) filter (where l.status = 'draft') as draft,
           sum(l.total_amount) filter (where l.status not in ('draft', 'cancelled')) as ordered
    from order_lines l where l.session_id = v_id and l.deleted_at is null
    group by l.customer_session_id) a on a.customer_session_id = c.id
  where c.session_id = v_id and c.deleted_at is null;

  return jsonb_build_object(
    'version', v_s.version, 'updated_at', v_s.updated_at,
    'me', (select p from jsonb_array_elements(v_people) p where (p ->> 'is_me')::boolean),
    'restaurant', app.restaurant_json(v_s.restaurant_id),
    'table', app.table_json(v_s.table_id),
    'session', jsonb_build_object('id', v_id, 'otp', case when v_s.status = 'active' then v_s.session_otp end, 'otp_expires_at', v_s.otp_expires_at,
      'status', v_s.status, 'total_amount', v_s.total_amount, 'net_amount', v_s.net_amount, 'tax_amount', v_s.tax_amount, 'draft_amount', v_draft,
      'paid_amount', v_s.paid_amount, 'due_amount', greatest(0, v_s.total_amount - v_s.paid_amount),
      'participant_count', jsonb_array_length(v_people), 'max_participants', v_s.max_participants, 'party_size', v_s.party_size,
      'service_call', v_s.service_call, 'service_called_at', v_s.service_called_at,
      'service_seen_call', v_s.service_seen_call, 'service_seen_at', v_s.service_seen_at, 'service_seen_by', app.first_name(v_s.service_seen_by),
      'receipt_code', case when v_money then v_s.receipt_code end,
      'created_at', v_s.created_at, 'billed_at', v_s.billed_at, 'cleared_at', v_s.cleared_at),
    'participants', v_people,
    'drafts', v_drafts,
    'orders', coalesce((
      select jsonb_agg(o.order_json order by o.placed_at, o.id)
      from app.order_rows(array(select id from orders where session_id = v_id and deleted_at is null), v_me) o), '[]'),
    'bill', case when v_money then app.bill_json(v_id) end,
    'taxes', app.session_taxes(v_id));
end $$;
comment on function api.get_session(uuid, bigint) is 'Everything a table''s page shows, for a guest of the session or for staff. With p_since_version it answers {version, unchanged} when nothing has moved.
answers "session_view | unchanged"
shape participant {"id": "uuid", "name": "text", "is_me": "boolean", "joined_at": "instant", "draft_amount": "int", "ordered_amount": "int"}
shape session_view {"version": "int", "updated_at": "instant", "me": "participant | null", "restaurant": "restaurant", "table": "table",
  "session": {"...": "table_sessions(id, otp_expires_at, status, total_amount, net_amount, tax_amount, paid_amount, party_size, service_call, service_called_at, service_seen_call, service_seen_at, receipt_code, created_at, billed_at, cleared_at)", "otp": "text | null", "draft_amount": "int", "due_amount": "int", "participant_count": "int", "max_participants": "int | null", "service_seen_by": "text | null"},
  "participants": "participant[]", "drafts": "line[]", "orders": "order[]", "bill": "bill | null", "taxes": "tax_line[]"}
shape unchanged {"version": "int", "unchanged": "true"}';
grant execute on function api.get_session(uuid, bigint) to anon, authenticated, service_role;
