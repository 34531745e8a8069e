/* The WAL worker: one process a daemon. It reads the WAL (feed.h) and hands changes to the web workers that watch their
 * tables, carries broadcasts between workers and daemons, and knows who is present where.
 */
#ifndef MAITRED_REALTIME_HUB_H
#define MAITRED_REALTIME_HUB_H

#include "base/metric.h"
#include "config/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* What /metrics says of the hub; in memory that the supervisor shares. */
struct hub_stats {
    bool alive, live;
    uint64_t changes, transactions, casts, presences, workers, restarts, slots_lost, history_bytes;
    uint64_t lines; /* of workers, since the start: more than there were workers says that some broke */
    uint64_t dropped_workers, refused_presences, oversized;
    int64_t lag_us, slot_retained_bytes, memory_bytes;
    int64_t beat_ms; /* when this was written, monotonic: about once a second while the loop turns */
};

extern const struct metric hub_metrics[];

struct hub_options {
    const struct settings *settings;
    const char *owner_conninfo;
    int listen_fd;           /* bound Unix socket, listening; made by the supervisor before the first fork */
    const char *daemon_name; /* letters, digits, underscore; names the slot */
    struct hub_stats *stats;
};

/* Runs until SIGTERM or SIGINT. Returns the exit code. */
int hub_run(const struct hub_options *options);

/* The same on a loop of the caller's, who must ignore SIGPIPE; `options` and what they point to outlive it. The
 * listening descriptor stays open. hub_free cuts every line at once; the handles go at the next turns of the loop. */
struct hub;
struct hub *hub_new(uv_loop_t *loop, const struct hub_options *options);
void hub_free(struct hub *hub);

#endif
