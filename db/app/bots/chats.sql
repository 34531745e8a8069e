-- A chat in the hands of staff, held until the transaction ends: between two of the guest's messages, never within one.
create or replace function app.lock_chat(p_chat_id uuid, out waits_for_person_since timestamptz, out unreachable text)
language plpgsql security definer
as $$
declare
  v_organization uuid;
begin
  select c.organization_id, c.waits_for_person_since, c.unreachable into v_organization, waits_for_person_since, unreachable from bot_chats c where c.id = p_chat_id for update;
  if not found or not app.works_for(v_organization, 'bots', 'read') then
    perform app.fail(404, 'There is no such chat.', 'p_chat_id');
  end if;
  perform app.require_work(v_organization, 'bots', 'update');
end $$;

-- Messages of a chat are numbered while its row is held: who writes them has it, and a trigger takes it for anybody else.
create or replace function app.number_chat_message() returns trigger
language plpgsql security definer
as $$
begin
  perform 1 from bot_chats c where c.id = new.chat_id for update;
  new.position := coalesce((select max(m.position) from bot_messages m where m.chat_id = new.chat_id), 0) + 1;
  return new;
end $$;
