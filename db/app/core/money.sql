-- Money: integer minor units ("cents") where the specs store cents, numeric(10,2) where they store decimals.

-- ISO 4217: digits after the point. Currencies that are missing here have two.
create or replace function app.currency_exponent(p_currency text) returns int
language sql immutable parallel safe
as $$
  select case
    when upper(p_currency) in ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') then 0
    when upper(p_currency) in ('BHD','IQD','JOD','KWD','LYD','OMR','TND') then 3
    else 2 end;
$$;
comment on function app.currency_exponent(text) is 'Digits after the decimal point of an ISO 4217 currency.';

-- Prices of stays, tickets and games stand in numeric(10,2): what is computed for them has the currency's digits, and never more than two.
create or replace function app.stored_decimals(p_currency text) returns int
language sql immutable parallel safe
as $$ select least(2, app.currency_exponent(p_currency)) $$;
comment on function app.stored_decimals(text) is 'Digits after the decimal point of a decimal price in this currency.';

create or replace function app.to_cents(p_amount numeric, p_currency text default 'EUR') returns bigint
language sql immutable parallel safe
as $$ select round(p_amount * 10 ^ app.currency_exponent(p_currency))::bigint $$;
comment on function app.to_cents(numeric, text) is 'Decimal amount to minor units.';

create or replace function app.to_amount(p_cents bigint, p_currency text default 'EUR') returns numeric
language sql immutable parallel safe
as $$ select round(p_cents / 10::numeric ^ app.currency_exponent(p_currency), app.currency_exponent(p_currency)) $$;
comment on function app.to_amount(bigint, text) is 'Minor units to a decimal amount.';

-- Largest remainder (Hamilton): shares are whole minor units and always add up to the total.
create or replace function app.split_cents(p_total bigint, p_weights numeric[]) returns bigint[]
language sql immutable parallel safe
as $$
  with shares as (
    select n, w, coalesce(sum(w) over (), 0) as whole
    from unnest(p_weights) with ordinality as t(w, n)
  ), floors as (
    select n, case when whole = 0 then 0 else trunc(p_total * w / whole) end as part,
           case when whole = 0 then 0 else abs(p_total * w / whole - trunc(p_total * w / whole)) end as rest
    from shares
  ), ranked as (
    select n, part, row_number() over (order by rest desc, n) as place, sum(part) over () as given from floors
  )
  select array_agg((part + case when place <= abs(p_total - given) then sign(p_total - given) else 0 end)::bigint order by n) from ranked;
$$;
comment on function app.split_cents(bigint, numeric[]) is 'Splits an amount in minor units by weights with largest-remainder rounding: the shares add up exactly.';

grant execute on function app.currency_exponent(text), app.stored_decimals(text), app.to_cents(numeric, text), app.to_amount(bigint, text), app.split_cents(bigint, numeric[])
  to anon, authenticated, service_role;
