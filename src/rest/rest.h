/* The REST dialect (PostgREST) under /rest/v1: tables, functions, the description of both.
 *
 * A request goes one way: template (which kind is it?) → plan (made once a kind) → one batch → render. What a worker
 * keeps: catalogues by shape, plans by kind, public answers for a moment. Everything runs on the worker's loop.
 */
#ifndef MAITRED_REST_REST_H
#define MAITRED_REST_REST_H

#include "http/http.h"
#include "http/services.h"

extern const struct http_route rest_routes[]; /* ends with handler == NULL */

/* One a worker. `services` must outlive it. NULL, with `out` filled, when it cannot start. Pair: rest_service_free. */
struct rest_service *rest_service_new(const struct services *services, struct error *out);
void rest_service_free(struct rest_service *service);

/* Reads all catalogues again (SIGHUP, a migration). Requests go on with the old ones until the new ones are there. */
void rest_reload_catalogue(struct rest_service *service);

/* Reads the catalogues of the shapes that most tenants have, so that the first requests of a worker need not wait for
 * them, as soon as rest_listen listens: what is read before is read again. `then` is called once, perhaps at once, when
 * they are there or cannot be had; never after rest_service_free. */
void rest_warm(struct rest_service *service, void (*then)(void *data), void *data);

/* Reloads on NOTIFY pgrst, through a connection of its own that it watches. */
void rest_listen(struct rest_service *service, const char *conninfo);

/* The worker's service, offered under this key. */
extern const struct service_key rest_service_key;

static inline struct rest_service *rest_service_in(const struct services *services)
{
    return services_find(services, &rest_service_key);
}

struct rest_stats {
    uint64_t plans_made, plans_reused, answers_cached, answers_shared, catalogues_loaded, catalogue_failures;
    size_t plans, cached_bytes, catalogues;
};
struct rest_stats rest_stats(const struct rest_service *service);
extern const struct metric rest_metrics[];

#endif
