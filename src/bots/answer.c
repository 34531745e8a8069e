/* What a guest's message means as the answer to the open question. */
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/phrases.h"
#include "bots/talk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1000, PHONE_DIGITS_MIN = 6, PHONE_DIGITS_MAX = 15, NUMBER_MAX = 1000000, DAYS_AHEAD = 730 };

static bool is_kind(const json_t *heard, const char *kind)
{
    const char *own = json_text_at(heard, "kind");
    return own && text_eq(own, kind);
}

static void go_on(struct talk *talk, const json_t *step, const char *next)
{
    talk_walk(talk, next ? next : json_text_at(step, "next"));
}

/* Not an answer: says why, and the question again, whose buttons stay good. */
static void ask_again(struct talk *talk, const json_t *step, const char *why)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    const char *own = text_filled(talk->arena, &scopes, json_object_get(step, "retry"));
    json_int_t tries = json_integer_value(json_object_get(talk->asked, "tries"));
    json_object_set_new(talk->asked, "tries", json_integer(tries + 1));
    talk->moved = true;
    bots_arm(talk, step);
    bots_ask_text(talk, step, *own ? own : why, NULL);
}

/* --- Options ------------------------------------------------------------------------------------------------------ */

static void take_written(struct talk *talk, const json_t *step, const char *text);

/* An option of an input that has no value is what somebody might have typed: "Tomorrow". */
static void choose(struct talk *talk, const json_t *step, const json_t *option)
{
    const char *field = json_text_at(step, "field"), *next = json_text_at(option, "next");
    const json_t *value = json_object_get(option, "value");
    const char *kept = next ? arena_strdup(talk->arena, next) : NULL;
    if (!value && !next && text_eq(json_text_at(step, "type"), "input")) {
        take_written(talk, step, arena_strdup(talk->arena, json_text_at(option, "label")));
        return;
    }
    if (field)
        talk_keep(talk, field, value ? json_deep_copy(value) : json_string(json_text_at(option, "label")));
    go_on(talk, step, kept);
}

static void turn_page(struct talk *talk, const json_t *step, const json_t *heard, int by)
{
    struct scopes scopes = talk_scopes(talk, NULL);
    json_int_t page = json_integer_value(json_object_get(talk->asked, "page")) + by;
    json_int_t last = (json_int_t)json_array_size(json_object_get(talk->asked, "options")) / 2;
    if (page < 0 || page > last)
        page = 0;
    json_object_set_new(talk->asked, "page", json_integer(page));
    talk->moved = true;
    bots_arm(talk, step);
    bots_ask_text(talk, step, text_filled(talk->arena, &scopes, json_object_get(step, "text")),
                  json_text_at(heard, "message"));
}

static void take_press(struct talk *talk, const json_t *step, const json_t *heard)
{
    const char *name = strchr(json_text_at(heard, "data"), ':') + 1; /* the question's number is its own */
    char *end;
    if (text_eq(name, ">") || text_eq(name, "<")) {
        turn_page(talk, step, heard, *name == '>' ? 1 : -1);
        return;
    }
    size_t index = strtoul(name, &end, 10);
    const json_t *option = json_array_get(json_object_get(talk->asked, "options"), index);
    if (*name && !*end && option)
        choose(talk, step, option);
    else
        ask_again(talk, step, phrase_in(talk->language, PHRASE_NOT_UNDERSTOOD));
}

/* "8pm" for the option 20:00, "four" for 4. */
static const char *as_option(struct talk *talk, const json_t *step, const char *text)
{
    const char *reads = json_text_at(step, "reads");
    struct clock_time time, from = {11, 0}, to = {23, 59};
    int number = 0;
    if (reads && text_eq(reads, "time") && words_time(talk->arena, talk->language, text, from, to, &time))
        return arena_printf(talk->arena, "%02d:%02d", time.hour, time.minute);
    if (reads && text_eq(reads, "number") && words_number(talk->arena, talk->language, text, &number))
        return arena_printf(talk->arena, "%d", number);
    return NULL;
}

static const json_t *option_said(struct talk *talk, const json_t *step, const char *text)
{
    const json_t *options = json_object_get(talk->asked, "options"), *option;
    const char *folded = fold_text(talk->arena, text), *read = as_option(talk, step, text);
    size_t i;
    json_array_foreach(options, i, option)
    {
        const char *label = fold_text(talk->arena, json_text_at(option, "label"));
        const char *value = json_text_at(option, "value");
        if (text_eq(label, folded) || (value && text_eq(fold_text(talk->arena, value), folded)) ||
            (read && (text_eq(label, read) || (value && text_eq(value, read)))))
            return option;
    }
    char *end;
    unsigned long place = strtoul(folded, &end, 10);
    bool by_place = !json_text_at(step, "reads") && !json_text_at(step, "input") && isdigit((unsigned char)*folded);
    return by_place && !*end && place > 0 ? json_array_get(options, place - 1) : NULL;
}

/* --- Inputs: each keeps a value, or says why it cannot ------------------------------------------------------------ */

typedef json_t *read_fn(struct talk *talk, const json_t *step, const char *text, const char **why);

static json_t *read_text(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    size_t most = (size_t)json_integer_value(json_object_get(step, "max"));
    const char *clean = clean_answer(talk->arena, text, most && most < TEXT_MAX ? most : TEXT_MAX);
    *why = phrase_in(talk->language, PHRASE_NOT_A_TEXT);
    return clean ? json_string(clean) : NULL;
}

static json_t *read_number(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    const json_t *least = json_object_get(step, "min"), *most = json_object_get(step, "max");
    struct scopes scopes = talk_scopes(talk, NULL);
    least = value_filled(talk->arena, &scopes, least);
    most = value_filled(talk->arena, &scopes, most);
    int low = json_is_integer(least) ? (int)json_integer_value(least) : 1, number = 0;
    int high = json_is_integer(most) ? (int)json_integer_value(most) : NUMBER_MAX;
    struct arena *arena = talk->arena;
    *why = phrase_in(talk->language, PHRASE_NOT_A_NUMBER);
    const char *first = strstr(*why, "%d"), *second = strstr(first + 2, "%d");
    *why = arena_printf(arena, "%.*s%d%.*s%d%s", (int)(first - *why), *why, low, (int)(second - first - 2), first + 2,
                        high, second + 2);
    return words_number(arena, talk->language, text, &number) && number >= low && number <= high ? json_integer(number)
                                                                                                 : NULL;
}

static json_t *read_day(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    struct day day;
    int today = day_number(talk->today);
    bool past = json_is_true(json_object_get(step, "past"));
    *why = phrase_in(talk->language, PHRASE_NOT_A_DAY);
    if (!words_day(talk->arena, talk->language, text, talk->today, &day))
        return NULL;
    *why = phrase_in(talk->language, PHRASE_DAY_IS_OVER);
    if (!past && (day_number(day) < today || day_number(day) > today + DAYS_AHEAD))
        return NULL;
    return json_string(day_text(talk->arena, day));
}

static struct clock_time clock_of(const json_t *step, const char *name, struct clock_time otherwise)
{
    const char *text = json_text_at(step, name);
    char *end;
    if (!text)
        return otherwise;
    long hour = strtol(text, &end, 10);
    return (struct clock_time){(int)hour % 24, *end == ':' ? atoi(end + 1) % 60 : 0};
}

static json_t *read_time(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    struct clock_time time, from = clock_of(step, "from", (struct clock_time){11, 0});
    struct clock_time to = clock_of(step, "to", (struct clock_time){23, 59});
    *why = phrase_in(talk->language, PHRASE_NOT_A_TIME);
    if (!words_time(talk->arena, talk->language, text, from, to, &time))
        return NULL;
    return json_string(arena_printf(talk->arena, "%02d:%02d", time.hour, time.minute));
}

static json_t *read_phone(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    const char *folded = fold_text(talk->arena, text);
    char number[PHONE_DIGITS_MAX + 2];
    size_t length = 0, digits = 0;
    (void)step;
    *why = phrase_in(talk->language, PHRASE_NOT_A_PHONE);
    for (const char *at = folded; *at; at++) {
        if (isdigit((unsigned char)*at)) {
            if (++digits > PHONE_DIGITS_MAX)
                return NULL;
            number[length++] = *at;
        } else if (*at == '+' && !length) {
            number[length++] = '+';
        } else if (!strchr(" ()-./", *at)) {
            return NULL;
        }
    }
    number[length] = '\0';
    return digits >= PHONE_DIGITS_MIN ? json_string(number) : NULL;
}

static json_t *read_email(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    const char *clean = clean_answer(talk->arena, text, 255), *at = clean ? strchr(clean, '@') : NULL;
    (void)step;
    *why = phrase_in(talk->language, PHRASE_NOT_AN_EMAIL);
    bool good = at && at > clean && !strchr(at + 1, '@') && !strchr(clean, ' ') && strchr(at + 1, '.') &&
                at[strlen(at) - 1] != '.' && at[1] != '.';
    return good ? json_string(clean) : NULL;
}

/* A code of so many digits, kept as a text: zeros in front are part of it. */
static json_t *read_digits(struct talk *talk, const json_t *step, const char *text, const char **why)
{
    size_t length = (size_t)json_integer_value(json_object_get(step, "length")), count = 0;
    const char *folded = fold_text(talk->arena, text);
    char *digits = arena_alloc(talk->arena, strlen(folded) + 1);
    *why = phrase_in(talk->language, PHRASE_NOT_A_TEXT);
    for (const char *at = folded; *at; at++) {
        if (isdigit((unsigned char)*at))
            digits[count++] = *at;
        else if (!strchr(" -#", *at))
            return NULL;
    }
    digits[count] = '\0';
    return count && (!length || count == length) ? json_string(digits) : NULL;
}

static const struct {
    const char *name;
    read_fn *read;
} inputs[] = {
    {"date", read_day},     {"digits", read_digits}, {"email", read_email}, {"number", read_number},
    {"party", read_number}, {"phone", read_phone},   {"text", read_text},   {"time", read_time},
};

/* --- What is sent and not written --------------------------------------------------------------------------------- */

static void take_contact(struct talk *talk, const json_t *step, const json_t *heard)
{
    const char *field = json_text_at(step, "field"), *phone = json_text_at(heard, "phone");
    const json_t *guest = NULL;
    const char *typed = is_kind(heard, "text") ? json_text_at(heard, "text") : NULL, *why;
    json_t *number = typed && json_is_true(json_object_get(step, "typed")) ? read_phone(talk, step, typed, &why) : NULL;
    if (number) { /* good for this booking; it does not say who they are */
        talk->unasks = true;
        talk_keep(talk, field ? field : "phone", number);
        go_on(talk, step, NULL);
        return;
    }
    if (!is_kind(heard, "contact") || !phone) {
        ask_again(talk, step, phrase_in(talk->language, PHRASE_WANT_CONTACT));
        return;
    }
    if (!json_is_true(json_object_get(heard, "own"))) {
        ask_again(talk, step, phrase_in(talk->language, PHRASE_NOT_YOUR_CONTACT));
        return;
    }
    if (!talk->house->link(talk->house->self, phone, NULL, &guest)) {
        talk->lost = true;
        return;
    }
    if (!guest) {
        ask_again(talk, step, phrase_in(talk->language, PHRASE_NOT_A_PHONE));
        return;
    }
    talk->guest = guest;
    talk->unasks = true;
    if (field)
        talk_keep(talk, field, json_string(json_text_at(guest, "phone")));
    go_on(talk, step, NULL);
}

static void take_location(struct talk *talk, const json_t *step, const json_t *heard)
{
    const char *field = json_text_at(step, "field");
    if (!is_kind(heard, "location")) {
        ask_again(talk, step, phrase_in(talk->language, PHRASE_WANT_LOCATION));
        return;
    }
    talk->unasks = true;
    if (field)
        talk_keep(talk, field,
                  json_pack("{s:O, s:O}", "latitude", json_object_get(heard, "latitude"), "longitude",
                            json_object_get(heard, "longitude")));
    go_on(talk, step, NULL);
}

static void take_photo(struct talk *talk, const json_t *step, const json_t *heard)
{
    const char *field = json_text_at(step, "field"), *photo = json_text_at(heard, "photo");
    if (!is_kind(heard, "photo") || !photo) {
        ask_again(talk, step, phrase_in(talk->language, PHRASE_WANT_PHOTO));
        return;
    }
    if (field)
        talk_keep(talk, field, json_string(photo));
    go_on(talk, step, NULL);
}

/* --- Reading ------------------------------------------------------------------------------------------------------ */

static void take_written(struct talk *talk, const json_t *step, const char *text)
{
    const char *input = json_text_at(step, "input"), *why = NULL;
    const char *field = json_text_at(step, "field");
    if (!input)
        input = "text";
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        if (!text_eq(inputs[i].name, input))
            continue;
        json_t *value = inputs[i].read(talk, step, text, &why);
        if (!value) {
            ask_again(talk, step, why);
            return;
        }
        if (field)
            talk_keep(talk, field, value);
        else
            json_decref(value);
        go_on(talk, step, NULL);
        return;
    }
    talk_apologize(talk);
}

void bots_answer(struct talk *talk, const json_t *step, const json_t *heard)
{
    const char *input = json_text_at(step, "input"), *text = json_text_at(heard, "text");
    const json_t *option = NULL;
    if (is_kind(heard, "press")) {
        take_press(talk, step, heard);
        return;
    }
    if (is_kind(heard, "text") && text)
        option = option_said(talk, step, text);
    if (option)
        choose(talk, step, option);
    else if (text_eq(json_text_at(step, "type"), "choice"))
        ask_again(talk, step, phrase_in(talk->language, PHRASE_NOT_UNDERSTOOD));
    else if (text_eq(json_text_at(step, "type"), "person"))
        talk_walk(talk, json_text_at(step, "next")); /* given back while the guest was writing */
    else if (input && text_eq(input, "contact"))
        take_contact(talk, step, heard);
    else if (input && text_eq(input, "location"))
        take_location(talk, step, heard);
    else if (input && text_eq(input, "photo"))
        take_photo(talk, step, heard);
    else
        take_written(talk, step, is_kind(heard, "text") && text ? text : "");
}
