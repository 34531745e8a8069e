-- SECURITY DEFINER: tells of the organization what a visitor may know; visitors do not read organizations.
create function api.get_front_page(p_organization_id uuid default null)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_modules text[] := array(select m from unnest(array['dining', 'stays', 'pool', 'experiences']) m
    where to_regclass(format('%I.%I', current_schema(), case m when 'dining' then 'restaurants' when 'stays' then 'chalets' when 'pool' then 'pool_slots' else 'venues' end)) is not null);
  v_page jsonb;
begin
  select jsonb_build_object('house', jsonb_build_object('organization_id', o.id, 'name', o.name, 'description', o.description, 'email', o.email, 'phone', o.phone, 'address', o.address,
      'currency', o.currency, 'locale', o.locale, 'timezone', o.timezone, 'online_payments', app.online_provider(o.id) is not null, 'pay_at_desk', app.pays_at_desk(o.id),
      'pictures', app.pictures_of(o.id, 'house', null)), 'modules', to_jsonb(v_modules), 'now', now())
    into v_page from organizations o where o.id = v_organization;
  return v_page || jsonb_build_object(
    'restaurants', case when 'dining' = any (v_modules) then app.front_restaurants(v_organization) else '[]' end,
    'chalets', case when 'stays' = any (v_modules) then app.front_chalets(v_organization) else '[]' end,
    'pool', case when 'pool' = any (v_modules) then app.front_pool(v_organization) end,
    'venues', case when 'experiences' = any (v_modules) then app.front_venues(v_organization) else '[]' end);
end $$;
comment on function api.get_front_page(uuid) is
  'What a house offers, for its front page: restaurants, chalets, pool, venues with their games; words, pictures with alternative texts, prices from (decimal, in house.currency; per night, person or group), the next free time of each, opening hours of the week ahead on the wall of the place. p_organization_id null: the only house. Public.
answers "json"';
grant execute on function api.get_front_page(uuid) to anon, authenticated, service_role;
