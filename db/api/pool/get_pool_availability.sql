-- SECURITY DEFINER: visitors may know how many places are free, not who has the others.
create function api.get_pool_availability(p_date date default null, p_days int default 1, p_people int default 1, p_organization_id uuid default null)
returns table (date date, slot text, starts_at timestamptz, ends_at timestamptz, capacity int, available int, is_bookable boolean, is_closed boolean, note text,
  adult_price numeric, child_price numeric, currency text)
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_today date := app.organization_today(v_organization);
  v_from date := coalesce(p_date, v_today);
begin
  if not isfinite(v_from) or v_from > v_today + 366 then
    perform app.fail(400, 'Tickets are sold a year ahead.', 'p_date', jsonb_build_object('latest', v_today + 366));
  end if;
  if v_from < v_today then
    perform app.fail(400, 'This day is past.', 'p_date', jsonb_build_object('today', v_today));
  end if;
  if p_days is null or p_days not between 1 and 62 then
    perform app.fail(400, 'Ask for 1 to 62 days.', 'p_days');
  end if;
  -- each slot is priced: a month is what a visitor looks at
  if p_days > 31 and (current_setting('role', true) = 'anon' or coalesce((auth.claims() ->> 'is_anonymous')::boolean, false)) then
    perform app.fail(400, 'Ask for 1 to 31 days.', 'p_days', '{"max_days": 31}');
  end if;
  if p_people is null or p_people < 1 then
    perform app.fail(400, 'At least one person comes.', 'p_people');
  end if;
  return query
  select f.date, f.slot, t.starts_at, t.ends_at, f.capacity, greatest(0, case when f.is_closed then 0 else f.free end),
         not f.is_closed and f.free >= p_people and t.ends_at > now() and q.price is not null, f.is_closed, f.note,
         (q.price ->> 'adult_price')::numeric, (q.price ->> 'child_price')::numeric, q.price ->> 'currency'
  from app.pool_free(v_organization, v_from, v_from + p_days - 1) f,
  lateral app.pool_slot_times(v_organization, f.date, f.slot) t,
  lateral (select app.price_pool_ticket(v_organization, f.date, f.slot, 1, 0) as price) q
  order by f.date, array_position(array['morning', 'afternoon', 'full_day'], f.slot);
end $$;
comment on function api.get_pool_availability(date, int, int, uuid) is
  'Free places and prices (decimal, tax included) of each slot, for p_days (up to 62, visitors 31) from p_date (null: the business day of now). is_bookable: p_people can still buy it. A full day has the places that morning and afternoon both have.
answers {"note": "text | null"}';
grant execute on function api.get_pool_availability(date, int, int, uuid) to anon, authenticated, service_role;
