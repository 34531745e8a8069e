-- Functions of extensions that came after execution was taken from everybody: uuid_generate_v4() as a default, unaccent() in a query are for all, as
-- those of the extensions before them.
-- up
do $$
declare
  f regprocedure;
begin
  for f in select p.oid from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
             join pg_extension e on e.oid = d.refobjid where e.extname in ('uuid-ossp', 'unaccent') loop
    execute format('grant execute on function %s to anon, authenticated, service_role, maitred_auth', f);
  end loop;
end $$;

-- down
do $$
declare
  f regprocedure;
begin
  for f in select p.oid from pg_proc p join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
             join pg_extension e on e.oid = d.refobjid where e.extname = 'uuid-ossp' loop
    execute format('revoke execute on function %s from anon, authenticated, service_role, maitred_auth', f);
  end loop;
end $$;
