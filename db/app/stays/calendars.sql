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
