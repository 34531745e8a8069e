#include "bots/talk.h"

#include "base/json_kept.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/phrases.h"

#include <string.h>

enum { WALK_MAX = 200, TEXT_PIECES_MAX = 10, CODE_BYTES_MAX = 64 };

void talk_begin(struct talk *talk, struct arena *arena, const json_t *state, const struct talk_limits *limits,
                const struct talk_house *house)
{
    const json_t *dialog = json_object_get(state, "dialog");
    *talk = (struct talk){.arena = arena, .limits = limits, .house = house, .state = state};
    talk->guest = json_object_get(state, "guest");
    talk->language = json_text_at(state, "language");
    talk->question = (int)json_integer_value(json_object_get(state, "question"));
    talk->says = json_kept(arena, json_array());
    talk->data = json_kept(arena, json_object());
    talk->stack = json_kept(arena, json_array());
    talk->asked = json_kept(arena, json_object());
    if (!day_read(json_text_at(state, "today"), &talk->today))
        talk->today = (struct day){1970, 1, 1};
    if (json_is_object(dialog)) {
        talk->scenario = json_object_get(dialog, "scenario");
        talk->scenario_id = json_text_at(dialog, "scenario_id");
        talk->step = json_text_at(dialog, "step");
        talk->data = json_kept(arena, json_deep_copy(json_object_get(dialog, "data")));
        talk->stack = json_kept(arena, json_deep_copy(json_object_get(dialog, "stack")));
        talk->asked = json_kept(arena, json_deep_copy(json_object_get(dialog, "asked")));
    }
}

const json_t *talk_step(const struct talk *talk, const char *name)
{
    return name ? json_object_get(json_object_get(talk->scenario, "steps"), name) : NULL;
}

struct scopes talk_scopes(const struct talk *talk, const json_t *own)
{
    const json_t *about = json_kept(talk->arena, json_pack("{s:O*, s:O*, s:O*, s:O*}", "guest", talk->guest, "bot",
                                                           json_object_get(talk->state, "bot"), "house",
                                                           json_object_get(talk->state, "house"), "today",
                                                           json_object_get(talk->state, "today")));
    struct scopes scopes = {.language = talk->language};
    int count = 0;
    if (own)
        scopes.at[count++] = own;
    scopes.at[count++] = talk->data;
    scopes.at[count++] = about;
    return scopes;
}

void talk_keep(struct talk *talk, const char *field, json_t *value)
{
    json_object_set_new(talk->data, field, value ? value : json_null());
}

/* --- Saying ------------------------------------------------------------------------------------------------------- */

/* Where a text that is too long breaks: after a line, else after a word, else between characters. */
static size_t break_at(const char *text, size_t most)
{
    size_t count = 0, line = 0, word = 0, at = 0;
    for (; text[at] && count <= most; at++) {
        if (((unsigned char)text[at] & 0xC0) != 0x80 && count++ == most)
            break;
        if (text[at] == '\n')
            line = at + 1;
        else if (text[at] == ' ')
            word = at + 1;
    }
    if (!text[at])
        return at;
    return line > at / 2 ? line : word > at / 2 ? word : at;
}

void talk_say(struct talk *talk, const char *text, json_t *more)
{
    json_t *content = more ? more : json_object();
    size_t most = json_object_get(content, "choices") ? talk->limits->body : talk->limits->text;
    for (int pieces = 0; text && text_characters(text) > most && pieces < TEXT_PIECES_MAX; pieces++) {
        size_t length = break_at(text, most);
        json_array_append_new(talk->says, json_pack("{s:s%}", "text", text, length));
        text += length;
    }
    if (text && *text)
        json_object_set_new(content, "text", json_string(text_cut(talk->arena, text, most)));
    if (talk->unasks && !json_object_get(content, "choices") && !json_object_get(content, "ask"))
        json_object_set_new(content, "unask", json_true());
    talk->unasks = false;
    json_array_append_new(talk->says, content);
}

void talk_say_phrase(struct talk *talk, int phrase)
{
    talk_say(talk, phrase_in(talk->language, (enum phrase)phrase), NULL);
}

static void answer_press(struct talk *talk, const json_t *heard, const char *text)
{
    const char *press = json_text_at(heard, "press");
    if (press)
        json_array_append_new(talk->says, json_pack("{s:s, s:s*}", "answers", press, "text", text));
}

void talk_apologize(struct talk *talk)
{
    talk->finished = true;
    talk->scenario = NULL;
    talk_say_phrase(talk, PHRASE_WENT_WRONG);
}

/* --- Walking ------------------------------------------------------------------------------------------------------ */

static const struct talk_kind *kind_of(const json_t *step)
{
    const char *name = json_text_at(step, "type");
    for (const struct talk_kind *kind = talk_kinds; name && kind->name; kind++)
        if (text_eq(kind->name, name))
            return kind;
    return NULL;
}

void talk_walk(struct talk *talk, const char *name)
{
    talk->moved = true;
    talk->wake_s = 0;
    json_object_clear(talk->asked);
    while (name && !talk->lost) {
        const json_t *step = talk_step(talk, name);
        const struct talk_kind *kind = kind_of(step);
        if (!kind || ++talk->walked > WALK_MAX) {
            talk_apologize(talk);
            return;
        }
        talk->step = name;
        name = kind->enter(talk, step);
    }
}

bool talk_enter_scenario(struct talk *talk, const json_t *found)
{
    const json_t *scenario = json_object_get(found, "scenario");
    if (!json_is_object(scenario))
        return false;
    talk->scenario = scenario;
    talk->scenario_id = json_text_at(found, "scenario_id");
    return true;
}

static void begin_anew(struct talk *talk)
{
    json_object_clear(talk->data);
    json_array_clear(talk->stack);
    if (talk_enter_scenario(talk, json_object_get(talk->state, "first"))) {
        talk->finished = false;
        talk_walk(talk, json_text_at(talk->scenario, "start"));
        return;
    }
    talk->finished = true;
    talk_say_phrase(talk, PHRASE_NOTHING_HERE);
}

/* --- Commands ----------------------------------------------------------------------------------------------------- */

static void start(struct talk *talk, const char *code)
{
    talk->starts = true;
    if (*code) {
        const json_t *guest = NULL;
        if (strlen(code) <= CODE_BYTES_MAX && !talk->house->link(talk->house->self, NULL, code, &guest)) {
            talk->lost = true;
            return;
        }
        if (guest)
            talk->guest = guest;
        talk_say_phrase(talk, guest ? PHRASE_LINKED : PHRASE_LINK_IS_OVER);
    }
    begin_anew(talk);
}

static void stop(struct talk *talk, const char *code)
{
    (void)code;
    talk->stops = talk->finished = true;
    talk->scenario = NULL;
    talk_say_phrase(talk, PHRASE_STOPPED);
}

static void menu(struct talk *talk, const char *code)
{
    (void)code;
    begin_anew(talk);
}

/* What means the same in every scenario. Who writes from WhatsApp has no commands, and writes the word. */
static const struct {
    const char *words;
    void (*run)(struct talk *talk, const char *argument);
} commands[] = {
    {"/start", start}, {"/stop", stop}, {"stop", stop},    {"стоп", stop},
    {"قف", stop},      {"/menu", menu}, {"/cancel", menu},
};

/* "/start@some_bot CODE" too: groups write it so. */
static bool run_command(struct talk *talk, const json_t *heard)
{
    const char *text = json_text_at(heard, "text");
    if (!text || !text_eq(json_text_at(heard, "kind"), "text"))
        return false;
    const char *folded = fold_text(talk->arena, text);
    size_t length = strcspn(folded, " @"), word = strcspn(folded, " ");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        bool alone = *commands[i].words != '/';
        if (strncmp(folded, commands[i].words, length) != 0 || commands[i].words[length] || (alone && folded[length]))
            continue;
        const char *argument = strchr(text, ' '); /* as it was written: codes have both cases */
        commands[i].run(talk, folded[word] && argument ? argument + strspn(argument, " ") : "");
        return true;
    }
    return false;
}

/* --- Hearing ------------------------------------------------------------------------------------------------------ */

/* A press of a button that was shown for another question. */
static bool is_old_press(const struct talk *talk, const json_t *heard)
{
    const char *data = json_text_at(heard, "data");
    if (!text_eq(json_text_at(heard, "kind"), "press"))
        return false;
    int question = (int)json_integer_value(json_object_get(talk->asked, "question"));
    const char *own = arena_printf(talk->arena, "%d:", question);
    return !talk->scenario || !question || !data || strncmp(data, own, strlen(own)) != 0;
}

bool talk_hear(struct talk *talk, const json_t *heard)
{
    if (run_command(talk, heard))
        return !talk->lost;
    if (json_is_true(json_object_get(talk->state, "with_person"))) {
        answer_press(talk, heard, NULL);
        return true; /* it is written down, and a person reads it */
    }
    if (is_old_press(talk, heard)) {
        answer_press(talk, heard, phrase_in(talk->language, PHRASE_ANSWERED_BEFORE));
        return true;
    }
    answer_press(talk, heard, NULL);
    const json_t *step = talk_step(talk, talk->step);
    const struct talk_kind *kind = kind_of(step);
    if (!kind || !kind->waits)
        begin_anew(talk);
    else
        bots_answer(talk, step, heard);
    return !talk->lost;
}

bool talk_wake(struct talk *talk)
{
    const json_t *step = talk_step(talk, talk->step);
    const char *type = json_text_at(step, "type");
    bool held = json_is_true(json_object_get(talk->state, "with_person"));
    if (!type || held)
        return true;
    if (text_eq(type, "person")) {
        talk_walk(talk, json_text_at(step, "next"));
        return !talk->lost;
    }
    const json_t *remind = json_object_get(step, "remind"), *timeout = json_object_get(step, "timeout");
    bool reminded = json_is_true(json_object_get(talk->asked, "reminded"));
    talk->moved = true;
    if (remind && !reminded) {
        struct scopes scopes = talk_scopes(talk, NULL);
        json_object_set_new(talk->asked, "reminded", json_true());
        if (!json_is_true(json_object_get(talk->state, "stopped")))
            bots_ask_text(talk, step, text_filled(talk->arena, &scopes, json_object_get(remind, "text")), NULL);
        bots_arm(talk, step);
    } else if (timeout) {
        talk_walk(talk, json_text_at(timeout, "next"));
    }
    return !talk->lost;
}

json_t *talk_told(struct talk *talk)
{
    json_t *told = json_kept(talk->arena, json_pack("{s:O, s:i}", "says", talk->says, "question", talk->question));
    if (talk->finished || !talk->scenario) {
        json_object_set_new(told, "finished", json_boolean(talk->finished));
    } else if (talk->moved) {
        json_object_update_new(told,
                               json_pack("{s:s, s:s, s:O, s:O, s:O}", "scenario_id", talk->scenario_id, "step",
                                         talk->step, "data", talk->data, "stack", talk->stack, "asked", talk->asked));
        if (talk->wake_s)
            json_object_set_new(told, "wake_s", json_integer(talk->wake_s));
    }
    if (talk->with_person)
        json_object_set_new(told, "person", json_true());
    else if (talk->starts || talk->finished)
        json_object_set_new(told, "person", json_false());
    if (talk->stops || talk->starts)
        json_object_set_new(told, "stopped", json_boolean(talk->stops));
    return told;
}
