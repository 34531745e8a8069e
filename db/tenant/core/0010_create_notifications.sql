-- What people are told: in the app, and through the channels they like.
-- up
create table notification_settings (
  user_id         uuid primary key references users on delete cascade,
  organization_id uuid references organizations,
  in_app          boolean not null default true,
  email           boolean not null default true,
  sms             boolean not null default false,
  chat            boolean not null default false,
  muted_types     text[] not null default '{}',
  quiet_from      time,
  quiet_until     time,
  timezone        text not null default 'UTC' check (app.is_zone(timezone)),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint quiet_hours_have_both_ends check ((quiet_from is null) = (quiet_until is null))
);
create index notification_settings_organization on notification_settings (organization_id);
comment on table notification_settings is 'How a user wants to be told; without a row: in the app and by e-mail.';
comment on column notification_settings.muted_types is 'Kinds of notification this user does not want, such as booking_created.';
comment on column notification_settings.quiet_from is 'Wall clock in timezone from which e-mail, SMS and chat wait; may lie after quiet_until (over midnight).';
create trigger fill_organization before insert or update of user_id on notification_settings
  for each row execute function app.fill_person_organization();
call app.secure_table('notification_settings', 'notifications', p_person => 'user_id = (select auth.uid())', p_actions => '{}');
create policy person_write on notification_settings for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant insert (user_id, in_app, email, sms, chat, muted_types, quiet_from, quiet_until, timezone),
      update (in_app, email, sms, chat, muted_types, quiet_from, quiet_until, timezone), delete on notification_settings to authenticated;

create table notifications (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid references organizations,
  user_id         uuid not null references users on delete cascade,
  type            text not null check (type ~ '^[a-z][a-z0-9_]{1,59}$'),
  title           text not null check (length(title) between 1 and 200),
  message         text,
  priority        text not null default 'medium' check (priority in ('low', 'medium', 'high', 'critical')),
  link            text,
  data            jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  key             text,
  is_read         boolean not null default false,
  read_at         timestamptz,
  visible_from    timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index notifications_user on notifications (user_id, visible_from desc);
create index notifications_unread on notifications (user_id) where not is_read;
create index notifications_organization on notifications (organization_id);
create unique index notifications_key on notifications (user_id, key) where key is not null and not is_read;
comment on table notifications is 'In-app notifications; each belongs to one user.';
comment on column notifications.visible_from is 'A reminder shows up at this instant.';
comment on column notifications.key is 'What it is about: a newer one with the same key replaces it, app.cancel_notification() takes it back.';
call app.secure_table('notifications', 'notifications',
  p_person => 'user_id = (select auth.uid()) and visible_from <= now()', p_actions => '{}');
create policy person_update on notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy person_delete on notifications for delete to authenticated using (user_id = (select auth.uid()));
grant update (is_read, read_at), delete on notifications to authenticated;

-- down
drop table notifications;
drop table notification_settings;
