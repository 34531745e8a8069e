-- SECURITY DEFINER: messages are written by the daemon; rights are checked here.
create function api.say_in_chat(p_chat_id uuid, p_text text, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_chat record := app.lock_chat(p_chat_id);
  v_text text := app.clean_text(p_text, 4000, 'p_text');
  v_key text := app.own_key(p_idempotency_key);
  v_id uuid;
begin
  if v_text is null then
    perform app.fail(400, 'There is nothing to say.', 'p_text');
  end if;
  if v_chat.waits_for_person_since is null then
    perform app.fail(422, 'The bot answers in this chat: take it over first.', 'p_chat_id');
  end if;
  if v_chat.unreachable is not null then
    perform app.fail(422, format('Nothing reaches this chat: %s', v_chat.unreachable), 'p_chat_id');
  end if;
  select m.id into v_id from bot_messages m where m.chat_id = p_chat_id and v_key is not null and m.content ->> 'key' = v_key;
  if v_id is null then
    insert into bot_messages (chat_id, direction, content, status, said_by)
    values (p_chat_id, 'out', jsonb_strip_nulls(jsonb_build_object('text', v_text, 'key', v_key)), 'queued', (select u.id from users u where u.id = auth.uid())) returning id into v_id;
    perform app.send_chat(p_chat_id);
  end if;
  return (select to_jsonb(m) from bot_messages m where m.id = v_id);
end $$;
comment on function api.say_in_chat(uuid, text, text) is 'Managers: says something in a chat that was taken over.
answers {"...": "bot_messages(id, organization_id, chat_id, position, direction, content, status, said_by, platform_ref, error, created_at, sent_at)"}';
grant execute on function api.say_in_chat(uuid, text, text) to authenticated, service_role;
