/* Functions: arguments by name from the query (GET) or the body (POST), the result a scalar, a row or a set. */
#include "rest/plan_parts.h"

#include "base/json.h"

#include <assert.h>
#include <string.h>

/* A variadic parameter that is repeated in the query becomes one array. */
static const char *array_literal(struct arena *arena, const struct query_argument *arguments, const char *name)
{
    size_t room = 3;
    for (const struct query_argument *a = arguments; a; a = a->next)
        room += a->value.len * 2 + 3;
    char *text = arena_alloc(arena, room), *to = text;
    *to++ = '{';
    for (const struct query_argument *a = arguments; a; a = a->next) {
        if (!text_eq(a->name, name))
            continue;
        if (to[-1] != '{')
            *to++ = ',';
        *to++ = '"';
        for (size_t i = 0; i < a->value.len; i++) {
            if (a->value.at[i] == '"' || a->value.at[i] == '\\')
                *to++ = '\\';
            *to++ = a->value.at[i];
        }
        *to++ = '"';
    }
    *to++ = '}';
    *to = '\0';
    return text;
}

static void query_argument(struct maker *m, const struct parameter *p)
{
    const struct query_argument *last = NULL;
    for (const struct query_argument *a = m->request->query.arguments; a; a = a->next)
        if (text_eq(a->name, p->name))
            last = a;
    assert(last); /* is_given() has said so */
    if (p->variadic) {
        m->plan->only_once = true;
        sql_constant(&m->sql, array_literal(m->request->arena, m->request->query.arguments, p->name));
    } else
        sql_parameter(&m->sql, (struct plan_param){.source = PARAM_PAIR_WHOLE, .pair = last->pair});
    sql_add(&m->sql, "::");
    sql_add(&m->sql, p->type); /* the database's own text */
}

/* All arguments of the query as one object of texts. */
static const char *arguments_json(struct maker *m)
{
    const struct settings *settings = m->request->settings;
    struct buf text;
    buf_init(&text, (size_t)settings->uri_max_bytes * 8);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    for (const struct query_argument *a = m->request->query.arguments; a; a = a->next) {
        json_key(&w, a->name);
        json_str(&w, a->value);
    }
    json_close(&w, '}');
    const char *copy = arena_strdup(m->request->arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* A field that a form repeats, as an array. */
static void form_values(struct maker *m, const struct parameter *p)
{
    sql_add(&m->sql, "array(select value from json_each_text(");
    sql_parameter(&m->sql, (struct plan_param){.source = PARAM_BODY});
    sql_add(&m->sql, "::json) where key = ");
    sql_literal(&m->sql, p->name);
    sql_add(&m->sql, ")::");
    sql_add(&m->sql, p->type);
}

static bool is_given(const struct plan_request *request, const char *name)
{
    if (request->get) {
        for (const struct query_argument *a = request->query.arguments; a; a = a->next)
            if (text_eq(a->name, name))
                return true;
        return false;
    }
    const char **names = request->query.columns ? request->query.columns : request->body.keys;
    size_t count = request->query.columns ? request->query.column_count : request->body.key_count;
    for (size_t i = 0; i < count; i++)
        if (text_eq(names[i], name))
            return true;
    return false;
}

/* The header Idempotency-Key is the argument of a function that has one, so that a key is kept in one place. */
#define KEY_ARGUMENT "p_idempotency_key"

static bool takes_key(const struct function *f)
{
    for (size_t i = 0; i < f->parameter_count; i++)
        if (text_eq(f->parameters[i].name, KEY_ARGUMENT) && text_eq(f->parameters[i].type, "text"))
            return true;
    return false;
}

/* [json_to_record($1) as pgrst_args(…),] "api"."f"("a" := …) as "f" */
static const char *call_from(struct maker *m, const struct function *f, bool raw_body)
{
    struct sql *sql = &m->sql;
    struct plan_request *request = m->request;
    size_t given = 0;
    maker_capture(m);
    for (size_t i = 0; i < f->parameter_count && !raw_body; i++)
        given += is_given(request, f->parameters[i].name);
    if (given && !request->get) {
        bool comma = false;
        sql_add(sql, "json_to_record(");
        sql_parameter(sql, (struct plan_param){.source = PARAM_BODY});
        sql_add(sql, request->body.is_array ? "::json->0) as pgrst_args(" : "::json) as pgrst_args(");
        for (size_t i = 0; i < f->parameter_count; i++) {
            const struct parameter *p = &f->parameters[i];
            if (!is_given(request, p->name))
                continue;
            sql_add(sql, comma ? ", " : "");
            comma = true;
            sql_name(sql, p->name);
            sql_add(sql, " ");
            sql_add(sql, p->variadic && request->body.form ? "text" : p->type); /* the database's own text */
        }
        sql_add(sql, "), lateral ");
    }
    if (f->bare_record) /* in a from list PostgreSQL wants to be told its columns */
        sql_add(sql, "(select ");
    sql_names(sql, f->schema ? f->schema : sql->schema, f->name);
    sql_add(sql, "(");
    if (raw_body && request->get) {
        m->plan->only_once = true;
        sql_constant(sql, arguments_json(m));
        sql_add(sql, "::");
        sql_add(sql, f->parameters[0].type);
    } else if (raw_body) {
        sql_parameter(sql, (struct plan_param){.source = PARAM_BODY});
        sql_add(sql, "::");
        sql_add(sql, f->parameters[0].type);
    } else {
        bool comma = false;
        for (size_t i = 0; i < f->parameter_count; i++) {
            const struct parameter *p = &f->parameters[i];
            bool by_header = request->keyed && !request->get && takes_key(f) && text_eq(p->name, KEY_ARGUMENT);
            bool is_there = is_given(request, p->name);
            if (!is_there && !by_header)
                continue;
            sql_add(sql, comma ? ", " : "");
            comma = true;
            if (by_header) {
                sql_name(sql, p->name);
                sql_add(sql, is_there ? " := coalesce(pgrst_args." KEY_ARGUMENT ", " : " := coalesce(null, ");
                sql_parameter(sql, (struct plan_param){.source = PARAM_KEY});
                sql_add(sql, "::text)");
                continue;
            }
            sql_add(sql, p->variadic ? "variadic " : "");
            sql_name(sql, p->name);
            sql_add(sql, " := ");
            if (request->get)
                query_argument(m, p);
            else if (p->variadic && request->body.form)
                form_values(m, p);
            else
                sql_names(sql, "pgrst_args", p->name);
        }
    }
    sql_add(sql, f->bare_record ? ")) as " : ") as ");
    if (f->returns == RETURNS_ROW) {
        sql_name(sql, f->table->name);
    } else {
        sql_add(sql, "\"pgrst_call\"(\"pgrst_scalar\")");
    }
    return maker_captured(m);
}

static void scalar_item(struct maker *m, const struct function *f, bool document)
{
    bool wrap = !document && m->sql.to_json;
    if (f->returns == RETURNS_VOID) {
        sql_add(&m->sql, "select 1 as \"pgrst_scalar\"");
        return;
    }
    const char *open = "", *close = "";
    if (wrap && f->result.kind == VALUE_COMPOSED) {
        open = "to_json(";
        close = ")";
    } else if (wrap && f->result.kind == VALUE_JSON && m->sql.strip_nulls) {
        open = "json_strip_nulls((";
        close = ")::json)";
    }
    sql_add(&m->sql, "select ");
    sql_add(&m->sql, open);
    sql_add(&m->sql, "\"pgrst_call\".\"pgrst_scalar\"");
    sql_add(&m->sql, close);
    sql_add(&m->sql, " as \"pgrst_scalar\"");
}

static void call_select(struct maker *m, const struct function *f, const char *from, bool document)
{
    const struct node *root = m->request->query.root;
    if (f->returns == RETURNS_ROW) {
        sql_select(&m->sql, root, from, document ? 0 : SQL_OUTERMOST);
        return;
    }
    scalar_item(m, f, document);
    sql_add(&m->sql, " from ");
    sql_add(&m->sql, from);
    if (f->returns_set)
        sql_limit(&m->sql, root->limit, root->offset);
}

/* count=exact without calling the function twice: its rows once, then counted and paged. Each answer row begins with
 * the count and whether it is a row at all. */
static void counted_select(struct maker *m, const struct function *f, const char *from)
{
    struct sql *sql = &m->sql;
    struct node *root = m->request->query.root;
    const char *name = f->returns == RETURNS_ROW ? root->table->name : "pgrst_call";
    sql_add(sql, "with pgrst_source as materialized (select * from ");
    sql_add(sql, from);
    sql_add(sql, ") select pgrst_counted.pgrst_total, pgrst_page.* from (select count(*) as pgrst_total from (");
    maker_capture(m);
    sql_add(sql, "pgrst_source as ");
    sql_name(sql, name);
    const char *source = maker_captured(m);
    if (f->returns == RETURNS_ROW) {
        sql_select(sql, root, source, SQL_COUNT_ONLY);
    } else {
        sql_add(sql, "select 1 from ");
        sql_add(sql, source);
    }
    sql_add(sql, ") as pgrst_x) as pgrst_counted left join lateral (select true as pgrst_row, pgrst_y.* from (");
    call_select(m, f, source, false);
    sql_add(sql, ") as pgrst_y) as pgrst_page on true");
    m->plan->counted_inside = true;
}

static enum err call_range(struct maker *m, const struct function *f, struct error *out)
{
    struct plan_request *request = m->request;
    struct node *root = request->query.root;
    if (!f->returns_set) {
        root->limit = -1;
        root->offset = 0;
        return OK;
    }
    if (request->has_range && request->get && !request->head) {
        int64_t last = root->limit < 0 ? -1 : root->offset + root->limit - 1;
        if (request->range_first > root->offset)
            root->offset = request->range_first;
        if (request->range_last >= 0 && (last < 0 || request->range_last < last))
            last = request->range_last;
        if (last >= 0 && last < root->offset) {
            *out = error_of(ERR_RANGE);
            out->details = "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
            return ERR_RANGE;
        }
        root->limit = last < 0 ? -1 : last - root->offset + 1;
    }
    int64_t most = request->settings->rows_max;
    if (most && (root->limit < 0 || root->limit > most))
        root->limit = most;
    m->plan->limit = root->limit;
    m->plan->offset = root->offset;
    return OK;
}

/* What each argument in the body may be long. */
static void bound_arguments(struct maker *m, const struct function *f, bool raw_body)
{
    const struct plan_request *request = m->request;
    size_t text_max = f->text_bytes_max ? f->text_bytes_max : (size_t)request->settings->text_argument_max_bytes;
    if (raw_body) {
        m->plan->body_bytes_max = plan_value_bytes_max(f->parameters[0].type_oid, f->parameters[0].kind, text_max);
        return;
    }
    if (request->get || !request->body.key_count)
        return;
    size_t *most = arena_array(m->plan->arena, request->body.key_count, sizeof *most);
    for (size_t i = 0; i < request->body.key_count; i++)
        for (size_t p = 0; p < f->parameter_count; p++)
            if (text_eq(f->parameters[p].name, request->body.keys[i]))
                most[i] = plan_value_bytes_max(f->parameters[p].type_oid, f->parameters[p].kind, text_max);
    m->plan->key_bytes_max = most;
}

enum err plan_call(struct maker *m, struct error *out)
{
    struct plan_request *request = m->request;
    struct plan *plan = m->plan;
    struct node *root = request->query.root;
    const struct function *f;
    bool raw_body;
    int number = 0;
    enum err err = call_resolve(request, &f, &raw_body, out);
    if (!err && f->returns == RETURNS_ROW) {
        if (!f->table)
            return error_set(out, request->arena, ERR_UNSUPPORTED,
                             "The function '%s' does not say what columns it returns", f->name);
        root->table = f->table;
        err = plan_resolve(request, root, 0, &number, out);
    }
    if (!err)
        err = call_range(m, f, out);
    if (err)
        return err;

    bound_arguments(m, f, raw_body);
    /* With GET nothing is written, whatever the function would like; with POST its own word counts. */
    plan->read_only = request->get || f->volatility != 'v';
    plan->shape = f->returns == RETURNS_VOID     ? ANSWER_NOTHING
                  : f->returns == RETURNS_SCALAR ? (f->returns_set ? ANSWER_SCALARS : ANSWER_SCALAR)
                                                 : (f->returns_set ? ANSWER_ROWS : ANSWER_ROW);
    if (request->prefer.strict && request->prefer.max_affected >= 0 && !f->returns_set) {
        *out = error_of(ERR_MAX_AFFECTED_CALL);
        return ERR_MAX_AFFECTED_CALL;
    }
    bool counts = request->prefer.count && f->returns_set && request->media.format != FORMAT_PLAN;
    const struct guard guard = {.single = f->returns_set && request->media.format == FORMAT_OBJECT,
                                .most = request->prefer.strict && f->returns_set ? request->prefer.max_affected : -1,
                                .counted = counts,
                                .offset = root->offset};
    bool guarded = !plan->read_only && (guard.single || guard.most >= 0 || (counts && root->offset > 0));
    bool keyed = request->keyed && !plan->read_only && !takes_key(f);
    if (keyed && request->media.format != FORMAT_JSON && request->media.format != FORMAT_OBJECT)
        return error_set(out, request->arena, ERR_BAD_MEDIA, "With an Idempotency-Key the answer comes as JSON only");

    if (keyed)
        maker_claim(m);
    maker_explain(m);
    const char *from = call_from(m, f, raw_body);
    if (keyed || maker_is_document(m)) {
        plan->document = request->media.format != FORMAT_PLAN;
        if (keyed) {
            sql_add(&m->sql, "select pgrst_d.body, pgrst_d.rows");
            maker_keep(m);
            sql_add(&m->sql, " from (");
        }
        bool rows_only = !plan->read_only && (guard.single || guard.most >= 0);
        if (f->returns == RETURNS_ROW)
            maker_document_open(m);
        else
            sql_add(&m->sql,
                    "select coalesce(json_agg(pgrst_r.pgrst_scalar), '[]')::text as body, count(*) as rows from (");
        if (rows_only)
            maker_guard_begin(m);
        call_select(m, f, from, true);
        if (rows_only)
            maker_guard_end(m, &(struct guard){.single = guard.single, .most = guard.most});
        maker_document_close(m);
        if (keyed)
            sql_add(&m->sql, ") as pgrst_d");
    } else {
        if (guarded)
            maker_guard_begin(m);
        if (counts)
            counted_select(m, f, from);
        else
            call_select(m, f, from, false);
        if (guarded)
            maker_guard_end(m, &guard);
    }
    plan->public_reads = plan_public_reads(plan->arena, root, f);
    plan->keyed = keyed;
    plan->main = maker_finish(m);
    if (request->media.format != FORMAT_PLAN)
        maker_facts(m, false);
    if (!plan->read_only)
        maker_rollback(m);
    return OK;
}
