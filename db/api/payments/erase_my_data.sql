-- SECURITY DEFINER: a person's rows lie in tables of every module. For the person, who has signed in and says so twice.
create function api.erase_my_data(p_confirm text)
returns jsonb
language plpgsql security definer
as $$
declare
  v_user record;
  v_customer record;
  v_done int := 0;
begin
  select u.id, u.email, u.phone, u.role into v_user from users u where u.id = auth.uid() and u.deleted_at is null;
  if v_user.id is null or current_setting('role', true) = 'anon' then
    perform app.fail(401, 'Sign in first.');
  end if;
  if v_user.role <> 'customer' then
    perform app.fail(403, 'Who works here is erased by the owner.');
  end if;
  if app.normalize_email(p_confirm) is distinct from coalesce(v_user.email, v_user.phone) then
    perform app.fail(400, 'Write your e-mail address or phone number to confirm.', 'p_confirm');
  end if;
  if exists (select from app.guest_bookings(app.own_customer_ids(), auth.uid()) g where g.status in ('pending', 'confirmed', 'checked_in', 'seated') and g.ends_at > now()) then
    perform app.fail(409, 'Something lies ahead: cancel it first, or come.', 'p_confirm', jsonb_build_object('reason', 'bookings', 'references',
      (select jsonb_agg(g.reference) from app.guest_bookings(app.own_customer_ids(), auth.uid()) g where g.status in ('pending', 'confirmed', 'checked_in', 'seated') and g.ends_at > now())));
  end if;
  for v_customer in select c.id from customers c where c.user_id = v_user.id and c.deleted_at is null order by c.id loop
    perform app.act_for(v_customer.id);
    perform api.erase_customer(v_customer.id, 'asked by themselves');
    v_done := v_done + 1;
  end loop;
  perform app.act_for(null);
  return jsonb_build_object('erased', v_done);
end $$;
comment on function api.erase_my_data(text) is
  'Shreds what is known about the guest who is signed in, at every house of this tenant; amounts stay for the books. p_confirm: their own e-mail address or phone number. Refused while bookings lie ahead. export_customer gives everything first.
answers {"erased": "int"}';
grant execute on function api.erase_my_data(text) to authenticated, service_role;
