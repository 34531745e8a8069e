-- What is said, sent by a job (bot_send) in the order of its chat. For the job worker alone: no grants.

-- The next message of a chat with its account; {"wait_s"} when the platform asked for silence; null when there is nothing to send.
create or replace function app.next_said(p_chat_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_chat record;
  v_message record;
begin
  select c.bot_id, c.platform, c.platform_chat_id, c.silent_until, c.unreachable, c.last_heard_at, b.language into v_chat
  from bot_chats c join bot_instances b on b.id = c.bot_id where c.id = p_chat_id;
  if v_chat.unreachable is not null then
    update bot_messages m set status = 'failed', error = v_chat.unreachable where m.chat_id = p_chat_id and m.status = 'queued';
    return null;
  end if;
  if v_chat.silent_until > clock_timestamp() + interval '100 milliseconds' then
    return jsonb_build_object('wait_s', extract(epoch from v_chat.silent_until));
  end if;
  -- an answer of yesterday helps nobody, and outside the day after the guest's last word WhatsApp takes templates alone
  update bot_messages m set status = 'failed', error = 'It could not be sent for a day.'
  where m.chat_id = p_chat_id and m.status = 'queued' and (m.created_at < now() - interval '1 day' or v_chat.platform = 'whatsapp' and v_chat.last_heard_at < now() - interval '1 day');
  select m.id, m.content into v_message from bot_messages m where m.chat_id = p_chat_id and m.status = 'queued' order by m.position limit 1;
  if v_message.id is null then
    return null;
  end if;
  return (select jsonb_build_object('message_id', v_message.id, 'content', v_message.content, 'chat', v_chat.platform_chat_id, 'account', app.bot_account(c.id))
          from bot_platform_credentials c where c.bot_id = v_chat.bot_id and c.platform = v_chat.platform and c.is_active and c.status <> 'broken');
end $$;

-- {"status": "sent|failed|unclear", "ref", "error", "unreachable"}
create or replace function app.said_news(p_message_id uuid, p_news jsonb) returns void
language plpgsql security definer
as $$
declare
  v_chat uuid;
begin
  update bot_messages m set status = p_news ->> 'status', platform_ref = left(p_news ->> 'ref', 300), error = left(p_news ->> 'error', 500),
    sent_at = case when p_news ->> 'status' = 'sent' then clock_timestamp() end
  where m.id = p_message_id and m.status = 'queued' returning m.chat_id into v_chat;
  if p_news ? 'unreachable' then
    update bot_chats c set unreachable = left(p_news ->> 'unreachable', 300) where c.id = v_chat;
    update bot_messages m set status = 'failed', error = left(p_news ->> 'unreachable', 500) where m.chat_id = v_chat and m.status = 'queued';
    update bot_dialog_states d set wake_at = null where d.chat_id = v_chat;
  end if;
end $$;

create or replace function app.silence_chat(p_chat_id uuid, p_until float8) returns void
language sql security definer
as $$
  update bot_chats c set silent_until = to_timestamp(p_until) where c.id = p_chat_id;
  select app.send_chat(p_chat_id, to_timestamp(p_until));
$$;
comment on function app.silence_chat(uuid, float8) is 'The platform wants to hear nothing for this chat until then; what waits is sent then.';

-- WhatsApp tells what became of a message, in any order: only forwards counts.
create or replace function app.said_became(p_ref text, p_status text, p_error text default null) returns void
language sql security definer
as $$
  update bot_messages m set status = p_status, error = coalesce(left(p_error, 500), m.error)
  where m.platform_ref = p_ref and m.direction = 'out' and p_status in ('sent', 'delivered', 'read', 'failed')
    and array_position(array['queued', 'unclear', 'sent', 'delivered', 'read', 'failed'], p_status) > array_position(array['queued', 'unclear', 'sent', 'delivered', 'read', 'failed'], m.status);
$$;

-- What one call of WhatsApp holds, one by one: {"messages": [{"id", "body", "lane"}], "statuses": [{"ref", "status", "error"}]}.
create or replace function app.hear_batch(p_received_id uuid, p_endpoint_id uuid, p_parts jsonb) returns void
language plpgsql security definer
as $$
begin
  perform app.receive_hook(p_endpoint_id, m.value ->> 'id', convert_to((m.value -> 'body')::text, 'UTF8'), 'bot_update', m.value ->> 'lane')
  from jsonb_array_elements(p_parts -> 'messages') with ordinality m order by m.ordinality;
  perform app.said_became(s ->> 'ref', s ->> 'status', s ->> 'error') from jsonb_array_elements(p_parts -> 'statuses') s;
  perform app.hook_handled(p_received_id);
end $$;
