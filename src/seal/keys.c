#include "base/log.h"
#include "pg/direct.h"
#include "seal/seal.h"

#include <stdlib.h>

static void release_keys(void *keys)
{
    seal_keys_free(keys);
}

enum err seal_keys_load(struct arena *arena, PGconn *conn, const struct seal_keys **keys, struct error *out)
{
    PGresult *result = NULL;
    enum err err = direct_query(arena, conn, "select app.seal_keys()", 0, NULL, &result, out);
    if (err != OK)
        return err;
    struct seal_keys *read = seal_keys_read(direct_text(result, 0, 0));
    if (!read)
        return error_set(out, arena, ERR_INTERNAL, "The keys for secrets at rest cannot be read.");
    arena_on_release(arena, release_keys, read);
    *keys = read;
    return OK;
}

enum { TURNS_MAX = 64 };

/* Threads of the pool may be opening with what was handed out before: keys that a turn replaced stay until the end. */
struct seal_service {
    struct seal_keys *heard[TURNS_MAX];
    size_t count;
    struct seal_keys *_Atomic keys;
};

const struct service_key seal_service_key = {"seal"};

struct seal_service *seal_service_new(void)
{
    struct seal_service *service = calloc(1, sizeof *service);
    if (!service)
        abort();
    return service;
}

void seal_service_free(struct seal_service *service)
{
    if (!service)
        return;
    for (size_t i = 0; i < service->count; i++)
        seal_keys_free(service->heard[i]);
    free(service);
}

void seal_service_learn(struct seal_service *service, const char *json)
{
    struct seal_keys *keys = seal_keys_read(json);
    if (!keys) {
        log_error("the keys for secrets at rest cannot be read");
        return;
    }
    if (service->count == TURNS_MAX || (service->keys && seal_keys_same(service->keys, keys))) {
        seal_keys_free(keys);
        return;
    }
    service->heard[service->count++] = keys;
    service->keys = keys;
}

const struct seal_keys *seal_keys_of(const struct services *services)
{
    struct seal_service *service = services_find(services, &seal_service_key);
    return service ? service->keys : NULL;
}
