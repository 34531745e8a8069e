/* Writing: the body goes to PostgreSQL as one parameter and is taken apart there (json_to_recordset), so no value is
 * ever encoded a second time. The rows come back through a CTE, so that they embed and render like those of a read.
 */
#include "rest/plan_parts.h"

#include <stdlib.h>
#include <string.h>

/* The columns that are written: columns=, else the body's keys. */
struct written {
    const struct column **columns;
    size_t count;
    const struct column **defaulted; /* named by columns= and not in the body: the table's defaults */
    size_t defaulted_count;
};

void maker_claim(struct maker *m)
{
    static const enum param_source sources[] = {PARAM_KEY, PARAM_KEY_METHOD, PARAM_KEY_PATH, PARAM_KEY_HASH};
    sql_add(&m->sql, "select app.idempotency_claim(app.idempotency_scope()");
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        sql_add(&m->sql, ", ");
        sql_parameter(&m->sql, (struct plan_param){.source = sources[i]});
    }
    sql_add(&m->sql, ")");
    (void)maker_finish(m);
}

void maker_keep(struct maker *m)
{
    sql_add(&m->sql, ", app.idempotency_keep(app.idempotency_scope(), ");
    sql_parameter(&m->sql, (struct plan_param){.source = PARAM_KEY});
    sql_add(&m->sql, ", pgrst_d.body, pgrst_d.rows)");
}

void maker_facts(struct maker *m, bool with_updates)
{
    m->plan->counts_updates = with_updates;
    /* Settings that are none fail here, before anything is committed (see answer.c). */
    sql_add(&m->sql, "select current_setting('response.headers', true), current_setting('response.status', true)");
    sql_add(&m->sql, with_updates ? ", current_setting('pgrst.updated', true)" : "");
    sql_add(&m->sql, ", case when coalesce(current_setting('response.status', true), '') !~ '^([2-5][0-9][0-9])?$' then"
                     " ('" PLAN_GUARD PLAN_GUARD_STATUS "' || current_setting('response.status', true))::int end,"
                     " (select case when count(*) > 0 then ('" PLAN_GUARD "h' || count(*))::int end"
                     " from json_array_elements(nullif(current_setting('response.headers', true), '')::json) as e (v)"
                     " where (select count(*) filter (where json_typeof(k.value) = 'string') + 1000 * count(*)"
                     " from json_each(e.v) as k) <> 1001)");
    m->plan->facts = maker_finish(m);
}

void maker_rollback(struct maker *m)
{
    int place;
    if (m->request->prefer.tx != TX_ROLLBACK)
        return;
    maker_text(m, &place, "set constraints all immediate");
    maker_text(m, &place, "rollback");
}

static bool in_body(const struct plan_request *request, const char *name)
{
    for (size_t i = 0; i < request->body.key_count; i++)
        if (text_eq(request->body.keys[i], name))
            return true;
    return false;
}

/* A column of the body's rows, as the table takes it. */
static void written_value(struct sql *sql, const char *alias, const struct column *column)
{
    if (column->from_json) {
        sql_add(sql, column->from_json); /* the database's own text */
        sql_add(sql, "(");
    }
    sql_names(sql, alias, column->name);
    sql_add(sql, column->from_json ? ")" : "");
}

static enum err find_written(struct maker *m, struct written *written, struct error *out)
{
    struct plan_request *request = m->request;
    const struct table *table = request->query.root->table;
    const char **names = request->query.columns ? request->query.columns : request->body.keys;
    size_t count = request->query.columns ? request->query.column_count : request->body.key_count;
    written->columns = arena_array(request->arena, count + 1, sizeof(void *));
    written->defaulted = arena_array(request->arena, count + 1, sizeof(void *));
    bool one = request->body.is_object || (request->action == ACTION_UPDATE && request->body.is_array);
    bool defaults = request->prefer.missing_default && one;
    for (size_t i = 0; i < count; i++) {
        const struct column *column = NULL;
        for (size_t c = 0; c < table->column_count && !column; c++)
            if (text_eq(table->columns[c].name, names[i]))
                column = &table->columns[c];
        if (!column) {
            const char *best = NULL;
            double likeness = LIKENESS_MIN;
            uint32_t role = catalogue_role_bit(request->catalogue, request->role);
            for (size_t c = 0; c < table->column_count; c++) {
                double now = name_likeness(table->columns[c].name, names[i]);
                if (now >= likeness && (!role || (table->columns[c].readable & role))) {
                    likeness = now;
                    best = table->columns[c].name;
                }
            }
            error_set(out, request->arena, ERR_NO_COLUMN, "Could not find the '%s' column of '%s' in the schema cache",
                      names[i], table->name);
            if (best)
                out->hint = arena_printf(request->arena, "Perhaps you meant the column '%s'", best);
            return ERR_NO_COLUMN;
        }
        bool twice = false;
        for (size_t w = 0; w < written->count; w++)
            twice |= written->columns[w] == column;
        for (size_t w = 0; w < written->defaulted_count; w++)
            twice |= written->defaulted[w] == column;
        if (twice)
            continue;
        if (defaults && !in_body(request, column->name))
            written->defaulted[written->defaulted_count++] = column;
        else
            written->columns[written->count++] = column;
    }
    return OK;
}

static void column_list(struct sql *sql, const struct written *written, const char *qualifier)
{
    for (size_t i = 0; i < written->count; i++) {
        sql_add(sql, i ? ", " : "");
        if (qualifier)
            written_value(sql, qualifier, written->columns[i]);
        else
            sql_name(sql, written->columns[i]->name);
    }
}

static void body_parameter(struct sql *sql)
{
    sql_parameter(sql, (struct plan_param){.source = PARAM_BODY});
}

/* json_to_recordset($1) as "alias"("a" type, …), with the columns' defaults put under missing keys on request. */
static void body_rows(struct maker *m, const struct written *written, const char *alias, bool one_row)
{
    struct sql *sql = &m->sql;
    bool defaults = m->request->prefer.missing_default && m->request->action != ACTION_UPDATE;
    bool list = m->request->body.is_array;
    bool any_default = false;
    for (size_t i = 0; i < written->count; i++)
        any_default |= written->columns[i]->default_sql != NULL;
    if (defaults && any_default) {
        if (list)
            sql_add(sql, "jsonb_to_recordset((select jsonb_agg(jsonb_build_object(");
        else
            sql_add(sql, "jsonb_to_record(jsonb_build_object(");
        bool comma = false;
        for (size_t i = 0; i < written->count; i++) {
            if (!written->columns[i]->default_sql)
                continue;
            sql_add(sql, comma ? ", " : "");
            comma = true;
            sql_literal(sql, written->columns[i]->name);
            sql_add(sql, ", ");
            sql_add(sql, written->columns[i]->default_sql); /* the database's own text */
        }
        sql_add(sql, list ? ") || pgrst_e) from jsonb_array_elements(" : ") || ");
        body_parameter(sql);
        sql_add(sql, list ? "::jsonb) as pgrst_e))" : "::jsonb)");
    } else if (list && one_row) {
        sql_add(sql, "json_to_record(");
        body_parameter(sql);
        sql_add(sql, "::json->0)");
    } else {
        sql_add(sql, list ? "json_to_recordset(" : "json_to_record(");
        body_parameter(sql);
        sql_add(sql, "::json)");
    }
    sql_add(sql, " as ");
    sql_name(sql, alias);
    sql_add(sql, "(");
    for (size_t i = 0; i < written->count; i++) {
        sql_add(sql, i ? ", " : "");
        sql_name(sql, written->columns[i]->name);
        sql_add(sql, " ");
        sql_add(sql, written->columns[i]->from_json ? "json" : written->columns[i]->type); /* the database's own text */
    }
    sql_add(sql, ")");
}

/* --- What comes back ---------------------------------------------------------------------------------------------- */

struct returned {
    const char **names;
    size_t count, room;
};

static void want(struct maker *m, struct returned *returned, const char *name)
{
    for (size_t i = 0; i < returned->count; i++)
        if (text_eq(returned->names[i], name))
            return;
    if (returned->count == returned->room) {
        returned->room = returned->room ? returned->room * 2 : 32;
        const char **names = arena_array(m->request->arena, returned->room, sizeof *names);
        if (returned->count)
            memcpy(names, returned->names, returned->count * sizeof *names);
        returned->names = names;
    }
    returned->names[returned->count++] = name;
}

/* Exactly the columns that the answer needs: RETURNING * would ask for rights on hidden ones. */
static void returned_columns(struct maker *m)
{
    const struct node *root = m->request->query.root;
    struct sql *sql = &m->sql;
    struct returned returned = {0};
    bool whole_row = false; /* what is called with a row needs all its columns, in their order */
    for (const struct node *child = root->children; child; child = child->next)
        whole_row |= child->via->kind == RELATIONSHIP_COMPUTED;
    for (size_t i = 0; whole_row && i < root->table->column_count; i++)
        want(m, &returned, root->table->columns[i].name);
    if (m->plan->shape != ANSWER_NOTHING) {
        for (const struct select_item *item = root->items; item; item = item->next) {
            if (item->kind == SELECT_FIELD && item->field.name)
                want(m, &returned, item->field.name);
            if (item->kind == SELECT_EMBED)
                for (size_t i = 0; i < item->embed->via->column_count; i++)
                    want(m, &returned, item->embed->via->from_columns[i]);
        }
        for (const struct order_term *term = root->order; term; term = term->next)
            if (!term->embed)
                want(m, &returned, term->field.name);
    }
    if (m->plan->location)
        for (size_t i = 0; i < m->plan->location_count; i++)
            want(m, &returned, m->plan->location[i]);
    for (size_t i = 0; i < returned.count; i++) {
        sql_add(sql, i ? ", " : "");
        sql_names(sql, root->table->name, returned.names[i]);
    }
    if (!returned.count)
        sql_add(sql, "1 as pgrst_nothing");
}

/* How many rows may have been written; the rows that are shown may be fewer (an inner join). */
struct written_guard {
    int64_t most;  /* -1: any number */
    bool key;      /* PUT: one */
    int64_t limit; /* rows that a limit allows; -1: any number */
};

static void guard_written(struct maker *m, const struct written_guard *guard)
{
    struct sql *sql = &m->sql;
    if (guard->most < 0 && !guard->key && guard->limit < 0)
        return;
    m->plan->guarded = true;
    sql_add(sql, " where (select case");
    if (guard->most >= 0) {
        sql_add(sql, " when count(*) > ");
        sql_int(sql, guard->most);
        sql_add(sql, " then ('" PLAN_GUARD PLAN_GUARD_MOST "' || count(*))::int");
    }
    if (guard->limit >= 0) {
        sql_add(sql, " when count(*) > ");
        sql_int(sql, guard->limit);
        sql_add(sql, " then ('" PLAN_GUARD PLAN_GUARD_TIES "' || count(*))::int");
    }
    if (guard->key)
        sql_add(sql, " when count(*) = 0 then ('" PLAN_GUARD PLAN_GUARD_KEY "' || count(*))::int");
    sql_add(sql, " else 1 end from pgrst_source) = 1");
}

/* What is answered of a write that shows no rows. */
static void location_columns(struct maker *m)
{
    sql_add(&m->sql, m->plan->location_count ? "select " : "select 1 as pgrst_nothing");
    for (size_t i = 0; i < m->plan->location_count; i++) {
        sql_add(&m->sql, i ? ", " : "");
        sql_name(&m->sql, m->plan->location[i]);
    }
}

/* Closes the CTE and reads from it what the answer shows. */
static void answer(struct maker *m, bool single, const struct written_guard *guard)
{
    struct sql *sql = &m->sql;
    struct plan *plan = m->plan;
    const struct node *root = m->request->query.root;
    bool keyed = m->request->keyed, nothing = plan->shape == ANSWER_NOTHING;
    bool document = maker_is_document(m) && !nothing;
    sql_add(sql, single ? "), pgrst_answer as materialized (" : ") ");
    if (single)
        plan->guarded = true;
    if (keyed && !single) {
        sql_add(sql, "select pgrst_d.body, pgrst_d.rows");
        maker_keep(m);
        sql_add(sql, " from (");
        if (nothing)
            sql_add(sql, "select null::text as body, count(*) as rows from (");
        else
            maker_document_open(m);
    }
    if (document) {
        plan->document = m->request->media.format != FORMAT_PLAN;
        maker_document_open(m);
    }
    if (nothing) {
        location_columns(m);
        sql_add(sql, " from pgrst_source");
        guard_written(m, guard);
    } else {
        sql_add(sql, "select");
        sql_items(sql, root, !keyed && !document);
        sql_add(sql, " from pgrst_source as ");
        sql_name(sql, root->table->name);
        sql_joins(sql, root, false);
        guard_written(m, guard);
        sql_order(sql, root);
    }
    if (single) {
        static const char gate[] = "pgrst_answer where (select case when count(*) <> 1 then"
                                   " ('" PLAN_GUARD PLAN_GUARD_SINGLE "' || count(*))::int else 1 end"
                                   " from pgrst_answer) = 1";
        if (keyed) {
            sql_add(sql, ") select pgrst_d.body, pgrst_d.rows");
            maker_keep(m);
            sql_add(sql, " from (");
            if (nothing)
                sql_add(sql, "select null::text as body, count(*) as rows from (");
            else
                maker_document_open(m);
            sql_add(sql, "select * from ");
            sql_add(sql, gate);
        } else {
            sql_add(sql, ") select * from ");
            sql_add(sql, gate);
        }
    }
    if (document)
        maker_document_close(m);
    if (keyed) {
        plan->document = true;
        maker_document_close(m);
        sql_add(sql, ") as pgrst_d");
    }
}

/* --- The four statements ------------------------------------------------------------------------------------------ */

static void on_conflict(struct maker *m, const struct written *written, const char *const *key, size_t key_count)
{
    struct sql *sql = &m->sql;
    bool merge = m->request->action == ACTION_PUT || m->request->prefer.resolution == RESOLUTION_MERGE;
    sql_add(sql, " on conflict (");
    for (size_t i = 0; i < key_count; i++) {
        sql_add(sql, i ? ", " : "");
        sql_name(sql, key[i]);
    }
    sql_add(sql, ") do ");
    if (!merge || !(written->count + written->defaulted_count)) {
        sql_add(sql, "nothing");
        return;
    }
    sql_add(sql, "update set ");
    for (size_t i = 0; i < written->count + written->defaulted_count; i++) {
        const char *name = (i < written->count ? written->columns[i] : written->defaulted[i - written->count])->name;
        sql_add(sql, i ? ", " : "");
        sql_name(sql, name);
        sql_add(sql, " = excluded.");
        sql_name(sql, name);
    }
    /* Counts the rows that were there: 201 when one was new, else 200. */
    sql_add(sql, " where set_config('pgrst.updated',"
                 " (coalesce(nullif(current_setting('pgrst.updated', true), ''), '0')::int + 1)::text, true) <> ''");
    m->plan->counts_updates = true;
}

static void write_insert(struct maker *m, const struct written *written)
{
    struct plan_request *request = m->request;
    struct sql *sql = &m->sql;
    const struct node *root = request->query.root;
    const struct table *table = root->table;
    sql_add(sql, "insert into ");
    sql_table(sql, table);
    if (written->count) {
        sql_add(sql, " (");
        column_list(sql, written, NULL);
        sql_add(sql, ") select ");
        column_list(sql, written, table->name);
        sql_add(sql, " from ");
        body_rows(m, written, table->name, false);
    } else if (request->body.is_array) {
        sql_add(sql, " select from json_array_elements(");
        body_parameter(sql);
        sql_add(sql, "::json)");
    } else {
        sql_add(sql, " default values");
    }
    if (request->action == ACTION_PUT) {
        (void)sql_where(sql, root, false);
        on_conflict(m, written, table->key, table->key_count);
    } else if (request->prefer.resolution) {
        const char *const *key = request->query.conflict ? request->query.conflict : table->key;
        size_t count = request->query.conflict ? request->query.conflict_count : table->key_count;
        if (count)
            on_conflict(m, written, key, count);
        m->plan->no_conflict = !count;
    }
}

/* where …, or, with a limit, the rows at the first places of the order. When several stand at one place they are one
 * too many, and the guard says so: nothing is changed. */
static void write_where(struct maker *m)
{
    struct sql *sql = &m->sql;
    const struct node *root = m->request->query.root;
    const struct table *table = root->table;
    if (root->limit < 0 && !root->offset) {
        (void)sql_where(sql, root, false);
        return;
    }
    sql_add(sql, " where exists (select from (select");
    for (const struct order_term *term = root->order; term; term = term->next) {
        sql_add(sql, term == root->order ? " " : ", ");
        sql_names(sql, table->name, term->field.name);
    }
    sql_add(sql, " from ");
    sql_table(sql, table);
    (void)sql_where(sql, root, false);
    sql_order(sql, root);
    sql_limit(sql, root->limit, root->offset);
    sql_add(sql, ") as pgrst_first where");
    for (const struct order_term *term = root->order; term; term = term->next) {
        const struct column *column = table_column(table, term->field.name);
        sql_add(sql, term == root->order ? " " : " and ");
        sql_names(sql, "pgrst_first", term->field.name);
        sql_add(sql, !column || column->not_null ? " = " : " is not distinct from ");
        sql_names(sql, table->name, term->field.name);
    }
    sql_add(sql, ")");
}

static void write_update(struct maker *m, const struct written *written)
{
    struct sql *sql = &m->sql;
    sql_add(sql, "update ");
    sql_table(sql, m->request->query.root->table);
    sql_add(sql, " set ");
    for (size_t i = 0; i < written->count; i++) {
        sql_add(sql, i ? ", " : "");
        sql_name(sql, written->columns[i]->name);
        sql_add(sql, " = ");
        written_value(sql, "pgrst_body", written->columns[i]);
    }
    for (size_t i = 0; i < written->defaulted_count; i++) {
        sql_add(sql, written->count + i ? ", " : "");
        sql_name(sql, written->defaulted[i]->name);
        sql_add(sql, " = default");
    }
    if (written->count) {
        sql_add(sql, " from ");
        body_rows(m, written, "pgrst_body", true);
    }
    write_where(m);
}

static void write_delete(struct maker *m)
{
    sql_add(&m->sql, "delete from ");
    sql_table(&m->sql, m->request->query.root->table);
    write_where(m);
}

/* PUT names one row by its whole primary key, and nothing else. */
static enum err check_put(struct plan_request *request, struct error *out)
{
    const struct node *root = request->query.root;
    const struct table *table = root->table;
    size_t found = 0;
    if (request->query.has_limit || request->query.has_offset) {
        *out = error_of(ERR_PUT_LIMIT);
        return ERR_PUT_LIMIT;
    }
    for (const struct condition *c = root->where; c; c = c->next) {
        bool key = false;
        for (size_t i = 0; i < table->key_count; i++)
            key |= c->kind == CONDITION_FILTER && !c->negated && !c->quantifier && !c->field.path &&
                   text_eq(c->op->name, "eq") && text_eq(c->field.name, table->key[i]);
        if (!key) {
            *out = error_of(ERR_PUT_FILTER);
            return ERR_PUT_FILTER;
        }
        found++;
    }
    if (!table->key_count || found != table->key_count) {
        *out = error_of(ERR_PUT_FILTER);
        return ERR_PUT_FILTER;
    }
    if (!request->body.is_object && !(request->body.is_array && request->body.rows == 1))
        return error_set(out, request->arena, ERR_BAD_BODY, "PUT takes one object");
    for (size_t i = 0; i < table->key_count; i++) {
        bool given = false;
        for (size_t k = 0; k < request->body.key_count; k++)
            given |= text_eq(request->body.keys[k], table->key[i]);
        if (!given) {
            *out = error_of(ERR_PUT_KEY);
            return ERR_PUT_KEY;
        }
    }
    return OK;
}

static bool mentions_embed(const struct condition *conditions)
{
    for (const struct condition *c = conditions; c; c = c->next)
        if (c->embed || mentions_embed(c->children))
            return true;
    return false;
}

/* Which rows a limit means must be told: by plain columns that this table has. */
static enum err check_limit(struct plan_request *request, struct error *out)
{
    const struct node *root = request->query.root;
    if (!root->order) {
        *out = error_of(ERR_NO_ORDER);
        out->hint = "Apply an 'order' using unique column(s)";
        return ERR_NO_ORDER;
    }
    for (const struct order_term *term = root->order; term; term = term->next)
        if (term->relation || term->field.path)
            return error_set(out, request->arena, ERR_UNSUPPORTED, "With a limit rows are changed by plain columns");
    return OK;
}

static enum err check_write(struct plan_request *request, struct error *out)
{
    const struct node *root = request->query.root;
    if (request->action != ACTION_DELETE && request->body.kind != BODY_JSON && request->body.kind != BODY_NONE)
        return error_set(out, request->arena, ERR_BAD_BODY, "Content-Type not acceptable: %s",
                         request->body.kind == BODY_TEXT    ? "text/plain"
                         : request->body.kind == BODY_BYTES ? "application/octet-stream"
                                                            : "application/xml");
    if (request->action != ACTION_DELETE && request->body.kind != BODY_JSON)
        return error_set(out, request->arena, ERR_BAD_BODY, "Empty or invalid json");
    if (request->action != ACTION_DELETE && !request->body.is_object && !request->body.is_array)
        return error_set(out, request->arena, ERR_BAD_BODY, "An object or an array of objects is expected");
    if (mentions_embed(root->where))
        return error_set(out, request->arena, ERR_UNSUPPORTED, "Rows cannot be changed by what is embedded in them");
    if (root->aggregated)
        return error_set(out, request->arena, ERR_AGGREGATE, "A changed row cannot be aggregated");
    if ((request->media.format == FORMAT_GEOJSON && request->keyed) ||
        (request->keyed && request->media.format != FORMAT_JSON && request->media.format != FORMAT_OBJECT))
        return error_set(out, request->arena, ERR_BAD_MEDIA, "This answer comes as JSON only");
    if (request->keyed && request->prefer.returns == RETURN_HEADERS)
        return error_set(out, request->arena, ERR_UNSUPPORTED, "An Idempotency-Key keeps a body, not headers");
    if ((root->limit >= 0 || root->offset) && (request->action == ACTION_UPDATE || request->action == ACTION_DELETE))
        return check_limit(request, out);
    return OK;
}

/* What each column may be long: a varchar(n) by its n, a text by the setting. A key that names no column stays as it
 * is. */
static void bound_columns(struct maker *m)
{
    const struct plan_request *request = m->request;
    const struct table *table = request->query.root->table;
    size_t *most = arena_array(m->plan->arena, request->body.key_count + 1, sizeof *most);
    size_t text_max = (size_t)request->settings->text_column_max_bytes;
    for (size_t i = 0; i < request->body.key_count; i++) {
        const struct column *column = table_column(table, request->body.keys[i]);
        size_t own = column && column->max_length > 0 ? (size_t)column->max_length * 4 + 256 : 0;
        if (column)
            most[i] = plan_value_bytes_max(column->type_oid, column->kind, own ? own : text_max);
    }
    m->plan->key_bytes_max = most;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum err plan_write(struct maker *m, struct error *out)
{
    struct plan_request *request = m->request;
    struct plan *plan = m->plan;
    struct node *root = request->query.root;
    struct written written = {0};
    enum err err = check_write(request, out);
    if (!err && request->action == ACTION_PUT)
        err = check_put(request, out);
    if (!err && request->action != ACTION_DELETE)
        err = find_written(m, &written, out);
    if (err)
        return err;

    if (request->body.key_count)
        bound_columns(m);
    bool represent = request->prefer.returns == RETURN_REPRESENTATION;
    plan->shape = represent ? ANSWER_ROWS : ANSWER_NOTHING;
    if (request->prefer.returns == RETURN_HEADERS && request->action == ACTION_INSERT && root->table->key_count) {
        const char **key = arena_array(plan->arena, root->table->key_count, sizeof *key);
        for (size_t i = 0; i < root->table->key_count; i++)
            key[i] = arena_strdup(plan->arena, root->table->key[i]);
        qsort(key, root->table->key_count, sizeof *key, by_name);
        plan->location = key;
        plan->location_count = root->table->key_count;
    }
    bool changes = request->action == ACTION_UPDATE || request->action == ACTION_DELETE;
    bool bounded = request->prefer.strict && changes;
    bool single = request->media.format == FORMAT_OBJECT;
    const struct written_guard guard = {.most = bounded ? request->prefer.max_affected : -1,
                                        .key = request->action == ACTION_PUT,
                                        .limit = changes ? root->limit : -1};
    plan->limit = guard.limit;

    plan->keyed = request->keyed;
    if (request->keyed)
        maker_claim(m);
    maker_explain(m);
    bool nothing = request->action == ACTION_UPDATE && !written.count && !written.defaulted_count;
    bool plain = !represent && !plan->location && !single && guard.most < 0 && !guard.key && guard.limit < 0 &&
                 !request->keyed && !nothing;
    if (nothing) { /* an update that sets nothing: no row, whatever the filters say */
        sql_add(&m->sql, "with pgrst_source as (select ");
        returned_columns(m);
        sql_add(&m->sql, " from ");
        sql_table(&m->sql, root->table);
        sql_add(&m->sql, " where false");
    } else {
        if (!plain)
            sql_add(&m->sql, "with pgrst_source as (");
        if (request->action == ACTION_UPDATE)
            write_update(m, &written);
        else if (request->action == ACTION_DELETE)
            write_delete(m);
        else
            write_insert(m, &written);
        if (!plain) {
            sql_add(&m->sql, " returning ");
            returned_columns(m);
        }
    }
    if (!plain)
        answer(m, single, &guard);
    plan->main = maker_finish(m);
    maker_facts(m, plan->counts_updates);
    maker_rollback(m);
    return OK;
}
