-- Opening hours of a day, in both forms that tables keep: pairs of times, [["12:00", "14:30"], ["18:00", "01:00"]] (restaurants), or objects
-- {"open": "10:00", "close": "22:00"}, one or a list, {"closed": true} for none (venues). What closes at or before it opens goes on past midnight.

-- The spans of a day, counted from its midnight: 18:00 to 25:00. Stable and not immutable, so that it is inlined: reading an interval is stable.
create or replace function app.day_spans(p_day jsonb) returns table (opens interval, closes interval)
language sql stable parallel safe
as $$
  select s.opens, s.closes + case when s.closes <= s.opens then interval '1 day' else interval '0' end
  from jsonb_array_elements(case jsonb_typeof(p_day) when 'array' then p_day when 'object' then jsonb_build_array(p_day) else '[]' end) w,
       lateral (select coalesce(w ->> 'open', w ->> 0)::interval as opens, coalesce(w ->> 'close', w ->> 1)::interval as closes) s
  where coalesce(w -> 'closed', 'false') <> 'true';
$$;

-- What is wrong with a day's hours, to stand behind its name ("Monday has windows that overlap"); null when nothing is.
create or replace function app.day_problem(p_day jsonb, p_pairs boolean) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_window jsonb;
  v_open   text;
  v_close  text;
  v_from   int;
  v_to     int;
  v_taken  int4multirange := '{}';
begin
  if jsonb_typeof(p_day) = 'object' and not p_pairs then
    p_day := jsonb_build_array(p_day);
  end if;
  if jsonb_typeof(p_day) is distinct from 'array' then
    return case when p_pairs then 'wants a list of hours: [["12:00", "14:30"], ["18:00", "01:00"]]; an empty list is closed'
                else 'wants {"open": "10:00", "close": "22:00"} or a list of them' end;
  end if;
  if jsonb_array_length(p_day) > 12 then
    return 'has more than 12 windows';
  end if;
  for v_window in select * from jsonb_array_elements(p_day) loop
    if p_pairs and (jsonb_typeof(v_window) <> 'array' or jsonb_array_length(v_window) <> 2) then
      return 'wants pairs of times as HH:MM: [["18:00", "23:00"]]';
    elsif not p_pairs and jsonb_typeof(v_window) <> 'object' then
      return 'wants objects with "open" and "close"';
    end if;
    continue when not p_pairs and coalesce(v_window -> 'closed', 'false') = 'true';
    v_open := case when p_pairs then v_window ->> 0 else v_window ->> 'open' end;
    v_close := case when p_pairs then v_window ->> 1 else v_window ->> 'close' end;
    if coalesce(v_open, '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' or coalesce(v_close, '') !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' then
      return case when p_pairs then 'wants pairs of times as HH:MM: [["18:00", "23:00"]]' else 'has no time of the form HH:MM in "open" or "close"' end;
    end if;
    v_from := extract(epoch from v_open::interval)::int / 60;
    v_to := extract(epoch from v_close::interval)::int / 60;
    if v_to <= v_from then
      v_to := v_to + 1440;      -- past midnight
    end if;
    if v_taken && int4range(v_from, v_to) then
      return 'has windows that overlap';
    end if;
    v_taken := v_taken + int4multirange(int4range(v_from, v_to));
  end loop;
  return null;
end $$;

-- The same for an object of days by name; days that are not named are closed.
create or replace function app.week_problem(p_hours jsonb, p_pairs boolean, p_names text[]) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_day     record;
  v_problem text;
begin
  if jsonb_typeof(p_hours) is distinct from 'object' then
    return 'Opening hours are an object with one key a weekday.';
  end if;
  for v_day in select key, value from jsonb_each(p_hours) loop
    if v_day.key <> all (p_names) then
      return format('“%s” is no weekday; they are written %s … %s.', left(v_day.key, 40), p_names[1], p_names[7]);
    end if;
    v_problem := app.day_problem(v_day.value, p_pairs);
    if v_problem is not null then
      return format('“%s” %s.', v_day.key, v_problem);
    end if;
  end loop;
  return null;
end $$;
grant execute on function app.day_spans(jsonb), app.day_problem(jsonb, boolean), app.week_problem(jsonb, boolean, text[]) to anon, authenticated, service_role;
