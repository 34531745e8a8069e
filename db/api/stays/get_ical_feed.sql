-- SECURITY DEFINER: the token is the right; nothing about a guest is in the answer.
create function api.get_ical_feed(p_token text) returns text
language plpgsql stable security definer
as $$
declare
  v_name text;
begin
  select c.name into v_name from ical_exports x join chalets c on c.id = x.chalet_id where x.token = p_token and x.is_active;
  if not found then
    perform app.fail(404, 'There is no such calendar.', 'p_token');
  end if;
  return array_to_string(array['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//maitred//stays//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH',
                               app.ical_fold('X-WR-CALNAME:' || app.ical_text(v_name))]
    || array(
      select array_to_string(array['BEGIN:VEVENT', app.ical_fold('UID:' || e.uid),
        'DTSTAMP:' || to_char(e.changed_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
        'DTSTART;VALUE=DATE:' || to_char(e.starts_on, 'YYYYMMDD'), 'DTEND;VALUE=DATE:' || to_char(e.ends_on, 'YYYYMMDD'),
        'SUMMARY:' || e.summary, 'STATUS:' || e.status, 'TRANSP:OPAQUE', 'END:VEVENT'], E'\r\n')
      from app.ical_events(p_token) e)
    || array['END:VCALENDAR', ''], E'\r\n');
end $$;
comment on function api.get_ical_feed(text) is 'The calendar with this token as text/calendar (RFC 5545): taken nights only, nothing about guests.';
grant execute on function api.get_ical_feed(text) to anon, authenticated, service_role;
