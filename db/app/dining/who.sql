-- Who asks, in the dining room.

-- The service role, and the owner in psql, the migration engine or a job, answer for themselves (see app.works_for).
create or replace function app.is_internal() returns boolean
language plpgsql stable security definer
as $$
begin
  return case current_setting('role', true)
           when 'service_role' then true
           when 'none' then session_user = current_user and auth.claims() = '{}'
           else false end;
end $$;
comment on function app.is_internal() is 'Whether the service role or the owner asks.';

-- Somebody else's rows do not exist; what is one's own may still be forbidden.
create or replace function app.require_may(p_organization_id uuid, p_resource text, p_action text, p_what text default 'row') returns void
language plpgsql stable
as $$
begin
  if app.is_internal() then
    return;
  end if;
  if p_organization_id is null or not auth.belongs_to_organization(p_organization_id) then
    perform app.fail(404, format('There is no such %s.', p_what));
  end if;
  if not auth.may(p_resource, p_action) then
    perform app.fail(403, 'You are not allowed to do this.', null, jsonb_build_object('resource', p_resource, 'action', p_action));
  end if;
end $$;

-- A guest's token names a participant. It opens their session while that is active or billed and they are still in it; after
-- sessions were merged, it opens the one that took theirs over. (plpgsql keeps the plan; every guest's policy asks this.)
create or replace function app.guest_session_id() returns uuid
language plpgsql stable security definer
as $$
begin
  return (
    select s.id
    from session_customers c join table_sessions s on s.id = c.session_id
    where auth.app_role() = 'guest'
      and c.id = auth.customer_session_id() and c.deleted_at is null
      and s.status in ('active', 'billed') and s.deleted_at is null
      and (s.id = auth.table_session_id()
           or exists (select from table_sessions m where m.id = auth.table_session_id() and m.merged_into = s.id)));
end $$;
comment on function app.guest_session_id() is 'The session a table guest may see and change now; null for everybody else.';

create or replace function app.guest_customer_id() returns uuid
language plpgsql stable security definer
as $$
begin
  return case when app.guest_session_id() is not null then auth.customer_session_id() end;
end $$;
comment on function app.guest_customer_id() is 'The participant a table guest is; null when their session is over for them.';

-- Private channels of a table: session:<id>, for the guests who sit there (event "topic").
create or replace function app.is_my_session_topic(p_topic text) returns boolean
language sql stable
as $$ select auth.has_role('guest') and coalesce(split_part(p_topic, ':', 2) = app.guest_session_id()::text, false) $$;
comment on function app.is_my_session_topic(text) is 'Whether a channel session:<id> is that of the table at which the caller sits.';
grant execute on function app.is_my_session_topic(text) to authenticated, service_role;

-- The user who asks, if they have a row (a guest has none).
create or replace function app.acting_user() returns uuid
language plpgsql stable security definer
as $$
begin
  return (select id from users where id = auth.uid());
end $$;

-- The session that who asks may work on, locked: every change of a session, its lines, tickets and shares queues up here first.
create or replace function app.lock_session(p_session_id uuid, p_action text default 'update') returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid := app.session_for(p_session_id, p_action);
begin
  perform from table_sessions where id = v_id for no key update;
  return app.session_for(v_id, p_action);      -- as it is now that nobody else moves it
end $$;

create or replace function app.session_for(p_session_id uuid, p_action text default 'read') returns uuid
language plpgsql stable security definer
as $$
declare
  v_id uuid;
  v_organization uuid;
  v_restaurant uuid;
begin
  if auth.app_role() = 'guest' and not app.is_internal() then
    v_id := app.guest_session_id();
    if v_id is null then
      perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}', 'Scan the code on the table to start a new one.');
    end if;
    if p_session_id is distinct from v_id and p_session_id is not null and p_session_id is distinct from auth.table_session_id() then
      perform app.fail(404, 'There is no such session.', 'p_session_id');
    end if;
    return v_id;
  end if;
  if p_session_id is null then
    perform app.fail(400, 'Which session?', 'p_session_id');
  end if;
  select id, organization_id, restaurant_id into v_id, v_organization, v_restaurant from table_sessions where id = p_session_id and deleted_at is null;
  perform app.require_may(v_organization, 'sessions', p_action, 'session');
  perform app.require_restaurant(v_restaurant, 'session');
  if v_id is null then
    perform app.fail(404, 'There is no such session.', 'p_session_id');
  end if;
  return v_id;
end $$;

-- The same, when only an open session will do.
create or replace function app.lock_active_session(p_session_id uuid) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
  v_status text;
begin
  select status into v_status from table_sessions where id = v_id;
  if v_status = 'billed' then
    perform app.fail(409, 'The bill has been asked for.', null, '{"reason": "billed"}', 'Ask the waiter to reopen the session first.');
  elsif v_status = 'cleared' then
    perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}');
  end if;
  return v_id;
end $$;

-- The restaurant a page of staff is about: the one named, or the first the organization has.
create or replace function app.my_restaurant(p_restaurant_id uuid, p_resource text, p_action text default 'read') returns uuid
language plpgsql stable security definer
as $$
declare
  v_id uuid;
  v_organization uuid;
begin
  if p_restaurant_id is not null then
    select id, organization_id into v_id, v_organization from restaurants where id = p_restaurant_id;
  else
    select id, organization_id into v_id, v_organization from restaurants
    where is_active and (organization_id = auth.user_organization_id() or app.is_internal() or auth.is_super_admin())
      and coalesce(id = any (app.my_restaurants()), true)
    order by created_at, id limit 1;
  end if;
  perform app.require_may(coalesce(v_organization, case when p_restaurant_id is null then auth.user_organization_id() end), p_resource, p_action, 'restaurant');
  if v_id is null then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  perform app.require_restaurant(v_id);
  return v_id;
end $$;

grant execute on function app.is_internal(), app.require_may(uuid, text, text, text),
  app.guest_session_id(), app.guest_customer_id(), app.acting_user(), app.session_for(uuid, text), app.my_restaurant(uuid, text, text)
  to anon, authenticated, service_role;

-- Floor work: staff with the right on sessions, never a guest.
create or replace function app.require_staff_session(p_session_id uuid) returns void
language plpgsql stable security definer
as $$
declare
  v_organization uuid;
  v_restaurant uuid;
begin
  select organization_id, restaurant_id into v_organization, v_restaurant from table_sessions where id = p_session_id and deleted_at is null;
  perform app.require_may(v_organization, 'sessions', 'update', 'session');
  perform app.require_restaurant(v_restaurant, 'session');
  if v_organization is null then
    perform app.fail(404, 'There is no such session.', 'p_session_id');
  end if;
end $$;
