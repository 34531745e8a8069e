-- What search engines and messengers read of a page, and whose pages may frame the widget.
\ir ../start.sql
\ir cast.sql
select plan(20);
update organizations set description = 'By the lake <script>', address = 'Shore 1', phone = '+49 30 1' where id = tests.id('a');
update organizations set is_active = false where id = tests.id('b');
insert into pictures (organization_id, subject, subject_id, url, alt) values (tests.id('a'), 'house', null, '/demo/house.svg', 'The house');
select tests.as_anon();
select tests.keep('card', app.page_card('', '', 'https://a.example'));
select is(tests.kept('card') ->> 'title', 'Organization a', 'the house''s name is the title');
select is(tests.kept('card') ->> 'description', 'By the lake <script>', 'its own words describe it, as they stand');
select is(tests.kept('card') ->> 'image', 'https://a.example/demo/house.svg', 'its picture has an address that others can load');
select is((select array_agg(distinct g ->> '@type' order by g ->> '@type') from jsonb_array_elements(tests.kept('card') -> 'graph') g), '{EntertainmentBusiness,Event,LodgingBusiness,PublicSwimmingPool,Restaurant}', 'what it offers stands there, each as what it is');
select is((select count(*) from jsonb_array_elements(tests.kept('card') -> 'graph') g where g ->> '@type' = 'Event'), 4::bigint, 'a game by its next start');
select ok((select bool_and(g ->> 'startDate' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+0[12]:00$' and (g ->> 'startDate')::timestamptz > now()) from jsonb_array_elements(tests.kept('card') -> 'graph') g where g ->> '@type' = 'Event'), 'on the clock of the place, ahead');
select is((select g #> '{offers,price}' from jsonb_array_elements(tests.kept('card') -> 'graph') g where g ->> 'name' = 'Museum'), '9.50', 'from its cheapest ticket');
select is((select jsonb_path_query_array(g, '$.makesOffer[*].price') from jsonb_array_elements(tests.kept('card') -> 'graph') g where g ->> '@type' = 'LodgingBusiness'), '[100, 80]', 'nights from their least price');
select is((select jsonb_array_length(g -> 'openingHoursSpecification') from jsonb_array_elements(tests.kept('card') -> 'graph') g where g ->> '@type' = 'EntertainmentBusiness'), 7, 'hours of the week');
select ok(not exists (select from jsonb_path_query(tests.kept('card'), 'strict $.**') x where x = 'null'::jsonb and tests.kept('card') -> 'graph' @> x), 'nothing is said that is not known');
select tests.keep('menu', app.page_card('menu/', tests.id('a.restaurant')::text, 'https://a.example'));
select is(tests.kept('menu') ->> 'title', 'Trattoria', 'a menu is its restaurant''s');
select ok(jsonb_array_length(tests.kept('menu') #> '{graph,0,hasMenu,hasMenuSection}') > 0, 'with its sections and dishes');
select is(app.page_card('menu/', w, 'https://a.example') ->> 'title', 'Organization a', 'an address that is none has the house''s card') from unnest(array['x', gen_random_uuid()::text]) w;
select is(app.page_card('', '', null) ->> 'image', null, 'where nobody knows the address, no half ones are written');
select is(app.site_paths(), jsonb_build_array('/', '/menu/' || tests.id('a.restaurant'), '/book/table', '/book/stay', '/book/pool', '/book/game'), 'the pages for search engines');

-- the widget
select tests.as_owner();
select is(app.page_card('embed/', 'venue-key-a', 'https://a.example') -> 'origins', 'null', 'anybody''s page shows a widget');
update venues set widget_settings = '{"allowed_origins": ["https://blog.example", "https://*.shop.example:8443"]}' where embed_key = 'venue-key-a';
select tests.as_anon();
select is(app.page_card('embed/', 'venue-key-a', 'https://a.example') -> 'origins', '["https://blog.example", "https://*.shop.example:8443"]', 'or those that the house has named');
select tests.as_owner();
select throws_ok(format('update venues set widget_settings = %L where embed_key = ''venue-key-a''', jsonb_build_object('allowed_origins', o)), '23514', null, w) from (values
  ('["https://a.example; script-src *"]'::jsonb, 'only what is an origin goes into a header'), ('"https://a.example"', 'a list is a list')) t(o, w);
select * from finish();
rollback;
