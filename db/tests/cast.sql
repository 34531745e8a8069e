-- The people of the story, in the schema that search_path names: two organizations with one user per role, and tests.id('a.manager')
-- for their ids. Its callers have made schema tests.
create function tests.id(p_name text) returns uuid language sql immutable as $$ select md5('tests:' || p_name)::uuid $$;

insert into organizations (id, name, currency, timezone, settings)
select tests.id(o), 'Organization ' || o, 'EUR', 'Europe/Berlin', '{"payments": {"provider": "stripe"}}' from unnest(array['a', 'b']) o;
insert into users (id, organization_id, email, full_name, role)
select tests.id(o || '.' || r), case when r <> 'super_admin' then tests.id(o) end, r || '@' || o || '.test', initcap(r) || ' ' || o, r
from unnest(array['a', 'b']) o,
     unnest(array['super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen', 'customer']) r;
insert into staff (id, department)
select tests.id(o || '.' || r), case r when 'kitchen' then 'kitchen' else 'service' end
from unnest(array['a', 'b']) o, unnest(array['manager', 'finance', 'staff', 'waiter', 'kitchen']) r;
