-- SECURITY DEFINER: the token is what the guest shows for it.
create function api.change_basket(
  p_token text,
  p_add jsonb default '[]',
  p_remove uuid[] default '{}',
  p_accept_prices boolean default false)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_basket record;
  v_add jsonb := coalesce(nullif(p_add, 'null'), '[]');
  v_old jsonb;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('change_basket', p_unused => case when not coalesce(jsonb_path_exists(p_add, 'lax $[*].promo_code'), false) then 'promo_code' end);
  v_id := app.lock_basket(p_token);
  select b.organization_id, b.status, b.expires_at into v_basket from baskets b where b.id = v_id;
  if v_basket.status <> 'open' then
    perform app.fail(case when v_basket.status = 'expired' then 410 else 422 end, format('This basket is %s.', v_basket.status), 'p_token', jsonb_build_object('status', v_basket.status));
  end if;
  if v_basket.expires_at <= now() or exists (select from basket_parts p, lateral app.part_state(p.booking_type, p.booking_id) s where p.basket_id = v_id and not s.held) then
    perform app.fail(410, 'The time of this basket is up.', 'p_token', jsonb_build_object('status', 'expired', 'parts', (select jsonb_agg(p.request order by p.position) from basket_parts p where p.basket_id = v_id)),
      'Hold its parts again.');
  end if;
  if v_add <> '[]' then
    perform app.check_parts(v_add, v_basket.organization_id);
  end if;
  if exists (select from unnest(p_remove) r where not exists (select from basket_parts p where p.id = r and p.basket_id = v_id)) then
    perform app.fail(404, 'There is no such part in this basket.', 'p_remove');
  end if;
  if (select count(*) from basket_parts p where p.basket_id = v_id and p.id <> all (coalesce(p_remove, '{}'))) + jsonb_array_length(v_add) > 20 then
    perform app.fail(400, 'At most 20 parts at a time.', 'p_add', '{"max": 20}');
  end if;
  select coalesce(jsonb_agg(p.request), '[]') into v_old from basket_parts p where p.basket_id = v_id and p.id = any (p_remove);
  perform app.lock_parts(v_basket.organization_id, v_old || v_add);
  perform app.drop_parts(coalesce(p_remove, '{}'));
  if v_add <> '[]' then
    perform app.hold_parts(v_id, v_add, coalesce(p_accept_prices, false));
  end if;
  perform app.touch_basket(v_id);
  return app.basket_json(v_id);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('change_basket', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.change_basket(text, jsonb, uuid[], boolean) is
  'Adds parts and takes parts out in one step: all of it, or a refusal as hold_basket gives it, and what was held stays held. A part changes by removing it and adding it anew in one call. Each change holds everything for a while longer, three times the hold at most. Public.
answers "basket"';
grant execute on function api.change_basket(text, jsonb, uuid[], boolean) to anon, authenticated, service_role;
