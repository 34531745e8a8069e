/* The outline of a JSON text says what jansson's tree would: the same texts are JSON, with the same names at the top.
 */
#include "../unit.h"

#include "base/buf.h"
#include "base/json_outline.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const struct json_bounds bounds = {.values = 1000, .names = 20};

static bool outline(struct arena *arena, const char *text, struct json_outline *o, struct json_fault *fault)
{
    return json_outline_read(arena, str_of(text), &bounds, o, fault);
}

static void is_json_exactly_when_jansson_says_so(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "1",
                                        "-0",
                                        "01",
                                        "-",
                                        "1.",
                                        "1.5",
                                        ".5",
                                        "1e5",
                                        "1e+5",
                                        "1e",
                                        "1e400",
                                        "-1e400",
                                        "1e-400",
                                        "1x",
                                        "true",
                                        "truex",
                                        "tru",
                                        "null",
                                        "nul",
                                        "nan",
                                        "\"\"",
                                        "\"a",
                                        "\"\\u00e9\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\\ud83d\"",
                                        "\"\\ude00\"",
                                        "\"\\ud83dx\"",
                                        "\"\\u12\"",
                                        "\"\\x\"",
                                        "\"\\u0000\"",
                                        "\"\n\"",
                                        "[]",
                                        "[ ]",
                                        "[1]",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "[1",
                                        "]",
                                        "{}",
                                        "{ }",
                                        "{\"a\":1}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{a:1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":1",
                                        "{\"a\":1}}",
                                        "[{}]",
                                        "[{},{}]",
                                        "[{\"a\":1},{\"a\":[{\"b\":[]}]}]",
                                        "[[],[[]],{}]",
                                        "[[],[[]],{]",
                                        "[{\"a\":[}]",
                                        "[\"]\"]",
                                        " { \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : \"x\\\"y\" } ",
                                        "1 1",
                                        "\"a\" \"b\"",
                                        "{\"a\":{\"b\":{\"c\":1}}}",
                                        "{\"a\" \"b\"}",
                                        "{\"a\":tru}",
                                        "[-]",
                                        "[1.e5]",
                                        "{\"\":1}",
                                        "{\"\\ud800\":1}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *arena = arena_new();
        struct json_outline o;
        struct json_fault fault;
        json_t *tree = json_loads(texts[i], JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
        bool read = outline(arena, texts[i], &o, &fault);
        if (read != (tree != NULL))
            fail_msg("%s: %s", texts[i], read ? "taken" : fault.reason);
        if (read)
            assert_true(o.is_object == json_is_object(tree) && o.is_array == json_is_array(tree));
        json_decref(tree);
        arena_free(arena);
    }
}

/* Texts made by chance from pieces that matter. */
static void agrees_with_jansson_about_random_texts(void **state)
{
    static const char *const pieces[] = {"{",     "}",     "[",           "]",          ",",      ":",
                                         "\"a\"", "\"b\"", "\"\\u0061\"", "1",          "-2.5e3", "null",
                                         "true",  " ",     "\"a\":1",     "{\"b\":[]}", "\"\\n\""};
    (void)state;
    srand(20261129);
    size_t good = 0;
    for (int round = 0; round < 200000; round++) {
        char text[256] = "";
        int count = 1 + rand() % 9;
        for (int i = 0; i < count; i++)
            strcat(text, pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);
        struct arena *arena = arena_new();
        struct json_outline o;
        struct json_fault fault;
        json_t *tree = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
        bool read = outline(arena, text, &o, &fault);
        if (read != (tree != NULL))
            fail_msg("%s: %s", text, read ? "taken" : fault.reason);
        if (read && o.is_object) {
            assert_int_equal(o.name_count, json_object_size(tree));
            for (size_t i = 0; i < o.name_count; i++)
                assert_non_null(json_object_get(tree, o.names[i].text));
        }
        if (read && o.is_array) {
            bool objects = true, same = true;
            for (size_t i = 0; i < json_array_size(tree); i++) {
                const json_t *item = json_array_get(tree, i);
                objects &= json_is_object(item);
                same &= json_object_size(item) == o.name_count;
            }
            assert_int_equal(o.rows, json_array_size(tree));
            assert_int_equal(o.all_objects, objects);
            if (objects)
                assert_int_equal(o.same_names, same);
        }
        good += read;
        json_decref(tree);
        arena_free(arena);
    }
    assert_true(good > 1000);
}

static void names_are_sorted_decoded_and_know_their_longest_value(void **state)
{
    struct arena *arena = arena_new();
    struct json_outline o;
    struct json_fault fault;
    (void)state;
    assert_true(outline(arena,
                        "[{\"b\":\"x\",\"\\u0061\":[1, 2]},{\"a\":\"\\u20ac\\n\",\"b\":12345},"
                        "{\"b\":\"\\ud83d\\ude00!\",\"a\":1}]",
                        &o, &fault));
    assert_int_equal(o.rows, 3);
    assert_int_equal(o.name_count, 2);
    assert_true(o.same_names && o.all_objects);
    assert_string_equal(o.names[0].text, "a");
    assert_int_equal(o.names[0].longest, 6); /* [1, 2] as it is written */
    assert_string_equal(o.names[1].text, "b");
    assert_int_equal(o.names[1].longest, 5); /* a character of four bytes and one of one */
    assert_true(outline(arena, "[{\"a\":1},{\"b\":1}]", &o, &fault));
    assert_false(o.same_names);
    assert_true(outline(arena, "[{\"a\":1,\"b\":2},{\"a\":1,\"a\":1}]", &o, &fault));
    assert_false(o.same_names);
    assert_true(outline(arena, "[1,{}]", &o, &fault));
    assert_false(o.all_objects);
    arena_free(arena);
}

static void what_is_too_much_is_refused_while_it_is_read(void **state)
{
    struct arena *arena = arena_new();
    struct json_outline o;
    struct json_fault fault;
    struct buf text;
    (void)state;
    static const struct {
        const char *before, *again, *behind;
        int fits, count;
    } cases[] = {
        {"{", "\"%d\":1,", "\"x\":1}", 19, 20},
        {"[", "{\"%d\":1},", "{\"x\":1}]", 19, 20},
        {"[", "%d,", "1]", 998, 999},
        {"{\"a\":[", "{},", "{}]}", 996, 998},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int over = 0; over < 2; over++) {
            buf_init(&text, 1 << 20);
            buf_text(&text, cases[i].before);
            for (int n = 0; n < (over ? cases[i].count : cases[i].fits); n++)
                buf_printf(&text, cases[i].again, n);
            buf_text(&text, cases[i].behind);
            bool read = outline(arena, buf_cstr(&text), &o, &fault);
            if (read == over)
                fail_msg("case %zu, over %d", i, over);
            if (!read)
                assert_true(fault.too_much && !strncmp(fault.reason, "more than ", 10));
            buf_release(&text);
        }
    char deep[2 * JSON_DEPTH_MAX + 8] = "";
    for (int n = 0; n < JSON_DEPTH_MAX; n++) {
        deep[n] = '[';
        deep[2 * JSON_DEPTH_MAX - 1 - n] = ']';
    }
    deep[2 * JSON_DEPTH_MAX] = '\0';
    assert_true(outline(arena, deep, &o, &fault));
    memmove(deep + 1, deep, 2 * JSON_DEPTH_MAX + 1);
    deep[0] = '[';
    assert_false(outline(arena, deep, &o, &fault));
    assert_true(fault.too_much);
    arena_free(arena);
}

static void a_tree_is_made_of_so_many_values_only(void **state)
{
    (void)state;
    assert_true(json_fits(STR("[1,2,3]"), 4));
    assert_false(json_fits(STR("[1,2,3]"), 3));
    assert_true(json_fits(STR("{\"a,b[{\\\",\":1}"), 2));
    assert_false(json_fits(STR("[[[[[["), 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_json_exactly_when_jansson_says_so),
        cmocka_unit_test(agrees_with_jansson_about_random_texts),
        cmocka_unit_test(names_are_sorted_decoded_and_know_their_longest_value),
        cmocka_unit_test(what_is_too_much_is_refused_while_it_is_read),
        cmocka_unit_test(a_tree_is_made_of_so_many_values_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
