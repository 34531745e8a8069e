-- Guessing a session's OTP: five wrong tries in a minute, from one address or for one table, lock for a minute.

-- Enters the queue of this address and this table (always in this order) and says how many seconds both stay shut; 0 is open.
create or replace function app.otp_enter(p_table_id uuid) returns int
language plpgsql security definer
as $$
declare
  v_address text := nullif(current_setting('request.ip', true), '');
  v_until   timestamptz;
  v_last    timestamptz;
begin
  if v_address is not null then
    insert into otp_guards (kind, key) values ('address', v_address)
    on conflict (kind, key) do update set updated_at = now()
    returning locked_until into v_until;
  end if;
  insert into otp_guards (kind, key) values ('table', p_table_id::text)
  on conflict (kind, key) do update set updated_at = now()
  returning locked_until into v_last;
  v_until := greatest(v_until, v_last);
  return case when v_until > now() then ceil(extract(epoch from v_until - now()))::int else 0 end;
end $$;

-- Counts a wrong try and says how many are left.
create or replace function app.otp_failed(p_table_id uuid) returns int
language plpgsql security definer
as $$
declare
  v_address text := nullif(current_setting('request.ip', true), '');
  v_left    int;
begin
  with counted as (
    update otp_guards
    set failures = array(select f from unnest(failures) f where f > now() - interval '1 minute') || now(),
        locked_until = case when (select count(*) from unnest(failures) f where f > now() - interval '1 minute') >= 4
                            then now() + interval '1 minute' else locked_until end
    where (kind = 'address' and key = v_address) or (kind = 'table' and key = p_table_id::text)
    returning cardinality(failures) as n)
  select greatest(5 - max(n), 0) into v_left from counted;
  -- rows that nobody has touched for a day go
  delete from otp_guards where (kind, key) in (
    select kind, key from otp_guards where updated_at < now() - interval '1 day' limit 20 for update skip locked);
  return v_left;
end $$;
