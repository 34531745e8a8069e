-- SECURITY DEFINER: customers buy without a right on the tables. Checks who asks, for whom, and every value itself.
create function api.buy_pool_ticket(
  p_ticket_date date, p_slot text, p_adults int default 1, p_children int default 0, p_total_price numeric default null,
  p_guest_details jsonb default '{}', p_customer_id uuid default null, p_user_id uuid default null,
  p_payment_method text default null, p_organization_id uuid default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_staff boolean := app.works_for(v_organization, 'pool', 'create');
  -- nobody carries online payments: the ticket is good at once, and paid at the gate
  v_on_site boolean := app.online_provider(v_organization) is null;
  v_people bigint := coalesce(p_adults, 0)::bigint + coalesce(p_children, 0);
  v_buyer record;
  v_price jsonb;
  v_total numeric;
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('buy_pool_ticket');
  if not v_staff and not app.shops_at(v_organization) then
    perform app.refuse_stranger('Sign in to buy a ticket.');
  end if;
  perform app.lock_key('pool_ticket', p_idempotency_key);
  select id into v_id from pool_tickets
  where organization_id = v_organization and idempotency_key = p_idempotency_key and created_by is not distinct from auth.uid();
  if found then
    return app.pool_ticket_json(v_id);
  end if;

  perform app.checked_slot(p_slot);
  perform app.checked_pool_date(v_organization, p_ticket_date, p_slot);
  if p_adults is null or p_adults not between 0 and 100 then
    perform app.fail(400, 'A ticket is for 1 to 50 people.', 'p_adults');
  end if;
  if p_children is null or p_children not between 0 and 100 then
    perform app.fail(400, 'A ticket is for 1 to 50 people.', 'p_children');
  end if;
  if v_people not between 1 and 50 then
    perform app.fail(400, 'A ticket is for 1 to 50 people.', 'p_adults', jsonb_build_object('max', 50));
  end if;
  if p_adults = 0 and not v_staff then
    perform app.fail(400, 'Children come with an adult.', 'p_adults');
  end if;
  v_price := app.price_pool_ticket(v_organization, p_ticket_date, p_slot, p_adults, p_children);
  if v_price is null then
    perform app.fail(404, 'This slot has no price yet.', 'p_slot');
  end if;
  v_total := (v_price ->> 'total_price')::numeric;
  if p_total_price is not null and p_total_price is distinct from v_total then
    perform app.fail(400, format('The ticket costs %s %s.', v_total, v_price ->> 'currency'), 'p_total_price', jsonb_build_object('total_price', v_total, 'given', p_total_price));
  end if;
  select * into v_buyer from app.pool_buyer(v_organization, v_staff, p_user_id, p_customer_id, coalesce(nullif(p_guest_details, 'null'), '{}'), false);
  if not v_staff and (select count(*) from pool_tickets where user_id = v_buyer.user_id and status = 'pending' and hold_expires_at > now()) >= 5 then
    perform app.fail(429, 'Pay or cancel the tickets you hold first.', null, '{"holds": 5}');
  end if;
  if not v_staff and v_on_site and v_total > 0 and (
       select count(*) from pool_tickets t where t.user_id = v_buyer.user_id and t.status = 'confirmed' and t.source = 'direct'
         and t.expires_at > now() and app.paid_amount('pool', t.id) < t.total_price) >= 5 then
    perform app.fail(429, 'Use, pay or cancel the tickets you have first.', null, '{"unpaid": 5}');
  end if;

  if not v_staff and v_total = 0 then
    if app.is_stranger() and nullif(trim(concat(p_guest_details ->> 'email', p_guest_details ->> 'phone')), '') is null
       and not exists (select from users u where u.id = auth.uid() and coalesce(u.email, u.phone) is not null) then
      perform app.fail(400, 'How do we reach you?', 'p_guest_details', '{}', 'A phone number or an e-mail address.');
    end if;
    perform app.refuse_too_many_open((select count(*) from pool_tickets t where t.user_id = v_buyer.user_id and t.status = 'confirmed' and t.total_price = 0 and t.membership_id is null));
  end if;
  perform app.expire_pool_holds(v_organization, p_ticket_date);      -- first: it takes both halves, in their order
  perform app.lock_places(v_organization, p_ticket_date, p_slot);
  insert into pool_tickets (organization_id, user_id, customer_id, ticket_date, slot, adults, children, total_price, tax_amount, currency, status,
    hold_expires_at, cancellation_policy_id, guest_details, source, created_by, idempotency_key)
  select v_organization, v_buyer.user_id, v_buyer.customer_id, p_ticket_date, p_slot, p_adults, p_children, v_total, (v_price ->> 'tax_amount')::numeric,
    v_price ->> 'currency', case when v_staff or v_on_site or v_total = 0 then 'confirmed' else 'pending' end,
    case when not (v_staff or v_on_site or v_total = 0) then now() + make_interval(mins => s.hold_minutes) end,
    coalesce(s.cancellation_policy_id, app.terms_for(v_organization, 'pool')), coalesce(nullif(p_guest_details, 'null'), '{}'),
    case when v_staff then 'desk' else 'direct' end, auth.uid(), p_idempotency_key
  from pool_slots s where s.organization_id = v_organization and s.slot = p_slot
  returning id into v_id;
  perform app.pay_at_desk(v_organization, 'pool', v_id, v_total, p_payment_method, v_staff, v_buyer.user_id, v_buyer.customer_id);
  return app.pool_ticket_json(v_id);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('buy_pool_ticket', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.buy_pool_ticket(date, text, int, int, numeric, jsonb, uuid, uuid, text, uuid, text) is
  'A ticket for a date and slot (morning, afternoon, full_day). Customers get places held until hold_expires_at and the code (qr_code) when the ticket is paid; where nobody carries online payments they get the code at once and pay at the gate (balance); the desk gets the code at once and may take the money with p_payment_method (cash, card, bank). p_total_price, when given, must be the price (decimal). A full slot answers 409 with alternatives.
answers "pool_ticket"';
grant execute on function api.buy_pool_ticket(date, text, int, int, numeric, jsonb, uuid, uuid, text, uuid, text) to anon, authenticated, service_role;
