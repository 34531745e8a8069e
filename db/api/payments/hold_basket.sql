-- SECURITY DEFINER: visitors hold without an account. It believes nothing: every part is priced and looked at here, under locks, and
-- one address cannot hold a whole house.
create function api.hold_basket(
  p_parts jsonb,
  p_accept_prices boolean default false,
  p_organization_id uuid default null,
  p_idempotency_key text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_from text := encode(sha256(convert_to(current_schema() || coalesce(app.request_place(), ''), 'UTF8')), 'hex');
  v_id uuid;
  v_token text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('hold_basket', p_unused => case when not coalesce(jsonb_path_exists(p_parts, 'lax $[*].promo_code'), false) then 'promo_code' end);
  v_organization := app.check_parts(p_parts, p_organization_id);
  perform app.lock_key('basket', p_idempotency_key);
  if p_idempotency_key is not null then
    select b.id, b.token into v_id, v_token from baskets b where b.organization_id = v_organization and b.idempotency_key = p_idempotency_key;
    if v_id is not null then
      return app.basket_json(v_id) || jsonb_build_object('token', v_token, 'replayed', true);
    end if;
  end if;
  if app.is_stranger() and nullif(current_setting('request.ip', true), '') is not null
     and (select count(*) from baskets b where b.opened_from = v_from and b.status = 'open' and b.expires_at > now()) >= 20 then
    perform app.fail(429, 'You have enough open already: confirm or let go of a basket first.', null, '{"most": 20}', 'Call us for more.');
  end if;
  insert into baskets (organization_id, currency, expires_at, user_id, opened_from, idempotency_key, created_by)
  select o.id, o.currency, now() + make_interval(mins => app.basket_minutes(o.id)), case when app.shops_at(o.id) and auth.has_role('customer') then auth.uid() end,
         case when nullif(current_setting('request.ip', true), '') is not null then v_from end, p_idempotency_key, auth.uid()
  from organizations o where o.id = v_organization
  returning id, token into v_id, v_token;
  perform app.lock_parts(v_organization, p_parts);
  perform app.hold_parts(v_id, p_parts, coalesce(p_accept_prices, false));
  perform app.wake_at((select b.expires_at from baskets b where b.id = v_id));
  return app.basket_json(v_id) || jsonb_build_object('token', v_token, 'replayed', false);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('hold_basket', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.hold_basket(jsonb, boolean, uuid, text) is
  'Holds parts of any kind (stay, table, pool, game) until one instant (expires_at), all of them or none: see docs/booking-api.md for their shape. A part that is gone: 409, details.reason "gone", details.parts with each such part, why, and alternatives that can be sent as parts. A part whose "price" (decimal) is not the price any more: 409, details.reason "price_changed" with was and now; p_accept_prices takes the new one. token opens the basket for the other functions and is told here only. Public.
answers {"...": "basket", "token": "text", "replayed": "boolean"}';
grant execute on function api.hold_basket(jsonb, boolean, uuid, text) to anon, authenticated, service_role;
