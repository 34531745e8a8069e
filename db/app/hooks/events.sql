-- What programs of others are told of. A change of a watched table is an event <noun>.created, <noun>.<status> (the status became that),
-- <noun>.deleted, or <noun>.updated (anything else changed). One trigger for all; it costs one look where nobody listens.

-- To tell of one more table, a row. It needs id and organization_id.
create or replace function app.webhook_nouns() returns table (noun text, table_name text)
language sql immutable parallel safe
as $$
  values ('customer', 'customers'), ('session', 'table_sessions'), ('order', 'orders'), ('reservation', 'table_reservations'), ('waitlist_entry', 'waitlist_entries'),
    ('stay', 'chalet_bookings'), ('pool_ticket', 'pool_tickets'), ('membership', 'pool_memberships'), ('experience', 'bookings'), ('waiver', 'waiver_submissions'),
    ('payment', 'payments'), ('refund', 'refunds'), ('dispute', 'payment_disputes'), ('invoice', 'sales_invoices')
$$;
comment on function app.webhook_nouns() is 'The tables whose changes are told, and what each row is called in an event''s name.';

create or replace function app.watch_for_webhooks() returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  for v in
    select n.noun, n.table_name from app.webhook_nouns() n
    where to_regclass(n.table_name) is not null
      and not exists (select from pg_trigger t where t.tgrelid = to_regclass(n.table_name) and t.tgname = 'tell_webhooks')
  loop
    execute format('create trigger tell_webhooks after insert or update or delete on %I for each row execute function app.tell_webhooks(%L)', v.table_name, v.noun);
  end loop;
end $$;
comment on function app.watch_for_webhooks() is 'Watches the tables that are there; again when the tenant gets another module.';

create or replace function app.unwatch_for_webhooks() returns void
language plpgsql security definer
as $$
declare
  v_table text;
begin
  for v_table in select n.table_name from app.webhook_nouns() n where to_regclass(n.table_name) is not null loop
    execute format('drop trigger if exists tell_webhooks on %I', v_table);
  end loop;
end $$;

create or replace function app.webhook_hears(p_events text[], p_noun text, p_event text) returns boolean
language sql immutable parallel safe
as $$ select p_events && array['*', p_noun || '.*', p_event] $$;

create or replace function app.check_webhook_events() returns trigger
language plpgsql
as $$
declare
  v_event text;
begin
  foreach v_event in array new.events loop
    if v_event is null or (v_event <> '*' and (v_event !~ '^[a-z_]{1,40}\.([a-z_]{1,40}|\*)$'
       or not exists (select from app.webhook_nouns() n where n.noun = split_part(v_event, '.', 1)))) then
      perform app.fail(400, format('There are no events "%s": they are called like reservation.created, reservation.* or *.', left(v_event, 100)), 'events');
    end if;
  end loop;
  return new;
end $$;

-- One event for whoever listens, in the transaction that made it. Of what one transaction does to an object, "updated" is said once.
create or replace function app.queue_webhooks(p_organization_id uuid, p_noun text, p_verb text, p_object_id uuid, p_data jsonb, p_endpoint_id uuid default null) returns void
language plpgsql security definer
as $$
declare
  v_event text := p_noun || '.' || p_verb;
  v_id uuid;
  v_sequence bigint;
  v record;
begin
  for v in
    select e.id from webhook_endpoints e
    where e.organization_id = p_organization_id and e.is_active
      and case when p_endpoint_id is null then app.webhook_hears(e.events, p_noun, v_event) else e.id = p_endpoint_id end
    order by e.id
  loop
    continue when p_verb = 'updated' and exists (
      select from webhook_deliveries d where d.endpoint_id = v.id and d.object_id = p_object_id and d.created_at = now());
    v_sequence := floor(extract(epoch from clock_timestamp()) * 1000000);
    insert into webhook_deliveries (organization_id, endpoint_id, sequence, event, object_id, body)
    values (p_organization_id, v.id, v_sequence, v_event, p_object_id, jsonb_build_object(
      'type', v_event, 'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'sequence', v_sequence, 'data', p_data)::text)
    returning id into v_id;
    perform app.send_webhook(v_id, v.id, p_object_id, now());
  end loop;
end $$;

-- What concerns one object goes in order. Four lanes an endpoint: a message that does not arrive holds up a quarter of its endpoint, and one that hangs
-- takes a place of the worker for its fifteen seconds, four at most.
create or replace function app.send_webhook(p_id uuid, p_endpoint_id uuid, p_object_id uuid, p_at timestamptz) returns void
language sql security definer
as $$
  select app.enqueue('webhook_send', jsonb_build_object('delivery_id', p_id), p_run_at => p_at, p_key => p_id::text,
    p_lane => format('webhook/%s/%s', p_endpoint_id, abs(hashtext(p_object_id::text) % 4)));
$$;

create or replace function app.tell_webhooks() returns trigger
language plpgsql security definer
set plan_cache_mode = force_generic_plan
as $$
declare
  v_new jsonb;
  v_old jsonb;
  v_row jsonb;
  v_changed text[];
  v_verb text;
begin
  -- other triggers of these tables need the tenant's search_path as well: from elsewhere an owner restores, and tells nobody
  if tg_table_schema = current_schema() and exists (select from webhook_endpoints e where e.is_active) then
    v_new := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    v_old := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    v_row := coalesce(v_new, v_old);
    if tg_op = 'UPDATE' then
      -- by name, and only those that staff may read
      select array_agg(o.key order by o.key) into v_changed from jsonb_each(v_old) o
      where v_new -> o.key is distinct from o.value and o.key <> 'updated_at' and has_column_privilege('authenticated', tg_relid, o.key, 'select');
    end if;
    v_verb := case when tg_op = 'INSERT' then 'created'
                   when tg_op = 'DELETE' or (v_new ->> 'deleted_at' is not null and v_old ->> 'deleted_at' is null) then 'deleted'
                   when v_new ->> 'status' is distinct from v_old ->> 'status' then v_new ->> 'status'
                   when v_changed is not null then 'updated' end;
    if v_verb is not null then
      perform app.queue_webhooks((v_row ->> 'organization_id')::uuid, tg_argv[0], v_verb, (v_row ->> 'id')::uuid,
        jsonb_strip_nulls(jsonb_build_object('object', tg_argv[0], 'id', v_row ->> 'id', 'organization_id', v_row ->> 'organization_id', 'status', v_row ->> 'status',
          'previous_status', case when tg_op = 'UPDATE' and v_verb = v_new ->> 'status' then v_old ->> 'status' end, 'changed', to_jsonb(v_changed),
          'path', case when tg_op <> 'DELETE' then format('/rest/v1/%s?id=eq.%s', tg_table_name, v_row ->> 'id') end)));
    end if;
  end if;
  return null;
end $$;
comment on function app.tell_webhooks() is 'Trigger: a change of a row is an event for webhooks. Argument: the noun.';
grant execute on function app.tell_webhooks(), app.check_webhook_events() to anon, authenticated, service_role, maitred_auth;
