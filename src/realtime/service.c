/* What a worker keeps for realtime, and what the hub says. */
#include "base/clock.h"
#include "realtime/internal.h"
#include "tenant/registry.h"

enum { CLOSE_POLICY = 1008, SWEEP_MS = 1000, DRAIN_TICK_MS = 50, DRAIN_TICKS = 60, CLOSE_RESTART = 1012 };

const struct service_key realtime_service_key = {"realtime"};

/* To add a door, add a row (http/http.h). */
const struct http_route realtime_routes[] = {
    {HTTP_GET, "/realtime/v1/websocket", client_open, ROUTE_TENANT},
    {HTTP_POST, "/realtime/v1/api/broadcast", broadcast_many, ROUTE_TENANT | ROUTE_AUTH},
    {HTTP_POST, "/realtime/v1/api/broadcast/:topic/events/:event", broadcast_one,
     ROUTE_TENANT | ROUTE_AUTH | ROUTE_RAW_BODY},
    {0},
};

/* --- the hub ------------------------------------------------------------------------------------------------------ */

static void on_change(void *data, const struct change *change)
{
    changes_arrive(data, change);
}

static struct wait *wait_of(struct realtime_service *service, uint32_t request)
{
    return map_get(&service->waits, MAP_KEY_OF(request));
}

static void on_replayed(void *data, uint32_t request, const struct change *change)
{
    struct wait *wait = wait_of(data, request);
    if (wait && wait->kind == WAIT_JOIN)
        channel_replayed(wait, change);
}

static void on_subscribed(void *data, uint32_t request, enum wire_outcome outcome, struct cursor upto)
{
    struct realtime_service *service = data;
    struct wait *wait = wait_of(service, request);
    if (!wait)
        return;
    if (wait->kind == WAIT_WATCH) {
        wait->table->wait = NULL;
        if (outcome != WIRE_UNAVAILABLE)
            table_confirmed(wait->table);
    } else if (wait->kind == WAIT_JOIN) {
        channel_subscribed(wait, outcome, upto);
    }
    wait_free(service, wait);
}

static void on_cast(void *data, const char *tenant, const char *topic, uint8_t flags, struct str body)
{
    struct realm *realm = realm_find(data, tenant);
    if (realm)
        cast_arrived(realm, topic, flags, body);
}

static void on_diff(void *data, const char *tenant, const char *topic, struct str joins, struct str leaves)
{
    struct realm *realm = realm_find(data, tenant);
    if (realm)
        channels_diff(realm, topic, joins, leaves);
}

static void on_who(void *data, uint32_t request, struct str state)
{
    struct wait *wait = wait_of(data, request);
    if (!wait || wait->kind != WAIT_PRESENCE)
        return;
    channel_who(wait, state);
    wait_free(data, wait);
}

static void watch_again(struct realm *realm)
{
    struct table *table;
    for (size_t at = 0; (table = map_next(&realm->tables, &at));)
        table_rewatch(table);
}

static void on_state(void *data, bool live, bool missed, const char *reason)
{
    struct realtime_service *service = data;
    struct realm *realm;
    bool came = live && !service->live;
    service->live = live;
    snprintf(service->reason, sizeof service->reason, "%s",
             live                ? ""
             : reason && *reason ? reason
                                 : "Changes are not available just now");
    for (size_t at = 0; (realm = map_next(&service->realms, &at));) {
        struct table *table;
        for (size_t t = 0; (table = map_next(&realm->tables, &t));) {
            table_live(table, missed);
            if (missed)
                decisions_drop(table);
        }
        if (missed)
            changes_refetch(realm, "Changes were missed: fetch anew.");
        if (came) {
            watch_again(realm);
            channels_live(realm);
        }
    }
}

/* --- now and then ------------------------------------------------------------------------------------------------- */

/* A socket lives no longer than what let it in: its tenant, by id, and that tenant's secret. */
static bool is_welcome(struct client *c, struct tenant *now)
{
    const struct tenant *then = c->tenant;
    return now && !now->suspended && text_eq(now->id, then->id) && now->trusts_since_s == then->trusts_since_s &&
           now->jwt_secret.len == then->jwt_secret.len &&
           !memcmp(now->jwt_secret.at, then->jwt_secret.at, then->jwt_secret.len);
}

static void look_after_clients(struct realtime_service *service)
{
    for (struct client *c = service->clients, *next; c; c = next) {
        next = c->next;
        struct tenant *now = tenant_by_schema(tenant_registry_in(service->services), c->tenant->schema);
        if (now != c->tenant && !c->closing && !is_welcome(c, now)) {
            c->closing = true;
            websocket_close(c->ws, CLOSE_POLICY, "nobody answers here any more");
        } else if (now && now != c->tenant && !c->closing) {
            tenant_unref(c->tenant);
            c->tenant = tenant_ref(now);
        }
        tenant_unref(now);
    }
}

static void on_sweep(uv_timer_t *timer)
{
    struct realtime_service *service = timer->data;
    struct realm *realm;
    int64_t now_ms = clock_monotonic_ms();
    look_after_clients(service);
    for (size_t at = 0; (realm = map_next(&service->realms, &at));) {
        askers_retry(realm, now_ms);
        channels_go_on(realm);
        changes_go_on(realm);
        channels_look_after(realm);
    }
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct realtime_service *realtime_service_new(const struct services *services, const char *hub_address)
{
    static const struct link_events events = {.change = on_change,
                                              .replayed = on_replayed,
                                              .subscribed = on_subscribed,
                                              .cast = on_cast,
                                              .diff = on_diff,
                                              .who = on_who,
                                              .state = on_state};
    struct realtime_service *service = allocate(1, sizeof *service);
    struct link_events ours = events;
    service->services = services;
    service->turn_last = &service->turn;
    snprintf(service->reason, sizeof service->reason, "Changes are not available just now");
    ours.data = service;
    if (hub_address && *hub_address)
        service->link = link_new(services->loop, hub_address, &ours);
    service->watcher = table_watcher_of(service);
    uv_timer_init(services->loop, &service->sweep);
    service->sweep.data = service;
    uv_timer_start(&service->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    uv_unref((uv_handle_t *)&service->sweep);
    uv_timer_init(services->loop, &service->drain);
    service->drain.data = service;
    return service;
}

/* A part of those who are still there at each tick, so that they do not come back all at once. */
static void on_drain(uv_timer_t *timer)
{
    struct realtime_service *service = timer->data;
    int left = service->drain_ticks--;
    int open = 0;
    for (struct client *c = service->clients; c; c = c->next)
        open += !c->closing;
    int now = left > 1 ? (open + left - 1) / left : open;
    for (struct client *c = service->clients, *next; c && now; c = next) {
        next = c->next;
        if (c->closing)
            continue;
        c->closing = true;
        websocket_close(c->ws, CLOSE_RESTART, "the server restarts; connect again");
        now--;
    }
    if (left <= 1)
        uv_timer_stop(timer);
}

void realtime_service_drain(struct realtime_service *service)
{
    if (service->draining)
        return;
    service->draining = true;
    service->drain_ticks = DRAIN_TICKS;
    uv_timer_start(&service->drain, on_drain, 0, DRAIN_TICK_MS);
}

const struct table_watcher *realtime_service_watcher(const struct realtime_service *service)
{
    return service->link ? &service->watcher : NULL;
}

struct realtime_stats realtime_service_stats(const struct realtime_service *service)
{
    return service->stats;
}
