/* Values as JSON and CSV: made from a result by hand, compared with what PostgreSQL's to_json prints. */
#include "../unit.h"

#include "rest/body.h"
#include "rest/preference.h"
#include "rest/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PGresult *one_value(Oid type, const char *text)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[] = "v";
    PGresAttDesc column = {.name = name, .typid = type, .typlen = -1, .atttypmod = -1};
    assert_int_equal(PQsetResultAttrs(result, 1, &column), 1);
    char *copy = text ? strdup(text) : NULL;
    assert_int_equal(PQsetvalue(result, 0, 0, copy, text ? (int)strlen(text) : -1), 1);
    free(copy);
    return result;
}

static const struct {
    Oid type;
    const char *text, *json;
} values[] = {
    {23, "42", "42"},
    {20, "-9007199254740993", "-9007199254740993"},
    {1700, "10.50", "10.50"},
    {1700, "NaN", "\"NaN\""},
    {701, "Infinity", "\"Infinity\""},
    {701, "-Infinity", "\"-Infinity\""},
    {701, "1e+300", "1e+300"},
    {16, "t", "true"},
    {16, "f", "false"},
    {25, "a\"b\\c\n\t\x01é", "\"a\\\"b\\\\c\\n\\t\\u0001é\""},
    {25, "", "\"\""},
    {25, NULL, "null"},
    {114, "{\"a\" :  1}", "{\"a\" :  1}"},
    {2950, "0e37df36-f698-11e6-8dd4-cb9ced3df976", "\"0e37df36-f698-11e6-8dd4-cb9ced3df976\""},
    {1082, "2026-02-03", "\"2026-02-03\""},
    {1082, "infinity", "\"infinity\""},
    {1082, "0044-03-15 BC", "\"0044-03-15 BC\""},
    {1114, "2026-02-03 04:05:06.789", "\"2026-02-03T04:05:06.789\""},
    {1114, "-infinity", "\"-infinity\""},
    {1114, "0044-03-15 01:02:03 BC", "\"0044-03-15T01:02:03 BC\""},
    {1184, "2026-02-03 02:05:06+00", "\"2026-02-03T02:05:06+00:00\""},
    {1184, "2026-02-03 07:35:06.5+05:30", "\"2026-02-03T07:35:06.5+05:30\""},
    {1184, "1850-02-03 07:35:06-04:56:02", "\"1850-02-03T07:35:06-04:56:02\""},
    {1184, "0044-03-15 01:02:03+00 BC", "\"0044-03-15T01:02:03+00:00 BC\""},
    {1184, "12026-02-03 02:05:06-08", "\"12026-02-03T02:05:06-08:00\""},
    {1184, "infinity", "\"infinity\""},
    {17, "\\xdeadbeef", "\"\\\\xdeadbeef\""},
    {99999, "so so", "\"so so\""},
};

static void values_become_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct arena *arena = arena_new();
        struct buf out;
        int count;
        buf_init(&out, 4096);
        PGresult *result = one_value(values[i].type, values[i].text);
        struct render_column *columns = render_columns(arena, result, 0, &count);
        render_row(&out, columns, count, result, 0, 0, false);
        char want[256];
        snprintf(want, sizeof want, "{\"v\":%s}", values[i].json);
        assert_string_equal(buf_cstr(&out), want);
        assert_true(render_fits(columns, count, result, 0));
        PGresult *other = one_value(values[i].type + 1, "x");
        assert_false(render_fits(columns, count, other, 0));
        PQclear(other);
        PQclear(result);
        buf_release(&out);
        arena_free(arena);
    }
}

static void stripped_rows_have_no_nulls(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf out;
    int count;
    buf_init(&out, 4096);
    PGresult *result = one_value(25, NULL);
    struct render_column *columns = render_columns(arena, result, 0, &count);
    render_row(&out, columns, count, result, 0, 0, true);
    assert_string_equal(buf_cstr(&out), "{}");
    PQclear(result);
    buf_release(&out);
    arena_free(arena);
}

static void csv_quotes_what_would_break_a_line(void **state)
{
    static const char *const cases[][2] = {{"plain", "plain"},   {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
                                           {"a\nb", "\"a\nb\""}, {"", "\"\""},       {NULL, ""},
                                           {" sp ", " sp "}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        char want[64];
        buf_init(&out, 4096);
        PGresult *result = one_value(25, cases[i][0]);
        render_csv_header(&out, result, 0);
        render_csv_row(&out, result, 0, 0, false);
        snprintf(want, sizeof want, "v\n%s", cases[i][1]);
        assert_string_equal(buf_cstr(&out), want);
        PQclear(result);
        buf_release(&out);
    }
}

/* --- Headers --------------------------------------------------------------------------------------------------------
 */

static void preferences_are_read_once_and_echoed_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct preference p;
    struct error error;
    preference_parse(arena,
                     "count=exact, return=minimal , return=representation,tx=rollback, resolution=merge-duplicates,"
                     "missing=default, timezone=Europe/Brussels, handling=strict, max-affected=7",
                     &p);
    assert_int_equal(p.returns, RETURN_MINIMAL);
    assert_string_equal(preference_applied(arena, &p, PREFER_INSERT),
                        "resolution=merge-duplicates, missing=default, return=minimal, count=exact, tx=rollback, "
                        "handling=strict, timezone=Europe/Brussels");
    assert_string_equal(
        preference_applied(arena, &p, PREFER_DELETE),
        "return=minimal, count=exact, tx=rollback, handling=strict, timezone=Europe/Brussels, max-affected=7");
    assert_int_equal(preference_check(arena, &p, &error), OK);
    preference_parse(arena, "handling=strict, nope, max-affected=x", &p);
    assert_int_equal(preference_check(arena, &p, &error), ERR_PREFER);
    assert_string_equal(error.details, "Invalid preferences: nope, max-affected=x");
    preference_parse(arena, NULL, &p);
    assert_string_equal(preference_applied(arena, &p, PREFER_READ), "");
    arena_free(arena);
}

static const struct {
    const char *accept;
    enum err err;
    enum format format;
    bool strip;
} accepts[] = {
    {NULL, OK, FORMAT_JSON, false},
    {"*/*", OK, FORMAT_JSON, false},
    {"text/html, application/xhtml+xml, */*;q=0.8", OK, FORMAT_CUSTOM, false},
    {"text/csv;q=0.5, application/json;q=0.4", OK, FORMAT_CSV, false},
    {"application/vnd.pgrst.object+json", OK, FORMAT_OBJECT, false},
    {"application/vnd.pgrst.array+json;nulls=stripped", OK, FORMAT_JSON, true},
    {"application/vnd.pgrst.plan+text; for=\"text/csv\"; options=analyze|buffers;", OK, FORMAT_PLAN, false},
    {"image/png", OK, FORMAT_CUSTOM, false},
    {"image", ERR_BAD_MEDIA, FORMAT_JSON, false},
    {"text/csv;q=0", ERR_BAD_MEDIA, FORMAT_JSON, false},
};

static void media_types_are_chosen_by_weight(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepts / sizeof *accepts; i++) {
        struct arena *arena = arena_new();
        struct media media;
        struct error error;
        assert_int_equal(media_parse(arena, accepts[i].accept, &media, &error), accepts[i].err);
        if (!accepts[i].err) {
            assert_int_equal(media.format, accepts[i].format);
            assert_int_equal(media.strip_nulls, accepts[i].strip);
            if (media.format == FORMAT_PLAN)
                assert_true(media.analyze && media.buffers && !media.wal && media.plan_for == FORMAT_CSV);
        }
        arena_free(arena);
    }
}

static void ranges(void **state)
{
    int64_t first, last;
    bool backwards;
    (void)state;
    assert_true(range_parse("0-9", &first, &last, &backwards));
    assert_int_equal(last, 9);
    assert_true(range_parse("items=5-", &first, &last, &backwards));
    assert_true(first == 5 && last == -1 && !backwards);
    assert_true(range_parse("5-1", &first, &last, &backwards));
    assert_true(backwards);
    static const char *const broken[] = {"", "a-b", "-5", "1", "1-2x", "99999999999999999999-", NULL};
    for (size_t i = 0; broken[i]; i++)
        assert_false(range_parse(broken[i], &first, &last, &backwards));
    assert_false(range_parse(NULL, &first, &last, &backwards));
}

/* --- Bodies ---------------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *type, *raw;
    enum err err;
    const char *keys, *text; /* text NULL: as it came */
} bodies[] = {
    {NULL, "{\"b\":1,\"a\":null}", OK, "a,b", NULL},
    {"application/json; charset=utf-8", "[{\"a\":1},{\"a\":2}]", OK, "a", NULL},
    {"application/json", "[{\"a\":1},{\"b\":2}]", ERR_BAD_BODY, NULL, NULL},
    {"application/json", "[1]", ERR_BAD_BODY, NULL, NULL},
    {"application/json", "{\"a\":", ERR_BAD_BODY, NULL, NULL},
    {"application/json", "{\"a\":1} x", ERR_BAD_BODY, NULL, NULL},
    {"application/json", "{\"a\":\"\xff\"}", ERR_BAD_BODY, NULL, NULL},
    {"application/json", "{\"n\":123456789012345678901234567890.5}", OK, "n", NULL},
    {"text/csv", "a,b\n1,\"x,\"\"y\"\nNULL,\"NULL\"", OK, "a,b",
     "[{\"a\":\"1\",\"b\":\"x,\\\"y\"},{\"a\":null,\"b\":\"NULL\"}]"},
    {"text/csv", "a,b\r\n1,2\r\n", OK, "a,b", "[{\"a\":\"1\",\"b\":\"2\"}]"},
    {"text/csv", "a,b\n1\n", ERR_BAD_BODY, NULL, NULL},
    {"text/csv", "a,b\n1,2,3\n", ERR_BAD_BODY, NULL, NULL},
    {"text/csv", "a\n\"1", ERR_BAD_BODY, NULL, NULL},
    {"application/x-www-form-urlencoded", "a=1&b=x+y%21", OK, "a,b", "{\"a\":\"1\",\"b\":\"x y!\"}"},
    {"application/x-www-form-urlencoded", "a=%zz", ERR_BAD_BODY, NULL, NULL},
    {"application/octet-stream", "\x01z", OK, "", "\\x017a"},
    {"image/png", "x", ERR_BAD_BODY, NULL, NULL},
};

static void bodies_name_their_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *arena = arena_new();
        struct body body;
        struct error error = {0};
        enum err err = body_parse(arena, str_of(bodies[i].raw), bodies[i].type, true, &body, &error);
        if (err != bodies[i].err)
            fail_msg("%s: got %d (%s)", bodies[i].raw, (int)err, error.message ? error.message : "");
        if (!err) {
            const char *keys = "";
            for (size_t k = 0; k < body.key_count; k++)
                keys = arena_printf(arena, "%s%s%s", keys, k ? "," : "", body.keys[k]);
            assert_string_equal(keys, bodies[i].keys);
            assert_string_equal(body.text.at, bodies[i].text ? bodies[i].text : bodies[i].raw);
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_json),
        cmocka_unit_test(stripped_rows_have_no_nulls),
        cmocka_unit_test(csv_quotes_what_would_break_a_line),
        cmocka_unit_test(preferences_are_read_once_and_echoed_in_order),
        cmocka_unit_test(media_types_are_chosen_by_weight),
        cmocka_unit_test(ranges),
        cmocka_unit_test(bodies_name_their_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
