-- Reservations of tables for the search over the house (api.search_house): what was found, nearest to today first, with its distance in days.
create or replace function app.found_reservations(p_organization_id uuid, p_codes text[], p_customers uuid[], p_words text[], p_digits text, p_plate text, p_card text, p_limit int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
begin
  -- who comes to dine is looked for in the days around; older ones by their code or customer
  return (select coalesce(jsonb_agg(h), '[]') from (
    select jsonb_build_object('kind', 'table', 'id', r.id, 'title', coalesce(r.guest_name, c.full_name), 'reference', r.confirmation_code,
             'detail', m.name, 'day', r.reservation_date, 'at', lower(r.during), 'status', r.status, 'distance', abs(r.reservation_date - v_today)) as h
    from table_reservations r join restaurants m on m.id = r.restaurant_id left join customers c on c.id = r.customer_id
    where r.organization_id = p_organization_id
      and (r.confirmation_code = any (p_codes) or r.customer_id = any (p_customers)
           or r.reservation_date between v_today - 2 and v_today + 60
              and (app.fold_name(r.guest_name) like all (p_words) or regexp_replace(r.guest_phone, '[^0-9]', '', 'g') like p_digits))
    order by abs(r.reservation_date - v_today) limit p_limit) x);
end $$;
