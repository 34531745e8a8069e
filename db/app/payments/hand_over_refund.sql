-- The job "refund_payment". While no provider is connected, money that came online goes back by hand. The refund stays pending: it counts
-- against the payment, and the books show the money as gone only once somebody says that it went (confirm_refund), and which way.
create or replace function app.hand_over_refund(p jsonb) returns boolean
language plpgsql security definer
as $$
declare
  v record;
begin
  update refunds r set waits_for = 'person'
  where r.id = (p ->> 'refund_id')::uuid and r.status = 'pending' and r.waits_for is distinct from 'person'
  returning r.id, r.organization_id, r.payment_id, r.amount, r.currency into v;
  if v.id is null then
    return false;  -- settled meanwhile, or told already
  end if;
  perform app.tell_roles(v.organization_id, array['owner', 'admin', 'manager', 'finance'], 'refund_by_hand',
    jsonb_build_object('amount', v.amount, 'currency', v.currency),
    p_data => jsonb_build_object('refund_id', v.id, 'payment_id', v.payment_id), p_about => 'refund/' || v.id, p_priority => 'high');
  return true;
end $$;
comment on function app.hand_over_refund(jsonb) is 'The job refund_payment, {"refund_id"}: tells the people of the books that a refund is theirs to give. Again changes nothing.';
grant execute on function app.hand_over_refund(jsonb) to service_role;
