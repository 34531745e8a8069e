create function api.get_waiver_submissions(
  p_waiver_id uuid default null,
  p_booking_id uuid default null,
  p_start_date date default null,
  p_end_date date default null,
  p_limit int default 100,
  p_offset int default 0)
returns table (id uuid, waiver_id uuid, waiver_title text, waiver_version int, booking_id uuid, reference_number text, customer_id uuid,
               signer_name text, signer_email text, signer_phone text, date_of_birth date, age_at_signing int, is_minor boolean,
               guardian_name text, guardian_relationship text, signed_at timestamptz, expires_at timestamptz, is_valid boolean)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(null, 'waivers');
begin
  perform app.check_limit(p_limit);
  perform app.check_day(p_start_date, 'p_start_date'), app.check_day(p_end_date, 'p_end_date');
  if p_offset is null or p_offset not between 0 and 100000 then
    perform app.fail(400, 'The offset is between 0 and 100000.', 'p_offset');
  end if;
  return query
  select s.id, s.waiver_id, w.title, s.waiver_version, s.booking_id, b.reference_number, s.customer_id, s.signer_name, s.signer_email, s.signer_phone,
         s.date_of_birth, s.age_at_signing, s.is_minor, s.guardian_name, s.guardian_relationship, s.signed_at, s.expires_at,
         coalesce(s.expires_at > now(), true)
  from waiver_submissions s
  join waivers w on w.id = s.waiver_id
  left join bookings b on b.id = s.booking_id
  left join venues v on v.id = coalesce(b.venue_id, w.venue_id)
  join organizations o on o.id = s.organization_id,
  lateral (select coalesce(v.timezone, o.timezone) as timezone) z
  where s.organization_id = any (v_organizations)
    and (p_waiver_id is null or w.family_id = (select f.family_id from waivers f where f.id = p_waiver_id))
    and (p_booking_id is null or s.booking_id = p_booking_id)
    -- days of the place where it was signed
    and (p_start_date is null or s.signed_at >= p_start_date::timestamp at time zone z.timezone)
    and (p_end_date is null or s.signed_at < (p_end_date + 1)::timestamp at time zone z.timezone)
  order by s.signed_at desc, s.id
  limit p_limit offset p_offset;
end $$;
comment on function api.get_waiver_submissions(uuid, uuid, date, date, int, int) is
  'Who signed, newest first: all versions of a waiver, one booking, or a span of days by the wall clock of the place. The drawings stand in the table.
answers {"booking_id": "uuid | null", "reference_number": "text | null", "customer_id": "uuid | null", "signer_email": "text | null", "signer_phone": "text | null",
  "date_of_birth": "date | null", "age_at_signing": "number | null", "guardian_name": "text | null", "guardian_relationship": "text | null",
  "expires_at": "instant | null"}';
grant execute on function api.get_waiver_submissions(uuid, uuid, date, date, int, int) to authenticated, service_role;
