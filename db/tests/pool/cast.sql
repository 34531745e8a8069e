-- The pool of the story: 10 places in the morning, 8 in the afternoon; adults 10/12/20, children half; weekends cost 5 more.
\ir ../words.sql
-- what the gate said: "entered", or the reason of the refusal
create function tests.gate(p_code text, p_at timestamptz default null) returns text language plpgsql as $$
declare v jsonb := redeem_pool_ticket(p_code, 'north', p_at);
begin
  return coalesce((v ->> 'details')::jsonb ->> 'reason', case when (v ->> 'entered')::boolean then 'entered' end);
end $$;
update organizations set default_tax_rate = 7 where id = tests.id('a');
insert into cancellation_policies (organization_id, name, applies_to, rules)
values (tests.id('a'), 'Pool', '{pool}', '[{"hours_before": 24, "refund_percent": 100}, {"hours_before": 0, "refund_percent": 50}]');
insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity, early_minutes)
select tests.id(o), slot, starts, ends, capacity, 15 from unnest('{a,b}'::text[]) o,
  (values ('morning', time '09:00', time '13:00', 10), ('afternoon', '13:00', '19:00', 8), ('full_day', '09:00', '19:00', null)) as t(slot, starts, ends, capacity);
insert into pool_prices (organization_id, slot, age_group, price, weekend_price)
select tests.id(o), slot, age, price * f, (price + 5) * f from unnest('{a,b}'::text[]) o, (values ('morning', 10), ('afternoon', 12), ('full_day', 20)) as t(slot, price), (values ('adult', 1.0), ('child', 0.5)) as g(age, f);
insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, max_members, guest_passes) values
  (tests.id('a'), 'individual', 'monthly', 'Individual', 31, 1, 2),
  (tests.id('a'), 'family', 'quarterly', 'Family', 60, 4, 6),
  (tests.id('a'), 'vip', 'monthly', 'House guest', 0, 1, 1);
grant execute on all functions in schema tests to anon, authenticated, service_role;
