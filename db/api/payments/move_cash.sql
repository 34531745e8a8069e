-- SECURITY DEFINER: movements are written by this function alone; rights are checked here.
create or replace function api.move_cash(p_shift_id uuid, p_kind text, p_amount numeric, p_reason text default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.require_shift(p_shift_id, 'create');
  v_shift record;
  v_first record;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  if p_kind is null or p_kind not in ('paid_in', 'paid_out', 'dropped') then
    perform app.fail(400, 'Cash is paid_in, paid_out or dropped.', 'p_kind');
  end if;
  select s.closed_at, s.currency into v_shift from register_shifts s where s.id = p_shift_id;
  p_amount := app.exact_amount(p_amount, v_shift.currency);
  if p_amount <= 0 then
    perform app.fail(400, 'An amount is above zero.', 'p_amount');
  end if;
  select m.shift_id, m.kind, m.amount into v_first from cash_movements m where m.organization_id = v_organization and m.idempotency_key = p_idempotency_key;
  if found and (v_first.shift_id, v_first.kind, v_first.amount) is distinct from (p_shift_id, p_kind, p_amount) then
    perform app.refuse_key('movement');
  elsif not found then
    if v_shift.closed_at is not null then
      perform app.fail(409, 'This register was counted and closed.', 'p_shift_id');
    end if;
    if p_kind = 'paid_out' and trim(coalesce(p_reason, '')) = '' then
      perform app.fail(400, 'Say what it was paid for.', 'p_reason');
    end if;
    if p_kind <> 'paid_in' and p_amount > app.expected_cash(p_shift_id) then
      perform app.fail(422, 'There is not that much in the drawer.', 'p_amount');
    end if;
    insert into cash_movements (organization_id, shift_id, kind, amount, reason, made_by, idempotency_key)
    values (v_organization, p_shift_id, p_kind, p_amount, nullif(trim(p_reason), ''), (select u.id from users u where u.id = auth.uid()), p_idempotency_key);
  end if;
  return app.shift_json(p_shift_id, app.works_for(v_organization, 'ledger', 'read'));
end $$;
comment on function api.move_cash(uuid, text, numeric, text, text) is
  'Staff: cash that goes into or out of a drawer without a sale, decimal. p_kind: paid_in, paid_out (p_reason says for what), dropped (into the safe).
answers "register_report"
takes {"p_kind": "cash_movements.kind"}';
grant execute on function api.move_cash(uuid, text, numeric, text, text) to authenticated, service_role;
