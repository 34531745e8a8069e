-- Whether a restaurant is open at an instant: by the weekday on which the evening began, past midnight included.
create or replace function app.is_restaurant_open(p_restaurant_id uuid, p_at timestamptz) returns boolean
language plpgsql stable security definer
as $$
begin
  return (
    select r.opening_hours = '{}' or exists (
      select
      from (select p_at at time zone r.timezone as local) l,
           generate_series(0, 1) back,
           lateral (select (l.local - back * interval '1 day')::date as day) d,
           lateral jsonb_array_elements(case when jsonb_typeof(r.opening_hours -> lower(to_char(d.day, 'dy'))) = 'array'
                                             then r.opening_hours -> lower(to_char(d.day, 'dy')) else '[]' end) h,
           lateral (select d.day + (h ->> 0)::time as opens,
                           d.day + (h ->> 1)::time + case when (h ->> 1)::time <= (h ->> 0)::time then interval '1 day' else interval '0' end as closes) s
      where d.day <> all (r.closed_dates) and l.local >= s.opens and l.local < s.closes)
    from restaurants r where r.id = p_restaurant_id);
end $$;
comment on function app.is_restaurant_open(uuid, timestamptz) is 'Open by its hours and not closed that day; a place without hours is always open.';
