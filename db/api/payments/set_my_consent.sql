-- SECURITY DEFINER: the house writes its guests' rows; this one word in them is the guest's own.
create function api.set_my_consent(p_marketing boolean)
returns jsonb
language plpgsql security definer
as $$
begin
  if auth.uid() is null or current_setting('role', true) = 'anon' then
    perform app.fail(401, 'Sign in with a code to your e-mail address or phone.');
  end if;
  if p_marketing is null then
    perform app.fail(400, 'Say yes or no.', 'p_marketing');
  end if;
  update customers set marketing_consent = p_marketing where id = any (app.own_customer_ids()) and marketing_consent is distinct from p_marketing;
  return jsonb_build_object('marketing_consent', p_marketing);
end $$;
comment on function api.set_my_consent(boolean) is
  'Whether the houses of this tenant may write to the guest who is signed in about more than their bookings: for each house that knows them.
answers {"marketing_consent": "boolean"}';
grant execute on function api.set_my_consent(boolean) to authenticated, service_role;
