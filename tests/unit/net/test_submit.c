/* Going out on a loop: many at once, nobody waits for anybody. */
#include "server.h"

#include "base/clock.h"
#include "net/submit.h"

static struct server server;
static const struct settings plain = {.net_proxy = "", .net_ca_file = ""};

struct world {
    uv_loop_t loop;
    struct net_loop *net;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    server_start(&server);
    assert_int_equal(uv_loop_init(&world->loop), 0);
    world->net = net_loop_new(&world->loop, &plain);
    world->arena = arena_new();
    *state = world;
    return 0;
}

/* A loop that ends has nothing left open. */
static int tear_down(void **state)
{
    struct world *world = *state;
    net_loop_close(world->net);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    server_stop(&server);
    arena_free(world->arena);
    free(world);
    return 0;
}

struct told {
    int times;
    struct net_answer answer;
};

static void tell(void *data, const struct net_answer *answer)
{
    struct told *told = data;
    told->times++;
    told->answer = *answer;
}

static struct net_request to(struct world *world, const char *path)
{
    return (struct net_request){.url = arena_printf(world->arena, "http://127.0.0.1:%d%s", server.port, path),
                                .policy = NET_ANYWHERE};
}

static void run_until_none(struct world *world)
{
    while (net_loop_calls(world->net))
        uv_run(&world->loop, UV_RUN_ONCE);
}

static void many_at_once(void **state)
{
    struct world *world = *state;
    enum { MANY = 100 };
    static struct told told[MANY], slow, redirected, refused;
    memset(told, 0, sizeof told);
    const struct net_request fine = to(world, "/plain");
    struct net_request silent = to(world, "/silent"), moved = to(world, "/to/302//echo");
    const struct net_request bad = {.url = "nowhere"};
    silent.timeout_s = 1;
    moved.redirects = 1;
    net_submit(world->net, world->arena, &silent, tell, &slow);
    net_submit(world->net, world->arena, &moved, tell, &redirected);
    net_submit(world->net, world->arena, &bad, tell, &refused);
    assert_int_equal(refused.times, 0); /* never before net_submit has returned */
    for (int i = 0; i < MANY; i++)
        net_submit(world->net, world->arena, &fine, tell, &told[i]);
    while (net_loop_calls(world->net) > 1)
        uv_run(&world->loop, UV_RUN_ONCE);
    assert_int_equal(slow.times, 0); /* the others have not waited for it */
    run_until_none(world);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(told[i].times, 1);
        assert_int_equal(told[i].answer.verdict, NET_DONE);
        assert_string_equal(told[i].answer.body.at, "fine");
    }
    assert_int_equal(slow.times, 1);
    assert_int_equal(slow.answer.verdict, NET_LATER);
    assert_int_equal(redirected.answer.status, 200);
    assert_non_null(strstr(redirected.answer.body.at, "GET /echo"));
    assert_int_equal(refused.times, 1);
    assert_int_equal(refused.answer.verdict, NET_NEVER);
    assert_in_range(atomic_load(&server.connections), 1, NET_HOST_CONNECTIONS_MAX);
}

static void connections_are_kept(void **state)
{
    struct world *world = *state;
    struct told told = {0};
    const struct net_request fine = to(world, "/plain");
    for (int i = 0; i < 5; i++) {
        net_submit(world->net, world->arena, &fine, tell, &told);
        run_until_none(world);
    }
    assert_int_equal(told.times, 5);
    assert_int_equal(atomic_load(&server.connections), 1);
}

static void the_guard_is_the_same(void **state)
{
    struct world *world = *state;
    struct told told = {0}, fine = {0};
    struct net_request open = to(world, "/plain"), shut = {.url = open.url, .plain_http = true};
    net_submit(world->net, world->arena, &shut, tell, &told);
    run_until_none(world);
    assert_int_equal(told.answer.verdict, NET_NEVER);
    assert_int_equal(atomic_load(&server.connections), 0);
    net_submit(world->net, world->arena, &open, tell, &fine);
    run_until_none(world);
    assert_int_equal(fine.answer.status, 200);
    net_submit(world->net, world->arena, &shut, tell, &told); /* over the connection that is still open */
    run_until_none(world);
    assert_int_equal(told.times, 2);
    assert_int_equal(told.answer.verdict, NET_NEVER);
    assert_int_equal(told.answer.status, 0);
    assert_int_equal(atomic_load(&server.requests), 1);
}

static void who_left_is_not_told(void **state)
{
    struct world *world = *state;
    struct told gone = {0}, stays = {0};
    const struct net_request silent = to(world, "/silent"), fine = to(world, "/plain"), bad = {.url = ""};
    struct net_call *call = net_submit(world->net, world->arena, &silent, tell, &gone);
    net_submit(world->net, world->arena, &bad, tell, &gone);
    net_submit(world->net, world->arena, &fine, tell, &stays);
    while (!stays.times || atomic_load(&server.requests) < 2)
        uv_run(&world->loop, UV_RUN_ONCE);
    assert_int_equal(gone.times, 1); /* the one that was refused */
    net_cancel(call);
    call = net_submit(world->net, world->arena, &bad, tell, &gone);
    net_cancel(call);
    run_until_none(world);
    assert_int_equal(gone.times, 1);
    /* and what is under way when the loop is closed goes with it: tear_down */
    net_submit(world->net, world->arena, &silent, tell, &gone);
    uv_run(&world->loop, UV_RUN_NOWAIT);
}

/* A continuation that asks again, as one does that turns pages. */
struct pages {
    struct world *world;
    struct net_request request;
    int left;
};

static void next_page(void *data, const struct net_answer *answer)
{
    struct pages *pages = data;
    assert_int_equal(answer->status, 200);
    if (--pages->left)
        net_submit(pages->world->net, pages->world->arena, &pages->request, next_page, pages);
}

static void one_leads_to_another(void **state)
{
    struct world *world = *state;
    struct pages pages = {.world = world, .request = to(world, "/plain"), .left = 10};
    net_submit(world->net, world->arena, &pages.request, next_page, &pages);
    run_until_none(world);
    assert_int_equal(pages.left, 0);
    assert_int_equal(atomic_load(&server.requests), 10);
}

static void there_is_a_bound(void **state)
{
    struct world *world = *state;
    static struct told told[NET_CALLS_MAX], beyond;
    memset(told, 0, sizeof told);
    const struct net_request fine = to(world, "/plain");
    for (int i = 0; i < NET_CALLS_MAX; i++)
        net_submit(world->net, world->arena, &fine, tell, &told[i]);
    net_submit(world->net, world->arena, &fine, tell, &beyond);
    run_until_none(world);
    assert_int_equal(beyond.times, 1);
    assert_int_equal(beyond.answer.verdict, NET_LATER);
    assert_non_null(strstr(beyond.answer.reason, "too many"));
    for (int i = 0; i < NET_CALLS_MAX; i++)
        assert_int_equal(told[i].answer.status, 200);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(many_at_once),         EACH(connections_are_kept), EACH(the_guard_is_the_same),
        EACH(who_left_is_not_told), EACH(one_leads_to_another), EACH(there_is_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
