-- Orders, tickets and dishes that are written straight into their tables, with the columns of the documents.

-- An order with items written by a client becomes a whole one: its items are priced as place_order prices them, its total is compared with
-- theirs, and its lines reach the kitchen (send_written_order). Dishes are named by menu_item_id (or id, or their name on the menu); what is not
-- on the menu has a name and a price of its own, which staff may sell. The snapshot keeps what the client wrote beside what was computed.
create or replace function app.price_written_order() returns trigger
language plpgsql security definer
as $$
declare
  v_item   jsonb;
  v_found  record;
  v_price  record;
  v_line   record;
  v_count  int;
  v_priced jsonb := '[]';
  v_rate   record;
  v_sent   bigint := nullif(coalesce(nullif(new.total_amount, 0), new.total), 0);
begin
  if not app.works_for(new.organization_id, 'orders', 'create') then      -- strangers learn nothing from prices and sessions
    raise insufficient_privilege using message = 'new row violates row-level security policy for table "orders"';
  end if;
  if jsonb_array_length(new.items) > 100 then
    perform app.fail(400, 'Items are a list of at most 100.', 'items');
  end if;
  if new.session_id is not null then
    perform app.lock_active_session(new.session_id);
  end if;
  select app.house_tax_rate(new.restaurant_id) as default_tax_rate, o.prices_include_tax into v_rate from organizations o where o.id = new.organization_id;
  for v_item in select * from jsonb_array_elements(new.items) loop
    v_item := case when jsonb_typeof(v_item) = 'object' then v_item else '{}' end;
    begin
      v_count := coalesce(v_item ->> 'quantity', v_item ->> 'qty', '1')::int;
      select i.id, i.name into v_found from menu_items i
      where i.restaurant_id = new.restaurant_id and i.is_active
        and case when v_item ->> 'menu_item_id' is not null then i.id = (v_item ->> 'menu_item_id')::uuid
                 when app.is_uuid(v_item ->> 'id') then i.id = (v_item ->> 'id')::uuid
                 else lower(i.name) = lower(trim(v_item ->> 'name')) end
      order by i.is_available desc, i.sort_order, i.id limit 1;
    exception when data_exception then
      perform app.fail(400, 'An item names its dish (menu_item_id) or has a name, a price in minor units and a quantity.', 'items', jsonb_build_object('item', v_item));
    end;
    if v_found.id is not null then
      v_price := app.price_line(new.restaurant_id, v_found.id, v_count, nullif(v_item -> 'modifiers', 'null'), new.type = 'takeaway');
      v_line := row(v_price.item_name, v_price.unit_price, v_price.modifiers, v_price.tax_rate, v_price.tax_included, v_price.station, v_price.allergens);
    end if;
    if v_found.id is null and (v_item ->> 'menu_item_id' is not null or coalesce(length(trim(v_item ->> 'name')), 0) not between 1 and 200 or v_count not between 1 and 99
         or jsonb_typeof(v_item -> 'price') is distinct from 'number' or (v_item ->> 'price') !~ '^[0-9]{1,13}$') then
      perform app.fail(case when v_item ->> 'menu_item_id' is null then 400 else 404 end,
        case when v_item ->> 'menu_item_id' is null then 'An item names its dish (menu_item_id) or has a name, a price in minor units and a quantity.'
             else 'This is not on the menu.' end, 'items', jsonb_build_object('item', v_item));
    end if;
    v_priced := v_priced || (v_item || jsonb_build_object('menu_item_id', v_found.id, 'quantity', v_count)
      || case when v_found.id is not null then jsonb_build_object('name', v_price.item_name, 'price', v_price.unit_price, 'modifiers', v_price.modifiers,
                'tax_rate', v_price.tax_rate, 'tax_included', v_price.tax_included, 'station', v_price.station, 'allergens', v_price.allergens)
              else jsonb_build_object('name', trim(v_item ->> 'name'), 'modifiers', '[]'::jsonb, 'tax_rate', v_rate.default_tax_rate,
                'tax_included', v_rate.prices_include_tax, 'station', 'kitchen') end);
  end loop;
  select jsonb_agg(e || jsonb_build_object('total', t.gross) order by n),
         sum(t.gross), sum(t.gross - t.tax), sum(t.tax)
    into new.items, new.total_amount, new.net_amount, new.tax_amount
  from jsonb_array_elements(v_priced) with ordinality x(e, n),
  lateral (select (e ->> 'price')::bigint * (e ->> 'quantity')::int as sold, (e ->> 'tax_rate')::numeric as rate, (e ->> 'tax_included')::boolean as included) p,
  lateral (select case when included then sold - round(sold * 100.0 / (100 + rate))::bigint else round(sold * rate / 100)::bigint end as tax) v,
  lateral (select v.tax, case when included then sold else sold + v.tax end as gross) t;
  perform app.check_total(v_sent, new.total_amount);
  perform app.take_portions(coalesce((select jsonb_object_agg(id, n) from (
    select e ->> 'menu_item_id' as id, sum((e ->> 'quantity')::int) as n from jsonb_array_elements(v_priced) e where e ->> 'menu_item_id' is not null group by 1) w), '{}'));
  new.total := new.total_amount;
  return new;
end $$;

create or replace function app.send_written_order() returns trigger
language plpgsql security definer
as $$
begin
  insert into order_lines (order_id, session_id, customer_session_id, menu_item_id, name, quantity, unit_price, modifiers, allergens, note, tax_rate, tax_included, station,
                           added_by, status, placed_at)
  select new.id, new.session_id, new.customer_session_id, (e ->> 'menu_item_id')::uuid, e ->> 'name', (e ->> 'quantity')::int, (e ->> 'price')::bigint, e -> 'modifiers',
         nullif(e -> 'allergens', 'null'), left(coalesce(e ->> 'note', e ->> 'notes'), 500), (e ->> 'tax_rate')::numeric, (e ->> 'tax_included')::boolean, e ->> 'station',
         app.acting_user(), 'pending', new.placed_at
  from jsonb_array_elements(new.items) with ordinality x(e, n) order by n;
  perform app.send_to_kitchen(new.id);
  update orders set items = new.items where id = new.id;
  return null;
end $$;

-- A ticket without an order: a table, a number, who wrote it. It is made and called out like any other, and sells nothing.
create or replace function app.prepare_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_place record;
begin
  select r.organization_id, r.timezone, r.business_day_cutoff into v_place from restaurants r where r.id = new.restaurant_id;
  if not found then
    perform app.fail(404, 'There is no such restaurant.', 'restaurant_id');
  end if;
  new.organization_id := v_place.organization_id;
  new.business_date := coalesce(new.business_date, app.business_date(now(), v_place.timezone, v_place.business_day_cutoff));
  new.order_number := coalesce(new.order_number, app.next_order_number(new.restaurant_id, new.business_date)::text);
  new.created_by := coalesce(new.created_by, app.acting_user());
  return new;
end $$;

create or replace function app.ticket_stands_alone(p_kitchen_order_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from kitchen_orders k where k.id = p_kitchen_order_id and k.order_id is null and k.organization_id = auth.user_organization_id()) $$;
comment on function app.ticket_stands_alone(uuid) is 'Whether this ticket of the caller''s organization belongs to no order.';

-- A dish without a category stands last on the menu, under "Other": a page shows categories, and what has none would be sold by nobody.
create or replace function app.other_category() returns trigger
language plpgsql security definer
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'other_category', tg_table_schema, new.restaurant_id), 0));
  select c.id into new.category_id from menu_categories c where c.restaurant_id = new.restaurant_id and c.name = 'Other' order by c.created_at, c.id limit 1;
  if new.category_id is null then
    insert into menu_categories (restaurant_id, name, rank) values (new.restaurant_id, 'Other', 1000) returning id into new.category_id;
  end if;
  return new;
end $$;

grant execute on function app.price_written_order(), app.send_written_order(), app.prepare_ticket(), app.other_category() to anon, authenticated, service_role;
grant execute on function app.ticket_stands_alone(uuid) to authenticated, service_role;

-- Prices of the menu are whole minor units, through every door: a part of one is refused and never rounded.
create or replace function app.whole_price() returns trigger
language plpgsql
as $$
declare
  v_minor numeric;
begin
  if new.price <> trunc(new.price) then
    v_minor := trim_scale(round(new.price * 10::numeric ^ app.stored_decimals(app.organization_currency(new.organization_id))));
    perform app.fail(400, format('The menu counts in minor units: write %s for %s.', v_minor, trim_scale(new.price)), 'price',
      jsonb_build_object('given', new.price, 'minor_units', v_minor));
  end if;
  new.price := trunc(new.price);      -- 1490.00 is 1490
  return new;
end $$;
grant execute on function app.whole_price() to anon, authenticated, service_role;
