-- SECURITY DEFINER: codes are kept as hashes that nobody reads; rights are checked here.
create function api.make_chat_link(p_bot_id uuid default null, p_customer_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_bot record;
  v_customer record;
  v_code text := translate(encode(public.gen_random_bytes(18), 'base64'), '+/', '-_');
begin
  select b.id, b.organization_id into v_bot from bot_instances b
  where b.is_active and (b.id = p_bot_id or p_bot_id is null)
    and exists (select from bot_platform_credentials c where c.bot_id = b.id and c.is_active and c.status = 'works') order by b.created_at limit 1;
  if not found then
    perform app.fail(404, 'There is no bot to chat with.', 'p_bot_id');
  end if;
  select c.id into v_customer from customers c
  where c.organization_id = v_bot.organization_id and c.deleted_at is null
    and case when p_customer_id is null then c.id = any (app.own_customer_ids())
             else c.id = p_customer_id and (c.id = any (app.own_customer_ids()) or app.works_for(c.organization_id, 'customers', 'update')) end
  order by c.created_at limit 1;
  if not found then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  delete from bot_links l where l.customer_id = v_customer.id and l.bot_id = v_bot.id;
  insert into bot_links (code_hash, bot_id, customer_id, expires_at) values (sha256(convert_to(v_code, 'UTF8')), v_bot.id, v_customer.id, now() + interval '30 minutes');
  return jsonb_build_object('code', v_code, 'expires_at', now() + interval '30 minutes', 'links', (
    select jsonb_object_agg(c.platform, case c.platform when 'telegram' then format('https://t.me/%s?start=%s', ltrim(c.account_name, '@'), v_code)
                                                        else format('https://wa.me/%s?text=/start%%20%s', regexp_replace(c.account_name, '\D', '', 'g'), v_code) end)
    from bot_platform_credentials c where c.bot_id = v_bot.id and c.is_active and c.status = 'works'));
end $$;
comment on function api.make_chat_link(uuid, uuid) is
  'A one-time link (30 minutes) that makes a chat with the house''s bot the guest''s own: for the guest who is signed in, or by staff for a customer. The newest one counts.
answers {"code": "text", "expires_at": "instant", "links": {"*": "text"}}';
grant execute on function api.make_chat_link(uuid, uuid) to authenticated, service_role;
