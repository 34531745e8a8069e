#include "http/services.h"

#include <assert.h>

void services_offer(struct services *services, const struct service_key *key, void *object)
{
    assert(services->offered_count < SERVICES_OFFERED_MAX && !services_find(services, key));
    services->offered[services->offered_count].key = key;
    services->offered[services->offered_count++].object = object;
}

/* A handful of rooms: a scan is as quick as anything. */
void *services_find(const struct services *services, const struct service_key *key)
{
    for (size_t i = 0; i < services->offered_count; i++)
        if (services->offered[i].key == key)
            return services->offered[i].object;
    return NULL;
}
