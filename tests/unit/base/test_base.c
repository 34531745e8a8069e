/* The ground: arena, buffers, JSON, encodings, errors. */
#include "../unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/json.h"

#include <stdlib.h>

static char order[8];
static size_t order_length;

static void note(void *letter)
{
    order[order_length++] = *(char *)letter;
}

static void arena_releases_newest_first(void **state)
{
    char a = 'a';
    char b = 'b';
    char c = 'c';
    (void)state;
    struct arena *arena = arena_new();
    arena_on_release(arena, note, &a);
    arena_on_release(arena, note, &b);
    arena_on_release(arena, note, &c);
    arena_free(arena);
    assert_memory_equal(order, "cba", 3);
}

static void arena_gives_aligned_memory_of_every_size(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t size = 0; size < 70000; size = size * 2 + 7) {
        char *p = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, 0x5a, size); /* the sanitizer build sees an overlap or overrun */
    }
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    arena_free(arena);
}

static void buf_stops_at_its_cap(void **state)
{
    struct buf b;
    size_t length;
    (void)state;
    buf_init(&b, 1000);
    for (int i = 0; i < 100; i++)
        buf_text(&b, "0123456789");
    assert_false(b.overflow);
    assert_int_equal(b.len, 1000);
    buf_char(&b, 'x');
    assert_true(b.overflow);
    assert_int_equal(b.len, 1000);
    char *bytes = buf_take(&b, &length);
    assert_int_equal(length, 1000);
    free(bytes);
}

static void buf_writes_whole_numbers(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    buf_int(&b, 0);
    buf_char(&b, ' ');
    buf_int(&b, -7);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MIN);
    assert_string_equal(buf_cstr(&b), "0 -7 9223372036854775807 -9223372036854775808");
    buf_release(&b);
}

static void json_escapes_what_rfc_8259_asks(void **state)
{
    static const struct {
        struct str text;
        const char *json;
    } cases[] = {
        {STR(""), "\"\""},
        {STR("plain"), "\"plain\""},
        {STR("say \"hi\"\\"), "\"say \\\"hi\\\"\\\\\""},
        {STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {STR("\x01\x1f"), "\"\\u0001\\u001f\""},
        {STR("caf\xc3\xa9 \xf0\x9f\x8d\x95"), "\"caf\xc3\xa9 \xf0\x9f\x8d\x95\""},
        {STR("</script>"), "\"</script>\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 1000);
        json_quote(&b, cases[i].text);
        assert_string_equal(buf_cstr(&b), cases[i].json);
        buf_release(&b);
    }
}

static void json_writer_sets_commas(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    struct json_writer w = json_writer(&b);
    json_open(&w, '{');
    json_key(&w, "a");
    json_int(&w, -5);
    json_key(&w, "b");
    json_open(&w, '[');
    json_bool(&w, true);
    json_text(&w, NULL);
    json_open(&w, '{');
    json_close(&w, '}');
    json_close(&w, ']');
    json_key(&w, "c");
    json_raw(&w, STR("1.5"));
    json_close(&w, '}');
    assert_string_equal(buf_cstr(&b), "{\"a\":-5,\"b\":[true,null,{}],\"c\":1.5}");
    buf_release(&b);
}

static void base64url_has_one_spelling(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t n = 0; n < 40; n++) {
        unsigned char bytes[40];
        struct str back;
        random_bytes(bytes, n);
        assert_true(decode_base64url(arena, str_of(encode_base64url(arena, bytes, n)), &back));
        assert_int_equal(back.len, n);
        assert_memory_equal(back.at, bytes, n);
    }
    static const char *const wrong[] = {"A", "A=", "AA==", "A+", "A/", "AB", "AAB", "A A", "\xff\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct str out;
        assert_false(decode_base64url(arena, str_of(wrong[i]), &out));
    }
    arena_free(arena);
}

static void percent_decoding_refuses_broken_escapes(void **state)
{
    static const struct {
        const char *in;
        bool plus;
        const char *out; /* NULL: refused */
    } cases[] = {
        {"", false, ""},       {"a%20b", false, "a b"},       {"a+b", true, "a b"},
        {"a+b", false, "a+b"}, {"%C3%A9", false, "\xc3\xa9"}, {"%", false, NULL},
        {"%4", false, NULL},   {"%zz", false, NULL},          {"%00", false, NULL},
        {"x%2", false, NULL},  {"%2541", false, "%41"},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str out;
        bool ok = decode_percent(arena, str_of(cases[i].in), cases[i].plus, &out);
        assert_int_equal(ok, cases[i].out != NULL);
        if (ok)
            assert_string_equal(out.at, cases[i].out);
    }
    arena_free(arena);
}

static void utf8_is_checked(void **state)
{
    (void)state;
    assert_true(text_is_utf8(STR("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8d\x95")));
    assert_false(text_is_utf8(STR("\xc0\xaf")));         /* overlong */
    assert_false(text_is_utf8(STR("\xed\xa0\x80")));     /* surrogate */
    assert_false(text_is_utf8(STR("\xf4\x90\x80\x80"))); /* beyond U+10FFFF */
    assert_false(text_is_utf8(STR("\xe2\x82")));         /* cut off */
    assert_false(text_is_utf8(STR("a\0b")));
    assert_true(text_is_uuid(STR("0b364fd0-61b0-4728-9457-AD673F89CADF")));
    assert_false(text_is_uuid(STR("0b364fd0-61b0-4728-9457-ad673f89cad")));
    assert_false(text_is_uuid(STR("0b364fd0x61b0-4728-9457-ad673f89cadf")));
}

static void constant_time_compare_compares(void **state)
{
    (void)state;
    assert_true(equal_in_constant_time(STR("secret"), STR("secret")));
    assert_false(equal_in_constant_time(STR("secret"), STR("secreT")));
    assert_false(equal_in_constant_time(STR("secret"), STR("secretsecret")));
    assert_false(equal_in_constant_time(STR("secret"), STR("")));
    assert_true(equal_in_constant_time(STR(""), STR("")));
}

static void sqlstates_become_statuses(void **state)
{
    static const struct {
        const char *sqlstate;
        bool anonymous;
        int status;
    } cases[] = {
        {"23505", false, 409}, {"23503", false, 409}, {"23P01", false, 409}, {"42501", false, 403},
        {"42501", true, 401},  {"42P01", false, 404}, {"42883", false, 404}, {"25006", false, 405},
        {"25001", false, 500}, {"28000", false, 403}, {"08006", false, 503}, {"53300", false, 503},
        {"53400", false, 500}, {"57P01", false, 503}, {"57014", false, 504}, {"P0001", false, 400},
        {"P0002", false, 500}, {"22P02", false, 400}, {"XX000", false, 500}, {"MD409", false, 409},
        {"PT418", false, 418}, {"PT999", false, 500}, {"40001", false, 500}, {"21000", false, 500},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(error_status_of_sqlstate(cases[i].sqlstate, cases[i].anonymous), cases[i].status);
}

static void error_body_has_the_dialects_shape(void **state)
{
    struct buf b;
    const struct error error = {.code = "MD409", .message = "Taken \"now\".", .details = "{\"field\":\"x\"}"};
    (void)state;
    buf_init(&b, 1000);
    error_write_json(&error, &b);
    assert_string_equal(buf_cstr(&b), "{\"code\":\"MD409\",\"message\":\"Taken "
                                      "\\\"now\\\".\",\"details\":\"{\\\"field\\\":\\\"x\\\"}\",\"hint\":null}");
    buf_release(&b);
}

static void clocks_write_their_formats(void **state)
{
    char text[CLOCK_TEXT_BYTES];
    (void)state;
    clock_text(1795246200123456, text);
    assert_string_equal(text, "2026-11-21T07:30:00.123456Z");
    clock_http_text(1795246200, text);
    assert_string_equal(text, "Sat, 21 Nov 2026 07:30:00 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_releases_newest_first),
        cmocka_unit_test(arena_gives_aligned_memory_of_every_size),
        cmocka_unit_test(buf_stops_at_its_cap),
        cmocka_unit_test(buf_writes_whole_numbers),
        cmocka_unit_test(json_escapes_what_rfc_8259_asks),
        cmocka_unit_test(json_writer_sets_commas),
        cmocka_unit_test(base64url_has_one_spelling),
        cmocka_unit_test(percent_decoding_refuses_broken_escapes),
        cmocka_unit_test(utf8_is_checked),
        cmocka_unit_test(constant_time_compare_compares),
        cmocka_unit_test(sqlstates_become_statuses),
        cmocka_unit_test(error_body_has_the_dialects_shape),
        cmocka_unit_test(clocks_write_their_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
