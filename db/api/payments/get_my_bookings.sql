-- SECURITY DEFINER: a login's bookings lie in tables of every module. First the login is tied to what was booked under an address or a number that it has proved.
create function api.get_my_bookings()
returns jsonb
language plpgsql security definer
as $$
declare
  v_user record;
  v_house record;
  v_ids uuid[];
begin
  select u.id, nullif(trim(u.full_name), '') as full_name, u.email, u.phone, u.email_verified, u.phone_verified into v_user from users u where u.id = auth.uid() and u.is_active and u.deleted_at is null;
  if v_user.id is null or current_setting('role', true) = 'anon' then
    perform app.fail(401, 'Sign in with a code to your e-mail address or phone, or name one booking with get_my_booking.');
  end if;
  -- who signs in by a code has told no name: the one they booked under is theirs
  for v_house in
    select c.organization_id, coalesce(v_user.full_name, (array_agg(c.full_name order by c.created_at))[1]) as full_name from customers c join organizations o on o.id = c.organization_id and o.is_active
    where c.user_id is null and c.deleted_at is null
      and (v_user.email_verified and c.email = v_user.email or v_user.phone_verified and c.phone = app.normalize_phone(v_user.phone, app.phone_country(c.organization_id)))
    group by 1 order by 1
  loop
    perform app.find_or_create_customer(v_house.organization_id, v_house.full_name, null, case when v_user.phone_verified then v_user.phone end, v_user.id);
  end loop;
  v_ids := array(select g.booking_id from app.guest_bookings(app.own_customer_ids(), auth.uid()) g where g.status not in ('held') order by g.starts_at desc, g.booking_id limit 500);
  return jsonb_build_object('bookings', app.guest_booking_json(v_ids),
    'credit', coalesce((select jsonb_agg(jsonb_build_object('organization_id', c.organization_id, 'currency', o.currency, 'amount', s.amount) order by o.name)
      from customers c join organizations o on o.id = c.organization_id,
      lateral (select sum(k.remaining) as amount from app.spendable_credits(c.organization_id, o.currency, null, auth.uid(), c.id) k) s
      where c.id = any (app.own_customer_ids()) and s.amount > 0), '[]'),
    'customers', (select coalesce(jsonb_agg(jsonb_build_object('customer_id', c.id, 'organization_id', c.organization_id, 'full_name', c.full_name, 'email', c.email, 'phone', c.phone, 'marketing_consent', c.marketing_consent) order by c.created_at), '[]')
      from customers c where c.id = any (app.own_customer_ids())),
    'memberships', app.guest_memberships(app.own_customer_ids(), auth.uid()));
end $$;
comment on function api.get_my_bookings() is
  'Everything a signed-in guest has booked, newest first 500: tables, stays, tickets and games in one shape, with what is paid, what cancelling gives back until when, whether it can be changed; credit, memberships, what the house knows of them. What was booked under an address or number that the login has proved is theirs from then on. Decimal amounts.
answers {"bookings": "mine[]", "credit": [{"organization_id": "uuid", "currency": "text", "amount": "number"}],
  "customers": [{"customer_id": "uuid", "organization_id": "uuid", "full_name": "text | null", "email": "text | null", "phone": "text | null", "marketing_consent": "boolean"}], "memberships": "mine_membership[]"}
shape mine_membership {"reference": "text", "name": "text", "status": "text", "start_date": "date", "paid_until": "date | null", "monthly_price": "number", "currency": "text", "guest_passes_remaining": "int"}';
grant execute on function api.get_my_bookings() to authenticated, service_role;
