-- What printers are given, for how long it is kept, and who is not in whose way.
\ir ../start.sql
\ir ../words.sql
\ir cast.sql
select * from no_plan();
insert into customers (id, organization_id, full_name, email) values (tests.id('ada'), tests.id('a'), 'Ada Lovelace', 'ada@example.com');
insert into printers (id, organization_id, restaurant_id, name, kind, key_hash, address, fallback_seconds) values
  (tests.id('epson'), tests.id('a'), tests.id('a.restaurant'), 'TM', 'epson_sdp', encode(sha256('key'), 'hex'), null, 30), (tests.id('tcp'), tests.id('a'), tests.id('a.restaurant'), 'Net', 'raw_tcp', null, '127.0.0.1', 60);
create function tests.ordered(p_name text, p_customer uuid default null) returns void language plpgsql as $$ begin
  perform tests.as('a.manager');
  perform tests.put(p_name, place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => p_name, p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'), 'quantity', 1))));
  perform tests.as_owner();
  update orders set customer_id = p_customer where id = tests.uid(p_name, 'order', 'id') and p_customer is not null; end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
update restaurants set opening_hours = '{}' where id = tests.id('a.restaurant');

-- a printer that only asks
select tests.ordered('Ada Lovelace', tests.id('ada'));
select tests.ordered('Bob');
select is((select count(*) from print_jobs where printer_id = tests.id('epson') and status = 'queued'), 2::bigint, 'a ticket for each order');
select is((select count(*) from maitred.jobs where kind = 'print_watch' and payload ->> 'printer_id' = tests.id('epson')::text), 1::bigint, 'one look for all that came at once');
select is((select count(*) from maitred.jobs where kind = 'print_watch' and payload ->> 'printer_id' = tests.id('tcp')::text), 0::bigint, 'and none where no other printer could take it');
update printers set status = 'offline' where id = tests.id('epson');
select tests.put('given', app.printer_takes('epson_sdp', 'key'));
select isnt(tests.json('given', 'job_id'), null, 'it is given one');
select is((select status from printers where id = tests.id('epson')), 'ready', 'who asks is there');
select is(app.printer_takes('epson_sdp', 'key'), '{}', 'while it may still print it is given nothing, not the next one either');
update print_jobs set sent_at = now() - interval '16 seconds' where id = tests.uid('given', 'job_id');
select is(app.printer_takes('epson_sdp', 'key') ->> 'job_id', tests.json('given', 'job_id'), 'later it is given the same again');
select is(app.printer_takes('epson_sdp', 'wrong'), null, 'with its key alone');
select app.printer_tells('epson_sdp', 'key', tests.uid('given', 'job_id'), 'printed', 'ready', null) \gset _
select isnt(app.printer_takes('epson_sdp', 'key') ->> 'job_id', tests.json('given', 'job_id'), 'and once it is on paper the next one');

-- a printer that is off is asked ever more seldom
create function tests.next_look() returns interval language sql as $$ select run_at - now() from maitred.jobs where kind = 'print' and payload ->> 'printer_id' = tests.id('tcp')::text and status = 'waiting' $$;
create function tests.refuses(p_waited interval) returns void language plpgsql as $$ declare v uuid; begin
  update print_jobs set queued_at = now() - p_waited where printer_id = tests.id('tcp') and status = 'queued';
  update maitred.jobs set status = 'done', finished_at = now() where kind = 'print' and payload ->> 'printer_id' = tests.id('tcp')::text and status = 'waiting';      -- the one that is at work
  v := app.print_take(tests.id('tcp')) ->> 'job_id';
  perform app.print_told(v, 'refused', 'offline', 'Nobody answers at its address.'); end $$;
select tests.refuses('3 seconds');
select is(tests.next_look(), interval '5 seconds', 'at first it is asked again soon');
select tests.refuses('5 minutes');
select is(tests.next_look(), interval '30 seconds', 'then ever more seldom');
select tests.refuses('8 hours');
select is(tests.next_look(), interval '2 minutes', 'at last every two minutes');
select tests.ordered('Cyd');
select is(tests.next_look(), interval '0', 'a new ticket asks at once');
select app.wake_printer(tests.id('tcp'), now() + interval '2 minutes') \gset _
select is(tests.next_look(), interval '0', 'who was refused meanwhile does not put it off');

-- what was printed is kept for a week, and goes with the person
select ok((select count(*) from print_jobs where document::text ~ 'Ada Lovelace') > 0, 'what was sent says who ordered');
select tests.as('a.manager');
select erase_customer(tests.id('ada')) \gset _
select tests.as_owner();
select is((select count(*) from print_jobs where document::text ~ 'Ada Lovelace'), 0::bigint, 'and not once she is erased');
update print_jobs set queued_at = now() - interval '6 days' where printer_id = tests.id('epson');
select is(app.forget_print_jobs(), 0, 'a week');
update print_jobs set queued_at = now() - interval '8 days' where printer_id = tests.id('epson');
select is(app.forget_print_jobs(), 3, 'and no longer');
select ok((app.maintain_tenant() ->> 'dining')::boolean, 'each day');

-- the trail says that a secret changed, and nothing of it
select is((select new_data ->> 'key_hash' from audit_logs where record_id = tests.id('epson') and action = 'INSERT'), '***', 'a key''s hash is in no log');
update printers set key_hash = encode(sha256('other'), 'hex') where id = tests.id('epson');
select is((select new_data from audit_logs where record_id = tests.id('epson') and action = 'UPDATE' and new_data ? 'key_hash'), '{"key_hash": "***"}', 'that it changed is');
select is((select string_agg(h.table_name || '.' || h.column_name, ', ') from maitred.hidden_columns h
    join pg_trigger t on t.tgrelid = to_regclass('tenant_alpha.' || h.table_name) and t.tgname = 'audit_row' join pg_attribute a on a.attrelid = t.tgrelid and a.attname = h.column_name
    where position(format('''%s''', h.column_name) in pg_get_triggerdef(t.oid)) = 0), null, 'the trail of every table knows what is hidden there');
select is((select string_agg(c.relname || '.' || a.attname, ', ') from pg_trigger t join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'tenant_alpha'::regnamespace join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where t.tgname = 'audit_row' and a.attname ~ '(hashed_password|secret|credentials|(key|code|token)_hash|sealed)' and not exists (select from maitred.hidden_columns h where h.table_name = c.relname and h.column_name = a.attname)), null, 'and nothing that is called a secret is told');
drop trigger audit_row on printers;
create trigger audit_row after update of name on printers for each row execute function app.audit_row('printers');
select is(app.tell_audit_what_is_hidden(), 1, 'a trigger of before learns it');
select matches(pg_get_triggerdef(oid), 'AFTER UPDATE OF name ON .*audit_row\(''printers'', ''key_hash''\)', 'and stays what it was') from pg_trigger where tgrelid = 'printers'::regclass and tgname = 'audit_row';
select * from finish();
rollback;
