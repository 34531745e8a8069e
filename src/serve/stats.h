/* Counters that all processes of one daemon share: each worker writes its own slot, /metrics adds them up. */
#ifndef MAITRED_SERVE_STATS_H
#define MAITRED_SERVE_STATS_H

#include "auth/auth.h"
#include "base/buf.h"
#include "http/http.h"
#include "incoming/incoming.h"
#include "pg/pg.h"
#include "print/render.h"
#include "realtime/hub.h"
#include "realtime/realtime.h"
#include "rest/rest.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>

enum { STATS_WORKERS_MAX = 512 };

struct worker_stats {
    bool alive;
    struct http_stats http;
    struct pg_pool_stats fast, slow;
    size_t tenants;
    struct auth_stats auth;
    struct incoming_stats incoming;
    struct print_stats print;
    int64_t memory_bytes; /* resident */
    int64_t beat_ms;      /* when this was written, monotonic: once a second while the loop turns */
    struct rest_stats rest;
    struct realtime_stats realtime;
    struct storage_stats storage;
};

struct shared_stats {
    int64_t started_s;
    uint64_t restarts; /* of workers that died */
    struct hub_stats hub;
    struct worker_stats workers[STATS_WORKERS_MAX];
};

/* Memory that children inherit. Before the first fork; never freed. */
struct shared_stats *stats_share(void);

/* Resident memory of this process. */
int64_t stats_memory_bytes(void);

/* Prometheus text exposition format 0.0.4. */
void stats_write(const struct shared_stats *shared, struct buf *out);

#endif
