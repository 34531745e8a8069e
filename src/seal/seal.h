/* Secrets of tenants at rest: what they tell us of other systems, and what we keep for their people's sign-in.
 *
 *     v2.<key>.<base64url of IV, ciphertext, tag>
 *
 * A256CBC-HS512 (RFC 7518, 5.2): an AEAD that PostgreSQL can do, too, for owners store secrets by functions of SQL
 * (app.seal_secret). Opening is done here alone. The place is what the text is bound to: moved to another tenant,
 * column or row it does not open. Keys stand in maitred.secrets; the newest seals, all of them open.
 *
 * To keep one more secret: a text column, a row in app.sealed_columns() (db/app/core/seal.sql), app.seal_secret where
 * it is stored, seal_open where it is needed.
 */
#ifndef MAITRED_SEAL_SEAL_H
#define MAITRED_SEAL_SEAL_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/services.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct seal_keys;

struct seal_place {
    const char *tenant; /* its schema */
    const char *column; /* "table.column" */
    const char *row;    /* its key, as text */
};

/* Keys as app.seal_keys() tells them; NULL: they cannot be read. Pair: seal_keys_free. */
struct seal_keys *seal_keys_read(const char *json) MUST_CHECK;
void seal_keys_free(struct seal_keys *keys);

/* In the arena. NULL while `keys` is NULL. */
char *seal_close(const struct seal_keys *keys, struct arena *arena, const struct seal_place *place, struct str secret);

/* In the arena, terminated. NULL: no keys, no text, or nothing that was sealed here for this place. What the daemon
 * sealed before there were places ("v1:") opens at any. */
char *seal_open(const struct seal_keys *keys, struct arena *arena, const struct seal_place *place, const char *sealed);

/* Whether the newest key sealed it. */
bool seal_is_newest(const struct seal_keys *keys, const char *sealed);

/* Whether both hold the same keys and seal with the same one. */
bool seal_keys_same(const struct seal_keys *a, const struct seal_keys *b);

/* The keys by a connection of the owner; they go with the arena. */
enum err seal_keys_load(struct arena *arena, PGconn *conn, const struct seal_keys **keys, struct error *out) MUST_CHECK;

/* A web worker's keys, which its sign-in service reads again with each of its polls (auth/service.c): a key seals only
 * when every worker has had the time to hear of it. */
extern const struct service_key seal_service_key;
struct seal_service *seal_service_new(void);
void seal_service_free(struct seal_service *service);
void seal_service_learn(struct seal_service *service, const char *json);

/* NULL: not heard of yet. They live as long as the service, for threads of the pool, too. */
const struct seal_keys *seal_keys_of(const struct services *services);

#endif
