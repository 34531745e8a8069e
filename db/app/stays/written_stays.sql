-- A stay that an admin writes into the table is priced as create_chalet_booking prices it: a total that is sent is compared, one that is not is filled in.
create or replace function app.price_written_stay() returns trigger
language plpgsql security definer
as $$
declare
  v_quote jsonb;
begin
  perform app.refuse_unless_admin(new.organization_id);
  if new.status not in ('pending', 'confirmed') or new.payment_status <> 'pending' then
    perform app.fail(422, 'A stay begins pending or confirmed, and is paid through payments.', case when new.payment_status = 'pending' then 'status' else 'payment_status' end);
  end if;
  perform app.lock_chalets(new.chalet_id);
  perform app.expire_chalet_holds(new.chalet_id);
  v_quote := app.price_stay(new.chalet_id, new.check_in, new.check_out, new.guests, '[]');
  if not (v_quote ->> 'available')::boolean then
    perform app.fail(409, 'These nights are taken.', 'check_in');
  end if;
  if new.total_price is not null and new.total_price <> (v_quote ->> 'total_price')::numeric then
    perform app.fail(400, format('The stay costs %s %s.', v_quote ->> 'total_price', v_quote ->> 'currency'), 'total_price',
      jsonb_build_object('total_price', v_quote -> 'total_price', 'given', new.total_price));
  end if;
  new.total_price := (v_quote ->> 'total_price')::numeric;
  new.nights_price := (v_quote ->> 'nights_price')::numeric;
  new.addons_price := (v_quote ->> 'addons_price')::numeric;
  new.tax_amount := (v_quote ->> 'tax_amount')::numeric;
  new.deposit_due := (v_quote ->> 'deposit_due')::numeric;
  new.currency := v_quote ->> 'currency';
  new.price_breakdown := v_quote - 'available';
  new.cancellation_policy_id := (v_quote ->> 'cancellation_policy_id')::uuid;
  new.created_by := auth.uid();
  return new;
end $$;
grant execute on function app.price_written_stay() to authenticated, service_role;
