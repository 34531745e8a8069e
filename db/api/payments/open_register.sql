-- SECURITY DEFINER: shifts are written by these functions alone; rights are checked here.
create or replace function api.open_register(p_register_id uuid, p_float_amount numeric default 0) returns jsonb
language plpgsql security definer
as $$
declare
  v_register record;
  v_open record;
  v_currency text;
  v_by uuid := (select u.id from users u where u.id = auth.uid());
  v_id uuid;
begin
  select g.organization_id, g.name, g.is_active into v_register from registers g where g.id = p_register_id for update;
  if not found or not app.works_for(v_register.organization_id, 'payments', 'read') then
    perform app.fail(404, 'There is no such register.', 'p_register_id');
  end if;
  perform app.require_work(v_register.organization_id, 'payments', 'create');
  if not v_register.is_active then
    perform app.fail(409, format('%s is not in use.', v_register.name), 'p_register_id');
  end if;
  v_currency := app.organization_currency(v_register.organization_id);
  p_float_amount := app.exact_amount(p_float_amount, v_currency, 'p_float_amount');
  if p_float_amount < 0 then
    perform app.fail(400, 'A float is nothing or more.', 'p_float_amount');
  end if;
  select s.id, s.opened_by, s.float_amount into v_open from register_shifts s where s.register_id = p_register_id and s.closed_at is null;
  if found and (v_open.opened_by is distinct from v_by or v_open.float_amount <> p_float_amount) then
    perform app.fail(409, format('%s is open already.', v_register.name), 'p_register_id', jsonb_build_object('shift_id', v_open.id), 'Count and close it first.');
  elsif found then
    v_id := v_open.id;      -- a repeat whose answer was lost
  else
    insert into register_shifts (organization_id, register_id, business_date, currency, float_amount, opened_by)
    values (v_register.organization_id, p_register_id, app.organization_today(v_register.organization_id), v_currency, p_float_amount, v_by)
    returning id into v_id;
  end if;
  return app.shift_json(v_id, app.works_for(v_register.organization_id, 'ledger', 'read'));
end $$;
comment on function api.open_register(uuid, numeric) is
  'Staff: opens a cash register with p_float_amount (decimal) in its drawer. What they take by hand from then on belongs to it until it is counted.
answers "register_report"';
grant execute on function api.open_register(uuid, numeric) to authenticated, service_role;
