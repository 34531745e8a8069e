#include "serve/worker.h"

#include "auth/auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/suspect.h"
#include "http/http.h"
#include "http/services.h"
#include "http/websocket.h"
#include "print/render.h"
#include "realtime/realtime.h"
#include "rest/rest.h"
#include "seal/seal.h"
#include "serve/dispatch.h"
#include "serve/incoming.h"
#include "serve/operations.h"
#include "serve/pages.h"
#include "storage/storage.h"
#include "tenant/registry.h"
#include "tenant/table_watch.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STATS_EVERY_MS = 1000, OWNER_CONNECTIONS = 1, OWNER_QUEUE = 64 };

struct worker {
    const struct worker_options *options;
    uv_loop_t loop;
    uv_signal_t terminate, interrupt, retire, reload;
    uv_timer_t stats, drain_timeout;
    struct services services;
    struct seal_service *seal;
    struct incoming *incoming;
    struct print_service *print;
    struct storage *storage;
    struct rest_service *rest;
    struct realtime_service *realtime;
    struct http_server *server;
    bool draining;
};

/* Visitors have half of the connections, unless the settings say otherwise; the last one is never theirs. */
static int visitor_share(const struct settings *s, int connections)
{
    int share = (int)(connections * s->db_visitor_percent / 100);
    if (connections < 2)
        return 0;
    return share < 1 ? 1 : share >= connections ? connections - 1 : share;
}

static struct pg_pool *make_pool(struct worker *w, const char *name, const char *conninfo, int connections)
{
    const struct settings *s = w->options->settings;
    return pg_pool_new(&w->loop, &(struct pg_pool_options){.name = name,
                                                           .conninfo = conninfo,
                                                           .connections = connections,
                                                           .depth = (int)s->db_pipeline_depth,
                                                           .queue_max = (int)s->db_queue,
                                                           .queue_timeout_ms = (int)s->db_queue_timeout_ms,
                                                           .connection_age_s = (int)s->db_connection_age_s,
                                                           .prepared_max = (int)s->db_prepared_max,
                                                           .visitor_share = visitor_share(s, connections),
                                                           .tenant_spread = (connections + 1) / 2});
}

static void write_stats(uv_timer_t *timer)
{
    struct worker *w = timer->data;
    struct worker_stats *slot = &w->options->stats->workers[w->options->index];
    slot->auth = auth_service_stats(auth_service_in(&w->services));
    slot->alive = !w->draining;
    slot->http = *http_server_stats(w->server);
    slot->fast = pg_pool_stats(w->services.fast);
    slot->slow = pg_pool_stats(w->services.slow);
    slot->tenants = tenant_count(tenant_registry_in(&w->services));
    slot->memory_bytes = stats_memory_bytes();
    slot->beat_ms = clock_monotonic_ms();
    slot->incoming = incoming_stats(w->incoming);
    slot->print = print_stats(w->print);
    slot->rest = rest_stats(w->rest);
    slot->storage = storage_stats(w->storage);
    slot->realtime = realtime_service_stats(w->realtime);
    slot->realtime.dropped_slow = websocket_stats(w->server).dropped_slow;
}

static void on_drained(void *data)
{
    struct worker *w = data;
    w->options->stats->workers[w->options->index].alive = false;
    uv_stop(&w->loop);
}

static void on_drain_timeout(uv_timer_t *timer)
{
    log_warning("drain timed out");
    on_drained(timer->data);
}

/* No new connections; requests in flight finish; then the process ends. A worker that is replaced (SIGUSR2) also waits
 * for its idle clients to go, so that none is cut off while it sends. */
static void on_terminate(uv_signal_t *handle, int signal)
{
    struct worker *w = handle->data;
    if (w->draining)
        return;
    w->draining = true;
    uv_timer_start(&w->drain_timeout, on_drain_timeout, (uint64_t)w->options->settings->drain_timeout_s * 1000, 0);
    realtime_service_drain(w->realtime);
    http_server_drain(w->server, signal == SIGUSR2, on_drained, w);
    close(w->options->listen_fd); /* a daemon that starts now may listen at once */
}

static void on_reload(uv_signal_t *handle, int signal)
{
    struct worker *w = handle->data;
    (void)signal;
    tenant_registry_reload(tenant_registry_in(&w->services));
    rest_reload_catalogue(w->rest);
}

/* Requests find their tenants and what those have. */
static void on_warm(void *data)
{
    struct worker *w = data;
    if (w->options->ready_fd < 0)
        return;
    ssize_t written = write(w->options->ready_fd, "", 1);
    (void)written;
    close(w->options->ready_fd);
}

/* The switchboard has been read. */
static void on_tenants_ready(void *data)
{
    struct worker *w = data;
    rest_warm(w->rest, on_warm, w);
}

static bool start_services(struct worker *w, struct error *error)
{
    const struct settings *s = w->options->settings;
    struct services *services = &w->services;
    services->loop = &w->loop;
    services->settings = s;
    services->fast = make_pool(w, "fast", w->options->web_conninfo, (int)s->db_connections);
    services->slow = make_pool(w, "slow", w->options->web_conninfo, (int)s->db_slow_connections);
    services->owner = pg_pool_new(&w->loop, &(struct pg_pool_options){.name = "owner",
                                                                      .conninfo = w->options->owner_conninfo,
                                                                      .connections = OWNER_CONNECTIONS,
                                                                      .depth = 4,
                                                                      .queue_max = OWNER_QUEUE,
                                                                      .queue_timeout_ms = (int)s->db_queue_timeout_ms,
                                                                      .connection_age_s = (int)s->db_connection_age_s,
                                                                      .prepared_max = 16});
    services_offer(services, &shared_stats_key, w->options->stats);
    services_offer(services, &pages_key, pages_new(w->options->web_dir));
    services_offer(services, &tenant_registry_key,
                   tenant_registry_new(services, w->options->owner_conninfo, on_tenants_ready, w));
    w->seal = seal_service_new();
    services_offer(services, &seal_service_key, w->seal);
    struct auth_service *auth = auth_service_new(services, error);
    if (!auth)
        return false;
    services_offer(services, &auth_service_key, auth);
    w->incoming = incoming_new(incoming_providers);
    services_offer(services, &incoming_key, w->incoming);
    w->print = print_service_new();
    services_offer(services, &print_service_key, w->print);
    w->storage = storage_new(services, error);
    if (!w->storage)
        return false;
    services_offer(services, &storage_key, w->storage);
    w->rest = rest_service_new(services, error);
    if (!w->rest)
        return false;
    services_offer(services, &rest_service_key, w->rest);
    rest_listen(w->rest, w->options->web_conninfo);
    w->realtime = realtime_service_new(services, w->options->hub_address);
    services_offer(services, &realtime_service_key, w->realtime);
    services_offer(services, &table_watcher_key, (void *)(uintptr_t)realtime_service_watcher(w->realtime));
    return true;
}

static bool start_http(struct worker *w, struct error *error)
{
    const struct worker_options *o = w->options;
    const struct settings *s = o->settings;
    w->server =
        http_server_new(&w->loop,
                        &(struct http_options){.listen_fd = o->listen_fd,
                                               .body_max_bytes = (size_t)s->body_max_bytes,
                                               .uri_max_bytes = (size_t)s->uri_max_bytes,
                                               .connection_timeout_s = (int)s->connection_timeout_s,
                                               .connections_max = (int)s->connections_max,
                                               .connections_per_address_max = (int)s->connections_per_address_max,
                                               .tls_certificate_pem = o->tls_certificate_pem,
                                               .tls_key_pem = o->tls_key_pem,
                                               .trusted_proxies = s->trusted_proxies,
                                               .cors_origins = s->cors_origins,
                                               .access_log = s->access_log,
                                               .services = &w->services,
                                               .routes = dispatch_routes,
                                               .route_table_count = dispatch_route_table_count},
                        dispatch, error);
    return w->server != NULL;
}

static void watch_signal(struct worker *w, uv_signal_t *handle, int signal, uv_signal_cb fn)
{
    uv_signal_init(&w->loop, handle);
    handle->data = w;
    uv_signal_start(handle, fn, signal);
}

int worker_run(const struct worker_options *options)
{
    struct worker *w = calloc(1, sizeof *w);
    struct error error = {0};
    if (!w || uv_loop_init(&w->loop))
        abort();
    w->options = options;
    signal(SIGPIPE, SIG_IGN);
    suspect_watch(options->suspects, options->index);
    /* The C library gives each thread of the pool a heap of its own, and each keeps what one provisioning took. */
    mallopt(M_ARENA_MAX, 2);
    /* libpq sends these when it connects: the renderer relies on ISO dates and on UTF-8, whatever a foreign server
     * prefers. */
    setenv("PGDATESTYLE", "ISO, YMD", 1);
    setenv("PGCLIENTENCODING", "UTF8", 1);
    /* Threads for passwords, provisioning and cancel requests: long migrations must not stand in front of a sign-in. */
    setenv("UV_THREADPOOL_SIZE", "12", 0);
    if (!start_services(w, &error) || !start_http(w, &error)) {
        log_error("worker does not start", LOG_STR("reason", error.message));
        return 1;
    }
    watch_signal(w, &w->terminate, SIGTERM, on_terminate);
    watch_signal(w, &w->interrupt, SIGINT, on_terminate);
    watch_signal(w, &w->retire, SIGUSR2, on_terminate);
    watch_signal(w, &w->reload, SIGHUP, on_reload);
    uv_timer_init(&w->loop, &w->stats);
    w->stats.data = w;
    uv_timer_start(&w->stats, write_stats, 0, STATS_EVERY_MS);
    uv_timer_init(&w->loop, &w->drain_timeout);
    w->drain_timeout.data = w;

    uv_run(&w->loop, UV_RUN_DEFAULT);
    /* Nothing is taken apart: the process ends, and what mattered was answered or is the database's. */
    return 0;
}
