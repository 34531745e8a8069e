create function api.get_customer_rfm_score(
  p_customer_id uuid,
  out customer_id uuid,
  out recency_days int,
  out frequency int,
  out monetary numeric,
  out recency_score int,
  out frequency_score int,
  out monetary_score int,
  out rfm_score text,
  out segment text)
language plpgsql stable
set jit = off
as $$
declare
  v_organization uuid := app.customer_organization(p_customer_id);
  v_stats record;
  v_limit record;
begin
  customer_id := p_customer_id;
  frequency := 0;
  monetary := 0;
  select s.visits, s.spent, s.spent_hundredths, s.last_visit into v_stats
  from customer_stats s where s.organization_id = v_organization and s.customer_id = p_customer_id;
  if not found or v_stats.visits = 0 then
    segment := 'prospect';
    monetary := coalesce(v_stats.spent, 0);
    return;
  end if;
  select * into v_limit from app.rfm_limits(array[v_organization]);
  recency_days := greatest(app.report_today(array[v_organization]) - v_stats.last_visit, 0);
  frequency := v_stats.visits;
  monetary := v_stats.spent;
  recency_score := 1 + width_bucket((v_stats.last_visit - date '2000-01-01' - 1)::bigint, v_limit.recency);
  frequency_score := 1 + width_bucket((v_stats.visits - 1)::bigint, v_limit.frequency);
  monetary_score := 1 + width_bucket(v_stats.spent_hundredths - 1, v_limit.monetary);
  rfm_score := concat(recency_score, frequency_score, monetary_score);
  segment := app.rfm_segment(recency_score, frequency_score, monetary_score, v_stats.visits = 1);
end $$;
comment on function api.get_customer_rfm_score(uuid) is
  'Recency (days since the last visit), frequency (visits) and money, each scored 1 to 5 by quintiles over the organization''s customers; 5 is best. Equal values have equal scores. A customer who never played is a prospect without scores.
answers {"recency_days": "int | null", "recency_score": "int | null", "frequency_score": "int | null", "monetary_score": "int | null", "rfm_score": "text | null"}';
grant execute on function api.get_customer_rfm_score(uuid) to authenticated, service_role;
