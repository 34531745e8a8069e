-- What holds through every door: REST tables, functions, imports, psql.

create or replace function app.parent_place(p_schema name, p_table text, p_id uuid, p_own boolean, out organization_id uuid, out restaurant_id uuid)
language plpgsql stable security definer      -- as app.parent_organization()
as $$
begin
  if p_schema = current_schema() and p_table = 'table_sessions' then -- parents of every evening: plans that are kept
    select s.organization_id, s.restaurant_id into organization_id, restaurant_id from table_sessions s where s.id = p_id;
  elsif p_schema = current_schema() and p_table = 'orders' then
    select o.organization_id, o.restaurant_id into organization_id, restaurant_id from orders o where o.id = p_id;
  elsif p_schema = current_schema() and p_table = 'kitchen_orders' then
    select k.organization_id, k.restaurant_id into organization_id, restaurant_id from kitchen_orders k where k.id = p_id;
  else
    execute format('select organization_id, restaurant_id from %I.%I where id = $1', p_schema, p_table) into organization_id, restaurant_id using p_id;
  end if;
  if p_own and not auth.belongs_to_organization(organization_id) then
    organization_id := null;
    restaurant_id := null;
  end if;
end $$;
grant execute on function app.parent_place(name, text, uuid, boolean) to anon, authenticated, service_role;

-- A child row belongs to its parent's place and organization, whatever the client says.
create or replace function app.fill_place() returns trigger
language plpgsql
as $$
declare
  v_parent uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
  v_word   text := replace(regexp_replace(regexp_replace(tg_argv[0], 'ies$', 'y'), 's$', ''), '_', ' ');
begin
  if v_parent is null then
    perform app.fail(400, format('Say which %s.', v_word), tg_argv[1]);
  end if;
  select p.organization_id, p.restaurant_id into new.organization_id, new.restaurant_id
  from app.parent_place(tg_table_schema, tg_argv[0], v_parent, current_user in ('anon', 'authenticated')) p;
  if new.organization_id is null then
    perform app.fail(404, format('There is no such %s.', v_word), tg_argv[1]);
  end if;
  return new;
end $$;

-- The kitchen says what is sold out (the columns named as arguments); prices and texts are the manager's.
create or replace function app.guard_menu() returns trigger
language plpgsql
as $$
declare
  v_open text[] := coalesce(tg_argv[0:], '{}') || 'updated_at'::text;
begin
  if current_user = 'authenticated' and auth.has_role('kitchen') and to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open then
    perform app.fail(403, 'The kitchen changes what is available, nothing else.', 'is_available');
  end if;
  return new;
end $$;

create or replace function app.guard_combination() returns trigger
language plpgsql
as $$
begin
  if (select count(distinct t.id) from restaurant_tables t where t.id = any (new.table_ids) and t.restaurant_id = new.restaurant_id)
     <> cardinality(new.table_ids) then
    perform app.fail(400, 'A combination is made of different tables of one restaurant.', 'table_ids');
  end if;
  return new;
end $$;

-- A table people sit at is occupied.
create or replace function app.guard_table_status() returns trigger
language plpgsql security definer
as $$
begin
  if new.status not in ('occupied', old.status) and exists (
       select from table_sessions where table_id = new.id and status in ('active', 'billed') and deleted_at is null) then
    perform app.fail(409, 'People are sitting at this table.', 'status', '{"reason": "occupied"}', 'Clear or move their session first.');
  end if;
  return new;
end $$;

-- Sessions: what is computed stays computed, unpaid sessions are not cleared, every change ticks the version.
create or replace function app.guard_session() returns trigger
language plpgsql
as $$
begin
  if current_user in ('authenticated', 'anon') then      -- straight into the table, not through a function
    if tg_op = 'INSERT' then
      new.status := 'active';
      new.total_amount := 0; new.net_amount := 0; new.tax_amount := 0; new.paid_amount := 0; new.version := 1;
      new.opened_by := auth.uid(); new.merged_into := null; new.billed_at := null; new.cleared_at := null; new.created_at := now();
    elsif (to_jsonb(new) - array['session_otp', 'otp_expires_at', 'party_size', 'deleted_at', 'service_call', 'service_called_at', 'updated_at']) is distinct from
          (to_jsonb(old) - array['session_otp', 'otp_expires_at', 'party_size', 'deleted_at', 'service_call', 'service_called_at', 'updated_at']) then
      perform app.fail(403, 'This changes through functions only.', 'status', '{}',
        'Use bill_session, unbill_session, clear_session, move_party or merge_sessions.');
    end if;
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;

  if new.version = old.version then
    new.version := old.version + 1;
  end if;
  if new.total_amount is distinct from old.total_amount and old.status = 'billed' and new.status = 'billed' then
    perform app.fail(409, 'The bill has been asked for.', null, '{"reason": "billed"}', 'Reopen the session first.');
  end if;
  if new.total_amount < new.paid_amount and new.total_amount < old.total_amount then
    perform app.fail(409, 'More than this has been paid already.', null,
      jsonb_build_object('reason', 'paid', 'paid_amount', new.paid_amount), 'Refund a share first.');
  end if;
  if new.deleted_at is not null and old.deleted_at is null and (old.total_amount > 0 or old.paid_amount > 0) and old.status <> 'cleared' then
    perform app.fail(409, 'There are orders on this session.', 'deleted_at', '{"reason": "unpaid"}', 'Bill and clear it.');
  end if;
  -- A call that goes was seen by whoever let it go; guests take back their own.
  if new.service_call is not null and old.service_call is null then
    new.service_seen_call := null; new.service_seen_at := null; new.service_seen_by := null;
  elsif new.service_call is null and old.service_call is not null and auth.app_role() is distinct from 'guest' then
    new.service_seen_call := old.service_call; new.service_seen_at := now(); new.service_seen_by := app.acting_user();
  end if;
  if new.paid_amount > old.paid_amount and new.paid_amount >= new.total_amount and new.service_call in ('bill', 'pay_cash', 'pay_card') then
    new.service_call := null; new.service_called_at := null;      -- what they called for is done
  end if;
  if new.status is distinct from old.status then
    case new.status
      when 'billed' then
        new.billed_at := coalesce(new.billed_at, now());
        new.receipt_code := coalesce(new.receipt_code, app.random_code(20));
      when 'active' then
        new.billed_at := null;
        -- another session may have been given the number meanwhile
        while exists (select from table_sessions s where s.restaurant_id = new.restaurant_id and s.session_otp = new.session_otp
                        and s.status = 'active' and s.deleted_at is null and s.id <> new.id) loop
          new.session_otp := app.random_otp();
        end loop;
      when 'cleared' then
        if new.total_amount > new.paid_amount then
          perform app.fail(409, 'This session is not paid yet.', 'status',
            jsonb_build_object('reason', 'unpaid', 'due_amount', new.total_amount - new.paid_amount), 'Take the payment first.');
        end if;
        new.cleared_at := coalesce(new.cleared_at, now());
        new.service_call := null; new.service_called_at := null;
      else null;
    end case;
  end if;
  return new;
end $$;

-- The table follows its session; tables pushed against it come apart when the party leaves.
create or replace function app.session_moved() returns trigger
language plpgsql security definer
as $$
begin
  if tg_op = 'UPDATE' and (new.table_id is distinct from old.table_id or new.status = 'cleared' or new.deleted_at is not null) then
    update restaurant_tables t set status = 'available', combined_into = null
    where (t.id = old.table_id or t.combined_into = old.table_id) and t.status = 'occupied'
      and not exists (select from table_sessions s where s.table_id = t.id and s.status in ('active', 'billed') and s.deleted_at is null);
  end if;
  if new.status in ('active', 'billed') and new.deleted_at is null then
    update restaurant_tables set status = 'occupied' where (id = new.table_id or combined_into = new.table_id) and status <> 'occupied';
  end if;
  if tg_op = 'UPDATE' and new.table_id is distinct from old.table_id then
    perform app.reservation_follows(new.id);
  end if;
  if tg_op = 'UPDATE' and new.status = 'cleared' and old.status <> 'cleared' and new.merged_into is null then
    update table_reservations set status = 'completed' where session_id = new.id and status = 'seated';
    update session_customers set updated_at = now() where session_id = new.id and deleted_at is null; -- whose pages are told by it
    perform app.cancel_pending_payments('session', new.id);      -- pages that are still open for it are closed
  end if;
  return null;
end $$;

-- Nobody is left and nothing was ordered: the table is free again, or the next guests would be asked for digits that nobody has. Whom
-- the staff seated sit there all the same, whatever their telephones do.
create or replace function app.close_when_empty(p_session_id uuid) returns void
language plpgsql security definer
as $$
begin
  update table_sessions s set status = 'cleared'
  where s.id = p_session_id and s.status in ('active', 'billed') and s.deleted_at is null and s.total_amount = 0 and s.paid_amount = 0
    and s.party_size is null and s.reservation_id is null
    and not exists (select from users u where u.id = s.opened_by and u.role <> 'customer')
    and not exists (select from session_customers c where c.session_id = s.id and c.deleted_at is null)
    and not exists (select from order_lines l where l.session_id = s.id and l.status <> 'cancelled' and l.deleted_at is null)
    and not exists (select from orders o where o.session_id = s.id and o.status <> 'CANCELLED' and o.deleted_at is null);
end $$;

create or replace function app.session_customer_changed() returns trigger
language plpgsql security definer
as $$
declare
  v_limit int;
begin
  update table_sessions set version = version + 1 where id = new.session_id;      -- and queue up behind it
  if tg_op = 'UPDATE' and new.deleted_at is not null and old.deleted_at is null then
    perform app.close_when_empty(new.session_id);
  end if;
  if tg_op = 'INSERT' and new.deleted_at is null then
    select max_participants into v_limit from restaurants where id = new.restaurant_id;
    if (select count(*) from session_customers where session_id = new.session_id and deleted_at is null) > v_limit then
      perform app.fail(409, format('This session is full: %s people have joined.', v_limit), null,
        jsonb_build_object('reason', 'session_full', 'max_participants', v_limit), 'Order together with somebody who is in it.');
    end if;
  end if;
  return null;
end $$;

-- The tax inside an amount, in minor units: net + tax = gross whatever the rate.
create or replace function app.tax_within(p_gross bigint, p_rate numeric) returns bigint
language sql immutable parallel safe
as $$ select p_gross - round(p_gross * 100.0 / (100 + coalesce(p_rate, 0)))::bigint $$;

-- Orders: number, business day, name; an order without lines is an open amount that staff enter.
create or replace function app.prepare_order() returns trigger
language plpgsql
as $$
declare
  v_place   record;
  v_session record;
begin
  if tg_op = 'UPDATE' then
    if new.total is distinct from old.total and new.total_amount = old.total_amount and not new.has_lines then
      new.total_amount := new.total;
    end if;
    new.total := new.total_amount;
    if not new.has_lines and new.total_amount <> old.total_amount then
      new.tax_amount := app.tax_within(new.total_amount, new.tax_rate);
      new.net_amount := new.total_amount - new.tax_amount;
    end if;
    return new;
  end if;

  select organization_id, timezone, business_day_cutoff into v_place from restaurants where id = new.restaurant_id;
  if not found then
    perform app.fail(404, 'There is no such restaurant.', 'restaurant_id');
  end if;
  new.organization_id := v_place.organization_id;
  if current_user in ('authenticated', 'anon') then      -- straight into the table, not through a function
    new.placed_at := now(); new.created_at := now(); new.business_date := null; new.order_number := null;
    new.status := 'PENDING'; new.has_lines := false; new.user_id := auth.uid(); new.net_amount := 0; new.tax_amount := 0;
  end if;
  if new.session_id is not null then
    select status, table_id, billed_at, cleared_at into v_session from table_sessions where id = new.session_id and deleted_at is null;
    if not found then
      perform app.fail(404, 'There is no such session.', 'session_id');
    end if;
    -- an import may bring what was ordered while the session was open
    if v_session.status <> 'active' and new.placed_at > coalesce(v_session.billed_at, v_session.cleared_at) then
      perform app.fail(case v_session.status when 'billed' then 409 else 410 end,
        case v_session.status when 'billed' then 'The bill has been asked for.' else 'This session is over.' end,
        'session_id', jsonb_build_object('reason', v_session.status));
    end if;
    new.table_id := coalesce(new.table_id, v_session.table_id);
    if new.customer_session_id is not null and not exists (
         select from session_customers where id = new.customer_session_id and session_id = new.session_id) then
      perform app.fail(400, 'This participant is not in the session.', 'customer_session_id');
    end if;
  elsif new.customer_session_id is not null then
    perform app.fail(400, 'A participant orders within their session.', 'session_id');
  end if;
  if new.customer_name is null then
    new.customer_name := coalesce(
      (select name from session_customers where id = new.customer_session_id),
      (select full_name from customers where id = new.customer_id),
      (select 'Table ' || table_number from restaurant_tables where id = new.table_id),
      'Guest');
  end if;
  if new.total_amount = 0 and new.total <> 0 then
    new.total_amount := new.total;
  end if;
  new.total := new.total_amount;
  if new.net_amount = 0 and new.tax_amount = 0 and not new.has_lines then
    new.tax_rate := coalesce(new.tax_rate, app.standard_tax_rate(new.organization_id, app.business_date(new.placed_at, v_place.timezone, v_place.business_day_cutoff)));
    new.tax_amount := app.tax_within(new.total_amount, new.tax_rate);
    new.net_amount := new.total_amount - new.tax_amount;
  end if;
  new.business_date := coalesce(new.business_date, app.business_date(new.placed_at, v_place.timezone, v_place.business_day_cutoff));
  new.order_number := coalesce(new.order_number, app.next_order_number(new.restaurant_id, new.business_date)::text);
  return new;
end $$;

create or replace function app.next_order_number(p_restaurant_id uuid, p_business_date date) returns int
language plpgsql security definer
as $$
declare
  v_number int;
begin
  insert into order_counters (restaurant_id, business_date, last_number) values (p_restaurant_id, p_business_date, 1)
  on conflict (restaurant_id, business_date) do update set last_number = order_counters.last_number + 1
  returning last_number into v_number;
  return v_number;
end $$;

create or replace function app.order_changed() returns trigger
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
begin
  perform app.adjust_bills(array[new.session_id], null);
  perform app.refresh_sessions(array[new.session_id]);
  return null;
end $$;

-- Totals follow the lines; so do the order's status and what is left of a counted item. A choice that is not sent yet, and a step of the kitchen, change
-- no amount: then the bills are left alone and the session's version tells its pages.
create or replace function app.order_lines_changed() returns trigger
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_orders   uuid[];
  v_sessions uuid[];
  v_amounts  boolean;
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct order_id) filter (where order_id is not null), array_agg(distinct session_id) filter (where session_id is not null),
           bool_or(status <> 'draft')
      into v_orders, v_sessions, v_amounts from new_lines;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct order_id) filter (where order_id is not null), array_agg(distinct session_id) filter (where session_id is not null),
           bool_or(status <> 'draft')
      into v_orders, v_sessions, v_amounts from old_lines;
  else
    select array_agg(distinct order_id) filter (where order_id is not null), array_agg(distinct session_id) filter (where session_id is not null)
      into v_orders, v_sessions from (select order_id, session_id from new_lines union select order_id, session_id from old_lines) both_lines;
    -- a cancelled line gives its portions back unless it was served (the plate was eaten or thrown away); taking the cancellation back takes them again
    update menu_items m
    set portions_left = greatest(0, m.portions_left + d.delta),
        is_available = case when d.delta > 0 and m.portions_left = 0 then true else m.is_available end
    from (select n.menu_item_id, sum(n.quantity * case when n.status = 'cancelled' then 1 else -1 end)::int as delta
          from new_lines n join old_lines o on o.id = n.id
          where (n.status = 'cancelled') <> (o.status = 'cancelled') and 'served' not in (n.status, o.status)
          group by n.menu_item_id) d
    where m.id = d.menu_item_id and m.portions_left is not null;
    select coalesce(bool_or((o.session_id, o.order_id, o.deleted_at, o.unit_price, o.quantity, o.adjustment, o.total_amount, o.net_amount, o.tax_amount,
                             case when o.status in ('draft', 'cancelled') then o.status end) is distinct from
                            (n.session_id, n.order_id, n.deleted_at, n.unit_price, n.quantity, n.adjustment, n.total_amount, n.net_amount, n.tax_amount,
                             case when n.status in ('draft', 'cancelled') then n.status end)
                            and not (o.status = 'draft' and n.status = 'draft')), false)
      into v_amounts from new_lines n full join old_lines o on o.id = n.id;
  end if;
  if v_amounts then
    perform app.adjust_bills(v_sessions, v_orders);
  end if;
  perform app.refresh_orders(v_orders);
  if v_amounts then
    perform app.refresh_sessions(v_sessions);
  else
    update table_sessions set version = version + 1 where id = any (v_sessions);
  end if;
  return null;
end $$;

create or replace function app.refresh_orders(p_orders uuid[]) returns void
language plpgsql security definer
as $$
begin
  update orders o
  set has_lines = true, total_amount = t.total, net_amount = t.net, tax_amount = t.tax, status = t.status,
      done_at = case when t.status = 'DONE' then coalesce(o.done_at, now()) end,
      cancelled_at = case when t.status = 'CANCELLED' then coalesce(o.cancelled_at, now()) end
  from (
    select order_id,
           coalesce(sum(total_amount) filter (where status <> 'cancelled'), 0)::bigint as total,
           coalesce(sum(net_amount) filter (where status <> 'cancelled'), 0)::bigint as net,
           coalesce(sum(tax_amount) filter (where status <> 'cancelled'), 0)::bigint as tax,
           case when bool_and(status = 'cancelled') then 'CANCELLED'
                when bool_and(status in ('pending', 'cancelled')) then 'PENDING'
                when bool_and(status in ('served', 'cancelled')) then 'DONE'
                else 'COOKING' end as status
    from order_lines where order_id = any (p_orders)
    group by order_id) t
  where o.id = t.order_id
    and (o.has_lines, o.total_amount, o.net_amount, o.tax_amount, o.status::text) is distinct from (true, t.total, t.net, t.tax, t.status);
end $$;

-- Lines sent and not cancelled, and orders that are open amounts.
create or replace function app.refresh_sessions(p_sessions uuid[]) returns void
language plpgsql security definer
as $$
begin
  update table_sessions s
  set version = s.version + 1,
      total_amount = t.total, net_amount = t.net, tax_amount = t.tax
  from (
    select w.session, coalesce(sum(part.total), 0)::bigint as total, coalesce(sum(part.net), 0)::bigint as net, coalesce(sum(part.tax), 0)::bigint as tax
    from unnest(p_sessions) w(session) left join lateral (
      select l.total_amount as total, l.net_amount as net, l.tax_amount as tax from order_lines l
      where l.session_id = w.session and l.status not in ('draft', 'cancelled') and l.deleted_at is null
      union all
      select o.total_amount, o.net_amount, o.tax_amount from orders o
      where o.session_id = w.session and not o.has_lines and o.status <> 'CANCELLED' and o.deleted_at is null) part on true
    group by w.session) t
  where s.id = t.session;
end $$;

-- Who did it and when; a step back forgets the steps after it.
create or replace function app.stamp_kitchen_order() returns trigger
language plpgsql
as $$
begin
  if new.status is not distinct from old.status then
    return new;
  end if;
  if new.status = 'cancelled' then
    new.cancelled_at := now();
    return new;
  end if;
  new.cancelled_at := null; new.cancellation_reason := null;
  if new.status = 'pending' then
    new.started_at := null; new.started_by := null;
  elsif new.started_at is null then
    new.started_at := now(); new.started_by := app.acting_user();
  end if;
  if new.status in ('pending', 'cooking') then
    new.ready_at := null; new.ready_by := null;
  elsif new.ready_at is null then
    new.ready_at := now(); new.ready_by := app.acting_user();
  end if;
  if new.status <> 'completed' then
    new.completed_at := null; new.completed_by := null;
  else
    new.completed_at := now(); new.completed_by := app.acting_user();
  end if;
  return new;
end $$;

-- The lines follow the ticket, the order follows the lines.
create or replace function app.kitchen_order_moved() returns trigger
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
begin
  if new.status in ('ready', 'completed') then
    update kitchen_order_items set status = 'ready' where kitchen_order_id = new.id and status = 'pending';
  elsif new.status = 'pending' or (new.status = 'cooking' and old.status = 'ready') then
    update kitchen_order_items set status = 'pending' where kitchen_order_id = new.id and status = 'ready';
  end if;
  update order_lines l
  set status = case new.status
                 when 'completed' then 'served'
                 when 'cooking' then case i.status when 'ready' then 'ready' else 'cooking' end
                 else new.status end,
      cancellation_reason = case when new.status = 'cancelled' then new.cancellation_reason end
  from kitchen_order_items i
  where i.kitchen_order_id = new.id and i.status <> 'cancelled' and l.id = i.order_line_id
    and l.status is distinct from case new.status
                 when 'completed' then 'served'
                 when 'cooking' then case i.status when 'ready' then 'ready' else 'cooking' end
                 else new.status end;
  return null;
end $$;

create or replace function app.bill_share_changed() returns trigger
language plpgsql security definer
as $$
begin
  update table_sessions set version = version + 1
  where id = case when tg_op = 'DELETE' then old.session_id else new.session_id end;
  return null;
end $$;

grant execute on function app.next_order_number(uuid, date), app.tax_within(bigint, numeric) to authenticated, service_role;
