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
    m->sql.to_json = request->media.format != FORMAT_CSV && request->media.format != FORMAT_GEOJSON;
    m->sql.json = request->media.format != FORMAT_CSV;
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

void maker_document_open(struct maker *m)
{
    sql_add(&m->sql, m->request->media.format == FORMAT_GEOJSON
                         ? arena_printf(m->plan->arena,
                                        "select json_build_object('type', 'FeatureCollection', 'features',"
                                        " coalesce(json_agg(%s.st_asgeojson(pgrst_r)::json), '[]'))::text as body,"
                                        " count(*) as rows from (",
                                        m->plan->catalogue->postgis)
                         : "select coalesce(json_agg(pgrst_r), '[]')::text as body, count(*) as rows from (");
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

/* The statements that count: exactly, by the planner's estimate, or exactly up to rows_max and estimated above. */
static void count_statements(struct maker *m, struct node *root)
{
    struct plan_request *request = m->request;
    enum prefer_count count = request->prefer.count;
    int64_t most = request->settings->rows_max;
    if (count == COUNT_EXACT || count == COUNT_ESTIMATED) {
        sql_add(&m->sql, "select count(*) from (");
        sql_select(&m->sql, root, NULL, SQL_COUNT_ONLY);
        if (count == COUNT_ESTIMATED && most)
            sql_limit(&m->sql, most + 1, 0);
        sql_add(&m->sql, ") as pgrst_counted");
        m->plan->count = maker_finish(m);
    }
    if (count == COUNT_PLANNED || (count == COUNT_ESTIMATED && most)) {
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
    bool document = request->media.format == FORMAT_GEOJSON;
    if (document)
        maker_document_open(m);
    sql_select(&m->sql, root, NULL, document ? 0 : SQL_OUTERMOST);
    if (document)
        maker_document_close(m);
    m->plan->public_reads = plan_public_reads(m->plan->arena, root, NULL);
    m->plan->document = document;
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

static bool has_media(const struct plan_request *request, const struct media *media)
{
    switch (media->format) {
    case FORMAT_TEXT:
    case FORMAT_XML:
    case FORMAT_BINARY:
        return request->action == ACTION_CALL;
    case FORMAT_PLAN:
        return request->settings->explain;
    case FORMAT_GEOJSON:
        return request->catalogue->postgis != NULL;
    default:
        return media->format != FORMAT_OPENAPI;
    }
}

/* The best that there is for this kind of request. */
static enum err choose_media(struct plan_request *request, struct error *out)
{
    struct media choices[8];
    size_t count = 0;
    if (has_media(request, &request->media))
        return OK;
    count = media_choices(request->accept, choices, sizeof choices / sizeof *choices);
    for (size_t i = 0; i < count; i++)
        if (has_media(request, &choices[i])) {
            request->media = choices[i];
            return OK;
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
    enum err err = choose_media(request, out);
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
