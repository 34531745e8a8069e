/* Mails that nobody can break out of and every server takes. */
#include "net/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static const char *written(struct arena *arena, const struct message *message)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    message_write(arena, message, &text);
    const char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b.test", "first.last+tag@sub.example.com", "zoë@example.com"};
    static const char *const bad[] = {
        "",        "a",          "@b",           "a@",       "a b@c.test", "a@b.test\r\nRCPT TO:<x@y.z>",
        "a@b,c@d", "<a@b.test>", "\"a\"@b.test", "a@b.test;"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(message_address_is_good(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(message_address_is_good(bad[i]));
}

static void test_headers_cannot_be_broken_out_of(void **state)
{
    const char *text = written(*state, &(struct message){.from = "floor@bistro.example",
                                                         .to = "a@b.test",
                                                         .subject = "Hello\r\nBcc: everybody@example.com",
                                                         .text = "Body"});
    assert_null(strstr(text, "\nBcc:"));
    assert_non_null(strstr(text, "Subject: Hello  Bcc: everybody@example.com\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nBody\r\n"));
}

static void test_other_alphabets_travel_encoded(void **state)
{
    const char *text = message_header_text(*state, "Ihr Tisch im Café Zoë, heute um acht, mit Blick auf den Fluß");
    for (const char *p = text; *p; p++)
        assert_true((unsigned char)*p < 0x80);
    assert_true(str_starts(str_of(text), "=?UTF-8?B?SWhyIFRpc2NoIGltIENhZsOp"));
}

/* RFC 5322: 998 signs a line at most. */
static void test_long_headers_are_folded(void **state)
{
    char *line = arena_zalloc(*state, 5000);
    memset(line, 'x', 4999);
    size_t column = 0;
    for (const char *p = message_header_text(*state, line); *p; p++) {
        column = *p == '\n' ? 0 : column + 1;
        assert_true(column <= 78);
    }
}

static void test_lines_end_as_mail_has_them(void **state)
{
    assert_string_equal(message_lines(*state, "a\nb\r\nc\rd\n\r\r\n"), "a\r\nb\r\nc\r\nd\r\n\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test_setup_teardown(test_headers_cannot_be_broken_out_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_alphabets_travel_encoded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_headers_are_folded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lines_end_as_mail_has_them, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
