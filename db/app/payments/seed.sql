create or replace function app.seed_payments(p_organization_id uuid) returns void
language sql security definer
as $$
  select app.start_dunning(p_organization_id);
  insert into cancellation_policies (organization_id, name, description, rules, is_default) values
    (p_organization_id, 'Flexible', 'Everything back until one day before.',
     '[{"hours_before": 24, "refund_percent": 100}]', true),
    (p_organization_id, 'Moderate', 'Everything back until five days before, half until one day before.',
     '[{"hours_before": 120, "refund_percent": 100}, {"hours_before": 24, "refund_percent": 50}]', false),
    (p_organization_id, 'Strict', 'Half back until seven days before.',
     '[{"hours_before": 168, "refund_percent": 50}]', false);
$$;
comment on function app.seed_payments(uuid) is 'The cancellation policies that a fresh organization can choose from, and the steps taken where money does not come.';
