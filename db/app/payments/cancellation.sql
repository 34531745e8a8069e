-- Cancellation policies: tiers by the hours that are left.

create or replace function app.valid_cancellation_rules(p_rules jsonb) returns boolean
language sql immutable parallel safe
as $$
  select jsonb_typeof(p_rules) = 'array' and jsonb_array_length(p_rules) > 0 and not exists (
    select from jsonb_array_elements(case when jsonb_typeof(p_rules) = 'array' then p_rules else '[]' end) r
    where jsonb_typeof(r) is distinct from 'object'
       or jsonb_typeof(r -> 'hours_before') is distinct from 'number'
       or jsonb_typeof(r -> 'refund_percent') is distinct from 'number'
       or (r ->> 'hours_before')::numeric not between 0 and 87600
       or (r ->> 'refund_percent')::numeric not between 0 and 100);
$$;
comment on function app.valid_cancellation_rules(jsonb) is 'Whether these are tiers of a cancellation policy.';

create or replace function app.cancellation_refund(
  p_policy_id uuid,
  p_paid numeric,
  p_starts_at timestamptz,
  p_currency text default 'EUR') returns numeric
language sql stable security definer
as $$
  select coalesce(round(p_paid * (
    select (tier ->> 'refund_percent')::numeric
    from cancellation_policies p, jsonb_array_elements(p.rules) tier
    where p.id = p_policy_id
      and p_starts_at - now() >= make_interval(secs => (tier ->> 'hours_before')::float8 * 3600)
    order by (tier ->> 'hours_before')::numeric desc
    limit 1) / 100, app.currency_exponent(p_currency)),
    -- no policy: everything back until it begins
    case when p_policy_id is null and p_starts_at > now() then p_paid else 0 end, 0);
$$;
comment on function app.cancellation_refund(uuid, numeric, timestamptz, text) is
  'What somebody who cancels now gets back of what was paid. Without a policy: everything before the start, nothing after.';

-- What goes back of a stay or a ticket: what the terms give, or what the desk says; more than the terms give is for those who may refund.
create or replace function app.agreed_refund(
  p_refund_amount numeric, p_by_terms numeric, p_paid numeric, p_organization_id uuid, p_currency text, p_staff boolean) returns numeric
language plpgsql stable
as $$
begin
  if p_refund_amount is not null then
    if not p_staff then
      perform app.fail(403, 'The terms decide what goes back.', 'p_refund_amount');
    end if;
    if not p_refund_amount between 0 and p_paid or p_refund_amount <> round(p_refund_amount, app.stored_decimals(p_currency)) then
      perform app.fail(400, format('Between 0 and the %s that were paid.', p_paid), 'p_refund_amount', jsonb_build_object('paid', p_paid));
    end if;
    if p_refund_amount > p_by_terms and not app.works_for(p_organization_id, 'payments', 'update') then
      perform app.fail(403, 'More than the terms give back is for those who may refund payments.', 'p_refund_amount');
    end if;
  end if;
  return coalesce(p_refund_amount, p_by_terms);
end $$;

create or replace function app.default_cancellation_policy(p_organization_id uuid, p_kind text default null) returns uuid
language sql stable security definer
as $$
  select id from cancellation_policies
  where organization_id = p_organization_id and is_default and is_active
    and (p_kind is null or applies_to = '{}' or p_kind = any (applies_to));
$$;
comment on function app.default_cancellation_policy(uuid, text) is 'The policy for bookings that name none; null when the organization has none.';

grant execute on function app.valid_cancellation_rules(jsonb), app.cancellation_refund(uuid, numeric, timestamptz, text),
  app.default_cancellation_policy(uuid, text) to anon, authenticated, service_role;
