/* Tables whose changes somebody in this worker counts: those who keep what they have read ask whether it still stands.
 * The realtime room counts (it hears what the WAL says); lower rooms read the counts through table_watcher_in.
 */
#ifndef MAITRED_TENANT_TABLE_WATCH_H
#define MAITRED_TENANT_TABLE_WATCH_H

#include "http/services.h"
#include "tenant/tenant.h"

struct table_watch {
    bool complete;      /* since this is true, no change goes uncounted */
    uint64_t changes;   /* grows with each change, and when changes may have been missed */
    int64_t changed_ms; /* the latest, on the monotonic clock */
};

struct table_watcher {
    /* Counted: each watch wants its unwatch. Never NULL. */
    struct table_watch *(*watch)(void *data, struct tenant *tenant, const char *table);
    void (*unwatch)(void *data, struct table_watch *watch);
    void *data;
};

/* The worker's watcher, offered under this key. NULL: nobody tells of changes. */
extern const struct service_key table_watcher_key;

static inline const struct table_watcher *table_watcher_in(const struct services *services)
{
    return services_find(services, &table_watcher_key);
}

#endif
