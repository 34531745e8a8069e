-- What is looked up by its chat is found by its chat: numbering a message, the next one to say, where a conversation stands.
-- up
drop index bot_messages_chat;
create index bot_messages_chat on bot_messages (chat_id, position);
drop index bot_dialog_states_chat;
create unique index bot_dialog_states_chat on bot_dialog_states (chat_id);

-- down
drop index bot_dialog_states_chat;
create unique index bot_dialog_states_chat on bot_dialog_states (organization_id, chat_id);
drop index bot_messages_chat;
create index bot_messages_chat on bot_messages (organization_id, chat_id, position);
