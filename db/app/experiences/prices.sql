-- What a booking costs. Prices come from the tables; what a client sends is compared, never believed.

create or replace function app.ticket_types_problem(p_types jsonb) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_type jsonb;
  v_seen text[] := '{}';
begin
  if p_types is null then
    return null;
  end if;
  if jsonb_typeof(p_types) <> 'array' then
    return 'Ticket types are a list.';
  end if;
  if jsonb_array_length(p_types) > 50 then
    return 'At most 50 ticket types.';
  end if;
  for v_type in select * from jsonb_array_elements(p_types) loop
    if jsonb_typeof(v_type) <> 'object' or coalesce(length(trim(v_type ->> 'id')), 0) not between 1 and 50
       or coalesce(length(trim(v_type ->> 'name')), 0) not between 1 and 100 then
      return 'A ticket type has an id and a name.';
    end if;
    if v_type ->> 'id' = any (v_seen) then
      return format('Ticket type %s is there twice.', v_type ->> 'id');
    end if;
    v_seen := v_seen || (v_type ->> 'id');
    if jsonb_typeof(v_type -> 'price') is distinct from 'number' or (v_type ->> 'price')::numeric not between 0 and 999999 then
      return format('Ticket type %s has no price.', v_type ->> 'id');
    end if;
    if v_type ? 'players' and (jsonb_typeof(v_type -> 'players') <> 'number'
       or (v_type ->> 'players')::numeric not between 0 and 1000 or (v_type ->> 'players')::numeric % 1 <> 0) then
      return format('Ticket type %s admits a whole number of players.', v_type ->> 'id');
    end if;
  end loop;
  return null;
end $$;
comment on function app.ticket_types_problem(jsonb) is 'What is wrong with these ticket types, in words; null when nothing is.';

-- What a booking earns: the money that came and stayed. Of a booking that stands no more than its price, for what was paid too much or by the wrong
-- card is owed back, and going back takes nothing away; of one that was cancelled or missed all that was kept. What nobody has paid is no revenue yet.
create or replace function app.booking_revenue(p_status text, p_final numeric, p_paid numeric, p_refunded numeric) returns numeric
language sql immutable parallel safe
as $$
  select case
    when p_status in ('confirmed', 'checked_in', 'completed') then greatest(least(p_paid - p_refunded, p_final), 0)
    when p_status in ('cancelled', 'no_show') then p_paid - p_refunded
    else 0 end;
$$;
comment on function app.booking_revenue(text, numeric, numeric, numeric) is 'What a booking earns; the one meaning of revenue in every report.';

create or replace function app.booking_payment_status(p_final numeric, p_paid numeric, p_refunded numeric) returns text
language sql immutable parallel safe
as $$
  select case
    when p_paid = 0 and p_final = 0 then 'paid'
    when p_paid = 0 then 'pending'
    when p_refunded >= p_paid then 'refunded'
    when p_paid - p_refunded >= p_final then 'paid'
    when p_refunded > 0 then 'partially_refunded'
    else 'partially_paid' end;
$$;

-- Tickets of the kinds that a game offers: refuses others, and those that do not admit the party.
create or replace function app.price_tickets(
  p_offered jsonb, p_ticket_types jsonb, p_party_size int, out total_amount numeric, out ticket_types jsonb, out price_details jsonb)
language plpgsql immutable
as $$
declare
  v_players numeric;
  v_unknown text;
begin
  if jsonb_typeof(coalesce(p_ticket_types, '[]')) <> 'array' or jsonb_array_length(coalesce(p_ticket_types, '[]')) not between 1 and 50 then
    perform app.fail(400, 'Choose tickets: a list of {"id", "quantity"}.', 'p_ticket_types', jsonb_build_object('ticket_types', p_offered));
  end if;
  if exists (select from jsonb_array_elements(p_ticket_types) t
             where jsonb_typeof(t) <> 'object' or jsonb_typeof(t -> 'quantity') is distinct from 'number'
                or (t ->> 'quantity')::numeric not between 0 and 10000 or (t ->> 'quantity')::numeric % 1 <> 0) then
    perform app.fail(400, 'A ticket has a whole quantity of at least zero.', 'p_ticket_types');
  end if;
  select min(t ->> 'id') into v_unknown
  from jsonb_array_elements(p_ticket_types) t
  where not exists (select from jsonb_array_elements(p_offered) o where o ->> 'id' = t ->> 'id');
  if v_unknown is not null or exists (select from jsonb_array_elements(p_ticket_types) t where t ->> 'id' is null) then
    perform app.fail(400, format('There is no ticket type %s.', coalesce(v_unknown, 'without an id')), 'p_ticket_types',
      jsonb_build_object('ticket_types', p_offered));
  end if;
  select sum(q.quantity * (o.t ->> 'price')::numeric),
         sum(q.quantity * coalesce((o.t ->> 'players')::int, 1)),
         jsonb_agg(jsonb_build_object('id', o.t ->> 'id', 'quantity', q.quantity) order by o.n),
         jsonb_agg(jsonb_build_object('label', o.t ->> 'name', 'quantity', q.quantity, 'unit_price', (o.t ->> 'price')::numeric,
                                      'amount', q.quantity * (o.t ->> 'price')::numeric) order by o.n)
    into total_amount, v_players, ticket_types, price_details
  from (select t ->> 'id' as id, sum((t ->> 'quantity')::int)::int as quantity
        from jsonb_array_elements(p_ticket_types) t group by 1 having sum((t ->> 'quantity')::int) > 0) q
  join jsonb_array_elements(p_offered) with ordinality o(t, n) on o.t ->> 'id' = q.id;
  if v_players is distinct from p_party_size then
    perform app.fail(400, format('The tickets admit %s players, the party has %s.', coalesce(v_players, 0), p_party_size), 'p_ticket_types',
      jsonb_build_object('players', coalesce(v_players, 0), 'party_size', p_party_size));
  end if;
end $$;

-- A promo code that is good for this game, day and amount; its discount_type, discount_value, id and code.
create or replace function app.promo_for(
  p_organization_id uuid, p_game_id uuid, p_promo_code text, p_booking_date date, p_total_amount numeric, p_currency text) returns record
language plpgsql stable security definer
as $$
declare
  v_promo record;
begin
  select p.id, p.discount_type, p.discount_value, p.min_amount, p.valid_from, p.valid_to, p.game_id, p.is_active,
         p.max_uses <= p.used_count as used_up, p.code
    into v_promo
  from promo_codes p where p.organization_id = p_organization_id and p.code = upper(trim(p_promo_code));
  if not found or not v_promo.is_active or v_promo.game_id <> p_game_id then
    perform app.fail(400, 'This code is not known here.', 'p_promo_code');
  end if;
  if p_booking_date < v_promo.valid_from or p_booking_date > v_promo.valid_to then
    perform app.fail(400, 'This code is not good for this date.', 'p_promo_code',
      jsonb_build_object('valid_from', v_promo.valid_from, 'valid_to', v_promo.valid_to));
  end if;
  if p_total_amount < v_promo.min_amount then
    perform app.fail(400, format('This code is good from %s %s.', v_promo.min_amount, p_currency), 'p_promo_code',
      jsonb_build_object('min_amount', v_promo.min_amount));
  end if;
  if v_promo.used_up then
    perform app.fail(409, 'This code has been used up.', 'p_promo_code');
  end if;
  return v_promo;
end $$;

-- The price of a party, line by line. Refuses what the game does not sell.
create or replace function app.price_booking(
  p_venue_id uuid,
  p_game_id uuid,
  p_party_size int,
  p_ticket_types jsonb,
  p_promo_code text,
  p_booking_date date,
  out total_amount numeric, out discount_amount numeric, out tax_amount numeric, out final_amount numeric, out deposit_amount numeric,
  out currency text, out price_details jsonb, out ticket_types jsonb, out promo_code_id uuid)
language plpgsql stable security definer
as $$
declare
  v_game record;
  v_promo record;
  v_digits int;
begin
  select g.organization_id, g.price_model, g.deposit_percent, g.name, coalesce(l.price, g.price) as price,
         coalesce(l.ticket_types, g.ticket_types) as types, coalesce(g.tax_rate, app.standard_tax_rate(o.id, p_booking_date)) as tax_rate,
         o.prices_include_tax, o.currency
    into v_game
  from game_venues l join games g on g.id = l.game_id join organizations o on o.id = g.organization_id
  where l.venue_id = p_venue_id and l.game_id = p_game_id;
  if not found then
    perform app.fail(404, 'This game does not run at this venue.', 'p_game_id');
  end if;
  currency := v_game.currency;
  v_digits := app.stored_decimals(currency);
  ticket_types := '[]';

  if p_party_size is null or p_party_size < 1 then
    perform app.fail(400, 'A party has at least one player.', 'p_party_size');
  end if;
  if v_game.price_model = 'ticket_types' then
    select t.total_amount, t.ticket_types, t.price_details into total_amount, ticket_types, price_details
    from app.price_tickets(v_game.types, p_ticket_types, p_party_size) t;
  else
    if jsonb_typeof(coalesce(p_ticket_types, '[]')) <> 'array' or jsonb_array_length(coalesce(p_ticket_types, '[]')) > 0 then
      perform app.fail(400, 'This game sells no ticket types.', 'p_ticket_types');
    end if;
    total_amount := v_game.price * case v_game.price_model when 'per_person' then p_party_size else 1 end;
    price_details := jsonb_build_array(jsonb_build_object('label', v_game.name,
      'quantity', case v_game.price_model when 'per_person' then p_party_size else 1 end,
      'unit_price', v_game.price, 'amount', total_amount));
  end if;
  total_amount := round(total_amount, v_digits);

  discount_amount := 0;
  if nullif(trim(p_promo_code), '') is not null then
    v_promo := app.promo_for(v_game.organization_id, p_game_id, p_promo_code, p_booking_date, total_amount, currency);
    promo_code_id := v_promo.id;
    discount_amount := least(total_amount, round(case v_promo.discount_type
      when 'percent' then total_amount * v_promo.discount_value / 100 else v_promo.discount_value end, v_digits));
    price_details := price_details || jsonb_build_object('label', v_promo.code, 'quantity', 1, 'unit_price', -discount_amount, 'amount', -discount_amount);
  end if;

  final_amount := total_amount - discount_amount;
  if v_game.prices_include_tax then
    tax_amount := final_amount - round(final_amount / (1 + v_game.tax_rate / 100), v_digits);
  else
    tax_amount := round(final_amount * v_game.tax_rate / 100, v_digits);
    final_amount := final_amount + tax_amount;
  end if;
  deposit_amount := coalesce(app.policy_deposit(v_game.organization_id, 'experience', final_amount, app.organization_currency(v_game.organization_id)),
                             round(final_amount * v_game.deposit_percent / 100, v_digits));
  if final_amount >= app.largest_amount() then
    perform app.fail(400, 'This is more than one booking can cost.', 'p_party_size');
  end if;
end $$;
comment on function app.price_booking(uuid, uuid, int, jsonb, text, date) is 'What a party pays for a game at a venue, with discount, tax and deposit.';

-- Tickets as they were chosen, whatever the order and the empty ones.
create or replace function app.tickets_chosen(p_tickets jsonb) returns jsonb
language sql immutable parallel safe
as $$
  select coalesce(jsonb_object_agg(t.id, t.n), '{}')
  from (select e ->> 'id' as id, sum(case when e ->> 'quantity' ~ '^[0-9]{1,6}$' then (e ->> 'quantity')::int end) as n
        from jsonb_array_elements(case when jsonb_typeof(p_tickets) = 'array' then p_tickets else '[]' end) e where e ->> 'id' is not null group by 1) t where t.n > 0;
$$;

-- A client that shows another price than the house charges has an old page, or bad intentions.
create or replace function app.check_total(p_sent numeric, p_right numeric, p_currency text, p_field text) returns void
language plpgsql immutable
as $$
begin
  if p_sent is not null and p_sent is distinct from p_right then
    perform app.fail(400, format('The amount is %s %s.', p_right, p_currency), p_field,
      jsonb_build_object('sent', p_sent, 'right', p_right, 'currency', p_currency), 'Show this amount and ask again.');
  end if;
end $$;

grant execute on function app.ticket_types_problem(jsonb), app.booking_revenue(text, numeric, numeric, numeric),
  app.booking_payment_status(numeric, numeric, numeric),
  app.price_booking(uuid, uuid, int, jsonb, text, date), app.check_total(numeric, numeric, text, text)
  to anon, authenticated, service_role;
