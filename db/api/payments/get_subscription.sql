-- SECURITY DEFINER: a subscription is its payer's, and the house's staff's. Rights are checked here.
create function api.get_subscription(p_subscription_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v record;
begin
  select s.organization_id, s.user_id, s.customer_id into v from subscriptions s where s.id = p_subscription_id;
  if v.organization_id is null or not coalesce(v.user_id = auth.uid() or v.customer_id = any (app.own_customer_ids()), false) and not app.works_for(v.organization_id, 'payments', 'read') then
    perform app.fail(404, 'There is no such subscription.', 'p_subscription_id');
  end if;
  return app.subscription_json(p_subscription_id);
end $$;
comment on function api.get_subscription(uuid) is 'What has become of a subscription: asked (with the link where it begins), active, past_due (with the link where it is paid), ended.
answers "subscription"';
grant execute on function api.get_subscription(uuid) to authenticated, service_role;
