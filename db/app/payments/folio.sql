-- One bill over meals, nights, tickets and games.
--
-- Each module tells what its bookings cost, in a function of this shape (app/<module>/folio.sql) that listens to "folio_lines":
--
--   create or replace function app.folio_<booking_type>(
--     p_organization_id uuid,          -- never leave it
--     p_booking_ids uuid[],            -- these bookings; null: those of the person
--     p_customer_ids uuid[],           -- the person's customer rows …
--     p_user_id uuid)                  -- … and login; either may be null
--   returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
--                  unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
--   language sql stable as …
--
-- one row a line of the bill, amounts decimal in the organization's currency, tax_amount contained in amount. A cancelled booking
-- has no line, or the line of its cancellation fee. The table booking_types knows where such
-- bookings are and where their lines stand on a bill.

create or replace function app.folio_lines(
  p_organization_id uuid,
  p_booking_types text[],
  p_booking_ids uuid[],
  p_customer_ids uuid[] default null,
  p_user_id uuid default null)
returns table (booking_type text, booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language plpgsql stable security definer
as $$
declare
  v_source record;
begin
  for v_source in
    select s.name, l.function
    from app.listening('folio_lines') l join booking_types s on s.name = l.topic
    where p_booking_types is null or s.name = any (p_booking_types)
    order by s.position
  loop
    return query execute format(
      'select %L::text, l.booking_id, l.customer_id, l.user_id, l.session_id, l.description, l.quantity, l.unit_amount, l.amount,
              l.tax_amount, l.occurred_at
       from app.%I($1, $2, $3, $4) l order by l.occurred_at, l.booking_id', v_source.name, v_source.function)
      using p_organization_id, p_booking_ids, p_customer_ids, p_user_id;
  end loop;
end $$;
comment on function app.folio_lines(uuid, text[], uuid[], uuid[], uuid) is
  'What bookings cost, line by line, asked of every module this tenant has.';

-- Where bookings of a kind lie in this tenant; null where it has none of them.
create or replace function app.booking_table(p_booking_type text) returns regclass
language sql stable security definer
as $$ select to_regclass(format('%I.%I', current_schema(), s.table_name)) from booking_types s where s.name = p_booking_type and s.table_name is not null $$;

-- Which organization a booking belongs to: asked of the module's table, whatever its columns are called otherwise.
create or replace function app.booking_organization(p_booking_type text, p_booking_id uuid) returns uuid
language plpgsql stable security definer
as $$
declare
  v_table regclass := app.booking_table(p_booking_type);
  v_organization uuid;
begin
  if v_table is null then
    return null;
  end if;
  execute format('select organization_id from %s where id = $1', v_table) into v_organization using p_booking_id;
  return v_organization;
end $$;

-- What a booking costs in all and whose it is; total is null when there is nothing to pay.
create or replace function app.bill_owner(p_organization_id uuid, p_booking_type text, p_booking_id uuid,
  out total numeric, out customer_id uuid, out user_id uuid, out session_id uuid)
language sql stable
as $$
  select sum(l.amount), (array_agg(l.customer_id) filter (where l.customer_id is not null))[1],
         (array_agg(l.user_id) filter (where l.user_id is not null))[1], (array_agg(l.session_id) filter (where l.session_id is not null))[1]
  from app.folio_lines(p_organization_id, array[p_booking_type], array[p_booking_id]) l;
$$;

-- One payer at a time for a booking, so that a bill is not paid twice. Held until the transaction ends.
create or replace function app.lock_bill(p_booking_id uuid) returns void
language sql
as $$ select pg_advisory_xact_lock(hashtextextended('bill/' || p_booking_id, 0)) $$;

create or replace function app.is_own_folio(p_folio_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from folios f where f.id = p_folio_id
    and (f.user_id = auth.uid() or f.customer_id = any (app.own_customer_ids())));
$$;

-- A line of it is the caller's. A table guest owns what their table has, and nothing that their login has elsewhere.
create or replace function app.is_own_bill(p_organization_id uuid, p_booking_type text, p_booking_id uuid) returns boolean
language sql stable security definer
as $$
  select coalesce(bool_or(coalesce(l.user_id = auth.uid() or l.customer_id = any (app.own_customer_ids()) or l.session_id = any (app.bill_session_ids()), false)), false)
  from app.folio_lines(p_organization_id, array[p_booking_type], array[p_booking_id]) l;
$$;

-- What is asked for, who it belongs to, and whether the one who asks may see it. Everything that is not for them is not there.
create or replace function app.folio_scope(
  p_folio_id uuid,
  p_booking_type text,
  p_booking_id uuid,
  p_customer_id uuid,
  out organization_id uuid,
  out folio_id uuid,
  out booking_types text[],
  out booking_ids uuid[],
  out customer_ids uuid[],
  out user_id uuid,
  out is_staff boolean)
language plpgsql stable security definer
as $$
declare
  v_own boolean;
  v_line record;
begin
  if num_nonnulls(p_folio_id, p_booking_id, p_customer_id) <> 1 or (p_booking_id is null) <> (p_booking_type is null) then
    perform app.fail(400, 'Name a folio, a booking with its type, or a customer.', 'p_folio_id');
  end if;
  folio_id := coalesce(p_folio_id,
    (select i.folio_id from folio_items i where i.booking_type = p_booking_type and i.booking_id = p_booking_id));
  if folio_id is not null and auth.table_session_id() is null then
    select f.organization_id, f.user_id = auth.uid() or f.customer_id = any (app.own_customer_ids())
      into organization_id, v_own from folios f where f.id = folio_scope.folio_id;
    select array_agg(i.booking_type), array_agg(i.booking_id) into booking_types, booking_ids
    from folio_items i where i.folio_id = folio_scope.folio_id;
    booking_types := coalesce(booking_types, '{}');
    booking_ids := coalesce(booking_ids, '{}');
  elsif p_booking_id is not null then
    folio_id := null;
    organization_id := app.booking_organization(p_booking_type, p_booking_id);
    booking_types := array[p_booking_type];
    booking_ids := array[p_booking_id];
    v_own := app.is_own_bill(organization_id, p_booking_type, p_booking_id);
  else
    select c.organization_id, c.user_id = auth.uid(), array[c.id], c.user_id
      into organization_id, v_own, customer_ids, user_id
    from customers c where c.id = p_customer_id and c.deleted_at is null;
  end if;
  is_staff := organization_id is not null and app.works_for(organization_id, 'payments', 'read');
  if organization_id is null or not (is_staff or coalesce(v_own, false)) then
    perform app.fail(404, 'There is no such bill.');
  end if;
end $$;

create or replace function app.payment_json(p_payment_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('id', id, 'booking_type', booking_type, 'booking_id', booking_id, 'share_id', share_id,
    'amount', amount, 'tip_amount', tip_amount, 'refunded_amount', refunded_amount, 'refunded_tip', refunded_tip,
    'rounding_amount', rounding_amount, 'currency', currency, 'method', method,
    'provider', provider, 'status', status, 'reference', reference, 'paid_at', paid_at, 'created_at', created_at)
  from payments where id = p_payment_id;
$$;

grant execute on function app.is_own_folio(uuid) to anon, authenticated, service_role;
comment on function app.payment_json(uuid) is
  'A payment as answers show it. Amounts in its currency.
shape payment {"...": "payments(id, amount, method, status, paid_at, currency, provider, share_id, reference, booking_id, created_at, tip_amount, booking_type, refunded_tip, refunded_amount, rounding_amount)"}';
