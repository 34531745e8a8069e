/* One connection: a state machine over libpq in pipeline mode.
 *
 *   CLOSED ──conn_open──▶ CONNECTING ──connected──▶ READY ──conn_close / lost──▶ CLOSED
 *                              └──────────failed─────────────────────────────────▲
 *
 * While READY the list head…tail holds the batches in flight, in the order of their Syncs. Each batch is a row of steps
 * (prepare, session, statement …); the server answers them in that order, `step_at` says which answer is next.
 */
#include "pg/internal.h"

#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

enum { NAME_BYTES = 16 };

struct prepared {
    UT_hash_handle hh;
    char name[NAME_BYTES];
    int in_use;   /* steps in flight that name it */
    bool broken;  /* the server does not have it */
    bool evicted; /* out of the hash; the step that deallocates it frees it */
    size_t key_length;
    char key[]; /* role, search_path and text: a plan depends on all three */
};

/* A cancel request on the thread pool; it may outlive its connection. */
struct cancel {
    uv_work_t work;
    PGcancel *cancel;
    struct pg_conn *conn; /* NULL: closed meanwhile */
};

/* The poll handle outlives the connection until libuv has closed it. */
struct watch {
    uv_poll_t poll;
    struct pg_conn *conn;
};

static void on_event(uv_poll_t *poll, int status, int events);
static void lose(struct pg_conn *conn, const char *reason);

static void *xcalloc(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

/* --- watching the socket ------------------------------------------------------------------------------------------ */

static void watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void watch_stop(struct pg_conn *conn)
{
    if (!conn->watch)
        return;
    conn->watch->conn = NULL;
    uv_poll_stop(&conn->watch->poll);
    uv_close((uv_handle_t *)&conn->watch->poll, watch_closed);
    conn->watch = NULL;
}

static bool watch_start(struct pg_conn *conn, int events)
{
    int fd = PQsocket(conn->pg);
    if (fd < 0)
        return false;
    struct watch *w = xcalloc(sizeof *w);
    w->conn = conn;
    if (uv_poll_init(pool_loop(conn->pool), &w->poll, fd)) {
        free(w);
        return false;
    }
    w->poll.data = w;
    conn->watch = w;
    uv_poll_start(&w->poll, events, on_event);
    return true;
}

/* --- prepared statements ------------------------------------------------------------------------------------------ */

static void forget_prepared(struct pg_conn *conn, struct prepared *p)
{
    HASH_DEL(conn->prepared, p);
    free(p);
}

static struct prepared *find_prepared(struct pg_conn *conn, const char *key, size_t length)
{
    struct prepared *p = NULL;
    unsigned hash;
    HASH_VALUE(key, length, hash);
    HASH_FIND_BYHASHVALUE(hh, conn->prepared, key, length, hash, p);
    if (!p || p->broken)
        return NULL;
    /* To the end of the hash's list: what stands first was used longest ago. */
    HASH_DEL(conn->prepared, p);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, conn->prepared, p->key, p->key_length, hash, p);
    return p;
}

static struct prepared *add_prepared(struct pg_conn *conn, const char *key, size_t length)
{
    struct prepared *old = NULL;
    HASH_FIND(hh, conn->prepared, key, length, old);
    if (old) { /* broken and still named by steps in flight: out of the hash now, freed by its last step */
        HASH_DEL(conn->prepared, old);
        old->key_length = 0;
    }
    struct prepared *p = xcalloc(sizeof *p + (length < NAME_BYTES ? NAME_BYTES : length));
    memcpy(p->key, key, length);
    p->key_length = length;
    snprintf(p->name, sizeof p->name, "p%x", conn->next_name++);
    HASH_ADD_KEYPTR(hh, conn->prepared, p->key, p->key_length, p);
    return p;
}

static void release_prepared(struct pg_conn *conn, struct prepared *p)
{
    if (!p || --p->in_use > 0)
        return;
    if (p->key_length == 0 || p->evicted)
        free(p);
    else if (p->broken)
        forget_prepared(conn, p);
}

/* The server has it, but nobody may use it again: it waits under its name, which is no key, for its eviction. */
static void orphan(struct pg_conn *conn, struct prepared *p)
{
    if (!p->evicted && p->key_length)
        HASH_DEL(conn->prepared, p);
    p->evicted = p->broken = false;
    p->key_length = strlen(p->name);
    memcpy(p->key, p->name, p->key_length);
    HASH_ADD_KEYPTR(hh, conn->prepared, p->key, p->key_length, p);
}

/* The one to give up for a new one, or NULL while there is room. */
static struct prepared *to_evict(struct pg_conn *conn)
{
    if ((int)HASH_COUNT(conn->prepared) < pool_options(conn->pool)->prepared_max)
        return NULL;
    struct prepared *p;
    struct prepared *next;
    HASH_ITER (hh, conn->prepared, p, next)
        if (!p->in_use)
            return p;
    return NULL;
}

/* --- opening and closing ------------------------------------------------------------------------------------------ */

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

void conn_open(struct pg_conn *conn)
{
    assert(conn->state == CONN_CLOSED);
    conn->state = CONN_CONNECTING;
    conn->opened_ms = clock_monotonic_ms();
    conn->pg = PQconnectStart(pool_options(conn->pool)->conninfo);
    if (!conn->pg || PQstatus(conn->pg) == CONNECTION_BAD || !watch_start(conn, UV_WRITABLE))
        lose(conn, conn->pg ? PQerrorMessage(conn->pg) : "out of memory");
}

void conn_close(struct pg_conn *conn)
{
    watch_stop(conn);
    if (conn->pg)
        PQfinish(conn->pg);
    conn->pg = NULL;
    struct prepared *p;
    struct prepared *next;
    HASH_ITER (hh, conn->prepared, p, next)
        forget_prepared(conn, p);
    conn->state = CONN_CLOSED;
    if (conn->cancel)
        conn->cancel->conn = NULL;
    conn->cancel = NULL;
    conn->cancel_reach = 0;
    conn->exclusive = conn->dirty = conn->retiring = false;
}

/* The connection is gone; what was in flight goes back to the pool, which decides batch by batch. */
static void lose(struct pg_conn *conn, const char *reason)
{
    char text[512];
    bool was_ready = conn->state == CONN_READY;
    snprintf(text, sizeof text, "%s", reason ? reason : "");
    for (struct pg_batch *b = conn->head; b; b = b->next) {
        for (int i = b->step_at; i < b->step_count; i++)
            release_prepared(conn, b->steps[i].prepared);
        b->step_at = b->step_count;
    }
    conn_close(conn);
    pool_conn_lost(conn, text, was_ready);
}

void conn_drop(struct pg_conn *conn, const char *reason)
{
    lose(conn, reason);
}

static void connected(struct pg_conn *conn)
{
    PQsetNoticeReceiver(conn->pg, ignore_notice, NULL);
    if (PQsetnonblocking(conn->pg, 1) || !PQenterPipelineMode(conn->pg)) {
        lose(conn, PQerrorMessage(conn->pg));
        return;
    }
    conn->state = CONN_READY;
    watch_stop(conn);
    if (!watch_start(conn, UV_READABLE)) {
        lose(conn, "the socket cannot be watched");
        return;
    }
    pool_conn_ready(conn);
}

static void go_on_connecting(struct pg_conn *conn)
{
    PostgresPollingStatusType next = PQconnectPoll(conn->pg);
    switch (next) {
    case PGRES_POLLING_OK:
        connected(conn);
        break;
    case PGRES_POLLING_READING:
    case PGRES_POLLING_WRITING:
        /* libpq may have gone on to another host, hence another socket. */
        watch_stop(conn);
        if (!watch_start(conn, next == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE))
            lose(conn, "the socket cannot be watched");
        break;
    default:
        lose(conn, PQerrorMessage(conn->pg));
    }
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static void add_step(struct pg_batch *b, enum step_kind kind, int index, struct prepared *prepared)
{
    b->steps[b->step_count++] = (struct step){.kind = kind, .index = index, .prepared = prepared};
    if (prepared)
        prepared->in_use++;
}

static const char *key_of(struct pg_batch *b, const char *sql, size_t *length)
{
    const char *role = b->session.role ? b->session.role : "";
    const char *path = b->session.search_path ? b->session.search_path : "";
    size_t r = strlen(role) + 1;
    size_t p = strlen(path) + 1;
    size_t s = strlen(sql);
    char *key = arena_alloc(b->arena, r + p + s);
    memcpy(key, role, r);
    memcpy(key + r, path, p);
    memcpy(key + r + p, sql, s);
    *length = r + p + s;
    return key;
}

/* Sends one statement, prepared by its text where asked. `kind` is STEP_SESSION or STEP_STATEMENT. */
static bool send_one(struct pg_conn *conn, struct pg_batch *b, enum step_kind kind, int index, const char *key,
                     size_t key_length, const struct pg_statement *st)
{
    if (!key) {
        add_step(b, kind, index, NULL);
        return PQsendQueryParams(conn->pg, st->sql, st->param_count, st->types, st->values, st->lengths, st->formats,
                                 0);
    }
    struct prepared *p = find_prepared(conn, key, key_length);
    if (!p) {
        struct prepared *old = to_evict(conn);
        if (old) {
            char sql[40];
            snprintf(sql, sizeof sql, "deallocate %s", old->name);
            HASH_DEL(conn->prepared, old);
            old->evicted = true;
            add_step(b, STEP_DEALLOCATE, index, old);
            if (!PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0))
                return false;
        }
        p = add_prepared(conn, key, key_length);
        add_step(b, STEP_PREPARE, index, p);
        if (!PQsendPrepare(conn->pg, p->name, st->sql, st->param_count, st->types))
            return false;
    }
    add_step(b, kind, index, p);
    return PQsendQueryPrepared(conn->pg, p->name, st->param_count, st->values, st->lengths, st->formats, 0);
}

void conn_send(struct pg_conn *conn, struct pg_batch *b)
{
    assert(conn->state == CONN_READY && !conn->exclusive);
    b->state = BATCH_SENT;
    b->conn = conn;
    b->tries++;
    b->steps = arena_array(b->arena, (size_t)(b->count + 1) * 3, sizeof *b->steps);
    b->step_count = b->step_at = 0;
    conn->exclusive = b->streamed >= 0;

    b->prev = conn->tail;
    b->next = NULL;
    if (conn->tail)
        conn->tail->next = b;
    else
        conn->head = b;
    conn->tail = b;
    conn->load++;
    conn->visitors += b->session.visitor;

    bool ok = true;
    size_t length = 0;
    /* What a batch before it prepared is gone when that batch fails. The last try relies on nobody: everything goes as
     * text. */
    const bool by_text = b->tries >= TRIES_MAX;
    if (b->session_sql) {
        const struct pg_statement session = {
            .sql = b->session_sql, .param_count = b->session_value_count, .values = b->session_values};
        ok = send_one(conn, b, STEP_SESSION, -1, by_text ? NULL : b->session_sql, strlen(b->session_sql), &session);
    }
    for (int i = 0; ok && i < b->count; i++) {
        const struct pg_statement *st = &b->statements[i];
        const char *key = st->prepare && !by_text ? key_of(b, st->sql, &length) : NULL;
        ok = send_one(conn, b, STEP_STATEMENT, i, key, length, st);
        if (ok && b->streamed == i && b->step_count == 1)
            PQsetSingleRowMode(conn->pg);
    }
    if (!ok || !PQpipelineSync(conn->pg)) {
        lose(conn, PQerrorMessage(conn->pg));
        return;
    }
    conn->dirty = true; /* flushed once before the loop sleeps, with everything else that this turn sends */
}

/* libpq asks for writability while its buffer is not empty. */
static void watch_for(struct pg_conn *conn, bool writable)
{
    bool readable = !(conn->head && conn->head->paused);
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (events)
        uv_poll_start(&conn->watch->poll, events, on_event);
    else
        uv_poll_stop(&conn->watch->poll);
}

void conn_flush(struct pg_conn *conn)
{
    conn->dirty = false;
    if (conn->state != CONN_READY)
        return;
    int left = PQflush(conn->pg);
    if (left < 0)
        lose(conn, PQerrorMessage(conn->pg));
    else if (left > 0)
        watch_for(conn, true);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* The answer to the current step was taken whole: on to the next. */
static void step_done(struct pg_conn *conn, struct pg_batch *b)
{
    if (b->step_at >= b->step_count)
        return;
    release_prepared(conn, b->steps[b->step_at].prepared);
    b->step_at++;
    if (b->step_at < b->step_count && b->steps[b->step_at].kind == STEP_STATEMENT &&
        b->steps[b->step_at].index == b->streamed && !b->error)
        PQsetSingleRowMode(conn->pg);
}

static void take_result(struct pg_conn *conn, struct pg_batch *b, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        conn->head = b->next;
        if (conn->head)
            conn->head->prev = NULL;
        else
            conn->tail = NULL;
        b->next = b->prev = NULL;
        conn->load--;
        conn->visitors -= b->session.visitor;
        conn->exclusive = false;
        b->may_be_hit = conn->cancel || conn->cancel_reach > 0;
        if (conn->cancel_reach > 0)
            conn->cancel_reach--;
        if (conn->head && conn->head->forgotten && conn->head->session.read_only)
            conn_cancel(conn); /* it was forgotten while it stood behind others */
        pool_batch_finished(conn, b);
        return;
    }
    if (b->step_at >= b->step_count) { /* instead of the Sync: a deferred constraint failed, or the server goes away */
        batch_fail_sql(b, result, -1);
        PQclear(result);
        return;
    }
    struct step *step = &b->steps[b->step_at];
    switch (status) {
    case PGRES_SINGLE_TUPLE: {
        const struct suspect *before = suspect_enter(b->session.suspect);
        b->rows_delivered = true;
        if (!b->forgotten && !b->row(b, result, b->data))
            b->paused = true;
        (void)suspect_enter(before);
        break;
    }
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        if (step->kind == STEP_STATEMENT) {
            batch_keep_result(b, step->index, result);
            return;
        }
        break;
    case PGRES_PIPELINE_ABORTED:
        if (step->kind == STEP_PREPARE)
            step->prepared->broken = true; /* the server never saw it */
        else if (step->kind == STEP_DEALLOCATE)
            orphan(conn, step->prepared); /* nor this: the statement is still there */
        break;
    default: {
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        /* Unknown to the server, already there, or made for a table that has changed since: prepare anew next time. */
        if (step->prepared && (step->kind == STEP_PREPARE || (state && text_eq(state, "26000"))))
            step->prepared->broken = true;
        else if (step->prepared && state && text_eq(state, "0A000"))
            orphan(conn, step->prepared);
        batch_fail_sql(b, result, step->kind == STEP_STATEMENT || step->kind == STEP_PREPARE ? step->index : -1);
        break;
    }
    }
    PQclear(result);
}

static void take_results(struct pg_conn *conn)
{
    while (conn->state == CONN_READY && conn->head && !conn->head->paused && !PQisBusy(conn->pg)) {
        struct pg_batch *b = conn->head;
        PGresult *result = PQgetResult(conn->pg);
        if (result)
            take_result(conn, b, result);
        else if (PQstatus(conn->pg) == CONNECTION_BAD)
            lose(conn, PQerrorMessage(conn->pg)); /* libpq would go on answering that there is nothing */
        else
            step_done(conn, b);
    }
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct pg_conn *conn = ((struct watch *)poll->data)->conn;
    if (!conn)
        return;
    if (conn->state == CONN_CONNECTING) {
        go_on_connecting(conn);
        return;
    }
    if (status < 0) {
        lose(conn, uv_strerror(status));
        return;
    }
    if (events & UV_WRITABLE) {
        int left = PQflush(conn->pg);
        if (left < 0) {
            lose(conn, PQerrorMessage(conn->pg));
            return;
        }
        watch_for(conn, left > 0);
    }
    if (events & UV_READABLE) {
        bool alive = PQconsumeInput(conn->pg);
        take_results(conn);
        if (!alive && conn->state == CONN_READY && conn->pg)
            lose(conn, PQerrorMessage(conn->pg));
        else if (conn->state == CONN_READY && conn->head && conn->head->paused)
            watch_for(conn, PQflush(conn->pg) > 0);
    }
}

void conn_resume(struct pg_conn *conn)
{
    if (conn->state != CONN_READY)
        return;
    take_results(conn);
    if (conn->state == CONN_READY)
        watch_for(conn, PQflush(conn->pg) > 0);
}

/* --- cancelling: a blocking call of libpq, hence on the thread pool ----------------------------------------------- */

static void cancel_run(uv_work_t *work)
{
    char reason[256];
    struct cancel *c = work->data;
    PQcancel(c->cancel, reason, (int)sizeof reason);
}

static void cancel_done(uv_work_t *work, int status)
{
    (void)status;
    struct cancel *c = work->data;
    struct pg_conn *conn = c->conn;
    if (conn) {
        conn->cancel = NULL;
        conn->cancel_reach = conn->load; /* the server has been told: later ones are out of reach */
    }
    PQfreeCancel(c->cancel);
    free(c);
}

void conn_cancel(struct pg_conn *conn)
{
    if (conn->cancel || conn->state != CONN_READY)
        return; /* one at a time */
    struct cancel *c = xcalloc(sizeof *c);
    c->cancel = PQgetCancel(conn->pg);
    c->work.data = c;
    if (!c->cancel || uv_queue_work(pool_loop(conn->pool), &c->work, cancel_run, cancel_done)) {
        PQfreeCancel(c->cancel);
        free(c);
        return;
    }
    c->conn = conn;
    conn->cancel = c;
}
