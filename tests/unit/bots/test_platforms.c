/* What platforms send, in our words. */
#include "unit.h"

#include "base/arena.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/platform.h"

#include <stdlib.h>

static json_t *read(struct arena *arena, const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);
    if (!value)
        fail_msg("%s at %d", error.text, error.position);
    return json_kept(arena, value);
}

static void every_message_of_a_call_is_heard(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    const json_t *account = read(arena, "{\"endpoint_id\":\"e\",\"secrets\":{\"phone_number_id\":\"1\"}}");
    const json_t *call = read(
        arena, "{\"entry\":[{\"changes\":[{\"value\":{\"metadata\":{\"phone_number_id\":\"1\"},\"contacts\":[{\"wa_"
               "id\":\"49\",\"profile\":{\"name\":\"Ada\"}}],"
               "\"messages\":[{\"id\":\"a\",\"from\":\"49\",\"type\":\"text\",\"text\":{\"body\":\"hi\"}},{\"id\":"
               "\"b\",\"from_user_id\":\"DE.123\",\"type\":\"sticker\"}]}},"
               "{\"value\":{\"metadata\":{\"phone_number_id\":\"2\"},\"messages\":[{\"id\":\"c\",\"from\":\"49\"}]}}]},"
               "{\"changes\":[{\"value\":{\"metadata\":{\"phone_number_id\":\"1\"},\"statuses\":[{\"id\":\"s\","
               "\"status\":\"failed\",\"errors\":[{\"title\":\"No\"}]},{\"status\":\"read\"}]}},{}]},7]}");
    const json_t *parts = bot_whatsapp.take_apart(arena, call, account), *messages = json_object_get(parts, "messages");
    assert_int_equal(json_array_size(messages), 2); /* another number's are another account's */
    assert_int_equal(json_array_size(json_object_get(parts, "statuses")), 1);
    const json_t *first = bot_whatsapp.hear(arena, json_object_get(json_array_get(messages, 0), "body"));
    assert_string_equal(json_text_at(first, "text"), "hi");
    assert_string_equal(json_text_at(first, "name"), "Ada");
    assert_string_equal(json_text_at(json_array_get(messages, 1), "lane"), "chat/e/DE.123");
    const json_t *second = bot_whatsapp.hear(arena, json_object_get(json_array_get(messages, 1), "body"));
    assert_string_equal(json_text_at(second, "kind"), "other");
    arena_free(arena);
}

static void what_is_no_answer_is_not_heard(void **state)
{
    static const char *const updates[] = {
        "{}",
        "{\"message\":7}",
        "{\"message\":{\"chat\":{\"id\":\"1\"}}}",
        "{\"message\":{\"chat\":{\"id\":-5,\"type\":\"group\"},\"text\":\"hi\"}}",
        "{\"message\":{\"chat\":{\"id\":5,\"type\":\"private\"},\"from\":{\"is_bot\":true},\"text\":\"hi\"}}",
        "{\"edited_message\":{\"chat\":{\"id\":5,\"type\":\"private\"},\"text\":\"hi\"}}",
        "{\"my_chat_member\":{\"chat\":{\"id\":5,\"type\":\"private\"},\"new_chat_member\":{\"status\":\"member\"}}}"};
    static const char *const messages[] = {"{}", "{\"message\":{\"type\":\"text\"}}",
                                           "{\"message\":{\"from\":\"1\",\"type\":\"reaction\"}}",
                                           "{\"message\":{\"from\":\"1\",\"type\":\"system\"}}",
                                           "{\"message\":{\"from\":\"1\",\"group_id\":\"g\",\"type\":\"text\"}}"};
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof updates / sizeof *updates; i++)
        assert_null(bot_telegram.hear(arena, read(arena, updates[i])));
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        assert_null(bot_whatsapp.hear(arena, read(arena, messages[i])));
    arena_free(arena);
}

static void only_the_own_contact_is_own(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    for (int owner = 5; owner <= 6; owner++) {
        const char *text = arena_printf(arena,
                                        "{\"message\":{\"chat\":{\"id\":5,\"type\":\"private\"},\"from\":{\"id\":5},"
                                        "\"contact\":{\"phone_number\":\"49\",\"user_id\":%d}}}",
                                        owner);
        const json_t *heard = bot_telegram.hear(arena, read(arena, text));
        assert_string_equal(json_text_at(heard, "kind"), "contact");
        assert_int_equal(json_is_true(json_object_get(heard, "own")), owner == 5);
        text = arena_printf(arena,
                            "{\"message\":{\"from\":\"5\",\"type\":\"contacts\",\"contacts\":[{\"phones\":[{\"phone\":"
                            "\"+5\",\"wa_id\":\"%d\"}]}]}}",
                            owner);
        heard = bot_whatsapp.hear(arena, read(arena, text));
        assert_int_equal(json_is_true(json_object_get(heard, "own")), owner == 5);
    }
    arena_free(arena);
}

static void what_a_guest_typed_is_no_markup(void **state)
{
    static const char *const texts[][2] = {
        {"Hi *Ada*, _all_ ~this~ is `yours`", "Hi \u2217Ada*, \u02cdall_ \u223cthis~ is \u02cbyours`"},
        {"a*b*c snake_case_word 5*3", "a*b*c snake_case_word 5*3"},
        {"(*x*) **y**", "(\u2217x*) \u2217\u2217y*\u2217"},
        {"see https://h.example/_a/*b*?c=~d and *e*", "see https://h.example/_a/*b*?c=~d and \u2217e*"},
        {"*", "\u2217"},
        {"```", "\u02cb\u02cb\u02cb"},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *content = json_kept(arena, json_pack("{s:s}", "text", texts[i][0]));
        const json_t *body = json_kept(arena, whatsapp_body(arena, content));
        assert_string_equal(json_text_at(json_object_get(body, "text"), "body"), texts[i][1]);
        json_object_set_new(content, "choices", json_pack("[{s:s, s:s}]", "id", "1:0", "label", "Yes"));
        body = json_kept(arena, whatsapp_body(arena, content));
        body = json_object_get(json_object_get(body, "interactive"), "body");
        assert_string_equal(json_text_at(body, "text"), texts[i][1]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_of_a_call_is_heard),
        cmocka_unit_test(what_is_no_answer_is_not_heard),
        cmocka_unit_test(only_the_own_contact_is_own),
        cmocka_unit_test(what_a_guest_typed_is_no_markup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
