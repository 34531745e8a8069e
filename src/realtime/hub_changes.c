/* What comes from the feed: changes to the lines that watch, and answers to subscriptions.
 *
 * `told` is a line's place in the order of changes: where the history takes over when the line is late. (The worker
 * skips what lies at or before its own place, so that nothing that a feed may tell twice comes twice.)
 */
#include "realtime/hub_internal.h"

#include "base/clock.h"

#include <stdio.h>

enum {
    SUBSCRIBE_WAIT_MS = 5000,           /* for a feed that is away, or a cursor that lies ahead of us */
    START_MS = 3000,                    /* a feed that has not been live by then counts as absent: no waiting for it */
    ASKED_MAX = 20000,                  /* subscriptions a worker may have open */
    REPLAYS_A_TURN = 4,                 /* a line; each walks through the history */
    REPLAY_PENDING_BYTES = 1024 * 1024, /* no replay to a line that has more to write */
    CHANGE_MAX_BYTES = 8 * 1024 * 1024, /* beyond it, long values are left out */
    LONG_TEXT_BYTES = 64 * 1024,
    SHORT_TEXT_BYTES = 1024,
};

/* --- what a line is told ------------------------------------------------------------------------------------------ */

void hub_say_state(struct conn *conn, bool missed)
{
    struct hub *hub = conn->hub;
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_STATE);
    wire_u8(out, hub->condition == FEED_LIVE);
    wire_u8(out, missed);
    wire_str(out, str_of(hub->reason));
    wire_end(out, begun);
}

void hub_say_told(struct conn *conn)
{
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_TOLD);
    wire_cursor(out, conn->told);
    wire_end(out, begun);
    conn->said_told = conn->told;
}

static void say_subscribed(struct conn *conn, const struct asked *a, enum wire_outcome outcome, struct cursor upto)
{
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_SUBSCRIBED);
    wire_u32(out, a->request);
    wire_u8(out, (uint8_t)outcome);
    wire_cursor(out, upto);
    wire_end(out, begun);
}

static void say_relation(struct conn *conn, const struct relation *relation)
{
    struct known *known = NULL;
    HASH_FIND(hh, conn->known, &relation->id, sizeof relation->id, known);
    if (known && known->version == relation->version)
        return;
    if (!known) {
        known = zeroed(sizeof *known);
        known->id = relation->id;
        HASH_ADD(hh, conn->known, id, sizeof known->id, known);
    }
    known->version = relation->version;
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_RELATION);
    wire_relation(out, relation);
    wire_end(out, begun);
}

static size_t texts_bytes(const struct change *change, size_t text_max)
{
    size_t bytes = 0;
    const struct change_value *const both[] = {change->after, change->before};
    for (int i = 0; i < 2; i++)
        for (int c = 0; both[i] && c < change->relation->column_count; c++)
            if (both[i][c].state == VALUE_TEXT && both[i][c].text.len <= text_max)
                bytes += both[i][c].text.len;
    return bytes;
}

/* How long a value may be, so that the change can be said at all. */
static size_t longest_text(struct hub *hub, const struct change *change)
{
    if (texts_bytes(change, SIZE_MAX) <= CHANGE_MAX_BYTES)
        return SIZE_MAX;
    hub->oversized++;
    return texts_bytes(change, LONG_TEXT_BYTES) <= CHANGE_MAX_BYTES ? LONG_TEXT_BYTES : SHORT_TEXT_BYTES;
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

static void send_change(struct hub *hub, struct conn *conn, const struct change *change)
{
    if (!conn->resumed)
        return;
    conn->told = change->cursor;
    if (!hub->scratch.len) {
        size_t begun = wire_begin(&hub->scratch, WIRE_CHANGE);
        wire_change(&hub->scratch, change, longest_text(hub, change));
        wire_end(&hub->scratch, begun);
    }
    say_relation(conn, change->relation);
    buf_str(line_out(conn->line), scratch_text(hub));
}

void hub_on_change(void *data, const struct change *change)
{
    struct hub *hub = data;
    struct str schema = str_of(change->relation->schema);
    const struct str tables[] = {str_of(change->relation->table), STR("")};
    hub->scratch.len = 0;
    for (int i = 0; i < 2; i++) {
        size_t count;
        void *const *who = watchers_of(hub->watching, schema, tables[i], &count);
        for (size_t w = 0; w < count; w++)
            send_change(hub, who[w], change);
    }
}

static bool is_watched(void *data, const struct relation *relation)
{
    const struct conn *conn = data;
    const struct str tables[] = {str_of(relation->table), STR("")};
    for (int i = 0; i < 2; i++) {
        size_t count;
        void *const *who = watchers_of(conn->hub->watching, str_of(relation->schema), tables[i], &count);
        for (size_t w = 0; w < count; w++)
            if (who[w] == conn)
                return true;
    }
    return false;
}

static void tell_again(void *data, const struct change *change)
{
    struct conn *conn = data;
    conn->hub->scratch.len = 0;
    send_change(conn->hub, conn, change);
}

/* The line goes on where the worker has stopped to hear us. Before that, no change is sent to it. */
void hub_resume(struct conn *conn)
{
    struct hub *hub = conn->hub;
    if (!conn->ready || conn->resumed || hub->condition != FEED_LIVE)
        return;
    struct cursor position = feed_position(hub->feed);
    conn->resumed = true;
    if (conn->told.commit_lsn && cursor_compare(conn->told, position) != 0 &&
        !feed_replay(hub->feed, conn->told, is_watched, tell_again, conn))
        hub_say_state(conn, true);
    conn->told = position;
    line_exempt(conn->line);
    hub_say_told(conn);
}

void hub_on_feed_state(void *data, bool live, bool restarted, const char *reason)
{
    struct hub *hub = data;
    bool may_have_missed = live && (restarted || !hub->was_live);
    hub->was_live = hub->was_live || live;
    hub->condition = live ? FEED_LIVE : hub->was_live ? FEED_AWAY : FEED_ABSENT;
    (void)snprintf(hub->reason, sizeof hub->reason, "%s",
                   live     ? ""
                   : reason ? reason
                            : "The changes of the database cannot be read at the moment.");
    for (struct conn *conn = hub->conns; conn; conn = conn->next) {
        if (!conn->ready)
            continue;
        hub_say_state(conn, restarted && conn->resumed);
        if (restarted && conn->resumed) {
            conn->told = live ? feed_position(hub->feed) : (struct cursor){0};
            conn->resumed = live; /* else it begins anew when the feed does */
            hub_say_told(conn);
        }
        hub_resume(conn);
    }
    if (may_have_missed)
        hub_ask_all(hub, "");
}

/* --- subscriptions ------------------------------------------------------------------------------------------------ */

void hub_forget_asked(struct conn *conn, struct asked *a)
{
    DL_DELETE(conn->asked, a);
    conn->asked_count--;
    arena_free(a->arena);
}

static bool is_asked(void *data, const struct relation *relation)
{
    const struct asked *a = data;
    for (size_t i = 0; i < a->count; i++)
        if (text_eq(a->tables[i].schema, relation->schema) &&
            (!*a->tables[i].table || text_eq(a->tables[i].table, relation->table)))
            return true;
    return false;
}

struct replay {
    struct conn *conn;
    struct asked *asked;
};

static bool is_asked_of(void *data, const struct relation *relation)
{
    return is_asked(((struct replay *)data)->asked, relation);
}

static void replay_change(void *data, const struct change *change)
{
    struct replay *replay = data;
    say_relation(replay->conn, change->relation);
    struct buf *out = line_out(replay->conn->line);
    size_t begun = wire_begin(out, WIRE_REPLAYED);
    wire_u32(out, replay->asked->request);
    wire_change(out, change, longest_text(replay->conn->hub, change));
    wire_end(out, begun);
}

enum served { SERVED, REPLAYED, WAITS };

static enum served serve_one(struct conn *conn, struct asked *a, int64_t now_ms)
{
    struct hub *hub = conn->hub;
    bool in_time = now_ms < a->deadline_ms;
    if (hub->condition != FEED_LIVE || !conn->resumed) {
        bool absent = hub->condition == FEED_ABSENT && now_ms - hub->started_ms >= START_MS;
        if (!absent && in_time)
            return WAITS;
        say_subscribed(conn, a, WIRE_UNAVAILABLE, (struct cursor){0});
        return SERVED;
    }
    struct cursor position = feed_position(hub->feed);
    if (!a->since.commit_lsn || cursor_compare(a->since, position) == 0) {
        say_subscribed(conn, a, WIRE_COMPLETE, position);
        return SERVED;
    }
    if (cursor_compare(a->since, position) > 0 && in_time)
        return WAITS; /* another daemon was ahead of us by a moment */
    struct replay replay = {.conn = conn, .asked = a};
    bool complete = feed_replay(hub->feed, a->since, is_asked_of, replay_change, &replay);
    say_subscribed(conn, a, complete ? WIRE_COMPLETE : WIRE_GONE, position);
    line_exempt(conn->line);
    return REPLAYED;
}

/* Returns whether more could be answered in the next turn. */
bool hub_serve_asked(struct conn *conn, int64_t now_ms)
{
    int replays = 0;
    struct asked *a;
    struct asked *next;
    DL_FOREACH_SAFE (conn->asked, a, next) {
        if (replays == REPLAYS_A_TURN)
            return true;
        if (a->since.commit_lsn && line_pending_bytes(conn->line) > REPLAY_PENDING_BYTES)
            continue; /* the loop wakes when it was written */
        enum served served = serve_one(conn, a, now_ms);
        replays += served == REPLAYED;
        if (served != WAITS)
            hub_forget_asked(conn, a);
    }
    return false;
}

bool hub_hear_subscribe(struct conn *conn, struct wire_reader *r)
{
    enum { TABLE_LEAST_BYTES = 8 };
    struct arena *arena = arena_new();
    struct asked *a = arena_zalloc(arena, sizeof *a);
    a->arena = arena;
    a->request = wire_read_u32(r);
    a->since = wire_read_cursor(r);
    a->count = wire_read_u32(r);
    a->deadline_ms = clock_monotonic_ms() + SUBSCRIBE_WAIT_MS;
    if (r->broken || a->count > (size_t)(r->end - r->at) / TABLE_LEAST_BYTES || conn->asked_count >= ASKED_MAX) {
        arena_free(arena);
        return false;
    }
    a->tables = arena_array(arena, a->count, sizeof *a->tables);
    for (size_t i = 0; i < a->count; i++) {
        a->tables[i].schema = wire_read_text(r, arena);
        a->tables[i].table = wire_read_text(r, arena);
    }
    if (!wire_read_end(r)) {
        arena_free(arena);
        return false;
    }
    DL_APPEND(conn->asked, a);
    conn->asked_count++;
    return true;
}
