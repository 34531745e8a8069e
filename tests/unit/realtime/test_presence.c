/* Members come, go, come back; what clients are told of it. */
#include "../unit.h"

#include "realtime/presence.h"

#include <stdio.h>
#include <stdlib.h>

static struct presence *presence;
static struct presence_owner *ada, *bob;
static char told[4096]; /* "topic +joins -leaves;" */

static int begin(void **state)
{
    (void)state;
    presence = presence_new(
        &(struct presence_limits){.members_per_topic = 3, .topics_per_tenant = 2, .bytes_per_tenant = 4000});
    ada = presence_owner_new(presence);
    bob = presence_owner_new(presence);
    return 0;
}

static int end(void **state)
{
    (void)state;
    presence_free(presence);
    return 0;
}

static void write_down(void *data, struct str tenant, struct str topic, const struct presence_entry *joins,
                       size_t join_count, const struct presence_entry *leaves, size_t leave_count)
{
    struct buf out;
    (void)data;
    buf_init(&out, sizeof told);
    buf_text(&out, told);
    buf_str(&out, tenant);
    buf_char(&out, '/');
    buf_str(&out, topic);
    for (size_t i = 0; i < join_count; i++)
        buf_printf(&out, " +%.*s", STR_ARG(joins[i].ref));
    for (size_t i = 0; i < leave_count; i++)
        buf_printf(&out, " -%.*s", STR_ARG(leaves[i].ref));
    buf_char(&out, ';');
    strcpy(told, buf_cstr(&out));
    buf_release(&out);
}

static const char *difference(void)
{
    told[0] = '\0';
    presence_take(presence, write_down, NULL);
    return told;
}

static enum presence_outcome join(struct presence_owner *owner, const char *topic, const char *key, const char *ref,
                                  const char *replaced, const char *meta)
{
    return presence_join(owner, STR("t"), str_of(topic),
                         &(struct presence_entry){str_of(key), str_of(ref), str_of(meta)}, str_of(replaced));
}

static char *state_of(const char *topic)
{
    static char json[4096];
    size_t count;
    struct buf out;
    struct arena *arena = arena_new();
    const struct presence_entry *entries = presence_list(presence, arena, STR("t"), str_of(topic), &count);
    buf_init(&out, sizeof json);
    presence_write_json(&out, entries, count);
    strcpy(json, buf_cstr(&out));
    buf_release(&out);
    arena_free(arena);
    return json;
}

static void one_difference_a_topic(void **state)
{
    (void)state;
    join(ada, "floor", "k1", "a1", "", "{}");
    join(bob, "floor", "k2", "b1", "", "{}");
    join(ada, "bar", "k1", "a2", "", "{}");
    assert_string_equal(difference(), "t/floor +a1 +b1;t/bar +a2;");
    assert_string_equal(difference(), "");
    presence_leave(presence, STR("a1"));
    assert_false(presence_leave(presence, STR("a1")));
    assert_string_equal(difference(), "t/floor -a1;");
}

static void replacing_is_one_difference(void **state)
{
    (void)state;
    join(ada, "floor", "k", "a1", "", "{\"n\":1}");
    difference();
    join(ada, "floor", "k", "a2", "a1", "{\"n\":2}");
    assert_string_equal(difference(), "t/floor +a2 -a1;");
    join(ada, "floor", "k", "a3", "a2", "{\"n\":3}"); /* twice in one turn: nobody hears of the one in between */
    join(ada, "floor", "k", "a4", "a3", "{\"n\":4}");
    assert_string_equal(difference(), "t/floor +a4 -a2;");
}

static void what_is_undone_in_a_turn_has_not_happened(void **state)
{
    (void)state;
    join(ada, "floor", "k", "a1", "", "{}");
    presence_leave(presence, STR("a1"));
    assert_string_equal(difference(), "");
    join(ada, "floor", "k", "a2", "", "{}");
    join(ada, "floor", "k", "a3", "", "{}");
    difference();
    presence_leave(presence, STR("a3"));
    join(bob, "floor", "k", "a3", "", "{}"); /* the same ref on another line */
    assert_string_equal(difference(), "");
    join(bob, "floor", "k", "a4", "", "{}");
    assert_string_equal(difference(), "t/floor +a4;");
}

static void all_of_a_worker_leave_with_it(void **state)
{
    (void)state;
    join(ada, "floor", "k1", "a1", "", "{}");
    join(ada, "floor", "k2", "a2", "", "{}");
    join(bob, "floor", "k3", "b1", "", "{}");
    join(ada, "bar", "k1", "a3", "", "{}");
    difference();
    assert_int_equal(join(bob, "floor", "k2", "a2", "", "{}"), PRESENCE_KNOWN); /* taken over */
    presence_owner_free(ada);
    assert_string_equal(difference(), "t/floor -a1;t/bar -a3;");
    assert_int_equal(presence_count(presence), 2);
}

static void a_sweep_takes_who_was_not_said_again(void **state)
{
    (void)state;
    join(ada, "floor", "k1", "a1", "", "{}");
    join(ada, "floor", "k2", "a2", "", "{}");
    difference();
    presence_mark(ada);
    join(ada, "floor", "k2", "a2", "", "{}");
    join(ada, "floor", "k3", "a3", "", "{}");
    presence_sweep(ada);
    assert_string_equal(difference(), "t/floor +a3 -a1;");
}

static void clients_get_metas_by_key(void **state)
{
    (void)state;
    assert_string_equal(state_of("floor"), "{}");
    join(ada, "floor", "z", "r1", "", "{\"name\":\"Zoë\"}");
    join(bob, "floor", "a\"", "r2", "", "{ }");
    join(ada, "floor", "z", "r3", "", "{\"phx_ref\":\"mine\" }\n");
    assert_string_equal(state_of("floor"), "{\"a\\\"\":{\"metas\":[{\"phx_ref\":\"r2\"}]},"
                                           "\"z\":{\"metas\":[{\"name\":\"Zoë\",\"phx_ref\":\"r1\"},"
                                           "{\"phx_ref\":\"mine\",\"phx_ref\":\"r3\"}]}}");
}

static void nobody_fills_the_hub(void **state)
{
    char big[4000];
    (void)state;
    assert_int_equal(join(ada, "floor", "k", "a1", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "floor", "k", "a2", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "floor", "k", "a3", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "floor", "k", "a4", "", "{}"), PRESENCE_FULL);
    assert_int_equal(join(ada, "floor", "k", "a5", "a3", "{}"), PRESENCE_JOINED); /* in its place */
    assert_int_equal(join(ada, "bar", "k", "b1", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "pool", "k", "c1", "", "{}"), PRESENCE_FULL);
    memset(big, ' ', sizeof big);
    big[0] = '{', big[sizeof big - 2] = '}', big[sizeof big - 1] = '\0';
    assert_int_equal(join(ada, "bar", "k", "b2", "", big), PRESENCE_FULL);
    presence_owner_free(ada);
    difference();
    ada = presence_owner_new(presence); /* everything was given back */
    assert_int_equal(join(ada, "pool", "k", "c1", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "yard", "k", "c2", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(join(ada, "pool", "k", "c3", "", "{}"), PRESENCE_JOINED);
    assert_int_equal(presence_count(presence), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_difference_a_topic, begin, end),
        cmocka_unit_test_setup_teardown(replacing_is_one_difference, begin, end),
        cmocka_unit_test_setup_teardown(what_is_undone_in_a_turn_has_not_happened, begin, end),
        cmocka_unit_test_setup_teardown(all_of_a_worker_leave_with_it, begin, end),
        cmocka_unit_test_setup_teardown(a_sweep_takes_who_was_not_said_again, begin, end),
        cmocka_unit_test_setup_teardown(clients_get_metas_by_key, begin, end),
        cmocka_unit_test_setup_teardown(nobody_fills_the_hub, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
