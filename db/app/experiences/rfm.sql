-- RFM: recency, frequency, money, scored 1 to 5 by quintiles over the organization's customers who ever played.
-- A score is counted by limits (the values at 20, 40, 60 and 80 percent) and not by rank, so that equal customers are scored equally. With fewer
-- than five customers the lower limits do not exist (they are far below everything), and the scores begin higher. The score of a value is one more than the limits below it:
-- 1 + width_bucket(value - 1, limits).

create or replace function app.rfm_limits(
  p_organizations uuid[],
  out recency bigint[], out frequency bigint[], out monetary bigint[])
language sql stable
set jit = off
set work_mem = '64MB'
as $$
  with seen as materialized (
    -- days, visits and amounts have few different values: counting each (one pass, three hash tables) is cheaper than sorting all customers
    select s.last_visit as day, s.visits, s.spent_hundredths as money, count(*)::int as n, grouping(s.last_visit, s.visits, s.spent_hundredths) as g
    from customer_stats s
    where s.organization_id = any (p_organizations) and s.visits > 0
    group by grouping sets ((s.last_visit), (s.visits), (s.spent_hundredths))
  ), running as (
    select g, coalesce(day - date '2000-01-01', visits, money) as value,
           sum(n) over (partition by g order by coalesce(day - date '2000-01-01', visits, money)) as upto, sum(n) over (partition by g) as whole
    from seen
  ), limits as (
    -- the value of the customer in place whole * 1/5, 2/5 …; place 0 is nobody
    select g, array[coalesce(min(value) filter (where upto >= nullif(whole / 5, 0)), -1000000),
                    coalesce(min(value) filter (where upto >= nullif(whole * 2 / 5, 0)), -1000000),
                    coalesce(min(value) filter (where upto >= nullif(whole * 3 / 5, 0)), -1000000),
                    coalesce(min(value) filter (where upto >= nullif(whole * 4 / 5, 0)), -1000000)] as four
    from running group by g
  )
  select (select four from limits where g = 3), (select four from limits where g = 5), (select four from limits where g = 6);
$$;
comment on function app.rfm_limits(uuid[]) is 'The values at 20, 40, 60 and 80 percent of the customers: day of the last visit (days since 2000), visits, money in hundredths.';

create or replace function app.rfm_segment(p_r int, p_f int, p_m int, p_once boolean) returns text
language sql immutable parallel safe
as $$
  select case
    when p_once and p_r >= 4 then 'new'
    when p_r >= 4 and p_f >= 4 and p_m >= 4 then 'champions'
    when p_r <= 2 and p_f >= 4 and p_m >= 4 then 'cannot_lose'
    when p_f >= 4 and p_r >= 3 then 'loyal'
    when p_m >= 4 and p_r >= 3 then 'big_spenders'
    when p_r >= 4 then 'promising'
    when p_r = 3 then 'needs_attention'
    when p_f >= 3 or p_m >= 3 then 'at_risk'
    when p_r = 2 then 'hibernating'
    else 'lost' end;
$$;
comment on function app.rfm_segment(int, int, int, boolean) is 'The name of a customer with these scores; p_once: played a single time.';

-- Whose customer this is; refuses those who may not read them.
create or replace function app.customer_organization(p_customer_id uuid) returns uuid
language plpgsql stable
as $$
declare
  v_organization uuid;
begin
  select c.organization_id into v_organization from customers c where c.id = p_customer_id;
  if not found then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  perform app.require_work(v_organization, 'customers', 'read');
  return v_organization;
end $$;

grant execute on function app.customer_organization(uuid) to authenticated, service_role;
grant execute on function app.rfm_limits(uuid[]), app.rfm_segment(int, int, int, boolean) to authenticated, service_role;
