/* PostgreSQL from an event loop: pools of pipelined connections, and batches that run on them.
 *
 * A batch is one request's work: a first statement that sets role, claims and search_path, then the planned statements,
 * then one Sync. Between two Syncs everything is one implicit transaction: an error undoes exactly this batch, and a
 * deferred constraint may fail after the last statement succeeded. Hence `then` runs only after the Sync has come back.
 *
 *     struct pg_batch *b = pg_batch_new(pool, arena, &session);
 *     pg_batch_add(b, &(struct pg_statement){.sql = "select …", .param_count = 1, .values = values, .prepare = true});
 *     pg_batch_submit(b, timeout_ms, answer, ctx);
 *
 * Everything here runs on the thread of the loop that the pool was made for. Batches live in the arena they were made
 * in; freeing that arena early is forbidden while the batch is under way (see pg_batch_forget).
 */
#ifndef MAITRED_PG_PG_H
#define MAITRED_PG_PG_H

#include "base/arena.h"
#include "base/error.h"
#include "base/metric.h"
#include "base/suspect.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct pg_pool;
struct pg_batch;

struct pg_pool_options {
    const char *name;     /* for metrics and application_name; copied */
    const char *conninfo; /* copied */
    int connections;      /* opened when first needed */
    int depth;            /* batches in flight on one connection */
    int queue_max;        /* batches waiting for a connection; beyond it pg_batch_submit fails with ERR_BUSY */
    int queue_timeout_ms; /* longest wait in that queue */
    int connection_age_s; /* a connection is closed after this time, when idle */
    int prepared_max;     /* prepared statements kept a connection, least recently used go */
    int visitor_share;    /* visitors' batches go to so many of the connections only; 0: all */
    int tenant_spread;    /* a tenant keeps to this many connections when they have room; 0: all */
};

/* Opens nothing yet. Pair: pg_pool_free, after which no callback comes any more (waiting batches fail first). */
struct pg_pool *pg_pool_new(uv_loop_t *loop, const struct pg_pool_options *options);
void pg_pool_free(struct pg_pool *pool);

struct pg_pool_stats {
    int open, busy, waiting;                    /* connections, connections with work, batches in the queue */
    uint64_t batches, failed, retried, refused; /* refused: the queue was full or the wait too long */
    uint64_t reconnects;
    bool reachable; /* whether the last attempt to connect succeeded */
};
struct pg_pool_stats pg_pool_stats(const struct pg_pool *pool);
extern const struct metric pg_pool_metrics[];

/* What the first statement of a batch sets, for this transaction only. NULL (0, false) leaves a setting out. */
struct pg_session {
    const char *role;
    const char *search_path;
    const char *claims; /* request.jwt.claims */
    const char *timezone;
    bool read_only;
    int statement_timeout_ms;
    const char *method, *path, *headers, *cookies; /* request.method … as PostgREST names them; JSON texts */
    const char *request_id, *ip;                   /* request.id, request.ip: for the audit trail */
    const struct suspect *suspect;                 /* whose work the answer is, or NULL; lives as long as the batch */
    bool visitor;                                  /* of somebody who has not signed in: others go before */
    uint64_t affinity;                             /* hash of the tenant: which connections are preferred; 0: any */
};

struct pg_statement {
    const char *sql;           /* must live as long as the batch */
    int param_count;           /* NULL values are SQL null; texts unless formats says otherwise */
    const char *const *values; /* must live as long as the batch */
    const Oid *types;          /* NULL: the server decides */
    const int *lengths;        /* only for binary parameters */
    const int *formats;        /* NULL: all text */
    bool prepare;              /* keep it prepared on the connection, by its text */
};

/* A batch in `arena`. session may be NULL: no first statement (the daemon's own queries). */
struct pg_batch *pg_batch_new(struct pg_pool *pool, struct arena *arena, const struct pg_session *session);

/* Adds a statement; returns its index, counted from 0 without the first statement. */
int pg_batch_add(struct pg_batch *batch, const struct pg_statement *statement);

/* Gives rows of one statement to `row` while they arrive, instead of keeping them: an answer of any size in flat
 * memory. `row` gets a PGresult with one row (not to be kept or cleared) and returns false to stop reading for now;
 * call pg_batch_resume then. Such a batch has the connection to itself and is not retried. */
typedef bool pg_row_fn(struct pg_batch *batch, const PGresult *row, void *data);
void pg_batch_stream(struct pg_batch *batch, int index, pg_row_fn *row);
void pg_batch_resume(struct pg_batch *batch);

/* Called once, from the loop, after Sync or when the batch failed. */
typedef void pg_then_fn(struct pg_batch *batch, void *data);

/* Queues the batch. Returns immediately; `then` is always called later, never from inside this function. timeout_ms
 * bounds queue and run together (the statement is cancelled at the server); 0: the queue's own bound only. */
void pg_batch_submit(struct pg_batch *batch, int timeout_ms, pg_then_fn *then, void *data);

/* The client has left: `then` will not be called. The batch, and hence its arena, must stay until `released` is called
 * (at once when nothing was under way, else after its Sync). A running statement is cancelled when it is a read. */
void pg_batch_forget(struct pg_batch *batch, void (*released)(void *data), void *data);

/* After `then`: NULL when everything went well. code is an SQLSTATE when the database refused. Lives in the arena. */
const struct error *pg_batch_error(const struct pg_batch *batch);

/* Which statement failed (-1: the first one that sets the session, or none). */
int pg_batch_failed_statement(const struct pg_batch *batch);

/* The result of a statement (PGRES_TUPLES_OK or PGRES_COMMAND_OK). Valid as long as the arena. Streamed statements give
 * their last, empty result. NULL when the batch failed. */
const PGresult *pg_batch_result(const struct pg_batch *batch, int index);

/* The answer was made of them: lets go of the results, which may be large, before the arena goes. */
void pg_batch_release_results(struct pg_batch *batch);

/* The one value of the first row and column as text, or NULL. */
const char *pg_value(const PGresult *result, int row, int column);

#endif
