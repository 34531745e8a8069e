/* States: AWAY (the timer brings the next attempt) → CONNECTING (PQconnectPoll) → STARTING (LISTEN under way) →
 * LISTENING. Every failure leads through lose() to AWAY. */
#include "pg/listen.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "pg/direct.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdlib.h>

enum { FIRST_RETRY_MS = 100, LAST_RETRY_MS = 5000, CONNECT_TIMEOUT_MS = 10000, HEARTBEAT_MS = 20000 };

enum state { AWAY, CONNECTING, STARTING, LISTENING };

struct pg_listener {
    uv_loop_t *loop;
    struct arena *arena;
    const char *conninfo, *sql; /* sql: LISTEN for all channels */
    pg_notify_fn *fn;
    void *data;
    enum state state;
    PGconn *conn;
    uv_poll_t *poll;
    int fd;
    uv_timer_t *timer; /* next attempt, limit of an attempt, or heartbeat: by state */
    int retry_ms;
    bool heartbeat_sent;
};

static void advance(struct pg_listener *l);

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void unwatch(struct pg_listener *l)
{
    if (l->poll)
        uv_close((uv_handle_t *)l->poll, free_handle);
    l->poll = NULL;
    l->fd = -1;
}

static void *handle_of(size_t size)
{
    void *handle = calloc(1, size);
    if (!handle)
        abort(); /* as the arena does */
    return handle;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct pg_listener *l = poll->data;
    (void)status; /* libpq finds out by itself */
    (void)events;
    advance(l);
}

/* libpq may change its socket while it connects. */
static void watch(struct pg_listener *l, int events)
{
    int fd = PQsocket(l->conn);
    if (l->fd != fd) {
        unwatch(l);
        l->poll = handle_of(sizeof *l->poll);
        l->poll->data = l;
        l->fd = fd;
        if (uv_poll_init(l->loop, l->poll, fd) < 0) {
            free(l->poll);
            l->poll = NULL;
            return; /* the timer ends the attempt */
        }
    }
    uv_poll_start(l->poll, events, on_poll);
}

static void connect_again(struct pg_listener *l)
{
    l->conn = PQconnectStart(l->conninfo);
    l->state = CONNECTING;
    if (l->conn && PQstatus(l->conn) != CONNECTION_BAD)
        watch(l, UV_WRITABLE);
}

static void on_timer(uv_timer_t *timer);

static void lose(struct pg_listener *l)
{
    unwatch(l);
    PQfinish(l->conn);
    l->conn = NULL;
    l->state = AWAY;
    l->heartbeat_sent = false;
    uv_timer_start(l->timer, on_timer, (uint64_t)l->retry_ms, 0);
    l->retry_ms = l->retry_ms * 2 > LAST_RETRY_MS ? LAST_RETRY_MS : l->retry_ms * 2;
}

static void on_timer(uv_timer_t *timer)
{
    struct pg_listener *l = timer->data;
    if (l->state == AWAY) {
        uv_timer_start(l->timer, on_timer, CONNECT_TIMEOUT_MS, 0);
        connect_again(l);
        if (!l->conn || PQstatus(l->conn) == CONNECTION_BAD)
            lose(l);
    } else if (l->state != LISTENING || l->heartbeat_sent || !PQsendQuery(l->conn, "")) {
        lose(l); /* it took too long */
    } else {
        l->heartbeat_sent = true;
        PQflush(l->conn);
        uv_timer_start(l->timer, on_timer, HEARTBEAT_MS, 0);
    }
}

static void begin_listening(struct pg_listener *l)
{
    if (PQsetnonblocking(l->conn, 1) != 0 || !PQsendQuery(l->conn, l->sql)) {
        lose(l);
        return;
    }
    l->state = STARTING;
    watch(l, PQflush(l->conn) == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* Results of LISTEN and of heartbeats, then notifications. A callback may free nothing here. */
static void read_all(struct pg_listener *l)
{
    if (!PQconsumeInput(l->conn)) {
        lose(l);
        return;
    }
    (void)PQflush(l->conn);
    while (!PQisBusy(l->conn)) {
        PGresult *result = PQgetResult(l->conn);
        if (!result) {
            if (l->state == STARTING) {
                l->state = LISTENING;
                l->retry_ms = FIRST_RETRY_MS;
                uv_timer_start(l->timer, on_timer, HEARTBEAT_MS, 0);
                l->fn(l->data, NULL, NULL);
            }
            l->heartbeat_sent = false;
            break;
        }
        bool failed = PQresultStatus(result) == PGRES_FATAL_ERROR;
        PQclear(result);
        if (failed) {
            lose(l);
            return;
        }
    }
    for (PGnotify *notify; (notify = PQnotifies(l->conn));) {
        l->fn(l->data, notify->relname, notify->extra);
        PQfreemem(notify);
    }
    watch(l, UV_READABLE);
}

static void advance(struct pg_listener *l)
{
    if (l->state != CONNECTING) {
        read_all(l);
        return;
    }
    switch (PQconnectPoll(l->conn)) {
    case PGRES_POLLING_OK:
        begin_listening(l);
        break;
    case PGRES_POLLING_READING:
        watch(l, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        watch(l, UV_WRITABLE);
        break;
    default:
        lose(l);
    }
}

struct pg_listener *pg_listener_new(uv_loop_t *loop, const char *conninfo, const char *const *channels,
                                    pg_notify_fn *fn, void *data)
{
    struct arena *arena = arena_new();
    struct pg_listener *l = arena_zalloc(arena, sizeof *l);
    struct buf sql;
    buf_init(&sql, 4096);
    for (; *channels; channels++)
        buf_printf(&sql, "listen %s;", direct_identifier(arena, *channels));
    *l = (struct pg_listener){.loop = loop,
                              .arena = arena,
                              .conninfo = arena_strdup(arena, conninfo),
                              .sql = arena_strdup(arena, buf_cstr(&sql)),
                              .fn = fn,
                              .data = data,
                              .fd = -1,
                              .retry_ms = FIRST_RETRY_MS};
    buf_release(&sql);
    l->timer = handle_of(sizeof *l->timer);
    l->timer->data = l;
    uv_timer_init(loop, l->timer);
    uv_timer_start(l->timer, on_timer, 0, 0);
    return l;
}

void pg_listener_free(struct pg_listener *l)
{
    if (!l)
        return;
    unwatch(l);
    PQfinish(l->conn);
    uv_timer_stop(l->timer);
    uv_close((uv_handle_t *)l->timer, free_handle);
    arena_free(l->arena);
}
