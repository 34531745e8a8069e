-- SECURITY DEFINER: whoever began to leave a card may not read the table. Its id is random and known to who began it.
create function api.get_card(p_card_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_found jsonb;
begin
  select jsonb_strip_nulls(jsonb_build_object('id', c.id, 'status', c.status, 'terms', c.consent, 'brand', c.brand, 'last4', c.last4, 'expires_on', c.expires_on,
      'link', case when c.status = 'asked' and coalesce(c.link_ends_at > now(), true) then c.link end))
    into v_found from stored_cards c where c.id = p_card_id;
  if v_found is null then
    perform app.fail(404, 'There is no such card.', 'p_card_id');
  end if;
  return v_found;
end $$;
comment on function api.get_card(uuid) is 'What has become of a card that a guest leaves: asked (with the link where to type it), stored, removed, cancelled.
answers "kept_card"
shape kept_card {"id": "uuid", "status": "stored_cards.status", "terms": "text", "brand?": "text", "last4?": "text", "expires_on?": "date", "link?": "text"}';
grant execute on function api.get_card(uuid) to anon, authenticated, service_role;
