/* What a worker must know to judge a token without asking the database: the tenants' asymmetric keys, and sessions that
 * ended before their tokens do. Both are fed by the service's poll; a worker learns of a change within seconds. */
#ifndef MAITRED_AUTH_KEYRING_H
#define MAITRED_AUTH_KEYRING_H

#include "base/arena.h"
#include "base/jwt.h"

#include <stdbool.h>
#include <stdint.h>

struct keyring;

enum key_status { KEY_STANDBY, KEY_IN_USE, KEY_PREVIOUS, KEY_REVOKED };

struct signing_key {
    const char *kid;    /* uuid */
    const char *tenant; /* its tenant's id: another tenant may get the schema's name later */
    enum key_status status;
    int64_t since_s;           /* in this status */
    const struct jwt_key *key; /* with its private part while it is in use */
};

struct keyring *keyring_new(void);
void keyring_free(struct keyring *ring);

/* Adds or replaces a key; takes `key`. A revoked key is removed. */
void keyring_put_key(struct keyring *ring, const char *kid, const char *tenant, enum key_status status, int64_t since_s,
                     struct jwt_key *key);

/* The key of this tenant that a token names, or NULL. Valid until the loop turns. */
const struct signing_key *keyring_key(const struct keyring *ring, const char *tenant, const char *kid);

/* The key that signs the tenant's tokens, or NULL: HS256. */
const struct signing_key *keyring_in_use(const struct keyring *ring, const char *tenant);

/* The id of a tenant whose key has signed for more than a day and of whom that was not said within the last hour:
 * the database may want a successor. NULL when there is none. */
const char *keyring_due(struct keyring *ring, int64_t now_s);

/* The public keys of a tenant as a JWK set. */
char *keyring_jwks(const struct keyring *ring, const char *tenant, struct arena *arena);

/* How many keys there are; and away with all of them, to be read anew. */
size_t keyring_count(const struct keyring *ring);
void keyring_drop_keys(struct keyring *ring);

/* A session whose tokens are worth nothing any more, remembered until the last of them has expired. */
void keyring_revoke_session(struct keyring *ring, const char *session_id, int64_t until_s);
bool keyring_session_revoked(const struct keyring *ring, const char *session_id);

/* Drops what no token can name any more. */
void keyring_forget(struct keyring *ring, int64_t now_s);

#endif
