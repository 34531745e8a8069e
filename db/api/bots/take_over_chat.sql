-- SECURITY DEFINER: chats are written by the daemon; rights are checked here.
create function api.take_over_chat(p_chat_id uuid) returns jsonb
language plpgsql security definer
as $$
begin
  perform app.lock_chat(p_chat_id);
  update bot_chats c set waits_for_person_since = coalesce(c.waits_for_person_since, now()), taken_over_by = (select u.id from users u where u.id = auth.uid()) where c.id = p_chat_id;
  update bot_dialog_states d set wake_at = null where d.chat_id = p_chat_id;
  return (select to_jsonb(c) from bot_chats c where c.id = p_chat_id);
end $$;
comment on function api.take_over_chat(uuid) is 'Managers: from now on a person answers in this chat, and the bot is silent until it is given back.
answers {"...": "bot_chats(id, organization_id, bot_id, platform, platform_chat_id, name, phone, language, customer_id, linked_at, stopped_at, unreachable, taken_over_by, waits_for_person_since, question, silent_until, last_heard_at, created_at, updated_at)"}';
grant execute on function api.take_over_chat(uuid) to authenticated, service_role;
