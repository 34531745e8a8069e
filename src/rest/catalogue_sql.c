/* The questions a catalogue is made of. Lists of names come back as JSON: a name may hold any character. */
#include "rest/catalogue.h"
#include "tenant/tenant.h"

/* How a value of type `t` (base type `b`) becomes JSON, as enum value_kind counts it. PostgreSQL's to_json looks at the
 * same things: arrays, row types, and casts to json that somebody defined. */
#define VALUE_KIND                                                                                                     \
    " case when b.oid in (114, 3802) then 1"                                                                           \
    "      when b.typtype = 'c' or b.oid = 2249 or (b.typelem <> 0 and b.typsubscript = "                              \
    "'array_subscript_handler'::regproc) then 2"                                                                       \
    "      when b.oid >= 16384 and exists (select from pg_cast k where k.castsource = b.oid and k.casttarget = 114) "  \
    "then 2"                                                                                                           \
    "      else 0 end"

/* A cast that somebody has defined for a domain: PostgreSQL keeps it, and never uses it. */
#define CAST_FUNCTION(source, target)                                                                                  \
    "select k.castfunc::regproc::text from pg_cast k where k.castsource = " source " and k.casttarget = " target       \
    " and k.castmethod = 'f' and k.castcontext = 'i'"

/* Roles a request may run as: those the login role may become, and the dialect's own. */
#define ROLES                                                                                                          \
    " (select rolname, row_number() over (order by rolname) as place"                                                  \
    "    from (select r.rolname from pg_roles r"                                                                       \
    "           where r.rolname in ('anon', 'authenticated', 'service_role')"                                          \
    "              or r.oid in (select m.roleid from pg_auth_members m"                                                \
    "                            where m.member in (select oid from pg_roles where rolname in (session_user, "         \
    "'authenticator')))"                                                                                               \
    "           order by 1 limit 32) s) "

/* Read once: privileges are asked of each column for each of them. */
#define KEPT_ROLES " roles as materialized (select rolname, place from" ROLES "r)"

/* The type below all domains: a domain may stand on another one. */
#define FLAT                                                                                                           \
    " domains as (select oid as domain, typbasetype as base from pg_type where typtype = 'd' union all"                \
    "   select d.domain, t.typbasetype from domains d join pg_type t on t.oid = d.base where t.typtype = 'd'),"        \
    " flat as (select d.domain, d.base from domains d join pg_type t on t.oid = d.base where t.typtype <> 'd') "

/* A domain that is named as a media type says what its values are. */
#define MEDIA_TYPE " t.typtype = 'd' and t.typname ~ '^([A-Za-z0-9.-]+/[A-Za-z0-9.+-]+|[*]/[*])$'"

/* Relations of the schema, what its views are made of, and row types that its functions return. */
#define RELATIONS                                                                                                      \
    " with recursive" FLAT ", own as ("                                                                                \
    "   select c.oid, true as exposed from pg_class c join pg_namespace n on n.oid = c.relnamespace"                   \
    "    where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')),"                                            \
    " below as ("                                                                                                      \
    "   select oid from own union"                                                                                     \
    "   select d.refobjid from below join pg_rewrite w on w.ev_class = below.oid"                                      \
    "     join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid"                                  \
    "      and d.refclassid = 'pg_class'::regclass and d.refobjid <> below.oid),"                                      \
    " seen as ("                                                                                                       \
    "   select oid, exposed from own union all"                                                                        \
    "   select oid, false from (select oid from below union"                                                           \
    "     select t.typrelid from pg_proc p join pg_namespace n on n.oid = p.pronamespace"                              \
    "       left join flat on flat.domain = p.prorettype"                                                              \
    "       join pg_type t on t.oid = coalesce(flat.base, p.prorettype)"                                               \
    "      where n.nspname = any ($2::text[]) and t.typrelid <> 0) x"                                                  \
    "    where oid not in (select oid from own))," KEPT_ROLES " "

const int catalogue_query_params[CATALOGUE_QUERY_COUNT] = {
    [CATALOGUE_ROLES] = 0,     [CATALOGUE_COLUMNS] = 2,      [CATALOGUE_TABLES] = 2,
    [CATALOGUE_KEYS] = 2,      [CATALOGUE_FOREIGN_KEYS] = 2, [CATALOGUE_VIEWS] = 2,
    [CATALOGUE_FUNCTIONS] = 2, [CATALOGUE_HANDLERS] = 2,     [CATALOGUE_FACTS] = 1,
};

const char *const catalogue_queries[CATALOGUE_QUERY_COUNT] = {
    /* A role's own statement_timeout (alter role … set), for this database before all. */
    [CATALOGUE_ROLES] =
        "select r.rolname,"
        " (select split_part(line, '=', 2) from pg_db_role_setting s join pg_roles o on o.oid = s.setrole,"
        "   unnest(s.setconfig) as line where o.rolname = r.rolname and line like 'statement_timeout=%'"
        "   and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))"
        "   order by s.setdatabase desc limit 1)"
        " from" ROLES "r order by place",

    [CATALOGUE_TABLES] = RELATIONS
    "select c.oid, c.relname, c.relkind, c.reltype, s.exposed, obj_description(c.oid, 'pg_class'),"
    " (select string_agg(has_any_column_privilege(r.rolname, c.oid, 'select')::int::text, '' order by place) from "
    "roles r),"
    " (select string_agg(has_any_column_privilege(r.rolname, c.oid, 'insert')::int::text, '' order by place) from "
    "roles r),"
    " (select string_agg(has_any_column_privilege(r.rolname, c.oid, 'update')::int::text, '' order by place) from "
    "roles r),"
    " (select string_agg(has_table_privilege(r.rolname, c.oid, 'delete')::int::text, '' order by place) from roles r),"
    " pg_relation_is_updatable(c.oid, true), c.relispartition"
    " from seen s join pg_class c on c.oid = s.oid order by c.relname collate \"C\", s.exposed desc",

    [CATALOGUE_COLUMNS] = RELATIONS
    "select a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), b.oid, " VALUE_KIND ","
    " a.attnotnull, a.atthasdef or a.attidentity <> '', a.attgenerated <> '' or a.attidentity = 'a',"
    " case when a.attgenerated <> '' then null when a.attidentity = 'd'"
    /* no name is looked up: who logs in may not have the right to */
    "  then (select format('nextval(%L::regclass)', q.objid::regclass::text) from pg_depend q"
    "         where q.classid = 'pg_class'::regclass and q.refclassid = 'pg_class'::regclass"
    "          and q.refobjid = a.attrelid and q.refobjsubid = a.attnum and q.deptype = 'i' limit 1)"
    "  else coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0)) end,"
    " col_description(a.attrelid, a.attnum),"
    " case when b.typtype = 'e' then (select json_agg(enumlabel order by enumsortorder) from pg_enum "
    "where enumtypid = b.oid) end,"
    " case when b.oid in (1042, 1043) and greatest(a.atttypmod, t.typtypmod) > 4 then "
    "greatest(a.atttypmod, t.typtypmod) - 4 end,"
    " (select string_agg(has_column_privilege(r.rolname, a.attrelid, a.attnum, 'select')::int::text, '' "
    "order by place) from roles r), a.attnum,"
    " case when t.typtype = 'd' then (" CAST_FUNCTION(
        "t.oid",
        "114") ") end,"
               " case when t.typtype = 'd' then (" CAST_FUNCTION(
                   "114",
                   "t.oid") ") end,"
                            " case when t.typtype = 'd' then (" CAST_FUNCTION(
                                "25",
                                "t.oid") ") end"
                                         " from seen s join pg_attribute a on a.attrelid = s.oid and a.attnum > 0 and "
                                         "not a.attisdropped"
                                         " join pg_type t on t.oid = a.atttypid"
                                         " left join flat on flat.domain = t.oid"
                                         " join pg_type b on b.oid = coalesce(flat.base, t.oid)"
                                         " left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
                                         " order by a.attrelid, a.attnum",

    [CATALOGUE_KEYS] = RELATIONS
    "select i.indrelid, i.indisprimary,"
    " (select json_agg(a.attname order by k.place)"
    "    from unnest(i.indkey::int2[]) with ordinality as k (number, place)"
    "    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number where k.place <= i.indnkeyatts)"
    " from seen s join pg_index i on i.indrelid = s.oid"
    " where i.indisunique and i.indisvalid and i.indpred is null and not (0 = any (i.indkey::int2[]))"
    " order by i.indrelid, i.indisprimary desc, i.indexrelid",

    [CATALOGUE_FOREIGN_KEYS] = RELATIONS
    "select k.conname, k.conrelid, k.confrelid,"
    " (select json_agg(a.attname order by n.place) from unnest(k.conkey) with ordinality as n (number, "
    "place)"
    "    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.number),"
    " (select json_agg(a.attname order by n.place) from unnest(k.confkey) with ordinality as n (number, "
    "place)"
    "    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.number),"
    " exists (select from pg_index i where i.indrelid = k.conrelid and i.indisunique and i.indpred is null"
    "          and (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey)"
    " from seen s join pg_constraint k on k.conrelid = s.oid and k.contype = 'f' and k.conparentid = 0"
    " order by k.conname, k.conrelid",

    /* A view's target list says which column of which relation each of its columns is: view_targets.c reads it. */
    [CATALOGUE_VIEWS] = RELATIONS "select c.oid, w.ev_action::text from seen s"
                                  " join pg_class c on c.oid = s.oid and c.relkind in ('v', 'm')"
                                  " join pg_rewrite w on w.ev_class = c.oid and w.ev_type = '1' order by c.oid",

    /* Parameters have no length: with typmod -1 their types are written so that a cast to them cuts nothing. */
    [CATALOGUE_FUNCTIONS] =
        ("with recursive" FLAT "," KEPT_ROLES
         " select p.proname, n.nspname, obj_description(p.oid, 'pg_proc'), p.provolatile, p.proretset, p.prorettype,"
         " b.typrelid, format_type(p.prorettype, null), b.oid, " VALUE_KIND
         ", p.prorows, p.provariadic <> 0, p.pronargs,"
         " p.pronargdefaults,"
         " coalesce((select json_agg(json_build_object('name', coalesce(p.proargnames[g.place], ''),"
         "     'mode', coalesce(p.proargmodes[g.place], 'i'), 'type', format_type(g.type, -1), 'oid', gb.oid::int8,"
         "     'row', gt.oid::int8,"
         "     'kind', (select" VALUE_KIND " from pg_type b where b.oid = gb.oid)) order by g.place)"
         "   from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as g (type, place)"
         "   join pg_type gt on gt.oid = g.type left join flat on flat.domain = gt.oid"
         "   join pg_type gb on gb.oid = coalesce(flat.base, gt.oid)), '[]'),"
         " (select string_agg(has_function_privilege(r.rolname, p.oid, 'execute')::int::text, '' order by place) "
         "from roles r),"
         " substring(obj_description(p.oid, 'pg_proc') from 'Texts may have ([0-9]{1,9}) bytes'),"
         " case when " MEDIA_TYPE " then lower(t.typname) end"
         " from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_type t on t.oid = p.prorettype"
         " left join flat on flat.domain = t.oid join pg_type b on b.oid = coalesce(flat.base, t.oid)"
         " where n.nspname = any ($2::text[]) and n.nspname is distinct from '' and $1::text is not null"
         "  and p.prokind = 'f' and t.typname not in ('trigger', 'event_trigger')"
         " order by p.proname collate \"C\", p.pronargs, p.oid"),

    [CATALOGUE_HANDLERS] =
        "select lower(t.typname), n.nspname, p.proname, case when p.proargtypes[0] = 2283 then 0 else p.proargtypes[0] "
        "end,"
        " t.typbasetype = 17"
        " from pg_type t join pg_proc p on p.prorettype = t.oid join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = any ($2::text[]) and $1::text is not null and p.prokind = 'a' and p.pronargs = 1 "
        "and" MEDIA_TYPE " order by p.proargtypes[0] = 2283, p.oid",

    [CATALOGUE_FACTS] =
        "select obj_description(n.oid, 'pg_namespace'), (select quote_ident(x.nspname) from pg_extension e"
        " join pg_namespace x on x.oid = e.extnamespace where e.extname = 'postgis')"
        " from pg_namespace n where n.nspname = $1",
};

const char *const house_queries[HOUSE_QUERY_COUNT] = {
    [HOUSE_LEDGER] = "select name, module from maitred.functions where kind = 'api'",
    [HOUSE_READS] = "select kind, name, array_to_string(reads, chr(31)) from app.public_reads()",
    /* asked last: whether what the others were asked of has, or still has, the shape they were asked for */
    [HOUSE_SHAPE] = "select " TENANT_SHAPE_SQL " from public.tenants t left join maitred.tenant_shapes s"
                    " on s.tenant_id = t.id where t.schema_name = current_schema()",
};
