-- What tables and policies of the stays ask.

create or replace function app.chalet_is_shown(p_chalet_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from chalets where id = p_chalet_id and is_active) $$;
comment on function app.chalet_is_shown(uuid) is 'Whether everybody may see this chalet.';

create or replace function app.is_my_chalet_booking(p_booking_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from chalet_bookings
                 where id = p_booking_id and (user_id = auth.uid() or customer_id = any (app.own_customer_ids())));
$$;
comment on function app.is_my_chalet_booking(uuid) is 'Whether this stay belongs to the user who asks.';

-- 'Mon', 'monday ', 'SUNDAY' become monday … sunday.
create or replace function app.spell_days() returns trigger
language plpgsql
as $$
declare
  v_days constant text[] := '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}';
  v_bad text;
begin
  if new.apply_to_days is null or cardinality(new.apply_to_days) = 0 then
    new.apply_to_days := null;
    return new;
  end if;
  select d into v_bad from unnest(new.apply_to_days) d
  where not exists (select from unnest(v_days) w where w = lower(trim(d)) or left(w, 3) = lower(trim(d))) or d is null limit 1;
  if found then
    perform app.fail(400, format('%s is no weekday.', coalesce(quote_literal(left(v_bad, 40)), 'Nothing')), 'apply_to_days', jsonb_build_object('allowed', v_days));
  end if;
  new.apply_to_days := array(
    select w from unnest(v_days) with ordinality as t(w, n)
    where exists (select from unnest(new.apply_to_days) d where lower(trim(d)) in (w, left(w, 3))) order by n);
  return new;
end $$;

-- Arguments: the column of price_history that names the row, then the fields that matter.
create or replace function app.keep_price_history() returns trigger
language plpgsql security definer
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  v_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else to_jsonb(old) end;
begin
  execute format('insert into %I.price_history (organization_id, chalet_id, rule_id, subject, field, old_value, new_value, changed_by)
    select $1, $2, $3, $4, f, $5 ->> f, $6 ->> f, $7 from unnest($8::text[]) f where $5 ->> f is distinct from $6 ->> f', tg_table_schema)
  using (v_row ->> 'organization_id')::uuid,
        case when tg_argv[0] = 'chalet_id' then (v_row ->> 'id')::uuid else (v_row ->> 'chalet_id')::uuid end,
        case when tg_argv[0] = 'rule_id' then (v_row ->> 'id')::uuid end,
        v_row ->> 'name', v_old, v_new, auth.uid(), tg_argv[1:];
  return null;
end $$;

grant execute on function app.chalet_is_shown(uuid), app.is_my_chalet_booking(uuid), app.spell_days(), app.keep_price_history()
  to anon, authenticated, service_role;
