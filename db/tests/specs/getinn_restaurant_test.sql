-- getinn-restaurant-platform.md: restaurants and their link to iiko.
\ir ../start.sql
\ir ../dining/cast.sql
select plan(16);
select has_column('tenant_alpha', 'restaurants', c, 'restaurants.' || c)
from unnest(array['name', 'address', 'phone', 'email', 'timezone', 'is_active', 'created_at', 'updated_at', 'iiko_id', 'iiko_sync_status', 'iiko_last_synced_at', 'iiko_sync_error']) c;
select has_index('tenant_alpha', 'restaurants'::name, 'restaurants_iiko_id'::name, 'iiko_id is indexed');
select tests.as('a.manager');
select lives_ok(format($$update restaurants set iiko_id = 'x-1', iiko_sync_status = 'ok' where id = %L$$, tests.id('a.restaurant')), 'a manager links the restaurant');
select throws_ok($$insert into restaurants (name, timezone) values ('Elsewhere', 'Mars/Olympus')$$, '23514', null, 'a restaurant''s clock is one of this world');
select tests.as_anon();
select throws_ok('select iiko_id from restaurants', '42501', null, 'the public does not see the link');
select * from finish();
rollback;
