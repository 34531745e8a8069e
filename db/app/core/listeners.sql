-- Events and who listens to them (tables app.events, app.listeners). To raise one: a row below, and
--
--   for v_listener in select function from app.listening('payment_settled', p_booking_type) loop
--     execute format('select app.%I($1, $2)', v_listener.function) using p_booking_id, p_payment_id;
--   end loop;
--
-- To listen: a line in app/<module>/listeners.sql. No other name is looked for, and no name that fits nothing is passed over: a listener that was
-- renamed is missed when its file is applied, when it is called, and by db/tests/core/listeners_test.sql.

insert into app.events (name, takes, gives, says) values
  ('daily',           '',                           null,      'once a day in each tenant (app.maintain_tenant)'),
  ('often',           '',                           'integer', 'every few minutes in each tenant (app.maintain_often); gives how much was done'),
  ('seed',            'uuid',                       null,      'an organization is new, or its tenant has a new module: default data. May come again'),
  ('modules_changed', '',                           null,      'the tenant has another module now, whose tables are there'),
  ('topic',           'text',                       'boolean', 'is a private channel''s topic the caller''s? By the topic''s first word'),
  ('payment_settled', 'uuid, uuid',                 null,      'money of a booking has come or gone, after the ledger was written: booking, payment. By booking type'),
  ('subscription_changed', 'uuid, text',        null,      'what a provider collects by itself is active, paused by its dunning, or ended: booking, state. By booking type'),
  ('folio_lines',     'uuid, uuid[], uuid[], uuid', 'record',  'what do bookings cost (app/payments/folio.sql)? By booking type, one each'),
  ('invoice_lines',   'uuid, uuid[]',               'record',  'the same with the tax rate of each line, from who knows it (app/payments/invoices.sql). By booking type, one each')
on conflict (name) do update set takes = excluded.takes, gives = excluded.gives, says = excluded.says;
delete from app.events where name <> all ('{daily,often,seed,modules_changed,topic,payment_settled,subscription_changed,folio_lines,invoice_lines}');

create or replace function app.forget_listeners(p_module text) returns void
language sql
as $$ delete from app.listeners where module = p_module $$;
comment on function app.forget_listeners(text) is 'The first line of app/<module>/listeners.sql: what the file does not name any more hears nothing any more.';

create or replace function app.listen(p_module text, p_event text, p_function text, p_position int, p_topic text default '') returns void
language plpgsql
as $$
declare
  v_event record;
begin
  select e.takes, e.gives into v_event from app.events e where e.name = p_event;
  -- both errors are of the kind that the engine tries again after the files that are still to come
  if not found then
    raise exception using errcode = 'undefined_object', message = format('There is no event "%s" for app.%s() to listen to.', p_event, p_function);
  end if;
  if not app.fits_event(p_function, v_event.takes, v_event.gives) then
    raise exception using errcode = 'undefined_function',
      message = format('Nothing listens to "%s": there is no function app.%s(%s)%s.', p_event, p_function, v_event.takes, ' that gives ' || v_event.gives);
  end if;
  insert into app.listeners (event, topic, module, function, position) values (p_event, p_topic, p_module, p_function, p_position);
end $$;
comment on function app.listen(text, text, text, int, text) is
  'A function of schema app hears of an event from now on, in tenants that have the module; p_topic: only of this kind.';

create or replace function app.fits_event(p_function text, p_takes text, p_gives text) returns boolean
language sql stable
as $$
  select exists (select from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname = p_function and p.prokind = 'f'
    and oidvectortypes(p.proargtypes) = p_takes and (p_gives is null or format_type(p.prorettype, null) = p_gives));
$$;

create or replace function app.listening(p_event text, p_topic text default null) returns table (topic text, module text, function text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  return query
  select l.topic, l.module, l.function
  from app.listeners l join public.tenants t on t.schema_name = current_schema() and l.module = any (t.modules)
  where l.event = p_event and (p_topic is null or l.topic in ('', p_topic))
  order by l.position, l.function;
end $$;
comment on function app.listening(text, text) is 'The functions of schema app that hear of an event in this tenant, in order; of one topic, or of all.';
grant execute on function app.listening(text, text) to authenticated, service_role;
