/* Pools and batches against a real server: MAITRED_TEST_DATABASE holds its conninfo (script/test sets it). */
#include "../unit.h"

#include "base/log.h"
#include "base/str.h"
#include "pg/pg.h"

#include <stdio.h>
#include <stdlib.h>

static const char *conninfo;

struct story {
    uv_loop_t loop;
    struct pg_pool *pool;
    struct arena *arena;
    int waiting, good, bad;
    const char *last_code;
};

static void begin_shared(struct story *s, int connections, int depth, int queue, int visitors)
{
    memset(s, 0, sizeof *s);
    uv_loop_init(&s->loop);
    s->arena = arena_new();
    s->pool = pg_pool_new(&s->loop, &(struct pg_pool_options){.name = "test",
                                                              .conninfo = conninfo,
                                                              .connections = connections,
                                                              .depth = depth,
                                                              .queue_max = queue,
                                                              .queue_timeout_ms = 3000,
                                                              .connection_age_s = 3600,
                                                              .prepared_max = 8,
                                                              .visitor_share = visitors,
                                                              .tenant_spread = 0});
}

static void begin(struct story *s, int connections, int depth, int queue)
{
    begin_shared(s, connections, depth, queue, 0);
}

static void end(struct story *s)
{
    pg_pool_free(s->pool);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&s->loop), 0);
    arena_free(s->arena);
}

static void run(struct story *s)
{
    while (s->waiting > 0)
        uv_run(&s->loop, UV_RUN_ONCE);
}

static void count(struct pg_batch *batch, void *data)
{
    struct story *s = data;
    const struct error *error = pg_batch_error(batch);
    s->waiting--;
    if (error) {
        s->bad++;
        s->last_code = error->code;
    } else {
        s->good++;
    }
}

static struct pg_batch *ask(struct story *s, const struct pg_session *session, const char *sql, bool prepare)
{
    struct pg_batch *b = pg_batch_new(s->pool, s->arena, session);
    pg_batch_add(b, &(struct pg_statement){.sql = sql, .prepare = prepare});
    s->waiting++;
    pg_batch_submit(b, 0, count, s);
    return b;
}

static void rows_come_back(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 10);
    struct pg_batch *b = ask(&s, &(struct pg_session){.timezone = "Europe/Berlin", .claims = "{\"sub\":\"x\"}"},
                             "select current_setting('timezone'), current_setting('request.jwt.claims')", true);
    run(&s);
    assert_int_equal(s.good, 1);
    assert_string_equal(pg_value(pg_batch_result(b, 0), 0, 0), "Europe/Berlin");
    assert_string_equal(pg_value(pg_batch_result(b, 0), 0, 1), "{\"sub\":\"x\"}");
    end(&s);
}

static void a_session_ends_with_its_batch(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 10);
    ask(&s, &(struct pg_session){.claims = "{\"sub\":\"secret\"}"}, "select 1", false);
    struct pg_batch *b = ask(&s, NULL, "select nullif(current_setting('request.jwt.claims', true), '')", false);
    run(&s);
    assert_null(pg_value(pg_batch_result(b, 0), 0, 0));
    end(&s);
}

static void an_error_undoes_its_own_batch_only(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 8, 10);
    ask(&s, NULL, "create temporary table if not exists drawer (n int)", false);
    ask(&s, NULL, "insert into drawer values (1)", false);
    struct pg_batch *broken = pg_batch_new(s.pool, s.arena, NULL);
    pg_batch_add(broken, &(struct pg_statement){.sql = "insert into drawer values (2)"});
    pg_batch_add(broken, &(struct pg_statement){.sql = "select 1/0"});
    s.waiting++;
    pg_batch_submit(broken, 0, count, &s);
    struct pg_batch *b = ask(&s, NULL, "select sum(n) from drawer", false);
    run(&s);
    assert_int_equal(s.bad, 1);
    assert_string_equal(s.last_code, "22012");
    assert_int_equal(pg_batch_failed_statement(broken), 1);
    assert_null(pg_batch_result(broken, 0)); /* nothing of a failed batch is an answer */
    assert_string_equal(pg_value(pg_batch_result(b, 0), 0, 0), "1");
    end(&s);
}

static void a_deferred_constraint_fails_the_batch_after_its_last_statement(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 10);
    ask(&s, NULL, "create temporary table if not exists seat (n int unique deferrable initially deferred)", false);
    run(&s);
    struct pg_batch *b = pg_batch_new(s.pool, s.arena, NULL);
    pg_batch_add(b, &(struct pg_statement){.sql = "insert into seat values (7)"});
    pg_batch_add(b, &(struct pg_statement){.sql = "insert into seat values (7)"});
    s.waiting++;
    pg_batch_submit(b, 0, count, &s);
    run(&s);
    assert_int_equal(s.bad, 1);
    assert_string_equal(s.last_code, "23505");
    end(&s);
}

static void statements_that_cannot_be_prepared_are_tried_anew(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 8, 20);
    for (int i = 0; i < 3; i++)
        ask(&s, NULL, "select * from not_there_yet", true);
    run(&s);
    assert_int_equal(s.bad, 3);
    assert_string_equal(s.last_code, "42P01");
    ask(&s, NULL, "create temporary table not_there_yet (n int)", false);
    ask(&s, NULL, "select * from not_there_yet", true);
    run(&s);
    assert_int_equal(s.good, 2);
    /* The table changes under a prepared statement: the batch is repeated with a fresh one. */
    ask(&s, NULL, "alter table not_there_yet add m int", false);
    struct pg_batch *b = ask(&s, NULL, "select * from not_there_yet", true);
    run(&s);
    assert_int_equal(s.good, 4);
    assert_int_equal(PQnfields(pg_batch_result(b, 0)), 2);
    end(&s);
}

static void prepared_statements_are_bounded(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 100);
    for (int i = 0; i < 40; i++)
        ask(&s, NULL, arena_printf(s.arena, "select %d", i), true);
    run(&s);
    struct pg_batch *b = ask(&s, NULL, "select count(*) from pg_prepared_statements", false);
    run(&s);
    assert_int_equal(s.good, 41);
    assert_true(atoi(pg_value(pg_batch_result(b, 0), 0, 0)) <= 8);
    end(&s);
}

static void a_full_queue_refuses(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 1, 4);
    for (int i = 0; i < 10; i++)
        ask(&s, NULL, "select pg_sleep(0.01)", false);
    run(&s);
    assert_string_equal(s.last_code, "MD503");
    assert_int_equal(s.bad, 6); /* one connects, hence waits as well: four fit */
    assert_int_equal(s.good, 4);
    end(&s);
}

struct arrival {
    struct story *story;
    int *order, place;
};

static void note_arrival(struct pg_batch *batch, void *data)
{
    struct arrival *arrival = data;
    arrival->place = pg_batch_error(batch) ? -1 : (*arrival->order)++;
    arrival->story->waiting--;
}

static void arrive(struct story *s, struct arrival *arrival, int *order, uint64_t tenant, const char *sql)
{
    struct pg_batch *b = pg_batch_new(s->pool, s->arena, &(struct pg_session){.affinity = tenant, .read_only = true});
    pg_batch_add(b, &(struct pg_statement){.sql = sql});
    *arrival = (struct arrival){.story = s, .order = order};
    s->waiting++;
    pg_batch_submit(b, 0, note_arrival, arrival);
}

static void tenants_take_turns(void **state)
{
    enum { FLOOD = 8 };
    struct story s;
    struct arrival flood[FLOOD], quiet[2];
    int order = 0;
    (void)state;
    begin(&s, 1, 1, 9);
    for (int i = 0; i < FLOOD; i++)
        arrive(&s, &flood[i], &order, 7, "select pg_sleep(0.005)");
    for (int i = 0; i < 2; i++) /* the second finds the queue full */
        arrive(&s, &quiet[i], &order, 8, "select 1");
    run(&s);
    assert_int_equal(flood[0].place, 0);
    assert_int_equal(quiet[0].place, 1);
    assert_int_equal(flood[1].place, 2);
    assert_int_equal(quiet[1].place, 3);
    assert_int_equal(flood[FLOOD - 2].place, 8);
    assert_int_equal(flood[FLOOD - 1].place, -1); /* the last of those who ask for most is refused */
    end(&s);
}

static void many_share_few_connections(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 2, 8, 1000);
    for (int i = 0; i < 500; i++)
        ask(&s, &(struct pg_session){.claims = "{}", .affinity = (uint64_t)i}, "select 1", true);
    run(&s);
    assert_int_equal(s.good, 500);
    assert_true(pg_pool_stats(s.pool).open <= 2);
    end(&s);
}

static void reads_survive_a_lost_connection(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 8, 100);
    ask(&s, NULL, "select 1", false);
    run(&s);
    struct pg_batch *kill = ask(&s, NULL, "select pg_terminate_backend(pg_backend_pid())", false);
    struct pg_batch *read = ask(&s, &(struct pg_session){.read_only = true}, "select 42", true);
    struct pg_batch *write = ask(&s, NULL, "select 43", false);
    run(&s);
    assert_non_null(pg_batch_error(kill));
    assert_null(pg_batch_error(read));
    assert_string_equal(pg_value(pg_batch_result(read, 0), 0, 0), "42");
    assert_non_null(pg_batch_error(write)); /* nobody knows whether it was done */
    assert_int_equal(pg_batch_error(write)->status, 503);
    end(&s);
}

static int streamed_rows;

static bool take_row(struct pg_batch *batch, const PGresult *row, void *data)
{
    (void)data;
    (void)batch;
    streamed_rows++;
    assert_int_equal(atoi(PQgetvalue(row, 0, 0)), streamed_rows);
    return streamed_rows % 1000 != 0; /* every thousandth row is enough for now */
}

static void go_on(uv_timer_t *timer)
{
    pg_batch_resume(timer->data);
}

static void a_stream_stops_when_told(void **state)
{
    struct story s;
    uv_timer_t timer;
    (void)state;
    begin(&s, 1, 8, 10);
    struct pg_batch *b = pg_batch_new(s.pool, s.arena, &(struct pg_session){.read_only = true});
    pg_batch_add(b, &(struct pg_statement){.sql = "select generate_series(1, 10000)"});
    pg_batch_stream(b, 0, take_row);
    uv_timer_init(&s.loop, &timer);
    timer.data = b;
    uv_timer_start(&timer, go_on, 1, 1);
    s.waiting++;
    pg_batch_submit(b, 0, count, &s);
    run(&s);
    assert_int_equal(streamed_rows, 10000);
    assert_int_equal(s.good, 1);
    uv_close((uv_handle_t *)&timer, NULL);
    end(&s);
}

static const char *streamed_code;

static void count_streamed(struct pg_batch *batch, void *data)
{
    (void)data;
    const struct error *error = pg_batch_error(batch);
    streamed_code = error ? error->code : "";
}

static bool released;

static void note_release(void *data)
{
    (void)data;
    released = true;
}

static void a_forgotten_batch_says_when_it_is_over(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 8, 10);
    ask(&s, NULL, "select 1", false);
    run(&s);
    struct pg_batch *slow = ask(&s, &(struct pg_session){.read_only = true}, "select pg_sleep(30)", false);
    for (int i = 0; i < 3; i++)
        uv_run(&s.loop, UV_RUN_NOWAIT);
    s.waiting--;
    pg_batch_forget(slow, note_release, NULL);
    struct pg_batch *next = ask(&s, &(struct pg_session){.read_only = true}, "select 7", false);
    run(&s); /* the slow one was cancelled, or this would take half a minute */
    assert_true(released);
    assert_string_equal(pg_value(pg_batch_result(next, 0), 0, 0), "7");
    end(&s);
}

/* The server cancels whatever runs when the request arrives: often the one behind it. */
static void a_cancel_that_comes_late_harms_nobody(void **state)
{
    struct story s;
    const struct pg_session reads = {.read_only = true};
    (void)state;
    begin(&s, 1, 8, 10);
    for (int i = 0; i < 150; i++) {
        struct pg_batch *forgotten = ask(&s, &reads, "select pg_sleep(0.002)", false);
        ask(&s, &reads, "select pg_sleep(0.004)", false);
        if (i % 2)
            ask(&s, NULL, "select 7", false);
        for (uint64_t until = uv_hrtime() + (uint64_t)(i % 5) * 500000; uv_hrtime() < until;)
            uv_run(&s.loop, UV_RUN_NOWAIT);
        if (s.waiting < (i % 2 ? 3 : 2)) { /* it was over already */
            run(&s);
            continue;
        }
        s.waiting--;
        pg_batch_forget(forgotten, note_release, NULL);
        run(&s);
    }
    assert_int_equal(s.bad, 0);
    end(&s);
}

static bool take_one_row(struct pg_batch *batch, const PGresult *row, void *data)
{
    (void)batch;
    (void)row;
    ++*(int *)data;
    return false;
}

static struct pg_batch *stream(struct story *s, const char *sql, int timeout_ms, int *rows)
{
    struct pg_batch *b = pg_batch_new(s->pool, s->arena, &(struct pg_session){.read_only = true});
    pg_batch_add(b, &(struct pg_statement){.sql = sql});
    pg_batch_stream(b, 0, take_one_row);
    *rows = 0;
    streamed_code = NULL;
    s->waiting++;
    pg_batch_submit(b, timeout_ms, count_streamed, rows);
    while (!*rows && !streamed_code)
        uv_run(&s->loop, UV_RUN_ONCE);
    if (streamed_code)
        fail_msg("it ended before its first row: \"%s\"", streamed_code);
    return b;
}

/* The rest has come already, so that going on ends the batch while it is being forgotten. */
static void a_paused_stream_can_be_forgotten(void **state)
{
    struct story s;
    int rows;
    (void)state;
    begin(&s, 1, 8, 10);
    for (int i = 0; i < 20; i++) {
        struct pg_batch *b = stream(&s, i % 2 ? "select generate_series(1, 1000000)" : "values (1), (2)", 0, &rows);
        released = false;
        s.waiting--;
        pg_batch_forget(b, note_release, NULL);
        while (!released)
            uv_run(&s.loop, UV_RUN_ONCE);
        assert_int_equal(rows, 1);
    }
    ask(&s, NULL, "insert into pg_temp.nothing_there values (1)", false);
    struct pg_batch *next = ask(&s, NULL, "select 7", false); /* a late cancel request is nobody else's business */
    run(&s);
    assert_string_equal(pg_value(pg_batch_result(next, 0), 0, 0), "7");
    end(&s);
}

static void nothing(uv_timer_t *timer)
{
    (void)timer;
}

/* The server cannot be cancelled while it waits for somebody to read: the connection is what must go. */
static void a_stream_that_nobody_reads_ends_with_its_time(void **state)
{
    struct story s;
    int rows;
    (void)state;
    uv_timer_t server; /* a paused stream alone does not keep a loop going */
    begin(&s, 1, 8, 10);
    uv_timer_init(&s.loop, &server);
    uv_timer_start(&server, nothing, 10, 10);
    ask(&s, NULL, "select 1", false);
    run(&s);
    stream(&s, "select repeat('x', 1000) from generate_series(1, 1000000)", 1000, &rows);
    while (!streamed_code)
        uv_run(&s.loop, UV_RUN_ONCE);
    assert_string_equal(streamed_code, "MD504");
    uv_close((uv_handle_t *)&server, NULL);
    s.waiting--;
    ask(&s, NULL, "select 1", false);
    run(&s);
    assert_int_equal(s.good, 2);
    end(&s);
}

/* Statements that are given up for new ones stay known while the transaction that was to deallocate them fails. */
static void failing_batches_leave_no_prepared_statements_behind(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 200);
    const struct pg_session wrong = {.timezone = "Nowhere/At_All"};
    for (int i = 0; i < 60; i++) {
        ask(&s, NULL, arena_printf(s.arena, "select %d as good", i), true);
        ask(&s, &wrong, arena_printf(s.arena, "select %d as bad", i), true);
        if (i % 3 == 0)
            run(&s);
    }
    run(&s);
    assert_int_equal(s.good, 60);
    assert_int_equal(s.bad, 60);
    struct pg_batch *b = ask(&s, NULL, "select count(*) from pg_prepared_statements", false);
    run(&s);
    assert_in_range(atoi(pg_value(pg_batch_result(b, 0), 0, 0)), 1, 8 + 4); /* and what was in use at once */
    end(&s);
}

static void a_changed_table_leaves_no_prepared_statements_behind(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 200);
    ask(&s, NULL, "create temporary table changing (n int)", false);
    for (int i = 0; i < 30; i++) {
        ask(&s, NULL, "select * from changing", true);
        run(&s);
        ask(&s, NULL, arena_printf(s.arena, "alter table changing add c%d int", i), false);
        run(&s);
    }
    assert_int_equal(s.bad, 0);
    struct pg_batch *b = ask(&s, NULL, "select count(*) from pg_prepared_statements", false);
    run(&s);
    assert_in_range(atoi(pg_value(pg_batch_result(b, 0), 0, 0)), 1, 8);
    end(&s);
}

static void more_values_than_the_protocol_takes_harm_nobody(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 8, 10);
    struct pg_batch *b = pg_batch_new(s.pool, s.arena, NULL);
    const char **values = arena_array(s.arena, 70000, sizeof *values);
    pg_batch_add(b, &(struct pg_statement){.sql = "select 1", .param_count = 70000, .values = values});
    struct pg_batch *neighbour = ask(&s, NULL, "select 8", false);
    s.waiting++;
    pg_batch_submit(b, 0, count, &s);
    run(&s);
    assert_int_equal(pg_batch_error(b)->status, 400);
    assert_string_equal(pg_value(pg_batch_result(neighbour, 0), 0, 0), "8");
    assert_int_equal(pg_pool_stats(s.pool).reconnects, 1);
    end(&s);
}

static void submit_another(struct pg_batch *batch, void *data)
{
    struct story *s = data;
    count(batch, s);
    if (s->good < 100000 && pg_pool_stats(s->pool).reconnects < 3)
        for (int i = s->waiting; i < 4; i++) {
            s->waiting++;
            struct pg_batch *b = pg_batch_new(s->pool, s->arena, NULL);
            pg_batch_add(b, &(struct pg_statement){.sql = "select pg_sleep(0.002)"});
            pg_batch_submit(b, 0, submit_another, s);
        }
}

static void a_connection_that_is_never_idle_is_replaced(void **state)
{
    struct story s;
    (void)state;
    begin(&s, 1, 4, 20);
    pg_pool_free(s.pool);
    s.pool = pg_pool_new(&s.loop, &(struct pg_pool_options){.name = "test",
                                                            .conninfo = conninfo,
                                                            .connections = 1,
                                                            .depth = 4,
                                                            .queue_max = 20,
                                                            .queue_timeout_ms = 3000,
                                                            .connection_age_s = 0,
                                                            .prepared_max = 8});
    s.waiting = 1;
    struct pg_batch *b = pg_batch_new(s.pool, s.arena, NULL);
    pg_batch_add(b, &(struct pg_statement){.sql = "select 1"});
    pg_batch_submit(b, 0, submit_another, &s);
    run(&s);
    assert_int_equal(s.bad, 0);
    assert_true(pg_pool_stats(s.pool).reconnects >= 3);
    end(&s);
}

static void an_absent_database_is_said(void **state)
{
    struct story s;
    (void)state;
    const char *there = conninfo;
    conninfo = "host=/nonexistent dbname=x";
    begin(&s, 2, 8, 10);
    conninfo = there;
    ask(&s, NULL, "select 1", false);
    run(&s);
    assert_string_equal(s.last_code, "PGRST000");
    assert_false(pg_pool_stats(s.pool).reachable);
    end(&s);
}

/* Twenty visitors ask for something slow; the one member of staff who comes behind them has a connection at once. */
static void visitors_leave_a_connection_to_others(void **state)
{
    struct story s;
    (void)state;
    begin_shared(&s, 3, 4, 100, 2);
    for (int i = 0; i < 20; i++)
        ask(&s, &(struct pg_session){.visitor = true}, "select pg_sleep(0.1)", true);
    while (pg_pool_stats(s.pool).busy < 2)
        uv_run(&s.loop, UV_RUN_ONCE);
    ask(&s, NULL, "select 1/0", true); /* fails, to be told from the others */
    while (!s.bad)
        uv_run(&s.loop, UV_RUN_ONCE);
    assert_true(s.good <= 8);
    assert_true(pg_pool_stats(s.pool).open <= 3);
    run(&s);
    assert_int_equal(s.good, 20);
    end(&s);
}

static void a_queue_that_is_full_of_visitors_takes_others(void **state)
{
    struct story s;
    (void)state;
    begin_shared(&s, 2, 1, 4, 1);
    for (int i = 0; i < 5; i++)
        ask(&s, &(struct pg_session){.visitor = true}, "select pg_sleep(0.05)", false);
    struct pg_batch *staff = ask(&s, NULL, "select 7", false);
    run(&s);
    assert_int_equal(s.bad, 2); /* one for the fifth visitor, one for the place of the staff's */
    assert_string_equal(pg_value(pg_batch_result(staff, 0), 0, 0), "7");
    end(&s);
}

static void count_timer(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

/* Who comes when it has been away for as long as anybody waits, hears it with the next tick, long before that time. */
static void a_database_that_is_away_is_not_waited_for_again(void **state)
{
    struct story s;
    uv_timer_t timer;
    bool rang = false;
    (void)state;
    memset(&s, 0, sizeof s);
    uv_loop_init(&s.loop);
    s.arena = arena_new();
    s.pool = pg_pool_new(&s.loop, &(struct pg_pool_options){.name = "away",
                                                            .conninfo = "host=/nowhere user=x dbname=x",
                                                            .connections = 2,
                                                            .depth = 2,
                                                            .queue_max = 10,
                                                            .queue_timeout_ms = 2000,
                                                            .connection_age_s = 3600,
                                                            .prepared_max = 8});
    ask(&s, NULL, "select 1", false);
    run(&s);
    uv_timer_init(&s.loop, &timer);
    timer.data = &rang;
    uv_timer_start(&timer, count_timer, 1500, 0);
    ask(&s, NULL, "select 1", false);
    run(&s);
    assert_false(rang);
    assert_int_equal(s.bad, 2);
    assert_string_equal(s.last_code, "PGRST000");
    uv_close((uv_handle_t *)&timer, NULL);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back),
        cmocka_unit_test(a_session_ends_with_its_batch),
        cmocka_unit_test(an_error_undoes_its_own_batch_only),
        cmocka_unit_test(a_deferred_constraint_fails_the_batch_after_its_last_statement),
        cmocka_unit_test(statements_that_cannot_be_prepared_are_tried_anew),
        cmocka_unit_test(prepared_statements_are_bounded),
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(tenants_take_turns),
        cmocka_unit_test(many_share_few_connections),
        cmocka_unit_test(reads_survive_a_lost_connection),
        cmocka_unit_test(a_stream_stops_when_told),
        cmocka_unit_test(a_forgotten_batch_says_when_it_is_over),
        cmocka_unit_test(a_cancel_that_comes_late_harms_nobody),
        cmocka_unit_test(a_paused_stream_can_be_forgotten),
        cmocka_unit_test(a_stream_that_nobody_reads_ends_with_its_time),
        cmocka_unit_test(failing_batches_leave_no_prepared_statements_behind),
        cmocka_unit_test(a_changed_table_leaves_no_prepared_statements_behind),
        cmocka_unit_test(more_values_than_the_protocol_takes_harm_nobody),
        cmocka_unit_test(a_connection_that_is_never_idle_is_replaced),
        cmocka_unit_test(an_absent_database_is_said),
        cmocka_unit_test(visitors_leave_a_connection_to_others),
        cmocka_unit_test(a_queue_that_is_full_of_visitors_takes_others),
        cmocka_unit_test(a_database_that_is_away_is_not_waited_for_again),
    };
    conninfo = getenv("MAITRED_TEST_DATABASE");
    if (!conninfo) {
        fputs("MAITRED_TEST_DATABASE is not set\n", stderr);
        return 77; /* skipped, as Meson reads it */
    }
    log_setup(LOG_ERROR, false, "test");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
