-- SECURITY DEFINER: one search over every module; each part is searched for whom the permission table lets read it.
create function api.search_house(p_query text, p_limit int default 20, p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_query text := trim(p_query);
  v_words text[];
  v_longest text;
  v_digits text;
  v_number text;
  v_plate text;
  v_codes text[];
  v_card text;
  v_customers uuid[] := '{}';
  v_hits jsonb := '[]';
  v_part jsonb;
begin
  if p_limit is null or p_limit not between 1 and 100 then
    perform app.fail(400, 'Ask for 1 to 100.', 'p_limit');
  end if;
  if coalesce(v_query, '') = '' or length(v_query) > 100 then
    perform app.fail(400, 'Search for 1 to 100 characters.', 'p_query');
  end if;
  if not (app.works_for(v_organization, 'stays', 'read') or app.works_for(v_organization, 'bookings', 'read') or app.works_for(v_organization, 'pool', 'read')
          or app.works_for(v_organization, 'reservations', 'read') or app.works_for(v_organization, 'customers', 'read')) then
    perform app.require_work(v_organization, 'stays', 'read');
  end if;
  v_words := app.name_patterns(v_query);
  -- one pattern for the index, the longest; the others are looked at after
  v_longest := (select w from unnest(v_words) w order by length(w) desc limit 1);
  v_digits := app.phone_pattern(v_query);
  v_number := app.normalize_phone(v_query, app.phone_country(v_organization));
  v_plate := nullif(app.fold_plate(v_query), '');
  v_plate := case when length(v_plate) >= 3 then '%' || replace(replace(v_plate, '\', '\\'), '_', '\_') || '%' end;
  v_card := case when v_query ~ '^[^0-9]{0,8}[0-9]{4}$' then right(v_query, 4) end;
  -- a reference as people type it: small letters, blanks for the hyphen, without what it begins with
  select array[upper(v_query), 'ST-' || x, 'PT-' || x, 'PM-' || x, regexp_replace(x, '^(ST|PT|PM)', '\1-'), regexp_replace(x, '^(....)(....)$', '\1-\2'), x]
    into v_codes from (select regexp_replace(upper(v_query), '[\s-]', '', 'g') as x) c;

  if app.works_for(v_organization, 'customers', 'read') then
    select coalesce(array_agg(x.id), '{}') into v_customers from (
      select c.id from customers c
      where c.organization_id = v_organization and c.deleted_at is null
        and (c.email = lower(v_query) or c.phone = v_number or c.phone like v_digits or app.fold_name(c.full_name) like v_longest and app.fold_name(c.full_name) like all (v_words))
      limit 500) x;
    select coalesce(jsonb_agg(h order by h ->> 'title'), '[]') into v_part from (
      select jsonb_build_object('kind', 'customer', 'id', c.id, 'title', c.full_name, 'reference', null, 'detail', concat_ws(' · ', c.phone, c.email), 'day', null, 'status', null, 'distance', 5000) as h
      from customers c where c.id = any (v_customers) order by c.full_name limit p_limit) x;
    v_hits := v_hits || v_part;
  end if;
  if to_regclass(format('%I.chalet_bookings', current_schema())) is not null and app.works_for(v_organization, 'stays', 'read') then
    v_part := app.found_stays(v_organization, v_codes, v_customers, v_words, v_digits, v_plate, v_card, p_limit);
    v_hits := v_hits || v_part;
  end if;
  if to_regclass(format('%I.bookings', current_schema())) is not null and app.works_for(v_organization, 'bookings', 'read') then
    v_part := app.found_games(v_organization, v_codes, v_customers, v_words, v_digits, v_plate, v_card, p_limit);
    v_hits := v_hits || v_part;
  end if;
  if to_regclass(format('%I.pool_tickets', current_schema())) is not null and app.works_for(v_organization, 'pool', 'read') then
    v_part := app.found_tickets(v_organization, v_codes, v_customers, v_words, v_digits, v_plate, v_card, p_limit);
    v_hits := v_hits || v_part;
  end if;
  if to_regclass(format('%I.table_reservations', current_schema())) is not null and app.works_for(v_organization, 'reservations', 'read') then
    v_part := app.found_reservations(v_organization, v_codes, v_customers, v_words, v_digits, v_plate, v_card, p_limit);
    v_hits := v_hits || v_part;
  end if;
  if v_card is not null and app.works_for(v_organization, 'payments', 'read') then
    v_part := app.found_payments(v_organization, v_codes, v_customers, v_words, v_digits, v_plate, v_card, p_limit);
    v_hits := v_hits || v_part;
  end if;
  return jsonb_build_object('query', v_query, 'hits', coalesce((
    select jsonb_agg(x.h - 'distance' order by x.n) from (
      select h.value as h, row_number() over (order by (h.value ->> 'distance')::int, h.value ->> 'day', h.value ->> 'title') as n from jsonb_array_elements(v_hits) h) x where x.n <= p_limit), '[]'));
end $$;
comment on function api.search_house(text, int, uuid) is
  'One search over everything that a desk looks for: stays, games, pool tickets, tables, customers, payments by card; by name (any script, no accents, words in any order), phone (four digits or more), e-mail, reference (with or without hyphen and what it begins with), number plate (Latin or Cyrillic letters), the last four digits of a card. What is nearest to today comes first. Each part for whom may read it.
answers {"query": "text", "hits": "house_hit[]"}
shape house_hit {"kind": "=stay | =game | =pool | =table | =customer | =payment", "id": "uuid", "title": "text | null", "reference": "text | null", "detail": "text | null", "day": "date | null", "until?": "date",
  "at?": "instant", "status": "text | null", "booking_type?": "text", "booking_id?": "uuid | null"}';
grant execute on function api.search_house(text, int, uuid) to authenticated, service_role;
