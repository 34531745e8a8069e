/* What each kind of step does. */
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/phrases.h"
#include "bots/talk.h"

#include <string.h>

enum { CALLED_MAX = 8 };

static const char *next_of(const json_t *step)
{
    return json_text_at(step, "next");
}

static json_t *copy_of(const struct talk *talk, const json_t *step, const char *name)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    json_t *value = value_filled(talk->arena, &scopes, json_object_get(step, name));
    return json_incref(value);
}

/* A text, a picture by its address, a place on the map. */
static const char *enter_message(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    json_t *more = json_object();
    if (json_object_get(step, "photo"))
        json_object_set_new(more, "photo", copy_of(talk, step, "photo"));
    if (json_object_get(step, "location"))
        json_object_set_new(more, "location", copy_of(talk, step, "location"));
    talk_say(talk, text_filled(talk->arena, &scopes, json_object_get(step, "text")), more);
    return next_of(step);
}

static const char *enter_set(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    json_t *values = value_filled(talk->arena, &scopes, json_object_get(step, "set"));
    json_object_update(talk->data, values);
    return next_of(step);
}

/* --- Conditions --------------------------------------------------------------------------------------------------- */

static bool number_of(const json_t *value, double *number)
{
    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    char *end;
    const char *text = json_string_value(value);
    *number = text && *text ? strtod(text, &end) : 0;
    return text && *text && !*end;
}

static bool is_there(const json_t *value)
{
    return value && !json_is_false(value) && !(json_is_string(value) && !*json_string_value(value)) &&
           !(json_is_array(value) && !json_array_size(value)) &&
           !(json_is_integer(value) && !json_integer_value(value));
}

/* {"var", one of "is", "not", "over", "under", "there"} */
static bool holds(const struct talk *talk, const struct scopes *scopes, const json_t *rule)
{
    const char *name = json_text_at(rule, "var");
    const json_t *value = name ? value_at(scopes, name) : NULL, *other;
    double a, b;
    const char *said = value ? text_of_value(talk->arena, value) : "";
    if ((other = json_object_get(rule, "there")))
        return is_there(value) == json_is_true(other);
    if ((other = json_object_get(rule, "is")))
        return text_eq(said, text_of_value(talk->arena, other));
    if ((other = json_object_get(rule, "not")))
        return !text_eq(said, text_of_value(talk->arena, other));
    if (!number_of(value, &a))
        return false;
    if ((other = json_object_get(rule, "over")))
        return number_of(other, &b) && a > b;
    other = json_object_get(rule, "under");
    return number_of(other, &b) && a < b;
}

static const char *enter_condition(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    size_t i;
    const json_t *rule;
    json_array_foreach(json_object_get(step, "if"), i, rule)
    {
        if (holds(talk, &scopes, rule))
            return next_of(rule);
    }
    return next_of(step);
}

/* --- Calls -------------------------------------------------------------------------------------------------------- */

static const char *enter_action(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    json_t *args = value_filled(talk->arena, &scopes, json_object_get(step, "with"));
    const json_t *answer = NULL;
    if (!args)
        args = json_kept(talk->arena, json_object());
    if (!talk->house->call(talk->house->self, json_text_at(step, "action"), args, &answer)) {
        talk->lost = true;
        return NULL;
    }
    const json_t *error = json_object_get(answer, "error"), *value = json_object_get(answer, "value");
    const char *save = json_text_at(step, "save");
    if (error) {
        talk_keep(talk, "error", json_deep_copy(error));
        if (!json_text_at(step, "failed"))
            talk_apologize(talk);
        return json_text_at(step, "failed");
    }
    json_object_del(talk->data, "error");
    if (save)
        talk_keep(talk, save, value ? json_deep_copy(value) : NULL);
    return next_of(step);
}

static const char *enter_scenario(struct talk *talk, const json_t *step)
{
    const json_t *found = NULL;
    if (!talk->house->scenario(talk->house->self, json_text_at(step, "scenario"), NULL, &found)) {
        talk->lost = true;
        return NULL;
    }
    if (!found || json_array_size(talk->stack) >= CALLED_MAX) {
        talk_apologize(talk);
        return NULL;
    }
    json_array_append_new(talk->stack,
                          json_pack("{s:s, s:s*}", "scenario_id", talk->scenario_id, "step", next_of(step)));
    talk_enter_scenario(talk, found);
    return json_text_at(talk->scenario, "start");
}

/* Back to where it was called, in the version that called; or over. */
static const char *enter_end(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    const char *text = text_filled(talk->arena, &scopes, json_object_get(step, "text"));
    size_t depth = json_array_size(talk->stack);
    if (*text)
        talk_say(talk, text, NULL);
    if (!depth) {
        talk->finished = true;
        talk->scenario = NULL;
        return NULL;
    }
    const json_t *frame = json_array_get(talk->stack, depth - 1), *found = NULL;
    const char *next = arena_strdup(talk->arena, json_text_at(frame, "step"));
    if (!talk->house->scenario(talk->house->self, NULL, json_text_at(frame, "scenario_id"), &found)) {
        talk->lost = true;
        return NULL;
    }
    json_array_remove(talk->stack, depth - 1);
    if (!found) {
        talk_apologize(talk);
        return NULL;
    }
    talk_enter_scenario(talk, found);
    return next;
}

static const char *enter_person(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    const char *text = text_filled(talk->arena, &scopes, json_object_get(step, "text"));
    talk_say(talk, *text ? text : phrase_in(talk->language, PHRASE_PERSON_COMES), NULL);
    talk->with_person = true;
    return NULL;
}

const struct talk_kind talk_kinds[] = {
    {"action", enter_action, false},
    {"choice", bots_ask, true},
    {"condition", enter_condition, false},
    {"end", enter_end, false},
    {"input", bots_ask, true},
    {"message", enter_message, false},
    {"person", enter_person, true},
    {"scenario", enter_scenario, false},
    {"set", enter_set, false},
    {0},
};
