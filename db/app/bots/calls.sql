-- A scenario's step calls a function of the product as the guest who writes: a login where their customer has one, else a visitor, who acts as their
-- customer where the chat is linked. What a guest may not do on the pages they may not do here.

-- Functions of this room that scenarios may call besides schema api; they get the chat and the arguments.
create or replace function app.bot_functions() returns table (name text, function text)
language sql immutable parallel safe
as $$ values ('chat_bookings', 'chat_bookings') $$;

create or replace function app.chat_bookings(p_chat_id uuid, p_args jsonb) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('bookings', coalesce(jsonb_agg(b.value || jsonb_build_object(
      'local_date', to_char((b.value ->> 'starts_at')::timestamptz at time zone (b.value ->> 'timezone'), 'YYYY-MM-DD'),
      'local_time', to_char((b.value ->> 'starts_at')::timestamptz at time zone (b.value ->> 'timezone'), 'HH24:MI')) order by b.value ->> 'starts_at'), '[]'))
  from jsonb_array_elements(app.guest_booking_json(array(
    select g.booking_id from bot_chats c, lateral app.guest_bookings(array[c.customer_id], null) g
    where c.id = p_chat_id and c.customer_id is not null and g.status in ('pending', 'confirmed') and g.starts_at > now()
    order by g.starts_at limit 50))) b;
$$;
comment on function app.chat_bookings(uuid, jsonb) is 'What the customer of a chat has booked and is still to come, soonest first; nothing while nobody knows who writes.';

-- Tries are counted by address, and logs note it: a chat has one of its own, in the range for private use (RFC 4193), a whole /64 as a household has.
create or replace function app.chat_place(p_chat_id uuid) returns text
language sql immutable
as $$ select format('fd%s:%s:%s:%s::1', substr(h, 1, 2), substr(h, 3, 4), substr(h, 7, 4), substr(h, 11, 4)) from (select md5(p_chat_id::text) as h) t $$;

-- The call as SQL with the arguments as $1; null: there is no such function, or it has no such parameter.
create or replace function app.bot_call_sql(p_function text, p_parameters text[]) returns text
language sql stable
as $$
  select format('select to_jsonb(api.%I(%s))', f.proname, (
    select string_agg(format('%I => %s', a.name, case
        when t.typname in ('json', 'jsonb') then format('($1 -> %L)::%s', a.name, t.typname)
        when t.typcategory = 'A' then format('case when $1 ? %1$L then array(select jsonb_array_elements_text($1 -> %1$L))::%2$s end', a.name, format_type(a.type, null))
        when t.typcategory = 'S' then format('$1 ->> %L', a.name)
        else format('nullif($1 ->> %L, '''')::%s', a.name, format_type(a.type, null)) end), ', ')
    from unnest(f.proargnames[1 : f.pronargs], f.proargtypes::oid[]) a (name, type) join pg_type t on t.oid = a.type
    where a.name = any (p_parameters)))
  from pg_proc f
  where f.pronamespace = 'api'::regnamespace and f.prokind = 'f' and not f.proretset and f.proname = p_function
    and p_parameters <@ coalesce(f.proargnames[1 : f.pronargs], '{}') and has_function_privilege('authenticated', f.oid, 'execute')
  order by f.pronargs limit 1;
$$;

create or replace function app.bot_call(p_chat_id uuid, p_function text, p_args jsonb) returns jsonb
language plpgsql
as $$
declare
  v_sql text := app.bot_call_sql(p_function, array(select jsonb_object_keys(p_args)));
  v_own text := (select f.function from app.bot_functions() f where f.name = p_function);
  v_claims text := current_setting('request.jwt.claims', true);
  v_customer uuid;
  v_user uuid;
  v_answer jsonb;
  v_error jsonb;
  v_detail text;
begin
  select u.id, l.id into v_customer, v_user
  from bot_chats c left join customers u on u.id = c.customer_id and u.deleted_at is null
  left join users l on l.id = u.user_id and l.role = 'customer' and l.is_active and l.deleted_at is null
  where c.id = p_chat_id;
  if v_own is null and v_sql is null then
    return jsonb_build_object('error', jsonb_build_object('status', 404, 'message', format('There is no function %s with these parameters.', p_function)));
  end if;
  begin
    if v_own is not null then
      execute format('select app.%I($1, $2)', v_own) into v_answer using p_chat_id, p_args;
    else
      perform app.act_for(v_customer), set_config('response.status', '', true), set_config('request.ip', app.chat_place(p_chat_id), true),
        set_config('request.jwt.claims', case when v_user is null then '{"role": "anon"}' else jsonb_build_object('role', 'authenticated', 'sub', v_user)::text end, true);
      perform set_config('role', case when v_user is null then 'anon' else 'authenticated' end, true);
      execute v_sql into v_answer using p_args;
      perform set_config('role', 'none', true);      -- alone: the rights of what follows are looked at first
      perform set_config('request.jwt.claims', coalesce(v_claims, ''), true), set_config('request.ip', '', true), app.act_for(null);
      if nullif(current_setting('response.status', true), '')::int >= 400 then
        v_error := jsonb_build_object('status', current_setting('response.status', true)::int, 'message', v_answer ->> 'message', 'details', coalesce(v_answer ->> 'details', '{}')::jsonb);
      end if;
    end if;
  exception when others then
    -- what another try may mend is the job's; what the function says is the scenario's
    if sqlstate ~ '^(08|40|53|55|57|58|XX)' then
      raise;
    end if;
    get stacked diagnostics v_detail = pg_exception_detail;
    v_error := jsonb_build_object('status', case when sqlstate ~ '^MD[1-5][0-9][0-9]' then substr(sqlstate, 3, 3)::int when sqlstate ~ '^2[23]' then 400 when sqlstate = '42501' then 403 else 500 end,
      'message', sqlerrm, 'details', case when v_detail ~ '^\s*\{' then v_detail::jsonb else '{}' end);
  end;
  return case when v_error is null then jsonb_build_object('value', v_answer) else jsonb_build_object('error', v_error) end;
end $$;
comment on function app.bot_call(uuid, text, jsonb) is
  'For the job worker alone: {"value"} of a function of schema api (or app.bot_functions), called with the rights of who writes in the chat; or {"error": {"status", "message", "details"}}.';
