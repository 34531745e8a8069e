/* The hub: what the feed reads goes to the workers that watch it; casts and presence go from one to the others.
 *
 * A worker's line:
 *
 *   NEW ──HELLO──▶ GREETED ──READY──▶ READY ──feed is live: resume──▶ RESUMED: changes are sent as they come
 *                                       └──settle: at once, or when workers had time to come back──▶ presence is told
 *
 * Once a turn, before the loop sleeps: subscriptions are answered, differences of presence are told.
 */
#include "realtime/hub_internal.h"

#include "base/clock.h"
#include "base/log.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TICK_MS = 1000,
    STOP_MS = 2000,                       /* longest way out */
    SETTLE_MS = 1500,                     /* workers come back within their longest back-off, 1 s */
    LIMBO_MS = 3000,                      /* and one that was dropped as well */
    PENDING_MAX_BYTES = 32 * 1024 * 1024, /* a worker that is further behind is dropped */
    ACCEPT_AT_ONCE = 32,
    LISTENED_MAX = 1000000, /* topics; workers bound what one client may join */
    HANDLES = 4,
};

static const struct presence_limits presence_limits = {
    .members_per_topic = 10000, .topics_per_tenant = 20000, .bytes_per_tenant = 32 * 1024 * 1024};

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
    hub_all_leave(hub, l->present);
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
    hub_say_state(conn, false);
    hub_resume(conn);
    if (!conn->again || clock_monotonic_ms() - hub->started_ms >= SETTLE_MS)
        hub_settle(conn);
    return true;
}

static void hear_listen(struct conn *conn, struct str tenant, struct str topic)
{
    struct hub *hub = conn->hub;
    if (watchers_count(hub->listening) < LISTENED_MAX)
        (void)watchers_add(hub->listening, tenant, topic, conn);
    if (conn->settled)
        hub_say_present(conn, tenant, topic);
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
        return hub_hear_track(conn->hub, conn->present, true, r);
    case WIRE_UNTRACK:
        return hub_hear_untrack(conn->hub, true, r);
    case WIRE_READY:
        return hear_ready(conn, r);
    case WIRE_SUBSCRIBE:
        return hub_hear_subscribe(conn, r);
    case WIRE_CAST:
        return hub_hear_cast(conn->hub, conn, r);
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
        hub_forget_asked(conn, conn->asked);
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
        hub_all_leave(hub, conn->present);
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
        hub->lines++;
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
                              .lines = hub->lines,
                              .dropped_workers = hub->dropped,
                              .refused_presences = hub->refused,
                              .oversized = hub->oversized,
                              .lag_us = feed.lag_us,
                              .slot_retained_bytes = feed.slot_retained_bytes,
                              .memory_bytes = memory_bytes(),
                              .beat_ms = clock_monotonic_ms()};
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
        hub_say_told(conn);
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
            hub_settle(conn);
    }
    if (settled && !hub->all_said) {
        hub->all_said = true; /* whoever was here before and has not come back leaves the other daemons' sets */
        hub_say_all(hub);
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
            more |= hub_serve_asked(conn, now);
    presence_take(hub->presence, hub_on_difference, hub);
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
                               .history_s = (int)settings->realtime_history_s,
                               .slot_idle_s = (int)settings->realtime_slot_idle_s},
        &(struct feed_events){
            .change = hub_on_change, .message = hub_on_feed_message, .state = hub_on_feed_state, .data = hub});
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
    hub->peers =
        peers_new(loop, options->owner_conninfo, options->daemon_name,
                  &(struct peers_events){
                      .appeared = hub_on_peer, .gone = hub_on_peer_gone, .lost = hub_on_peers_lost, .data = hub});
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
