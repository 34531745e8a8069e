-- What tables and orders cost, line by line, with the rate that each was sold at (app.invoice_lines).
create or replace function app.invoice_session(p_organization_id uuid, p_booking_ids uuid[])
returns table (booking_id uuid, description text, quantity numeric, unit_amount numeric, amount numeric, tax_rate numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select x.id, x.name, x.quantity::numeric, app.to_amount(x.total / x.quantity, o.currency), app.to_amount(x.total, o.currency), x.rate, app.to_amount(x.tax, o.currency), x.at
  from organizations o, lateral (
    select l.session_id as id, l.name, l.quantity, l.total_amount as total, l.tax_rate as rate, l.tax_amount as tax, l.placed_at as at from order_lines l
    where l.session_id = any (p_booking_ids) and l.organization_id = o.id and l.status not in ('draft', 'cancelled') and l.deleted_at is null
    union all
    select r.session_id, 'Order ' || r.order_number, 1, r.total_amount, coalesce(r.tax_rate, 0), r.tax_amount, r.placed_at from orders r
    where r.session_id = any (p_booking_ids) and r.organization_id = o.id and not r.has_lines and r.status <> 'CANCELLED' and r.deleted_at is null) x
  where o.id = p_organization_id;
$$;

create or replace function app.invoice_order(p_organization_id uuid, p_booking_ids uuid[])
returns table (booking_id uuid, description text, quantity numeric, unit_amount numeric, amount numeric, tax_rate numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select r.id, x.name, x.quantity::numeric, app.to_amount(x.total / x.quantity, o.currency), app.to_amount(x.total, o.currency), x.rate, app.to_amount(x.tax, o.currency), r.placed_at
  from organizations o join orders r on r.organization_id = o.id and r.id = any (p_booking_ids) and r.session_id is null and r.status <> 'CANCELLED' and r.deleted_at is null
  cross join lateral (
    select l.name, l.quantity, l.total_amount as total, l.tax_rate as rate, l.tax_amount as tax from order_lines l
    where l.order_id = r.id and l.status <> 'cancelled' and l.deleted_at is null
    union all
    select 'Order ' || r.order_number, 1, r.total_amount, coalesce(r.tax_rate, 0), r.tax_amount where not r.has_lines) x
  where o.id = p_organization_id;
$$;

-- Whether more may still come onto the bill of a table.
create or replace function app.session_is_open(p_session_id uuid) returns boolean
language sql stable security definer
as $$ select coalesce((select s.status = 'active' from table_sessions s where s.id = p_session_id), false) $$;
