-- A basket as people see it, finding it, and the end of those whose time is up.

-- For how long a basket holds what is in it, and how long it may be held by touching it again: organizations.settings {"booking": {"hold_minutes": 15}}.
create or replace function app.basket_minutes(p_organization_id uuid) returns int
language sql stable security definer
as $$
  select case when o.settings #>> '{booking,hold_minutes}' ~ '^[0-9]{1,3}$' and (o.settings #>> '{booking,hold_minutes}')::int between 1 and 120
              then (o.settings #>> '{booking,hold_minutes}')::int else 15 end
  from organizations o where o.id = p_organization_id;
$$;

-- What has become of a part: the row of its module says it.
create or replace function app.part_state(p_booking_type text, p_booking_id uuid,
  out status text, out reference text, out held boolean, out is_gone boolean, out paid numeric, out total numeric)
language plpgsql stable security definer
as $$
declare
  v_until timestamptz;
begin
  case p_booking_type
    when 'chalet' then select b.status, b.reference, b.hold_expires_at, b.total_price into status, reference, v_until, total from chalet_bookings b where b.id = p_booking_id;
    when 'pool' then select t.status, t.reference, t.hold_expires_at, t.total_price into status, reference, v_until, total from pool_tickets t where t.id = p_booking_id;
    when 'experience' then select b.status, b.reference_number, b.hold_expires_at, b.final_amount into status, reference, v_until, total from bookings b where b.id = p_booking_id;
    else select r.status, r.confirmation_code, r.hold_expires_at, 0 into status, reference, v_until, total from table_reservations r where r.id = p_booking_id;
  end case;
  held := coalesce(status = 'pending' and v_until > now(), false);
  is_gone := status is null or status = 'pending' and v_until <= now() or status = 'cancelled';
  paid := app.paid_amount(p_booking_type, p_booking_id);
end $$;

create or replace function app.basket_json(p_basket_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object(
    'id', b.id, 'reference', b.reference,
    'status', case when b.status in ('open', 'submitted') and bool_or(s.is_gone) then 'expired'
                   when b.status = 'submitted' and not bool_or(s.held) then 'confirmed'
                   when b.status in ('open', 'submitted') and b.expires_at <= now() and count(s) = 0 then 'expired' else b.status end,
    'organization_id', b.organization_id, 'currency', b.currency, 'expires_at', case when b.status in ('open', 'submitted') then b.expires_at end, 'now', now(),
    'guest', case when b.guest_name is not null then jsonb_build_object('full_name', b.guest_name, 'email', b.guest_email, 'phone', b.guest_phone, 'locale', b.locale) end,
    'special_requests', b.special_requests, 'folio_id', b.folio_id, 'confirmed_at', b.confirmed_at,
    'total', coalesce(sum(p.price), 0), 'due_now', coalesce(sum(greatest(p.deposit - s.paid, 0)), 0), 'paid', coalesce(sum(s.paid), 0),
    'pay_at_desk', app.pays_at_desk(b.organization_id), 'online', app.online_provider(b.organization_id) is not null,
    'payments', coalesce((select jsonb_agg(jsonb_build_object('id', y.id, 'booking_id', y.booking_id, 'amount', y.amount) order by y.created_at, y.id)
                          from payments y where y.status = 'pending' and y.method = 'online' and y.metadata ->> 'basket_id' = b.id::text
                            and (y.booking_type, y.booking_id) in (select q.booking_type, q.booking_id from basket_parts q where q.basket_id = b.id)), '[]'),
    'parts', coalesce(jsonb_agg(p.quote || jsonb_build_object('id', p.id, 'key', p.request -> 'key', 'kind', p.kind, 'booking_type', p.booking_type, 'booking_id', p.booking_id, 'request', p.request - 'key',
      'price', p.price, 'deposit', p.deposit, 'paid', s.paid, 'status', case when s.is_gone and s.status = 'pending' then 'expired' else coalesce(s.status, 'expired') end,
      'reference', case when b.status in ('submitted', 'confirmed') then s.reference end) order by p.position) filter (where p.id is not null), '[]'))
  from baskets b left join basket_parts p on p.basket_id = b.id left join lateral app.part_state(p.booking_type, p.booking_id) s on p.id is not null
  where b.id = p_basket_id group by b.id;
$$;
comment on function app.basket_json(uuid) is 'A basket as its guest sees it; without its token. Decimal amounts in currency.
shape basket {"...": "baskets(id, reference, status, organization_id, currency, special_requests, folio_id, confirmed_at)", "expires_at": "instant | null", "now": "instant",
  "guest": "basket_guest | null", "total": "number", "due_now": "number", "paid": "number", "pay_at_desk": "boolean", "online": "boolean", "payments": "basket_payment[]", "parts": "basket_part[]"}
shape basket_payment {"id": "uuid", "booking_id": "uuid", "amount": "number"}
shape basket_guest {"full_name": "text", "email": "text | null", "phone": "text | null", "locale": "text | null"}
shape basket_part {"...": "priced_part", "id": "uuid", "key": "text | null", "booking_type": "basket_parts.booking_type", "booking_id": "uuid", "request": "part_request",
  "paid": "number", "status": "text", "reference": "text | null"}';

-- Whether guests may leave a deposit to the desk: always where nobody carries payments from afar, else where the house says so.
create or replace function app.pays_at_desk(p_organization_id uuid) returns boolean
language sql stable security definer
as $$
  select app.online_provider(o.id) is null or coalesce(o.settings #>> '{booking,pay_at_desk}', 'false') = 'true' from organizations o where o.id = p_organization_id;
$$;

-- The basket that a token opens, locked.
create or replace function app.lock_basket(p_token text) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  select b.id into v_id from baskets b where b.token = p_token for update;
  if v_id is null then
    perform app.fail(404, 'There is no such basket.', 'p_token');
  end if;
  return v_id;
end $$;

-- A list of parts that can be held: checked, of one house. Returns the house.
create or replace function app.check_parts(p_parts jsonb, p_organization_id uuid, p_most int default 20) returns uuid
language plpgsql stable security definer
as $$
declare
  v_part jsonb;
  v_organization uuid;
  v_one uuid;
begin
  if jsonb_typeof(p_parts) is distinct from 'array' or jsonb_array_length(p_parts) < 1 then
    perform app.fail(400, 'Say what you want: a list of parts.', 'p_parts');
  end if;
  if jsonb_array_length(p_parts) > p_most then
    perform app.fail(400, format('At most %s parts at a time.', p_most), 'p_parts', jsonb_build_object('max', p_most));
  end if;
  -- the pool says nothing of whose it is: the others do
  for v_part in select e from jsonb_array_elements(p_parts) e order by coalesce(case when jsonb_typeof(e) = 'object' then e ->> 'kind' = 'pool' end, false) loop
    perform app.check_part(v_part);
    v_one := app.part_organization(v_part, coalesce(v_organization, p_organization_id));
    if v_organization is not null and v_one <> v_organization or p_organization_id is not null and v_one <> p_organization_id then
      perform app.fail(400, 'One basket is of one house.', 'p_parts', jsonb_build_object('key', v_part -> 'key'), 'Make a basket for each.');
    end if;
    v_organization := v_one;
  end loop;
  if not exists (select from organizations o where o.id = v_organization and o.is_active) then
    perform app.fail(404, 'There is no such house.', 'p_organization_id');
  end if;
  return v_organization;
end $$;

-- Every part of a basket is held until the same instant.
create or replace function app.hold_until(p_basket_id uuid, p_until timestamptz) returns void
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  update baskets set expires_at = p_until where id = p_basket_id;
  v_ids := array(select booking_id from basket_parts where basket_id = p_basket_id and booking_type = 'reservation');
  if v_ids <> '{}' then update table_reservations set hold_expires_at = p_until where id = any (v_ids) and status = 'pending'; end if;
  v_ids := array(select booking_id from basket_parts where basket_id = p_basket_id and booking_type = 'chalet');
  if v_ids <> '{}' then update chalet_bookings set hold_expires_at = p_until where id = any (v_ids) and status = 'pending'; end if;
  v_ids := array(select booking_id from basket_parts where basket_id = p_basket_id and booking_type = 'pool');
  if v_ids <> '{}' then update pool_tickets set hold_expires_at = p_until where id = any (v_ids) and status = 'pending'; end if;
  v_ids := array(select booking_id from basket_parts where basket_id = p_basket_id and booking_type = 'experience');
  if v_ids <> '{}' then update bookings set hold_expires_at = p_until where id = any (v_ids) and status = 'pending'; end if;
end $$;

-- A guest who is at it keeps what is held, but no longer than three times the hold.
create or replace function app.touch_basket(p_basket_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_basket record;
  v_until timestamptz;
begin
  select organization_id, created_at, expires_at into v_basket from baskets where id = p_basket_id;
  v_until := least(now() + make_interval(mins => app.basket_minutes(v_basket.organization_id)),
                   v_basket.created_at + 3 * make_interval(mins => app.basket_minutes(v_basket.organization_id)));
  if v_until > v_basket.expires_at then
    perform app.hold_until(p_basket_id, v_until);
    perform app.wake_at(v_until);
  end if;
end $$;

-- Somebody looks when a hold ends: tables have nobody else who would. One job a minute, whatever the number of baskets.
create or replace function app.wake_at(p_at timestamptz) returns void
language sql security definer
as $$
  select app.enqueue('maintain_often', '{}', date_trunc('minute', p_at) + interval '1 minute', 'baskets/' || to_char(date_trunc('minute', p_at) + interval '1 minute', 'YYYYMMDDHH24MI'));
$$;

-- Baskets whose time is up. The places come back through their own modules; here the basket learns it.
create or replace function app.expire_baskets() returns int
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  select array_agg(id) into v_ids from (select b.id from baskets b where b.status in ('open', 'submitted') and b.expires_at <= now() order by b.id limit 1000 for update skip locked) x;
  update baskets b set status = case
      when b.status = 'submitted' and not exists (select from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s where p.basket_id = b.id and (s.is_gone or s.held)) then 'confirmed'
      else 'expired' end, opened_from = null, confirmed_at = coalesce(b.confirmed_at, case when b.status = 'submitted' then now() end)
  where b.id = any (v_ids);
  -- what a stranger typed and never confirmed is not kept
  delete from baskets b where b.status in ('expired', 'released') and b.updated_at < now() - interval '7 days' and b.guest_name is null;
  return coalesce(array_length(v_ids, 1), 0);
end $$;
comment on function app.expire_baskets() is 'Ends baskets whose time is up; returns how many.';

grant execute on function app.expire_baskets() to service_role;
