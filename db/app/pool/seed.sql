-- A pool that can sell on its first day: slots with places, prices, plans, terms. All of it is the owner's to change.
create or replace function app.seed_pool(p_organization_id uuid) returns void
language plpgsql
as $$
begin
  if not exists (select from cancellation_policies where organization_id = p_organization_id and 'pool' = any (applies_to)) then
    insert into cancellation_policies (organization_id, name, description, applies_to, rules)
    values (p_organization_id, 'Pool: a day before', 'All back until 24 hours before the slot, half until it begins.', '{pool}',
      '[{"hours_before": 24, "refund_percent": 100}, {"hours_before": 0, "refund_percent": 50}]');
  end if;
  insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity) values
    (p_organization_id, 'morning', '09:00', '13:00', 60),
    (p_organization_id, 'afternoon', '13:30', '19:00', 60),
    (p_organization_id, 'full_day', '09:00', '19:00', null)
  on conflict (organization_id, slot) do nothing;
  insert into pool_prices (organization_id, slot, age_group, price, weekend_price) values
    (p_organization_id, 'morning', 'adult', 12, 15), (p_organization_id, 'morning', 'child', 6, 8),
    (p_organization_id, 'afternoon', 'adult', 15, 18), (p_organization_id, 'afternoon', 'child', 8, 9),
    (p_organization_id, 'full_day', 'adult', 22, 26), (p_organization_id, 'full_day', 'child', 11, 13)
  on conflict (organization_id, slot, age_group) do nothing;
  insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, max_members, guest_passes)
  select p_organization_id, t.type, c.cycle, t.name || c.suffix, round(t.price * c.factor, 2), t.members, t.passes * c.months
  from (values ('individual', 'Individual', 45, 1, 1), ('family', 'Family', 89, 5, 2), ('corporate', 'Corporate', 290, 20, 5), ('vip', 'VIP', 150, 2, 6)) as t(type, name, price, members, passes),
       (values ('monthly', ', by the month', 1.0, 1), ('quarterly', ', by the quarter', 0.95, 3), ('annually', ', by the year', 0.85, 12)) as c(cycle, suffix, factor, months)
  on conflict (organization_id, type, billing_cycle) do nothing;
end $$;
comment on function app.seed_pool(uuid) is 'Rows a fresh organization needs in the module pool; may run again.';
