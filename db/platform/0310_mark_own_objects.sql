-- Tenants with the same migrations share one catalogue in the daemon. One in whose schema somebody made tables or functions by hand has its own.
-- up
alter table maitred.tenant_shapes add column has_own_objects boolean not null default false;
comment on column maitred.tenant_shapes.has_own_objects is 'Something was made, changed or granted in the schema by hand (app.mark_own_objects): nobody else''s catalogue fits.';

-- Those that have them already hold other numbers of things than most tenants of their shape.
with contents as (
  select s.tenant_id, s.shape, t.modules,
    (select count(*) from pg_class c where c.relnamespace = n.oid and not c.relispartition and c.relkind in ('r', 'p', 'v', 'm')) as tables,
    (select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = n.oid and not c.relispartition and c.relkind in ('r', 'p', 'v', 'm')) as columns,
    (select count(*) from pg_proc p where p.pronamespace = n.oid) as functions
  from maitred.tenant_shapes s join public.tenants t on t.id = s.tenant_id join pg_namespace n on n.nspname = t.schema_name
), common as (
  select shape, modules, mode() within group (order by (tables, columns, functions)) as most from contents group by shape, modules
)
update maitred.tenant_shapes s set has_own_objects = true
from contents c join common using (shape, modules)
where s.tenant_id = c.tenant_id and (c.tables, c.columns, c.functions) <> common.most;

-- down
alter table maitred.tenant_shapes drop column has_own_objects;
