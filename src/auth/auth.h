/* The auth dialect (GoTrue) under /auth/v1, and what a worker keeps for it. */
#ifndef MAITRED_AUTH_AUTH_H
#define MAITRED_AUTH_AUTH_H

#include "base/error.h"
#include "http/http.h"
#include "http/services.h"

#include <stddef.h>
#include <stdint.h>

/* Every door under /auth/v1/; ends with a row of zeros. */
extern const struct http_route auth_routes[];

/* One a worker. services->loop, settings and fast are set already and outlive the service. Begins to poll the database
 * for revoked sessions and new keys; while it cannot be reached the service works with what it knows. NULL and `out`
 * when the libraries cannot be set up. Pair: auth_service_free. */
struct auth_service *auth_service_new(const struct services *services, struct error *out);

/* Before the pools are freed. The loop must turn once more, for the timer to close. */
void auth_service_free(struct auth_service *service);

/* The worker's service, offered under this key. */
extern const struct service_key auth_service_key;

static inline struct auth_service *auth_service_in(const struct services *services)
{
    return services_find(services, &auth_service_key);
}

struct auth_stats {
    size_t cached_tokens;
    uint64_t cache_hits, cache_misses, refused; /* tokens */
    int working;                                /* passwords being hashed, providers being asked */
    uint64_t turned_away;                       /* 503: too many of them at once */
};
struct auth_stats auth_service_stats(const struct auth_service *service);
extern const struct metric auth_metrics[];

#endif
