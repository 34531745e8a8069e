-- Stays for the search over the house (api.search_house): what was found, nearest to today first, with its distance in days.
create or replace function app.found_stays(p_organization_id uuid, p_codes text[], p_customers uuid[], p_words text[], p_digits text, p_plate text, p_card text, p_limit int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
  -- one pattern for the index, the longest; the others are looked at after
  v_longest text := (select w from unnest(p_words) w order by length(w) desc limit 1);
begin
  return (select coalesce(jsonb_agg(h), '[]') from (
    select jsonb_build_object('kind', 'stay', 'id', b.id, 'title', app.chalet_guest_name(b.guest_details, b.customer_id, b.user_id), 'reference', b.reference,
             'detail', c.name, 'day', b.check_in, 'until', b.check_out, 'status', b.status,
             'distance', case when v_today between b.check_in and b.check_out then 0 else least(abs(b.check_in - v_today), abs(b.check_out - v_today)) end) as h
    from chalet_bookings b join chalets c on c.id = b.chalet_id
    where b.organization_id = p_organization_id
      and (b.reference = any (p_codes) or b.customer_id = any (p_customers)
           or app.fold_name(b.guest_details ->> 'full_name') like v_longest and app.fold_name(b.guest_details ->> 'full_name') like all (p_words)
           or app.fold_plate(b.guest_details ->> 'plate') like p_plate)
    order by case when v_today between b.check_in and b.check_out then 0 else least(abs(b.check_in - v_today), abs(b.check_out - v_today)) end limit p_limit) x);
end $$;
