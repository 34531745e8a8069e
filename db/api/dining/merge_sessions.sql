-- SECURITY DEFINER: two bills become one; the right on both sessions is checked here.
create or replace function api.merge_sessions(p_from_session_id uuid, p_into_session_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_from record;
  v_into record;
begin
  perform app.require_staff_session(p_from_session_id), app.require_staff_session(p_into_session_id);
  if p_from_session_id = p_into_session_id then
    perform app.fail(400, 'Name two sessions.', 'p_into_session_id');
  end if;
  perform app.lock_bill(id) from unnest(array[p_from_session_id, p_into_session_id]) id order by id;
  perform from table_sessions where id in (p_from_session_id, p_into_session_id) order by id for no key update;
  select id, restaurant_id, status, merged_into into v_from from table_sessions where id = p_from_session_id;
  select id, restaurant_id, status, table_id into v_into from table_sessions where id = p_into_session_id;
  if v_from.merged_into = p_into_session_id then
    return jsonb_build_object('session_id', p_into_session_id, 'version', (select version from table_sessions where id = p_into_session_id));
  end if;
  if v_from.restaurant_id <> v_into.restaurant_id then
    perform app.fail(400, 'Both sessions are in one restaurant.', 'p_into_session_id');
  end if;
  if v_from.status <> 'active' or v_into.status <> 'active' then
    perform app.fail(409, 'Both sessions have to be open.', case when v_from.status <> 'active' then 'p_from_session_id' else 'p_into_session_id' end,
      jsonb_build_object('reason', case when v_from.status <> 'active' then v_from.status else v_into.status end), 'Reopen what has been billed.');
  end if;
  -- money first: a session never has less on it than was paid
  update bill_shares set session_id = p_into_session_id,
    position = position + (select coalesce(max(position), 0) from bill_shares where session_id = p_into_session_id)
  where session_id = p_from_session_id;
  perform app.move_payments('session', p_from_session_id, 'session', p_into_session_id);
  perform app.settle_shares(p_from_session_id), app.settle_shares(p_into_session_id);

  -- a discount was for what stood on its bill then, and stays that; a service charge of the whole table is one of the joint table, once
  update bill_adjustments a
  set line_ids = array(select l.id from order_lines l where l.session_id = a.session_id and l.status not in ('draft', 'cancelled') and l.deleted_at is null
                       union all select o.id from orders o where o.session_id = a.session_id and not o.has_lines and o.status <> 'CANCELLED' and o.deleted_at is null)
  where a.session_id in (p_from_session_id, p_into_session_id) and a.kind = 'discount' and a.line_ids is null and a.removed_at is null
    and exists (select from orders o where o.session_id = a.session_id and o.status <> 'CANCELLED' and o.deleted_at is null);
  update bill_adjustments a set removed_at = now(), removed_by = app.acting_user()
  where a.session_id = p_from_session_id and a.kind = 'service_charge' and a.line_ids is null and a.removed_at is null
    and exists (select from bill_adjustments b where b.session_id = p_into_session_id and b.kind = 'service_charge' and b.line_ids is null and b.removed_at is null);
  -- the house's own charge is one of a session, also where it was taken off
  update bill_adjustments a set is_automatic = false, removed_at = coalesce(a.removed_at, now()), removed_by = case when a.removed_at is null then app.acting_user() else a.removed_by end
  where a.session_id = p_from_session_id and a.is_automatic and exists (select from bill_adjustments b where b.session_id = p_into_session_id and b.is_automatic);
  update bill_adjustments set session_id = p_into_session_id where session_id = p_from_session_id;

  update session_customers set session_id = p_into_session_id where session_id = p_from_session_id;
  update orders set session_id = p_into_session_id, table_id = v_into.table_id where session_id = p_from_session_id;
  -- a key stays the key of the session that used it
  update order_lines l
  set session_id = p_into_session_id, origin_session_id = coalesce(l.origin_session_id, l.session_id)
  where l.session_id = p_from_session_id;
  update kitchen_orders set session_id = p_into_session_id,
    table_id = case when status in ('pending', 'cooking', 'ready') then v_into.table_id else table_id end
  where session_id = p_from_session_id;
  perform app.refresh_sessions(array[p_from_session_id]);
  update table_sessions set merged_into = p_into_session_id where merged_into = p_from_session_id;
  update table_sessions set merged_into = p_into_session_id, status = 'cleared' where id = p_from_session_id;
  update table_reservations set session_id = p_into_session_id where session_id = p_from_session_id;
  perform app.reservation_follows(p_into_session_id);
  update table_sessions i
  set party_size = nullif(coalesce(i.party_size, 0) + coalesce(f.party_size, 0), 0)
  from table_sessions f where i.id = p_into_session_id and f.id = p_from_session_id;
  return jsonb_build_object('session_id', p_into_session_id, 'version', (select version from table_sessions where id = p_into_session_id));
end $$;
comment on function api.merge_sessions(uuid, uuid) is 'Joins two open sessions: people, choices, orders, tickets and payments move into the second; the guests'' tokens keep working and the first table is free.
answers {"session_id": "uuid", "version": "int"}';
grant execute on function api.merge_sessions(uuid, uuid) to authenticated, service_role;
