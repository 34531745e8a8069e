-- iCalendar (RFC 5545): our nights go out, other portals' nights come in.

create or replace function app.ical_text(p_text text) returns text
language sql immutable parallel safe
as $$ select regexp_replace(replace(replace(replace(replace(p_text, '\', '\\'), ';', '\;'), ',', '\,'), E'\r', ''), E'\n', '\\n', 'g') $$;
comment on function app.ical_text(text) is 'Escapes a TEXT value.';

-- Lines hold at most 75 octets; the rest follows after a line break and a space. Never inside a character.
create or replace function app.ical_fold(p_line text) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_out text := '';
  v_line text := '';
  v_char text;
begin
  if octet_length(p_line) <= 75 then
    return p_line;
  end if;
  foreach v_char in array string_to_array(p_line, null) loop
    if octet_length(v_line) + octet_length(v_char) > 75 then
      v_out := v_out || v_line || E'\r\n';
      v_line := ' ';
    end if;
    v_line := v_line || v_char;
  end loop;
  return v_out || v_line;
end $$;

-- The nights of a chalet as events. Nothing of a guest is in them: whoever has the address reads them.
create or replace function app.ical_events(p_token text)
returns table (uid text, starts_on date, ends_on date, summary text, status text, changed_at timestamptz)
language sql stable security definer
as $$
  select e.id || '@' || coalesce((select domain from public.tenants where schema_name = current_schema()), 'localhost'),
         e.starts_on, e.ends_on, e.summary, e.status, e.changed_at
  from ical_exports x join chalets c on c.id = x.chalet_id,
  lateral (
    select b.id, lower(b.stay) as starts_on, upper(b.stay) as ends_on, 'Reserved' as summary,
           case b.status when 'pending' then 'TENTATIVE' else 'CONFIRMED' end as status, b.updated_at as changed_at
    from chalet_bookings b
    where b.chalet_id = c.id and b.status not in ('cancelled', 'no_show') and not (b.status = 'pending' and b.hold_expires_at <= now())
      and b.check_out >= current_date - 30
    union all
    select k.id, k.start_date, k.end_date, 'Not available', 'CONFIRMED', k.updated_at
    from chalet_blocks k
    where k.chalet_id = c.id and k.end_date >= current_date - 30 and (x.except_import_id is null or k.import_id is distinct from x.except_import_id)
  ) e
  where x.token = p_token and x.is_active
  order by e.starts_on, e.id;
$$;
comment on function app.ical_events(text) is 'The events of the calendar with this token: half-open dates, the day of departure is not part of them.';

-- Our own nights that come back in a portal's calendar: by the id in the uid, which portals pass on, for this chalet; or by our name behind it, of
-- a block that is gone. Nights of another chalet are not: who reads the calendar of the house into that of its rooms means it.
create or replace function app.is_own_event(p_uid text, p_chalet_id uuid) returns boolean
language sql stable security definer
as $$
  select coalesce((
    select exists (select from chalet_bookings b where b.id = u.id and b.chalet_id = p_chalet_id)
        or exists (select from chalet_blocks k where k.id = u.id and k.chalet_id = p_chalet_id)
        or lower(p_uid) = u.id || '@' || (select t.domain from public.tenants t where t.schema_name = current_schema())
           and not exists (select from chalet_bookings b where b.id = u.id) and not exists (select from chalet_blocks k where k.id = u.id)
    from (select substring(lower(p_uid) from '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')::uuid as id) u
    where u.id is not null), false);
$$;
grant execute on function app.is_own_event(text, uuid) to authenticated, service_role;

-- Nights that were sold twice are told once, and again when they change; when the stay has moved the notice goes.
create or replace function app.tell_block_conflict() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'calendar_conflict/' || new.id;
  v_chalet text;
  v_portal text;
  v_stay record;
begin
  if not new.is_conflict then
    if tg_op = 'UPDATE' and old.is_conflict then
      perform app.cancel_notification(v_key);
    end if;
    return null;
  end if;
  if new.end_date <= app.organization_today(new.organization_id)
     or tg_op = 'UPDATE' and old.is_conflict and (old.start_date, old.end_date, old.chalet_id) is not distinct from (new.start_date, new.end_date, new.chalet_id) then
    return null;
  end if;
  select name into v_chalet from chalets where id = new.chalet_id;
  select name into v_portal from ical_imports where id = new.import_id;
  select id, reference, check_in, check_out into v_stay from chalet_bookings
  where chalet_id = new.chalet_id and stay && new.nights and status not in ('cancelled', 'no_show') order by check_in limit 1;
  perform app.tell_roles(new.organization_id, array['owner', 'admin', 'manager'], 'calendar_conflict',
    jsonb_build_object('chalet', v_chalet, 'portal', v_portal, 'from', new.start_date, 'to', new.end_date, 'reference', v_stay.reference, 'check_in', v_stay.check_in, 'check_out', v_stay.check_out),
    array['in_app', 'email'], jsonb_build_object('block_id', new.id, 'chalet_id', new.chalet_id, 'booking_id', v_stay.id, 'from', new.start_date, 'to', new.end_date),
    v_key, null, 'high');
  perform app.log_activity(new.organization_id, 'calendar_conflict',
    format('%s: %s sold %s to %s, which stay %s has', v_chalet, v_portal, new.start_date, new.end_date, v_stay.reference), 'chalet_blocks', new.id,
    jsonb_build_object('booking_id', v_stay.id, 'import_id', new.import_id));
  return null;
end $$;

-- A calendar that cannot be read any more is how nights are sold twice: told once, at once where a part could not be read, after six hours where
-- nothing could (a portal may be away for a while).
create or replace function app.tell_import_problem() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'calendar_unread/' || new.id;
begin
  if new.last_error is null then
    if new.problem_told_at is not null then
      new.problem_told_at := null;
      perform app.cancel_notification(v_key);
    end if;
  elsif new.problem_told_at is null
        and (new.last_synced_at is distinct from old.last_synced_at or coalesce(new.last_synced_at, new.created_at) < now() - interval '6 hours') then
    new.problem_told_at := now();
    perform app.tell_roles(new.organization_id, array['owner', 'admin', 'manager'], 'calendar_unread',
      jsonb_build_object('name', left(new.name, 100), 'error', new.last_error), array['in_app', 'email'], jsonb_build_object('import_id', new.id, 'chalet_id', new.chalet_id), v_key, null, 'high');
  end if;
  return new;
end $$;
grant execute on function app.tell_block_conflict(), app.tell_import_problem() to authenticated, service_role;

-- The job worker could not read a calendar: its nights stay as they were, and it is tried again at its own pace.
create or replace function app.ical_import_failed(p_import_id uuid, p_error text) returns void
language sql security definer
as $$
  update ical_imports set last_error = left(p_error, 1000), next_sync_at = now() + make_interval(mins => sync_minutes) where id = p_import_id;
$$;
