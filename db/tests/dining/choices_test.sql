-- What is in a dish follows what the guest chose, up to the ticket in the kitchen.
\ir ../start.sql
\ir cast.sql
select plan(34);

select tests.as_owner();
update modifiers set removes_allergens = '["Gluten "]' where id = tests.id('a.thin');       -- the thin one is gluten-free
update modifiers set adds_allergens = '["fish"]' where id = tests.id('a.ham');
update modifiers set adds_allergens = '["milk"]', removes_allergens = '["egg"]' where id = tests.id('a.cheese');
select throws_ok(format('update modifiers set adds_allergens = %L where id = %L', a, tests.id('a.ham')), '23514', null, 'allergens of a choice are a list of names: ' || a)
from unnest(array['"fish"', '[1]', '{"fish": true}', '[["fish"]]', '[null]']) a;

-- the rule itself
select is(app.allergens_after(d::jsonb, r::jsonb, a::jsonb), w::jsonb, format('%s without %s with %s', d, r, a))
from (values
  ('["gluten", "milk"]', '["gluten"]', '["fish"]', '["milk", "fish"]'),
  ('["gluten", "milk"]', '[]', '["milk"]', '["gluten", "milk"]'),
  ('["milk"]', '["milk"]', '["milk"]', '["milk"]'),
  ('["Gluten"]', '["gluten"]', '[]', '[]'),
  ('["tree nuts"]', '["nuts"]', '[]', '["tree nuts"]'),
  ('[]', '["egg"]', '["fish", " Fish", ""]', '["fish"]')) t(d, r, a, w);

-- a guest's line
select tests.as_anon();
select is(api.get_menu(tests.id('a.restaurant')) #> '{categories,0,items,0,modifier_groups,0,modifiers,0,removes_allergens}', '["Gluten "]', 'the menu says what a choice changes');
select tests.sit('a.t1', 'Ada');
select tests.be('Ada');
select tests.put('line', api.add_order_line(tests.id('a.pizza'), 1, jsonb_build_array(tests.id('a.thin'), tests.id('a.ham')), 'I am COELIAC, please be careful'));
select is(tests.json('line', 'line', 'allergens'), '["milk", "fish"]', 'gluten-free with fish: no gluten, but fish');
select is(api.get_session() #> '{drafts,0,allergens}', '["milk", "fish"]', 'everybody at the table sees it');
select is(api.change_order_line(tests.uid('line', 'line', 'id'), null, jsonb_build_array(tests.id('a.thick'))) #> '{line,allergens}', '["gluten", "milk"]', 'another choice, another answer');
select is(api.change_order_line(tests.uid('line', 'line', 'id'), null, jsonb_build_array(tests.id('a.thin'), tests.id('a.ham'))) #> '{line,allergens}', '["milk", "fish"]', 'and back');
select tests.add('a.cake');
-- the menu is corrected before it is sent: what is sent is what is true now
select tests.as_owner();
update modifiers set adds_allergens = '["fish", "celery"]' where id = tests.id('a.ham');
update order_lines set allergens = null where menu_item_id = tests.id('a.cake');      -- picked before lines knew
select tests.be('Ada');
select is((select l -> 'allergens' from jsonb_array_elements(api.get_session() -> 'drafts') l where l ->> 'name' = 'Cake'), '["egg"]', 'a line from before shows the dish''s');
select tests.put('order', api.place_order(p_notes => 'birthday; Bob has a nut allergy'));
select is((select string_agg(l ->> 'allergens', ' ' order by l ->> 'name') from jsonb_array_elements(tests.get('order')::jsonb #> '{order,lines}') l), '["egg"] ["milk", "fish", "celery"]', 'the order carries them');
select tests.as('a.kitchen');
select tests.put('board', api.get_kitchen_board(tests.id('a.restaurant')));
select is(tests.json('board', 'tickets', '0', 'items', '0', 'allergens'), '["milk", "fish", "celery"]', 'and the ticket: no gluten, but fish');
select is(tests.json('board', 'tickets', '0', 'items', '0', 'note_alerts'), '["COELIAC"]', 'a word that a cook must not miss is marked, as it was written');
select is(tests.json('board', 'tickets', '0', 'items', '1', 'note_alerts'), '[]', 'a line without one has none');
select is(tests.json('board', 'tickets', '0', 'alerts'), '["allergy"]', 'and the order''s note is looked at, too');
select tests.as_owner();
select is((select items #> '{0,allergens}' from orders where id = tests.uid('order', 'order', 'id')), '["milk", "fish", "celery"]', 'the snapshot of the order keeps them');

-- one person's order, to take away
select tests.as_anon();
select is(api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Zoe', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.pizza'),
  'modifiers', jsonb_build_array(tests.id('a.thin'), tests.id('a.cheese'))))) #> '{order,lines,0,allergens}', '["milk"]', 'to take away as well');
select tests.as_owner();
select is((select i.allergens from kitchen_order_items i join order_lines l on l.id = i.order_line_id join orders o on o.id = l.order_id where o.customer_name = 'Zoe'), '["milk"]', 'and its ticket');

-- words
select is(app.allergy_words(t), w::jsonb, coalesce(t, 'nothing'))
from (values (null::text, '[]'), ('extra spicy', '[]'), ('Nussallergie!', '["Nussallergie"]'), ('soy celíaca', '["celíaca"]'), ('je suis allergique aux noix', '["allergique"]'),
  ('bitte ohne Nüsse', '["ohne Nüsse"]'), ('аллергия на орехи', '["аллергия"]'), ('lactose-intolerant', '["lactose-intolerant"]'), ('Zöliakie', '["Zöliakie"]')) x(t, w);
select * from finish();
rollback;
