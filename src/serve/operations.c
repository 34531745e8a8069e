#include "serve/operations.h"

#include "ask/ask.h"
#include "base/clock.h"
#include "base/encode.h"
#include "config/paths.h"
#include "tenant/registry.h"

#include <sys/statvfs.h>

enum { METRICS_MAX_BYTES = 1024 * 1024, READY_TIMEOUT_MS = 2000, SWITCHBOARD_STALE_MS = 30000 };

static http_handler_fn get_health, get_readiness, get_domain, get_metrics;
static ask_then_fn get_readiness_answer;

const struct http_route operations_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/healthz", get_health, 0},
    {HTTP_GET | HTTP_HEAD, "/readyz", get_readiness, 0},
    {HTTP_GET | HTTP_HEAD, "/domainz", get_domain, 0},
    {HTTP_GET | HTTP_HEAD, "/metrics", get_metrics, 0},
    {0},
};

const struct service_key shared_stats_key = {"counters of all workers"};

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

/* A worker that cannot read who its tenants are serves those it knows, but not the next. It reads again every few
 * seconds. */
static bool switchboard_is_stale(const struct services *services)
{
    int64_t seen_ms = tenant_registry_seen_ms(tenant_registry_in(services));
    return clock_monotonic_ms() - seen_ms > SWITCHBOARD_STALE_MS;
}

/* The daemon can do its work: whoever balances load asks this. */
static void get_readiness(struct http_req *req)
{
    const struct services *services = req->services;
    if (disk_is_full(req)) {
        http_fail_with(req, ERR_BUSY, "The disk of the database is full: make room.");
        return;
    }
    if (switchboard_is_stale(services)) {
        http_fail_with(req, ERR_BUSY, "The switchboard has not been read for a while: new tenants are not known here.");
        return;
    }
    struct ask *ask = ask_new(req, &(const struct pg_session){.read_only = true}, READY_TIMEOUT_MS);
    ask_add(ask, "select 1");
    ask_submit(ask, get_readiness_answer, NULL);
}

static void get_readiness_answer(struct ask *ask, void *data)
{
    (void)data;
    http_answer_text(ask->req, 200, "application/json", "{\"status\":\"ready\"}");
}

/* Whether a tenant lives at ?domain=: a proxy that fetches certificates when they are first needed asks this, or
 * anybody could make it fetch thousands. The default tenant answers unknown hosts, but does not live there. */
static void get_domain(struct http_req *req)
{
    const struct services *services = req->services;
    const char *domain = http_query_param(req, "domain");
    struct tenant *tenant = domain ? tenant_by_host(tenant_registry_in(services), domain) : NULL;
    if (tenant && !strcasecmp(tenant->domain, domain))
        http_answer_text(req, 200, "application/json", "{\"status\":\"known\"}");
    else
        http_fail_with(req, ERR_NOT_FOUND, "No tenant lives at this domain.");
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
    stats_write(services_find(req->services, &shared_stats_key), &body);
    http_answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}
