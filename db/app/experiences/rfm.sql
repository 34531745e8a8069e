-- RFM: recency, frequency, money, scored 1 to 5 by quintiles over the organization's customers who ever played.
-- A score is counted by limits (the values at 20, 40, 60 and 80 percent) and not by rank, so that equal customers are scored equally.

create or replace function app.rfm_limits(
  p_organizations uuid[],
  out recency numeric[], out frequency numeric[], out monetary numeric[])
language sql stable
set jit = off
as $$
  -- days and visits have few different values: counting them is cheaper than sorting all customers
  with base as materialized (
    select s.last_visit - date '2000-01-01' as day, s.visits, s.spent
    from customer_stats s where s.organization_id = any (p_organizations) and s.visits > 0
  ), whole as (select count(*) as n from base),
  days as (select day, sum(count(*)) over (order by day) as upto from base group by day),
  times as (select visits, sum(count(*)) over (order by visits) as upto from base group by visits),
  money as (select spent, sum(count(*)) over (order by spent) as upto from base group by spent)
  select array(select (select min(day) from days where upto >= ceil(n * q)) from whole, unnest(array[0.2, 0.4, 0.6, 0.8]) q order by q)::numeric[],
         array(select (select min(visits) from times where upto >= ceil(n * q)) from whole, unnest(array[0.2, 0.4, 0.6, 0.8]) q order by q)::numeric[],
         array(select (select min(spent) from money where upto >= ceil(n * q)) from whole, unnest(array[0.2, 0.4, 0.6, 0.8]) q order by q)::numeric[];
$$;
comment on function app.rfm_limits(uuid[]) is 'The values at 20, 40, 60 and 80 percent of the customers: day of the last visit (days since 2000), visits, money.';

create or replace function app.rfm_score(p_value numeric, p_limits numeric[]) returns int
language sql immutable parallel safe
as $$
  select case when p_value <= p_limits[1] then 1 when p_value <= p_limits[2] then 2 when p_value <= p_limits[3] then 3
              when p_value <= p_limits[4] then 4 else 5 end;
$$;

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

grant execute on function app.rfm_limits(uuid[]), app.rfm_score(numeric, numeric[]), app.rfm_segment(int, int, int, boolean) to authenticated, service_role;
