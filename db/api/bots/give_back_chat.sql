-- SECURITY DEFINER: chats are written by the daemon; rights are checked here.
create function api.give_back_chat(p_chat_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_chat record := app.lock_chat(p_chat_id);
begin
  if v_chat.waits_for_person_since is not null then
    update bot_chats c set waits_for_person_since = null, taken_over_by = null where c.id = p_chat_id;
    update bot_dialog_states d set wake_at = now() where d.chat_id = p_chat_id;
    perform app.enqueue('bot_wake', jsonb_build_object('chat_id', p_chat_id), p_key => p_chat_id::text);
  end if;
  return (select to_jsonb(c) from bot_chats c where c.id = p_chat_id);
end $$;
comment on function api.give_back_chat(uuid) is 'Managers: the bot answers again in this chat, where the conversation was.
answers {"...": "bot_chats(id, organization_id, bot_id, platform, platform_chat_id, name, phone, language, customer_id, linked_at, stopped_at, unreachable, taken_over_by, waits_for_person_since, question, silent_until, last_heard_at, created_at, updated_at)"}';
grant execute on function api.give_back_chat(uuid) to authenticated, service_role;
