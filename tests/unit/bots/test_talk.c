/* The engine against a house that is a table of answers: what a message does to a conversation. */
#include "unit.h"

#include "base/arena.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/talk.h"

#include <stdio.h>
#include <stdlib.h>

static const struct talk_limits wide = {.text = 100, .body = 100, .label = 10, .hint = 0, .rows = 6};
static int calls;
static bool is_down;

static bool call(void *self, const char *function, const json_t *args, const json_t **answer)
{
    struct arena *arena = self;
    calls++;
    if (is_down)
        return false;
    *answer = text_eq(function, "fails")
                  ? json_kept(arena, json_pack("{s:{s:i, s:s}}", "error", "status", 409, "message", "Taken."))
                  : json_kept(arena, json_pack("{s:{s:O}}", "value", "got", args));
    return true;
}

static bool scenario(void *self, const char *name, const char *id, const json_t **found)
{
    struct arena *arena = self;
    static const char *const graphs[][2] = {
        {"sub", "{\"start\":\"q\",\"steps\":{\"q\":{\"type\":\"input\",\"text\":\"Sub?\",\"field\":\"sub\",\"next\":"
                "\"e\"},\"e\":{\"type\":\"end\"}}}"},
        {"s1", "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"scenario\",\"scenario\":\"sub\",\"next\":\"z\"},\"z\":{"
               "\"type\":\"end\",\"text\":\"Got {{sub}}\"}}}"}};
    *found = NULL;
    for (size_t i = 0; i < 2; i++)
        if (text_eq(name ? name : id, graphs[i][0]))
            *found = json_kept(arena, json_pack("{s:s, s:o}", "scenario_id", graphs[i][0], "scenario",
                                                json_loads(graphs[i][1], 0, NULL)));
    return true;
}

static bool link_to(void *self, const char *phone, const char *code, const json_t **guest)
{
    (void)code;
    *guest = phone ? json_kept(self, json_pack("{s:s, s:s, s:b}", "name", "Ada", "phone", phone, "linked", 1)) : NULL;
    return true;
}

/* A conversation that goes on: what was told becomes what is. */
struct chat {
    struct arena *arena;
    json_t *state, *told;
    const struct talk_limits *limits;
};

static void chat_begin(struct chat *chat, const char *graph)
{
    json_error_t error;
    json_t *parsed = json_loads(graph, 0, &error);
    if (!parsed)
        fail_msg("%s at %d", error.text, error.position);
    chat->arena = arena_new();
    chat->limits = &wide;
    chat->state = json_kept(chat->arena, json_pack("{s:s, s:s, s:s, s:i, s:{}, s:{s:s, s:o}}", "chat_id", "c",
                                                   "language", "en", "today", "2026-12-02", "question", 0, "guest",
                                                   "first", "scenario_id", "s1", "scenario", parsed));
}

static json_t *finish(struct chat *chat, struct talk *talk)
{
    chat->told = talk_told(talk);
    json_object_set(chat->state, "question", json_object_get(chat->told, "question"));
    if (json_is_true(json_object_get(chat->told, "finished")))
        json_object_del(chat->state, "dialog");
    else if (json_object_get(chat->told, "step")) {
        json_t *dialog = json_deep_copy(chat->told);
        json_object_set(dialog, "scenario", (json_t *)talk->scenario); /* NOLINT: counts */
        json_object_set_new(chat->state, "dialog", dialog);
    }
    return json_object_get(chat->told, "says");
}

static json_t *hear(struct chat *chat, json_t *heard)
{
    const struct talk_house house = {chat->arena, call, scenario, link_to};
    struct talk talk;
    talk_begin(&talk, chat->arena, chat->state, chat->limits, &house);
    assert_true(talk_hear(&talk, json_kept(chat->arena, heard)));
    return finish(chat, &talk);
}

static json_t *wake(struct chat *chat)
{
    const struct talk_house house = {chat->arena, call, scenario, link_to};
    struct talk talk;
    talk_begin(&talk, chat->arena, chat->state, chat->limits, &house);
    assert_true(talk_wake(&talk));
    return finish(chat, &talk);
}

static json_t *say(struct chat *chat, const char *text)
{
    return hear(chat, json_pack("{s:s, s:s}", "kind", "text", "text", text));
}

static json_t *press(struct chat *chat, const char *data)
{
    return hear(chat, json_pack("{s:s, s:s, s:s}", "kind", "press", "press", "p", "data", data));
}

static const char *text_of(const json_t *says, size_t i)
{
    const char *text = json_text_at(json_array_get(says, i), "text");
    return text ? text : "";
}

static const char *last(const json_t *says)
{
    return text_of(says, json_array_size(says) - 1);
}

static void a_question_is_answered_by_button_label_or_place(void **state)
{
    static const char graph[] =
        "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"choice\",\"text\":\"Which?\",\"field\":\"x\",\"next\":\"b\","
        "\"options\":[{\"label\":\"Red\"},{\"label\":\"Blue\",\"value\":7}]},"
        "\"b\":{\"type\":\"end\",\"text\":\"It is {{x}}.\"}}}";
    static const char *const texts[][2] = {{"red", "It is Red."}, {" BLUE ", "It is 7."}, {"2", "It is 7."}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct chat chat;
        chat_begin(&chat, graph);
        assert_string_equal(last(say(&chat, "hi")), "Which?");
        assert_string_equal(last(say(&chat, texts[i][0])), texts[i][1]);
        assert_true(json_is_true(json_object_get(chat.told, "finished")));
        arena_free(chat.arena);
    }
}

static void an_old_button_says_so_and_moves_nothing(void **state)
{
    struct chat chat;
    (void)state;
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"choice\",\"text\":\"A?\",\"options\":[{\"label\":"
                      "\"on\",\"next\":\"b\"}]},"
                      "\"b\":{\"type\":\"choice\",\"text\":\"B?\",\"options\":[{\"label\":\"on\",\"next\":\"c\"}]},"
                      "\"c\":{\"type\":\"end\",\"text\":\"C\"}}}");
    say(&chat, "hi");
    assert_string_equal(last(press(&chat, "1:0")), "B?");
    json_t *says = press(&chat, "1:0");
    assert_int_equal(json_array_size(says), 1);
    assert_string_equal(json_text_at(json_array_get(says, 0), "answers"), "p");
    assert_null(json_object_get(chat.told, "step"));
    static const char *const wrong[] = {"2:9", "2:", "2:x", "2:-1", "99:0", "x", "", "2:4294967297"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        press(&chat, wrong[i]);
    assert_string_equal(last(press(&chat, "2:0")), "C");
    assert_int_equal(json_array_size(press(&chat, "2:0")), 1); /* over: no new conversation by a second tap */
    assert_null(json_object_get(chat.told, "step"));
    arena_free(chat.arena);
}

static void what_does_not_fit_is_paged(void **state)
{
    struct chat chat;
    char graph[4096] = "{\"start\":\"a\",\"steps\":{\"s\":{\"type\":\"end\",\"text\":\"{{x}}\"},\"a\":{\"type\":"
                       "\"set\",\"set\":{\"l\":[";
    (void)state;
    for (int i = 0; i < 11; i++)
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph), "%s{\"n\":\"item number %d\",\"ok\":%s}",
                 i ? "," : "", i, i == 3 ? "false" : "true");
    strcat(graph, "]},\"next\":\"c\"},\"c\":{\"type\":\"choice\",\"text\":\"Which?\",\"field\":\"x\",\"next\":\"s\","
                  "\"each\":{\"in\":\"l\",\"label\":\"{{item.n}}\",\"value\":\"{{item.n}}\",\"only\":\"ok\"}}}}");
    chat_begin(&chat, graph);
    const json_t *choices = json_object_get(json_array_get(say(&chat, "hi"), 0), "choices");
    assert_int_equal(json_array_size(choices), 5); /* four of ten, and the way on */
    assert_string_equal(json_text_at(json_array_get(choices, 0), "label"), "item numb…");
    assert_string_equal(json_text_at(json_array_get(choices, 4), "id"), "1:>");
    press(&chat, "1:>");
    choices = json_object_get(json_array_get(press(&chat, "1:>"), 1), "choices");
    assert_int_equal(json_array_size(choices), 3); /* two, and the way back */
    assert_string_equal(last(press(&chat, "1:8")), "item number 9");
    arena_free(chat.arena);
}

static void calls_conditions_and_scenarios_walk(void **state)
{
    struct chat chat;
    (void)state;
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"set\",\"set\":{\"n\":3,\"who\":\"{{guest.name}}\"}"
                      ",\"next\":\"b\"},"
                      "\"b\":{\"type\":\"condition\",\"if\":[{\"var\":\"n\",\"over\":5,\"next\":\"e\"},{\"var\":\"n\","
                      "\"is\":3,\"next\":\"c\"}],\"next\":\"e\"},"
                      "\"c\":{\"type\":\"action\",\"action\":\"works\",\"with\":{\"p\":\"{{n}}\",\"none\":\"{{nothing}}"
                      "\"},\"save\":\"r\",\"next\":\"d\"},"
                      "\"d\":{\"type\":\"action\",\"action\":\"fails\",\"next\":\"e\",\"failed\":\"f\"},"
                      "\"f\":{\"type\":\"end\",\"text\":\"{{error.status}} {{error.message}} "
                      "{{r.got.p}}{{r.got.none}}\"},\"e\":{\"type\":\"end\",\"text\":\"wrong\"}}}");
    assert_string_equal(last(say(&chat, "hi")), "409 Taken. 3");
    arena_free(chat.arena);
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"scenario\",\"scenario\":\"sub\",\"next\":\"z\"},"
                      "\"z\":{\"type\":\"end\",\"text\":\"Got {{sub}}\"}}}");
    assert_string_equal(last(say(&chat, "hi")), "Sub?");
    assert_string_equal(last(say(&chat, "{{guest.phone}}")),
                        "Got {{guest.phone}}"); /* what a guest says is never a template */
    arena_free(chat.arena);
}

static void circles_and_lost_houses_end(void **state)
{
    struct chat chat;
    const struct talk_house house = {NULL, call, scenario, link_to};
    struct talk talk;
    (void)state;
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"set\",\"set\":{},\"next\":\"b\"},\"b\":{\"type\":"
                      "\"set\",\"set\":{},\"next\":\"a\"}}}");
    assert_non_null(strstr(last(say(&chat, "hi")), "Something went wrong"));
    arena_free(chat.arena);
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"action\",\"action\":\"works\",\"next\":\"b\"},"
                      "\"b\":{\"type\":\"end\"}}}");
    is_down = true;
    talk_begin(&talk, chat.arena, chat.state, chat.limits, &house);
    assert_false(talk_hear(&talk, json_kept(chat.arena, json_pack("{s:s, s:s}", "kind", "text", "text", "hi"))));
    is_down = false;
    arena_free(chat.arena);
}

static void only_the_own_contact_links(void **state)
{
    struct chat chat;
    (void)state;
    chat_begin(&chat,
               "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"input\",\"input\":\"contact\",\"text\":\"Number?\","
               "\"field\":\"p\",\"next\":\"b\"},\"b\":{\"type\":\"end\",\"text\":\"{{p}} {{guest.name}}\"}}}");
    say(&chat, "hi");
    assert_non_null(
        strstr(last(hear(&chat, json_pack("{s:s, s:s, s:b}", "kind", "contact", "phone", "+49301", "own", 0))),
               "somebody else"));
    assert_non_null(strstr(last(say(&chat, "+49 30 123456")), "share your contact"));
    assert_string_equal(last(hear(&chat, json_pack("{s:s, s:s, s:b}", "kind", "contact", "phone", "+49301", "own", 1))),
                        "+49301 Ada");
    arena_free(chat.arena);
}

static void commands_hold_everywhere(void **state)
{
    static const char *const starts[] = {"/start", "/START", "/start@house_bot", "/start@house_bot wrong-code",
                                         "/menu",  "/cancel"};
    struct chat chat;
    (void)state;
    chat_begin(
        &chat,
        "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"input\",\"text\":\"Name?\",\"field\":\"n\",\"next\":\"b\"},"
        "\"b\":{\"type\":\"input\",\"text\":\"Hi {{n}}\",\"field\":\"m\",\"next\":\"c\"},\"c\":{\"type\":\"end\"}}}");
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        say(&chat, "hi");
        say(&chat, "Ada");
        assert_string_equal(last(say(&chat, starts[i])), "Name?");
    }
    assert_string_equal(last(say(&chat, "/startle")), "Hi /startle"); /* is none */
    assert_non_null(strstr(last(say(&chat, "STOP")), "no more"));
    assert_true(json_is_true(json_object_get(chat.told, "stopped")));
    arena_free(chat.arena);
}

static void reminders_and_the_end_of_waiting(void **state)
{
    struct chat chat;
    (void)state;
    chat_begin(&chat, "{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"input\",\"text\":\"Name?\",\"field\":\"n\","
                      "\"next\":\"b\",\"remind\":{\"after_minutes\":5,\"text\":\"Still there?\"},"
                      "\"timeout\":{\"after_minutes\":60,\"next\":\"c\"}},\"b\":{\"type\":\"end\",\"text\":\"Hi\"},"
                      "\"c\":{\"type\":\"end\",\"text\":\"Too late\"}}}");
    say(&chat, "hi");
    assert_int_equal(json_integer_value(json_object_get(chat.told, "wake_s")), 300);
    assert_string_equal(last(wake(&chat)), "Still there?");
    assert_int_equal(json_integer_value(json_object_get(chat.told, "wake_s")), 3300);
    assert_string_equal(last(wake(&chat)), "Too late");
    arena_free(chat.arena);
}

static void long_texts_come_in_pieces(void **state)
{
    struct chat chat;
    (void)state;
    char graph[2000] =
        "{\"start\":\"a\",\"steps\":{\"b\":{\"type\":\"end\"},\"a\":{\"type\":\"message\",\"next\":\"b\",\"text\":\"";
    for (int i = 0; i < 60; i++)
        strcat(graph, "wörter ");
    strcat(graph, "\"}}}");
    chat_begin(&chat, graph);
    json_t *says = say(&chat, "hi");
    assert_true(json_array_size(says) >= 5);
    size_t i;
    const json_t *each;
    json_array_foreach(says, i, each)
    {
        assert_true(strlen(json_text_at(each, "text")) <= 2 * wide.text);
        assert_int_equal(strncmp(json_text_at(each, "text"), "wörter", 7), 0); /* broken between words */
    }
    arena_free(chat.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_answered_by_button_label_or_place),
        cmocka_unit_test(an_old_button_says_so_and_moves_nothing),
        cmocka_unit_test(what_does_not_fit_is_paged),
        cmocka_unit_test(calls_conditions_and_scenarios_walk),
        cmocka_unit_test(circles_and_lost_houses_end),
        cmocka_unit_test(only_the_own_contact_links),
        cmocka_unit_test(commands_hold_everywhere),
        cmocka_unit_test(reminders_and_the_end_of_waiting),
        cmocka_unit_test(long_texts_come_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
