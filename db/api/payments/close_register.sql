-- SECURITY DEFINER: the Z report is beyond the cashier's reach; rights are checked here.
create or replace function api.close_register(p_shift_id uuid, p_counted_amount numeric, p_note text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.require_shift(p_shift_id, 'create');
  v_shift record;
  v_number int;
begin
  select s.register_id, s.closed_at, s.currency, s.counted_amount into v_shift from register_shifts s where s.id = p_shift_id;
  p_counted_amount := app.exact_amount(p_counted_amount, v_shift.currency, 'p_counted_amount');
  if p_counted_amount < 0 then
    perform app.fail(400, 'A count is nothing or more.', 'p_counted_amount');
  end if;
  if v_shift.closed_at is not null and v_shift.counted_amount <> p_counted_amount then
    perform app.fail(409, 'This register was counted and closed.', 'p_shift_id', jsonb_build_object('counted', v_shift.counted_amount));
  elsif v_shift.closed_at is null then
    -- numbers have no gap: the register is locked while one is given
    perform from registers where id = v_shift.register_id for update;
    select coalesce(max(s.number), 0) + 1 into v_number from register_shifts s where s.register_id = v_shift.register_id;
    update register_shifts s set closed_at = now(), closed_by = (select u.id from users u where u.id = auth.uid()), number = v_number, note = nullif(trim(p_note), ''),
      counted_amount = p_counted_amount, expected_amount = e.amount,
      report = app.shift_json(s.id, true) || jsonb_build_object('number', v_number, 'closed_at', now(), 'note', nullif(trim(p_note), ''),
        'closed_by', (select u.full_name from users u where u.id = auth.uid()), 'counted', p_counted_amount, 'expected', e.amount, 'difference', p_counted_amount - e.amount)
    from (select app.expected_cash(p_shift_id) as amount) e where s.id = p_shift_id;
  end if;
  return app.shift_json(p_shift_id, true);
end $$;
comment on function api.close_register(uuid, numeric, text) is
  'Staff: closes a register with what was counted in its drawer (decimal) and answers the Z report, which never changes afterwards: takings by method, refunds, movements, what should have been there, the difference. Repeated with the same count it answers the same.
answers "register_report"';
grant execute on function api.close_register(uuid, numeric, text) to authenticated, service_role;
