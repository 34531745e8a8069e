-- SECURITY DEFINER: the token is what the guest shows for it.
create function api.release_basket(p_token text)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.lock_basket(p_token);
  v_basket record;
begin
  select b.organization_id, b.status into v_basket from baskets b where b.id = v_id;
  if v_basket.status in ('open', 'expired') then
    perform app.lock_parts(v_basket.organization_id, (select coalesce(jsonb_agg(p.request), '[]') from basket_parts p where p.basket_id = v_id));
    perform app.drop_parts(array(select p.id from basket_parts p where p.basket_id = v_id));
    update baskets set status = 'released', opened_from = null where id = v_id and status = 'open';
  elsif v_basket.status <> 'released' then
    perform app.fail(422, 'This basket is confirmed: cancel its bookings instead.', 'p_token', jsonb_build_object('status', v_basket.status));
  end if;
  return app.basket_json(v_id);
end $$;
comment on function api.release_basket(text) is 'Lets everything in an open basket go. Doing it twice is fine. Public.
answers "basket"';
grant execute on function api.release_basket(text) to anon, authenticated, service_role;
