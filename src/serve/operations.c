#include "serve/operations.h"

#include "http/services.h"
#include "tenant/tenant.h"

enum { METRICS_MAX_BYTES = 1024 * 1024, READY_TIMEOUT_MS = 2000 };

static http_handler_fn get_health, get_readiness, get_domain, get_metrics;
static pg_then_fn get_readiness_answer;

const struct http_route operations_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/healthz", get_health, 0},
    {HTTP_GET | HTTP_HEAD, "/readyz", get_readiness, 0},
    {HTTP_GET | HTTP_HEAD, "/domainz", get_domain, 0},
    {HTTP_GET | HTTP_HEAD, "/metrics", get_metrics, 0},
    {0},
};

static const struct shared_stats *shared;

void operations_set_stats(const struct shared_stats *stats)
{
    shared = stats;
}

/* The process answers: whoever restarts dead ones asks this. */
static void get_health(struct http_req *req)
{
    http_answer_text(req, 200, "application/json", "{\"status\":\"ok\"}");
}

/* The daemon can do its work: whoever balances load asks this. */
static void get_readiness(struct http_req *req)
{
    const struct services *services = req->services;
    struct pg_batch *b = pg_batch_new(services->fast, req->arena, &(struct pg_session){.read_only = true});
    pg_batch_add(b, &(struct pg_statement){.sql = "select 1", .prepare = true});
    http_hold(req);
    pg_batch_submit(b, READY_TIMEOUT_MS, get_readiness_answer, req);
}

static void get_readiness_answer(struct pg_batch *batch, void *data)
{
    struct http_req *req = data;
    const struct error *error = pg_batch_error(batch);
    if (error)
        http_fail(req, error);
    else
        http_answer_text(req, 200, "application/json", "{\"status\":\"ready\"}");
    http_release(req);
}

/* Whether a tenant lives at ?domain=: a proxy that fetches certificates when they are first needed asks this, or
 * anybody could make it fetch thousands. The default tenant answers unknown hosts, but does not live there. */
static void get_domain(struct http_req *req)
{
    const struct services *services = req->services;
    const char *domain = http_query_param(req, "domain");
    struct tenant *tenant = domain ? tenant_by_host(services->tenants, domain) : NULL;
    if (tenant && !strcasecmp(tenant->domain, domain))
        http_answer_text(req, 200, "application/json", "{\"status\":\"known\"}");
    else
        http_fail(req,
                  &(const struct error){.status = 404, .code = "MD404", .message = "No tenant lives at this domain."});
    if (tenant)
        tenant_unref(tenant);
}

static void get_metrics(struct http_req *req)
{
    struct buf body;
    buf_init(&body, METRICS_MAX_BYTES);
    stats_write(shared, &body);
    http_answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}
