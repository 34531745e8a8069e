/* Two daemons' hubs on a real server, with a worker each: MAITRED_TEST_DATABASE holds its conninfo (script/test sets
 * it). What hubs and links do when they fail is told in test_link.c, what the feed does in test_feed.c; here all parts
 * are the real ones. */
#include "../unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "pg/direct.h"
#include "realtime/hub.h"
#include "realtime/link.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

static const char *conninfo;
static uv_loop_t loop;
static uv_timer_t turn;
static struct arena *arena;
static PGconn *conn;
static struct settings settings;

static struct side { /* a daemon: its hub and one worker */
    char name[40], address[64];
    struct hub_options options;
    struct hub_stats stats;
    struct hub *hub;
    struct realtime_link *link;
    struct buf heard;
    int answers;
} sides[2];

static void run_sql(const char *sql)
{
    struct error error;
    if (direct_run(arena, conn, sql, &error) != OK)
        fail_msg("%s: %s", sql, error.message);
}

static void on_change(void *data, const struct change *change)
{
    struct side *s = data;
    buf_printf(&s->heard, "%.*s;", STR_ARG((change->after ? change->after : change->before)[0].text));
}

static void on_replayed(void *data, uint32_t request, const struct change *change)
{
    struct side *s = data;
    buf_printf(&s->heard, "%u:", request);
    on_change(data, change);
}

static void on_subscribed(void *data, uint32_t request, enum wire_outcome outcome, struct cursor upto)
{
    struct side *s = data;
    (void)request;
    assert_int_equal(outcome, WIRE_COMPLETE);
    assert_true(upto.commit_lsn > 0);
    s->answers++;
}

static void on_cast(void *data, const char *tenant, const char *topic, uint8_t flags, struct str body)
{
    struct side *s = data;
    assert_string_equal(tenant, "t");
    assert_string_equal(topic, "floor");
    assert_int_equal(flags, 2);
    buf_printf(&s->heard, "cast %.*s;", STR_ARG(body));
}

static void on_diff(void *data, const char *tenant, const char *topic, struct str joins, struct str leaves)
{
    struct side *s = data;
    (void)tenant, (void)topic;
    if (strstr(joins.at, "ada"))
        buf_text(&s->heard, "+ada;");
    if (strstr(leaves.at, "ada"))
        buf_text(&s->heard, "-ada;");
}

static void on_who(void *data, uint32_t request, struct str state)
{
    (void)data, (void)request, (void)state;
}

static void on_state(void *data, bool live, bool missed, const char *reason)
{
    (void)data, (void)live, (void)reason;
    assert_false(missed);
}

static void nothing(uv_timer_t *timer)
{
    (void)timer;
}

static void start_side(struct side *s, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memset(s, 0, sizeof *s);
    (void)snprintf(s->name, sizeof s->name, "hub_test_%s_%d", name, (int)getpid());
    (void)snprintf(s->address, sizeof s->address, "maitred-%s", s->name);
    memcpy(address.sun_path + 1, s->address, strlen(s->address));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(s->address))),
                     0);
    assert_int_equal(listen(fd, 16), 0);
    s->options = (struct hub_options){
        .settings = &settings, .owner_conninfo = conninfo, .listen_fd = fd, .daemon_name = s->name, .stats = &s->stats};
    s->hub = hub_new(&loop, &s->options);
    buf_init(&s->heard, 1 << 20);
    s->link = link_new(&loop, s->address,
                       &(struct link_events){.change = on_change,
                                             .replayed = on_replayed,
                                             .subscribed = on_subscribed,
                                             .cast = on_cast,
                                             .diff = on_diff,
                                             .who = on_who,
                                             .state = on_state,
                                             .data = s});
    link_watch(s->link, "hub_test", "notes");
    link_listen(s->link, "t", "floor");
}

static void end_side(struct side *s)
{
    link_free(s->link);
    hub_free(s->hub);
    close(s->options.listen_fd);
    buf_release(&s->heard);
}

#define until(condition)                                                                                               \
    do {                                                                                                               \
        int64_t give_up_ms = clock_monotonic_ms() + PATIENCE_MS;                                                       \
        while (!(condition)) {                                                                                         \
            if (clock_monotonic_ms() > give_up_ms)                                                                     \
                fail_msg("waited in vain for: %s; heard %s | %s", #condition, buf_cstr(&sides[0].heard),               \
                         buf_cstr(&sides[1].heard));                                                                   \
            uv_run(&loop, UV_RUN_ONCE);                                                                                \
        }                                                                                                              \
    } while (0)

static bool has_heard(struct side *s, const char *what)
{
    return strstr(buf_cstr(&s->heard), what) != NULL;
}

/* Its hub is live, and everything said before is through. */
static void until_through(struct side *s)
{
    static uint32_t request;
    int before = s->answers;
    link_subscribe(s->link, ++request, (struct cursor){0}, NULL, 0);
    until(s->answers > before);
}

static void forget(void)
{
    sides[0].heard.len = sides[1].heard.len = 0;
}

static void drop_traces(void)
{
    run_sql("set client_min_messages = warning; drop schema if exists hub_test cascade");
    run_sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots"
            " where slot_name like 'maitred\\_hub\\_test\\_%' and not active");
    run_sql("delete from maitred.daemons where name like 'hub\\_test\\_%'");
}

static int begin(void **state)
{
    struct error error;
    (void)state;
    settings =
        (struct settings){.realtime_history_bytes = 1 << 20, .realtime_history_s = 300, .realtime_slot_idle_s = 3600};
    arena = arena_new();
    if (direct_open(arena, conninfo, &conn, &error) != OK)
        fail_msg("%s", error.message);
    drop_traces();
    run_sql("create schema hub_test; create table hub_test.notes (id int primary key, note text)");
    uv_loop_init(&loop);
    uv_timer_init(&loop, &turn);
    uv_timer_start(&turn, nothing, 5, 5);
    start_side(&sides[0], "a");
    start_side(&sides[1], "b");
    until_through(&sides[0]);
    until_through(&sides[1]);
    return 0;
}

static int end(void **state)
{
    (void)state;
    end_side(&sides[0]);
    end_side(&sides[1]);
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    for (int i = 0; i < 100; i++) { /* a server process sees later that its client has gone */
        struct error error;
        PGresult *r = NULL;
        assert_int_equal(direct_query(arena, conn,
                                      "select count(*) from pg_replication_slots"
                                      " where slot_name like 'maitred\\_hub\\_test\\_%' and active",
                                      0, NULL, &r, &error),
                         OK);
        if (text_eq(direct_text(r, 0, 0), "0"))
            break;
        usleep(50 * 1000);
    }
    drop_traces();
    PQfinish(conn);
    arena_free(arena);
    return 0;
}

/* --- stories ------------------------------------------------------------------------------------------------------ */

static void a_commit_comes_to_every_daemon_once(void **state)
{
    (void)state;
    run_sql("insert into hub_test.notes values (1, 'a'), (2, 'b')");
    run_sql("begin; insert into hub_test.notes values (3, 'c'); rollback");
    run_sql("update hub_test.notes set note = 'd' where id = 2");
    run_sql("delete from hub_test.notes where id = 1");
    for (int i = 0; i < 2; i++) {
        until(sides[i].heard.len >= strlen("1;2;2;1;"));
        until_through(&sides[i]);
        assert_string_equal(buf_cstr(&sides[i].heard), "1;2;2;1;");
    }
    forget();
}

static void a_killed_hub_loses_nothing_and_doubles_nothing(void **state)
{
    char expected[1024] = "";
    (void)state;
    for (int i = 100; i < 150; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "insert into hub_test.notes values (%d, 'x')", i);
        if (i % 10 == 5) {
            hub_free(sides[0].hub);
            sides[0].hub = NULL;
        }
        run_sql(sql);
        if (i % 10 == 7)
            sides[0].hub = hub_new(&loop, &sides[0].options);
        for (int turns = i % 4; turns > 0; turns--) /* killed at various steps of its start */
            uv_run(&loop, UV_RUN_ONCE);
        (void)snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%d;", i);
    }
    for (int i = 0; i < 2; i++) {
        until(has_heard(&sides[i], "149;"));
        until_through(&sides[i]);
        assert_string_equal(buf_cstr(&sides[i].heard), expected);
    }
    forget();
}

static void daemons_tell_each_other(void **state)
{
    int64_t next_ms = 0;
    (void)state;
    while (!has_heard(&sides[1], "cast hello;")) { /* what is cast before they have found each other is lost */
        if (clock_monotonic_ms() > next_ms) {
            link_cast(sides[0].link, "t", "floor", 2, STR("hello"));
            next_ms = clock_monotonic_ms() + 500;
        }
        uv_run(&loop, UV_RUN_ONCE);
    }
    assert_false(has_heard(&sides[0], "cast"));
    link_track(sides[0].link, 1, "t", "floor", "ada", STR("{}"));
    until(has_heard(&sides[1], "+ada;"));
    until(has_heard(&sides[0], "+ada;"));
    forget();

    hub_free(sides[0].hub); /* only the hub dies: she is still there, everywhere */
    sides[0].hub = hub_new(&loop, &sides[0].options);
    until_through(&sides[0]);
    next_ms = 0;
    while (!has_heard(&sides[1], "cast again;")) {
        if (clock_monotonic_ms() > next_ms) {
            link_cast(sides[0].link, "t", "floor", 2, STR("again"));
            next_ms = clock_monotonic_ms() + 500;
        }
        uv_run(&loop, UV_RUN_ONCE);
    }
    link_untrack(sides[0].link, 1);
    until(has_heard(&sides[1], "-ada;"));
    until(has_heard(&sides[0], "-ada;"));
    assert_false(has_heard(&sides[1], "+ada;"));
    assert_false(has_heard(&sides[0], "+ada;"));
    char *first = strstr(buf_cstr(&sides[1].heard), "-ada;");
    assert_null(strstr(first + 1, "-ada;"));
    forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_comes_to_every_daemon_once),
        cmocka_unit_test(a_killed_hub_loses_nothing_and_doubles_nothing),
        cmocka_unit_test(daemons_tell_each_other),
    };
    conninfo = getenv("MAITRED_TEST_DATABASE");
    if (!conninfo) {
        fputs("MAITRED_TEST_DATABASE is not set\n", stderr);
        return 77; /* skipped, as Meson reads it */
    }
    (void)signal(SIGPIPE, SIG_IGN);
    log_setup(getenv("FEED_LOG") ? LOG_INFO : LOG_ERROR, false, "test");
    return cmocka_run_group_tests_name("hub", tests, begin, end);
}
