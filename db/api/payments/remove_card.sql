-- SECURITY DEFINER: a card is its guest's; the house's finance may remove one, too. Rights are checked here.
create function api.remove_card(p_card_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v record;
begin
  select c.organization_id, c.user_id, c.customer_id, c.status into v from stored_cards c where c.id = p_card_id for update;
  if v.organization_id is null or not coalesce(v.user_id = auth.uid() or v.customer_id = any (app.own_customer_ids()), false) and not app.works_for(v.organization_id, 'payments', 'update') then
    perform app.fail(404, 'There is no such card.', 'p_card_id');
  end if;
  if v.status in ('asked', 'stored') then
    update stored_cards set status = 'removed', link = null where id = p_card_id;
    if v.status = 'stored' then
      perform app.enqueue('forget_card', jsonb_build_object('card_id', p_card_id), now(), p_card_id::text, p_lane => 'card/' || p_card_id);
    end if;
  end if;
  return api.get_card(p_card_id);
end $$;
comment on function api.remove_card(uuid) is 'A guest takes their card back (or finance removes it): nothing is taken from it any more, and the provider forgets it. What is still due is asked for by mail.
answers "kept_card"';
grant execute on function api.remove_card(uuid) to authenticated, service_role;
