-- SECURITY DEFINER: tells of the organization what a widget needs (its currency); visitors do not read organizations.
create function api.get_venue_by_embed_key(
  p_embed_key text,
  out id uuid, out organization_id uuid, out name text, out description text, out address text, out city text, out state text,
  out postal_code text, out country text, out phone text, out email text, out website text, out timezone text, out currency text,
  out operating_hours jsonb, out special_days jsonb, out primary_color text, out secondary_color text, out logo_url text,
  out cover_image_url text, out images jsonb, out amenities text[], out widget_settings jsonb, out requires_payment boolean,
  out hold_minutes int, out is_open boolean)
language plpgsql stable security definer
as $$
begin
  select v.id, v.organization_id, v.name, v.description, v.address, v.city, v.state, v.postal_code, v.country, v.phone, v.email, v.website,
         v.timezone, o.currency, v.operating_hours, v.special_days, v.primary_color, v.secondary_color, v.logo_url, v.cover_image_url,
         v.images, v.amenities, v.widget_settings,
         v.requires_payment and app.online_provider(v.organization_id) is not null, v.hold_minutes, app.is_open(v.operating_hours, v.special_days, v.timezone, now(), now())
    into id, organization_id, name, description, address, city, state, postal_code, country, phone, email, website, timezone, currency,
         operating_hours, special_days, primary_color, secondary_color, logo_url, cover_image_url, images, amenities, widget_settings,
         requires_payment, hold_minutes, is_open
  from venues v join organizations o on o.id = v.organization_id
  where v.embed_key = p_embed_key and v.is_active and v.deleted_at is null;
  if id is null then
    perform app.fail(404, 'There is no such venue.', 'p_embed_key');
  end if;
end $$;
comment on function api.get_venue_by_embed_key(text) is 'What the widget shows of a venue. Public.
answers {"description": "text | null", "address": "text | null", "city": "text | null", "state": "text | null", "postal_code": "text | null", "country": "text | null", "phone": "text | null", "email": "text | null", "website": "text | null", "secondary_color": "text | null", "logo_url": "text | null", "cover_image_url": "text | null"}';
grant execute on function api.get_venue_by_embed_key(text) to anon, authenticated, service_role;
