/* From an errand to a plan, from a plan to a batch. */
#include "rest/internal.h"

#include "base/clock.h"
#include "rest/render.h"

void errand_done(struct errand *x)
{
    struct http_req *req = x->req;
    answer_cache_give_up(&x->public_fetch, x->forgotten ? CACHE_AGAIN : CACHE_ALONE);
    freshness_unref(x->freshness);
    x->freshness = NULL;
    buf_release(&x->piece);
    plan_unref(x->plan);
    x->plan = NULL;
    catalogue_unref(x->catalogue);
    x->catalogue = NULL;
    http_on_gone(req, NULL, NULL);
    http_release(req);
}

void errand_fail(struct errand *x, const struct error *error)
{
    failure_answer(x, error);
    errand_done(x);
}

/* The kind of this request: everything a plan depends on, without the values that become parameters. */
static struct str plan_key(const struct errand *x)
{
    const struct http_req *req = x->req;
    struct buf key;
    buf_init(&key, KEY_BYTES_MAX);
    const char flags[] = {(char)('0' + x->action),
                          (char)('0' + x->head),
                          (char)('0' + x->get),
                          (char)('0' + x->body.kind),
                          (char)('0' + x->body.is_array + 2 * x->body.form + 4 * x->body.csv),
                          (char)('0' + x->body.is_object),
                          (char)('0' + (x->pre_request != NULL)),
                          '\n'};
    buf_add(&key, flags, sizeof flags);
    const char *parts[] = {x->schema, req->who->role, x->target, x->accept, x->prefer_header, x->key ? "keyed" : ""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_text(&key, parts[i] ? parts[i] : "");
        buf_char(&key, '\n');
    }
    if (x->has_range)
        buf_printf(&key, "%lld-%lld", (long long)x->range_first, (long long)x->range_last);
    if (x->action == ACTION_PUT)
        buf_printf(&key, "%zu", x->body.rows);
    for (size_t i = 0; i < x->body.key_count; i++) {
        buf_char(&key, '\n');
        buf_text(&key, x->body.keys[i]);
    }
    buf_char(&key, '\n');
    template_add_query(&key, req->query, x->call && x->get);
    struct str text = key.overflow ? str_n("", 0) : str_n(arena_strndup(req->arena, key.at, key.len), key.len);
    buf_release(&key);
    return text;
}

static enum err make_plan(struct errand *x, struct error *out)
{
    struct http_req *req = x->req;
    struct plan_request request = {
        .arena = req->arena,
        .catalogue = x->catalogue,
        .settings = x->service->services->settings,
        .schema = x->schema,
        .shown_schema = x->own_schemas || req->tenant->foreign ? NULL : "public",
        .role = req->who->role,
        .action = x->action,
        .head = x->head,
        .target = x->target,
        .prefer = x->prefer,
        .media = x->asked,
        .accept = x->accept,
        .body = x->body,
        .has_range = x->has_range,
        .range_first = x->range_first,
        .range_last = x->range_last,
        .keyed = x->key != NULL,
        .get = x->get,
        .pre_request = x->pre_request != NULL,
    };
    enum err err = query_parse(req->arena, req->query, x->call && x->get ? QUERY_ARGUMENTS : 0, &request.query, out);
    if (!err && request.keyed && !x->catalogue->has_idempotency_keys)
        err = error_set(out, req->arena, ERR_UNSUPPORTED, "This schema has no table for an Idempotency-Key");
    return err ? err : plan_make(&request, &x->plan, out);
}

/* The catalogue may be older than the table that was asked for. */
static bool may_be_stale(enum err err)
{
    return err == ERR_NO_TABLE || err == ERR_NO_FUNCTION || err == ERR_NO_RELATION || err == ERR_NO_COLUMN;
}

/* OPTIONS: what can be done there at all, by whoever may. */
static void answer_options(struct errand *x)
{
    struct http_req *req = x->req;
    const char *allow = "OPTIONS,GET,HEAD";
    struct error error;
    size_t count = 0;
    const struct function *f = x->call ? catalogue_functions(x->catalogue, x->target, &count) : NULL;
    const struct table *table = x->call ? NULL : catalogue_table(x->catalogue, x->target);
    if (!f && !table) {
        if (errand_try_again(x))
            return;
        error_set(&error, req->arena, x->call ? ERR_NO_FUNCTION : ERR_NO_TABLE,
                  "Could not find the %s '%s.%s' in the schema cache", x->call ? "function" : "table", x->schema,
                  x->target);
        errand_fail(x, &error);
        return;
    }
    if (f)
        allow = f->volatility == 'v' ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST";
    else
        allow = arena_printf(
            req->arena, "%s%s%s%s%s", allow, table->takes[PRIVILEGE_INSERT] ? ",POST" : "",
            table->takes[PRIVILEGE_INSERT] && table->takes[PRIVILEGE_UPDATE] && table->key_count ? ",PUT" : "",
            table->takes[PRIVILEGE_UPDATE] ? ",PATCH" : "", table->takes[PRIVILEGE_DELETE] ? ",DELETE" : "");
    http_set_header(req, "Allow", allow);
    timing_header(x);
    http_answer(req, 200, NULL, NULL);
    errand_done(x);
}

void errand_plan(struct errand *x)
{
    timing_mark(x, TIMING_PARSE);
    if (x->options) {
        answer_options(x);
        return;
    }
    if (!x->target) {
        openapi_answer(x);
        return;
    }
    struct rest_service *service = x->service;
    struct str key = plan_key(x);
    x->media = x->asked; /* that of a plan goes with it */
    plan_unref(x->plan);
    x->plan = key.len ? plan_cache_get(service->plans, key, x->catalogue) : NULL;
    if (x->plan) {
        service->stats.plans_reused++;
    } else {
        struct error error;
        enum err err = make_plan(x, &error);
        if (err && may_be_stale(err) && errand_try_again(x))
            return;
        if (err) {
            errand_fail(x, &error);
            return;
        }
        service->stats.plans_made++;
        if (key.len && !x->plan->only_once)
            plan_cache_put(service->plans, key, x->plan);
    }
    struct error error;
    if (plan_check_lengths(x->plan, x->req->arena, &x->body, &error)) {
        errand_fail(x, &error);
        return;
    }
    x->media = x->plan->media;
    errand_submit(x);
}

void errand_submit(struct errand *x)
{
    timing_mark(x, TIMING_PLAN);
    struct http_req *req = x->req;
    const struct services *services = x->service->services;
    const struct settings *settings = services->settings;
    const struct plan *plan = x->plan;
    struct template_values values = {
        .query = req->query,
        .body = &x->body,
        .key = x->key,
        .key_method = req->method_name,
        .key_path = req->path,
        .key_hash = x->key_hash,
    };
    stream_setup(x);
    int timeout_ms = (int)(x->streaming ? settings->slow_statement_timeout_ms : settings->statement_timeout_ms);
    timeout_ms = catalogue_role_timeout_ms(plan->catalogue, req->who->role, timeout_ms);
    struct pg_session session = auth_session(req, plan->read_only, timeout_ms);
    session.search_path = x->search_path;
    session.timezone = x->prefer.timezone;
    if (req->tenant->foreign) /* written for a server that has no other rooms */
        session.path = req->path + strlen("/rest/v1");
    struct pg_batch *batch = pg_batch_new(x->streaming ? services->slow : services->fast, req->arena, &session);
    x->first = 0;
    if (x->pre_request)
        x->first = 1 + pg_batch_add(batch, &(struct pg_statement){.sql = x->pre_request, .prepare = true});
    for (int i = 0; i < plan->statement_count; i++) {
        const struct plan_statement *statement = &plan->statements[i];
        const char **bound;
        struct error error;
        if (template_bind(req->arena, statement, &values, &bound, &error)) {
            errand_fail(x, &error); /* the batch was not submitted: it goes with the arena */
            return;
        }
        pg_batch_add(batch, &(struct pg_statement){.sql = statement->sql,
                                                   .param_count = statement->param_count,
                                                   .values = bound,
                                                   .prepare = !plan->only_once});
    }
    x->batch = batch;
    if (x->public_fetch) {
        freshness_unref(x->freshness);
        x->freshness = freshness_begin(services, req->tenant, plan->public_reads, clock_monotonic_ms());
    }
    if (x->streaming)
        stream_start(x);
    pg_batch_submit(batch, timeout_ms + (int)settings->db_queue_timeout_ms, answer_batch, x);
}
