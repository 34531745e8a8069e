-- Modules hear of each other by listeners: whoever raises an event names it here with what a listener takes, whoever wants to hear of it names a
-- function (db/app/<module>/listeners.sql). A name that fits nothing is refused when it is written, and again when it is called; the suite compares
-- both tables with the functions that there are.
-- up
create table app.events (
  name  text primary key check (name ~ '^[a-z_]+$'),
  takes text not null,
  gives text,
  says  text not null
);
comment on table app.events is 'What modules can listen to.';
comment on column app.events.takes is 'Types of a listener''s arguments, as pg_get_function_identity_arguments() writes them without names: "uuid, uuid".';
comment on column app.events.gives is 'Type of its answer: void, integer, boolean …, record for a table; null: it is not asked for one.';

create table app.listeners (
  event    text not null references app.events,
  topic    text not null default '',
  module   text not null,
  function text not null,
  position int not null,
  primary key (event, topic, function)
);
create index listeners_module on app.listeners (module);
comment on table app.listeners is 'Who hears of an event, in the order of position; tenants without the module do not.';
comment on column app.listeners.topic is 'Only of this kind (a booking type, the first word of a channel''s topic); empty: of all.';
comment on column app.listeners.function is 'A function of schema app, by its name: a new version of it may be another object.';

-- Functions that policies call and whose answer depends on nothing but the claims, their arguments and rows of these tables (app.realtime_helpers).
create table app.policy_helpers (
  helper text primary key,
  reads  text[] not null,
  module text not null
);
comment on table app.policy_helpers is 'Functions of policies whose answer is known to depend on claims, arguments and these tables only.';

-- down
drop table app.policy_helpers;
drop table app.listeners;
drop table app.events;
