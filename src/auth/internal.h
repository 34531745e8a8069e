/* The service's own state: for the files of this room only. */
#ifndef MAITRED_AUTH_INTERNAL_H
#define MAITRED_AUTH_INTERNAL_H

#include "ask/thread.h"
#include "auth/auth.h"
#include "auth/keyring.h"
#include "auth/token_cache.h"

#include <stdbool.h>

enum {
    POLL_MS = 5000,           /* how soon a worker hears of a revoked session */
    POLL_OVERLAP_S = 60,      /* rows of transactions that took this long to commit are still seen */
    TOKENS_CACHED_MAX = 4096, /* about 1 KB each */
    WORK_MAX = 64,            /* passwords and providers waiting for, or on, the thread pool */
    AUTH_TIMEOUT_MS = 8000,
};

struct foreign_issuer;

struct auth_service {
    const struct services *services;
    uv_timer_t timer;
    struct keyring *ring;
    struct token_cache *cache;
    struct foreign_issuer *issuer; /* of a database that maitred did not make, or NULL */
    struct arena *poll_arena;      /* of the poll under way, or NULL */
    struct pg_batch *poll_batch;
    int64_t polled_until_s; /* the database's clock at the last poll; 0: never */
    bool poll_failed;       /* logged once, until it works again */
    bool poll_again;        /* asked for while one was under way */
    bool closing;
    struct thread_limit work; /* passwords being hashed, providers being asked */
    struct auth_stats stats;
};

struct auth_service *auth_service_of(const struct http_req *req);

/* Asks the database now, unless that was done within the last second: a token named a key nobody here knows. */
void auth_service_poll_soon(struct auth_service *service);

#endif
