-- SECURITY DEFINER: a price hangs on the organization's currency and clock, which visitors do not read.
create function api.quote_stay(
  p_chalet_id uuid, p_check_in date, p_check_out date, p_guests int default 1, p_addons jsonb default '[]') returns jsonb
language sql stable security definer
as $$ select app.price_stay(p_chalet_id, p_check_in, p_check_out, p_guests, p_addons) $$;
comment on function api.quote_stay(uuid, date, date, int, jsonb) is
  'What a stay costs and why. nights: each night with base or weekend price, seasonal rule, multiplier and the words for it; accommodation and addons with net, tax and total; total_price, deposit_due (decimal amounts in currency, tax included in the total), min_nights, max_nights, available. p_addons: [{"addon_id": …, "quantity": 1}]; required ones are added by themselves.
answers "stay_price"';
grant execute on function api.quote_stay(uuid, date, date, int, jsonb) to anon, authenticated, service_role;
