/* How a worker gets its registry of tenants (what it is for: tenant.h). */
#ifndef MAITRED_TENANT_REGISTRY_H
#define MAITRED_TENANT_REGISTRY_H

#include "http/services.h"
#include "tenant/tenant.h"

/* Reads the switchboard through services->owner and keeps it fresh: at once when maitred_tenants is notified, and
 * within seconds when that is lost. `ready` is called once, from the loop, when the first reading is complete. While
 * the database is away the last reading stays. `services` must outlive the registry. */
struct tenant_registry *tenant_registry_new(const struct services *services, const char *owner_conninfo,
                                            void (*ready)(void *data), void *data);

/* After its pool has been freed, or with the loop still running. */
void tenant_registry_free(struct tenant_registry *registry);

/* Every tenant of the last reading, which stays as it is meanwhile. */
void tenant_registry_each(const struct tenant_registry *registry,
                          void (*visit)(void *data, const struct tenant *tenant), void *data);

/* Reads everything again soon (SIGHUP). */
void tenant_registry_reload(struct tenant_registry *registry);

/* The worker's registry, offered under this key. */
extern const struct service_key tenant_registry_key;

static inline struct tenant_registry *tenant_registry_in(const struct services *services)
{
    return services_find(services, &tenant_registry_key);
}

/* How to reach the owner's database, for work on the thread pool. */
const char *tenant_registry_conninfo(const struct tenant_registry *registry);

/* Calls `then` once the switchboard has been looked at after this call; `current` is false when that failed. For a host
 * that is not known: another process may have provisioned it a moment ago. May call at once when too many wait. */
void tenant_registry_await(struct tenant_registry *registry, void (*then)(void *data, bool current), void *data);

/* When the switchboard was last seen to be current; monotonic, for readiness. 0: never. */
int64_t tenant_registry_seen_ms(const struct tenant_registry *registry);

#endif
