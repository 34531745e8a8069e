#include "ask/ask.h"

#include <assert.h>

struct ask *ask_new(struct http_req *req, const struct pg_session *session, int timeout_ms)
{
    const struct services *services = req->services;
    struct ask *ask = arena_alloc(req->arena, sizeof *ask);
    *ask = (struct ask){.req = req,
                        .batch = pg_batch_new(services->fast, req->arena, session),
                        .timeout_ms = timeout_ms,
                        .reads = session && session->read_only};
    return ask;
}

struct pg_session ask_visitor(const struct http_req *req, const struct tenant *tenant, int statement_timeout_ms)
{
    return (struct pg_session){.role = "anon",
                               .search_path = tenant->search_path,
                               .claims = "{\"role\":\"anon\"}",
                               .visitor = true,
                               .read_only = true,
                               .statement_timeout_ms = statement_timeout_ms,
                               .request_id = req->id,
                               .ip = req->client_ip,
                               .suspect = &req->suspect,
                               .affinity = tenant->affinity};
}

int ask_add_values(struct ask *ask, const char *sql, int count, const char *const *values)
{
    const char **kept = arena_array(ask->req->arena, (size_t)count, sizeof *kept);
    for (int i = 0; i < count; i++)
        kept[i] = values[i];
    return pg_batch_add(ask->batch,
                        &(struct pg_statement){.sql = sql, .param_count = count, .values = kept, .prepare = true});
}

/* A module that the tenant has not got is no fault: whoever asks learns that nothing is here. */
static bool is_missing(const struct error *error)
{
    return text_eq(error->code, "42P01") || text_eq(error->code, "42883");
}

static void ask_done(struct pg_batch *batch, void *data)
{
    struct ask *ask = data;
    const struct error *error = pg_batch_error(batch);
    if (ask->reads)
        http_on_gone(ask->req, NULL, NULL);
    if (!error)
        ask->then(ask, ask->data);
    else if (ask->nothing && is_missing(error))
        http_fail_with(ask->req, ERR_NOT_FOUND, "%s", ask->nothing);
    else if (ask->failed)
        ask->failed(ask, error, ask->data);
    else
        http_fail(ask->req, error);
    http_release(ask->req);
}

static void ask_let_go(void *data)
{
    struct ask *ask = data;
    http_release(ask->req);
}

static void ask_gone(struct http_req *req, void *data)
{
    struct ask *ask = data;
    (void)req;
    pg_batch_forget(ask->batch, ask_let_go, ask);
}

void ask_submit(struct ask *ask, ask_then_fn *then, void *data)
{
    assert(then && !ask->then);
    ask->then = then;
    ask->data = data;
    http_hold(ask->req);
    if (ask->reads)
        http_on_gone(ask->req, ask_gone, ask);
    pg_batch_submit(ask->batch, ask->timeout_ms, ask_done, ask);
}

const PGresult *ask_result(const struct ask *ask, int statement)
{
    return pg_batch_result(ask->batch, statement);
}

const char *ask_value(const struct ask *ask, int statement)
{
    return pg_value(ask_result(ask, statement), 0, 0);
}
