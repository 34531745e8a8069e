-- Tax rates and the days on which they hold. SECURITY DEFINER: who buys need not read the house's settings.
create or replace function app.tax_rate(p_organization_id uuid, p_code text, p_day date default null) returns numeric
language sql stable security definer
as $$
  select t.rate from tax_rates t
  where t.organization_id = p_organization_id and t.code = p_code and t.valid_from <= coalesce(p_day, app.organization_today(p_organization_id))
  order by t.valid_from desc limit 1;
$$;
comment on function app.tax_rate(uuid, text, date) is 'Per cent of a tax on a day (null: the house''s today); null where the house has no such tax yet.';

create or replace function app.standard_tax_rate(p_organization_id uuid, p_day date default null) returns numeric
language sql stable security definer
as $$
  select coalesce(app.tax_rate(p_organization_id, 'standard', p_day), (select o.default_tax_rate from organizations o where o.id = p_organization_id));
$$;
comment on function app.standard_tax_rate(uuid, date) is 'Per cent of what names no tax of its own, on a day (null: the house''s today).';

-- A rate begins on its day without anybody writing anything; what is kept of the house's prices (app.public_functions) is to hear of it.
create or replace function app.announce_tax_rates() returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  update organizations o set updated_at = now()
  where exists (select from tax_rates t where t.organization_id = o.id and t.valid_from <= app.organization_today(o.id)
                  and t.valid_from > app.business_date(o.updated_at, o.timezone, o.business_day_cutoff));
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function app.announce_tax_rates() is 'Touches houses of which a tax rate has begun since they changed last; returns how many.';

-- The code under which a rate goes into the books: of that day, else of any.
create or replace function app.tax_code(p_organization_id uuid, p_rate numeric, p_day date) returns text
language sql stable security definer
as $$
  select t.code from tax_rates t
  where t.organization_id = p_organization_id and t.rate = p_rate
  order by t.valid_from <= p_day desc, t.valid_from desc, t.code limit 1;
$$;

-- The rate that a sum and its tax show, where the sale kept none: of the house's rates the one that makes this tax, else what the sums come to.
create or replace function app.shown_tax_rate(p_organization_id uuid, p_amount numeric, p_tax numeric, p_day date) returns numeric
language sql stable security definer
as $$
  select case when p_tax = 0 then 0::numeric else coalesce((
    select r.rate from (
      select app.standard_tax_rate(p_organization_id, p_day) as rate, 0 as n, null::date as since
      union all select t.rate, 1, t.valid_from from tax_rates t where t.organization_id = p_organization_id and t.valid_from <= p_day) r
    where round(p_amount * r.rate / (100 + r.rate), app.currency_exponent(app.organization_currency(p_organization_id))) = p_tax
    order by r.n, r.since desc limit 1), round(p_tax * 100 / nullif(p_amount - p_tax, 0), 2), 0) end;
$$;
comment on function app.shown_tax_rate(uuid, numeric, numeric, date) is 'Per cent that an amount with this tax in it was sold at.';
grant execute on function app.tax_rate(uuid, text, date), app.standard_tax_rate(uuid, date) to anon, authenticated, service_role;
