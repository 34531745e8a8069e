-- The two logs that people read: what staff did, and what concerns security.

create or replace function app.request_ip() returns inet
language sql stable
as $$ select nullif(current_setting('request.ip', true), '')::inet $$;

create or replace function app.log_activity(
  p_organization_id uuid,
  p_action text,
  p_description text,
  p_entity_type text default null,
  p_entity_id uuid default null,
  p_metadata jsonb default '{}') returns uuid
language sql security definer
as $$
  insert into activity_logs (organization_id, user_id, user_name, action, entity_type, entity_id, description, metadata, ip_address)
  values (p_organization_id, auth.uid(), (select coalesce(u.full_name, u.email) from users u where u.id = auth.uid()),
          p_action, p_entity_type, p_entity_id, p_description, coalesce(p_metadata, '{}'), app.request_ip())
  returning id;
$$;
comment on function app.log_activity(uuid, text, text, text, uuid, jsonb) is 'Writes a line into the news of the house: who did what, in words.';

create or replace function app.log_security_event(
  p_event_type text,
  p_severity text default 'info',
  p_description text default null,
  p_user_id uuid default null,
  p_metadata jsonb default '{}',
  p_organization_id uuid default null,
  p_ip_address inet default null,
  p_user_agent text default null) returns uuid
language sql security definer
as $$
  insert into security_audit_log (organization_id, user_id, event_type, severity, description, ip_address, user_agent, request_id, metadata)
  values (coalesce(p_organization_id, auth.user_organization_id(), (select u.organization_id from users u where u.id = p_user_id)),
          coalesce(p_user_id, auth.uid()), p_event_type, p_severity, p_description,
          coalesce(p_ip_address, app.request_ip()),
          coalesce(p_user_agent, nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent'),
          nullif(current_setting('request.id', true), ''), coalesce(p_metadata, '{}'))
  returning id;
$$;
comment on function app.log_security_event(text, text, text, uuid, jsonb, uuid, inet, text) is
  'Writes a security event; address, user agent and request id come from the request unless they are given.';

grant execute on function app.request_ip() to anon, authenticated, service_role, maitred_auth;
grant execute on function app.log_activity(uuid, text, text, text, uuid, jsonb) to service_role;
grant execute on function app.log_security_event(text, text, text, uuid, jsonb, uuid, inet, text) to service_role, maitred_auth;
