-- SECURITY DEFINER: refunds are beyond everybody's reach. Rights are checked here.
create function api.confirm_refund(p_refund_id uuid, p_given boolean default true, p_method text default 'bank', p_note text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v record;
begin
  select r.organization_id, r.payment_id, r.status, r.waits_for, r.method into v from refunds r where r.id = p_refund_id;
  if v.organization_id is null or not app.works_for(v.organization_id, 'payments', 'read') then
    perform app.fail(404, 'There is no such refund.', 'p_refund_id');
  end if;
  if not app.works_for(v.organization_id, 'payments', 'update') then
    perform app.fail(403, 'You may not give money back.');
  end if;
  if p_given is null or p_method is null or p_method not in ('cash', 'bank') then
    perform app.fail(400, 'It was given in cash or through the bank.', 'p_method');
  end if;
  perform 1 from payments p where p.id = v.payment_id for update;      -- parent before child, as everywhere
  update refunds r set method = case when p_given then p_method else r.method end, status = case when p_given then 'succeeded' else 'failed' end,
    waits_for = null, failure_reason = case when not p_given then coalesce(left(p_note, 500), 'It was not given.') end,
    metadata = case when p_given and p_note is not null then r.metadata || jsonb_build_object('note', left(p_note, 500)) else r.metadata end
  where r.id = p_refund_id and r.status = 'pending' and r.waits_for = 'person';
  if not found and (select r.status from refunds r where r.id = p_refund_id) is distinct from (case when p_given then 'succeeded' else 'failed' end) then
    perform app.fail(409, 'This refund does not wait for a person.', 'p_refund_id',
      (select jsonb_build_object('status', r.status, 'waits_for', r.waits_for) from refunds r where r.id = p_refund_id));
  end if;
  return (select jsonb_build_object('id', r.id, 'payment_id', r.payment_id, 'amount', r.amount, 'currency', r.currency, 'method', r.method, 'status', r.status,
                                    'payment', app.payment_json(r.payment_id))
          from refunds r where r.id = p_refund_id);
end $$;
comment on function api.confirm_refund(uuid, boolean, text, text) is
  'Finance and managers: the money of a refund that waits for a person (refunds.waits_for) was given back, in cash or through the bank (p_method), or was not (p_given false: the refund fails, and the payment may be refunded again). Again changes nothing.
answers {"...": "refunds(id, payment_id, amount, currency, method, status)", "payment": "payment"}';
grant execute on function api.confirm_refund(uuid, boolean, text, text) to authenticated, service_role;
