#include "rest/plan.h"

#include "rest/plan_parts.h"

#include <assert.h>
#include <string.h>

struct plan *plan_ref(struct plan *plan)
{
    assert(plan->refs);
    plan->refs++;
    return plan;
}

void plan_unref(struct plan *plan)
{
    if (!plan)
        return;
    assert(plan->refs);
    if (--plan->refs)
        return;
    catalogue_unref(plan->catalogue);
    arena_free(plan->arena);
}

void maker_capture(struct maker *m)
{
    m->saved = m->sql.text;
    buf_init(&m->sql.text, SQL_TEXT_MAX);
}

const char *maker_captured(struct maker *m)
{
    const char *text = arena_strdup(m->plan->arena, buf_cstr(&m->sql.text));
    bool overflow = m->sql.text.overflow;
    buf_release(&m->sql.text);
    m->sql.text = m->saved;
    m->sql.text.overflow |= overflow;
    return text;
}

int maker_finish(struct maker *m)
{
    struct plan *plan = m->plan;
    assert(plan->statement_count < PLAN_STATEMENTS_MAX);
    if (!sql_finish(&m->sql, &plan->statements[plan->statement_count]))
        m->too_long = true;
    maker_begin(m);
    return plan->statement_count++;
}

void maker_begin(struct maker *m)
{
    struct plan_request *request = m->request;
    sql_init(&m->sql, m->plan->arena, request->schema);
    enum format format = request->media.format;
    m->sql.to_json = format != FORMAT_CSV && format != FORMAT_GEOJSON && format != FORMAT_CUSTOM;
    m->sql.json = format != FORMAT_CSV && format != FORMAT_CUSTOM;
    m->sql.strip_nulls = request->media.strip_nulls;
    m->sql.rows_max = request->settings->rows_max;
}

void maker_text(struct maker *m, int *place, const char *words)
{
    sql_add(&m->sql, words);
    *place = maker_finish(m);
}

void maker_explain(struct maker *m)
{
    const struct media *media = &m->request->media;
    if (media->format != FORMAT_PLAN)
        return;
    sql_add(&m->sql, media->plan_json ? "explain (format json" : "explain (format text");
    sql_add(&m->sql, media->analyze ? ", analyze" : "");
    sql_add(&m->sql, media->verbose ? ", verbose" : "");
    sql_add(&m->sql, media->settings ? ", settings" : "");
    sql_add(&m->sql, media->buffers ? ", buffers" : "");
    sql_add(&m->sql, media->wal && media->analyze ? ", wal" : "");
    sql_add(&m->sql, ") ");
}

bool maker_is_document(const struct maker *m)
{
    enum format format = m->request->media.format;
    return m->handler || format == FORMAT_GEOJSON || format == FORMAT_PLAN;
}

/* "schema"."aggregate"(rows) */
static void add_handled(struct maker *m)
{
    struct sql *sql = &m->sql;
    const struct media_handler *handler = m->handler;
    const struct table *table = m->request->query.root->table;
    sql_names(sql, handler->schema ? handler->schema : sql->schema, handler->name);
    sql_add(sql, m->request->query.has_select || table->column_count ? "(pgrst_r" : "(row()");
    if (!m->request->query.has_select) { /* whole rows: a record could be meant for more than one */
        sql_add(sql, "::");
        sql_table(sql, table);
    }
    sql_add(sql, ")");
}

/* A plan has at its top what makes the answer of the rows, and what is asked for it. */
static void open_planned(struct maker *m)
{
    struct sql *sql = &m->sql;
    sql_add(sql, "select null::bigint as total, count(pgrst_r) as rows, ");
    if (m->request->action != ACTION_READ && m->request->action != ACTION_CALL)
        sql_add(sql, "null::text[] as location, ");
    if (m->handler)
        add_handled(m);
    else if (m->request->media.plan_for == FORMAT_OBJECT)
        sql_add(sql, "coalesce((json_agg(pgrst_r) -> 0), 'null')");
    else
        sql_add(sql, "coalesce(json_agg(pgrst_r), '[]')");
    sql_add(sql, " as body, nullif(current_setting('response.headers', true), '') as headers,"
                 " nullif(current_setting('response.status', true), '') as status from (");
}

void maker_document_open(struct maker *m)
{
    if (m->request->media.format == FORMAT_PLAN) {
        open_planned(m);
        return;
    }
    if (m->handler) {
        sql_add(&m->sql, "select ");
        add_handled(m);
        sql_add(&m->sql, "::text as body, count(*) as rows from (");
        return;
    }
    if (m->request->media.format != FORMAT_GEOJSON) {
        sql_add(&m->sql, "select coalesce(json_agg(pgrst_r), '[]')::text as body, count(*) as rows from (");
        return;
    }
    /* PostGIS 3 writes a place that is null as an object whose type is null; a feature without one has null
     * (RFC 7946, 3.2). */
    sql_add(&m->sql, arena_printf(m->plan->arena,
                                  "select json_build_object('type', 'FeatureCollection', 'features',"
                                  " coalesce(json_agg(regexp_replace(%s.st_asgeojson(pgrst_r),"
                                  " '^[{]\"type\": \"Feature\", \"geometry\": [{]\"type\": null[}]',"
                                  " '{\"type\": \"Feature\", \"geometry\": null')::json), '[]'))::text as body,"
                                  " count(*) as rows from (",
                                  m->plan->catalogue->postgis));
}

void maker_document_close(struct maker *m)
{
    sql_add(&m->sql, ") as pgrst_r");
}

void maker_guard_begin(struct maker *m)
{
    m->plan->guarded = true;
    sql_add(&m->sql, "with pgrst_answer as materialized (");
}

/* A function that has refused by itself (response.status) is heard: its traces stay, whatever its rows are. */
static const char not_refused[] = " and coalesce(current_setting('response.status', true), '') !~ '^[45]'";

static void guard_when(struct sql *sql, const char *count, const char *condition, int64_t number, const char *kind)
{
    sql_add(sql, " when ");
    sql_add(sql, count);
    sql_add(sql, condition);
    sql_int(sql, number);
    sql_add(sql, not_refused);
    sql_add(sql, " then ('" PLAN_GUARD);
    sql_add(sql, kind);
    sql_add(sql, "' || ");
    sql_add(sql, count);
    sql_add(sql, ")::int");
}

void maker_guard_end(struct maker *m, const struct guard *guard)
{
    struct sql *sql = &m->sql;
    const char *count = guard->counted ? "count(pgrst_row)" : "count(*)";
    sql_add(sql, ") select * from pgrst_answer where (select case");
    if (guard->single)
        guard_when(sql, count, " <> ", 1, PLAN_GUARD_SINGLE);
    if (guard->most >= 0)
        guard_when(sql, count, " > ", guard->most, PLAN_GUARD_MOST);
    if (guard->counted && guard->offset > 0)
        guard_when(sql, "max(pgrst_total)", " < ", guard->offset, PLAN_GUARD_RANGE);
    sql_add(sql, " else 1 end from pgrst_answer) = 1");
}

/* Range header and limit/offset meet; rows_max caps. */
static enum err set_range(struct maker *m, struct node *root, struct error *out)
{
    struct plan_request *request = m->request;
    struct plan *plan = m->plan;
    int64_t first = root->offset, last = root->limit < 0 ? -1 : root->offset + root->limit - 1;
    bool empty = root->limit == 0;
    if (request->has_range && !empty) {
        first = request->range_first > first ? request->range_first : first;
        if (request->range_last >= 0 && (last < 0 || request->range_last < last))
            last = request->range_last;
        if (last >= 0 && last < first) {
            *out = error_of(ERR_RANGE);
            out->details = "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
            return ERR_RANGE;
        }
    }
    root->offset = first;
    root->limit = empty ? 0 : last < 0 ? -1 : last - first + 1;
    int64_t most = request->settings->rows_max;
    if (most && (root->limit < 0 || root->limit > most))
        root->limit = most;
    plan->limit = root->limit;
    plan->offset = root->offset;
    return OK;
}

/* The statements that count: exactly, by the planner's estimate, or exactly up to rows_max and estimated above; without
 * rows_max an estimate is the planner's. */
static void count_statements(struct maker *m, struct node *root)
{
    struct plan_request *request = m->request;
    enum prefer_count count = request->prefer.count;
    int64_t most = request->settings->rows_max;
    if (count == COUNT_EXACT || (count == COUNT_ESTIMATED && most)) {
        sql_add(&m->sql, "select count(*) from (");
        sql_select(&m->sql, root, NULL, SQL_COUNT_ONLY);
        if (count == COUNT_ESTIMATED)
            sql_limit(&m->sql, most + 1, 0);
        sql_add(&m->sql, ") as pgrst_counted");
        m->plan->count = maker_finish(m);
    }
    if (count == COUNT_PLANNED || count == COUNT_ESTIMATED) {
        sql_add(&m->sql, "explain (format json) ");
        sql_select(&m->sql, root, NULL, SQL_COUNT_ONLY);
        m->plan->count_plan = maker_finish(m);
    }
}

static enum err make_read(struct maker *m, struct error *out)
{
    struct plan_request *request = m->request;
    struct node *root = request->query.root;
    enum err err = set_range(m, root, out);
    if (err)
        return err;
    m->plan->read_only = true;
    m->plan->shape = ANSWER_ROWS;
    count_statements(m, root);
    maker_explain(m);
    bool document = maker_is_document(m);
    if (document)
        maker_document_open(m);
    sql_select(&m->sql, root, NULL, document ? 0 : SQL_OUTERMOST);
    if (document)
        maker_document_close(m);
    m->plan->public_reads = plan_public_reads(m->plan->arena, root, NULL);
    m->plan->document = document && request->media.format != FORMAT_PLAN;
    m->plan->main = maker_finish(m);
    if (request->pre_request)
        maker_facts(m, false);
    return OK;
}

static enum err find_table(struct plan_request *request, struct error *out)
{
    const struct table *table = catalogue_table(request->catalogue, request->target);
    if (table) {
        request->query.root->table = table;
        return OK;
    }
    const char *shown = request->shown_schema ? request->shown_schema : request->schema;
    error_set(out, request->arena, ERR_NO_TABLE, "Could not find the table '%s.%s' in the schema cache", shown,
              request->target);
    const char *similar = catalogue_similar_table(request->catalogue, request->target, request->role);
    if (similar)
        out->hint = arena_printf(request->arena, "Perhaps you meant the table '%s.%s'", shown, similar);
    return ERR_NO_TABLE;
}

/* What the database makes of the rows, or NULL. One of a table takes whole rows; one for any media type as well. */
static const struct media_handler *handler_for(const struct plan_request *request, const char *type)
{
    const struct catalogue *catalogue = request->catalogue;
    size_t count;
    const struct function *f =
        request->action == ACTION_CALL ? catalogue_functions(catalogue, request->target, &count) : NULL;
    const struct table *table =
        request->action == ACTION_CALL ? (f ? f->table : NULL) : catalogue_table(catalogue, request->target);
    for (size_t i = 0; table && type && i < catalogue->handler_count; i++) {
        const struct media_handler *handler = &catalogue->handlers[i];
        bool any = text_eq(handler->media, "*/*");
        bool of_table = handler->row_type && handler->row_type == table->row_type;
        if ((any || text_eq(handler->media, type)) && (of_table || !handler->row_type) &&
            (!request->query.has_select || (!any && !of_table)))
            return handler;
    }
    return NULL;
}

/* Whether what the function returns is this media type by its own name. */
static bool is_made_by_function(const struct plan_request *request, const char *type)
{
    size_t count;
    const struct function *f =
        request->action == ACTION_CALL ? catalogue_functions(request->catalogue, request->target, &count) : NULL;
    return f && type && f->media && !f->returns_set && (text_eq(f->media, type) || text_eq(f->media, "*/*"));
}

static bool is_vendored(enum format format)
{
    return format == FORMAT_OBJECT || format == FORMAT_PLAN;
}

/* What the database says of a media type goes before what we know of it. */
static bool take_custom(struct maker *m, const struct media *media)
{
    struct plan_request *request = m->request;
    if (is_vendored(media->format) || (media->type && strstr(media->type, "/vnd.pgrst.")))
        return false;
    m->handler = handler_for(request, media->type);
    if (!m->handler && !is_made_by_function(request, media->type))
        return false;
    size_t count;
    const struct function *f = m->handler ? NULL : catalogue_functions(request->catalogue, request->target, &count);
    const char *made = m->handler ? m->handler->media : f->media;
    request->media = (struct media){.format = FORMAT_CUSTOM,
                                    .type = text_eq(made, "*/*") ? made : media->type,
                                    .bytes = m->handler ? m->handler->bytes : f->result.type_oid == 17};
    return true;
}

/* Whether the function that is meant answers one value, which can be sent as it is: several would run into each other.
 * Where none is meant, or several are, plan_call says so in its own words. */
static bool is_single_value(struct plan_request *request, enum format format)
{
    enum { XML_OID = 142 };
    const struct function *f = NULL;
    struct error unclear;
    bool raw_body;
    if (request->action != ACTION_CALL)
        return false;
    if (call_resolve(request, &f, &raw_body, &unclear) != OK)
        return true;
    return f->returns == RETURNS_SCALAR && !f->returns_set && (format != FORMAT_XML || f->result.type_oid == XML_OID);
}

static bool has_media(struct plan_request *request, const struct media *media)
{
    switch (media->format) {
    case FORMAT_TEXT:
    case FORMAT_XML:
    case FORMAT_BINARY:
        return is_single_value(request, media->format);
    case FORMAT_PLAN:
        return request->settings->explain &&
               (media->plan_for != FORMAT_CUSTOM || handler_for(request, media->plan_type));
    case FORMAT_GEOJSON:
        return request->catalogue->postgis != NULL;
    default:
        return media->format != FORMAT_OPENAPI && media->format != FORMAT_CUSTOM;
    }
}

/* A plan of what the database makes is one with its handler. */
static void take_plan(struct maker *m)
{
    const struct media *media = &m->request->media;
    if (media->format == FORMAT_PLAN && media->plan_for == FORMAT_CUSTOM)
        m->handler = handler_for(m->request, media->plan_type);
}

/* The best that there is for this kind of request. */
static enum err choose_media(struct maker *m, struct error *out)
{
    struct plan_request *request = m->request;
    struct media choices[16];
    size_t count = 0;
    if (take_custom(m, &request->media))
        return OK;
    if (has_media(request, &request->media)) {
        take_plan(m);
        return OK;
    }
    count = media_choices(request->arena, request->accept, choices, sizeof choices / sizeof *choices);
    for (size_t i = 0; i < count; i++) {
        if (take_custom(m, &choices[i]))
            return OK;
        if (has_media(request, &choices[i])) {
            request->media = choices[i];
            take_plan(m);
            return OK;
        }
    }
    return error_set(out, request->arena, ERR_BAD_MEDIA, "None of these media types are available: %.200s",
                     request->accept);
}

enum err plan_make(struct plan_request *request, struct plan **out_plan, struct error *out)
{
    struct arena *arena = arena_new();
    struct plan *plan = arena_zalloc(arena, sizeof *plan);
    struct maker m = {.request = request, .plan = plan};
    int number = 0;
    enum err err = choose_media(&m, out);
    if (request->media.type)
        request->media.type = arena_strdup(arena, request->media.type);
    if (request->media.plan_type)
        request->media.plan_type = arena_strdup(arena, request->media.plan_type);
    *plan = (struct plan){.refs = 1,
                          .arena = arena,
                          .catalogue = catalogue_ref(request->catalogue),
                          .action = request->action,
                          .media = request->media,
                          .limit = -1,
                          .main = -1,
                          .count = -1,
                          .count_plan = -1,
                          .facts = -1};
    maker_begin(&m);
    if (!err && request->action == ACTION_CALL)
        err = plan_call(&m, out);
    else if (!err) {
        err = find_table(request, out);
        if (!err)
            err = plan_resolve(request, request->query.root, 0, &number, out);
        if (!err)
            err = request->action == ACTION_READ ? make_read(&m, out) : plan_write(&m, out);
    }
    if (!err && m.too_long)
        err = error_set(out, request->arena, ERR_BAD_QUERY, "The request is too large to be planned");
    buf_release(&m.sql.text);
    if (err)
        plan_unref(plan);
    else
        *out_plan = plan;
    return err;
}
