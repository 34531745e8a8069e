-- The service charge that large parties pay by house rule.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.charges(p_name text) returns text language sql security definer as $$
  select coalesce(string_agg(concat_ws(' ', percent::float8, applied_amount, reason, removed_at is not null), ', '), 'none') from bill_adjustments where session_id = tests.session(p_name) and is_automatic $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.sit('a.t1', 'Ada') \gset _
select tests.join('a.t1', 'Ada', 'Bob') \gset _
select tests.be('Ada') \gset _
select tests.put('beer', tests.add('a.beer', 3)) \gset _
select api.place_order() \gset _
select tests.as_owner() \gset _
select total_amount as plain from table_sessions where id = tests.session('Ada') \gset
update restaurants set service_charge_percent = 10, service_charge_from = 3 where id = tests.id('a.restaurant');
select tests.as('a.manager') \gset _
select api.bill_session(tests.session('Ada')) \gset _
select is(tests.charges('Ada'), 'none', 'two are no large party');
select api.unbill_session(tests.session('Ada')) \gset _
select tests.as_owner() \gset _
update table_sessions set party_size = 3 where id = tests.session('Ada');
select tests.as('a.manager') \gset _
select api.bill_session(tests.session('Ada')) \gset _
select is(split_part(tests.charges('Ada'), ' ', 1) || ' ' || split_part(tests.charges('Ada'), ' ', 3), '10 Party', 'three are, when their bill is made');
select is((select total_amount from table_sessions where id = tests.session('Ada')) > :plain, true, 'the bill is larger by it');
select is((select total_amount = net_amount + tax_amount from table_sessions where id = tests.session('Ada')), true, 'taxed as its lines');
select api.bill_session(tests.session('Ada')) \gset _
select is((select count(*) from bill_adjustments where session_id = tests.session('Ada') and is_automatic), 1::bigint, 'asked for again it is not taken twice');
select api.remove_adjustment(id) from bill_adjustments where session_id = tests.session('Ada') and is_automatic \gset _
select api.unbill_session(tests.session('Ada')) \gset _
select api.bill_session(tests.session('Ada')) \gset _
select is((select total_amount from table_sessions where id = tests.session('Ada')), :plain::bigint, 'taken off it stays off');

-- by hand or by itself, once
select tests.as_owner() \gset _
create function tests.charged(p_name text) returns text language sql security definer as $$
  select coalesce(string_agg(concat_ws(' ', percent::float8, is_automatic), ', '), 'none') from bill_adjustments where session_id = tests.session(p_name) and kind = 'service_charge' and removed_at is null $$;
create function tests.party(p_table text, p_name text) returns void language plpgsql as $$ begin
  perform tests.sit(p_table, p_name), tests.be(p_name);
  perform tests.add('a.beer'), place_order();
  perform tests.as_owner();
  update table_sessions set party_size = 3 where id = tests.session(p_name);
  perform tests.as('a.manager'); end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.party('a.t2', 'Cyd') \gset _
select api.adjust_bill(tests.session('Cyd'), p_kind => 'service_charge', p_percent => 8, p_reason => 'By hand') \gset _
select api.bill_session(tests.session('Cyd')) \gset _
select is(tests.charged('Cyd'), '8 f', 'whoever took one by hand has taken it');
select tests.party('a.t3', 'Dan') \gset _
select api.bill_session(tests.session('Dan')) \gset _
select api.adjust_bill(tests.session('Dan'), p_kind => 'service_charge', p_percent => 8, p_reason => 'By hand') \gset _
select is(tests.charged('Dan'), '8 f', 'one by hand stands in place of the house''s own');

-- two parties that had their bills join
select tests.party('a.t4', 'Eve') \gset _
select api.bill_session(tests.session('Eve')), api.unbill_session(tests.session('Eve')), api.unbill_session(tests.session('Dan')) \gset _
select api.merge_sessions(tests.session('Dan'), tests.session('Eve')) \gset _
select is(tests.charged('Eve'), '10 t', 'the joint table has one');
select api.unbill_session(tests.session('Ada')) \gset _
select api.merge_sessions(tests.session('Ada'), tests.session('Eve')) \gset _
select is(tests.charged('Eve'), '10 t', 'also after one whose charge was taken off');
select * from finish();
rollback;
