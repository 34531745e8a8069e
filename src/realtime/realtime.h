/* The Realtime dialect under /realtime/v1, and what a web worker keeps for it. */
#ifndef MAITRED_REALTIME_REALTIME_H
#define MAITRED_REALTIME_REALTIME_H

#include "base/error.h"
#include "http/http.h"
#include "http/services.h"

/* Every door under /realtime/v1/; ends with a row of zeros. */
extern const struct http_route realtime_routes[];

/* One a worker; services' loop, settings, fast, tenants and auth outlive it. hub_address: link.h. */
struct realtime_service *realtime_service_new(const struct services *services, const char *hub_address);

/* The worker drains: every client is told to come back (close 1012), spread over some seconds. */
void realtime_service_drain(struct realtime_service *service);

/* Who counts changes of tables for others in this worker; NULL without a hub. Lives as long as the service. */
const struct table_watcher *realtime_service_watcher(const struct realtime_service *service);

/* The worker's service, offered under this key. */
extern const struct service_key realtime_service_key;

static inline struct realtime_service *realtime_service_in(const struct services *services)
{
    return services_find(services, &realtime_service_key);
}

struct realtime_stats {
    int sockets, channels, subscriptions;
    uint64_t joins, refused, changes_in, deliveries, checks, check_hits, casts, dropped_slow;
    uint64_t delivery_us_sum, delivery_count; /* from the commit to the last subscriber's socket */
};
struct realtime_stats realtime_service_stats(const struct realtime_service *service);
extern const struct metric realtime_metrics[];

#endif
