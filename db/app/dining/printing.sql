-- Printing: tickets are queued as they are made, given to printers one at a time, and told apart by whether paper is known to have come out.
--
--   queued ──take──▶ sending ──done──▶ printed
--     ▲ │               ├──the printer says why not──▶ queued (problem)       it waits, or falls over to another printer
--     │ └─cancelled     └──nobody knows──────────────▶ sent again, with "may have been printed before" on it
--     └───────────── fall over: another printer_id

-- Wakes who reaches out to printers; the others ask by themselves. Later (p_at) puts nothing off that was asked for meanwhile.
create or replace function app.wake_printer(p_printer_id uuid, p_at timestamptz default null) returns void
language plpgsql security definer
as $$
declare
  v_payload jsonb := jsonb_build_object('printer_id', p_printer_id);
begin
  if not exists (select from printers p where p.id = p_printer_id and p.kind = 'raw_tcp' and p.is_active) then
    return;
  end if;
  if p_at is null then
    perform app.enqueue('print', v_payload, now(), p_printer_id::text, 'printer/' || p_printer_id);
  else
    perform app.enqueue_if_none('print', v_payload, p_at, p_printer_id::text, 'printer/' || p_printer_id);
  end if;
end $$;

-- A new job: it is printed, and looked at again when it has waited for as long as the printer may take: once for all that came in the same ten seconds, and not
-- where nothing could come of it.
create or replace function app.queue_printing(p_printer_id uuid) returns void
language sql security definer
as $$
  select app.wake_printer(p.id), case when p.fallback_id is not null or p.kind <> 'raw_tcp' then
    app.enqueue('print_watch', jsonb_build_object('printer_id', p.id), w.at, format('%s/%s', p.id, extract(epoch from w.at)::bigint)) end
  from printers p, lateral (select to_timestamp(ceil(extract(epoch from now() + make_interval(secs => p.fallback_seconds + 1)) / 10) * 10) as at) w where p.id = p_printer_id;
$$;

-- After a ticket was made, held or fired, cancelled. SECURITY DEFINER: who orders need not see printers.
create or replace function app.print_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_printer uuid;
  v_kind    text := case when new.status = 'cancelled' then 'cancellation' else 'ticket' end;
begin
  if new.held or new.status not in ('pending', 'cancelled') or tg_op = 'UPDATE' and (new.held, new.status) is not distinct from (old.held, old.status) then
    return new;
  end if;
  if new.status = 'cancelled' then      -- what no printer has begun is not printed at all
    update print_jobs set status = 'cancelled' where restaurant_id = new.restaurant_id and kitchen_order_id = new.id and kind = 'ticket' and status = 'queued' and attempts = 0;
  end if;
  for v_printer in
    select p.id from printers p
    where p.restaurant_id = new.restaurant_id and p.is_active and p.role = 'station' and (p.stations = '{}' or new.station = any (p.stations))
      and (v_kind = 'ticket' or exists (select from print_jobs j where j.kitchen_order_id = new.id and j.planned_printer_id = p.id and j.kind = 'ticket' and j.status <> 'cancelled'))
    order by p.id
  loop
    insert into print_jobs (organization_id, restaurant_id, printer_id, planned_printer_id, kind, kitchen_order_id)
    values (new.organization_id, new.restaurant_id, v_printer, v_printer, v_kind, new.id)
    on conflict (kitchen_order_id, kind, planned_printer_id) where kitchen_order_id is not null do nothing;
    perform app.queue_printing(v_printer);
  end loop;
  return new;
end $$;
grant execute on function app.print_ticket() to anon, authenticated, service_role;

-- A ticket on paper, read from three steps away.
create or replace function app.ticket_document(p_kitchen_order_id uuid, p_cancelled boolean) returns jsonb
language plpgsql stable security definer
as $$
declare
  k          record;
  t          jsonb := app.ticket_json(p_kitchen_order_id);
  v_language text;
  w          jsonb;
begin
  select x.organization_id, x.created_at, coalesce(r.timezone, 'UTC') as timezone into k from kitchen_orders x join restaurants r on r.id = x.restaurant_id where x.id = p_kitchen_order_id;
  v_language := app.document_language(null, k.organization_id);
  w := app.document_words(v_language);
  return app.document('ticket', format('%s %s', t ->> 'station', t ->> 'order_number'), v_language, 'roll', k.created_at, jsonb_build_array(
      case when p_cancelled then app.doc_text(w ->> 'cancelled', 'center', 'huge', true) end,
      app.doc_row(coalesce((w ->> 'table') || ' ' || (t ->> 'table_number'), w ->> 'takeaway'), '#' || (t ->> 'order_number'), 'huge', true),
      app.doc_row(coalesce(t ->> 'customer_name', t ->> 'station'), app.moment_text(k.created_at, k.timezone, v_language)),
      case when (t ->> 'course')::int > 1 then app.doc_text(format('%s %s', w ->> 'course', t ->> 'course'), 'start', 'large', true) end,
      app.doc_rule())
    || coalesce((select jsonb_agg(e order by n, m) from jsonb_array_elements(t -> 'items') with ordinality x (i, n), lateral (
         select 0 as m, app.doc_text(format('%s × %s', i ->> 'quantity', i ->> 'name'), 'start', 'large', true) as e
         union all select 1, app.doc_text('   ' || string_agg(case when (c ->> 'quantity')::int > 1 then (c ->> 'quantity') || ' × ' else '+ ' end || (c ->> 'name'), ', ')) from jsonb_array_elements(i -> 'modifiers') c
         union all select 2, app.doc_text('   ! ' || (i ->> 'note'), 'start', 'normal', true)) l
       where i ->> 'status' <> 'cancelled' or p_cancelled), '[]')
    || jsonb_build_array(app.doc_rule(), app.doc_text(t ->> 'kitchen_notes', 'start', 'normal', true)));
end $$;
comment on function app.ticket_document(uuid, boolean) is 'A ticket of the kitchen as a document.';

-- What goes over the wire: the frozen document, and above it why it comes here or comes again.
create or replace function app.print_job_document(p_job_id uuid) returns jsonb
language sql stable security definer
as $$
  select j.document || jsonb_build_object('drawer', j.opens_drawer, 'elements', coalesce((select jsonb_agg(e) from (
      select app.doc_text(w ->> 'reprint', 'center', 'normal', true) as e where j.attempts > 1
      union all select app.doc_text((w ->> 'instead_of') || ' ' || (select p.name from printers p where p.id = j.planned_printer_id), 'center') where j.printer_id <> j.planned_printer_id) x), '[]')
    || (j.document -> 'elements'))
  from print_jobs j, app.document_words(j.document ->> 'language') w where j.id = p_job_id;
$$;

-- The next job of a printer, which is sending it from now on; null where there is none. A job that was being sent comes first: nobody knows whether it was printed.
create or replace function app.print_take(p_printer_id uuid, p_job_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  -- one at a time; who queues for it meanwhile (its foreign key) does not wait
  perform 1 from printers p where p.id = p_printer_id and p.is_active for no key update;
  if not found then
    return null;
  end if;
  select j.id into v_id from print_jobs j
  where j.printer_id = p_printer_id and j.status in ('queued', 'sending') and (p_job_id is null or j.id = p_job_id)
  order by j.status = 'sending' desc, j.queued_at, j.id limit 1 for update;
  if v_id is null then
    return null;
  end if;
  update print_jobs j set status = 'sending', sent_at = now(), attempts = j.attempts + 1, problem = null,
    document = coalesce(j.document, app.ticket_document(j.kitchen_order_id, j.kind = 'cancellation'))
  where j.id = v_id;
  return (select jsonb_build_object('job_id', v_id, 'document', app.print_job_document(v_id), 'width_dots', p.width_dots, 'code_page', p.code_page, 'columns', p.columns, 'cuts', p.cuts,
            'address', host(p.address), 'port', p.port) from printers p where p.id = p_printer_id);
end $$;
comment on function app.print_take(uuid, uuid) is 'Marks the next job of a printer as being sent and tells what to send: {job_id, document, width_dots, code_page, columns, cuts, address, port}; null where there is none.';

-- What became of it. p_outcome: printed; refused: the printer did not print and said why (p_status); unsure: it took it and says nothing; failed: it never will be.
create or replace function app.print_told(p_job_id uuid, p_outcome text, p_status text, p_text text) returns void
language plpgsql security definer
as $$
declare
  v_printer uuid;
  v_queued_at timestamptz;
begin
  update print_jobs set
    status = case p_outcome when 'printed' then 'printed' when 'failed' then 'failed' when 'refused' then 'queued' else 'sending' end,
    printed_at = case p_outcome when 'printed' then now() end,
    attempts = case when p_outcome = 'refused' then attempts - 1 else attempts end,      -- no paper came out: the next one is no reprint
    problem = case when p_outcome <> 'printed' then left(coalesce(p_text, p_status), 300) end
  where id = p_job_id and status = 'sending' returning printer_id, queued_at into v_printer, v_queued_at;
  if v_printer is null then
    return;       -- told before
  end if;
  perform app.printer_said(v_printer, p_status, p_text);
  if p_outcome = 'refused' then
    perform app.print_fall_over(v_printer);
  end if;
  if p_outcome in ('refused', 'unsure') then
    -- one that is off for the night is not asked every five seconds; a new ticket asks at once
    perform app.wake_printer(v_printer, now() + least(greatest((now() - v_queued_at) / 10, interval '5 seconds'), interval '2 minutes'));
  end if;
end $$;

create or replace function app.printer_said(p_printer_id uuid, p_status text, p_text text) returns void
language sql security definer
as $$
  update printers set status = coalesce(p_status, status), status_text = left(p_text, 300), seen_at = case when p_status = 'offline' then seen_at else now() end
  where id = p_printer_id and (status is distinct from p_status or status_text is distinct from left(p_text, 300) or seen_at is null or seen_at < now() - interval '5 minutes');
$$;

-- Jobs that have waited for too long go to the fallback, unless they are being sent or have been there; they keep their order. Gives how many.
create or replace function app.print_fall_over(p_printer_id uuid, p_asked boolean default false) returns int
language plpgsql security definer
as $$
declare
  p       record;
  v_count int;
begin
  select x.id, x.fallback_seconds, x.restaurant_id, f.id as fallback_id into p
  from printers x left join printers f on f.id = x.fallback_id and f.is_active where x.id = p_printer_id for no key update of x;
  -- who asks by itself and does not: the kitchen hears of it
  update printers x set status = 'offline', status_text = 'It has not asked for its jobs.'
  where x.id = p.id and x.kind <> 'raw_tcp' and x.status in ('unknown', 'ready', 'paper_low') and coalesce(p_asked, false) is false
    and exists (select from print_jobs j where j.printer_id = x.id and j.status = 'queued' and j.queued_at <= now() - make_interval(secs => x.fallback_seconds));
  if p.fallback_id is null then
    return 0;
  end if;
  update print_jobs set printer_id = p.fallback_id
  where printer_id = p.id and status = 'queued' and attempts = 0 and planned_printer_id <> p.fallback_id and queued_at <= now() - make_interval(secs => p.fallback_seconds);
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform app.wake_printer(p.fallback_id);
  end if;
  return v_count;
end $$;

-- What the kitchen sees: printers that hold something up.
create or replace function app.printer_problems(p_restaurant_id uuid) returns jsonb
language sql stable security definer
as $$
  select coalesce(jsonb_agg(jsonb_build_object('printer_id', p.id, 'name', p.name, 'status', p.status, 'waiting', w.waiting, 'since', w.since,
           'moved', w.moved, 'fallback', (select f.name from printers f where f.id = p.fallback_id)) order by p.name), '[]')
  from printers p, lateral (
    select count(*) filter (where j.printer_id = p.id and j.status in ('queued', 'sending')) as waiting, min(j.queued_at) filter (where j.printer_id = p.id and j.status in ('queued', 'sending')) as since,
           count(*) filter (where j.planned_printer_id = p.id and j.printer_id <> p.id and j.queued_at > now() - interval '1 hour') as moved
    from print_jobs j where j.restaurant_id = p_restaurant_id and p.id in (j.printer_id, j.planned_printer_id) and j.queued_at > now() - interval '1 day') w
  where p.restaurant_id = p_restaurant_id and p.is_active
    and (w.waiting > 0 and (p.status in ('paper_out', 'cover_open', 'offline', 'error') or w.since < now() - interval '20 seconds') or w.moved > 0 and p.status in ('paper_out', 'cover_open', 'offline', 'error'));
$$;
comment on function app.printer_problems(uuid) is 'Printers of a restaurant that hold tickets up.
shape printer_problem {"printer_id": "uuid", "name": "text", "status": "printers.status", "waiting": "int", "since": "instant | null", "moved": "int", "fallback": "text | null"}';
grant execute on function app.printer_problems(uuid) to authenticated, service_role;

-- The doors of printers that ask (src/print/polls.c). Nobody else has a key. Null: no such printer.
create or replace function app.printer_of_key(p_kind text, p_key text, p_mac text default null) returns uuid
language sql stable security definer
as $$
  select p.id from printers p
  where p.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') and p.kind = p_kind and p.is_active and (p.mac is null or p_mac is null or p.mac = lower(p_mac));
$$;

create or replace function app.printer_polls(p_kind text, p_key text, p_mac text, p_status text, p_text text) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.printer_of_key(p_kind, p_key, p_mac);
begin
  if v_id is null then
    return null;
  end if;
  perform app.printer_said(v_id, p_status, p_text);
  perform app.print_fall_over(v_id, true);
  return jsonb_build_object('job_id', (select j.id from print_jobs j where j.printer_id = v_id and (j.status = 'queued' or j.status = 'sending' and j.sent_at < now() - interval '15 seconds')
    order by j.status = 'sending' desc, j.queued_at, j.id limit 1));
end $$;

-- A printer that names no job asks whether there is one: what it was given a moment ago it may still be printing.
create or replace function app.printer_takes(p_kind text, p_key text, p_job_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.printer_of_key(p_kind, p_key);
begin
  if v_id is null then
    return null;
  end if;
  -- it is there, which is all that it says of itself
  update printers set seen_at = now(), status = case when status = 'offline' then 'ready' else status end, status_text = case when status = 'offline' then null else status_text end
  where id = v_id and p_kind = 'epson_sdp' and (status = 'offline' or seen_at is null or seen_at < now() - interval '5 minutes');
  if p_kind = 'epson_sdp' and p_job_id is null and exists (select from print_jobs j where j.printer_id = v_id and j.status = 'sending' and j.sent_at > now() - interval '15 seconds') then
    return '{}';
  end if;
  return coalesce(app.print_take(v_id, p_job_id), '{}');
end $$;

create or replace function app.printer_tells(p_kind text, p_key text, p_job_id uuid, p_outcome text, p_status text, p_text text) returns boolean
language plpgsql security definer
as $$
declare
  v_id uuid := app.printer_of_key(p_kind, p_key);
begin
  if v_id is null then
    return null;
  end if;
  -- without a name it is the one that is being sent
  perform app.print_told(j.id, p_outcome, p_status, p_text) from print_jobs j
  where j.printer_id = v_id and j.status = 'sending' and (p_job_id is null or j.id = p_job_id);
  return true;
end $$;
grant execute on function app.printer_polls(text, text, text, text, text), app.printer_takes(text, text, uuid), app.printer_tells(text, text, uuid, text, text, text) to maitred_auth;

-- Daily. What was printed says who ate what: it is kept for a week, for who looks for a ticket that nobody saw. What waits for longer is not wanted any more.
create or replace function app.forget_print_jobs() returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  delete from print_jobs where queued_at < now() - interval '7 days';
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function app.forget_print_jobs() is 'Jobs of printers older than a week are forgotten; returns how many.';
