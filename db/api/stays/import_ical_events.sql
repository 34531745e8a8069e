create function api.import_ical_events(p_import_id uuid, p_events jsonb, p_etag text default null) returns jsonb
language plpgsql
as $$
declare
  v_import record;
  v_bad jsonb;
  v_added int;
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
     or not coalesce(app.is_date(e.value ->> 'start') and app.is_date(e.value ->> 'end'), false)
     or (e.value ->> 'end') <= (e.value ->> 'start') limit 1;
  if found then
    perform app.fail(400, 'An event is {"uid", "start", "end", "summary"} with dates, end after start.', 'p_events', jsonb_build_object('given', left(v_bad::text, 300)));
  end if;

  perform app.lock_chalets(v_import.chalet_id);
  delete from chalet_blocks k
  where k.import_id = p_import_id and k.end_date >= current_date
    and not exists (select from jsonb_array_elements(p_events) e where e.value ->> 'uid' = k.uid);
  get diagnostics v_gone = row_count;
  -- a uid that comes twice (a recurring event that was expanded) counts once, with its last dates
  insert into chalet_blocks (organization_id, chalet_id, start_date, end_date, kind, note, import_id, uid)
  select distinct on (e.value ->> 'uid') v_import.organization_id, v_import.chalet_id, (e.value ->> 'start')::date, (e.value ->> 'end')::date, 'ical',
         left(e.value ->> 'summary', 200), p_import_id, e.value ->> 'uid'
  from jsonb_array_elements(p_events) with ordinality e(value, n)
  where (e.value ->> 'end')::date >= current_date - 30
  order by e.value ->> 'uid', e.n desc
  on conflict (import_id, uid) where import_id is not null do update set start_date = excluded.start_date, end_date = excluded.end_date, note = excluded.note;
  get diagnostics v_added = row_count;
  update ical_imports set last_synced_at = now(), last_error = null, etag = coalesce(p_etag, etag), events_seen = jsonb_array_length(p_events),
    next_sync_at = now() + make_interval(mins => sync_minutes)
  where id = p_import_id;
  return jsonb_build_object('kept', v_added, 'removed', v_gone,
    'conflicts', (select coalesce(jsonb_agg(jsonb_build_object('block_id', id, 'from', start_date, 'to', end_date)), '[]')
                  from chalet_blocks where import_id = p_import_id and is_conflict and end_date >= current_date));
end $$;
comment on function api.import_ical_events(uuid, jsonb, text) is
  'Brings the blocks of an imported calendar in line with its events: [{"uid", "start", "end", "summary"}], dates, end exclusive. Nights that are ours already are kept as conflicts and reported. For the job worker and managers.';
grant execute on function api.import_ical_events(uuid, jsonb, text) to authenticated, service_role;
