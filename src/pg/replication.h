/* A session that streams a logical slot (PostgreSQL 15, "Streaming Replication Protocol"), without waiting, kept alive.
 *
 *   AWAY ──timer──▶ CONNECTING ──▶ ASKING ──replication_start──▶ STREAMING
 *    ▲                  │            │ ▲ replication_query            │
 *    └──────lose────────┴────────────┴─┴──────────────────────────────┘
 *
 * What the slot is called, whether it is there and where to begin is the caller's business: it is told that a session
 * is open, asks what it needs, and starts. Every loss is told, then a new session follows by itself, with back-off.
 * Texts come as the REST dialect's sessions write them, in UTC.
 */
#ifndef MAITRED_PG_REPLICATION_H
#define MAITRED_PG_REPLICATION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct replication;

/* All from the loop. None of them may free the replication. */
struct replication_events {
    /* A session is open: ask or start. */
    void (*connected)(void *data);
    /* To replication_query: ask again or start. Statements that fail end the session instead. */
    void (*answered)(void *data, const PGresult *result);
    void (*streaming)(void *data);
    /* One message of the plugin; valid during the call. */
    void (*message)(void *data, const void *bytes, size_t length);
    /* The server has sent everything that ends at or before wal_end, if it is not amid a transaction. */
    void (*keepalive)(void *data, uint64_t wal_end);
    /* The session ended. sqlstate is "" when the server did not say. */
    void (*lost)(void *data, const char *reason, const char *sqlstate);
    void *data;
};

/* `conninfo` is copied; its role needs the attribute REPLICATION. Callbacks begin with the next turn of the loop. */
struct replication *replication_new(uv_loop_t *loop, const char *conninfo, const struct replication_events *events);

/* No callback comes any more; the handles go at the next turns of the loop. */
void replication_free(struct replication *replication);

/* A statement or a replication command; answered with its last result. */
void replication_query(struct replication *replication, const char *sql);

/* lsn 0: from where the slot stands. */
void replication_start(struct replication *replication, const char *slot, uint64_t lsn, const char *publication);

/* Ends the session, tells `lost` with this reason, and comes back after `wait_ms` (0: the usual back-off). */
void replication_break(struct replication *replication, const char *reason, uint64_t wait_ms);

/* Up to where was read, and up to where the slot may forget. Sent with the next status; the server hears one every few
 * seconds, and at once when it asks. `confirmed` never goes back. */
void replication_confirm(struct replication *replication, uint64_t read, uint64_t confirmed);

/* Asks the server to say how far it is. */
void replication_ask(struct replication *replication);

#endif
