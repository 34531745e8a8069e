create function api.get_available_chalets(
  p_check_in date, p_check_out date, p_guests int default 1, p_organization_id uuid default null)
returns table (
  chalet_id uuid, organization_id uuid, name text, description text, capacity int, bedrooms int, bathrooms int,
  amenities text[], cover_url text, location jsonb, check_in_time time, check_out_time time,
  nights int, total_price numeric, average_price numeric, deposit_due numeric, currency text)
language plpgsql stable
as $$
declare
  v_chalet record;
  v_quote jsonb;
begin
  if p_check_in is null or not isfinite(p_check_in) then perform app.fail(400, 'Say the day of arrival.', 'p_check_in'); end if;
  if p_check_out is null or not isfinite(p_check_out) then perform app.fail(400, 'Say the day of departure.', 'p_check_out'); end if;
  if p_check_out <= p_check_in then perform app.fail(400, 'Departure comes after arrival.', 'p_check_out'); end if;
  if p_check_out - p_check_in > 365 then perform app.fail(400, 'At most 365 nights.', 'p_check_out'); end if;
  if coalesce(p_guests, 0) < 1 then perform app.fail(400, 'At least one guest stays.', 'p_guests'); end if;
  if p_check_in < (select min(app.organization_today(t.organization_id)) from (select distinct c.organization_id from chalets c
                   where p_organization_id is null or c.organization_id = p_organization_id) t) then
    perform app.fail(400, 'This day is past.', 'p_check_in');
  end if;
  for v_chalet in
    select c.* from chalets c
    where c.is_active and c.status = 'active' and c.capacity >= p_guests
      and (p_organization_id is null or c.organization_id = p_organization_id)
      and p_check_out - p_check_in between c.min_nights and c.max_nights
      and app.chalet_is_free(c.id, p_check_in, p_check_out)
    order by c.rank, c.name, c.id
  loop
    begin
      v_quote := app.price_stay(v_chalet.id, p_check_in, p_check_out, p_guests);
    exception when sqlstate 'MD400' or sqlstate 'MD404' then
      continue;      -- a season asks for a longer stay, or the chalet's own day is past
    end;
    chalet_id := v_chalet.id; organization_id := v_chalet.organization_id; name := v_chalet.name; description := v_chalet.description;
    capacity := v_chalet.capacity; bedrooms := v_chalet.bedrooms; bathrooms := v_chalet.bathrooms; location := v_chalet.location;
    check_in_time := v_chalet.check_in_time; check_out_time := v_chalet.check_out_time;
    amenities := array(select a.name from chalet_amenities a where a.chalet_id = v_chalet.id order by a.rank, a.name);
    cover_url := (select i.url from chalet_images i where i.chalet_id = v_chalet.id order by i.is_cover desc, i.rank, i.created_at limit 1);
    nights := p_check_out - p_check_in;
    total_price := (v_quote ->> 'total_price')::numeric; deposit_due := (v_quote ->> 'deposit_due')::numeric;
    currency := v_quote ->> 'currency';
    average_price := round((v_quote ->> 'nights_price')::numeric / nights, app.stored_decimals(currency));
    return next;
  end loop;
end $$;
comment on function api.get_available_chalets(date, date, int, uuid) is
  'Chalets that are free for these nights and big enough, with the price of the stay (decimal, tax and required add-ons included).
answers {"description": "text | null", "cover_url": "text | null", "location": "json"}';
grant execute on function api.get_available_chalets(date, date, int, uuid) to anon, authenticated, service_role;
