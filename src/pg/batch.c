/* Batches: what one request asks of the database. Sending and waiting are the pool's and the connection's business. */
#include "pg/internal.h"

#include "base/clock.h"
#include "base/epoch.h"
#include "base/str.h"

#include <assert.h>
#include <stdio.h>

enum { FIRST_ROOM = 4, PARAMS_MAX = 65535 /* of the protocol: libpq would give the connection up */ };

void pg_batch_release_results(struct pg_batch *b)
{
    for (int i = 0; i < b->count; i++)
        PQclear(b->results[i]);
    memset(b->results, 0, (size_t)b->room * sizeof(PGresult *));
}

static void release_results(void *batch)
{
    pg_batch_release_results(batch);
}

/* The first statement, with just those settings that the session names: few shapes, hence few prepared statements. The
 * role comes last: with it the rights to set the others may be gone. */
static void plan_session(struct pg_batch *b)
{
    const struct pg_session *s = &b->session;
    char timeout[16];
    snprintf(timeout, sizeof timeout, "%d", s->statement_timeout_ms);
    const struct {
        const char *name, *value;
    } settings[] = {
        {"search_path", s->search_path},
        {"statement_timeout", s->statement_timeout_ms ? arena_strdup(b->arena, timeout) : NULL},
        {"transaction_read_only", s->read_only ? "on" : NULL},
        {"timezone", s->timezone},
        {"request.jwt.claims", s->claims},
        {"request.method", s->method},
        {"request.path", s->path},
        {"request.headers", s->headers},
        {"request.cookies", s->cookies},
        {"request.id", s->request_id},
        {"request.ip", s->ip},
        {"role", s->role},
    };
    struct buf sql;
    buf_init(&sql, 4096);
    buf_text(&sql, "select ");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!settings[i].value)
            continue;
        b->session_values[b->session_value_count++] = settings[i].value;
        /* Not printf: it was a fifth of what a small request costs here. */
        buf_text(&sql, b->session_value_count > 1 ? ",set_config('" : "set_config('");
        buf_text(&sql, settings[i].name);
        buf_text(&sql, "',$");
        buf_int(&sql, b->session_value_count);
        buf_text(&sql, ",true)");
    }
    b->session_sql = b->session_value_count ? arena_strdup(b->arena, buf_cstr(&sql)) : NULL;
    buf_release(&sql);
}

struct pg_batch *pg_batch_new(struct pg_pool *pool, struct arena *arena, const struct pg_session *session)
{
    struct pg_batch *b = arena_zalloc(arena, sizeof *b);
    b->pool = pool;
    b->arena = arena;
    b->streamed = -1;
    b->failed = -1;
    b->room = FIRST_ROOM;
    b->statements = arena_array(arena, FIRST_ROOM, sizeof *b->statements);
    b->results = arena_array(arena, FIRST_ROOM, sizeof(PGresult *));
    arena_on_release(arena, release_results, b);
    if (session) {
        b->has_session = true;
        b->session = *session;
        plan_session(b);
    }
    return b;
}

int pg_batch_add(struct pg_batch *b, const struct pg_statement *statement)
{
    assert(b->state == BATCH_NEW);
    if (b->count == b->room) {
        struct pg_statement *statements = arena_array(b->arena, (size_t)b->room * 2, sizeof *statements);
        memcpy(statements, b->statements, (size_t)b->count * sizeof *statements);
        b->statements = statements;
        b->results = arena_array(b->arena, (size_t)b->room * 2, sizeof(PGresult *));
        b->room *= 2;
    }
    if (statement->param_count > PARAMS_MAX)
        batch_fail(b, ERR_BAD_QUERY, "It holds more than 65535 values.");
    b->statements[b->count] = *statement;
    return b->count++;
}

void pg_batch_stream(struct pg_batch *b, int index, pg_row_fn *row)
{
    assert(b->state == BATCH_NEW && index >= 0 && index < b->count);
    b->streamed = index;
    b->row = row;
}

void pg_batch_resume(struct pg_batch *b)
{
    if (b->state != BATCH_SENT || !b->paused)
        return;
    b->paused = false;
    conn_resume(b->conn);
}

void pg_batch_submit(struct pg_batch *b, int timeout_ms, pg_then_fn *then, void *data)
{
    assert(b->state == BATCH_NEW && b->count > 0);
    b->then = then;
    b->data = data;
    b->queued_ms = clock_monotonic_ms();
    b->deadline_ms = timeout_ms ? b->queued_ms + timeout_ms : 0;
    pool_submit(b->pool, b);
}

void pg_batch_forget(struct pg_batch *b, void (*released)(void *data), void *data)
{
    b->forgotten = true;
    b->then = NULL;
    b->released = released;
    b->released_data = data;
    if (b->state == BATCH_NEW || b->state == BATCH_DONE || pool_withdraw(b->pool, b)) {
        b->state = BATCH_DONE;
        if (released)
            released(data);
        return;
    }
    if (b->session.read_only && b->conn->head == b)
        conn_cancel(b->conn);
    if (b->paused)
        pg_batch_resume(b); /* nobody takes the rows any more: let them run through. The batch may be gone after this */
}

const struct error *pg_batch_error(const struct pg_batch *b)
{
    return b->error;
}

int pg_batch_failed_statement(const struct pg_batch *b)
{
    return b->failed;
}

const PGresult *pg_batch_result(const struct pg_batch *b, int index)
{
    assert(index >= 0 && index < b->count);
    return b->error ? NULL : b->results[index];
}

const char *pg_value(const PGresult *result, int row, int column)
{
    if (!result || row >= PQntuples(result) || column >= PQnfields(result) || PQgetisnull(result, row, column))
        return NULL;
    return PQgetvalue(result, row, column);
}

/* --- for the connection ------------------------------------------------------------------------------------------- */

void batch_keep_result(struct pg_batch *b, int index, PGresult *result)
{
    PQclear(b->results[index]);
    b->results[index] = result;
}

static const char *field(struct pg_batch *b, const PGresult *result, int which)
{
    const char *text = PQresultErrorField(result, which);
    return text ? arena_strdup(b->arena, text) : NULL;
}

void batch_fail_sql(struct pg_batch *b, const PGresult *result, int failed)
{
    if (b->error)
        return; /* the first error is the reason, the rest follows from it */
    struct error *e = arena_zalloc(b->arena, sizeof *e);
    const char *state = field(b, result, PG_DIAG_SQLSTATE);
    if (!state) { /* libpq's own complaint: the connection is gone */
        *e = error_of(ERR_DB_INTERNAL);
    } else {
        *e = error_of(ERR_SQL);
        e->code = state;
        e->status = error_status_of_sqlstate(state, b->session.role && text_eq(b->session.role, "anon"));
        e->message = field(b, result, PG_DIAG_MESSAGE_PRIMARY);
        e->details = field(b, result, PG_DIAG_MESSAGE_DETAIL);
        e->hint = field(b, result, PG_DIAG_MESSAGE_HINT);
        if (!e->message)
            e->message = "";
        if (e->hint && !*e->hint)
            e->hint = NULL;
    }
    b->error = e;
    b->failed = failed;
}

void batch_fail(struct pg_batch *b, enum err err, const char *details)
{
    if (b->error)
        return;
    struct error *e = arena_zalloc(b->arena, sizeof *e);
    *e = error_of(err);
    e->details = details ? arena_strdup(b->arena, details) : NULL;
    b->error = e;
}

/* Back to how it was when submitted, to be sent once more. */
void batch_reset(struct pg_batch *b)
{
    b->error = NULL;
    b->failed = -1;
    b->step_at = 0;
    b->step_count = 0;
    b->conn = NULL;
    pg_batch_release_results(b);
}

/* What never reached its Sync may be repeated when it only reads and nobody has seen a row of it yet. */
bool batch_is_safe_to_repeat(const struct pg_batch *b)
{
    return b->session.read_only && !b->rows_delivered && b->tries < 2 && !b->forgotten && !b->timed_out;
}

/* Whether the tenant's tables may be others now. When the connection was lost on the way, nobody knows. */
static bool may_have_written(const struct pg_batch *b)
{
    return b->has_session && !b->session.read_only && b->session.affinity && (!b->error || b->error->err != ERR_SQL);
}

void batch_finish(struct pg_batch *b)
{
    b->state = BATCH_DONE;
    b->conn = NULL;
    if (may_have_written(b))
        epoch_end(b->session.affinity); /* before anybody hears that it is done */
    if (b->forgotten) {
        if (b->released)
            b->released(b->released_data);
    } else {
        const struct suspect *before = suspect_enter(b->session.suspect);
        b->then(b, b->data);
        (void)suspect_enter(before);
    }
}
