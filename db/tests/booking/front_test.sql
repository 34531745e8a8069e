-- The front page of a house: what it offers, for visitors, of this house only.
\ir ../start.sql
\ir cast.sql
select plan(19);
insert into pictures (organization_id, subject, subject_id, url, alt, alt_by_locale, rank, width, height) values
  (tests.id('a'), 'house', null, '/demo/house.svg', 'The lake', '{"de": "Der See"}', 1, 1200, 800), (tests.id('a'), 'chalet', tests.id('alpine'), '/demo/alpine.svg', 'A hut', '{}', 2, null, null),
  (tests.id('a'), 'pool', null, '/demo/pool.svg', 'Water', '{}', 1, null, null), (tests.id('b'), 'house', null, '/demo/b.svg', 'Another', '{}', 1, null, null);
update games set image_url = 'https://example.com/vault.jpg' where id = tests.id('vault');
select tests.as_anon();
select tests.keep('front', get_front_page(tests.id('a')));
select is(tests.kept('front') -> 'modules', '["dining", "stays", "pool", "experiences"]', 'the kinds of things that the house has');
select is(jsonb_path_query_array(tests.kept('front'), '$.house.pictures[*].url'), '["/demo/house.svg"]', 'its own pictures');
select is(tests.kept('front') #> '{house,pictures,0}', '{"url": "/demo/house.svg", "alt": "The lake", "alt_by_locale": {"de": "Der See"}, "width": 1200, "height": 800}', 'with words for them');
select is(jsonb_path_query_array(tests.kept('front'), '$.restaurants[*].name'), '["Trattoria"]', 'its restaurant');
select is(tests.kept('front') #> '{restaurants,0,price_from}', '3.33', 'from the cheapest dish, as a decimal');
select ok((tests.kept('front') #>> '{restaurants,0,next_free,starts_at}')::timestamptz > now(), 'with the next table');
select is(jsonb_array_length(tests.kept('front') #> '{restaurants,0,week}'), 7, 'and the hours of the week');
select is(jsonb_path_query_array(tests.kept('front'), '$.chalets[*].name'), '["Alpine", "Brook"]', 'its chalets');
select is(tests.kept('front') #> '{chalets,0,price_from}', '100.00', 'with the price of a night');
select is(tests.kept('front') #>> '{chalets,0,next_free,check_in}', tests.day(0)::text, 'and when one may arrive');
select is(jsonb_path_query_array(tests.kept('front'), '$.chalets[*].pictures[*].alt'), '["A hut"]', 'their pictures');
select is(jsonb_path_query_array(tests.kept('front'), '$.pool.slots[*].adult_price'), '[10.0, 12.0, 20.0]', 'the pool and its prices');
select is(jsonb_path_query_array(tests.kept('front'), '$.pool.plans[*].name'), '["Individual", "Family"]', 'memberships that are sold, not the house''s own');
select is((select jsonb_object_agg(g ->> 'name', g -> 'price_from') from jsonb_array_elements(tests.kept('front') #> '{venues,0,games}') g), '{"Vault": 30.00, "Manor tour": 15.00, "Museum": 9.50, "Group quest": 200.00}', 'the games and where their prices begin');
select is((select g #>> '{pictures,0,url}' from jsonb_array_elements(tests.kept('front') #> '{venues,0,games}') g where g ->> 'name' = 'Vault'), 'https://example.com/vault.jpg', 'a game''s own picture does too');
select ok((select bool_and(g -> 'next_free' is not null) from jsonb_array_elements(tests.kept('front') #> '{venues,0,games}') g), 'each has a next start');
select is(tests.says('select get_front_page()') ->> 'code', 'MD400', 'where there are two houses one is named');
select is(tests.says('select get_front_page(gen_random_uuid())') ->> 'code', 'MD404', 'one that there is');
select tests.as_owner();
update venues set is_active = false; update chalets set is_active = false; update pool_slots set is_active = false; update restaurants set is_active = false;
select tests.as_anon();
select is(get_front_page(tests.id('a')) - 'house' - 'modules' - 'now', '{"restaurants": [], "chalets": [], "pool": null, "venues": []}', 'an empty house is empty');
select * from finish();
rollback;
