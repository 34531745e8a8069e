-- What people are told by this module (app/core/messages.sql).
delete from app.messages where module = 'bots';
insert into app.messages (module, key, locale, subject, body) values
  ('bots', 'chat_wants_person', 'en', '{{name}} asks for a person in a chat', 'The bot is silent there until somebody gives the chat back.'),
  ('bots', 'chat_wants_person', 'de', '{{name}} möchte im Chat mit einem Menschen sprechen', 'Der Bot schweigt dort, bis jemand den Chat zurückgibt.');
