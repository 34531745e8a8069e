/* What the files of this room share. Nobody outside includes it.
 *
 * Ownership: a pool owns its connections; a connection owns its prepared statements; a batch belongs to the caller's
 * arena and is linked into exactly one list: the pool's queue or one connection's list of batches in flight.
 */
#ifndef MAITRED_PG_INTERNAL_H
#define MAITRED_PG_INTERNAL_H

#include "pg/pg.h"

enum step_kind { STEP_DEALLOCATE, STEP_PREPARE, STEP_SESSION, STEP_STATEMENT };

/* One message pair that the server will answer, in order. */
struct step {
    enum step_kind kind;
    int index;                 /* of the statement */
    struct prepared *prepared; /* STEP_PREPARE, and the steps that use it */
};

enum batch_state { BATCH_NEW, BATCH_QUEUED, BATCH_SENT, BATCH_DONE };

/* How often a batch is sent at most (pool.c, worth_repeating). */
enum { TRIES_MAX = 3 };

struct pg_batch {
    struct pg_batch *prev, *next;
    struct pg_pool *pool;
    struct pg_conn *conn; /* while BATCH_SENT */
    struct arena *arena;
    enum batch_state state;

    bool has_session;
    struct pg_session session;
    const char *session_sql;
    const char *session_values[16];
    int session_value_count;

    struct pg_statement *statements;
    PGresult **results;
    int count, room;

    int streamed; /* index of the streamed statement, or -1 */
    pg_row_fn *row;
    bool paused, rows_delivered;

    struct step *steps;
    int step_count, step_at;

    struct error *error;
    int failed;
    int tries;
    bool timed_out;
    bool may_be_hit; /* by a cancel request that was meant for a neighbour: then it is sent again */

    uint64_t turn;                  /* its place in the queue: pool.c */
    int64_t queued_ms, deadline_ms; /* deadline 0: none */
    pg_then_fn *then;
    void *data;
    bool forgotten;
    void (*released)(void *data);
    void *released_data;
};

enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_READY };

struct prepared; /* conn.c */
struct cancel;
struct watch;

struct pg_conn {
    struct pg_pool *pool;
    int index;
    enum conn_state state;
    PGconn *pg;
    struct watch *watch;
    struct pg_batch *head, *tail; /* in flight, oldest first */
    int load;
    int visitors;          /* of the load */
    bool exclusive;        /* a streaming batch has it to itself */
    bool dirty;            /* something to flush before the loop sleeps */
    bool retiring;         /* old: gets no more work, is closed when it has none */
    struct cancel *cancel; /* a request to cancel, while it is on its way */
    int cancel_reach;      /* batches in flight that one may have hit which has arrived */
    int64_t opened_ms;
    struct prepared *prepared; /* uthash, least recently used first */
    unsigned next_name;
};

/* conn.c */
void conn_open(struct pg_conn *conn);
void conn_close(struct pg_conn *conn);
void conn_send(struct pg_conn *conn, struct pg_batch *batch);
void conn_flush(struct pg_conn *conn);
void conn_resume(struct pg_conn *conn);
void conn_cancel(struct pg_conn *conn);
void conn_drop(struct pg_conn *conn, const char *reason); /* breaks it off, as if the server had */

/* pool.c: what a connection tells its pool */
void pool_conn_ready(struct pg_conn *conn);
void pool_conn_lost(struct pg_conn *conn, const char *reason, bool was_ready);
void pool_batch_finished(struct pg_conn *conn, struct pg_batch *batch);
const struct pg_pool_options *pool_options(const struct pg_pool *pool);
uv_loop_t *pool_loop(const struct pg_pool *pool);

/* pool.c, for batch.c */
void pool_submit(struct pg_pool *pool, struct pg_batch *batch);
bool pool_withdraw(struct pg_pool *pool, struct pg_batch *batch); /* false: it is under way */

/* batch.c */
void batch_fail_sql(struct pg_batch *batch, const PGresult *result, int failed);
void batch_fail(struct pg_batch *batch, enum err err, const char *details);
void batch_reset(struct pg_batch *batch);
void batch_keep_result(struct pg_batch *batch, int index, PGresult *result);
void batch_finish(struct pg_batch *batch);
bool batch_is_safe_to_repeat(const struct pg_batch *batch);

#endif
