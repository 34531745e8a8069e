-- SECURITY DEFINER: as adjust_bill.
create or replace function api.remove_adjustment(p_adjustment_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_found  record;
  v_status text;
begin
  select organization_id, session_id, order_id, removed_at into v_found from bill_adjustments where id = p_adjustment_id;
  perform app.require_may(v_found.organization_id, 'discounts', 'delete', 'discount');
  if v_found.organization_id is null then
    perform app.fail(404, 'There is no such discount.', 'p_adjustment_id');
  end if;
  perform app.lock_bill(coalesce(v_found.session_id, v_found.order_id));
  perform from table_sessions where id = v_found.session_id for no key update;
  perform from orders where id = v_found.order_id for no key update;
  select status into v_status from table_sessions where id = v_found.session_id;
  if v_status = 'cleared' then
    perform app.fail(410, 'This session is over.', 'p_adjustment_id', '{"reason": "session_over"}');
  end if;
  if (select removed_at is null from bill_adjustments where id = p_adjustment_id) then
    if v_status = 'billed' then
      perform app.reopen_bill(v_found.session_id);
    end if;
    update bill_adjustments set removed_at = now(), removed_by = app.acting_user(), applied_amount = 0 where id = p_adjustment_id;
    perform app.apply_adjustments(v_found.session_id, v_found.order_id);
    if v_found.order_id is not null and (select app.to_cents(app.paid_amount('order', o.id), g.currency) > o.total_amount from orders o join organizations g on g.id = o.organization_id where o.id = v_found.order_id) then
      perform app.fail(409, 'More than this has been paid already.', 'p_adjustment_id', '{"reason": "paid"}', 'Refund the difference first.');
    end if;
    perform app.rebill(v_found.session_id, v_status = 'billed') where v_found.session_id is not null;
  end if;
  return jsonb_build_object('adjustment_id', p_adjustment_id, 'bill', app.open_bill_json(v_found.session_id),
    'order', case when v_found.order_id is not null then app.order_json(v_found.order_id) end,
    'version', (select version from table_sessions where id = v_found.session_id));
end $$;
comment on function api.remove_adjustment(uuid) is 'Takes a discount or a service charge back; who did is on record. Doing it twice is fine.
answers {"adjustment_id": "uuid", "bill": "bill | null", "order": "order | null", "version": "int | null"}';
grant execute on function api.remove_adjustment(uuid) to authenticated, service_role;
