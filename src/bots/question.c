/* What is asked: the options of a step, in pages that the platform can show. */
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/phrases.h"
#include "bots/talk.h"

#include <string.h>

enum { OPTIONS_MAX = 200, MINUTE_S = 60 };

/* One option as it is kept: {"label", "hint", "value", "next"}. */
static void add_option(struct talk *talk, json_t *options, const json_t *option, const json_t *item)
{
    const json_t *own = item ? json_kept(talk->arena, json_pack("{s:O}", "item", item)) : NULL;
    struct scopes scopes = talk_scopes(talk, own);
    const char *only = json_text_at(option, "only");
    const char *label = text_filled(talk->arena, &scopes, json_object_get(option, "label"));
    if (json_array_size(options) >= OPTIONS_MAX || !*label)
        return;
    if (only && item) { /* a member of the item that must say yes */
        const json_t *value = value_at(&scopes, arena_printf(talk->arena, "item.%s", only));
        if (!value || json_is_false(value) || (json_is_integer(value) && json_integer_value(value) <= 0))
            return;
    }
    json_t *kept = json_pack("{s:s}", "label", label);
    const char *hint = text_filled(talk->arena, &scopes, json_object_get(option, "hint"));
    json_t *value = value_filled(talk->arena, &scopes, json_object_get(option, "value"));
    if (*hint)
        json_object_set_new(kept, "hint", json_string(hint));
    if (value)
        json_object_set(kept, "value", value);
    if (json_text_at(option, "next"))
        json_object_set_new(kept, "next", json_string(json_text_at(option, "next")));
    json_array_append_new(options, kept);
}

/* Those that are found ("each": {"in": "times.times", "label", "value", "hint", "only", "next"}), then those that are
 * always there. */
static json_t *options_of(struct talk *talk, const json_t *step, size_t *found)
{
    json_t *options = json_array();
    const json_t *each = json_object_get(step, "each"), *one;
    struct scopes scopes = talk_scopes(talk, NULL);
    size_t i;
    if (each && json_text_at(each, "in"))
        json_array_foreach(value_at(&scopes, json_text_at(each, "in")), i, one)
        {
            add_option(talk, options, each, one);
        }
    *found = json_array_size(options);
    json_array_foreach(json_object_get(step, "options"), i, one)
    {
        add_option(talk, options, one, NULL);
    }
    return options;
}

/* How many options a page has, and whether it is turned: all of them where they fit, else rows less two for turning. */
static int page_size(const struct talk *talk, int count)
{
    int rows = talk->limits->rows;
    return count <= rows ? rows : rows - 2;
}

static json_t *choice_of(struct talk *talk, int question, const char *name, const char *label, const char *hint)
{
    json_t *choice = json_object();
    const char *cut = text_cut(talk->arena, label, talk->limits->label);
    json_object_set_new(choice, "id", json_string(arena_printf(talk->arena, "%d:%s", question, name)));
    json_object_set_new(choice, "label", json_string(cut));
    if (cut != label && !hint) /* what was cut off is read below, where there is a below */
        hint = label;
    if (hint && talk->limits->hint)
        json_object_set_new(choice, "hint", json_string(text_cut(talk->arena, hint, talk->limits->hint)));
    return choice;
}

static json_t *choices_of(struct talk *talk)
{
    const json_t *options = json_object_get(talk->asked, "options");
    int question = (int)json_integer_value(json_object_get(talk->asked, "question"));
    int page = (int)json_integer_value(json_object_get(talk->asked, "page"));
    int count = (int)json_array_size(options), size = page_size(talk, count);
    json_t *choices = json_array();
    for (int i = page * size; i < count && i < (page + 1) * size; i++) {
        const json_t *option = json_array_get(options, (size_t)i);
        json_array_append_new(choices, choice_of(talk, question, arena_printf(talk->arena, "%d", i),
                                                 json_text_at(option, "label"), json_text_at(option, "hint")));
    }
    if (page > 0)
        json_array_append_new(choices, choice_of(talk, question, "<", phrase_in(talk->language, PHRASE_BACK), NULL));
    if ((page + 1) * size < count)
        json_array_append_new(choices, choice_of(talk, question, ">", phrase_in(talk->language, PHRASE_MORE), NULL));
    return choices;
}

void bots_ask_text(struct talk *talk, const json_t *step, const char *text, const char *edits)
{
    json_t *more = json_object();
    const char *input = json_text_at(step, "input");
    if (json_array_size(json_object_get(talk->asked, "options"))) {
        json_object_set_new(more, "choices", choices_of(talk));
        json_object_set_new(more, "open", json_string(phrase_in(talk->language, PHRASE_CHOOSE)));
    } else if (input && (text_eq(input, "contact") || text_eq(input, "location"))) {
        bool contact = text_eq(input, "contact");
        json_object_set_new(more, "ask", json_string(input));
        json_object_set_new(
            more, "open",
            json_string(phrase_in(talk->language, contact ? PHRASE_SHARE_CONTACT : PHRASE_SHARE_LOCATION)));
    }
    if (edits)
        json_object_set_new(more, "edits", json_string(edits));
    talk_say(talk, text, more);
}

void bots_arm(struct talk *talk, const json_t *step)
{
    json_int_t remind = json_integer_value(json_object_get(json_object_get(step, "remind"), "after_minutes"));
    json_int_t timeout = json_integer_value(json_object_get(json_object_get(step, "timeout"), "after_minutes"));
    bool reminded = json_is_true(json_object_get(talk->asked, "reminded"));
    if (remind && !reminded)
        talk->wake_s = (int)remind * MINUTE_S;
    else if (timeout)
        talk->wake_s = (int)(timeout > remind && reminded ? timeout - remind : timeout) * MINUTE_S;
    else
        talk->wake_s = 0;
}

/* Who we know already is not asked for their number. */
static bool is_answered(struct talk *talk, const json_t *step)
{
    const char *input = json_text_at(step, "input"), *field = json_text_at(step, "field");
    const char *phone = json_text_at(talk->guest, "phone");
    if (!input || !text_eq(input, "contact") || !phone || !json_is_true(json_object_get(talk->guest, "linked")))
        return false;
    if (field)
        talk_keep(talk, field, json_string(phone));
    return true;
}

const char *bots_ask(struct talk *talk, const json_t *step)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    if (is_answered(talk, step))
        return json_text_at(step, "next");
    size_t found;
    json_t *options = options_of(talk, step, &found);
    const char *none = json_text_at(step, "none");
    if (none && json_object_get(step, "each") && !found) {
        json_decref(options);
        return none;
    }
    json_object_update_new(talk->asked, json_pack("{s:i, s:i, s:i, s:o}", "question", ++talk->question, "page", 0,
                                                  "tries", 0, "options", options));
    json_object_del(talk->asked, "reminded");
    bots_ask_text(talk, step, text_filled(talk->arena, &scopes, json_object_get(step, "text")), NULL);
    bots_arm(talk, step);
    return NULL;
}
