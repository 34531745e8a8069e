-- SECURITY DEFINER: lines are held against payments and refunds, which finance may read; the right is checked here.
create function api.get_payouts(p_from date default null, p_to date default null, p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'ledger', 'read');
  return coalesce((select jsonb_agg(app.payout_json(o.id) - 'lines' order by coalesce(o.arrives_on, o.created_at::date) desc, o.created_at desc, o.id)
    from (select x.id, x.arrives_on, x.created_at from payouts x where x.organization_id = v_organization
            and (p_from is null or coalesce(x.arrives_on, x.created_at::date) >= p_from) and (p_to is null or coalesce(x.arrives_on, x.created_at::date) <= p_to)
          order by coalesce(x.arrives_on, x.created_at::date) desc limit 200) o), '[]');
end $$;
comment on function api.get_payouts(date, date, uuid) is
  'Finance: what the provider paid out, newest first (200 at most), by day of arrival from p_from to p_to: sums by kind, fees, and whether each line agrees with the books. Amounts decimal.
answers [{"...": "payouts(id, provider, provider_ref, status, amount, currency, arrives_on, reason, is_complete, reconciled_at)", "payments": "number", "refunds": "number",
  "disputes": "number", "fees": "number", "other": "number", "difference": "number", "agrees": "boolean"}]';
grant execute on function api.get_payouts(date, date, uuid) to authenticated, service_role;
