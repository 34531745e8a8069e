-- Makes the rows: of every table one for each member of the cast and for somebody else, in both organizations. What could not be made
-- stands in tests.failures. Foreign keys and triggers are off while this runs.
set local session_replication_role = replica;
create table tests.cast (who text primary key, role text, key text);
insert into tests.cast
  select 'a.' || r, r, 'a.' || r from unnest(array['super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer', 'guest']) r
  union all values ('anon', 'anon', 'a.anon'), ('service_role', 'service_role', 'a.service_role'), ('maitred_auth', 'maitred_auth', 'a.maitred_auth');
create table tests.failures (tab text, key text, said text);
do $$
declare
  v record;
  v_row jsonb;
  v_count int;
begin
  for v in
    select e.tab, e.scope, e.person, k.key, k.is_b from tests.expected e,
      (select 'own' as key, false as is_b union all select 'foreign', true
       union all select key, false from tests.cast union all select 'b:' || key, true from tests.cast) k
    order by e.tab, k.key
  loop
    -- a tenant-wide row has no second organization; a person is in one place only
    continue when v.is_b and v.key <> 'foreign' and (v.scope = 'tenant' or v.person ~ '[A-Z]' or v.tab = 'organizations');
    -- rows of one's own: for everybody where that makes a difference, for a customer and a guest everywhere, to see that it makes none
    continue when v.key not in ('own', 'foreign') and v.person = '' and v.key !~ 'a\.(customer|guest)$';
    begin
      v_row := tests.make_row(v.tab, v.key);
      execute format('select count(*) from %I where %s', v.tab, v_row ->> 'where') into v_count;
      if v_count <> 1 then
        insert into tests.failures values (v.tab, v.key, 'the row met another one''s unique key');
      end if;
      insert into tests.rows values (v.tab, v.key, array(select jsonb_array_elements_text(v_row -> 'cols')),
        array(select jsonb_array_elements_text(v_row -> 'values')), v_row ->> 'where');
    exception when others then
      insert into tests.failures values (v.tab, v.key, sqlstate || ' ' || sqlerrm);
    end;
  end loop;
end $$;
