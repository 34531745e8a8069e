-- Money: bigint minor units ("cents") where the specs store cents, numeric without a scale where they store decimals. Both carry
-- the digits of their currency, whatever these are: see db/README.md, rule 7.

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

create or replace function app.stored_decimals(p_currency text) returns int
language sql immutable parallel safe
as $$ select app.currency_exponent(p_currency) $$;
comment on function app.stored_decimals(text) is 'Digits after the decimal point of a decimal price in this currency.';

-- Every minor unit of an amount below this is exact in a double, which is what a browser counts with (10^12 with three decimals < 2^53).
create or replace function app.largest_amount() returns numeric
language sql immutable parallel safe
as $$ select 1000000000000::numeric $$;
comment on function app.largest_amount() is 'Amounts stay below this many units of their currency.';

-- A typing mistake in a price is worth refusing, and what a mistake looks like depends on what a unit is worth: 200,000 of a currency of
-- the euro's size; a hundred, ten thousand … times as many where a coffee costs hundreds or tens of thousands.
create or replace function app.largest_price(p_currency text) returns bigint
language sql immutable parallel safe
as $$
  select 200000 * 10::bigint ^ app.currency_exponent(p_currency) * case
    when upper(p_currency) in ('IRR') then 1000000
    when upper(p_currency) in ('LBP') then 100000
    when upper(p_currency) in ('GNF','IDR','LAK','MGA','MMK','PYG','SLL','SYP','UZS','VES','VND','ZWL') then 10000
    when upper(p_currency) in ('ARS','BIF','CDF','CLP','COP','IQD','KHR','KRW','MNT','MWK','NGN','RWF','SDG','SSP','STN','TZS','UGX','YER') then 1000
    when upper(p_currency) in ('ALL','AMD','AOA','BDT','CRC','CVE','DJF','DZD','ETB','HTG','HUF','INR','ISK','JMD','JPY','KES','KGS','KMF','KZT','LKR',
                               'LRD','MKD','NPR','PHP','PKR','RSD','RUB','XAF','XOF','XPF') then 100
    else 1 end
$$;
comment on function app.largest_price(text) is 'The highest price of one item that is taken, in minor units of its currency.';

-- Decimal amounts of a table keep the digits of their currency: the row's own, else the organization's. Who types more digits is told so;
-- what functions compute is rounded.
--   create trigger round_amounts before insert or update on chalets for each row execute function app.round_amounts('base_price', …);
-- (round_ comes after fill_, guard_ and prepare, which may still set the amounts.)
create or replace function app.round_amounts() returns trigger
language plpgsql
as $$
declare
  v_new      jsonb := to_jsonb(new);
  v_currency text := coalesce(v_new ->> 'currency', app.organization_currency((v_new ->> 'organization_id')::uuid), 'EUR');
  v_digits   int := app.currency_exponent(v_currency);
  v_changes  jsonb := '{}';
  v_column   text;
  v_amount   numeric;
begin
  foreach v_column in array tg_argv loop
    v_amount := (v_new ->> v_column)::numeric;
    continue when v_amount is null or scale(v_amount) = v_digits;
    if v_amount = 'NaN' or abs(v_amount) >= app.largest_amount() then
      perform app.fail(400, format('%s is no amount of %s.', v_amount, v_currency), v_column,
        jsonb_build_object('currency', v_currency, 'below', app.largest_amount()));
    end if;
    if current_user in ('anon', 'authenticated', 'service_role') and v_amount <> round(v_amount, v_digits) then
      perform app.fail(400, format('%s is no amount of %s.', v_amount, v_currency), v_column,
        jsonb_build_object('currency', v_currency, 'decimals', v_digits));
    end if;
    v_changes := v_changes || jsonb_build_object(v_column, round(v_amount, v_digits));
  end loop;
  if v_changes <> '{}' then
    new := jsonb_populate_record(new, v_changes);
  end if;
  return new;
end $$;
comment on function app.round_amounts() is 'Trigger: the columns named keep the decimals of their currency.';

-- Same for minor units that people type: a price of the menu.
create or replace function app.guard_price() returns trigger
language plpgsql
as $$
declare
  v_currency text := app.organization_currency(new.organization_id);
begin
  if abs(new.price) > app.largest_price(v_currency) then
    perform app.fail(400, format('%s %s is no price of one item.', app.to_amount(round(new.price)::bigint, v_currency), v_currency), 'price',
      jsonb_build_object('currency', v_currency, 'max', app.largest_price(v_currency)), 'Prices are in minor units.');
  end if;
  return new;
end $$;

create or replace function app.organization_currency(p_organization_id uuid) returns text
language sql stable security definer
as $$ select currency from organizations where id = p_organization_id $$;

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

grant execute on function app.currency_exponent(text), app.stored_decimals(text), app.largest_amount(), app.largest_price(text),
  app.round_amounts(), app.guard_price(), app.organization_currency(uuid), app.to_cents(numeric, text), app.to_amount(bigint, text), app.split_cents(bigint, numeric[])
  to anon, authenticated, service_role;

-- Digits of the money in a report: those of the organizations that it is about.
create or replace function app.report_decimals(p_organizations uuid[]) returns int
language sql stable
as $$ select coalesce(max(app.currency_exponent(currency)), 2) from organizations where id = any (p_organizations) $$;
grant execute on function app.report_decimals(uuid[]) to authenticated, service_role;

-- The smallest sum of cash that there is, in minor units: the house's own word (organizations.settings: {"payments": {"cash_rounding": 5}}; 1: none), else
-- what the coins of the currency say.
create or replace function app.cash_step(p_organization_id uuid) returns bigint
language plpgsql stable
as $$
begin
  return (
    select coalesce(
      case when o.settings #>> '{payments,cash_rounding}' ~ '^[1-9][0-9]{0,7}$' then (o.settings #>> '{payments,cash_rounding}')::bigint end,
      case when o.currency in ('CHF', 'AUD', 'CAD', 'SGD', 'MYR', 'KWD', 'BHD', 'OMR', 'JOD') then 5
           when o.currency in ('NZD', 'ZAR', 'ILS') then 10
           when o.currency in ('DKK') then 50
           when o.currency in ('SEK', 'NOK', 'CZK') then 100
           when o.currency in ('HUF') then 500
           else 1 end)
    from organizations o where o.id = p_organization_id);
end $$;
comment on function app.cash_step(uuid) is 'What cash is rounded to, in minor units; 1: not at all.';

-- The nearest sum that can be paid in cash; a half goes up. What would round to nothing is not rounded.
create or replace function app.cash_amount(p_organization_id uuid, p_amount bigint) returns bigint
language plpgsql stable
as $$
begin
  return (select case when s.step <= 1 or p_amount * 2 < s.step then p_amount else (p_amount + s.step / 2) / s.step * s.step end from (select app.cash_step(p_organization_id) as step) s);
end $$;

grant execute on function app.cash_step(uuid), app.cash_amount(uuid, bigint) to authenticated, service_role;
