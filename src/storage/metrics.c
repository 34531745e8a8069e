/* What a worker keeps for this room, and what it counts. */
#include "storage/backend.h"
#include "storage/internal.h"
#include "storage/place.h"

#include <stdlib.h>

enum { DISTANT_AT_ONCE = 6 }; /* of the worker's twelve threads: a slow store leaves room for sign-ins */

const struct service_key storage_key = {"storage"};

struct storage *storage_new(const struct services *services, struct error *out)
{
    struct storage *storage = calloc(1, sizeof *storage);
    (void)out;
    if (!storage)
        abort();
    storage->settings = services->settings;
    storage->backend = backend_of(services->settings);
    struct arena *arena = arena_new(); /* lives as long as the process */
    storage->root = place_root(arena, services->settings);
    storage->transfers.at_once = TRANSFERS_AT_ONCE;
    storage->distant.at_once = DISTANT_AT_ONCE;
    return storage;
}

struct storage *storage_of(const struct http_req *req)
{
    return services_find(req->services, &storage_key);
}

struct storage_stats storage_stats(const struct storage *storage)
{
    return storage->stats;
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

struct keeping storage_keeping(struct http_req *req)
{
    const struct storage *storage = storage_of(req);
    struct arena *arena = arena_new();
    arena_on_release(req->arena, free_arena, arena);
    return (struct keeping){arena, storage->settings, storage->root, arena_strdup(arena, req->tenant->schema)};
}

struct thread_limit *storage_calls(const struct http_req *req)
{
    struct storage *storage = storage_of(req);
    return storage->backend->distant ? &storage->distant : &storage->transfers;
}

#define OF(member) METRIC_OF(storage_stats, member)

/* To add one: base/metric.h. */
const struct metric storage_metrics[] = {
    {"storage_uploads_total", METRIC_COUNTER, NULL, "Objects that were put.", OF(uploads)},
    {"storage_downloads_total", METRIC_COUNTER, NULL, "Objects that were sent, or known already.", OF(downloads)},
    {"storage_received_bytes_total", METRIC_COUNTER, NULL, "Bytes of objects that came in.", OF(bytes_in)},
    {"storage_refused_total", METRIC_COUNTER, NULL, "Requests refused in the dialect's words.", OF(refused)},
    {"storage_turned_away_total", METRIC_COUNTER, NULL, "Requests refused because too much was under way.",
     OF(turned_away)},
    {0},
};
