/* Messages of the Realtime dialect: what is read, what is refused and how it is said, what is written. */
#include "../unit.h"

#include "base/encode.h"
#include "realtime/frame.h"

#include <stdlib.h>

static struct arena *arena;
static struct error error;

static int start(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void expect_text(const char *is, const char *want)
{
    if (want)
        assert_string_equal(is, want);
    else
        assert_null(is);
}

static void texts_of_both_versions(void **state)
{
    static const struct {
        enum frame_version version;
        const char *text;
        const char *join_ref, *ref, *topic, *event, *payload;
    } cases[] = {
        {FRAME_V1,
         "{\"topic\":\"realtime:a\",\"event\":\"phx_join\",\"payload\":{\"b\":[1]},\"ref\":\"2\",\"join_ref\":\"1\"}",
         "1", "2", "realtime:a", "phx_join", "{\"b\": [1]}"},
        {FRAME_V1, "{\"event\":\"heartbeat\",\"topic\":\"phoenix\",\"payload\":{},\"ref\":null}", NULL, NULL, "phoenix",
         "heartbeat", "{}"},
        {FRAME_V1, "{\"event\":\"e\",\"topic\":\"t\",\"ref\":7,\"join_ref\":-1,\"more\":true}", "-1", "7", "t", "e",
         NULL},
        {FRAME_V2, "[\"1\",\"2\",\"realtime:a\",\"phx_join\",{\"b\":[1]}]", "1", "2", "realtime:a", "phx_join",
         "{\"b\": [1]}"},
        {FRAME_V2, " [null, null, \"phoenix\", \"heartbeat\", {}] ", NULL, NULL, "phoenix", "heartbeat", "{}"},
        {FRAME_V2, "[\"\",12345678901234567,\"t\\u00e9\",\"e\",null]", "", "12345678901234567", "t\xc3\xa9", "e", NULL},
        {FRAME_V2, "[null,null,\"t\",\"e\",\"a text\"]", NULL, NULL, "t", "e", "\"a text\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct frame f;
        assert_int_equal(frame_read(arena, cases[i].version, false, str_of(cases[i].text), &f, &error), OK);
        expect_text(f.join_ref, cases[i].join_ref);
        expect_text(f.ref, cases[i].ref);
        expect_text(f.topic, cases[i].topic);
        expect_text(f.event, cases[i].event);
        assert_false(f.is_binary_cast);
        char *payload = f.payload ? json_dumps(f.payload, JSON_ENCODE_ANY) : NULL;
        expect_text(payload, cases[i].payload);
        free(payload);
    }
}

static void texts_that_are_refused(void **state)
{
    static const struct {
        enum frame_version version;
        const char *text, *message; /* a part of what the client reads */
    } cases[] = {
        {FRAME_V1, "", "not JSON"},
        {FRAME_V1, "{\"topic\":", "not JSON"},
        {FRAME_V1, "[null,null,\"t\",\"e\",{}]", "an object with topic"},
        {FRAME_V1, "{\"event\":\"e\"}", "needs its topic"},
        {FRAME_V1, "{\"event\":\"e\",\"topic\":\"\"}", "needs its topic"},
        {FRAME_V1, "{\"event\":\"e\",\"topic\":[]}", "needs its topic"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":null}", "needs its event"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":\"e\",\"ref\":{}}", "The ref of a message"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":\"e\",\"ref\":1.5}", "The ref of a message"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":\"e\",\"join_ref\":true}", "The join_ref of a message"},
        {FRAME_V1, "{\"topic\":\"t\",\"topic\":\"u\",\"event\":\"e\"}", "duplicate"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{\"a\":1,\"a\":2}}", "duplicate"},
        {FRAME_V1, "{\"topic\":\"t\\u0000x\",\"event\":\"e\"}", "\\u0000"},
        {FRAME_V1, "{\"topic\":\"t\",\"event\":\"e\"} and more", "not JSON"},
        {FRAME_V1, "{\"topic\":\"\xff\",\"event\":\"e\"}", "unable to decode"},
        {FRAME_V2, "{\"topic\":\"t\",\"event\":\"e\"}", "an array of join_ref"},
        {FRAME_V2, "[null,null,\"t\",\"e\"]", "an array of join_ref"},
        {FRAME_V2, "[null,null,\"t\",\"e\",{},1]", "an array of join_ref"},
        {FRAME_V2, "[\"\\\xc3\xa9\"]", "not JSON"},
        {FRAME_V2, "\"text\"", "not JSON"},
        {FRAME_V2, "[null,null,5,\"e\",{}]", "needs its topic"},
        {FRAME_V2, "[null,[],\"t\",\"e\",{}]", "The ref of a message"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct frame f = {.topic = "untouched"};
        enum err err = frame_read(arena, cases[i].version, false, str_of(cases[i].text), &f, &error);
        if (err != ERR_BAD_INPUT || !strstr(error.message, cases[i].message))
            fail_msg("%s: %s", cases[i].text, err ? error.message : "was read");
        assert_true(text_is_utf8(str_of(error.message))); /* it becomes part of an answer */
        assert_string_equal(f.topic, "untouched");
    }
}

static char *repeat(const char *begin, const char *text, size_t count, const char *end)
{
    struct buf b;
    size_t length;
    buf_init(&b, SIZE_MAX);
    buf_text(&b, begin);
    for (size_t i = 0; i < count; i++)
        buf_text(&b, text);
    buf_text(&b, end);
    buf_char(&b, '\0');
    char *taken = buf_take(&b, &length);
    arena_on_release(arena, free, taken);
    return taken;
}

static void nesting_and_numbers_are_bounded(void **state)
{
    (void)state;
    struct frame f;
    const char *texts[] = {
        repeat("[null,null,\"t\",\"e\",", "[", 1000000, ""),
        repeat("[null,null,\"t\",\"e\",", "{\"a\":", 200, ""),
        repeat("[null,null,\"t\",\"e\",[0", ",0", 200000, "]]"),
        repeat("[null,null,\"t\",\"e\",[{}", ",{}", 200000, "]]"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(frame_read(arena, FRAME_V2, false, str_of(texts[i]), &f, &error), ERR_BAD_INPUT);
        assert_non_null(strstr(error.message, "nested too deeply or holds too many"));
    }
    const char *brackets = repeat("[null,null,\"t\",\"e\",\"\\\"", "[{,", 200000, "\"]"); /* in a text they are none */
    assert_int_equal(frame_read(arena, FRAME_V2, false, str_of(brackets), &f, &error), OK);
    const char *deep = repeat("[null,null,\"t\",\"e\",", "[", 100, "");
    deep = repeat(deep, "]", 100, "]");
    assert_int_equal(frame_read(arena, FRAME_V2, false, str_of(deep), &f, &error), OK);
}

#define BYTES(literal) str_n(literal, sizeof(literal) - 1)

static void binary_broadcasts(void **state)
{
    struct frame f;
    (void)state;
    struct str all = BYTES("\x03\x01\x02\x03\x04\x07\x01"
                           "1"
                           "22"
                           "abc"
                           "move"
                           "{\"a\":1}"
                           "{\"x\": 12345678901234567890, \"y\": \"\\u0000\"}");
    assert_int_equal(frame_read(arena, FRAME_V2, true, all, &f, &error), OK);
    assert_string_equal(f.join_ref, "1");
    assert_string_equal(f.ref, "22");
    assert_string_equal(f.topic, "abc");
    assert_string_equal(f.event, "broadcast");
    assert_string_equal(f.cast_event, "move");
    assert_true(str_is(f.cast_meta, "{\"a\":1}"));
    assert_true(f.is_binary_cast && f.cast_is_json);
    assert_true(str_is(f.cast_payload, "{\"x\": 12345678901234567890, \"y\": \"\\u0000\"}")); /* as it came */

    struct str bare = BYTES("\x03\0\0\x01\x01\0\0te\0\xff\0");
    assert_int_equal(frame_read(arena, FRAME_V2, true, bare, &f, &error), OK);
    assert_null(f.join_ref);
    assert_null(f.ref);
    assert_int_equal(f.cast_meta.len, 0);
    assert_false(f.cast_is_json);
    assert_true(str_eq(f.cast_payload, BYTES("\0\xff\0")));

    struct str latin = BYTES("\x03\0\0\x02\x01\0\0\xe9"
                             "te");
    assert_int_equal(frame_read(arena, FRAME_V2, true, latin, &f, &error), OK);
    assert_string_equal(f.topic, "\xc3\xa9t");
}

static void binary_messages_that_are_refused(void **state)
{
    static const struct {
        const char *name;
        struct str bytes;
        const char *message;
    } cases[] = {
        {"empty", {"", 0}, "kind 3"},
        {"no head", {"\x03\0\0\0\0\0", 6}, "kind 3"},
        {"another kind", {"\x04\0\0\x01\x01\0\0te", 9}, "kind 3"},
        {"another encoding", {"\x03\0\0\x01\x01\0\x02te", 9}, "bytes (0) or JSON (1)"},
        {"too short", {"\x03\0\0\x01\x02\0\0te", 9}, "shorter than it says"},
        {"much too short", {"\x03\xff\xff\xff\xff\xff\0te", 9}, "shorter than it says"},
        {"no topic", {"\x03\0\0\0\x01\0\0e", 8}, "its topic and event"},
        {"no event", {"\x03\0\0\x01\0\0\0t", 8}, "its topic and event"},
        {"a zero", {"\x03\0\0\x02\x01\0\0t\0e", 10}, "no zero"},
        {"not JSON", {"\x03\0\0\x01\x01\0\x01te{", 10}, "not JSON"},
        {"no payload", {"\x03\0\0\x01\x01\0\x01te", 9}, "not JSON"},
        {"not UTF-8", {"\x03\0\0\x01\x01\0\x01te\"\xff\"", 12}, "unable to decode"},
        {"metadata not JSON", {"\x03\0\0\x01\x01\x01\0te{", 10}, "not JSON"},
        {"metadata no object", {"\x03\0\0\x01\x01\x02\0te[]", 11}, "is an object"},
    };
    struct frame f;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err err = frame_read(arena, FRAME_V2, true, cases[i].bytes, &f, &error);
        if (err != ERR_BAD_INPUT || !strstr(error.message, cases[i].message))
            fail_msg("%s: %s", cases[i].name, err ? error.message : "was read");
    }
    assert_int_equal(frame_read(arena, FRAME_V1, true, BYTES("\x03\0\0\x01\x01\0\0te"), &f, &error), ERR_BAD_INPUT);
    assert_non_null(strstr(error.message, "vsn=2.0.0"));
}

static void what_is_written(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, SIZE_MAX);
    frame_write(&out, FRAME_V1, "1", NULL, "a\"b", "phx_reply", STR("{\"status\":\"ok\"}"));
    assert_string_equal(buf_cstr(&out), "{\"topic\":\"a\\\"b\",\"event\":\"phx_reply\",\"payload\":{\"status\":\"ok\"},"
                                        "\"ref\":null,\"join_ref\":\"1\"}");
    out.len = 0;
    frame_write(&out, FRAME_V2, NULL, "2", "t", "e", STR(""));
    assert_string_equal(buf_cstr(&out), "[null,\"2\",\"t\",\"e\",{}]");
    out.len = 0;
    assert_true(frame_write_cast(&out, "abc", "move", STR("{}"), true, STR("[1]")));
    assert_true(str_eq(str_n(out.at, out.len), BYTES("\x04\x03\x04\x02\x01"
                                                     "abcmove{}[1]")));
    out.len = 0;
    const char *longest = repeat("", "x", 255, "");
    const char *longer = repeat("", "x", 256, "");
    assert_true(frame_write_cast(&out, longest, longest, STR(""), false, STR("")));
    assert_int_equal(out.len, 5 + 510);
    out.len = 0;
    assert_false(frame_write_cast(&out, longer, "e", STR(""), false, STR("")));
    assert_false(frame_write_cast(&out, "t", longer, STR(""), false, STR("")));
    assert_false(frame_write_cast(&out, "t", "e", str_of(longer), false, STR("")));
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        STORY(texts_of_both_versions), STORY(texts_that_are_refused),           STORY(nesting_and_numbers_are_bounded),
        STORY(binary_broadcasts),      STORY(binary_messages_that_are_refused), STORY(what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
