/* The feed against a real server: MAITRED_TEST_DATABASE holds its conninfo (script/test sets it). */
#include "../unit.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "pg/direct.h"
#include "realtime/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, TOLD_MAX = 4000 };

static const char *conninfo;
static char slot[64];

/* A feed, what it has said as lines of text, and a session that writes. */
struct story {
    uv_loop_t loop;
    struct arena *arena;
    PGconn *conn;
    struct feed *feed;
    char *told[TOLD_MAX];
    struct cursor places[TOLD_MAX];
    int count;
    uint64_t all; /* told, also beyond TOLD_MAX */
    struct cursor last;
    char mark[64];
    int live, away, restarted;
    const char *reason;
};

static void run_sql(struct story *s, const char *sql)
{
    struct error error;
    if (direct_run(s->arena, s->conn, sql, &error) != OK)
        fail_msg("%s: %s", sql, error.message);
}

static const char *ask_sql(struct story *s, const char *sql)
{
    struct error error;
    PGresult *r = NULL;
    if (direct_query(s->arena, s->conn, sql, 0, NULL, &r, &error) != OK)
        fail_msg("%s: %s", sql, error.message);
    return PQntuples(r) ? direct_text(r, 0, 0) : "";
}

static void write_row(struct buf *out, const struct change_value *values, const struct relation *relation)
{
    for (int i = 0; values && i < relation->column_count; i++) {
        if (values[i].state == VALUE_ABSENT)
            continue;
        buf_printf(out, " %s=", relation->columns[i].name);
        if (values[i].state == VALUE_TEXT && values[i].text.len > 60)
            buf_printf(out, "(%zu)", values[i].text.len);
        else if (values[i].state == VALUE_TEXT)
            buf_str(out, values[i].text);
        else
            buf_text(out, values[i].state == VALUE_NULL ? "null" : "unchanged");
    }
}

static char *line_of(const struct change *change)
{
    static const char *const kinds[] = {"", "insert", "update", "delete", "truncate"};
    struct buf out;
    buf_init(&out, 65536);
    buf_printf(&out, "%s %s", kinds[change->kind], change->relation->table);
    write_row(&out, change->after, change->relation);
    if (change->before) {
        buf_text(&out, " <-");
        write_row(&out, change->before, change->relation);
    }
    buf_char(&out, '\0');
    return buf_take(&out, &(size_t){0});
}

static void on_change(void *data, const struct change *change)
{
    struct story *s = data;
    if (!str_is(str_of(change->relation->schema), "feed_test"))
        return; /* the daemon beside us works, too */
    assert_true(cursor_compare(change->cursor, s->last) > 0);
    assert_int_equal(cursor_compare(change->cursor, feed_position(s->feed)), 0);
    s->last = change->cursor;
    s->all++;
    if (s->count == TOLD_MAX)
        return;
    s->places[s->count] = change->cursor;
    s->told[s->count++] = line_of(change);
}

static void on_message(void *data, const char *prefix, struct str content)
{
    struct story *s = data;
    if (str_is(str_of(prefix), slot))
        (void)snprintf(s->mark, sizeof s->mark, "%.*s", STR_ARG(content));
}

static void on_state(void *data, bool live, bool restarted, const char *reason)
{
    struct story *s = data;
    s->live += live;
    s->away += !live;
    s->restarted += restarted;
    s->reason = live ? NULL : arena_strdup(s->arena, reason);
}

static void start_feed(struct story *s, size_t history_bytes)
{
    s->live = s->away = s->restarted = 0;
    s->last = (struct cursor){0};
    s->feed = feed_new(
        &s->loop,
        &(struct feed_options){.conninfo = conninfo, .slot = slot, .history_bytes = history_bytes, .history_s = 3600},
        &(struct feed_events){.change = on_change, .message = on_message, .state = on_state, .data = s});
}

static void stop_feed(struct story *s)
{
    feed_free(s->feed);
    s->feed = NULL;
    uv_run(&s->loop, UV_RUN_DEFAULT);
}

/* The feed's own timer turns the loop every second at the latest. */
#define RUN_UNTIL(story, condition)                                                                                    \
    do {                                                                                                               \
        int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;                                                         \
        while (!(condition)) {                                                                                         \
            uv_run(&(story)->loop, UV_RUN_ONCE);                                                                       \
            if (clock_monotonic_ms() > until_ms)                                                                       \
                fail_msg("never came: " #condition " (%s)", (story)->reason);                                          \
        }                                                                                                              \
    } while (0)

/* Everything that was committed before has been told. */
static void read_all(struct story *s)
{
    static int marks;
    char mark[32];
    (void)snprintf(mark, sizeof mark, "mark %d", ++marks);
    run_sql(s, arena_printf(s->arena, "select pg_logical_emit_message(true, '%s', '%s')", slot, mark));
    RUN_UNTIL(s, str_is(str_of(s->mark), mark));
}

static void forget(struct story *s)
{
    for (int i = 0; i < s->count; i++)
        free(s->told[i]);
    s->count = 0;
    s->all = 0;
}

/* Whoever reads it, and although its walsender takes a moment to end. */
static void drop_slot(struct story *s)
{
    run_sql(s, arena_printf(s->arena,
                            "do $$ begin while exists (select from pg_replication_slots where slot_name = '%s') loop"
                            " perform pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = "
                            "'%s' and active;"
                            " begin perform pg_drop_replication_slot('%s');"
                            " exception when object_in_use or undefined_object then null; end;"
                            " perform pg_sleep(0.01); end loop; end $$",
                            slot, slot, slot));
}

static void begin_with(struct story *s, size_t history_bytes)
{
    struct error error;
    memset(s, 0, sizeof *s);
    uv_loop_init(&s->loop);
    s->arena = arena_new();
    if (direct_open(s->arena, conninfo, &s->conn, &error) != OK)
        fail_msg("%s", error.message);
    run_sql(s, "drop schema if exists feed_test cascade; create schema feed_test; set search_path to feed_test;"
               "create type mood as enum ('glad', 'sad');"
               "create table guests (id int primary key, name text, mood mood, note text, at timestamptz);"
               "create table whole (a int, b text, c text); alter table whole replica identity full;"
               "alter table guests alter note set storage external; alter table whole alter c set storage external");
    start_feed(s, history_bytes);
    RUN_UNTIL(s, s->live);
}

static void begin(struct story *s)
{
    begin_with(s, 1024 * 1024);
}

static void end(struct story *s)
{
    if (s->feed)
        stop_feed(s);
    drop_slot(s);
    run_sql(s, arena_printf(s->arena, "delete from maitred.daemons where name = '%s'; drop schema feed_test cascade",
                            slot + 8));
    PQfinish(s->conn);
    forget(s);
    assert_int_equal(uv_loop_close(&s->loop), 0);
    arena_free(s->arena);
}

static void assert_told(struct story *s, const char *const *lines)
{
    int n = 0;
    for (; lines[n]; n++) {
        if (n >= s->count)
            fail_msg("missing: %s", lines[n]);
        assert_string_equal(s->told[n], lines[n]);
    }
    if (s->count != n)
        fail_msg("too much: %s", s->told[n]);
    forget(s);
}

#define ASSERT_TOLD(story, ...) assert_told(story, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

/* --- what is told --------------------------------------------------------------------------------------------------
 */

static void every_kind_of_change_is_told(void **state)
{
    struct story s;
    (void)state;
    begin(&s);
    run_sql(&s, "insert into guests values (1, 'Ann', 'glad', repeat('x', 3000), '2026-01-02 03:04:05.678+02');"
                "update guests set name = null where id = 1; update guests set id = 2 where id = 1;"
                "delete from guests where id = 2;"
                "insert into whole values (7, 'seven', repeat('y', 3000)); update whole set b = 'VII';"
                "delete from whole; truncate guests, whole");
    read_all(&s);
    ASSERT_TOLD(&s, "insert guests id=1 name=Ann mood=glad note=(3000) at=2026-01-02 01:04:05.678+00",
                "update guests id=1 name=null mood=glad note=unchanged at=2026-01-02 01:04:05.678+00",
                "update guests id=2 name=null mood=glad note=unchanged at=2026-01-02 01:04:05.678+00 <- id=1",
                "delete guests <- id=2", "insert whole a=7 b=seven c=(3000)",
                "update whole a=7 b=VII c=(3000) <- a=7 b=seven c=(3000)", "delete whole <- a=7 b=VII c=(3000)",
                "truncate guests", "truncate whole");
    end(&s);
}

struct types_seen {
    char text[400];
    uint32_t version;
};

static void note_types(void *data, const struct change *change)
{
    struct types_seen *seen = data;
    seen->text[0] = '\0';
    seen->version = change->relation->version;
    for (int i = 0; i < change->relation->column_count; i++) {
        size_t used = strlen(seen->text);
        (void)snprintf(seen->text + used, sizeof seen->text - used, "%s%s%s", i ? " " : "",
                       change->relation->columns[i].type_name, change->relation->columns[i].key ? "*" : "");
    }
}

static bool of_test(void *data, const struct relation *relation)
{
    (void)data;
    return str_is(str_of(relation->schema), "feed_test");
}

static void tables_may_change_meanwhile(void **state)
{
    struct story s;
    struct types_seen seen;
    (void)state;
    begin(&s);
    struct cursor start = feed_position(s.feed);
    run_sql(&s, "insert into guests values (1)");
    read_all(&s);
    assert_true(feed_replay(s.feed, start, of_test, note_types, &seen));
    assert_string_equal(seen.text, "int4* text mood text timestamptz");
    uint32_t version = seen.version;
    run_sql(&s, "begin; insert into guests values (2); alter table guests drop column note, add column tags text[],"
                " alter column name type varchar(9); insert into guests values (3, 'c', null, null, '{a,b}'); commit;"
                "alter table guests rename to visitors; insert into visitors values (4)");
    read_all(&s);
    ASSERT_TOLD(&s, "insert guests id=1 name=null mood=null note=null at=null",
                "insert guests id=2 name=null mood=null note=null at=null",
                "insert guests id=3 name=c mood=null at=null tags={a,b}",
                "insert visitors id=4 name=null mood=null at=null tags=null");
    assert_true(feed_replay(s.feed, start, of_test, note_types, &seen));
    assert_string_equal(seen.text, "int4* varchar mood timestamptz _text");
    assert_true(seen.version > version);
    end(&s);
}

static void transactions_come_in_the_order_of_their_commits(void **state)
{
    struct story s;
    struct error error;
    PGconn *other = NULL;
    (void)state;
    begin(&s);
    assert_int_equal(direct_open(s.arena, conninfo, &other, &error), OK);
    run_sql(&s, "begin; insert into guests values (1)");
    assert_int_equal(direct_run(s.arena, other, "begin; insert into feed_test.guests values (2)", &error), OK);
    run_sql(&s, "savepoint a; insert into guests values (3); rollback to a; savepoint b; insert into guests values (4);"
                "release b");
    assert_int_equal(direct_run(s.arena, other, "insert into feed_test.guests values (5); commit", &error), OK);
    run_sql(&s, "commit; begin; insert into guests values (6); rollback");
    PQfinish(other);
    read_all(&s);
    assert_int_equal(s.count, 4);
    assert_int_equal(s.places[0].commit_lsn, s.places[1].commit_lsn);
    assert_int_equal(s.places[0].index, 1);
    assert_int_equal(s.places[1].index, 2);
    assert_true(s.places[2].commit_lsn > s.places[1].commit_lsn);
    ASSERT_TOLD(&s, "insert guests id=2 name=null mood=null note=null at=null",
                "insert guests id=5 name=null mood=null note=null at=null",
                "insert guests id=1 name=null mood=null note=null at=null",
                "insert guests id=4 name=null mood=null note=null at=null");
    end(&s);
}

static void the_daemons_own_tables_are_nobodys_business(void **state)
{
    struct story s;
    struct types_seen seen = {""};
    (void)state;
    begin(&s);
    struct cursor start = feed_position(s.feed);
    run_sql(&s, "begin; insert into maitred.daemons (name) values ('feed_test_other');"
                "insert into guests values (1); delete from maitred.daemons where name = 'feed_test_other'; commit");
    read_all(&s);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.places[0].index, 2); /* what is hidden counts */
    assert_true(feed_replay(s.feed, start, NULL, note_types, &seen));
    assert_string_equal(seen.text, "int4* text mood text timestamptz");
    end(&s);
}

static void messages_come_through(void **state)
{
    struct story s;
    (void)state;
    begin(&s);
    run_sql(&s, arena_printf(s.arena, "select pg_logical_emit_message(false, '%s', 'at once')", slot));
    RUN_UNTIL(&s, str_is(str_of(s.mark), "at once"));
    run_sql(&s, arena_printf(s.arena,
                             "begin; select pg_logical_emit_message(true, '%s', 'never'); rollback;"
                             "begin; insert into guests values (1); select pg_logical_emit_message(true, '%s', 'then');"
                             "commit",
                             slot, slot));
    RUN_UNTIL(&s, str_is(str_of(s.mark), "then"));
    ASSERT_TOLD(&s, "insert guests id=1 name=null mood=null note=null at=null");
    end(&s);
}

/* --- what is kept --------------------------------------------------------------------------------------------------
 */

static void count_change(void *data, const struct change *change)
{
    (void)change;
    ++*(int *)data;
}

static void what_was_missed_is_told_again(void **state)
{
    struct story s;
    int again = 0;
    (void)state;
    begin(&s);
    struct cursor start = feed_position(s.feed);
    run_sql(&s, "insert into guests select n from generate_series(1, 10) n; insert into guests values (11)");
    read_all(&s);
    assert_int_equal(s.count, 11);
    assert_true(feed_replay(s.feed, start, of_test, count_change, &again));
    assert_int_equal(again, 11);
    again = 0;
    assert_true(feed_replay(s.feed, s.places[4], of_test, count_change, &again)); /* amid the transaction */
    assert_int_equal(again, 6);
    again = 0;
    assert_true(feed_replay(s.feed, feed_position(s.feed), of_test, count_change, &again));
    struct cursor beyond = feed_position(s.feed);
    beyond.commit_lsn += 1000000000;
    assert_false(feed_replay(s.feed, beyond, of_test, count_change, &again));
    assert_false(feed_replay(s.feed, (struct cursor){1, 1}, of_test, count_change, &again));
    assert_int_equal(again, 0);
    end(&s);
}

static void a_large_transaction_does_not_fill_the_memory(void **state)
{
    enum { ROWS = 200000, HISTORY = 1024 * 1024 };
    struct story s;
    int again = 0;
    (void)state;
    begin_with(&s, HISTORY);
    struct cursor start = feed_position(s.feed);
    run_sql(&s,
            arena_printf(s.arena, "insert into guests select n, 'guest ' || n from generate_series(1, %d) n", ROWS));
    read_all(&s);
    assert_int_equal(s.all, ROWS);
    struct feed_stats stats = feed_stats(s.feed);
    assert_true(stats.history_bytes <= HISTORY && stats.history_bytes > HISTORY / 2);
    assert_false(feed_replay(s.feed, start, of_test, count_change, &again));
    assert_true(cursor_compare(feed_oldest(s.feed), s.places[TOLD_MAX - 1]) > 0);
    assert_true(feed_replay(s.feed, feed_oldest(s.feed), of_test, count_change, &again));
    assert_int_equal(again, stats.history_entries);
    end(&s);
}

/* --- what goes wrong -----------------------------------------------------------------------------------------------
 */

static void a_feed_that_starts_again_tells_the_same(void **state)
{
    struct story s;
    struct cursor places[4];
    int again = 0;
    (void)state;
    begin(&s);
    run_sql(&s, "insert into guests values (1); begin; insert into guests values (2); insert into guests values (3);"
                "commit");
    read_all(&s);
    assert_int_equal(s.count, 3);
    memcpy(places, s.places, sizeof places);
    stop_feed(&s);
    run_sql(&s, "insert into guests values (4)");
    forget(&s);
    s.mark[0] = '\0';
    start_feed(&s, 1024 * 1024);
    RUN_UNTIL(&s, s.live);
    assert_int_equal(s.restarted, 0);
    assert_int_equal(s.count, 4); /* before it is live, all of it */
    for (int i = 0; i < 3; i++)
        assert_int_equal(cursor_compare(s.places[i], places[i]), 0);
    assert_true(feed_replay(s.feed, places[1], of_test, count_change, &again));
    assert_int_equal(again, 2);
    assert_string_equal(s.mark, ""); /* messages are told once */
    end(&s);
}

static void a_lost_connection_loses_and_doubles_nothing(void **state)
{
    struct story s;
    (void)state;
    begin(&s);
    run_sql(&s, "insert into guests values (1)");
    read_all(&s);
    for (int i = 2; i <= 4; i++) {
        /* Amid a transaction of 20,000 rows: some were told, most were not. */
        uint64_t before = s.all;
        run_sql(&s, arena_printf(s.arena,
                                 "insert into whole select n, 'x' from generate_series(1, 20000) n;"
                                 "insert into guests values (%d)",
                                 i));
        RUN_UNTIL(&s, s.all > before);
        assert_true(s.all < before + 20000);
        int away = s.away;
        run_sql(&s, arena_printf(s.arena,
                                 "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = "
                                 "'%s'",
                                 slot));
        RUN_UNTIL(&s, s.away > away);
        read_all(&s);
        assert_int_equal(s.all, before + 20001); /* that cursors grow is looked at with each */
    }
    assert_int_equal(s.restarted, 1); /* when the slot was made, at first */
    end(&s);
}

static void a_slot_that_is_gone_is_made_anew(void **state)
{
    struct story s;
    int again = 0;
    (void)state;
    begin(&s);
    struct cursor start = feed_position(s.feed);
    run_sql(&s, "insert into guests values (1)");
    read_all(&s);
    assert_int_equal(s.restarted, 1);
    drop_slot(&s);
    RUN_UNTIL(&s, s.restarted == 2);
    assert_false(feed_replay(s.feed, start, of_test, count_change, &again));
    run_sql(&s, "insert into guests values (2)");
    read_all(&s);
    ASSERT_TOLD(&s, "insert guests id=1 name=null mood=null note=null at=null",
                "insert guests id=2 name=null mood=null note=null at=null");
    end(&s);
}

/* The daemon beside us shares the publication: it comes back by itself, too. */
static void a_publication_that_is_gone_is_made_anew(void **state)
{
    struct story s;
    (void)state;
    begin(&s);
    run_sql(&s, "drop publication maitred; insert into guests values (1)");
    RUN_UNTIL(&s, s.restarted == 2);
    run_sql(&s, "insert into guests values (2)");
    read_all(&s);
    assert_string_equal(s.told[s.count - 1], "insert guests id=2 name=null mood=null note=null at=null");
    assert_true(feed_stats(s.feed).slots_lost > 0);
    end(&s);
}

static void abandoned_slots_are_dropped(void **state)
{
    struct story s;
    (void)state;
    begin(&s);
    run_sql(&s, "select pg_create_logical_replication_slot('maitred_feed_test_gone', 'pgoutput');"
                "select pg_create_logical_replication_slot('maitred_feed_test_new', 'pgoutput');"
                "insert into maitred.daemons (name, seen_at) values ('feed_test_gone', now() - interval '61 minutes'),"
                " ('feed_test_new', now() - interval '59 minutes')"
                " on conflict (name) do update set seen_at = excluded.seen_at");
    stop_feed(&s);
    start_feed(&s, 1024 * 1024); /* the first thing it does */
    RUN_UNTIL(&s, str_is(str_of(ask_sql(&s, "select string_agg(slot_name, ' ') from pg_replication_slots"
                                            " where slot_name in ('maitred_feed_test_gone', 'maitred_feed_test_new')")),
                         "maitred_feed_test_new"));
    run_sql(&s, "select pg_drop_replication_slot('maitred_feed_test_new');"
                "delete from maitred.daemons where name in ('feed_test_gone', 'feed_test_new')");
    end(&s);
}

static void an_absent_database_is_said_without_its_secrets(void **state)
{
    struct story s;
    const char *there = conninfo;
    (void)state;
    begin(&s);
    stop_feed(&s);
    conninfo = "host=/nowhere password=secret";
    start_feed(&s, 65536);
    RUN_UNTIL(&s, s.away);
    assert_string_equal(s.reason, "The connection to PostgreSQL was lost.");
    conninfo = there;
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_change_is_told),
        cmocka_unit_test(tables_may_change_meanwhile),
        cmocka_unit_test(transactions_come_in_the_order_of_their_commits),
        cmocka_unit_test(the_daemons_own_tables_are_nobodys_business),
        cmocka_unit_test(messages_come_through),
        cmocka_unit_test(what_was_missed_is_told_again),
        cmocka_unit_test(a_large_transaction_does_not_fill_the_memory),
        cmocka_unit_test(a_feed_that_starts_again_tells_the_same),
        cmocka_unit_test(a_lost_connection_loses_and_doubles_nothing),
        cmocka_unit_test(a_slot_that_is_gone_is_made_anew),
        cmocka_unit_test(a_publication_that_is_gone_is_made_anew),
        cmocka_unit_test(abandoned_slots_are_dropped),
        cmocka_unit_test(an_absent_database_is_said_without_its_secrets),
    };
    conninfo = getenv("MAITRED_TEST_DATABASE");
    if (!conninfo) {
        fputs("MAITRED_TEST_DATABASE is not set\n", stderr);
        return 77; /* skipped, as Meson reads it */
    }
    (void)snprintf(slot, sizeof slot, "maitred_feed_test_%d", (int)getpid());
    log_setup(getenv("FEED_LOG") ? LOG_INFO : LOG_ERROR, false, "test");
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
