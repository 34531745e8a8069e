-- Which paper an invoice is, units that something hangs on, averages made anew.

-- The number of a paper without what typing adds: blanks, case, signs, words like "Invoice No", zeros in front.
create or replace function app.invoice_key(p_number text) returns text
language sql immutable parallel safe
as $$
  select coalesce(nullif(ltrim(regexp_replace(k, '^(rechnungsnummer|rechnungsnr|rechnungnr|rechnung|rgnr|renr|rg|re|invoicenumber|invoiceno|invoicenr|invoice|inv|facture|factura|fattura|fact|no|nr)(?=[0-9])', ''), '0'), ''), k, lower(trim(p_number)))
  from (select nullif(regexp_replace(lower(normalize(p_number, NFKC)), '[^[:alnum:]]', '', 'g'), '') as k) x;
$$;
comment on function app.invoice_key(text) is 'What makes a supplier''s invoice number the same: "RE-0017 ", "re 17" and "Rechnung Nr. 17" are one.';

-- Stock, recipes, prices and invoices count in the base unit: it changes only while nothing does.
create or replace function app.guard_ingredient_unit() returns trigger
language plpgsql security definer
as $$
declare
  v_what text;
begin
  v_what := case
    when exists (select from stock_movements m where m.ingredient_id = old.id) or exists (select from stock_levels l where l.ingredient_id = old.id and l.quantity <> 0) then 'Stock'
    when exists (select from recipe_lines l where l.ingredient_id = old.id) or exists (select from recipes r where r.ingredient_id = old.id) then 'A recipe'
    when exists (select from ingredient_units u where u.ingredient_id = old.id) then 'A unit'
    when exists (select from supplier_prices p where p.ingredient_id = old.id) then 'A price list'
    when exists (select from invoice_lines l where l.ingredient_id = old.id) then 'An invoice' end;
  if v_what is not null then
    perform app.fail(409, format('%s counts %s in %s.', v_what, old.name, old.unit), 'unit', jsonb_build_object('unit', old.unit), 'Make another ingredient and move to it.');
  end if;
  new.average_cost := 0;
  new.last_cost := null;
  return new;
end $$;

-- A unit that a recipe, a price list or an open invoice uses stays as long as they do.
create or replace function app.guard_used_unit() returns trigger
language plpgsql security definer
as $$
declare
  v_name text := (select i.name from ingredients i where i.id = old.ingredient_id);
begin
  if v_name is null or tg_op = 'UPDATE' and (new.unit, new.ingredient_id) = (old.unit, old.ingredient_id) and new.factor = old.factor then
    return case when tg_op = 'DELETE' then old else new end;      -- it goes with its ingredient
  end if;
  if exists (select from recipe_lines l where l.ingredient_id = old.ingredient_id and l.unit = old.unit)
     or exists (select from recipes r where r.ingredient_id = old.ingredient_id and r.yield_unit = old.unit)
     or exists (select from supplier_prices p where p.ingredient_id = old.ingredient_id and p.unit = old.unit)
     or exists (select from invoice_lines l join invoices i on i.id = l.invoice_id where l.ingredient_id = old.ingredient_id and l.unit = old.unit and i.status = 'draft') then
    if tg_op = 'UPDATE' and (new.unit, new.ingredient_id) = (old.unit, old.ingredient_id) then
      return new;      -- a crate may become larger: what counts by it follows
    end if;
    perform app.fail(409, format('Something still counts %s in %s.', v_name, old.unit), 'unit', jsonb_build_object('ingredient_id', old.ingredient_id, 'unit', old.unit));
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- The moving average from all that ever moved, in its order: after a price was corrected.
create or replace function app.replay_average_cost(p_ingredient_id uuid) returns void
language plpgsql security definer
as $$
declare
  m record;
  v_stock numeric := 0;
  v_average numeric;
  v_last numeric;
begin
  for m in select s.kind, s.quantity, s.unit_cost from stock_movements s where s.ingredient_id = p_ingredient_id order by s.created_at, s.kind <> 'count', s.ctid loop
    if m.kind in ('purchase', 'return') and m.unit_cost is not null then
      v_average := app.average_cost(v_average, greatest(v_stock, 0), m.unit_cost, m.quantity);
      v_last := case when m.kind = 'purchase' then m.unit_cost else v_last end;
    end if;
    v_stock := v_stock + m.quantity;
  end loop;
  update ingredients set average_cost = coalesce(v_average, 0), last_cost = v_last where id = p_ingredient_id;
end $$;

-- What comes in mixes with what is there; the first price ever paid is the price of what was there before. What goes back takes its value with it.
create or replace function app.average_cost(p_average numeric, p_stock numeric, p_cost numeric, p_quantity numeric) returns numeric
language sql immutable parallel safe
as $$
  select round(case
    when p_average is null and p_quantity > 0 then p_cost
    when p_average is null then null
    when p_stock + p_quantity <= 0 then p_average
    else greatest((p_average * p_stock + p_cost * p_quantity) / (p_stock + p_quantity), 0) end, 8);
$$;
comment on function app.average_cost(numeric, numeric, numeric, numeric) is 'The moving average of a base unit after a delivery (or a return, below zero); null: nothing was ever paid.';

grant execute on function app.invoice_key(text), app.average_cost(numeric, numeric, numeric, numeric), app.guard_ingredient_unit(), app.guard_used_unit() to anon, authenticated, service_role;
