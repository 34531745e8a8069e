-- Payments by card for the search over the house (api.search_house): what was found, nearest to today first, with its distance in days.
create or replace function app.found_payments(p_organization_id uuid, p_codes text[], p_customers uuid[], p_words text[], p_digits text, p_plate text, p_card text, p_limit int) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
begin
  return (select coalesce(jsonb_agg(h), '[]') from (
    select jsonb_build_object('kind', 'payment', 'id', p.id, 'title', c.full_name, 'reference', p.reference, 'detail', format('%s %s', p.amount, p.currency),
             'day', d.day, 'at', p.created_at, 'status', p.status, 'booking_type', p.booking_type, 'booking_id', p.booking_id, 'distance', abs(d.day - v_today)) as h
    from payments p join organizations o on o.id = p.organization_id left join customers c on c.id = p.customer_id,
    lateral (select app.business_date(p.created_at, o.timezone, o.business_day_cutoff) as day) d
    where p.organization_id = p_organization_id and p.method = 'card' and app.card_digits(p.reference) = p_card
    order by p.created_at desc limit p_limit) x);
end $$;
