-- Telling people. The in-app row is written here and now; e-mail, SMS and chat leave through the job "notify", so that
-- nothing is sent for a transaction that did not happen.

-- Rows of people may have no organization (a super admin, a customer of the whole tenant).
create or replace function app.fill_person_organization() returns trigger
language plpgsql security definer
as $$
begin
  execute format('select organization_id from %I.users where id = $1', tg_table_schema) into new.organization_id using new.user_id;
  return new;
end $$;

create or replace function app.stamp_editor() returns trigger
language plpgsql
as $$
begin
  new.updated_by := coalesce(auth.uid(), new.updated_by);
  return new;
end $$;

create or replace function app.notify(
  p_organization_id uuid,
  p_type text,
  p_title text,
  p_message text default null,
  p_user_id uuid default null,
  p_customer_id uuid default null,
  p_channels text[] default array['in_app', 'email'],
  p_data jsonb default '{}',
  p_run_at timestamptz default now(),
  p_key text default null,
  p_link text default null,
  p_priority text default 'medium') returns uuid
language plpgsql security definer
as $$
declare
  v_user uuid := coalesce(p_user_id, (select c.user_id from customers c where c.id = p_customer_id and c.deleted_at is null));
  v_settings record;
  v_channels text[] := p_channels;
  v_run_at timestamptz := p_run_at;
  v_local timestamp;
  v_id uuid;
begin
  -- nobody, or somebody who is not there any more; or who hears of it another way (a basket tells of all its parts at once)
  if v_user is null and not exists (select from customers c where c.id = p_customer_id and c.deleted_at is null)
     or p_type = any (string_to_array(current_setting('app.told_otherwise', true), ',')) then
    return null;
  end if;
  if v_user is not null then
    select s.in_app, s.email, s.sms, s.chat, s.muted_types, s.quiet_from, s.quiet_until, s.timezone into v_settings
    from notification_settings s where s.user_id = v_user;
    if found then
      if p_type = any (v_settings.muted_types) and p_priority <> 'critical' then
        return null;
      end if;
      v_channels := array(select c from unnest(v_channels) c where case c
        when 'in_app' then v_settings.in_app when 'email' then v_settings.email
        when 'sms' then v_settings.sms when 'chat' then v_settings.chat else false end);
      if v_settings.quiet_from is not null and p_priority <> 'critical' then
        begin
          v_local := p_run_at at time zone v_settings.timezone;
        exception when invalid_parameter_value then      -- a zone that is gone must not stop what this is about
          v_settings.timezone := 'UTC';
          v_local := p_run_at at time zone 'UTC';
        end;
        if (case when v_settings.quiet_from <= v_settings.quiet_until
                then v_local::time >= v_settings.quiet_from and v_local::time < v_settings.quiet_until
                else v_local::time >= v_settings.quiet_from or v_local::time < v_settings.quiet_until end) then
          v_run_at := (v_local::date + v_settings.quiet_until
                       + case when v_local::time >= v_settings.quiet_until then interval '1 day' else interval '0' end) at time zone v_settings.timezone;
        end if;
      end if;
    end if;
    if 'in_app' = any (v_channels) then
      insert into notifications as n (organization_id, user_id, type, title, message, priority, link, data, key, visible_from)
      values (p_organization_id, v_user, p_type, left(p_title, 200), p_message, p_priority, p_link, coalesce(p_data, '{}'), p_key, p_run_at)
      on conflict (user_id, key) where key is not null and not is_read
      do update set title = excluded.title, message = excluded.message, type = excluded.type, priority = excluded.priority,
                    link = excluded.link, data = excluded.data, visible_from = excluded.visible_from
      returning n.id into v_id;
    end if;
  end if;
  v_channels := array_remove(v_channels, 'in_app');
  -- the code of a reservation does not go to a number that somebody else may have written next to this address
  if exists (select from customers c where c.id = p_customer_id and c.contact_claimed and c.email is not null) then
    v_channels := array_remove(v_channels, 'sms');
  end if;
  if v_channels <> '{}' then
    perform app.enqueue('notify', jsonb_strip_nulls(jsonb_build_object(
        'notification_id', v_id, 'organization_id', p_organization_id, 'user_id', v_user, 'customer_id', p_customer_id,
        'type', p_type, 'title', p_title, 'message', p_message, 'link', p_link, 'channels', v_channels, 'data', p_data)),
      v_run_at, case when p_key is not null then concat_ws('/', p_key, coalesce(v_user, p_customer_id)) end);
  end if;
  return v_id;
end $$;
comment on function app.notify(uuid, text, text, text, uuid, uuid, text[], jsonb, timestamptz, text, text, text) is
  'Tells a user or customer: an in-app row (for people with a login) and a job "notify" for e-mail, sms and chat, as their settings allow. With a key it replaces an earlier one that waits; app.cancel_notification(key) takes it back.';

drop function if exists app.notify_roles(uuid, text[], text, text, text, text[], jsonb, text, text, text);

create or replace function app.cancel_notification(p_key text) returns void
language sql security definer
as $$
  delete from notifications where key = p_key and not is_read;
  update maitred.jobs set status = 'cancelled', finished_at = now()
  where tenant = current_schema() and kind = 'notify' and status = 'waiting'
    and key >= p_key || '/' and key < p_key || '0';      -- '0' follows '/'
$$;
comment on function app.cancel_notification(text) is 'Takes unread notifications and waiting messages with this key back: reminders of what was cancelled.';

grant execute on function app.fill_person_organization(), app.stamp_editor() to anon, authenticated, service_role;
grant execute on function app.notify(uuid, text, text, text, uuid, uuid, text[], jsonb, timestamptz, text, text, text),
  app.cancel_notification(text)
  to service_role, maitred_auth;
