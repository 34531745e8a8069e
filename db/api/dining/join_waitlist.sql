-- SECURITY DEFINER: walk-ins join without an account.
create or replace function api.join_waitlist(
  p_restaurant_id uuid, p_party_size int, p_guest_name text, p_guest_phone text default null, p_note text default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_place record;
  v_name  text;
  v_id    uuid;
  v_ahead int;
  v_seats int;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('join_waitlist');
  v_name := app.clean_text(p_guest_name, 255, 'p_guest_name');
  select id, organization_id, is_active, max_party_size into v_place from restaurants where id = p_restaurant_id for no key update;
  if not found or not v_place.is_active then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  if p_idempotency_key is not null then
    select id into v_id from waitlist_entries where restaurant_id = p_restaurant_id and idempotency_key = p_idempotency_key;
    if found then
      -- keys are the clients' own: one that somebody guesses or repeats shows them nothing
      if not exists (select from waitlist_entries where id = v_id
           and (guest_name, guest_phone) is not distinct from (v_name, app.clean_phone(p_guest_phone, 'p_guest_phone'))) then
        perform app.refuse_key('party');
      end if;
      return jsonb_build_object('waiting', app.waiting_json(v_id), 'replayed', true);
    end if;
  end if;
  if v_name is null then
    perform app.fail(400, 'Under which name?', 'p_guest_name');
  end if;
  if p_party_size is null or p_party_size not between 1 and v_place.max_party_size then
    perform app.fail(400, format('How many people, up to %s?', v_place.max_party_size), 'p_party_size', jsonb_build_object('min', 1, 'max', v_place.max_party_size));
  end if;
  if not app.is_restaurant_open(p_restaurant_id, now()) and not app.works_for(v_place.organization_id, 'reservations', 'create') then
    perform app.fail(409, 'The restaurant is closed.', 'p_restaurant_id', '{"reason": "closed"}');
  end if;
  perform app.end_waitlist(p_restaurant_id);
  select count(*) into v_ahead from waitlist_entries where restaurant_id = p_restaurant_id and status in ('waiting', 'notified');
  if v_ahead >= 200 then
    perform app.fail(409, 'The waitlist is full.', null, '{"reason": "waitlist_full"}');
  end if;
  select count(*) into v_seats from restaurant_tables where restaurant_id = p_restaurant_id and is_active and capacity >= p_party_size;
  insert into waitlist_entries (restaurant_id, party_size, guest_name, guest_phone, note, idempotency_key, quoted_minutes)
  values (p_restaurant_id, p_party_size, v_name, app.clean_phone(p_guest_phone, 'p_guest_phone'), app.clean_text(p_note, 500, 'p_note'), p_idempotency_key,
    -- a table free now: none; else the turn of a table, shared by those that fit, for everybody ahead; in steps of five minutes
    case when v_ahead = 0 and exists (select from app.free_tables(p_restaurant_id, tstzrange(now(), now() + interval '1 hour'), p_party_size)) then 0
         else (ceil((v_ahead + 1) * app.reservation_minutes(p_restaurant_id, p_party_size)::numeric / greatest(v_seats, 1) / 5) * 5)::int end)
  returning id into v_id;
  return jsonb_build_object('waiting', app.waiting_json(v_id), 'replayed', false);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('join_waitlist', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.join_waitlist(uuid, int, text, text, text, text) is 'A party without reservation waits for a table; returns its place, a code to follow it, and an estimate in minutes.
answers {"waiting": "waiting", "replayed?": "boolean"}';
grant execute on function api.join_waitlist(uuid, int, text, text, text, text) to anon, authenticated, service_role;
