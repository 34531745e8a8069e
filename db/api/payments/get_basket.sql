-- SECURITY DEFINER: the token is what the guest shows for it.
create function api.get_basket(p_token text)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_id uuid;
begin
  select b.id into v_id from baskets b where b.token = p_token;
  if v_id is null then
    perform app.fail(404, 'There is no such basket.', 'p_token');
  end if;
  return app.basket_json(v_id);
end $$;
comment on function api.get_basket(text) is 'The basket that a token opens: its parts, what each costs and why, until when it is held (expires_at; now is the database''s clock to count down from), what is due now. Decimal amounts in currency. Public.
answers "basket"';
grant execute on function api.get_basket(text) to anon, authenticated, service_role;
