#include "auth/keyring.h"

#include "base/encode.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct held_key {
    struct signing_key shown;
    int64_t said_due_s;
    struct jwt_key *key;
    char kid[UUID_TEXT_BYTES];
    char tenant[UUID_TEXT_BYTES];
    UT_hash_handle hh;
};

enum { DUE_AFTER_S = 86400, DUE_AGAIN_AFTER_S = 3600 };

struct revoked {
    char session_id[UUID_TEXT_BYTES];
    int64_t until_s;
    UT_hash_handle hh;
};

/* The in_use key of each tenant, found without a walk over all keys. */
struct current {
    char tenant[UUID_TEXT_BYTES];
    struct held_key *held;
    UT_hash_handle hh;
};

struct keyring {
    struct held_key *keys;
    struct current *currents;
    struct revoked *revoked;
};

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

struct keyring *keyring_new(void)
{
    return must(calloc(1, sizeof(struct keyring)));
}

static void drop_current(struct keyring *ring, const struct held_key *held)
{
    struct current *current;
    HASH_FIND_STR(ring->currents, held->tenant, current);
    if (!current || current->held != held)
        return;
    HASH_DEL(ring->currents, current);
    free(current);
}

static void drop_key(struct keyring *ring, struct held_key *held)
{
    drop_current(ring, held);
    HASH_DEL(ring->keys, held);
    jwt_key_free(held->key);
    free(held);
}

void keyring_drop_keys(struct keyring *ring)
{
    struct held_key *held;
    struct held_key *next_held;
    HASH_ITER (hh, ring->keys, held, next_held)
        drop_key(ring, held);
}

size_t keyring_count(const struct keyring *ring)
{
    return HASH_COUNT(ring->keys);
}

void keyring_free(struct keyring *ring)
{
    if (!ring)
        return;
    keyring_drop_keys(ring);
    struct revoked *gone;
    struct revoked *next_gone;
    HASH_ITER (hh, ring->revoked, gone, next_gone) {
        HASH_DEL(ring->revoked, gone); /* NOLINT(clang-analyzer-unix.Malloc): the table goes with its last entry */
        free(gone);
    }
    free(ring);
}

void keyring_put_key(struct keyring *ring, const char *kid, const char *tenant, enum key_status status, int64_t since_s,
                     struct jwt_key *key)
{
    struct held_key *held;
    HASH_FIND_STR(ring->keys, kid, held);
    if (held)
        drop_key(ring, held);
    if (status == KEY_REVOKED || strlen(kid) >= sizeof held->kid || strlen(tenant) >= sizeof held->tenant) {
        jwt_key_free(key);
        return;
    }
    held = must(calloc(1, sizeof *held));
    memcpy(held->kid, kid, strlen(kid) + 1);
    memcpy(held->tenant, tenant, strlen(tenant) + 1);
    held->key = key;
    held->shown = (struct signing_key){
        .kid = held->kid, .tenant = held->tenant, .status = status, .since_s = since_s, .key = key};
    HASH_ADD_STR(ring->keys, kid, held);
    if (status != KEY_IN_USE)
        return;
    struct current *current;
    HASH_FIND_STR(ring->currents, tenant, current);
    if (!current) {
        current = must(calloc(1, sizeof *current));
        memcpy(current->tenant, tenant, strlen(tenant) + 1);
        HASH_ADD_STR(ring->currents, tenant, current);
    }
    current->held = held;
}

const struct signing_key *keyring_key(const struct keyring *ring, const char *tenant, const char *kid)
{
    struct held_key *held;
    HASH_FIND_STR(ring->keys, kid, held);
    return held && text_eq(held->tenant, tenant) ? &held->shown : NULL;
}

const struct signing_key *keyring_in_use(const struct keyring *ring, const char *tenant)
{
    struct current *current;
    HASH_FIND_STR(ring->currents, tenant, current);
    return current ? &current->held->shown : NULL;
}

const char *keyring_due(struct keyring *ring, int64_t now_s)
{
    struct current *current;
    struct current *next;
    HASH_ITER (hh, ring->currents, current, next) {
        struct held_key *held = current->held;
        if (now_s - held->shown.since_s <= DUE_AFTER_S || now_s - held->said_due_s <= DUE_AGAIN_AFTER_S)
            continue;
        held->said_due_s = now_s;
        return held->tenant;
    }
    return NULL;
}

char *keyring_jwks(const struct keyring *ring, const char *tenant, struct arena *arena)
{
    const char *list = "";
    struct held_key *held;
    struct held_key *next;
    HASH_ITER (hh, ring->keys, held, next) {
        if (!text_eq(held->tenant, tenant))
            continue;
        list = arena_printf(arena, "%s%s%s", list, *list ? "," : "", jwt_key_jwk(arena, held->key, held->kid, false));
    }
    return arena_printf(arena, "{\"keys\":[%s]}", list);
}

void keyring_revoke_session(struct keyring *ring, const char *session_id, int64_t until_s)
{
    struct revoked *gone;
    if (strlen(session_id) >= sizeof gone->session_id)
        return;
    HASH_FIND_STR(ring->revoked, session_id, gone);
    if (!gone) {
        gone = must(calloc(1, sizeof *gone));
        memcpy(gone->session_id, session_id, strlen(session_id) + 1);
        HASH_ADD_STR(ring->revoked, session_id, gone);
    }
    if (gone->until_s < until_s)
        gone->until_s = until_s;
}

bool keyring_session_revoked(const struct keyring *ring, const char *session_id)
{
    struct revoked *gone;
    HASH_FIND_STR(ring->revoked, session_id, gone);
    return gone != NULL;
}

void keyring_forget(struct keyring *ring, int64_t now_s)
{
    struct revoked *gone;
    struct revoked *next;
    HASH_ITER (hh, ring->revoked, gone, next) {
        if (gone->until_s >= now_s)
            continue;
        HASH_DEL(ring->revoked, gone); /* NOLINT(clang-analyzer-unix.Malloc): as above */
        free(gone);
    }
}
