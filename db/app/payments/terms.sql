-- What every booking with a price shares: tax by line, and the terms it can be cancelled under.

-- Net, tax and gross of one line; gross = net + tax to the last digit.
create or replace function app.taxed_line(p_amount numeric, p_rate numeric, p_includes_tax boolean, p_decimals int) returns jsonb
language sql immutable parallel safe
as $$
  select jsonb_build_object('net', gross - tax, 'tax', tax, 'tax_rate', p_rate, 'total', gross)
  from (select case when p_includes_tax then p_amount else p_amount + t end as gross, t as tax
        from (select round(case when p_includes_tax then p_amount * p_rate / (100 + p_rate) else p_amount * p_rate / 100 end, p_decimals) as t) x) y;
$$;
comment on function app.taxed_line(numeric, numeric, boolean, int) is 'One line as {"net", "tax", "tax_rate", "total"}; the rate is in percent, the tax is rounded to the decimals.';

create or replace function app.terms_for(p_organization_id uuid, p_kind text) returns uuid
language sql stable security definer
as $$
  select coalesce(
    (select id from cancellation_policies
     where organization_id = p_organization_id and is_active and p_kind = any (applies_to)
     order by is_default desc, created_at, id limit 1),
    app.default_cancellation_policy(p_organization_id, p_kind));
$$;
comment on function app.terms_for(uuid, text) is 'The cancellation terms of a booking that names none: those made for its kind, else the organization''s default.';

grant execute on function app.terms_for(uuid, text), app.taxed_line(numeric, numeric, boolean, int) to anon, authenticated, service_role;
