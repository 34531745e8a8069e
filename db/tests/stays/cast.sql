-- The chalets of the story: organization a lets Alpine (4 guests, 100 a night, 150 at the weekend) and Brook (2 guests, 80);
-- organization b lets Far.
\ir ../words.sql
update organizations set default_tax_rate = 7 where id = tests.id('a');
insert into cancellation_policies (id, organization_id, name, applies_to, rules)
values (tests.id('terms'), tests.id('a'), 'Half', '{chalet}', '[{"hours_before": 336, "refund_percent": 100}, {"hours_before": 72, "refund_percent": 50}]');
insert into chalets (id, organization_id, name, capacity, base_price, weekend_price, deposit_percent, min_nights, max_nights, rank) values
  (tests.id('alpine'), tests.id('a'), 'Alpine', 4, 100, 150, 20, 1, 14, 1),
  (tests.id('brook'),  tests.id('a'), 'Brook',  2, 80, null, 0, 2, 28, 2),
  (tests.id('far'),    tests.id('b'), 'Far',    4, 90, null, 0, 1, 28, 1);
insert into chalet_addons (id, organization_id, chalet_id, name, price, per, is_required, max_quantity, tax_rate) values
  (tests.id('cleaning'),  tests.id('a'), tests.id('alpine'), 'Final cleaning', 50, 'stay', true, 1, 19),
  (tests.id('breakfast'), tests.id('a'), null, 'Breakfast', 12.50, 'guest_night', false, 1, 7),
  (tests.id('firewood'),  tests.id('a'), null, 'Firewood', 9, 'stay', false, 5, 19),
  (tests.id('far.boat'),  tests.id('b'), null, 'Boat', 9, 'stay', false, 5, 19);
