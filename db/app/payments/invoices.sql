-- Invoices: the next number, the lines and what they add up to, credit notes. Series are locked last, after bookings, payments and refunds.

create or replace function app.keep_invoice() returns trigger
language plpgsql
as $$
begin
  -- who issued it may leave the house
  if tg_op = 'UPDATE' and to_jsonb(new) - 'issued_by' = to_jsonb(old) - 'issued_by' then
    return new;
  end if;
  perform app.fail(422, 'What was issued does not change: credit it.', 'id');
  return old;
end $$;
grant execute on function app.keep_invoice() to anon, authenticated, service_role;

-- The next number of a series, which is locked until the transaction ends. Instants go up with the numbers, whoever began first.
create or replace function app.next_invoice_number(p_organization_id uuid, p_kind text, out year int, out sequence int, out number text, out issued_at timestamptz, out issued_on date)
language plpgsql security definer
as $$
declare
  v_house record;
  v_digits text;
begin
  select o.timezone, coalesce(nullif(o.settings #>> array['invoices', p_kind || '_pattern'], ''), case p_kind when 'invoice' then 'INV-{year}-{number}' else 'CN-{year}-{number}' end) as pattern,
         app.organization_today(o.id) as today into v_house
  from organizations o where o.id = p_organization_id;
  year := extract(year from v_house.today);
  insert into invoice_series (organization_id, kind, year) values (p_organization_id, p_kind, next_invoice_number.year) on conflict do nothing;
  update invoice_series s set last_number = s.last_number + 1, last_issued_at = greatest(s.last_issued_at, now())
  where s.organization_id = p_organization_id and s.kind = p_kind and s.year = next_invoice_number.year
  returning s.last_number, s.last_issued_at into sequence, issued_at;
  issued_on := greatest(v_house.today, (issued_at at time zone v_house.timezone)::date);
  issued_on := case when extract(year from issued_on) <> year then v_house.today else issued_on end;
  v_digits := lpad(sequence::text, greatest(5, length(sequence::text)), '0');      -- lpad cuts what is longer
  number := replace(replace(v_house.pattern, '{year}', year::text), '{number}', v_digits);
  if v_house.pattern !~ '\{number\}' or v_house.pattern !~ '\{year\}' then
    number := number || '-' || year || '-' || v_digits;       -- a pattern without them would give one number twice
  end if;
  -- invoices and credit notes of one pattern, or a pattern that was the other's before: both begin at 1
  if exists (select from sales_invoices i where i.organization_id = p_organization_id and i.number = next_invoice_number.number) then
    number := number || case p_kind when 'invoice' then '-INV-' else '-CN-' end || v_digits;
  end if;
end $$;

-- What bookings cost, line by line with the rate: of modules that know it (listeners of invoice_lines), else of the bill's lines.
create or replace function app.invoice_lines(p_organization_id uuid, p_booking_types text[], p_booking_ids uuid[])
returns table (booking_type text, booking_id uuid, description text, quantity numeric, unit_amount numeric, amount numeric, tax_rate numeric, tax_amount numeric, occurred_at timestamptz)
language plpgsql stable security definer
as $$
declare
  v_source record;
begin
  for v_source in
    select s.name, l.function from booking_types s left join app.listening('invoice_lines') l on l.topic = s.name
    where s.name = any (p_booking_types) order by s.position
  loop
    if v_source.function is not null then
      return query execute format('select %L::text, l.* from app.%I($1, $2) l', v_source.name, v_source.function) using p_organization_id, p_booking_ids;
    else
      return query select l.booking_type, l.booking_id, l.description, l.quantity, l.unit_amount, l.amount,
          app.shown_tax_rate(p_organization_id, l.amount, l.tax_amount, app.business_date(l.occurred_at, o.timezone, o.business_day_cutoff)), l.tax_amount, l.occurred_at
        from organizations o, app.folio_lines(o.id, array[v_source.name], p_booking_ids) l where o.id = p_organization_id;
    end if;
  end loop;
end $$;

-- By rate, from lines that have one.
create or replace function app.invoice_taxes(p_organization_id uuid, p_lines jsonb, p_day date) returns jsonb
language sql stable security definer
as $$
  select coalesce(jsonb_agg(jsonb_build_object('tax_rate', t.rate, 'tax_code', app.tax_code(p_organization_id, t.rate, p_day),
           'net_amount', t.total - t.tax, 'tax_amount', t.tax, 'total_amount', t.total) order by t.rate desc), '[]')
  from (select (l ->> 'tax_rate')::numeric as rate, sum((l ->> 'amount')::numeric) as total, sum((l ->> 'tax_amount')::numeric) as tax
        from jsonb_array_elements(p_lines) l group by 1) t;
$$;

create or replace function app.invoice_seller(p_organization_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_strip_nulls(jsonb_build_object('name', o.name, 'address', o.address, 'phone', o.phone, 'email', o.email,
    'tax_number', nullif(o.settings #>> '{invoices,tax_number}', ''), 'footer', nullif(o.settings #>> '{invoices,footer}', '')))
  from organizations o where o.id = p_organization_id;
$$;

-- {"name", "address", "tax_number", "email"}, each a text of a bounded length; anything else is refused.
create or replace function app.check_buyer(p_buyer jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  v_key text;
  v_value jsonb;
begin
  if jsonb_typeof(coalesce(p_buyer, '{}')) <> 'object' then
    perform app.fail(400, 'The buyer is an object with a name and an address.', 'p_buyer');
  end if;
  for v_key, v_value in select * from jsonb_each(coalesce(p_buyer, '{}')) loop
    if v_key not in ('name', 'address', 'tax_number', 'email') or jsonb_typeof(v_value) not in ('string', 'null')
       or length(v_value #>> '{}') > (case v_key when 'address' then 500 else 200 end) then
      perform app.fail(400, 'The buyer has a name, an address, a tax_number and an email, each a text.', 'p_buyer', jsonb_build_object('key', v_key));
    end if;
  end loop;
  return jsonb_strip_nulls(coalesce(p_buyer, '{}'));
end $$;

create or replace function app.invoice_json(p_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(i) - array['idempotency_key', 'created_at', 'issued_by'] || jsonb_build_object(
    'bookings', coalesce((select jsonb_agg(jsonb_build_object('booking_type', b.booking_type, 'booking_id', b.booking_id) order by b.booking_type, b.booking_id)
                          from sales_invoice_bookings b where b.organization_id = i.organization_id and b.invoice_id = i.id), '[]'),
    'credits_number', (select c.number from sales_invoices c where c.id = i.credits_invoice_id),
    'credited_amount', coalesce((select sum(c.total_amount) from sales_invoices c where c.organization_id = i.organization_id and c.credits_invoice_id = i.id), 0))
  from sales_invoices i where i.id = p_id;
$$;
comment on function app.invoice_json(uuid) is
  'An invoice or credit note. Decimal amounts in its currency.
shape invoice {"...": "sales_invoices(id, organization_id, kind, year, sequence, number, issued_on, issued_at, language, currency, net_amount, tax_amount, total_amount, paid_amount, note, credits_invoice_id, refund_id)",
  "seller": {"*": "text"}, "buyer": {"*": "text"},
  "lines": [{"description": "text", "quantity": "number", "unit_amount": "number", "amount": "number", "tax_rate": "number", "tax_amount": "number", "occurred_on": "date | null"}],
  "taxes": [{"tax_rate": "number", "tax_code": "text | null", "net_amount": "number", "tax_amount": "number", "total_amount": "number"}],
  "bookings": [{"booking_type": "text", "booking_id": "uuid"}], "credits_number": "text | null", "credited_amount": "number"}';

-- Whether the one who asks may see it: staff, and who owns all that is on it, each booking or the folio that it stands on. One dish of a table on the bill of
-- a room shows that table nothing of the room.
create or replace function app.sees_invoice(p_id uuid) returns boolean
language sql stable security definer
as $$
  select coalesce((select app.works_for(i.organization_id, 'payments', 'read') or (
      select bool_and(app.is_own_bill(i.organization_id, b.booking_type, b.booking_id) or auth.table_session_id() is null and exists (
          select from folio_items f where f.booking_type = b.booking_type and f.booking_id = b.booking_id and app.is_own_folio(f.folio_id)))
      from sales_invoice_bookings b where b.organization_id = i.organization_id and b.invoice_id = coalesce(i.credits_invoice_id, i.id))
    from sales_invoices i where i.id = p_id), false);
$$;

-- What goes back of an invoice, by rate: a sum is spread over what is left of each by its size, and takes its part of the tax along; the last one takes what
-- is left, so that all credit notes of an invoice add up to it, to the cent and at every rate.
create or replace function app.credit_parts(p_invoice_id uuid, p_amount numeric) returns jsonb
language plpgsql stable security definer
as $$
declare
  v record;
  v_left jsonb;
  v_split bigint[];
begin
  select i.currency, i.taxes into v from sales_invoices i where i.id = p_invoice_id;
  select jsonb_agg(jsonb_build_object('tax_rate', t -> 'tax_rate', 'tax_code', t -> 'tax_code',
           'total', app.to_cents((t ->> 'total_amount')::numeric - coalesce(c.total, 0), v.currency), 'tax', app.to_cents((t ->> 'tax_amount')::numeric - coalesce(c.tax, 0), v.currency)) order by n)
    into v_left
  from jsonb_array_elements(v.taxes) with ordinality x (t, n)
  left join lateral (
    select sum((k ->> 'total_amount')::numeric) as total, sum((k ->> 'tax_amount')::numeric) as tax
    from sales_invoices o, jsonb_array_elements(o.taxes) k where o.credits_invoice_id = p_invoice_id and k -> 'tax_rate' = t -> 'tax_rate') c on true;
  v_split := app.split_cents(app.to_cents(p_amount, v.currency), array(select (e ->> 'total')::numeric from jsonb_array_elements(v_left) with ordinality x (e, n) order by n));
  return (
    select coalesce(jsonb_agg(jsonb_build_object('tax_rate', e -> 'tax_rate', 'tax_code', e -> 'tax_code', 'total_amount', app.to_amount(p.total, v.currency),
             'tax_amount', app.to_amount(p.tax, v.currency), 'net_amount', app.to_amount(p.total - p.tax, v.currency)) order by n), '[]')
    from jsonb_array_elements(v_left) with ordinality x (e, n),
    lateral (select v_split[n] as total, case when v_split[n] = (e ->> 'total')::bigint then (e ->> 'tax')::bigint
               else round((e ->> 'tax')::numeric * v_split[n] / nullif((e ->> 'total')::bigint, 0))::bigint end as tax) p
    where p.total <> 0);
end $$;

-- A credit note over so much of an invoice, at most what is left of it; null where nothing is. The invoice is locked.
create or replace function app.credit_invoice(p_invoice_id uuid, p_amount numeric, p_refund_id uuid, p_note text) returns uuid
language plpgsql security definer
as $$
declare
  v        record;
  n        record;
  v_left   numeric;
  v_taxes  jsonb;
  v_id     uuid;
begin
  select i.* into v from sales_invoices i where i.id = p_invoice_id and i.kind = 'invoice' for update;
  v_left := v.total_amount - coalesce((select sum(c.total_amount) from sales_invoices c where c.organization_id = v.organization_id and c.credits_invoice_id = v.id), 0);
  p_amount := least(coalesce(p_amount, v_left), v_left);
  if p_amount is null or p_amount <= 0 then
    return null;
  end if;
  v_taxes := app.credit_parts(v.id, p_amount);
  n := app.next_invoice_number(v.organization_id, 'credit_note');
  insert into sales_invoices (organization_id, kind, year, sequence, number, issued_on, issued_at, issued_by, language, currency, seller, buyer, lines, taxes,
      net_amount, tax_amount, total_amount, note, credits_invoice_id, refund_id)
  select v.organization_id, 'credit_note', n.year, n.sequence, n.number, n.issued_on, n.issued_at, app.acting_user(), v.language, v.currency, app.invoice_seller(v.organization_id), v.buyer,
      case when p_amount = v.total_amount then v.lines
           else (select jsonb_agg(jsonb_build_object('description', (app.document_words(v.language) ->> 'for_invoice') || ' ' || v.number, 'quantity', 1, 'unit_amount', t -> 'total_amount',
                   'amount', t -> 'total_amount', 'tax_rate', t -> 'tax_rate', 'tax_amount', t -> 'tax_amount', 'occurred_on', v.issued_on)) from jsonb_array_elements(v_taxes) t) end,
      v_taxes, s.total - s.tax, s.tax, s.total, p_note, v.id, p_refund_id
  from (select sum((t ->> 'total_amount')::numeric) as total, sum((t ->> 'tax_amount')::numeric) as tax from jsonb_array_elements(v_taxes) t) s
  returning id into v_id;
  if p_amount = v_left then
    update sales_invoice_bookings set is_open = false where organization_id = v.organization_id and invoice_id = v.id and is_open;
  end if;
  return v_id;
end $$;

-- What of a refund gives back something that an invoice stands for: not the gratuity, and not what had been paid above the invoice; what rounding took
-- off or put on is what it was before.
create or replace function app.invoiced_part(p_invoice_id uuid, p_refund_id uuid) returns numeric
language sql stable security definer
as $$
  with money as (
    select p.id, p.amount - p.tip_amount - p.rounding_amount as paid
    from sales_invoices i join sales_invoice_bookings b on b.organization_id = i.organization_id and b.invoice_id = i.id
    join payments p on p.organization_id = i.organization_id and p.booking_type = b.booking_type and p.booking_id = b.booking_id and p.paid_at is not null
    where i.id = p_invoice_id)
  select greatest(0, least(g.back, g.back - ((select coalesce(sum(m.paid), 0) from money m)
      - (select coalesce(sum(o.amount - coalesce(o.tip_amount, 0) - app.refund_rounding(o.id)), 0) from money m join refunds o on o.payment_id = m.id and o.status = 'succeeded' and o.id <> p_refund_id)
      - (i.total_amount - coalesce((select sum(c.total_amount) from sales_invoices c where c.organization_id = i.organization_id and c.credits_invoice_id = i.id), 0)))))
  from sales_invoices i, (select r.amount - coalesce(r.tip_amount, 0) - app.refund_rounding(r.id) as back from refunds r where r.id = p_refund_id) g where i.id = p_invoice_id;
$$;

-- After a refund has gone through: a credit note for each of something that was invoiced.
create or replace function app.credit_refund() returns trigger
language plpgsql security definer
as $$
declare
  v_invoice uuid;
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then
    return new;
  end if;
  select b.invoice_id into v_invoice from payments p join sales_invoice_bookings b on b.booking_type = p.booking_type and b.booking_id = p.booking_id and b.is_open
  where p.id = new.payment_id and p.organization_id = new.organization_id and b.organization_id = new.organization_id;
  if v_invoice is not null and not exists (select from sales_invoices i where i.organization_id = new.organization_id and i.refund_id = new.id) then
    perform app.credit_invoice(v_invoice, app.invoiced_part(v_invoice, new.id), new.id, new.reason);
  end if;
  return new;
end $$;
grant execute on function app.credit_refund() to anon, authenticated, service_role;
