create or replace function api.mark_notifications_read(p_ids uuid[] default null) returns int
language sql volatile
as $$
  with seen as (
    update notifications set is_read = true, read_at = now()
    where user_id = auth.uid() and not is_read and visible_from <= now() and (p_ids is null or id = any (p_ids))
    returning 1)
  select count(*)::int from seen;
$$;
comment on function api.mark_notifications_read(uuid[]) is 'Marks one''s own notifications as read, all of them without p_ids; returns how many.';
grant execute on function api.mark_notifications_read(uuid[]) to authenticated;
