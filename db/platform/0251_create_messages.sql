-- What people are told, by key, language and channel: the house's texts stand in one place (db/app/<module>/messages.sql), for notifications, mails and
-- text messages alike.
-- up
create table app.messages (
  module  text not null,
  key     text not null check (key ~ '^[a-z][a-z0-9_]{1,59}$'),
  locale  text not null check (locale ~ '^[a-z]{2}$'),
  channel text not null default 'any' check (channel in ('any', 'mail', 'sms', 'in_app')),
  subject text,
  body    text,
  primary key (key, locale, channel),
  check (num_nonnulls(subject, body) > 0)
);
comment on table app.messages is 'Texts by key, language and channel. {{name}} is a value, {{name|day}} a date as people read it, {{name|word}} a word of the catalogue, {{#name}}…{{/name}} stands only where there is a value.';

-- down
drop table app.messages;
