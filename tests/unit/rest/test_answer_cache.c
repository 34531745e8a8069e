/* Public answers: who fetches, who waits, and how long an answer stands. */
#include "../unit.h"

#include "rest/answer_cache.h"
#include "tenant/table_watch.h"

#include <string.h>

enum { TTL_MS = 100, GRACE_MS = 5000 };

static const struct str key = STR("k");
static uint64_t epoch; /* now */
static const struct cached_answer body = {
    .status = 200, .content_type = "t", .etag = "\"e\"", .bytes = "body", .length = 4};

/* --- a request ---------------------------------------------------------------------------------------------------- */

struct asked {
    struct answer_cache *cache;
    struct cache_waiter waiter;
    struct cached_answer *answer;
    struct cache_fetch *fetch;
    int told;
    enum cache_news news;
    bool asks_again;
};

static void told(void *data, enum cache_news news, struct cached_answer *answer)
{
    struct asked *asked = data;
    asked->told++;
    asked->news = news;
    asked->answer = answer;
    if (news == CACHE_AGAIN && asked->asks_again)
        answer_cache_get(asked->cache, key, epoch, 1, &asked->waiter, &asked->answer, &asked->fetch);
}

static enum cache_found ask(struct asked *asked, struct answer_cache *cache, int64_t now_ms)
{
    *asked = (struct asked){.cache = cache, .waiter = {.told = told, .data = asked}};
    return answer_cache_get(cache, key, epoch, now_ms, &asked->waiter, &asked->answer, &asked->fetch);
}

static void forget(struct asked *asked)
{
    if (asked->answer)
        cached_answer_unref(asked->answer);
    asked->answer = NULL;
}

/* --- tables that change ------------------------------------------------------------------------------------------- */

static struct table_watch tables[2];
static int watched;

static struct table_watch *watch(void *data, struct tenant *tenant, const char *table)
{
    (void)data;
    (void)tenant;
    watched++;
    return &tables[strcmp(table, "dishes") == 0];
}

static void unwatch(void *data, struct table_watch *table)
{
    (void)data;
    (void)table;
    watched--;
}

static struct freshness *begin(int64_t now_ms)
{
    static const struct table_watcher watcher = {.watch = watch, .unwatch = unwatch};
    static const struct services services = {.offered = {{&table_watcher_key, (void *)(uintptr_t)&watcher}},
                                             .offered_count = 1};
    static const char *const reads[] = {"menus", "dishes", NULL};
    return freshness_begin(&services, NULL, reads, now_ms);
}

static int clean_tables(void **state)
{
    (void)state;
    memset(tables, 0, sizeof tables);
    tables[0].complete = tables[1].complete = true;
    watched = 0;
    return 0;
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void an_old_answer_is_fetched_by_one(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, b;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &body, 0, TTL_MS, NULL);
    assert_null(a.fetch);
    assert_int_equal(ask(&a, cache, TTL_MS - 1), CACHE_HIT);
    assert_memory_equal(a.answer->bytes, "body", 4);
    forget(&a);
    assert_int_equal(ask(&a, cache, TTL_MS), CACHE_FETCH);
    assert_int_equal(ask(&b, cache, TTL_MS), CACHE_HIT); /* the others are served meanwhile */
    answer_cache_put(cache, &a.fetch, &body, TTL_MS, TTL_MS, NULL);
    forget(&b); /* outlives what replaced it */
    assert_int_equal(ask(&a, cache, 2 * TTL_MS + GRACE_MS), CACHE_FETCH);
    assert_int_equal(ask(&b, cache, 2 * TTL_MS + GRACE_MS), CACHE_WAIT); /* too old to be served */
    assert_int_equal(answer_cache_bytes(cache), 0);
    answer_cache_give_up(&a.fetch, CACHE_ALONE);
    assert_true(b.told == 1 && b.news == CACHE_ALONE && !b.answer);
    answer_cache_free(cache);
}

static void who_comes_meanwhile_waits_for_the_answer(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, waiting[4];
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ask(&waiting[i], cache, 0), CACHE_WAIT);
    cache_waiter_leave(&waiting[0].waiter); /* the last, one in between; twice does nothing */
    cache_waiter_leave(&waiting[2].waiter);
    cache_waiter_leave(&waiting[2].waiter);
    answer_cache_put(cache, &a.fetch, &body, 0, TTL_MS, NULL);
    for (int i = 0; i < 4; i++) {
        bool left = i % 2 == 0;
        assert_int_equal(waiting[i].told, left ? 0 : 1);
        if (!left)
            assert_true(waiting[i].news == CACHE_ANSWER && waiting[i].answer->length == 4);
        forget(&waiting[i]);
    }
    assert_int_equal(ask(&a, cache, 1), CACHE_HIT);
    forget(&a);
    answer_cache_free(cache);
}

static void one_of_those_left_fetches_when_the_first_is_gone(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, waiting[3];
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(&waiting[i], cache, 0), CACHE_WAIT);
        waiting[i].asks_again = true;
    }
    answer_cache_give_up(&a.fetch, CACHE_AGAIN);
    struct asked *next = NULL;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(waiting[i].told, 1);
        if (waiting[i].fetch) {
            assert_null(next);
            next = &waiting[i];
        }
    }
    assert_non_null(next);
    answer_cache_put(cache, &next->fetch, &body, 1, TTL_MS, NULL);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(waiting[i].told, &waiting[i] == next ? 1 : 2);
        forget(&waiting[i]);
    }
    answer_cache_free(cache);
}

static void a_change_ends_an_answer(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, b;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    struct freshness *fresh = begin(0);
    assert_true(freshness_is_sure(fresh));
    answer_cache_put(cache, &a.fetch, &body, 0, 30000, fresh);
    freshness_unref(fresh);
    assert_int_equal(watched, 2); /* as long as it is kept */
    assert_int_equal(ask(&a, cache, 20000), CACHE_HIT);
    forget(&a);
    tables[1].changes++;
    tables[1].changed_ms = 20001;
    assert_int_equal(ask(&a, cache, 20002), CACHE_FETCH);
    assert_int_equal(watched, 0);
    assert_int_equal(ask(&b, cache, 20002), CACHE_WAIT); /* nobody gets the old one */
    fresh = begin(20002);
    assert_false(freshness_is_sure(fresh)); /* the commit may not be seen by everybody yet */
    tables[0].changes++;                    /* and another, while it is being read */
    b.asks_again = true;
    answer_cache_put(cache, &a.fetch, &body, 20003, TTL_MS, fresh);
    assert_int_equal(answer_cache_bytes(cache), 0);
    assert_true(b.told == 1 && b.fetch);
    answer_cache_put(cache, &b.fetch, &body, 20004, TTL_MS, NULL);
    freshness_unref(fresh);
    assert_int_equal(watched, 0);
    answer_cache_free(cache);
}

static void what_is_not_heard_of_is_not_sure(void **state)
{
    (void)state;
    static const char *const reads[] = {"menus", NULL};
    struct services nobody = {0};
    assert_null(freshness_begin(&nobody, NULL, reads, 0));
    assert_true(freshness_holds(NULL));
    assert_false(freshness_is_sure(NULL));
    tables[1].complete = false;
    struct freshness *fresh = begin(0);
    assert_false(freshness_is_sure(fresh));
    assert_true(freshness_holds(fresh));
    freshness_unref(fresh);
    tables[1] = (struct table_watch){.complete = true, .changes = 7, .changed_ms = 5000};
    fresh = begin(5999);
    assert_false(freshness_is_sure(fresh));
    freshness_unref(fresh);
    fresh = begin(6000);
    assert_true(freshness_is_sure(fresh));
    freshness_unref(fresh);
}

static void what_is_forgotten_is_not_kept_either(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, b, c;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    assert_int_equal(ask(&b, cache, 0), CACHE_WAIT);
    answer_cache_clear(cache); /* the tables have another shape now */
    assert_int_equal(ask(&c, cache, 0), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &body, 0, TTL_MS, NULL);
    assert_int_equal(answer_cache_bytes(cache), 0);
    assert_true(b.told == 1 && b.news == CACHE_AGAIN);
    answer_cache_put(cache, &c.fetch, &body, 0, TTL_MS, NULL);
    assert_int_equal(ask(&a, cache, 1), CACHE_HIT);
    forget(&a);
    answer_cache_free(cache);
}

static void large_answers_are_not_kept_and_middling_ones_are_zipped(void **state)
{
    (void)state;
    static char large[1 << 15];
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct cached_answer answer = body;
    struct asked a, b;
    answer.bytes = large;
    answer.length = sizeof large;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    assert_int_equal(ask(&b, cache, 0), CACHE_WAIT);
    answer_cache_put(cache, &a.fetch, &answer, 0, TTL_MS, NULL);
    assert_int_equal(answer_cache_bytes(cache), 0);
    assert_int_equal(b.news, CACHE_ALONE);
    answer.length = 4096; /* worth a second, smaller copy */
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &answer, 0, TTL_MS, NULL);
    assert_int_equal(ask(&a, cache, 1), CACHE_HIT);
    assert_true(a.answer->zipped && a.answer->zipped_length < 200 && a.answer->length == 4096);
    assert_memory_equal(a.answer->zipped, "\x1f\x8b", 2);
    forget(&a);
    answer_cache_free(cache);
}

static void old_answers_go_when_a_new_one_comes(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &body, 0, TTL_MS, NULL);
    size_t one = answer_cache_bytes(cache);
    struct cached_answer *answer;
    struct cache_fetch *fetch;
    assert_int_equal(answer_cache_get(cache, STR("l"), epoch, TTL_MS + GRACE_MS, &a.waiter, &answer, &fetch),
                     CACHE_FETCH);
    answer_cache_put(cache, &fetch, &body, TTL_MS + GRACE_MS, TTL_MS, NULL);
    assert_int_equal(answer_cache_bytes(cache), one);
    answer_cache_free(cache);
}

static void a_write_ends_an_answer_and_what_was_being_fetched(void **state)
{
    (void)state;
    struct answer_cache *cache = answer_cache_new(1 << 16);
    struct asked a, b;
    assert_int_equal(ask(&a, cache, 0), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &body, 0, TTL_MS, NULL);
    epoch++;
    assert_int_equal(ask(&a, cache, 1), CACHE_FETCH);
    epoch++; /* while it is read */
    assert_int_equal(ask(&b, cache, 1), CACHE_FETCH);
    answer_cache_put(cache, &a.fetch, &body, 2, TTL_MS, NULL);
    assert_int_equal(ask(&a, cache, 2), CACHE_WAIT); /* for what began after the write */
    answer_cache_put(cache, &b.fetch, &body, 3, TTL_MS, NULL);
    assert_true(a.told == 1 && a.news == CACHE_ANSWER);
    forget(&a);
    assert_int_equal(ask(&a, cache, 4), CACHE_HIT);
    forget(&a);
    epoch = 0;
    answer_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_answer_is_fetched_by_one),
        cmocka_unit_test(who_comes_meanwhile_waits_for_the_answer),
        cmocka_unit_test(one_of_those_left_fetches_when_the_first_is_gone),
        cmocka_unit_test_setup(a_change_ends_an_answer, clean_tables),
        cmocka_unit_test_setup(what_is_not_heard_of_is_not_sure, clean_tables),
        cmocka_unit_test(what_is_forgotten_is_not_kept_either),
        cmocka_unit_test(large_answers_are_not_kept_and_middling_ones_are_zipped),
        cmocka_unit_test(a_write_ends_an_answer_and_what_was_being_fetched),
        cmocka_unit_test(old_answers_go_when_a_new_one_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
