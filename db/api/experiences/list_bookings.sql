create function api.list_bookings(
  p_start_date date default null,
  p_end_date date default null,
  p_venue_id uuid default null,
  p_game_id uuid default null,
  p_status text[] default null,
  p_search text default null,
  p_limit int default 50,
  p_offset int default 0,
  p_organization_id uuid default null)
returns table (id uuid, reference_number text, venue_id uuid, venue_name text, game_id uuid, game_name text,
               customer_id uuid, customer_name text, customer_email text, customer_phone text,
               booking_date date, start_time time, end_time time, starts_at timestamptz, party_size int, status text, payment_status text,
               total_amount numeric, final_amount numeric, paid_amount numeric, refunded_amount numeric, currency text, source text,
               special_requests text, internal_notes text, created_at timestamptz, updated_at timestamptz)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'bookings');
  v_search text := nullif(trim(p_search), '');
  v_customers uuid[];
  v_named uuid[];
  v_words text[];
  v_digits text;
  v_number text;
begin
  perform app.check_limit(p_limit);
  if p_offset is null or p_offset not between 0 and 100000 then
    perform app.fail(400, 'The offset is between 0 and 100000.', 'p_offset');
  end if;
  if length(v_search) > 100 then
    perform app.fail(400, 'Search for at most 100 characters.', 'p_search');
  end if;
  if v_search is not null and upper(v_search) !~ '^[A-Z2-9]{4}-[A-Z2-9]{4}$' then
    -- a person: by address, by part of a number, by the words of a name in any order and spelling; as the customer is known, or as the booking was made
    v_words := app.name_patterns(v_search);
    v_digits := app.phone_pattern(v_search);
    v_number := app.normalize_phone(v_search, app.phone_country(v_organizations[1]));
    select array_agg(x.id) into v_customers
    from (select c.id from customers c
          where c.organization_id = any (v_organizations) and c.deleted_at is null
            and (c.email = lower(v_search) or c.phone = v_number or c.phone like v_digits or app.fold_name(c.full_name) like all (v_words))
          limit 500) x;
    select array_agg(x.id) into v_named
    from (select b.id from bookings b
          where b.organization_id = any (v_organizations) and b.contact_name is not null
            and (app.fold_name(b.contact_name) like all (v_words) or b.contact_email = lower(v_search) or regexp_replace(b.contact_phone, '[^0-9]', '', 'g') like v_digits)
          limit 500) x;
    v_named := coalesce(v_named, '{}');
    v_customers := coalesce(v_customers, '{}');
  end if;
  return query
  select b.id, b.reference_number, b.venue_id, v.name, b.game_id, g.name, b.customer_id, coalesce(b.contact_name, c.full_name), coalesce(b.contact_email, c.email), coalesce(b.contact_phone, c.phone),
         b.booking_date, b.start_time, b.end_time, b.starts_at, b.party_size, b.status, b.payment_status,
         b.total_amount, b.final_amount, b.paid_amount, b.refunded_amount, b.currency, b.source,
         b.special_requests, b.internal_notes, b.created_at, b.updated_at
  from unnest(v_organizations) o(id)
  -- one organization at a time, so that the index gives the order and the scan stops at the limit
  cross join lateral (
    select * from bookings b
    where b.organization_id = o.id
      and b.business_date >= coalesce(p_start_date, '-infinity') and b.business_date <= coalesce(p_end_date, 'infinity')
      and (p_venue_id is null or b.venue_id = p_venue_id)
      and (p_game_id is null or b.game_id = p_game_id)
      and (p_status is null or b.status = any (p_status))
      and (v_customers is null or b.customer_id = any (v_customers) or b.id = any (v_named))
      and (v_search is null or v_customers is not null or b.reference_number = upper(v_search))
    order by b.business_date desc, b.starts_at desc
    limit p_limit + p_offset) b
  join venues v on v.id = b.venue_id
  join games g on g.id = b.game_id
  left join customers c on c.id = b.customer_id
  order by b.business_date desc, b.starts_at desc, b.id
  limit p_limit offset p_offset;
end $$;
comment on function api.list_bookings(date, date, uuid, uuid, text[], text, int, int, uuid) is
  'Bookings, newest business day first, by day, venue, game, statuses, and reference number, name, e-mail or phone: names as the booking was made and as the customer is known, without accents, words in any order; phones by four digits or more.
answers {"customer_id": "uuid | null", "customer_name": "text | null", "customer_email": "text | null", "customer_phone": "text | null", "status": "bookings.status",
  "payment_status": "bookings.payment_status", "source": "bookings.source", "special_requests": "text | null", "internal_notes": "text | null"}
takes {"p_status": "bookings.status[]"}';
grant execute on function api.list_bookings(date, date, uuid, uuid, text[], text, int, int, uuid) to authenticated, service_role;
