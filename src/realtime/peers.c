#include "realtime/peers.h"

#include "base/clock.h"
#include "base/log.h"
#include "pg/pg.h"
#include "realtime/wire.h"

#include <stdlib.h>
#include <uthash.h>

enum {
    LOOK_MS = 5000,
    GONE_MS = 10000, /* neither heard nor seen in the table, where it stays for half a minute */
    QUERY_TIMEOUT_MS = 10000,
    WAITING_MAX_BYTES = 16 * 1024 * 1024,
    PIECE_BYTES = 4 * 1024 * 1024, /* of one logical message, which every daemon's decoder holds in memory */
    BYTEA_OID = 17,
    HANDLES = 2,
};

struct peer {
    UT_hash_handle hh;
    int64_t seen_ms;
    char name[];
};

struct peers {
    struct peers_events events;
    struct pg_pool *pool;
    char *self;
    struct peer *all;
    struct buf waiting;
    struct arena *looking, *saying; /* of the batches under way */
    uv_timer_t timer;
    uv_prepare_t prepare;
    int handles;
    bool lost, complained, closing;
};

static struct peer *find(const struct peers *peers, struct str name)
{
    struct peer *peer = NULL;
    HASH_FIND(hh, peers->all, name.at, name.len, peer);
    return peer;
}

static void seen(struct peers *peers, struct str name)
{
    struct peer *peer = find(peers, name);
    if (peer) {
        peer->seen_ms = clock_monotonic_ms();
        return;
    }
    peer = calloc(1, sizeof *peer + name.len + 1);
    if (!peer)
        abort(); /* as the arena does */
    memcpy(peer->name, name.at, name.len);
    peer->seen_ms = clock_monotonic_ms();
    HASH_ADD_KEYPTR(hh, peers->all, peer->name, name.len, peer);
    peers->events.appeared(peers->events.data, peer->name);
}

void peers_heard(struct peers *peers, struct str name)
{
    if (name.len && !str_is(name, peers->self))
        seen(peers, name);
}

bool peers_any(const struct peers *peers)
{
    return peers->all != NULL;
}

/* --- who is there ------------------------------------------------------------------------------------------------- */

static void drop_stale(struct peers *peers)
{
    struct peer *peer;
    struct peer *next;
    int64_t now = clock_monotonic_ms();
    HASH_ITER (hh, peers->all, peer, next) {
        if (now - peer->seen_ms < GONE_MS)
            continue;
        HASH_DEL(peers->all, peer);
        peers->events.gone(peers->events.data, peer->name);
        free(peer);
    }
}

static void works_again(struct peers *peers)
{
    if (!peers->lost || peers->waiting.len)
        return;
    peers->lost = false;
    peers->events.lost(peers->events.data);
}

/* While the database is away nobody is taken for gone: we could not know. */
static void looked(struct pg_batch *batch, void *data)
{
    struct peers *peers = data;
    const struct error *error = pg_batch_error(batch);
    if (error) {
        if (!peers->complained && !peers->closing)
            log_warning("other daemons cannot be seen", LOG_STR("reason", error->message));
        peers->complained = true;
        for (struct peer *peer = peers->all; peer; peer = peer->hh.next)
            peer->seen_ms = clock_monotonic_ms();
    } else {
        const PGresult *rows = pg_batch_result(batch, 0);
        peers->complained = false;
        for (int i = 0; i < PQntuples(rows); i++)
            seen(peers, str_of(PQgetvalue(rows, i, 0)));
        drop_stale(peers);
    }
    arena_free(peers->looking);
    peers->looking = NULL;
    if (!error && !peers->saying)
        works_again(peers);
}

static void look(uv_timer_t *timer)
{
    struct peers *peers = timer->data;
    if (peers->looking)
        return;
    peers->looking = arena_new();
    const char **values = arena_array(peers->looking, 1, sizeof *values);
    values[0] = peers->self;
    struct pg_batch *batch = pg_batch_new(peers->pool, peers->looking, NULL);
    pg_batch_add(batch, &(struct pg_statement){.sql = "select name from maitred.daemons"
                                                      " where name <> $1 and seen_at > now() - interval '30 s'",
                                               .param_count = 1,
                                               .values = values,
                                               .prepare = true});
    pg_batch_submit(batch, QUERY_TIMEOUT_MS, looked, peers);
}

/* --- saying ------------------------------------------------------------------------------------------------------- */

static void said(struct pg_batch *batch, void *data)
{
    struct peers *peers = data;
    bool failed = pg_batch_error(batch) != NULL;
    arena_free(peers->saying);
    peers->saying = NULL;
    if (failed)
        peers->lost = true;
    else
        works_again(peers);
}

/* The longest front of what waits, cut between two messages. */
static size_t piece_bytes(struct str waiting)
{
    size_t at = 0;
    size_t used;
    enum wire_kind kind;
    struct wire_reader reader;
    bool broken = false;
    while (at < PIECE_BYTES && wire_next(str_n(waiting.at + at, waiting.len - at), &kind, &reader, &used, &broken))
        at += used;
    return at;
}

/* One batch at a time: what is said meanwhile goes together in the next. */
static void before_sleep(uv_prepare_t *prepare)
{
    struct peers *peers = prepare->data;
    if (!peers->all)
        peers->waiting.len = 0; /* nobody is left to hear it */
    if (peers->saying || !peers->waiting.len)
        return;
    size_t piece = piece_bytes(str_n(peers->waiting.at, peers->waiting.len));
    struct arena *arena = peers->saying = arena_new();
    struct buf content;
    buf_init(&content, SIZE_MAX);
    wire_u32(&content, WIRE_VERSION);
    wire_str(&content, str_of(peers->self));
    buf_add(&content, peers->waiting.at, piece);
    memmove(peers->waiting.at, peers->waiting.at + piece, peers->waiting.len - piece);
    peers->waiting.len -= piece;

    struct statement {
        const char *values[1];
        int lengths[1], formats[1];
        Oid types[1];
    } *s = arena_zalloc(arena, sizeof *s);
    size_t length;
    char *bytes = buf_take(&content, &length);
    arena_on_release(arena, free, bytes);
    *s = (struct statement){.values = {bytes}, .lengths = {(int)length}, .formats = {1}, .types = {BYTEA_OID}};
    struct pg_batch *batch = pg_batch_new(peers->pool, arena, NULL);
    pg_batch_add(batch, &(struct pg_statement){.sql = "select pg_logical_emit_message(true, '" PEERS_PREFIX "', $1)",
                                               .param_count = 1,
                                               .values = s->values,
                                               .types = s->types,
                                               .lengths = s->lengths,
                                               .formats = s->formats,
                                               .prepare = true});
    pg_batch_submit(batch, QUERY_TIMEOUT_MS, said, peers);
}

void peers_say(struct peers *peers, struct str messages, bool whole)
{
    if (!peers->all)
        return;
    if (!whole && peers->waiting.len + messages.len > WAITING_MAX_BYTES) {
        peers->lost = true;
        return;
    }
    buf_str(&peers->waiting, messages);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct peers *peers_new(uv_loop_t *loop, const char *conninfo, const char *self, const struct peers_events *events)
{
    struct peers *peers = calloc(1, sizeof *peers);
    if (!peers)
        abort();
    peers->events = *events;
    peers->self = strdup(self);
    if (!peers->self)
        abort();
    peers->handles = HANDLES;
    buf_init(&peers->waiting, SIZE_MAX);
    peers->pool = pg_pool_new(loop, &(struct pg_pool_options){.name = "hub",
                                                              .conninfo = conninfo,
                                                              .connections = 1,
                                                              .depth = 2,
                                                              .queue_max = 4,
                                                              .queue_timeout_ms = QUERY_TIMEOUT_MS,
                                                              .connection_age_s = 3600,
                                                              .prepared_max = 8});
    uv_timer_init(loop, &peers->timer);
    uv_prepare_init(loop, &peers->prepare);
    peers->timer.data = peers->prepare.data = peers;
    uv_timer_start(&peers->timer, look, 0, LOOK_MS);
    uv_prepare_start(&peers->prepare, before_sleep);
    uv_unref((uv_handle_t *)&peers->prepare);
    return peers;
}

static void freed(uv_handle_t *handle)
{
    struct peers *peers = handle->data;
    if (--peers->handles)
        return;
    free(peers->self);
    free(peers);
}

void peers_free(struct peers *peers)
{
    if (!peers)
        return;
    peers->closing = true;
    pg_pool_free(peers->pool); /* what was under way fails here */
    struct peer *peer;
    struct peer *next;
    HASH_ITER (hh, peers->all, peer, next) {
        HASH_DEL(peers->all, peer);
        free(peer);
    }
    buf_release(&peers->waiting);
    uv_close((uv_handle_t *)&peers->timer, freed);
    uv_close((uv_handle_t *)&peers->prepare, freed);
}
