-- Games for the search over the house (api.search_house): what was found, nearest to today first, with its distance in days.
create or replace function app.found_games(p_organization_id uuid, p_codes text[], p_customers uuid[], p_words text[], p_digits text, p_plate text, p_card text, p_limit int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
  -- one pattern for the index, the longest; the others are looked at after
  v_longest text := (select w from unnest(p_words) w order by length(w) desc limit 1);
begin
  return (select coalesce(jsonb_agg(h), '[]') from (
    select jsonb_build_object('kind', 'game', 'id', b.id, 'title', coalesce(b.contact_name, c.full_name), 'reference', b.reference_number,
             'detail', g.name, 'day', b.business_date, 'at', b.starts_at, 'status', b.status, 'distance', abs(b.business_date - v_today)) as h
    from bookings b join games g on g.id = b.game_id left join customers c on c.id = b.customer_id
    where b.organization_id = p_organization_id
      and (b.reference_number = any (p_codes) or b.customer_id = any (p_customers) or app.fold_name(b.contact_name) like v_longest and app.fold_name(b.contact_name) like all (p_words))
    order by abs(b.business_date - v_today) limit p_limit) x);
end $$;
