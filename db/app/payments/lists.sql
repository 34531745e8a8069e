-- What a payment was for, as people call it: the reference of its booking, from whatever table such bookings are in; null where it has none.
create or replace function app.booking_reference(p_booking_type text, p_booking_id uuid) returns text
language plpgsql stable security definer
as $$
declare
  v_table regclass := app.booking_table(p_booking_type);
  v_row jsonb;
begin
  if v_table is null or p_booking_id is null then
    return null;
  end if;
  execute format('select to_jsonb(t) from %s t where t.id = $1', v_table) into v_row using p_booking_id;
  return coalesce(v_row ->> 'reference', v_row ->> 'reference_number', v_row ->> 'confirmation_code', v_row ->> 'order_number', v_row ->> 'number');
end $$;
comment on function app.booking_reference(text, uuid) is 'The reference of a booking of any kind; null where it has none.';
