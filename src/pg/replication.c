/* Like listen.c, a connection that is its own keeper. Two things are peculiar to replication:
 *
 * A server that shuts down waits until its walsenders' clients have confirmed everything, and asks them for it without
 * pause. We confirm late on purpose (the slot is the durable copy of the history), so that it would wait for ever:
 * being asked several times at once means that we have to go (ASKED_MAX).
 *
 * A server that decodes a large transaction of which it publishes nothing may be silent for long. Ending the session
 * would make it start over, so patience doubles with each session that ended for silence (PATIENCE_*).
 */
#include "pg/replication.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "pg/direct.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FIRST_RETRY_MS = 100,
    LAST_RETRY_MS = 5000,
    CONNECT_TIMEOUT_MS = 10000,
    TICK_MS = 1000,
    STATUS_MS = 10000,
    PATIENCE_FIRST_MS = 30000,
    PATIENCE_LAST_MS = 600000,
    STEADY_MS = 5000, /* a session that streamed this long is followed at once */
    ASKED_MAX = 5,    /* in one tick */
    REASON_BYTES = 600,
    STATUS_BYTES = 1 + 8 + 8 + 8 + 8 + 1,
    DATA_HEAD_BYTES = 1 + 8 + 8 + 8,
    KEEPALIVE_BYTES = 1 + 8 + 8 + 1,
};

static const int64_t postgres_epoch_us = INT64_C(946684800000000); /* 2000-01-01 */

enum state { AWAY, CONNECTING, ASKING, STREAMING };

struct replication {
    uv_loop_t *loop;
    struct arena *arena;
    const char *conninfo;
    struct replication_events events;
    enum state state;
    PGconn *conn;
    unsigned session; /* counts; callbacks may end the one they are called from */
    PGresult *result; /* ASKING: the last one of the statement under way */
    bool prepared;    /* the session's settings are made */
    uv_poll_t *poll;
    int fd;
    uv_timer_t *timer; /* next attempt, limit of an attempt, or tick: by state */
    uint64_t retry_ms;
    int64_t streaming_since_ms, heard_ms, status_ms;
    int64_t patience_ms;
    int asked; /* since the last tick */
    uint64_t read_lsn, confirmed_lsn;
};

/* What src/serve/worker.c and the pools set for REST, and the zone that realtime writes times in. */
static const char *const sql_session =
    "set datestyle to 'ISO, YMD'; set intervalstyle to postgres; set timezone to 'UTC'; set extra_float_digits to 1; "
    "set bytea_output to hex; set statement_timeout to 0; set lock_timeout to 0; "
    "set idle_in_transaction_session_timeout to 0; set idle_session_timeout to 0; set search_path to pg_catalog";

static void advance(struct replication *r);
static void on_timer(uv_timer_t *timer);

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void *handle_of(size_t size)
{
    void *handle = calloc(1, size);
    if (!handle)
        abort(); /* as the arena does */
    return handle;
}

static void unwatch(struct replication *r)
{
    if (r->poll)
        uv_close((uv_handle_t *)r->poll, free_handle);
    r->poll = NULL;
    r->fd = -1;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status; /* libpq finds out by itself */
    (void)events;
    advance(poll->data);
}

/* libpq may change its socket while it connects. */
static void watch(struct replication *r, int events)
{
    int fd = PQsocket(r->conn);
    if (r->fd != fd) {
        unwatch(r);
        r->poll = handle_of(sizeof *r->poll);
        r->poll->data = r;
        r->fd = fd;
        if (uv_poll_init(r->loop, r->poll, fd) < 0) {
            free(r->poll);
            r->poll = NULL;
            return; /* the timer ends the attempt */
        }
    }
    uv_poll_start(r->poll, events, on_poll);
}

/* --- losing --------------------------------------------------------------------------------------------------------
 */

static void lose(struct replication *r, const char *why, const char *sqlstate, uint64_t wait_ms)
{
    char reason[REASON_BYTES], code[6] = "";
    (void)snprintf(reason, sizeof reason, "%s", why && *why ? why : "The connection ended.");
    reason[strcspn(reason, "\n")] = '\0';
    (void)snprintf(code, sizeof code, "%s", sqlstate ? sqlstate : "");
    if (r->state == STREAMING && clock_monotonic_ms() - r->streaming_since_ms >= STEADY_MS)
        r->retry_ms = FIRST_RETRY_MS;
    unwatch(r);
    PQclear(r->result);
    r->result = NULL;
    PQfinish(r->conn);
    r->conn = NULL;
    r->state = AWAY;
    r->session++;
    uv_timer_start(r->timer, on_timer, wait_ms ? wait_ms : r->retry_ms, 0);
    r->retry_ms = r->retry_ms * 2 > LAST_RETRY_MS ? LAST_RETRY_MS : r->retry_ms * 2;
    r->events.lost(r->events.data, reason, code);
}

static void lose_by_result(struct replication *r, const PGresult *result)
{
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    lose(r, primary ? primary : PQerrorMessage(r->conn), PQresultErrorField(result, PG_DIAG_SQLSTATE), 0);
}

void replication_break(struct replication *r, const char *reason, uint64_t wait_ms)
{
    if (r->state != AWAY)
        lose(r, reason, "", wait_ms);
}

/* --- status --------------------------------------------------------------------------------------------------------
 */

static void put_number(unsigned char *to, uint64_t value)
{
    for (int i = 7; i >= 0; i--) {
        to[i] = (unsigned char)value;
        value >>= 8;
    }
}

static uint64_t get_number(const unsigned char *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | from[i];
    return value;
}

static void flush(struct replication *r)
{
    int pending = PQflush(r->conn);
    if (pending < 0)
        lose(r, PQerrorMessage(r->conn), "", 0);
    else
        watch(r, pending ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void send_status(struct replication *r, bool ask)
{
    unsigned char status[STATUS_BYTES];
    status[0] = 'r';
    put_number(status + 1, r->read_lsn);
    put_number(status + 9, r->confirmed_lsn);
    put_number(status + 17, r->confirmed_lsn);
    put_number(status + 25, (uint64_t)(clock_now_us() - postgres_epoch_us));
    status[33] = ask;
    r->status_ms = clock_monotonic_ms();
    if (PQputCopyData(r->conn, (const char *)status, sizeof status) < 0)
        lose(r, PQerrorMessage(r->conn), "", 0);
    else
        flush(r);
}

void replication_confirm(struct replication *r, uint64_t read, uint64_t confirmed)
{
    if (read > r->read_lsn)
        r->read_lsn = read;
    if (confirmed > r->confirmed_lsn)
        r->confirmed_lsn = confirmed;
}

void replication_ask(struct replication *r)
{
    if (r->state == STREAMING)
        send_status(r, true);
}

static void tick(struct replication *r)
{
    int64_t now = clock_monotonic_ms();
    r->asked = 0;
    if (now - r->heard_ms >= r->patience_ms) {
        r->patience_ms = r->patience_ms * 2 > PATIENCE_LAST_MS ? PATIENCE_LAST_MS : r->patience_ms * 2;
        lose(r, "PostgreSQL did not answer.", "", 0);
    } else if (now - r->status_ms >= STATUS_MS) {
        send_status(r, true); /* an answer shows that it lives */
    }
}

/* --- connecting and asking ------------------------------------------------------------------------------------------
 */

static void open_session(struct replication *r)
{
    /* Behind conninfo (dbname) stands what wins over it. */
    const char *const keywords[] = {"fallback_application_name",
                                    "keepalives_idle",
                                    "keepalives_interval",
                                    "tcp_user_timeout",
                                    "dbname",
                                    "client_encoding",
                                    "replication",
                                    NULL};
    const char *const values[] = {"maitred realtime", "15", "5", "30000", r->conninfo, "UTF8", "database", NULL};
    r->conn = PQconnectStartParams(keywords, values, 1);
    r->state = CONNECTING;
    r->prepared = false;
    uv_timer_start(r->timer, on_timer, CONNECT_TIMEOUT_MS, 0);
    if (!r->conn || PQstatus(r->conn) == CONNECTION_BAD)
        lose(r, PQerrorMessage(r->conn), "", 0);
    else
        watch(r, UV_WRITABLE);
}

static void on_timer(uv_timer_t *timer)
{
    struct replication *r = timer->data;
    if (r->state == AWAY)
        open_session(r);
    else if (r->state == CONNECTING)
        lose(r, "PostgreSQL did not answer in time.", "", 0);
    else if (r->state == STREAMING)
        tick(r);
}

void replication_query(struct replication *r, const char *sql)
{
    if (r->state != ASKING)
        return; /* lost meanwhile: `lost` was told */
    if (!PQsendQuery(r->conn, sql))
        lose(r, PQerrorMessage(r->conn), "", 0);
    else
        flush(r);
}

void replication_start(struct replication *r, const char *slot, uint64_t lsn, const char *publication)
{
    struct arena *arena = arena_new();
    replication_query(r, arena_printf(arena,
                                      "START_REPLICATION SLOT %s LOGICAL %X/%X (proto_version '1', publication_names "
                                      "%s, messages 'true')",
                                      direct_identifier(arena, slot), (unsigned)(lsn >> 32), (unsigned)lsn,
                                      direct_literal(arena, direct_identifier(arena, publication))));
    arena_free(arena);
}

static void go_on_connecting(struct replication *r)
{
    switch (PQconnectPoll(r->conn)) {
    case PGRES_POLLING_OK:
        uv_timer_stop(r->timer); /* making a slot waits for transactions, however long they take */
        if (PQsetnonblocking(r->conn, 1) != 0) {
            lose(r, PQerrorMessage(r->conn), "", 0);
            return;
        }
        r->state = ASKING;
        replication_query(r, sql_session);
        break;
    case PGRES_POLLING_READING:
        watch(r, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        watch(r, UV_WRITABLE);
        break;
    default:
        lose(r, PQerrorMessage(r->conn), "", 0);
    }
}

static void start_streaming(struct replication *r)
{
    int64_t now = clock_monotonic_ms();
    r->state = STREAMING;
    r->streaming_since_ms = r->heard_ms = r->status_ms = now;
    r->asked = 0;
    /* Another server, or the same one restored, may stand behind of what was confirmed to the last. */
    r->read_lsn = r->confirmed_lsn = 0;
    uv_timer_start(r->timer, on_timer, TICK_MS, TICK_MS);
    r->events.streaming(r->events.data);
}

static void finish_query(struct replication *r)
{
    PGresult *result = r->result;
    r->result = NULL;
    if (!r->prepared) {
        r->prepared = true;
        r->events.connected(r->events.data);
    } else {
        r->events.answered(r->events.data, result);
    }
    PQclear(result);
}

static void read_answers(struct replication *r)
{
    while (r->state == ASKING && !PQisBusy(r->conn)) {
        PGresult *result = PQgetResult(r->conn);
        ExecStatusType status = PQresultStatus(result);
        if (!result) {
            if (!r->result)
                return; /* nothing was asked */
            finish_query(r);
        } else if (status == PGRES_COPY_BOTH) {
            PQclear(result);
            start_streaming(r);
        } else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) {
            PQclear(r->result);
            r->result = result;
        } else {
            lose_by_result(r, result);
            PQclear(result);
        }
    }
}

/* --- streaming -----------------------------------------------------------------------------------------------------
 */

static void take_message(struct replication *r, const unsigned char *bytes, size_t length)
{
    if (bytes[0] == 'w' && length >= DATA_HEAD_BYTES) {
        r->patience_ms = PATIENCE_FIRST_MS;
        r->events.message(r->events.data, bytes + DATA_HEAD_BYTES, length - DATA_HEAD_BYTES);
    } else if (bytes[0] == 'k' && length >= KEEPALIVE_BYTES) {
        unsigned session = r->session;
        r->patience_ms = PATIENCE_FIRST_MS;
        r->events.keepalive(r->events.data, get_number(bytes + 1));
        if (r->session != session || !bytes[KEEPALIVE_BYTES - 1])
            return;
        if (++r->asked >= ASKED_MAX)
            lose(r, "PostgreSQL is shutting down.", "57P01", 0);
        else
            send_status(r, false);
    } else {
        lose(r, "PostgreSQL sent something that is no replication message.", "", 0);
    }
}

/* One read of the socket and what came with it: others want the loop, too. */
static void read_stream(struct replication *r)
{
    unsigned session = r->session;
    while (r->session == session && r->state == STREAMING) {
        char *bytes = NULL;
        int length = PQgetCopyData(r->conn, &bytes, 1);
        if (length == 0)
            return;
        if (length > 0) {
            r->heard_ms = clock_monotonic_ms();
            take_message(r, (const unsigned char *)bytes, (size_t)length);
            PQfreemem(bytes);
            continue;
        }
        PGresult *result = PQgetResult(r->conn); /* why the stream ended */
        lose_by_result(r, result);
        PQclear(result);
    }
}

static void advance(struct replication *r)
{
    if (r->state == CONNECTING) {
        go_on_connecting(r);
        return;
    }
    unsigned session = r->session;
    bool alive = PQconsumeInput(r->conn);
    if (r->state == ASKING)
        read_answers(r);
    if (r->session == session && r->state == STREAMING)
        read_stream(r);
    if (r->session == session && !alive)
        lose(r, PQerrorMessage(r->conn), "", 0);
    else if (r->session == session)
        flush(r);
}

/* --- life ----------------------------------------------------------------------------------------------------------
 */

struct replication *replication_new(uv_loop_t *loop, const char *conninfo, const struct replication_events *events)
{
    struct arena *arena = arena_new();
    struct replication *r = arena_zalloc(arena, sizeof *r);
    *r = (struct replication){.loop = loop,
                              .arena = arena,
                              .conninfo = arena_strdup(arena, conninfo),
                              .events = *events,
                              .fd = -1,
                              .retry_ms = FIRST_RETRY_MS,
                              .patience_ms = PATIENCE_FIRST_MS};
    r->timer = handle_of(sizeof *r->timer);
    r->timer->data = r;
    uv_timer_init(loop, r->timer);
    uv_timer_start(r->timer, on_timer, 0, 0);
    return r;
}

void replication_free(struct replication *r)
{
    if (!r)
        return;
    unwatch(r);
    PQclear(r->result);
    PQfinish(r->conn);
    uv_timer_stop(r->timer);
    uv_close((uv_handle_t *)r->timer, free_handle);
    arena_free(r->arena);
}
