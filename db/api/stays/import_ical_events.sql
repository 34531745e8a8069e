create function api.import_ical_events(p_import_id uuid, p_events jsonb, p_etag text default null, p_problem text default null) returns jsonb
language plpgsql
as $$
declare
  v_import record;
  v_bad jsonb;
  v_today date;
  v_events jsonb;
  v_kept int;
  v_gone int;
begin
  select * into v_import from ical_imports where id = p_import_id;
  if not found then
    perform app.fail(404, 'There is no such calendar.', 'p_import_id');
  end if;
  perform app.require_work(v_import.organization_id, 'chalets', 'update');
  if jsonb_typeof(p_events) is distinct from 'array' or jsonb_array_length(p_events) > 5000 then
    perform app.fail(400, 'Events are a list of at most 5000.', 'p_events');
  end if;
  select e.value into v_bad from jsonb_array_elements(p_events) e
  where jsonb_typeof(e.value) <> 'object' or coalesce(length(e.value ->> 'uid'), 0) not between 1 and 1000
     or coalesce(e.value -> 'keep', 'false') <> 'true' and (
          not coalesce(app.is_date(e.value ->> 'start') and app.is_date(e.value ->> 'end'), false) or (e.value ->> 'end') <= (e.value ->> 'start')) limit 1;
  if found then
    perform app.fail(400, 'An event is {"uid", "start", "end", "summary"} with dates, end after start.', 'p_events', jsonb_build_object('given', left(v_bad::text, 300)));
  end if;

  v_today := app.organization_today(v_import.organization_id);
  perform app.lock_chalets(v_import.chalet_id);
  -- our own nights, which the portal read here and sends back, are not taken there
  select coalesce(jsonb_agg(e.value), '[]') into v_events from jsonb_array_elements(p_events) e
  where not app.is_own_event(e.value ->> 'uid', v_import.chalet_id);

  -- vanished, moved and cancelled; what is known of an event that cannot be read now stays closed
  delete from chalet_blocks k
  where k.import_id = p_import_id and k.end_date >= v_today
    and not exists (select from jsonb_array_elements(v_events) e
                    where e.value ->> 'uid' = k.uid and (e.value ->> 'start' = k.start_date::text or coalesce(e.value -> 'keep', 'false') = 'true'));
  get diagnostics v_gone = row_count;
  -- an event that comes twice from one day on is as long as the longest
  insert into chalet_blocks as k (organization_id, chalet_id, start_date, end_date, kind, note, import_id, uid)
  select distinct on (e.value ->> 'uid', e.value ->> 'start') v_import.organization_id, v_import.chalet_id, (e.value ->> 'start')::date, (e.value ->> 'end')::date, 'ical',
         left(e.value ->> 'summary', 200), p_import_id, e.value ->> 'uid'
  from jsonb_array_elements(v_events) e
  where (e.value ->> 'end')::date >= v_today - 30
  order by e.value ->> 'uid', e.value ->> 'start', e.value ->> 'end' desc
  on conflict (import_id, uid, start_date) where import_id is not null do update set start_date = excluded.start_date, end_date = excluded.end_date, note = excluded.note
    where (k.end_date, k.note) is distinct from (excluded.end_date, excluded.note) or k.is_conflict;
  select count(*) into v_kept from chalet_blocks k where k.import_id = p_import_id and k.end_date >= v_today - 30;
  update ical_imports set last_synced_at = now(), last_error = left(p_problem, 1000), etag = coalesce(p_etag, etag), events_seen = jsonb_array_length(p_events),
    next_sync_at = now() + make_interval(mins => sync_minutes)
  where id = p_import_id;
  return jsonb_build_object('kept', v_kept, 'removed', v_gone, 'ours', jsonb_array_length(p_events) - jsonb_array_length(v_events),
    'conflicts', (select coalesce(jsonb_agg(jsonb_build_object('block_id', id, 'from', start_date, 'to', end_date)), '[]')
                  from chalet_blocks where import_id = p_import_id and is_conflict and end_date >= v_today));
end $$;
comment on function api.import_ical_events(uuid, jsonb, text, text) is
  'Brings the blocks of an imported calendar in line with its events: [{"uid", "start", "end", "summary"}], dates, end exclusive; several events may have one uid, each with a start of its own. Events that are our own (a portal sends back what it read here) are left out. Nights that are sold twice are kept as conflicts, reported, and told to owners and managers. {"uid", "keep": true} keeps what is known of an event; p_problem is what could not be read. For the job worker and managers.
answers {"kept": "int", "removed": "int", "ours": "int", "conflicts": [{"block_id": "uuid", "from": "date", "to": "date"}]}';
grant execute on function api.import_ical_events(uuid, jsonb, text, text) to authenticated, service_role;
