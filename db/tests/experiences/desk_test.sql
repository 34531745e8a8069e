-- The games of the desk's day: signatures that are missing, who is late, and whose start that puts at risk.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
update games set requires_waiver = true where id = tests.id('vault');
insert into waivers (organization_id, title, content, minimum_age, valid_days) values (tests.id('a'), 'Risk', 'At your own risk.', 6, 365);
create function tests.game(p_id uuid) returns jsonb language sql as $$ select g from jsonb_array_elements(get_desk_day() -> 'games') g where (g ->> 'booking_id')::uuid = p_id $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.staff');
select tests.keep('first', to_jsonb(tests.book('vault', '15:00'))), tests.keep('next', to_jsonb(tests.book('vault', '16:15', 2))), tests.keep('far', to_jsonb(tests.book('manor', '15:00', 3))) \gset _
select is(jsonb_array_length(get_desk_day() -> 'games'), 0, 'nobody plays today');
select is((select string_agg(g ->> 'game', ', ' order by g ->> 'starts_at', g ->> 'game') from jsonb_array_elements(get_desk_day(tests.day(30)) -> 'games') g), 'Manor tour, Vault, Vault', 'a day to come has its own');
select tests.as_owner();
-- a quarter of an hour between two parties, the first of which should have begun twenty minutes ago
alter table bookings disable trigger user;
update bookings set business_date = tests.day(0), starts_at = now() - interval '20 minutes', ends_at = now() + interval '40 minutes', free_from = now() + interval '55 minutes' where id = (tests.kept('first') #>> '{}')::uuid;
update bookings set business_date = tests.day(0), starts_at = now() + interval '60 minutes', ends_at = now() + interval '120 minutes', free_from = now() + interval '135 minutes' where id = (tests.kept('next') #>> '{}')::uuid;
alter table bookings enable trigger user;
select tests.as('a.staff');
select is(tests.game((tests.kept('first') #>> '{}')::uuid) -> 'minutes_late', '20', 'twenty minutes late');
select is(tests.game((tests.kept('first') #>> '{}')::uuid) -> 'waivers_missing', '4', 'four have not signed');
select is(tests.game((tests.kept('first') #>> '{}')::uuid) #>> '{at_risk,reference}', (select reference_number from bookings where id = (tests.kept('next') #>> '{}')::uuid), 'who begins now is not out when the next come');
select is(tests.game((tests.kept('next') #>> '{}')::uuid) - array['minutes_late', 'at_risk', 'waivers_missing'] = tests.game((tests.kept('next') #>> '{}')::uuid), false, 'the next are told of, too');
select is(tests.game((tests.kept('next') #>> '{}')::uuid) -> 'at_risk', 'null', 'and put nobody at risk');
select is(tests.refused(format('select update_booking_status_batch(array[%L]::uuid[], ''checked_in'')', tests.kept('first') #>> '{}')), 'MD422 p_booking_ids', 'they do not come in unsigned');
select tests.as('b.staff');
select is(get_desk_day() -> 'games', '[]', 'another house sees its own games');
select is(get_desk_day() -> 'stays', '[]', 'and its own stays');
select tests.as('a.finance');
select is(jsonb_array_length(get_desk_day() -> 'games'), 2, 'who keeps the books sees them, too');
select * from finish();
rollback;
