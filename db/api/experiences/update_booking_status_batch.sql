-- SECURITY DEFINER, since bookings are written through functions only; staff with the right to change bookings.
create function api.update_booking_status_batch(
  p_booking_ids uuid[],
  p_status text,
  p_reason text default null,
  p_issue_refund boolean default false,
  p_without_waivers boolean default false)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_unknown uuid[];
  v_organizations uuid[];
  v_organization uuid;
  v_id uuid;
  v_moved int;
  v_missing jsonb;
begin
  if coalesce(array_length(p_booking_ids, 1), 0) = 0 or array_position(p_booking_ids, null) is not null then
    perform app.fail(400, 'Name at least one booking.', 'p_booking_ids');
  end if;
  if array_length(p_booking_ids, 1) > 500 then
    perform app.fail(400, 'At most 500 bookings at once.', 'p_booking_ids', '{"max": 500}');
  end if;
  if p_status is null or p_status not in ('pending', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show') then
    perform app.fail(400, 'A booking is pending, confirmed, checked_in, completed, cancelled or no_show.', 'p_status');
  end if;
  select array_agg(distinct i order by i) into v_ids from unnest(p_booking_ids) i;
  select array_agg(distinct b.organization_id) into v_organizations from bookings b where b.id = any (v_ids);
  -- what belongs to others is not there
  select array_agg(i) into v_unknown from unnest(v_ids) i
  where not exists (select from bookings b where b.id = i and app.works_for(b.organization_id, 'bookings', 'read'));
  if v_unknown is not null then
    perform app.fail(404, format('%s of these bookings do not exist.', array_length(v_unknown, 1)), 'p_booking_ids',
      jsonb_build_object('unknown', to_jsonb(v_unknown)));
  end if;
  foreach v_organization in array v_organizations loop
    perform app.require_work(v_organization, 'bookings', 'update');
  end loop;

  if p_status = 'cancelled' then
    foreach v_id in array v_ids loop
      perform api.cancel_booking(v_id, p_reason, p_issue_refund);
    end loop;
    return jsonb_build_object('updated', array_length(v_ids, 1), 'status', p_status);
  end if;

  -- rooms first: a late party that comes after all takes its room again
  perform 1 from game_venues l
  where (l.venue_id, l.game_id) in (select b.venue_id, b.game_id from bookings b where b.id = any (v_ids)) order by l.id for no key update;
  perform 1 from bookings b where b.id = any (v_ids) order by b.id for update;
  if p_status = 'checked_in' then
    select jsonb_agg(jsonb_build_object('booking_id', m.id, 'reference_number', m.reference_number, 'missing', m.missing)) into v_missing
    from (select b.id, b.reference_number, app.waivers_missing(b.id) as missing from bookings b where b.id = any (v_ids)) m
    where m.missing > 0;
    if v_missing is not null then
      if not coalesce(p_without_waivers, false) then
        perform app.fail(422, 'Not everybody has signed the waiver.', 'p_booking_ids', jsonb_build_object('bookings', v_missing),
          'Let them sign, or check in with p_without_waivers.');
      end if;
      foreach v_organization in array v_organizations loop
        perform app.require_work(v_organization, 'waivers', 'delete');     -- managers answer for it
      end loop;
    end if;
  end if;
  begin
    update bookings b set status = p_status where b.id = any (v_ids) and b.status <> p_status;
    get diagnostics v_moved = row_count;
  exception when exclusion_violation then
    perform app.fail(409, 'The room has been taken by another booking meanwhile.', 'p_booking_ids');
  end;
  return jsonb_build_object('updated', v_moved, 'status', p_status);
end $$;
comment on function api.update_booking_status_batch(uuid[], text, text, boolean, boolean) is
  'Moves up to 500 bookings to a status, all or none. Bookings that are there already do not count as updated. Cancelling gives back what they took; p_issue_refund as in cancel_booking. Check-in wants all waivers signed unless p_without_waivers (managers).
answers {"updated": "int", "status": "bookings.status"}';
grant execute on function api.update_booking_status_batch(uuid[], text, text, boolean, boolean) to authenticated, service_role;
