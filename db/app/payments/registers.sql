-- Cash registers: which one a payment is taken at, and what one should hold.

-- The open shift that somebody's money goes to: of the register that is named, else the one they opened, else the only one that is open. Null where
-- none is. Locked, so that a count waits for the payments that are under way and the payments after it find it closed.
create or replace function app.open_shift(p_organization_id uuid, p_register_id uuid, p_user_id uuid) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  select s.id into v_id from register_shifts s
  where s.organization_id = p_organization_id and s.closed_at is null
    and case when p_register_id is not null then s.register_id = p_register_id
             else s.opened_by = p_user_id
               or not exists (select from register_shifts o where o.organization_id = p_organization_id and o.closed_at is null
                                and (o.opened_by = p_user_id or o.id <> s.id)) end
  order by s.opened_at, s.id limit 1 for key share;
  if v_id is null and p_register_id is not null then
    perform app.fail(409, 'This register is not open.', 'register_id');
  end if;
  return v_id;
end $$;
comment on function app.open_shift(uuid, uuid, uuid) is 'The open shift that this person''s payments belong to, locked against its count.';

-- Before insert or update of payments and refunds: money that somebody took or gave back by hand belongs to a register. SECURITY DEFINER: who pays need
-- not see registers.
create or replace function app.take_at_register() returns trigger
language plpgsql security definer
as $$
declare
  v_by uuid := case tg_table_name when 'payments' then (to_jsonb(new) ->> 'received_by')::uuid
    else (select u.id from users u where u.id = auth.uid() and u.role <> 'customer') end;
begin
  if new.status = 'succeeded' and (tg_op = 'INSERT' or old.status <> 'succeeded') and new.register_shift_id is null
     and new.method in ('cash', 'card', 'bank', 'voucher', 'credit') and v_by is not null then
    if tg_op = 'UPDATE' and tg_table_name = 'payments' and old.status in ('partial_refund', 'refunded') then
      return new;       -- a refund failed: the money came when it came
    end if;
    new.register_shift_id := app.open_shift(new.organization_id, (new.metadata ->> 'register_id')::uuid, v_by);
  end if;
  return new;
end $$;
grant execute on function app.take_at_register() to anon, authenticated, service_role;

create or replace function app.keep_closed_shift() returns trigger
language plpgsql
as $$
begin
  if old.closed_at is not null and (tg_op = 'DELETE'
     or to_jsonb(new) - array['note', 'opened_by', 'closed_by', 'updated_at'] <> to_jsonb(old) - array['note', 'opened_by', 'closed_by', 'updated_at']) then
    perform app.fail(422, 'A register that was counted does not change.');
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
grant execute on function app.keep_closed_shift() to anon, authenticated, service_role;

-- Takings of the payments and refunds that a condition names, by method.
create or replace function app.takings(p_organization_id uuid, p_shift_id uuid, p_date date default null)
returns table (method text, payments int, amount numeric, tips numeric, refunds int, refunded numeric)
language sql stable security definer
as $$
  with org as (select timezone, business_day_cutoff from organizations where id = p_organization_id),
  lines as (
    select p.method, 1 as payments, p.amount, p.tip_amount as tips, 0 as refunds, 0::numeric as refunded from payments p, org
    where p.organization_id = p_organization_id and p.paid_at is not null
      and case when p_shift_id is not null then p.register_shift_id = p_shift_id
               else p.register_shift_id is null and app.business_date(p.paid_at, org.timezone, org.business_day_cutoff) = p_date end
    union all
    select r.method, 0, 0, 0, r.refunds, r.amount from app.refund_movements(p_organization_id) r, org
    where case when p_shift_id is not null then r.shift_id = p_shift_id
               else r.shift_id is null and app.business_date(r.at, org.timezone, org.business_day_cutoff) = p_date end)
  select l.method, sum(l.payments)::int, sum(l.amount), sum(l.tips), sum(l.refunds)::int, sum(l.refunded) from lines l group by l.method order by l.method
$$;
comment on function app.takings(uuid, uuid, date) is 'What came in and went back by method: of a shift, or (null) of a business day outside of all registers. Gratuities are in amount; a refund that came back takes its amount off refunded.';

-- What should be in the drawer.
create or replace function app.expected_cash(p_shift_id uuid) returns numeric
language sql stable security definer
as $$
  select s.float_amount
    + coalesce((select sum(t.amount - t.refunded) from app.takings(s.organization_id, s.id) t where t.method = 'cash'), 0)
    + coalesce((select sum(case m.kind when 'paid_in' then m.amount else -m.amount end) from cash_movements m where m.organization_id = s.organization_id and m.shift_id = s.id), 0)
  from register_shifts s where s.id = p_shift_id
$$;

create or replace function app.shift_json(p_shift_id uuid, p_tells boolean) returns jsonb
language sql stable security definer
as $$
  select coalesce(s.report, jsonb_build_object(
    'shift_id', s.id, 'register_id', s.register_id, 'register', g.name, 'number', s.number, 'business_date', s.business_date, 'currency', s.currency,
    'opened_at', s.opened_at, 'opened_by', (select u.full_name from users u where u.id = s.opened_by), 'closed_at', s.closed_at,
    'closed_by', (select u.full_name from users u where u.id = s.closed_by), 'float_amount', s.float_amount,
    'takings', coalesce((select jsonb_agg(to_jsonb(t)) from app.takings(s.organization_id, s.id) t where p_tells), '[]'),
    'sold', coalesce((select jsonb_agg(jsonb_build_object('booking_type', x.booking_type, 'amount', x.amount) order by x.booking_type) from (
        select p.booking_type, sum(p.amount - p.tip_amount - p.rounding_amount) as amount from payments p
        where p.organization_id = s.organization_id and p.register_shift_id = s.id group by 1) x where p_tells), '[]'),
    'movements', coalesce((select jsonb_agg(jsonb_build_object('kind', m.kind, 'amount', m.amount, 'reason', m.reason,
          'made_by', (select u.full_name from users u where u.id = m.made_by), 'made_at', m.created_at) order by m.created_at, m.id)
        from cash_movements m where m.organization_id = s.organization_id and m.shift_id = s.id), '[]'),
    'expected', case when p_tells then coalesce(s.expected_amount, app.expected_cash(s.id)) end, 'counted', s.counted_amount,
    'difference', case when p_tells then s.counted_amount - s.expected_amount end, 'note', s.note))
  from register_shifts s join registers g on g.id = s.register_id where s.id = p_shift_id
$$;
comment on function app.shift_json(uuid, boolean) is 'A shift of a register; p_tells: with what it took and should hold (who counts blind is not told before).
shape taking {"method": "payments.method", "payments": "int", "amount": "number", "tips": "number", "refunds": "int", "refunded": "number"}
shape register_report {"shift_id": "uuid", "register_id": "uuid", "register": "text", "number": "int | null", "business_date": "date", "currency": "text",
  "opened_at": "instant", "opened_by": "text | null", "closed_at": "instant | null", "closed_by": "text | null", "float_amount": "number", "takings": "taking[]",
  "sold": [{"booking_type": "text", "amount": "number"}],
  "movements": [{"kind": "cash_movements.kind", "amount": "number", "reason": "text | null", "made_by": "text | null", "made_at": "instant"}],
  "expected": "number | null", "counted": "number | null", "difference": "number | null", "note": "text | null"}';

-- The shift of a register for the one who asks, locked; 404 for what is another house's.
create or replace function app.require_shift(p_shift_id uuid, p_action text, p_field text default 'p_shift_id') returns uuid
language plpgsql security definer
as $$
declare
  v_organization uuid;
begin
  select organization_id into v_organization from register_shifts where id = p_shift_id for update;
  if v_organization is null or not app.works_for(v_organization, 'payments', 'read') then
    perform app.fail(404, 'There is no such shift of a register.', p_field);
  end if;
  perform app.require_work(v_organization, 'payments', p_action);
  return v_organization;
end $$;
