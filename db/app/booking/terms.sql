-- Cancellation terms as a guest reads them: until when which share comes back, as instants.

-- tiers: [{"until", "refund_percent", "refund_amount", "is_over"}], the kindest first; after the last one nothing comes back.
create or replace function app.terms_json(p_policy_id uuid, p_starts_at timestamptz, p_amount numeric, p_currency text) returns jsonb
language sql stable security definer
as $$
  with tiers as (
    select p_starts_at - make_interval(secs => (t ->> 'hours_before')::float8 * 3600) as until, (t ->> 'refund_percent')::numeric as percent
    from cancellation_policies p, jsonb_array_elements(p.rules) t where p.id = p_policy_id and (t ->> 'refund_percent')::numeric > 0
    union all
    select p_starts_at, 100 where p_policy_id is null
  ), kindest as (      -- of two tiers that end together the kinder counts; one that a later and kinder one covers says nothing
    select until, max(percent) as percent from tiers t
    where not exists (select from tiers k where k.until > t.until and k.percent >= t.percent) group by until
  )
  select jsonb_build_object(
    'policy_id', p_policy_id, 'name', (select name from cancellation_policies where id = p_policy_id),
    'starts_at', p_starts_at,
    'tiers', coalesce((select jsonb_agg(jsonb_build_object('until', until, 'refund_percent', percent,
                         'refund_amount', round(p_amount * percent / 100, app.currency_exponent(p_currency)), 'is_over', until < now()) order by until) from kindest), '[]'),
    'free_until', (select max(until) from kindest where percent = 100 and until >= now()));
$$;
comment on function app.terms_json(uuid, timestamptz, numeric, text) is
  'Cancellation terms with their instants worked out, for an amount paid; the same arithmetic as app.cancellation_refund. Without a policy everything comes back until it begins.';
