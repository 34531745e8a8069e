/* The pool: a bounded queue in front of pipelined connections.
 *
 * Placing: the least loaded of the connections that the batch's tenant prefers (rendezvous hashing: a backend then
 * caches few tenants' catalogues); another connection helps out when those are half full. A connection is opened only
 * when work waits for it.
 *
 * Visitors, who may be any number, have a share of the connections: the first `visitor_share`. Others use those too
 * while they are idle, but never wait behind a visitor's statement, and are never refused for a visitor's sake.
 *
 * Waiting: tenants take turns. Each batch gets the turn behind its tenant's last one, or behind the one that was sent
 * last, whichever is later, and the queue is in order of turns (start-time fair queueing: Goyal, Vin and Cheng, 1996,
 * with every batch of the same length). Who asks for one thing stands in front of who has asked for hundreds. When the
 * queue is full, whoever stands last is refused.
 *
 * Losing one: batches that only read are queued again, the others fail, since nobody knows
 * whether their Sync was reached.
 */
#include "pg/internal.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

enum {
    TICK_MS = 100,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MAX_MS = 2000,
    CANCEL_GRACE_MS = 250,
    DROP_GRACE_MS = 2000, /* a cancelled statement that does not end: a client that does not read, or a dead network */
    CONNECT_MAX_MS = 10000,
    TURNS = 256,
};

struct pg_pool {
    uv_loop_t *loop;
    struct pg_pool_options options;
    struct pg_conn *conns;
    struct pg_batch *first, *last; /* waiting, in order of turns */
    uint64_t turn;                 /* of the batch sent last */
    uint64_t turns[TURNS];         /* of a tenant's last batch; tenants that share a place share its turns */
    uv_timer_t *tick;
    uv_prepare_t *flush;
    struct pg_pool_stats stats;
    int backoff_ms;
    int64_t retry_at_ms;   /* no attempt to connect before this */
    int64_t away_since_ms; /* no connection could be opened since; 0: the last one could */
    bool closing, placing, place_again;
};

static void place(struct pg_pool *pool);

const struct pg_pool_options *pool_options(const struct pg_pool *pool)
{
    return &pool->options;
}

uv_loop_t *pool_loop(const struct pg_pool *pool)
{
    return pool->loop;
}

struct pg_pool_stats pg_pool_stats(const struct pg_pool *pool)
{
    struct pg_pool_stats stats = pool->stats;
    stats.open = stats.busy = 0;
    for (int i = 0; i < pool->options.connections; i++) {
        stats.open += pool->conns[i].state == CONN_READY;
        stats.busy += pool->conns[i].load > 0;
    }
    return stats;
}

/* --- the queue ---------------------------------------------------------------------------------------------------- */

/* The tick keeps the loop alive only while somebody waits for it. */
static void note_waiting(struct pg_pool *pool, int more)
{
    pool->stats.waiting += more;
    if (pool->stats.waiting)
        uv_ref((uv_handle_t *)pool->tick);
    else
        uv_unref((uv_handle_t *)pool->tick);
}

static uint64_t mix(uint64_t x)
{
    /* splitmix64's finaliser */
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void queue_insert_behind(struct pg_pool *pool, struct pg_batch *prev, struct pg_batch *b)
{
    b->state = BATCH_QUEUED;
    b->prev = prev;
    b->next = prev ? prev->next : pool->first;
    *(b->prev ? &b->prev->next : &pool->first) = b;
    *(b->next ? &b->next->prev : &pool->last) = b;
    note_waiting(pool, 1);
}

/* Where its turn is. From the end: as a rule it comes last. */
static void queue_up(struct pg_pool *pool, struct pg_batch *b)
{
    uint64_t *own = &pool->turns[mix(b->session.affinity) % TURNS];
    struct pg_batch *prev = pool->last;
    b->turn = *own = (*own > pool->turn ? *own : pool->turn) + 1;
    while (prev && prev->turn > b->turn)
        prev = prev->prev;
    queue_insert_behind(pool, prev, b);
}

/* It had its turn already. */
static void queue_again(struct pg_pool *pool, struct pg_batch *b)
{
    queue_insert_behind(pool, NULL, b);
}

static void queue_remove(struct pg_pool *pool, struct pg_batch *b)
{
    if (b->prev)
        b->prev->next = b->next;
    else
        pool->first = b->next;
    if (b->next)
        b->next->prev = b->prev;
    else
        pool->last = b->prev;
    b->prev = b->next = NULL;
    note_waiting(pool, -1);
}

static void finish(struct pg_pool *pool, struct pg_batch *b)
{
    pool->stats.batches++;
    pool->stats.failed += b->error != NULL;
    batch_finish(b);
}

/* The last visitor's, or the last one, that was not refused already; there is one, since one was just added. */
static struct pg_batch *last_in_turn(struct pg_pool *pool)
{
    struct pg_batch *last = NULL;
    for (struct pg_batch *b = pool->last; b; b = b->prev) {
        if (b->error)
            continue;
        if (b->session.visitor)
            return b;
        if (!last)
            last = b;
    }
    return last;
}

void pool_submit(struct pg_pool *pool, struct pg_batch *b)
{
    assert(!pool->closing);
    queue_up(pool, b);
    struct pg_batch *refused = b->error ? b : pool->stats.waiting > pool->options.queue_max ? last_in_turn(pool) : NULL;
    if (refused) {
        /* `then` must not run inside submit: the next tick of the loop refuses it. */
        batch_fail(refused, ERR_BUSY, NULL);
        pool->stats.refused++;
        uv_timer_start(pool->tick, pool->tick->timer_cb, 0, TICK_MS);
    }
    if (refused != b)
        place(pool);
}

bool pool_withdraw(struct pg_pool *pool, struct pg_batch *b)
{
    if (b->state != BATCH_QUEUED)
        return false;
    queue_remove(pool, b);
    return true;
}

/* --- placing ------------------------------------------------------------------------------------------------------ */

/* Rank of a connection for a tenant: how many others the tenant likes better. */
static int rank_of(const struct pg_pool *pool, uint64_t affinity, int index)
{
    const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t own = mix(affinity + (uint64_t)index * step);
    int rank = 0;
    for (int i = 0; i < pool->options.connections; i++)
        rank += i != index && mix(affinity + (uint64_t)i * step) > own;
    return rank;
}

/* Whether a connection may take the batch at all, by who asks. */
static bool is_open_to(const struct pg_pool *pool, const struct pg_batch *b, const struct pg_conn *c)
{
    bool shared = !pool->options.visitor_share || c->index < pool->options.visitor_share;
    if (b->session.visitor)
        return shared;
    return !shared || !pool->options.visitor_share || !c->visitors;
}

static struct pg_conn *choose(struct pg_pool *pool, const struct pg_batch *b)
{
    struct pg_conn *best = NULL;
    struct pg_conn *spare = NULL;
    bool spread =
        pool->options.tenant_spread && b->session.affinity && pool->options.tenant_spread < pool->options.connections;
    int limit = b->streamed >= 0 ? 1 : pool->options.depth;
    for (int i = 0; i < pool->options.connections; i++) {
        struct pg_conn *c = &pool->conns[i];
        if (c->state != CONN_READY || c->exclusive || c->retiring || c->load >= limit || !is_open_to(pool, b, c))
            continue;
        bool liked = !spread || rank_of(pool, b->session.affinity, i) < pool->options.tenant_spread;
        struct pg_conn **slot = liked ? &best : &spare;
        if (!*slot || c->load < (*slot)->load)
            *slot = c;
    }
    if (best && (best->load < (limit + 1) / 2 || !spare || spare->load >= best->load))
        return best;
    return spare ? spare : best;
}

static bool somebody_is_connecting(const struct pg_pool *pool)
{
    for (int i = 0; i < pool->options.connections; i++)
        if (pool->conns[i].state == CONN_CONNECTING)
            return true;
    return false;
}

/* One more connection for a batch: the closed one that its tenant likes best. False when there is none to open. */
static bool open_for(struct pg_pool *pool, const struct pg_batch *b)
{
    struct pg_conn *best = NULL;
    int best_rank = 0;
    if (clock_monotonic_ms() < pool->retry_at_ms)
        return false;
    if (!pool->stats.reachable && somebody_is_connecting(pool))
        return false; /* one scout is enough while the database is away */
    for (int i = 0; i < pool->options.connections; i++) {
        struct pg_conn *c = &pool->conns[i];
        int rank = b->session.affinity ? rank_of(pool, b->session.affinity, i) : i;
        if (pool->options.visitor_share && i < pool->options.visitor_share && !b->session.visitor)
            rank += pool->options.connections; /* those that visitors may take come last */
        if (!is_open_to(pool, b, c))
            continue;
        if (c->state == CONN_CLOSED && (!best || rank < best_rank)) {
            best = c;
            best_rank = rank;
        }
    }
    if (best)
        conn_open(best);
    return best != NULL;
}

static void place(struct pg_pool *pool)
{
    if (pool->placing) { /* conn_send or conn_open lost its connection and came back here */
        pool->place_again = true;
        return;
    }
    pool->placing = true;
    do {
        pool->place_again = false;
        struct pg_batch *next;
        bool visitors_wait = false;
        for (struct pg_batch *b = pool->first; b && !pool->place_again; b = next) {
            next = b->next;
            if (b->error || (visitors_wait && b->session.visitor))
                continue; /* refused, waits for the tick; or there is no room for its like */
            struct pg_conn *c = choose(pool, b);
            /* Everybody busy: open another while there is one, and share a pipeline until it is there. */
            bool opened = (!c || c->load > 0) && open_for(pool, b);
            if (!c && !opened && b->streamed < 0 && b->session.visitor) {
                visitors_wait = true;
                continue;
            }
            if (!c && !opened && b->streamed < 0)
                break; /* no room for anybody: whoever streams needs a connection for itself */
            if (!c || c->state != CONN_READY)
                continue;
            queue_remove(pool, b);
            if (b->turn > pool->turn)
                pool->turn = b->turn;
            conn_send(c, b);
        }
    } while (pool->place_again);
    pool->placing = false;
}

/* --- what connections tell ---------------------------------------------------------------------------------------- */

void pool_conn_ready(struct pg_conn *conn)
{
    struct pg_pool *pool = conn->pool;
    if (!pool->stats.reachable)
        log_info("database reachable", LOG_STR("pool", pool->options.name));
    pool->stats.reachable = true;
    pool->away_since_ms = 0;
    pool->stats.reconnects++;
    pool->backoff_ms = 0;
    pool->retry_at_ms = 0;
    place(pool);
}

void pool_conn_lost(struct pg_conn *conn, const char *reason, bool was_ready)
{
    struct pg_pool *pool = conn->pool;
    if (!was_ready) {
        if (pool->stats.reachable || !pool->backoff_ms)
            log_warning("database not reachable", LOG_STR("pool", pool->options.name), LOG_STR("reason", reason));
        pool->stats.reachable = false;
        if (!pool->away_since_ms)
            pool->away_since_ms = clock_monotonic_ms();
        pool->backoff_ms = pool->backoff_ms ? pool->backoff_ms * 2 : BACKOFF_FIRST_MS;
        if (pool->backoff_ms > BACKOFF_MAX_MS)
            pool->backoff_ms = BACKOFF_MAX_MS;
        pool->retry_at_ms = clock_monotonic_ms() + pool->backoff_ms;
    }
    /* Newest first, so that prepending keeps their order. */
    struct pg_batch *failed = NULL;
    while (conn->tail) {
        struct pg_batch *b = conn->tail;
        conn->tail = b->prev;
        b->prev = b->next = NULL;
        conn->load--;
        conn->visitors -= b->session.visitor;
        if (batch_is_safe_to_repeat(b) && !pool->closing) {
            batch_reset(b);
            pool->stats.retried++;
            queue_again(pool, b);
        } else {
            batch_fail(b, b->timed_out ? ERR_TIMEOUT : ERR_DB_INTERNAL,
                       b->session.read_only ? NULL : "Whether the change was made is not known.");
            b->next = failed;
            failed = b;
        }
    }
    conn->head = NULL;
    assert(conn->load == 0);
    while (failed) {
        struct pg_batch *b = failed;
        failed = b->next;
        b->next = NULL;
        finish(pool, b);
    }
    if (!pool->closing)
        place(pool);
}

/* Whether the same batch, sent again, has a chance: everything it did was undone with its transaction. */
static bool worth_repeating(const struct pg_batch *b)
{
    if (!b->error || b->rows_delivered || b->tries >= TRIES_MAX || b->forgotten || b->timed_out)
        return false;
    const char *code = b->error->code;
    return text_eq(code, "26000") || text_eq(code, "42P05") || /* prepared statement gone, or there already */
           (text_eq(code, "0A000") && b->error->message && strstr(b->error->message, "cached plan")) ||
           text_eq(code, "40001") || text_eq(code, "40P01") || /* serialisation failure, deadlock */
           (text_eq(code, "57014") && b->may_be_hit &&         /* a neighbour's cancel hit it */
            (b->session.read_only || (b->error->message && strstr(b->error->message, "user request"))));
}

void pool_batch_finished(struct pg_conn *conn, struct pg_batch *b)
{
    struct pg_pool *pool = conn->pool;
    if (worth_repeating(b)) {
        batch_reset(b);
        pool->stats.retried++;
        queue_again(pool, b);
    } else {
        if (b->timed_out && b->error && text_eq(b->error->code, "57014"))
            *b->error = error_of(ERR_TIMEOUT);
        finish(pool, b);
    }
    if (!pool->closing && pool->first)
        place(pool);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

/* The database has been away for longer than anybody waits: whoever comes now hears it at once. Each still asks for a
 * connection, so that the first one after it is back is told so by the connection that the ones before it asked for. */
static bool is_away(const struct pg_pool *pool, int64_t now)
{
    return pool->away_since_ms && now - pool->away_since_ms >= pool->options.queue_timeout_ms;
}

static void fail_waiting(struct pg_pool *pool, int64_t now)
{
    struct pg_batch *next;
    for (struct pg_batch *b = pool->first; b; b = next) {
        next = b->next;
        bool late = now - b->queued_ms >= pool->options.queue_timeout_ms || (b->deadline_ms && now >= b->deadline_ms) ||
                    is_away(pool, now);
        if (!b->error && !late)
            continue;
        queue_remove(pool, b);
        if (!b->error) {
            pool->stats.refused++;
            batch_fail(b, pool->stats.reachable ? ERR_POOL_TIMEOUT : ERR_DB_CONNECT, NULL);
        }
        finish(pool, b);
        next = pool->first; /* `then` may have changed the queue */
    }
}

/* One after the other, so that the others carry on; one that is never idle by itself gets no more work until it is. */
static void replace_old(struct pg_pool *pool, int64_t now)
{
    bool one_is_going = false;
    for (int i = 0; i < pool->options.connections; i++)
        one_is_going |= pool->conns[i].retiring;
    for (int i = 0; i < pool->options.connections; i++) {
        struct pg_conn *c = &pool->conns[i];
        if (c->state != CONN_READY || now - c->opened_ms <= pool->options.connection_age_s * 1000LL)
            continue;
        if (!c->head)
            conn_close(c);
        else if (!one_is_going)
            one_is_going = c->retiring = true;
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct pg_pool *pool = timer->data;
    int64_t now = clock_monotonic_ms();
    fail_waiting(pool, now);
    replace_old(pool, now);
    for (int i = 0; i < pool->options.connections; i++) {
        struct pg_conn *c = &pool->conns[i];
        if (c->state == CONN_CONNECTING && now - c->opened_ms > CONNECT_MAX_MS) {
            conn_close(c);
            pool_conn_lost(c, "no answer in time", false);
        }
        /* statement_timeout normally ends a slow statement; this is for what it does not see. */
        struct pg_batch *b = c->head;
        if (b && b->deadline_ms && now >= b->deadline_ms + CANCEL_GRACE_MS && !b->timed_out) {
            b->timed_out = true;
            conn_cancel(c);
        } else if (b && b->timed_out && now >= b->deadline_ms + CANCEL_GRACE_MS + DROP_GRACE_MS) {
            log_warning("statement does not end", LOG_STR("pool", pool->options.name), LOG_INT("connection", i));
            conn_drop(c, "a cancelled statement did not end");
        }
    }
    place(pool);
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct pg_pool *pool = prepare->data;
    for (int i = 0; i < pool->options.connections; i++)
        if (pool->conns[i].dirty)
            conn_flush(&pool->conns[i]);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void *xcalloc(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        abort();
    return memory;
}

static char *copy(const char *text)
{
    char *c = strdup(text);
    if (!c)
        abort();
    return c;
}

struct pg_pool *pg_pool_new(uv_loop_t *loop, const struct pg_pool_options *options)
{
    struct pg_pool *pool = xcalloc(1, sizeof *pool);
    pool->loop = loop;
    pool->options = *options;
    pool->options.name = copy(options->name);
    pool->options.conninfo = copy(options->conninfo);
    pool->conns = xcalloc((size_t)options->connections, sizeof *pool->conns);
    for (int i = 0; i < options->connections; i++)
        pool->conns[i] = (struct pg_conn){.pool = pool, .index = i};
    pool->tick = xcalloc(1, sizeof *pool->tick);
    pool->flush = xcalloc(1, sizeof *pool->flush);
    uv_timer_init(loop, pool->tick);
    uv_prepare_init(loop, pool->flush);
    pool->tick->data = pool->flush->data = pool;
    uv_timer_start(pool->tick, on_tick, TICK_MS, TICK_MS);
    uv_prepare_start(pool->flush, on_prepare);
    /* Only work keeps the loop alive, not the pool's watching over it. */
    uv_unref((uv_handle_t *)pool->tick);
    uv_unref((uv_handle_t *)pool->flush);
    return pool;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

void pg_pool_free(struct pg_pool *pool)
{
    if (!pool)
        return;
    pool->closing = true;
    for (int i = 0; i < pool->options.connections; i++) {
        struct pg_conn *c = &pool->conns[i];
        if (c->state != CONN_CLOSED) {
            bool was_ready = c->state == CONN_READY;
            conn_close(c);
            pool_conn_lost(c, "shutting down", was_ready);
        }
    }
    while (pool->first) {
        struct pg_batch *b = pool->first;
        queue_remove(pool, b);
        batch_fail(b, ERR_DB_CONNECT, NULL);
        finish(pool, b);
    }
    uv_close((uv_handle_t *)pool->tick, free_handle);
    uv_close((uv_handle_t *)pool->flush, free_handle);
    free((char *)pool->options.name);
    free((char *)pool->options.conninfo);
    free(pool->conns);
    free(pool);
}
