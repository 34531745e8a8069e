/* The hub: what the feed reads goes to the workers that watch it; casts and presence go from one to the others.
 *
 * A worker's line:
 *
 *   NEW ──HELLO──▶ GREETED ──READY──▶ READY ──feed is live: resume──▶ RESUMED: changes are sent as they come
 *                                       └──settle: at once, or when workers had time to come back──▶ presence is told
 *
 * `told` is the line's place in the order of changes: nothing at or before it is sent as CHANGE. It makes a feed that
 * reads its history again harmless, and is where the history takes over when the line is late.
 *
 * Once a turn, before the loop sleeps: subscriptions are answered, differences of presence are told.
 */
#include "realtime/hub.h"

#include "base/clock.h"
#include "base/log.h"
#include "realtime/feed.h"
#include "realtime/line.h"
#include "realtime/peers.h"
#include "realtime/presence.h"
#include "realtime/watchers.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uthash.h>
#include <utlist.h>

enum {
    TICK_MS = 1000,
    STOP_MS = 2000,                       /* longest way out */
    SETTLE_MS = 1500,                     /* workers come back within their longest back-off, 1 s */
    LIMBO_MS = 3000,                      /* and one that was dropped as well */
    SUBSCRIBE_WAIT_MS = 5000,             /* for a feed that is away, or a cursor that lies ahead of us */
    ASKED_MAX = 20000,                    /* subscriptions a worker may have open */
    REPLAYS_A_TURN = 4,                   /* a line; each walks through the history */
    REPLAY_PENDING_BYTES = 1024 * 1024,   /* no replay to a line that has more to write */
    PENDING_MAX_BYTES = 32 * 1024 * 1024, /* a worker that is further behind is dropped */
    CHANGE_MAX_BYTES = 8 * 1024 * 1024,   /* beyond it, long values are left out */
    LONG_TEXT_BYTES = 64 * 1024,
    SHORT_TEXT_BYTES = 1024,
    ACCEPT_AT_ONCE = 32,
    LISTENED_MAX = 1000000, /* topics; workers bound what one client may join */
    HANDLES = 4,
};

static const struct presence_limits presence_limits = {
    .members_per_topic = 10000, .topics_per_tenant = 20000, .bytes_per_tenant = 32 * 1024 * 1024};

/* A relation that the worker knows: the version said last. */
struct known {
    UT_hash_handle hh;
    uint32_t id, version;
};

struct asked {
    struct asked *next, *prev;
    struct arena *arena;
    uint32_t request;
    struct cursor since;
    int64_t deadline_ms;
    size_t count;
    struct asked_table {
        const char *schema, *table;
    } * tables;
};

struct conn {
    struct hub *hub;
    struct conn *next, *prev;
    struct line *line;
    uint64_t name; /* the link's, for its life */
    bool greeted, again, ready, settled, resumed;
    struct cursor told, said_told;
    uint64_t stamp; /* of the change sent last */
    struct known *known;
    struct asked *asked;
    size_t asked_count;
    struct presence_owner *present;
};

/* The members of a worker that was dropped, while it may come back. */
struct limbo {
    struct limbo *next, *prev;
    uint64_t name;
    int64_t until_ms;
    struct presence_owner *present;
};

/* Another daemon, as its messages describe it. */
struct daemon {
    UT_hash_handle hh;
    struct presence_owner *present;
    size_t name_length;
    char name[];
};

enum feed_condition { FEED_UNKNOWN, FEED_LIVE, FEED_AWAY, FEED_ABSENT };

struct hub {
    uv_loop_t *loop;
    const struct hub_options *options;
    uid_t listener_uid;
    uv_poll_t listener;
    uv_timer_t tick;
    uv_prepare_t prepare;
    uv_idle_t idle; /* runs while there is more to do in the next turn */
    int handles;
    bool closing, was_live, all_said;
    int64_t started_ms;
    struct conn *conns;
    struct limbo *limbo;
    struct feed *feed;
    enum feed_condition condition;
    char reason[256];
    struct watchers *watching, *listening;
    struct presence *presence;
    struct peers *peers;
    struct daemon *daemons;
    struct buf scratch; /* one encoded message for many lines */
    uint64_t stamp, casts, dropped, refused, oversized;
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort(); /* as the arena does */
    return memory;
}

static struct str scratch_text(const struct hub *hub)
{
    return str_n(hub->scratch.at, hub->scratch.len);
}

/* --- what a line is told ------------------------------------------------------------------------------------------ */

static void say_state(struct conn *conn, bool missed)
{
    struct hub *hub = conn->hub;
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_STATE);
    wire_u8(out, hub->condition == FEED_LIVE);
    wire_u8(out, missed);
    wire_str(out, str_of(hub->reason));
    wire_end(out, begun);
}

static void say_told(struct conn *conn)
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
    if (!conn->resumed || conn->stamp == hub->stamp || cursor_compare(change->cursor, conn->told) <= 0)
        return;
    conn->stamp = hub->stamp;
    conn->told = change->cursor;
    if (!hub->scratch.len) {
        size_t begun = wire_begin(&hub->scratch, WIRE_CHANGE);
        wire_change(&hub->scratch, change, longest_text(hub, change));
        wire_end(&hub->scratch, begun);
    }
    say_relation(conn, change->relation);
    buf_str(line_out(conn->line), scratch_text(hub));
}

static void on_change(void *data, const struct change *change)
{
    struct hub *hub = data;
    struct str schema = str_of(change->relation->schema);
    const struct str tables[] = {str_of(change->relation->table), STR("")};
    hub->stamp++;
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
    conn->hub->stamp++;
    conn->hub->scratch.len = 0;
    send_change(conn->hub, conn, change);
}

/* Who is present with other daemons (name "": all of them)? */
static void ask_all(struct hub *hub, const char *name)
{
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_ASK);
    wire_str(&hub->scratch, str_of(name));
    wire_end(&hub->scratch, begun);
    peers_say(hub->peers, scratch_text(hub), false);
}

/* The line goes on where the worker has stopped to hear us. Before that, no change is sent to it. */
static void resume(struct conn *conn)
{
    struct hub *hub = conn->hub;
    if (!conn->ready || conn->resumed || hub->condition != FEED_LIVE)
        return;
    struct cursor position = feed_position(hub->feed);
    conn->resumed = true;
    if (conn->told.commit_lsn && cursor_compare(conn->told, position) != 0 &&
        !feed_replay(hub->feed, conn->told, is_watched, tell_again, conn))
        say_state(conn, true);
    conn->told = position;
    line_exempt(conn->line);
    say_told(conn);
}

static void on_feed_state(void *data, bool live, bool restarted, const char *reason)
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
        say_state(conn, restarted && conn->resumed);
        if (restarted && conn->resumed) {
            conn->told = live ? feed_position(hub->feed) : (struct cursor){0};
            conn->resumed = live; /* else it begins anew when the feed does */
            say_told(conn);
        }
        resume(conn);
    }
    if (may_have_missed)
        ask_all(hub, "");
}

/* --- subscriptions ------------------------------------------------------------------------------------------------ */

static void forget_asked(struct conn *conn, struct asked *a)
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
        if (hub->condition != FEED_ABSENT && in_time)
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
static bool serve_asked(struct conn *conn, int64_t now_ms)
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
            forget_asked(conn, a);
    }
    return false;
}

static bool hear_subscribe(struct conn *conn, struct wire_reader *r)
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

/* --- casts -------------------------------------------------------------------------------------------------------- */

/* The bytes in `scratch`, to everybody who listens but one. */
static void relay(struct hub *hub, struct str tenant, struct str topic, const struct conn *except)
{
    size_t count;
    void *const *who = watchers_of(hub->listening, tenant, topic, &count);
    for (size_t i = 0; i < count; i++) {
        struct conn *conn = who[i];
        if (conn != except)
            buf_str(line_out(conn->line), scratch_text(hub));
    }
}

static bool hear_cast(struct hub *hub, const struct conn *from, struct wire_reader *r)
{
    struct str fields = str_n(r->at, (size_t)(r->end - r->at));
    struct str tenant = wire_read_str(r);
    struct str topic = wire_read_str(r);
    (void)wire_read_u8(r);
    struct str body = wire_read_str(r);
    if (!wire_read_end(r) || body.len > WIRE_CAST_MAX_BYTES)
        return false;
    hub->casts++;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_CAST);
    buf_str(&hub->scratch, fields);
    wire_end(&hub->scratch, begun);
    relay(hub, tenant, topic, from);
    if (from)
        peers_say(hub->peers, scratch_text(hub), false);
    return true;
}

/* --- presence ----------------------------------------------------------------------------------------------------- */

static void write_entries(struct buf *out, const struct presence_entry *entries, size_t count)
{
    wire_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_str(out, entries[i].key);
        wire_str(out, entries[i].ref);
        wire_str(out, entries[i].meta);
    }
}

static void write_track(struct buf *out, struct str tenant, struct str topic, const struct presence_entry *entry,
                        struct str replaced)
{
    size_t begun = wire_begin(out, WIRE_TRACK);
    wire_str(out, tenant);
    wire_str(out, topic);
    wire_str(out, entry->key);
    wire_str(out, entry->ref);
    wire_str(out, replaced);
    wire_str(out, entry->meta);
    wire_end(out, begun);
}

static void say_untrack(struct hub *hub, struct str ref)
{
    if (!peers_any(hub->peers))
        return;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_UNTRACK);
    wire_str(&hub->scratch, ref);
    wire_end(&hub->scratch, begun);
    peers_say(hub->peers, scratch_text(hub), false);
}

static void untrack_there(void *data, struct str tenant, struct str topic, const struct presence_entry *entry)
{
    (void)tenant, (void)topic;
    say_untrack(data, entry->ref);
}

/* All of a worker's members leave, here and at the other daemons. */
static void all_leave(struct hub *hub, struct presence_owner *present)
{
    if (peers_any(hub->peers))
        presence_each(present, untrack_there, hub);
    presence_owner_free(present);
}

static void say_present(struct conn *conn, struct str tenant, struct str topic)
{
    size_t count;
    struct arena *arena = arena_new();
    const struct presence_entry *entries = presence_list(conn->hub->presence, arena, tenant, topic, &count);
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_PRESENT);
    wire_str(out, tenant);
    wire_str(out, topic);
    write_entries(out, entries, count);
    wire_end(out, begun);
    arena_free(arena);
}

static void say_present_to(void *data, struct str tenant, struct str topic)
{
    say_present(data, tenant, topic);
}

/* Presence is told from now on. */
static void settle(struct conn *conn)
{
    if (conn->settled)
        return;
    conn->settled = true;
    watchers_each(conn->hub->listening, conn, say_present_to, conn);
    line_exempt(conn->line);
}

static void on_difference(void *data, struct str tenant, struct str topic, const struct presence_entry *joins,
                          size_t join_count, const struct presence_entry *leaves, size_t leave_count)
{
    struct hub *hub = data;
    size_t count;
    void *const *who = watchers_of(hub->listening, tenant, topic, &count);
    if (!count)
        return;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_DIFF);
    wire_str(&hub->scratch, tenant);
    wire_str(&hub->scratch, topic);
    write_entries(&hub->scratch, joins, join_count);
    wire_u32(&hub->scratch, (uint32_t)leave_count);
    for (size_t i = 0; i < leave_count; i++)
        wire_str(&hub->scratch, leaves[i].ref);
    wire_end(&hub->scratch, begun);
    for (size_t i = 0; i < count; i++) {
        struct conn *conn = who[i];
        if (conn->settled)
            buf_str(line_out(conn->line), scratch_text(hub));
    }
}

static bool hear_track(struct hub *hub, struct presence_owner *owner, bool ours, struct wire_reader *r)
{
    struct presence_entry entry;
    struct str tenant = wire_read_str(r);
    struct str topic = wire_read_str(r);
    entry.key = wire_read_str(r);
    entry.ref = wire_read_str(r);
    struct str replaced = wire_read_str(r);
    entry.meta = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (entry.meta.len > WIRE_META_MAX_BYTES || entry.key.len > WIRE_NAME_MAX_BYTES ||
        topic.len > WIRE_NAME_MAX_BYTES || !str_starts(entry.meta, "{")) {
        hub->refused++;
        return true;
    }
    enum presence_outcome outcome = presence_join(owner, tenant, topic, &entry, replaced);
    if (outcome == PRESENCE_FULL)
        hub->refused++;
    if (outcome == PRESENCE_JOINED && ours && peers_any(hub->peers)) {
        hub->scratch.len = 0;
        write_track(&hub->scratch, tenant, topic, &entry, replaced);
        peers_say(hub->peers, scratch_text(hub), false);
    }
    return true;
}

static bool hear_untrack(struct hub *hub, bool ours, struct wire_reader *r)
{
    struct str ref = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (presence_leave(hub->presence, ref) && ours)
        say_untrack(hub, ref);
    return true;
}

/* --- other daemons ------------------------------------------------------------------------------------------------ */

static void write_member(void *data, struct str tenant, struct str topic, const struct presence_entry *entry)
{
    write_track(data, tenant, topic, entry, STR(""));
}

/* Everybody who is present with us, for those who may have missed something. */
static void say_all(struct hub *hub)
{
    if (!peers_any(hub->peers))
        return;
    hub->scratch.len = 0;
    wire_end(&hub->scratch, wire_begin(&hub->scratch, WIRE_ALL));
    for (struct conn *conn = hub->conns; conn; conn = conn->next)
        presence_each(conn->present, write_member, &hub->scratch);
    for (struct limbo *l = hub->limbo; l; l = l->next)
        presence_each(l->present, write_member, &hub->scratch);
    wire_end(&hub->scratch, wire_begin(&hub->scratch, WIRE_ALL_END));
    peers_say(hub->peers, scratch_text(hub), true);
    buf_release(&hub->scratch);
}

static void on_peer(void *data, const char *name)
{
    struct hub *hub = data;
    log_info("another daemon is there", LOG_STR("daemon", name));
    ask_all(hub, name);
}

static void on_peer_gone(void *data, const char *name)
{
    struct hub *hub = data;
    struct daemon *daemon = NULL;
    log_info("another daemon is gone", LOG_STR("daemon", name));
    HASH_FIND(hh, hub->daemons, name, strlen(name), daemon);
    if (!daemon)
        return;
    presence_owner_free(daemon->present);
    HASH_DEL(hub->daemons, daemon);
    free(daemon);
}

static void on_peers_lost(void *data)
{
    say_all(data);
}

static struct daemon *daemon_of(struct hub *hub, struct str name)
{
    struct daemon *daemon = NULL;
    HASH_FIND(hh, hub->daemons, name.at, name.len, daemon);
    if (daemon)
        return daemon;
    daemon = zeroed(sizeof *daemon + name.len + 1);
    memcpy(daemon->name, name.at, name.len);
    daemon->name_length = name.len;
    daemon->present = presence_owner_new(hub->presence);
    HASH_ADD_KEYPTR(hh, hub->daemons, daemon->name, daemon->name_length, daemon);
    return daemon;
}

static bool hear_daemon(struct hub *hub, struct daemon *daemon, enum wire_kind kind, struct wire_reader *r)
{
    switch (kind) {
    case WIRE_CAST:
        return hear_cast(hub, NULL, r);
    case WIRE_TRACK:
        return hear_track(hub, daemon->present, false, r);
    case WIRE_UNTRACK:
        return hear_untrack(hub, false, r);
    case WIRE_ASK: {
        struct str name = wire_read_str(r);
        if (wire_read_end(r) && (!name.len || str_is(name, hub->options->daemon_name)))
            say_all(hub);
        return !r->broken;
    }
    case WIRE_ALL:
        presence_mark(daemon->present);
        return wire_read_end(r);
    case WIRE_ALL_END:
        presence_sweep(daemon->present);
        return wire_read_end(r);
    default:
        return false;
    }
}

/* SQL may say something under our prefix, too: what makes no sense is left alone. Before the feed is live, it reads its
 * history again: those messages are old. */
static void on_feed_message(void *data, const char *prefix, struct str content)
{
    struct hub *hub = data;
    struct wire_reader head = {.at = content.at, .end = content.at + content.len};
    if (!text_eq(prefix, PEERS_PREFIX) || !hub->was_live)
        return;
    uint32_t version = wire_read_u32(&head);
    struct str name = wire_read_str(&head);
    if (head.broken || version != WIRE_VERSION || !name.len || str_is(name, hub->options->daemon_name))
        return;
    peers_heard(hub->peers, name);
    struct daemon *daemon = daemon_of(hub, name);
    struct str rest = str_n(head.at, (size_t)(head.end - head.at));
    size_t used;
    bool broken = false;
    enum wire_kind kind;
    struct wire_reader reader;
    while (!broken && wire_next(rest, &kind, &reader, &used, &broken)) {
        rest = str_n(rest.at + used, rest.len - used);
        broken = !hear_daemon(hub, daemon, kind, &reader);
    }
    if (broken || rest.len)
        log_warning("a message of another daemon makes no sense", LOG_STR("daemon", daemon->name));
}

/* --- lines -------------------------------------------------------------------------------------------------------- */

static bool hear_hello(struct conn *conn, struct wire_reader *r)
{
    uint32_t version = wire_read_u32(r);
    conn->name = wire_read_u64(r);
    conn->again = wire_read_u8(r) != 0;
    conn->told = wire_read_cursor(r);
    conn->greeted = true;
    return wire_read_end(r) && version == WIRE_VERSION;
}

static void leave_limbo(struct hub *hub, struct limbo *l)
{
    all_leave(hub, l->present);
    DL_DELETE(hub->limbo, l);
    free(l);
}

static bool hear_ready(struct conn *conn, struct wire_reader *r)
{
    struct hub *hub = conn->hub;
    struct limbo *l;
    struct limbo *next;
    if (!wire_read_end(r) || conn->ready)
        return false;
    conn->ready = true;
    DL_FOREACH_SAFE (hub->limbo, l, next)
        if (l->name == conn->name)
            leave_limbo(hub, l); /* what it has tracked again is its own by now */
    say_state(conn, false);
    resume(conn);
    if (!conn->again || clock_monotonic_ms() - hub->started_ms >= SETTLE_MS)
        settle(conn);
    return true;
}

static void hear_listen(struct conn *conn, struct str tenant, struct str topic)
{
    struct hub *hub = conn->hub;
    if (watchers_count(hub->listening) < LISTENED_MAX)
        (void)watchers_add(hub->listening, tenant, topic, conn);
    if (conn->settled)
        say_present(conn, tenant, topic);
}

static bool hear_pair(struct conn *conn, enum wire_kind kind, struct wire_reader *r)
{
    struct hub *hub = conn->hub;
    struct str first = wire_read_str(r);
    struct str second = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (first.len > WIRE_NAME_MAX_BYTES || second.len > WIRE_NAME_MAX_BYTES)
        return true; /* nobody has such a name */
    if (kind == WIRE_LISTEN)
        hear_listen(conn, first, second);
    else if (kind == WIRE_WATCH)
        (void)watchers_add(hub->watching, first, second, conn);
    else
        (void)watchers_remove(kind == WIRE_UNWATCH ? hub->watching : hub->listening, first, second, conn);
    return true;
}

static bool on_message(void *data, enum wire_kind kind, struct wire_reader *r)
{
    struct conn *conn = data;
    if (!conn->greeted)
        return kind == WIRE_HELLO && hear_hello(conn, r);
    switch (kind) {
    case WIRE_WATCH:
    case WIRE_UNWATCH:
    case WIRE_LISTEN:
    case WIRE_UNLISTEN:
        return hear_pair(conn, kind, r);
    case WIRE_TRACK:
        return hear_track(conn->hub, conn->present, true, r);
    case WIRE_UNTRACK:
        return hear_untrack(conn->hub, true, r);
    case WIRE_READY:
        return hear_ready(conn, r);
    case WIRE_SUBSCRIBE:
        return hear_subscribe(conn, r);
    case WIRE_CAST:
        return hear_cast(conn->hub, conn, r);
    default:
        return false;
    }
}

static void free_conn(struct conn *conn)
{
    struct hub *hub = conn->hub;
    struct known *k;
    struct known *next;
    while (conn->asked)
        forget_asked(conn, conn->asked);
    HASH_ITER (hh, conn->known, k, next) {
        HASH_DEL(conn->known, k);
        free(k);
    }
    watchers_forget(hub->watching, conn);
    watchers_forget(hub->listening, conn);
    line_free(conn->line);
    DL_DELETE(hub->conns, conn);
    free(conn);
}

/* A worker that is dead leaves at once. One that was dropped because it did not read is alive, and comes back. */
static void on_lost(void *data, bool slow)
{
    struct conn *conn = data;
    struct hub *hub = conn->hub;
    if (slow) {
        struct limbo *l = zeroed(sizeof *l);
        l->name = conn->name;
        l->until_ms = clock_monotonic_ms() + LIMBO_MS;
        l->present = conn->present;
        DL_APPEND(hub->limbo, l);
        hub->dropped++;
        log_warning("a worker that does not read was dropped", LOG_INT("workers", (int64_t)hub->dropped));
    } else {
        all_leave(hub, conn->present);
    }
    free_conn(conn);
}

/* Who connects is one of us: our own user, or the one who made the socket. */
static bool is_ours(const struct hub *hub, int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length))
        return false;
    return peer.uid == geteuid() || peer.uid == hub->listener_uid;
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct hub *hub = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
        int fd = accept4(hub->options->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        if (!is_ours(hub, fd)) {
            log_warning("a stranger was sent away from the hub's socket");
            close(fd);
            continue;
        }
        struct conn *conn = zeroed(sizeof *conn);
        conn->hub = hub;
        conn->present = presence_owner_new(hub->presence);
        conn->line = line_new(hub->loop, fd, PENDING_MAX_BYTES,
                              &(struct line_events){.message = on_message, .lost = on_lost, .data = conn});
        DL_APPEND(hub->conns, conn);
    }
}

/* --- time --------------------------------------------------------------------------------------------------------- */

static int64_t memory_bytes(void)
{
    long pages = 0;
    FILE *in = fopen("/proc/self/statm", "re");
    if (!in)
        return 0;
    if (fscanf(in, "%*s %ld", &pages) != 1)
        pages = 0;
    fclose(in);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void write_stats(const struct hub *hub)
{
    struct hub_stats *out = hub->options->stats;
    struct feed_stats feed = feed_stats(hub->feed);
    const struct conn *conn;
    int workers;
    if (!out)
        return;
    DL_COUNT(hub->conns, conn, workers);
    *out = (struct hub_stats){.alive = !hub->closing,
                              .live = feed.live,
                              .changes = feed.changes,
                              .transactions = feed.transactions,
                              .casts = hub->casts,
                              .presences = presence_count(hub->presence),
                              .workers = (uint64_t)workers,
                              .restarts = feed.restarts,
                              .slots_lost = feed.slots_lost,
                              .history_bytes = feed.history_bytes,
                              .dropped_workers = hub->dropped,
                              .refused_presences = hub->refused,
                              .oversized = hub->oversized,
                              .lag_us = feed.lag_us,
                              .slot_retained_bytes = feed.slot_retained_bytes,
                              .memory_bytes = memory_bytes()};
}

/* A line that hears of no change learns all the same how far we are, or it could not go on when it breaks. */
static void tell_position(struct conn *conn)
{
    struct cursor position = feed_position(conn->hub->feed);
    if (!conn->resumed || conn->hub->condition != FEED_LIVE)
        return;
    if (cursor_compare(conn->told, position) < 0)
        conn->told = position;
    if (cursor_compare(conn->said_told, conn->told) != 0)
        say_told(conn);
}

static void on_tick(uv_timer_t *timer)
{
    struct hub *hub = timer->data;
    struct limbo *l;
    struct limbo *next;
    int64_t now = clock_monotonic_ms();
    bool settled = now - hub->started_ms >= SETTLE_MS;
    DL_FOREACH_SAFE (hub->limbo, l, next)
        if (now >= l->until_ms)
            leave_limbo(hub, l);
    for (struct conn *conn = hub->conns; conn; conn = conn->next) {
        tell_position(conn);
        if (settled && conn->ready)
            settle(conn);
    }
    if (settled && !hub->all_said) {
        hub->all_said = true; /* whoever was here before and has not come back leaves the other daemons' sets */
        say_all(hub);
    }
    write_stats(hub);
}

static void go_on(uv_idle_t *idle)
{
    (void)idle; /* its being active is what keeps the loop from sleeping */
}

static void before_sleep(uv_prepare_t *prepare)
{
    struct hub *hub = prepare->data;
    int64_t now = clock_monotonic_ms();
    bool more = false;
    for (struct conn *conn = hub->conns; conn; conn = conn->next)
        if (conn->asked && conn->ready)
            more |= serve_asked(conn, now);
    presence_take(hub->presence, on_difference, hub);
    for (struct conn *conn = hub->conns; conn; conn = conn->next)
        line_flush(conn->line);
    if (more)
        uv_idle_start(&hub->idle, go_on);
    else
        uv_idle_stop(&hub->idle);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static struct feed *start_feed(struct hub *hub)
{
    char slot[64];
    const struct settings *settings = hub->options->settings;
    (void)snprintf(slot, sizeof slot, "maitred_%s", hub->options->daemon_name);
    return feed_new(
        hub->loop,
        &(struct feed_options){.conninfo = hub->options->owner_conninfo,
                               .slot = slot,
                               .history_bytes = (size_t)settings->realtime_history_bytes,
                               .history_s = (int)settings->realtime_history_s},
        &(struct feed_events){.change = on_change, .message = on_feed_message, .state = on_feed_state, .data = hub});
}

struct hub *hub_new(uv_loop_t *loop, const struct hub_options *options)
{
    struct hub *hub = zeroed(sizeof *hub);
    struct ucred listener;
    socklen_t length = sizeof listener;
    hub->loop = loop;
    hub->options = options;
    hub->listener_uid =
        getsockopt(options->listen_fd, SOL_SOCKET, SO_PEERCRED, &listener, &length) ? geteuid() : listener.uid;
    hub->started_ms = clock_monotonic_ms();
    hub->watching = watchers_new();
    hub->listening = watchers_new();
    hub->presence = presence_new(&presence_limits);
    buf_init(&hub->scratch, SIZE_MAX);
    hub->handles = HANDLES;
    uv_poll_init(loop, &hub->listener, options->listen_fd);
    uv_timer_init(loop, &hub->tick);
    uv_prepare_init(loop, &hub->prepare);
    uv_idle_init(loop, &hub->idle);
    hub->listener.data = hub->tick.data = hub->prepare.data = hub->idle.data = hub;
    uv_poll_start(&hub->listener, UV_READABLE, on_connection);
    uv_timer_start(&hub->tick, on_tick, TICK_MS, TICK_MS);
    uv_prepare_start(&hub->prepare, before_sleep);
    hub->peers = peers_new(
        loop, options->owner_conninfo, options->daemon_name,
        &(struct peers_events){.appeared = on_peer, .gone = on_peer_gone, .lost = on_peers_lost, .data = hub});
    hub->feed = start_feed(hub);
    write_stats(hub);
    return hub;
}

static void freed(uv_handle_t *handle)
{
    struct hub *hub = handle->data;
    if (--hub->handles == 0)
        free(hub);
}

void hub_free(struct hub *hub)
{
    if (!hub || hub->closing)
        return;
    hub->closing = true;
    write_stats(hub);
    feed_free(hub->feed);
    while (hub->conns)
        free_conn(hub->conns); /* the workers keep what they have tracked for the next hub */
    for (struct limbo *l = hub->limbo, *next; l; l = next) {
        next = l->next;
        free(l);
    }
    peers_free(hub->peers);
    presence_free(hub->presence);
    struct daemon *daemon;
    struct daemon *next;
    HASH_ITER (hh, hub->daemons, daemon, next) {
        HASH_DEL(hub->daemons, daemon);
        free(daemon);
    }
    watchers_free(hub->watching);
    watchers_free(hub->listening);
    buf_release(&hub->scratch);
    uv_close((uv_handle_t *)&hub->listener, freed);
    uv_close((uv_handle_t *)&hub->tick, freed);
    uv_close((uv_handle_t *)&hub->prepare, freed);
    uv_close((uv_handle_t *)&hub->idle, freed);
}

struct run {
    uv_signal_t terminate, interrupt;
    uv_timer_t limit;
    struct hub *hub;
};

static void on_limit(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct run *run = signal->data;
    (void)number;
    uv_close((uv_handle_t *)&run->terminate, NULL);
    uv_close((uv_handle_t *)&run->interrupt, NULL);
    uv_timer_start(&run->limit, on_limit, STOP_MS, 0);
    uv_unref((uv_handle_t *)&run->limit);
    hub_free(run->hub);
}

int hub_run(const struct hub_options *options)
{
    uv_loop_t loop;
    struct run run;
    (void)signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&loop);
    uv_signal_init(&loop, &run.terminate);
    uv_signal_init(&loop, &run.interrupt);
    uv_timer_init(&loop, &run.limit);
    run.terminate.data = run.interrupt.data = &run;
    run.hub = hub_new(&loop, options);
    uv_signal_start(&run.terminate, on_signal, SIGTERM);
    uv_signal_start(&run.interrupt, on_signal, SIGINT);
    uv_run(&loop, UV_RUN_DEFAULT);
    return 0;
}
