/* What a web worker offers to its handlers: req->services points to this.
 *
 * The ground that every room stands on, and one object a room: the room owns a key and gives its callers a typed look
 * at it (tenant_registry_in, rest_service_in …), so that this header names nobody above it. To offer one more object, a
 * key in the room's header and a services_offer in serve/worker.c.
 */
#ifndef MAITRED_HTTP_SERVICES_H
#define MAITRED_HTTP_SERVICES_H

#include "config/settings.h"
#include "pg/pg.h"

#include <uv.h>

/* Its address is what counts; the name is for messages. */
struct service_key {
    const char *name;
};

enum { SERVICES_OFFERED_MAX = 16 };

struct services {
    uv_loop_t *loop;
    const struct settings *settings;
    struct pg_pool *fast;  /* requests; logs in as authenticator */
    struct pg_pool *slow;  /* reports and exports */
    struct pg_pool *owner; /* the schemas' owner: the switchboard; one or two connections, opened on demand */
    struct {
        const struct service_key *key;
        void *object;
    } offered[SERVICES_OFFERED_MAX];
    size_t offered_count;
};

/* Once a key, before the first request. The object outlives every request. */
void services_offer(struct services *services, const struct service_key *key, void *object);

/* NULL: nobody offers it. */
void *services_find(const struct services *services, const struct service_key *key);

#endif
