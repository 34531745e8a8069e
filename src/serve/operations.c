#include "serve/operations.h"

#include "base/encode.h"
#include "config/paths.h"
#include "http/services.h"
#include "tenant/tenant.h"

#include <sys/statvfs.h>

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

/* PostgreSQL reads on when its disk is full, and writes what fits into files that are there: only a look at the disk
 * tells. The private one's is ours to look at. */
static bool disk_is_full(struct http_req *req)
{
    const struct services *services = req->services;
    const struct settings *settings = services->settings;
    struct statvfs disk;
    if (*settings->database_url || !settings->disk_free_min_bytes ||
        statvfs(path_data_dir(req->arena, settings), &disk) != 0)
        return false;
    return (uint64_t)disk.f_bavail * disk.f_frsize < (uint64_t)settings->disk_free_min_bytes;
}

/* The daemon can do its work: whoever balances load asks this. */
static void get_readiness(struct http_req *req)
{
    const struct services *services = req->services;
    if (disk_is_full(req)) {
        http_fail_with(req, ERR_BUSY, "The disk of the database is full: make room.");
        return;
    }
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

/* Somebody on this machine who names no tenant, and came by no proxy, or who has the token. */
static bool may_see_metrics(struct http_req *req)
{
    const struct services *services = req->services;
    const struct settings *settings = services->settings;
    const char *said = http_header(req, "Authorization");
    if (said && !strncasecmp(said, "Bearer ", 7))
        return (*settings->metrics_token &&
                equal_in_constant_time(str_of(said + 7), str_of(settings->metrics_token))) ||
               (*settings->platform_token &&
                equal_in_constant_time(str_of(said + 7), str_of(settings->platform_token)));
    bool here = !strncmp(req->client_ip, "127.", 4) || text_eq(req->client_ip, "::1");
    bool by_proxy = http_header(req, "X-Forwarded-For") || http_header(req, "Forwarded") || http_header(req, "Via");
    bool own_name = text_eq(req->host, "localhost") || text_eq(req->host, "[::1]") || !strncmp(req->host, "127.", 4);
    return here && !by_proxy && own_name;
}

static void get_metrics(struct http_req *req)
{
    struct buf body;
    if (!may_see_metrics(req)) {
        http_fail_with(req, ERR_UNAUTHORIZED, "Metrics are for this machine itself, or for who has metrics_token.");
        return;
    }
    buf_init(&body, METRICS_MAX_BYTES);
    stats_write(shared, &body);
    http_answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}
