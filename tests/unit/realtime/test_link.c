/* Links and hubs in one loop, over real sockets. The feed and the other daemons are played: `wal` is what PostgreSQL
 * would keep, a feed reads it when the test lets it. */
#include "../unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "realtime/feed.h"
#include "realtime/hub.h"
#include "realtime/link.h"
#include "realtime/peers.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAL_MAX = 200, HUBS_MAX = 2, WORKERS_MAX = 3, PATIENCE_S = 20 };

/* --- the database, played ----------------------------------------------------------------------------------------- */

static struct change_column columns[] = {{"id", 23, "int4", true}, {"note", 25, "text", false}};
static struct relation orders = {1, 1, "tenant_a", "orders", 2, columns};
static struct relation tables = {2, 1, "tenant_a", "tables", 2, columns};
static struct relation foreign = {3, 1, "tenant_b", "orders", 2, columns};

static struct {
    struct cursor cursor;
    const struct relation *relation;
    struct str note;
} wal[WAL_MAX];
static size_t wal_count, wal_trimmed;

struct feed {
    struct feed_events events;
    size_t read;
    bool live;
};
static struct feed *feeds[HUBS_MAX];

struct feed *feed_new(uv_loop_t *loop, const struct feed_options *options, const struct feed_events *events)
{
    struct feed *feed = calloc(1, sizeof *feed);
    (void)loop;
    assert_non_null(feed);
    assert_string_equal(options->conninfo, "played");
    feed->events = *events;
    feed->read = wal_trimmed;
    for (int i = 0; i < HUBS_MAX; i++) {
        if (!feeds[i]) {
            feeds[i] = feed;
            return feed;
        }
    }
    fail();
    return NULL;
}

void feed_free(struct feed *feed)
{
    for (int i = 0; i < HUBS_MAX; i++)
        if (feeds[i] == feed)
            feeds[i] = NULL;
    free(feed);
}

struct cursor feed_position(const struct feed *feed)
{
    return feed->read ? (struct cursor){wal[feed->read - 1].cursor.commit_lsn, UINT32_MAX} : (struct cursor){1, 0};
}

struct cursor feed_oldest(const struct feed *feed)
{
    (void)feed;
    return wal_trimmed ? wal[wal_trimmed - 1].cursor : (struct cursor){1, 0};
}

static void hand_over(size_t index, void (*tell)(void *data, const struct change *change), void *data)
{
    char id[24];
    (void)snprintf(id, sizeof id, "%zu", index);
    struct change_value after[] = {{VALUE_TEXT, str_of(id)}, {VALUE_TEXT, wal[index].note}};
    const struct change change = {
        .cursor = wal[index].cursor, .kind = CHANGE_INSERT, .relation = wal[index].relation, .after = after};
    tell(data, &change);
}

bool feed_replay(struct feed *feed, struct cursor since, bool (*wanted)(void *data, const struct relation *relation),
                 void (*tell)(void *data, const struct change *change), void *data)
{
    if (cursor_compare(since, feed_oldest(feed)) < 0 || cursor_compare(since, feed_position(feed)) > 0)
        return false;
    for (size_t i = wal_trimmed; i < feed->read; i++)
        if (cursor_compare(wal[i].cursor, since) > 0 && wanted(data, wal[i].relation))
            hand_over(i, tell, data);
    return true;
}

struct feed_stats feed_stats(const struct feed *feed)
{
    return (struct feed_stats){.live = feed->live, .changes = feed->read};
}

static void read_on(struct feed *feed)
{
    for (size_t i = feed->read; i < wal_count; i++) {
        feed->read = i + 1;
        hand_over(i, feed->events.change, feed->events.data);
    }
}

/* The feed reads its history, and what was committed since. */
static void go_live(int hub)
{
    read_on(feeds[hub]);
    feeds[hub]->live = true;
    feeds[hub]->events.state(feeds[hub]->events.data, true, false, NULL);
}

static void commit_note(const struct relation *relation, struct str note)
{
    assert_true(wal_count < WAL_MAX);
    wal[wal_count].cursor = (struct cursor){100 + 10 * wal_count, 1};
    wal[wal_count].relation = relation;
    wal[wal_count++].note = note;
    for (int i = 0; i < HUBS_MAX; i++)
        if (feeds[i] && feeds[i]->live)
            read_on(feeds[i]);
}

static void commit(const struct relation *relation)
{
    commit_note(relation, STR("a note"));
}

/* --- other daemons, played: what one says, the other's feed hears ------------------------------------------------- */

struct peers {
    struct peers_events events;
    char self[40];
    bool any;
};
static struct peers *daemons[HUBS_MAX];

static struct spoken {
    struct peers *from;
    struct buf bytes;
} spoken[100];
static size_t spoken_count, spoken_heard;

struct peers *peers_new(uv_loop_t *loop, const char *conninfo, const char *self, const struct peers_events *events)
{
    struct peers *peers = calloc(1, sizeof *peers);
    (void)loop, (void)conninfo;
    assert_non_null(peers);
    peers->events = *events;
    (void)snprintf(peers->self, sizeof peers->self, "%s", self);
    for (int i = 0; i < HUBS_MAX; i++) {
        if (!daemons[i]) {
            daemons[i] = peers;
            break;
        }
    }
    return peers;
}

void peers_free(struct peers *peers)
{
    for (int i = 0; i < HUBS_MAX; i++)
        if (daemons[i] == peers)
            daemons[i] = NULL;
    free(peers);
}

bool peers_any(const struct peers *peers)
{
    return peers->any;
}

void peers_heard(struct peers *peers, struct str name)
{
    (void)name;
    if (peers->any)
        return;
    peers->any = true;
    peers->events.appeared(peers->events.data, "other");
}

void peers_say(struct peers *peers, struct str messages, bool whole)
{
    (void)whole;
    if (!peers->any)
        return;
    assert_true(spoken_count < sizeof spoken / sizeof *spoken);
    struct spoken *s = &spoken[spoken_count++];
    s->from = peers;
    buf_init(&s->bytes, SIZE_MAX);
    wire_u32(&s->bytes, WIRE_VERSION);
    wire_str(&s->bytes, str_of(peers->self));
    buf_str(&s->bytes, messages);
}

static void carry_messages(void)
{
    for (; spoken_heard < spoken_count; spoken_heard++) {
        struct spoken *s = &spoken[spoken_heard];
        for (int i = 0; i < HUBS_MAX; i++)
            if (feeds[i] && feeds[i]->live)
                feeds[i]->events.message(feeds[i]->events.data, PEERS_PREFIX, str_n(s->bytes.at, s->bytes.len));
        buf_release(&s->bytes);
    }
}

/* --- hubs --------------------------------------------------------------------------------------------------------- */

static uv_loop_t loop;
static uv_timer_t turn; /* keeps the loop turning */
static struct settings settings;
static struct hub *hubs[HUBS_MAX];
static struct hub_options options[HUBS_MAX];
static struct hub_stats stats[HUBS_MAX];
static char addresses[HUBS_MAX][64];

static void nothing(uv_timer_t *timer)
{
    (void)timer;
}

static void listen_at(int i)
{
    static int number;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(addresses[i], sizeof addresses[i], "maitred-test-%d-%d", (int)getpid(), number++);
    memcpy(address.sun_path + 1, addresses[i], strlen(addresses[i]));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(addresses[i]))),
                     0);
    assert_int_equal(listen(fd, 16), 0);
    options[i] = (struct hub_options){.settings = &settings,
                                      .owner_conninfo = "played",
                                      .listen_fd = fd,
                                      .daemon_name = i ? "north" : "south",
                                      .stats = &stats[i]};
}

static void start_hub(int i)
{
    hubs[i] = hub_new(&loop, &options[i]);
}

static void kill_hub(int i)
{
    hub_free(hubs[i]);
    hubs[i] = NULL;
}

/* --- workers ------------------------------------------------------------------------------------------------------ */

static struct worker {
    struct realtime_link *link;
    struct buf heard; /* a line an event */
    int live;         /* -1: was not told */
} workers[WORKERS_MAX];

static const char *heard(struct worker *w)
{
    return buf_cstr(&w->heard);
}

static void forget(struct worker *w)
{
    w->heard.len = 0;
}

static void note_change(struct worker *w, const char *what, const struct change *change)
{
    buf_printf(&w->heard, "%s %s.%s/%u %.*s\n", what, change->relation->schema, change->relation->table,
               change->relation->version, STR_ARG(change->after[0].text));
}

static void on_change(void *data, const struct change *change)
{
    note_change(data, "change", change);
}

static void on_replayed(void *data, uint32_t request, const struct change *change)
{
    char what[32];
    (void)snprintf(what, sizeof what, "replayed %u", request);
    note_change(data, what, change);
}

static void on_subscribed(void *data, uint32_t request, enum wire_outcome outcome, struct cursor upto)
{
    static const char *const names[] = {"complete", "gone", "unavailable"};
    struct worker *w = data;
    buf_printf(&w->heard, "subscribed %u %s %llu\n", request, names[outcome], (unsigned long long)upto.commit_lsn);
}

static void on_cast(void *data, const char *tenant, const char *topic, uint8_t flags, struct str body)
{
    struct worker *w = data;
    buf_printf(&w->heard, "cast %s/%s %u %.*s\n", tenant, topic, flags, STR_ARG(body));
}

/* Refs are random: "#". */
static void note_json(struct worker *w, struct str json)
{
    static const char name[] = "\"phx_ref\":\"";
    assert_int_equal(json.at[json.len], '\0');
    for (size_t i = 0; i < json.len;) {
        if (strncmp(json.at + i, name, strlen(name)) != 0) {
            buf_char(&w->heard, json.at[i++]);
            continue;
        }
        i += strlen(name);
        assert_true(strcspn(json.at + i, "\"") >= 16);
        i += strcspn(json.at + i, "\"") + 1;
        buf_text(&w->heard, "#");
    }
}

static void on_diff(void *data, const char *tenant, const char *topic, struct str joins, struct str leaves)
{
    struct worker *w = data;
    buf_printf(&w->heard, "diff %s/%s ", tenant, topic);
    note_json(w, joins);
    buf_char(&w->heard, ' ');
    note_json(w, leaves);
    buf_char(&w->heard, '\n');
}

static void on_who(void *data, uint32_t request, struct str state)
{
    struct worker *w = data;
    buf_printf(&w->heard, "who %u ", request);
    note_json(w, state);
    buf_char(&w->heard, '\n');
}

static void on_state(void *data, bool live, bool missed, const char *reason)
{
    struct worker *w = data;
    w->live = live;
    if (missed)
        buf_text(&w->heard, "missed\n");
    if (!live)
        buf_printf(&w->heard, "away: %s\n", reason);
}

static struct worker *start_worker(int i, int hub)
{
    struct worker *w = &workers[i];
    buf_init(&w->heard, 1 << 20);
    w->live = -1;
    w->link = link_new(&loop, addresses[hub],
                       &(struct link_events){.change = on_change,
                                             .replayed = on_replayed,
                                             .subscribed = on_subscribed,
                                             .cast = on_cast,
                                             .diff = on_diff,
                                             .who = on_who,
                                             .state = on_state,
                                             .data = w});
    return w;
}

static void kill_worker(struct worker *w)
{
    link_free(w->link);
    buf_release(&w->heard);
    w->link = NULL;
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

static void turn_once(void)
{
    carry_messages();
    uv_run(&loop, UV_RUN_ONCE);
}

#define until(condition)                                                                                               \
    do {                                                                                                               \
        int64_t give_up_ms = clock_monotonic_ms() + PATIENCE_S * 1000;                                                 \
        while (!(condition)) {                                                                                         \
            if (clock_monotonic_ms() > give_up_ms)                                                                     \
                fail_msg("waited in vain for: %s", #condition);                                                        \
            turn_once();                                                                                               \
        }                                                                                                              \
    } while (0)

static void until_heard(struct worker *w, const char *expected)
{
    int64_t give_up_ms = clock_monotonic_ms() + PATIENCE_S * 1000;
    while (!text_eq(heard(w), expected) && clock_monotonic_ms() < give_up_ms)
        turn_once();
    assert_string_equal(heard(w), expected);
}

/* Everything that was said before is through: a question goes the same way. */
static void until_through(struct worker *w)
{
    static uint32_t request = 1000000;
    size_t before = w->heard.len;
    char answer[64];
    link_subscribe(w->link, ++request, (struct cursor){0}, NULL, 0);
    (void)snprintf(answer, sizeof answer, "subscribed %u ", request);
    until(strstr(heard(w), answer));
    char *line = strstr(w->heard.at, answer); /* take the answer out again */
    char *behind = strchr(line, '\n') + 1;
    memmove(line, behind, strlen(behind) + 1);
    w->heard.len = strlen(w->heard.at);
    assert_true(w->heard.len >= before);
}

static int begin(void **state)
{
    (void)state;
    settings.realtime_history_bytes = 1 << 20;
    settings.realtime_history_s = 300;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &turn);
    uv_timer_start(&turn, nothing, 2, 2);
    wal_count = wal_trimmed = spoken_count = spoken_heard = 0;
    for (int i = 0; i < HUBS_MAX; i++)
        listen_at(i);
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < WORKERS_MAX; i++)
        if (workers[i].link)
            kill_worker(&workers[i]);
    for (int i = 0; i < HUBS_MAX; i++) {
        if (hubs[i])
            kill_hub(i);
        close(options[i].listen_fd);
    }
    while (spoken_heard < spoken_count)
        buf_release(&spoken[spoken_heard++].bytes);
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop); /* every handle is gone */
}

/* --- stories: changes --------------------------------------------------------------------------------------------- */

static const struct link_table order_table[] = {{"tenant_a", "orders"}};

static void changes_come_to_who_watches(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    link_watch(a->link, "tenant_a", "orders");
    link_watch(a->link, "tenant_a", "orders"); /* counted */
    link_watch(b->link, "tenant_a", "");
    link_watch(b->link, "tenant_a", "tables"); /* both, but each change once */
    until_through(a);
    until_through(b);
    commit(&orders);
    commit(&tables);
    commit(&foreign);
    until_heard(a, "change tenant_a.orders/1 0\n");
    until_heard(b, "change tenant_a.orders/1 0\nchange tenant_a.tables/2 1\n");
    link_unwatch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\nchange tenant_a.orders/1 3\n");
    link_unwatch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    until_through(a);
    assert_string_equal(heard(a), "change tenant_a.orders/1 0\nchange tenant_a.orders/1 3\n");
}

static void a_subscription_is_answered_in_one_piece(void **state)
{
    (void)state;
    commit(&orders);
    commit(&tables);
    commit(&orders);
    start_hub(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    link_subscribe(a->link, 7, (struct cursor){1, 0}, order_table, 1); /* long before the line is up */
    link_subscribe(a->link, 8, (struct cursor){100, 1}, order_table, 1);
    link_subscribe(a->link, 9, (struct cursor){0}, order_table, 1);
    until(stats[0].workers == 1); /* the feed still reads its history: no answer, no old change */
    commit(&orders);
    assert_string_equal(heard(a), "");
    go_live(0);
    until_heard(a, "replayed 7 tenant_a.orders/1 0\nreplayed 7 tenant_a.orders/1 2\nreplayed 7 tenant_a.orders/1 3\n"
                   "subscribed 7 complete 130\n"
                   "replayed 8 tenant_a.orders/1 2\nreplayed 8 tenant_a.orders/1 3\nsubscribed 8 complete 130\n"
                   "subscribed 9 complete 130\n");
    forget(a);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 4\n");
}

static void a_cursor_that_is_ahead_waits(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    link_subscribe(a->link, 7, (struct cursor){100, 1}, order_table, 1); /* as another daemon has told it */
    until_through(a);
    assert_string_equal(heard(a), "");
    commit(&orders);
    commit(&orders);
    until(strstr(heard(a), "subscribed 7"));
    assert_null(strstr(heard(a), "gone"));
    int seen = 0;
    for (const char *at = heard(a); (at = strstr(at, "orders/1 1\n")); at++)
        seen++;
    assert_int_equal(seen, strstr(heard(a), "replayed") ? 2 : 1); /* as a change of the line, and of the subscription */
}

static void what_is_not_kept_is_gone(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        commit(&orders);
    wal_trimmed = 3;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    link_subscribe(a->link, 7, (struct cursor){110, 1}, order_table, 1);
    link_subscribe(a->link, 8, (struct cursor){120, 1}, order_table, 1);
    until_heard(a, "subscribed 7 gone 140\n"
                   "replayed 8 tenant_a.orders/1 3\nreplayed 8 tenant_a.orders/1 4\nsubscribed 8 complete 140\n");
}

static void without_decoding_there_is_a_reason(void **state)
{
    (void)state;
    start_hub(0);
    feeds[0]->events.state(feeds[0]->events.data, false, false, "wal_level is replica.");
    struct worker *a = start_worker(0, 0);
    link_subscribe(a->link, 7, (struct cursor){0}, order_table, 1);
    until_heard(a, "away: wal_level is replica.\nsubscribed 7 unavailable 0\n");
}

/* The test plays a hub that dies between two changes of its answer. */
static void a_broken_answer_goes_on_where_it_broke(void **state)
{
    struct buf out;
    struct change_value after[] = {{VALUE_TEXT, STR("0")}, {VALUE_NULL, STR("")}};
    (void)state;
    commit(&orders);
    commit(&orders);
    const struct change first = {.cursor = wal[0].cursor, .kind = CHANGE_INSERT, .relation = &orders, .after = after};
    buf_init(&out, SIZE_MAX);
    size_t begun = wire_begin(&out, WIRE_RELATION);
    wire_relation(&out, &orders);
    wire_end(&out, begun);
    begun = wire_begin(&out, WIRE_REPLAYED);
    wire_u32(&out, 7);
    wire_change(&out, &first, SIZE_MAX);
    wire_end(&out, begun);

    struct worker *a = start_worker(0, 0);
    link_subscribe(a->link, 7, (struct cursor){1, 0}, order_table, 1);
    int fd;
    until((fd = accept4(options[0].listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0);
    assert_int_equal(write(fd, out.at, out.len), out.len);
    until_heard(a, "replayed 7 tenant_a.orders/1 0\n");
    close(fd);
    start_hub(0);
    go_live(0);
    until_heard(a, "replayed 7 tenant_a.orders/1 0\nreplayed 7 tenant_a.orders/1 1\nsubscribed 7 complete 110\n");
    buf_release(&out);
}

/* The hub is killed; changes are committed; the next hub's feed reads older history first. */
static void a_killed_hub_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    link_watch(a->link, "tenant_a", "orders");
    link_watch(b->link, "tenant_a", "");
    until_through(a);
    until_through(b);
    commit(&orders);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\nchange tenant_a.orders/1 1\n");
    until_heard(b, heard(a));
    for (int round = 0; round < 3; round++) {
        forget(a);
        forget(b);
        size_t first = wal_count;
        kill_hub(0);
        commit(&orders);
        commit(&tables);
        start_hub(0);
        until(stats[0].workers == 2);
        link_subscribe(a->link, 70, (struct cursor){0}, order_table, 1);
        commit(&orders); /* while it reads */
        go_live(0);
        commit(&orders);
        char expected_a[256];
        char expected_b[256];
        (void)snprintf(expected_a, sizeof expected_a,
                       "change tenant_a.orders/1 %zu\nchange tenant_a.orders/1 %zu\nchange tenant_a.orders/1 %zu\n"
                       "subscribed 70 complete %zu\n",
                       first, first + 2, first + 3, 100 + 10 * (first + 3));
        (void)snprintf(expected_b, sizeof expected_b,
                       "change tenant_a.orders/1 %zu\nchange tenant_a.tables/2 %zu\nchange tenant_a.orders/1 %zu\n"
                       "change tenant_a.orders/1 %zu\n",
                       first, first + 1, first + 2, first + 3);
        until_heard(a, expected_a);
        until_heard(b, expected_b);
    }
}

static void a_line_that_hears_nothing_keeps_its_place(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    link_watch(a->link, "tenant_a", "tables");
    link_listen(a->link, "t", "floor");
    until_through(a);
    until_through(b);
    for (int i = 0; i < 5; i++)
        commit(&orders);
    uint64_t changes = wal_count;
    until(stats[0].changes == changes); /* the tick that says so also tells the place … */
    link_cast(b->link, "t", "floor", 0, STR("x"));
    until_heard(a, "cast t/floor 0 x\n"); /* … which has arrived before this */
    forget(a);
    wal_trimmed = 5;
    kill_hub(0);
    commit(&tables);
    start_hub(0);
    go_live(0);
    until_heard(a, "change tenant_a.tables/1 5\n");
}

static void what_a_feed_tells_twice_comes_once(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    commit(&orders);
    hand_over(0, feeds[0]->events.change, feeds[0]->events.data);
    hand_over(1, feeds[0]->events.change, feeds[0]->events.data);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\nchange tenant_a.orders/1 1\nchange tenant_a.orders/1 2\n");
}

static void who_was_away_too_long_must_refetch(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\n");
    kill_hub(0);
    commit(&orders);
    commit(&orders);
    wal_trimmed = 2;
    start_hub(0);
    go_live(0);
    until_heard(a, "change tenant_a.orders/1 0\nmissed\n");
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\nmissed\nchange tenant_a.orders/1 3\n");
}

static void a_lost_slot_is_told_once(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    until_heard(a, "change tenant_a.orders/1 0\n");
    forget(a);
    feeds[0]->live = false;
    feeds[0]->events.state(feeds[0]->events.data, false, false, "The database is away.");
    until_heard(a, "away: The database is away.\n");
    commit(&orders);
    wal_trimmed = feeds[0]->read = wal_count;
    feeds[0]->live = true;
    feeds[0]->events.state(feeds[0]->events.data, true, true, NULL);
    until_heard(a, "away: The database is away.\nmissed\n");
    commit(&orders);
    until_heard(a, "away: The database is away.\nmissed\nchange tenant_a.orders/1 2\n");
}

static void a_table_is_described_anew(void **state)
{
    struct change_column more[] = {{"id", 23, "int4", true}, {"note", 1043, "varchar", false}};
    struct relation altered = {1, 2, "tenant_a", "orders", 2, more};
    struct relation again = {1, 3, "tenant_a", "orders", 2, more};
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    until_through(a);
    commit(&orders);
    commit(&altered);
    commit(&again); /* the same columns, described once more: its policies or rights have changed */
    commit(&again);
    link_subscribe(a->link, 7, (struct cursor){1, 0}, order_table, 1);
    until_heard(a, "change tenant_a.orders/1 0\nchange tenant_a.orders/2 1\nchange tenant_a.orders/3 2\n"
                   "change tenant_a.orders/3 3\n"
                   "replayed 7 tenant_a.orders/4 0\nreplayed 7 tenant_a.orders/5 1\nreplayed 7 tenant_a.orders/6 2\n"
                   "replayed 7 tenant_a.orders/6 3\nsubscribed 7 complete 130\n");
    until(stats[0].lines);
    assert_int_equal(stats[0].lines, 1); /* and not by a line that broke and was told again */
}

/* --- stories: casts ----------------------------------------------------------------------------------------------- */

static void casts_go_to_the_others_who_listen(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    struct worker *c = start_worker(2, 0);
    link_listen(a->link, "t", "floor");
    link_listen(b->link, "t", "floor");
    link_listen(c->link, "u", "floor"); /* another tenant's */
    until_through(a);
    until_through(b);
    until_through(c);
    link_cast(a->link, "t", "floor", 5, STR("{\"x\":1}"));
    until_heard(b, "cast t/floor 5 {\"x\":1}\n");
    link_unlisten(b->link, "t", "floor");
    until_through(b);
    link_cast(a->link, "t", "floor", 5, STR("{\"x\":2}"));
    until_through(a);
    until_through(b);
    until_through(c);
    assert_string_equal(heard(a), "");
    assert_string_equal(heard(b), "cast t/floor 5 {\"x\":1}\n");
    assert_string_equal(heard(c), "");
}

/* --- stories: presence -------------------------------------------------------------------------------------------- */

static void presence_is_a_state_and_its_differences(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    link_listen(a->link, "t", "floor");
    until_through(a); /* who is there by then is part of the state, not of a difference */
    link_track(a->link, 1, "t", "floor", "ada", STR("{\"n\":1}"));
    link_track(a->link, 2, "t", "floor", "ada", STR("{\"n\":2}"));
    until_heard(a, "diff t/floor {\"ada\":{\"metas\":[{\"n\":1,#},{\"n\":2,#}]}} {}\n");
    link_listen(b->link, "t", "floor");
    link_who(b->link, 4, "t", "floor");
    until_heard(b, "who 4 {\"ada\":{\"metas\":[{\"n\":1,#},{\"n\":2,#}]}}\n");
    forget(a);
    forget(b);
    link_track(a->link, 2, "t", "floor", "ada", STR("{\"n\":3}"));
    link_untrack(a->link, 77); /* never was */
    const char *replaced = "diff t/floor {\"ada\":{\"metas\":[{\"n\":3,#}]}} {\"ada\":{\"metas\":[{\"n\":2,#}]}}\n";
    until_heard(a, replaced);
    until_heard(b, replaced);
    forget(b);
    link_untrack(a->link, 1);
    until_heard(b, "diff t/floor {} {\"ada\":{\"metas\":[{\"n\":1,#}]}}\n");
    link_who(b->link, 5, "t", "floor");
    link_who(b->link, 6, "t", "empty"); /* also where nobody listens */
    forget(b);
    until(strstr(heard(b), "who 5") && strstr(heard(b), "who 6"));
    assert_non_null(strstr(heard(b), "who 5 {\"ada\":{\"metas\":[{\"n\":3,#}]}}\n"));
    assert_non_null(strstr(heard(b), "who 6 {}\n"));
}

static void a_dead_worker_leaves_at_once_and_together(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    link_listen(b->link, "t", "floor");
    until_through(b);
    link_track(a->link, 1, "t", "floor", "ada", STR("{}"));
    link_track(a->link, 2, "t", "floor", "bob", STR("{}"));
    until_heard(b, "diff t/floor {\"ada\":{\"metas\":[{#}]},\"bob\":{\"metas\":[{#}]}} {}\n");
    forget(b);
    kill_worker(a);
    until_heard(b, "diff t/floor {} {\"ada\":{\"metas\":[{#}]},\"bob\":{\"metas\":[{#}]}}\n");
}

static void nobody_flickers_when_only_the_hub_dies(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 0);
    struct worker *c = start_worker(2, 0);
    link_listen(b->link, "t", "floor");
    until_through(b);
    link_track(a->link, 1, "t", "floor", "ada", STR("{}"));
    until(strstr(heard(b), "ada"));
    link_track(c->link, 1, "t", "floor", "cem", STR("{}"));
    until(strstr(heard(b), "cem"));
    forget(b);
    kill_hub(0);
    turn_once();
    kill_worker(c);                                         /* who dies with it … */
    link_track(a->link, 2, "t", "floor", "dee", STR("{}")); /* … or comes meanwhile is told, nobody else */
    start_hub(0);
    go_live(0);
    until_heard(b, "diff t/floor {\"dee\":{\"metas\":[{#}]}} {\"cem\":{\"metas\":[{#}]}}\n");
    link_who(b->link, 9, "t", "floor");
    forget(b);
    until_heard(b, "who 9 {\"ada\":{\"metas\":[{#}]},\"dee\":{\"metas\":[{#}]}}\n");
}

/* --- stories: several daemons ------------------------------------------------------------------------------------- */

static void daemons_tell_each_other(void **state)
{
    (void)state;
    start_hub(0);
    start_hub(1);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 1);
    link_listen(a->link, "t", "floor");
    link_listen(b->link, "t", "floor");
    until_through(a);
    link_track(a->link, 1, "t", "floor", "ada", STR("{}"));
    until_heard(a, "diff t/floor {\"ada\":{\"metas\":[{#}]}} {}\n");
    link_cast(a->link, "t", "floor", 0, STR("nobody there"));
    go_live(1);
    until_through(b);

    peers_heard(daemons[0], STR("north")); /* each finds the other, and asks who is there */
    peers_heard(daemons[1], STR("south"));
    until_heard(b, "diff t/floor {\"ada\":{\"metas\":[{#}]}} {}\n");
    forget(a);
    forget(b);
    link_cast(a->link, "t", "floor", 3, STR("hello"));
    until_heard(b, "cast t/floor 3 hello\n");
    link_track(b->link, 1, "t", "floor", "bob", STR("{}"));
    until_heard(a, "diff t/floor {\"bob\":{\"metas\":[{#}]}} {}\n");
    link_untrack(a->link, 1);
    until(strstr(heard(b), "{} {\"ada\""));
    forget(a);
    daemons[0]->events.gone(daemons[0]->events.data, "north");
    until_heard(a, "diff t/floor {} {\"bob\":{\"metas\":[{#}]}}\n");
}

static void a_restarted_daemon_does_not_make_others_flicker(void **state)
{
    (void)state;
    start_hub(0);
    start_hub(1);
    go_live(0);
    go_live(1);
    struct worker *a = start_worker(0, 0);
    struct worker *b = start_worker(1, 1);
    struct worker *c = start_worker(2, 0);
    link_listen(b->link, "t", "floor");
    until_through(b);
    peers_heard(daemons[0], STR("north"));
    peers_heard(daemons[1], STR("south"));
    link_track(a->link, 1, "t", "floor", "ada", STR("{}"));
    link_track(c->link, 1, "t", "floor", "cem", STR("{}"));
    until(strstr(heard(b), "ada") && strstr(heard(b), "cem"));
    forget(b);
    kill_hub(0);
    kill_worker(c);
    turn_once();
    start_hub(0);
    go_live(0);
    peers_heard(daemons[0], STR("north"));
    until_heard(b, "diff t/floor {} {\"cem\":{\"metas\":[{#}]}}\n"); /* swept, when the others had time to come back */
}

static void nonsense_from_sql_is_left_alone(void **state)
{
    static const char *const nonsense[] = {"", "x", "\1\0\0\0\5\0\0\0north\377\377\377\377"};
    const size_t lengths[] = {0, 1, 17};
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    for (int i = 0; i < 3; i++)
        feeds[0]->events.message(feeds[0]->events.data, PEERS_PREFIX, str_n(nonsense[i], lengths[i]));
    feeds[0]->events.message(feeds[0]->events.data, "somebody else's", STR("whatever"));
    until_through(a);
}

/* --- stories: lines ----------------------------------------------------------------------------------------------- */

/* A worker of the test's own: what it says, byte by byte; it never reads. */
static int raw_worker(struct buf *out)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path + 1, addresses[0], strlen(addresses[0]));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address,
                             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(addresses[0]))),
                     0);
    assert_int_equal(write(fd, out->at, out->len), out->len);
    return fd;
}

static void write_hello(struct buf *out, uint32_t version)
{
    buf_init(out, SIZE_MAX);
    size_t begun = wire_begin(out, WIRE_HELLO);
    wire_u32(out, version), wire_u64(out, 42), wire_u8(out, 0), wire_cursor(out, (struct cursor){0});
    wire_end(out, begun);
}

static void who_does_not_read_is_dropped_alone(void **state)
{
    struct buf out;
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    write_hello(&out, WIRE_VERSION);
    size_t begun = wire_begin(&out, WIRE_WATCH);
    wire_str(&out, STR("tenant_a")), wire_str(&out, STR("orders"));
    wire_end(&out, begun);
    wire_end(&out, wire_begin(&out, WIRE_READY));
    int fd = raw_worker(&out);
    until(stats[0].workers == 2);
    size_t length = 1 << 20;
    char *big = malloc(length);
    memset(big, 'x', length);
    for (int i = 0; i < 60; i++) {
        commit_note(&orders, str_n(big, length));
        char expected[64];
        (void)snprintf(expected, sizeof expected, "change tenant_a.orders/1 %d\n", i);
        until(strstr(heard(a), expected));
    }
    until(stats[0].dropped_workers == 1);
    assert_int_equal(stats[0].workers, 1);
    close(fd);
    free(big);
    buf_release(&out);
}

static void a_value_without_measure_is_left_out(void **state)
{
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    link_watch(a->link, "tenant_a", "orders");
    until_through(a);
    size_t length = 100 << 20;
    char *big = calloc(1, length);
    commit_note(&orders, str_n(big, length));
    until_heard(a, "change tenant_a.orders/1 0\n");
    until(stats[0].oversized == 1);
    free(big);
}

static void lines_that_make_no_sense_are_cut(void **state)
{
    struct buf out[4];
    char byte;
    (void)state;
    start_hub(0);
    go_live(0);
    struct worker *a = start_worker(0, 0);
    write_hello(&out[0], WIRE_VERSION + 1);
    write_hello(&out[1], WIRE_VERSION);
    wire_end(&out[1], wire_begin(&out[1], WIRE_CHANGE)); /* is the hub's to say */
    write_hello(&out[2], WIRE_VERSION);
    size_t begun = wire_begin(&out[2], WIRE_SUBSCRIBE);
    wire_u32(&out[2], 1), wire_cursor(&out[2], (struct cursor){0}), wire_u32(&out[2], UINT32_MAX);
    wire_end(&out[2], begun);
    buf_init(&out[3], SIZE_MAX);
    wire_u32(&out[3], UINT32_MAX); /* a length beyond measure */
    for (int i = 0; i < 4; i++) {
        int fd = raw_worker(&out[i]);
        until(recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0);
        close(fd);
        buf_release(&out[i]);
    }
    until_through(a);
    assert_int_equal(stats[0].dropped_workers, 0);
}

static void an_absent_hub_is_told_after_a_while(void **state)
{
    (void)state;
    struct worker *a = start_worker(0, 0);
    until(a->live == 0);
    assert_non_null(strstr(heard(a), "away: "));
    link_subscribe(a->link, 3, (struct cursor){0}, order_table, 1);
    forget(a);
    start_hub(0);
    go_live(0);
    until_heard(a, "subscribed 3 complete 1\n");
    assert_int_equal(a->live, 1);
}

int main(void)
{
#define story(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        story(changes_come_to_who_watches),
        story(a_subscription_is_answered_in_one_piece),
        story(a_cursor_that_is_ahead_waits),
        story(what_is_not_kept_is_gone),
        story(without_decoding_there_is_a_reason),
        story(a_broken_answer_goes_on_where_it_broke),
        story(a_killed_hub_loses_nothing_and_doubles_nothing),
        story(a_line_that_hears_nothing_keeps_its_place),
        story(what_a_feed_tells_twice_comes_once),
        story(who_was_away_too_long_must_refetch),
        story(a_lost_slot_is_told_once),
        story(a_table_is_described_anew),
        story(casts_go_to_the_others_who_listen),
        story(presence_is_a_state_and_its_differences),
        story(a_dead_worker_leaves_at_once_and_together),
        story(nobody_flickers_when_only_the_hub_dies),
        story(daemons_tell_each_other),
        story(a_restarted_daemon_does_not_make_others_flicker),
        story(nonsense_from_sql_is_left_alone),
        story(who_does_not_read_is_dropped_alone),
        story(a_value_without_measure_is_left_out),
        story(lines_that_make_no_sense_are_cut),
        story(an_absent_hub_is_told_after_a_while),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    log_setup(LOG_ERROR, false, "test");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
