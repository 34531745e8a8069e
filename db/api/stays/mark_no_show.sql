-- SECURITY DEFINER: checks the desk's right itself.
create function api.mark_no_show(p_booking_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
begin
  select x.*, app.business_date(now(), o.timezone, o.business_day_cutoff) as today into b
  from chalet_bookings x join organizations o on o.id = x.organization_id
  where x.id = p_booking_id for update of x;
  if b.id is null or not app.works_for(b.organization_id, 'stays', 'read') then
    perform app.fail(404, 'There is no such stay.', 'p_booking_id');
  end if;
  perform app.require_work(b.organization_id, 'stays', 'update');
  if b.status <> 'confirmed' then
    perform app.fail(422, format('A stay that is %s cannot become a no-show.', replace(b.status, '_', ' ')), 'status', jsonb_build_object('from', b.status, 'to', 'no_show'));
  end if;
  if b.today < b.check_in then
    perform app.fail(422, 'The guests may still come.', 'p_booking_id', jsonb_build_object('check_in', b.check_in));
  end if;
  update chalet_bookings set status = 'no_show' where id = b.id;
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.mark_no_show(uuid) is 'The guests did not come: from the day of arrival on. Frees the nights; what was paid stays.';
grant execute on function api.mark_no_show(uuid) to authenticated, service_role;
