-- Pool tickets for the search over the house (api.search_house): what was found, nearest to today first, with its distance in days.
create or replace function app.found_tickets(p_organization_id uuid, p_codes text[], p_customers uuid[], p_words text[], p_digits text, p_plate text, p_card text, p_limit int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
  -- one pattern for the index, the longest; the others are looked at after
  v_longest text := (select w from unnest(p_words) w order by length(w) desc limit 1);
begin
  return (select coalesce(jsonb_agg(h), '[]') from (
    select jsonb_build_object('kind', 'pool', 'id', t.id, 'title', coalesce(t.guest_details ->> 'full_name', c.full_name, u.full_name), 'reference', t.reference,
             'detail', t.slot, 'day', t.ticket_date, 'status', t.status, 'distance', abs(t.ticket_date - v_today)) as h
    from pool_tickets t left join customers c on c.id = t.customer_id left join users u on u.id = t.user_id
    where t.organization_id = p_organization_id
      and (t.reference = any (p_codes) or t.customer_id = any (p_customers)
           or app.fold_name(t.guest_details ->> 'full_name') like v_longest and app.fold_name(t.guest_details ->> 'full_name') like all (p_words))
    order by abs(t.ticket_date - v_today) limit p_limit) x);
end $$;
