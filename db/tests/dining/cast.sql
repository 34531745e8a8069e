-- The dining room of the story: `\ir cast.sql` after start.sql. Organization a runs 'Trattoria' (tax included, 10 %), organization b
-- 'Bistro'; names give ids: tests.id('a.restaurant'), tests.id('a.t1') … 'a.t4' (2, 4, 4, 6 seats), items 'a.pizza' (1000, kitchen,
-- needs one 'a.thin'/'a.thick', takes up to two of 'a.cheese' +150, 'a.ham' +200), 'a.beer' (450, bar), 'a.soup' (650), 'a.cake' (333), 'a.rare' (2000, three portions).
--   tests.put('name', value) and tests.get('name') remember what a function answered
--   tests.sit('a.t1', 'Ada') opens a session as a visitor and remembers it as session:Ada; tests.join('a.t1', 'Ada', 'Bob') joins it
--   tests.be('Ada') becomes that guest
create function tests.put(p_name text, p_value anyelement) returns void language sql as $$ select set_config('tests.t' || md5(p_name), p_value::text, true) $$;
create function tests.get(p_name text) returns text language sql as $$ select current_setting('tests.t' || md5(p_name), true) $$;
create function tests.json(p_name text, variadic p_path text[]) returns text language sql as $$ select tests.get(p_name)::jsonb #>> p_path $$;
create function tests.uid(p_name text, variadic p_path text[]) returns uuid language sql as $$ select (tests.get(p_name)::jsonb #>> p_path)::uuid $$;

insert into restaurants (id, organization_id, name, timezone, accepts_takeaway)
select tests.id(o || '.restaurant'), tests.id(o), case o when 'a' then 'Trattoria' else 'Bistro' end, 'Europe/Berlin', true from unnest(array['a', 'b']) o;
update organizations set default_tax_rate = 10 where id = tests.id('a');
insert into restaurant_tables (id, restaurant_id, table_number, capacity, section, code)
select tests.id(o || '.t' || n), tests.id(o || '.restaurant'), n, (array[2, 4, 4, 6])[n], 'Main', 'table' || o || n from unnest(array['a', 'b']) o, generate_series(1, 4) n;
insert into menu_categories (id, restaurant_id, name, rank)
select tests.id(o || '.food'), tests.id(o || '.restaurant'), 'Food', 1 from unnest(array['a', 'b']) o
union all select tests.id(o || '.drinks'), tests.id(o || '.restaurant'), 'Drinks', 2 from unnest(array['a', 'b']) o;
insert into menu_items (id, category_id, name, price, station, allergens, portions_left, sort_order)
select tests.id(o || '.' || i.key), tests.id(o || '.' || i.category), i.name, i.price, i.station, i.allergens::jsonb, i.portions, i.n
from unnest(array['a', 'b']) o, (values
  (1, 'pizza', 'food', 'Pizza', 1000, 'kitchen', '["gluten", "milk"]', null::int), (2, 'soup', 'food', 'Soup', 650, 'kitchen', '[]', null),
  (3, 'cake', 'food', 'Cake', 333, 'kitchen', '["egg"]', null), (4, 'rare', 'food', 'Rare steak', 2000, 'kitchen', '[]', 3),
  (5, 'beer', 'drinks', 'Beer', 450, 'bar', '["gluten"]', null)) i(n, key, category, name, price, station, allergens, portions);
insert into modifier_groups (id, restaurant_id, name, min_choices, max_choices, rank)
select tests.id(o || '.crust'), tests.id(o || '.restaurant'), 'Crust', 1, 1, 1 from unnest(array['a', 'b']) o
union all select tests.id(o || '.toppings'), tests.id(o || '.restaurant'), 'Toppings', 0, 2, 2 from unnest(array['a', 'b']) o;
insert into modifiers (id, group_id, name, price, rank)
select tests.id(o || '.' || m.key), tests.id(o || '.' || m.grp), m.name, m.price, m.n
from unnest(array['a', 'b']) o, (values (1, 'thin', 'crust', 'Thin', 0), (2, 'thick', 'crust', 'Thick', 50), (3, 'cheese', 'toppings', 'Extra cheese', 150), (4, 'ham', 'toppings', 'Ham', 200)) m(n, key, grp, name, price);
insert into menu_item_modifier_groups (menu_item_id, modifier_group_id, rank)
select tests.id(o || '.pizza'), tests.id(o || '.' || g), 1 from unnest(array['a', 'b']) o, unnest(array['crust', 'toppings']) g;

create function tests.code(p_table text) returns text language sql as $$ select 'table' || replace(p_table, '.t', '') $$;
create function tests.sit(p_table text, p_name text) returns void language plpgsql as $$
begin
  perform tests.as_anon();
  perform tests.put('session:' || p_name, api.open_table_session(tests.code(p_table), p_name));
end $$;
create function tests.join(p_table text, p_with text, p_name text) returns void language plpgsql as $$
begin
  perform tests.as_anon();
  perform tests.put('session:' || p_name, api.join_table_session(tests.code(p_table), tests.json('session:' || p_with, 'session', 'otp'), p_name));
end $$;
create function tests.session(p_name text) returns uuid language sql as $$ select tests.uid('session:' || p_name, 'session', 'id') $$;
create function tests.guest(p_name text) returns uuid language sql as $$ select tests.uid('session:' || p_name, 'customer', 'id') $$;
create function tests.be(p_name text) returns void language sql as $$ select tests.as_guest(tests.session(p_name), tests.guest(p_name)) $$;
create function tests.add(p_item text, p_quantity int default 1, p_modifiers text[] default '{}') returns uuid language sql as $$
  select (api.add_order_line(tests.id(p_item), p_quantity, (select coalesce(jsonb_agg(tests.id(m)), '[]') from unnest(p_modifiers) m)) #>> '{line,id}')::uuid
$$;
-- the detail of a refusal, or null when there was none
create function tests.refusal(p_sql text) returns jsonb language plpgsql as $$
declare
  v_state text; v_detail text;
begin
  execute p_sql;
  return null;
exception when others then
  get stacked diagnostics v_state = returned_sqlstate, v_detail = pg_exception_detail;
  return jsonb_build_object('code', v_state) || case when v_detail ~ '^\{' then v_detail::jsonb else jsonb_build_object('text', v_detail) end;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
