-- A resort of the story, after start.sql: organization a has chalets (stays/cast), a pool, a restaurant, games; nobody carries payments from afar
-- until a test says so. Parts by name: tests.part('stay'), …; tests.hold(...) remembers the basket as 'basket'.
\ir ../dining/cast.sql
\ir ../stays/cast.sql
\ir ../pool/cast.sql
\ir ../experiences/cast.sql
update organizations set settings = '{}', default_tax_rate = 10;
update restaurant_tables set features = '["terrace"]' where id = tests.id('a.t4');
create function tests.part(p_kind text, p_more jsonb default '{}') returns jsonb language sql as $$
  select case p_kind
    when 'stay' then jsonb_build_object('kind', 'stay', 'chalet_id', tests.id('alpine'), 'check_in', tests.monday(40), 'check_out', tests.monday(40) + 3, 'guests', 2)
    when 'table' then jsonb_build_object('kind', 'table', 'restaurant_id', tests.id('a.restaurant'), 'date', tests.monday(40), 'time', '19:00', 'party_size', 2)
    when 'pool' then jsonb_build_object('kind', 'pool', 'date', tests.monday(40), 'slot', 'morning', 'adults', 2, 'children', 1)
    else jsonb_build_object('kind', 'game', 'venue_id', tests.id('venue.a'), 'game_id', tests.id('vault'), 'date', tests.monday(40), 'time', '15:00', 'party_size', 4) end
    || jsonb_build_object('key', p_kind) || p_more $$;
create function tests.parts(variadic p jsonb[]) returns jsonb language sql as $$ select to_jsonb(p) $$;
-- everything of one weekend
create function tests.weekend() returns jsonb language sql as $$ select tests.parts(tests.part('stay'), tests.part('table'), tests.part('pool'), tests.part('game')) $$;
create function tests.token(p_name text default 'basket') returns text language sql as $$ select tests.kept(p_name) ->> 'token' $$;
create function tests.booked(p_name text, p_kind text) returns uuid language sql as $$
  select (e ->> 'booking_id')::uuid from jsonb_array_elements(tests.kept(p_name) -> 'parts') e where e ->> 'kind' = p_kind limit 1 $$;
-- what a refused call says
create function tests.says(p_sql text) returns jsonb language plpgsql as $$
declare v_state text; v_message text; v_detail text;
begin
  execute p_sql;
  return '{"code": "done"}';
exception when others then
  get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail;
  return jsonb_build_object('code', v_state, 'message', v_message) || case when v_detail ~ '^\s*\{' then v_detail::jsonb else '{}' end;
end $$;
-- time goes by for what is held
create function tests.wait(p_interval interval) returns void language sql security definer as $$
  update tenant_alpha.baskets set expires_at = expires_at - p_interval where status in ('open', 'submitted');
  update tenant_alpha.chalet_bookings set hold_expires_at = hold_expires_at - p_interval where status = 'pending';
  update tenant_alpha.pool_tickets set hold_expires_at = hold_expires_at - p_interval where status = 'pending';
  update tenant_alpha.bookings set hold_expires_at = hold_expires_at - p_interval where status = 'pending';
  update tenant_alpha.table_reservations set hold_expires_at = hold_expires_at - p_interval where status = 'pending';
$$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
