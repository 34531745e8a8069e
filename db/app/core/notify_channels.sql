-- What app.notify() asked for becomes one job a channel, so that a mail that went out is not sent again because the text message failed.
-- Chat channels are the bots' business.
create or replace function app.send_notification(p jsonb) returns int
language plpgsql security definer
as $$
declare
  v_email text;
  v_phone text;
  v_text text := concat_ws(e'\n\n', p ->> 'message', p ->> 'link');
  v_count int := 0;
begin
  select coalesce(u.email, c.email), coalesce(u.phone, c.phone) into v_email, v_phone
  from (select 1) x
    left join users u on u.id = (p ->> 'user_id')::uuid and u.deleted_at is null
    left join customers c on c.id = (p ->> 'customer_id')::uuid and c.deleted_at is null;
  if v_email is not null and p -> 'channels' ? 'email' then
    perform app.enqueue('send_mail', jsonb_build_object('to', v_email, 'subject', p ->> 'title', 'text', v_text));
    v_count := v_count + 1;
  end if;
  if v_phone is not null and p -> 'channels' ? 'sms' then
    perform app.enqueue('send_sms', jsonb_build_object('to', v_phone, 'text', concat_ws(': ', p ->> 'title', v_text)));
    v_count := v_count + 1;
  end if;
  return v_count;
end $$;
comment on function app.send_notification(jsonb) is 'The job "notify": one message for each channel that its reader has; returns how many.';
grant execute on function app.send_notification(jsonb) to service_role;
