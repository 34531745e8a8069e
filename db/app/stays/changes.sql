-- Changes at the desk: two people may have the same stay open.

-- Who changed a row last, by the audit trail: a name, or null where a program or a guest did. SECURITY DEFINER: of the trail one name is told.
create or replace function app.last_hand(p_table text, p_id uuid) returns text
language sql stable security definer
as $$
  select u.full_name from (select l.user_id from audit_logs l where l.record_id = p_id and l.table_name = p_table order by l.created_at desc limit 1) last
  join users u on u.id = last.user_id and u.role <> 'customer';
$$;
comment on function app.last_hand(text, uuid) is 'The name of the member of staff who changed this row last.';

-- Refuses a change of a stay that is another by now than the one somebody looked at; the caller holds its lock. p_seen is the updated_at they saw; null: they do not care.
create or replace function app.check_seen(p_booking_id uuid, p_seen timestamptz) returns void
language plpgsql stable
as $$
declare
  b record;
begin
  select * into b from chalet_bookings where id = p_booking_id;
  if p_seen is not null and b.updated_at <> p_seen then
    perform app.fail(409, 'Somebody else has changed this stay meanwhile.', 'p_seen',
      jsonb_build_object('reason', 'changed', 'by', app.last_hand('chalet_bookings', b.id), 'updated_at', b.updated_at,
        'now', jsonb_build_object('check_in', b.check_in, 'check_out', b.check_out, 'guests', b.guests, 'chalet_id', b.chalet_id,
          'chalet', (select c.name from chalets c where c.id = b.chalet_id), 'status', b.status, 'total_price', b.total_price,
          'special_requests', b.special_requests, 'guest_details', b.guest_details)),
      'Look at it as it is now, then decide.');
  end if;
end $$;
