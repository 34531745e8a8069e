create function api.is_venue_open(p_venue_id uuid, p_at timestamptz default now())
returns boolean
language plpgsql stable
as $$
declare
  v_open boolean;
begin
  if p_at is null or not isfinite(p_at) then
    perform app.fail(400, 'Say when.', 'p_at');
  end if;
  perform app.check_day(p_at::date, 'p_at');
  select app.is_open(v.operating_hours, v.special_days, v.timezone, p_at, p_at) into v_open
  from venues v where v.id = p_venue_id and v.deleted_at is null;
  if not found then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  return v_open;
end $$;
comment on function api.is_venue_open(uuid, timestamptz) is 'Whether the venue is open now, or at an instant; the evening before may run past midnight. Public.';
grant execute on function api.is_venue_open(uuid, timestamptz) to anon, authenticated, service_role;
