-- SECURITY DEFINER: a guest of the session says "this one is mine", or lets it go; which session is theirs decides app.lock_session().
create or replace function api.claim_share(p_share_id uuid, p_mine boolean default true) returns jsonb
language plpgsql security definer
as $$
declare
  v_id    uuid := app.lock_session(null);
  v_me    uuid := app.guest_customer_id();
  v_share record;
begin
  select s.id, s.customer_session_id, s.method, s.status, c.name into v_share
  from bill_shares s left join session_customers c on c.id = s.customer_session_id
  where s.id = p_share_id and s.session_id = v_id;
  if v_share.id is null then
    perform app.fail(404, 'There is no such share. The bill may just have been split anew.', 'p_share_id');
  end if;
  if v_share.method = 'guest' and v_share.customer_session_id is not null and v_share.customer_session_id <> v_me then
    perform app.fail(403, format('This is what %s had.', coalesce(v_share.name, 'somebody else')), 'p_share_id', '{"reason": "not_yours"}');
  end if;
  if v_share.customer_session_id is distinct from v_me and v_share.customer_session_id is not null then
    perform app.fail(409, format('%s has taken this share.', coalesce(v_share.name, 'Somebody')), 'p_share_id', '{"reason": "claimed"}', 'Take another one.');
  end if;
  if v_share.status = 'open' and v_share.method <> 'guest' then
    update bill_shares set customer_session_id = case when coalesce(p_mine, true) then v_me end
    where id = p_share_id and customer_session_id is distinct from case when coalesce(p_mine, true) then v_me end;
  end if;
  return jsonb_build_object('share', app.share_json(p_share_id), 'version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.claim_share(uuid, boolean) is 'A guest takes an open share of the bill as theirs, so that the table and the waiter know whose it is; p_mine false lets it go. 409 when somebody has it.
answers {"share": "share", "version": "int"}';
grant execute on function api.claim_share(uuid, boolean) to anon, authenticated, service_role;
