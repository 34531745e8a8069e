/* Telegram's Bot API (https://core.telegram.org/bots/api, 10.3). JSON both ways; the token is in the path, so it is a
 * secret piece of the URL. Texts go without parse_mode: what a guest typed is never markup. Bots talk with people:
 * groups and channels are not answered. */
#include "base/clock.h"
#include "base/exact.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/platform.h"
#include "net/mask.h"
#include "net/net.h"

#include <stdlib.h>
#include <string.h>

enum {
    REASON_BYTES_MAX = 300,
    POLL_SLACK_S = 10,
    UPDATES_AT_ONCE = 100,
    ROW_SHORT = 6, /* characters of labels that stand four, three, two in a row */
    ROW_MIDDLE = 12,
    ROW_LONG = 20,
    BUSY_WAIT_S = 5
};

/* What we want to be told of; anything else is not even sent. */
static json_t *wanted_updates(void)
{
    return json_pack("[s, s, s]", "message", "callback_query", "my_chat_member");
}

/* --- Calls -------------------------------------------------------------------------------------------------------- */

struct answer {
    long status; /* 0: none came */
    const json_t *result;
    const char *description; /* of a refusal; never NULL */
    bool spoken;             /* it is Telegram that refuses, and nothing on the way */
    int64_t later_at_s;
    bool unknown, later;
};

static void call(struct job *job, const json_t *account, const char *method, json_t *parameters, bool repeatable,
                 int timeout_s, struct answer *answer)
{
    const char *token = json_text_at(json_object_get(account, "secrets"), "token");
    const struct net_request request = {
        .url = arena_printf(job->arena, "%s/bot%s/%s", job->settings->telegram_url, token ? token : "", method),
        .json = json_kept(job->arena, parameters),
        .secret = token,
        .policy = NET_ANYWHERE, /* the operator names it */
        .repeatable = repeatable,
        .timeout_s = timeout_s,
        .given_up = repeatable ? job->stopping : NULL,
    };
    struct net_answer got;
    net_perform(job->arena, job->settings, &request, &got);
    json_t *body =
        got.status
            ? json_kept(job->arena, json_loadb(got.body.at ? got.body.at : "", got.body.len, JSON_ALLOW_NUL, NULL))
            : NULL;
    const char *said = json_text_at(body, "description");
    *answer = (struct answer){.status = got.status,
                              .later_at_s = got.later_at_s,
                              .unknown = got.unknown,
                              .later = got.verdict == NET_LATER,
                              .spoken = json_is_integer(json_object_get(body, "error_code"))};
    if (got.verdict == NET_DONE && json_is_true(json_object_get(body, "ok")))
        answer->result = json_object_get(body, "result");
    else if (got.verdict == NET_DONE)
        answer->unknown = !repeatable; /* 200 and no JSON of theirs: a proxy */
    answer->description = net_mask(job->arena,
                                   said         ? error_text_cut(job->arena, said, REASON_BYTES_MAX)
                                   : got.reason ? got.reason
                                                : "an answer that is no JSON",
                                   token);
    json_int_t wait = json_integer_value(json_object_get(json_object_get(body, "parameters"), "retry_after"));
    if (wait > 0)
        answer->later_at_s = clock_now_s() + (wait < NET_RETRY_AFTER_MAX_S ? wait : NET_RETRY_AFTER_MAX_S);
}

static bool is_refused_token(const struct answer *answer)
{
    return answer->spoken && (answer->status == 401 || answer->status == 404 || answer->status == 421);
}

static enum work_result refuse(struct job *job, const struct answer *answer, struct error *out)
{
    (void)error_set(out, job->arena, ERR_BAD_INPUT, "Telegram: %s", answer->description);
    job->later_at_s = answer->later_at_s;
    return WORK_LATER;
}

/* --- Hearing ------------------------------------------------------------------------------------------------------ */

static const char *id_text(struct arena *arena, const json_t *id)
{
    return json_is_integer(id) ? arena_printf(arena, "%lld", (long long)json_integer_value(id)) : NULL;
}

/* The chat of an update; a button under a message that is gone has its presser alone. */
static const json_t *chat_of(const json_t *update, const json_t **from)
{
    static const char *const kinds[] = {"message", "my_chat_member"};
    const json_t *press = json_object_get(update, "callback_query");
    if (press) {
        const json_t *chat = json_object_get(json_object_get(press, "message"), "chat");
        *from = json_object_get(press, "from");
        return chat ? chat : *from;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const json_t *about = json_object_get(update, kinds[i]);
        *from = json_object_get(about, "from");
        if (about)
            return json_object_get(about, "chat");
    }
    return NULL;
}

const char *telegram_chat(struct arena *arena, const json_t *update)
{
    const json_t *from = NULL;
    const char *chat = id_text(arena, json_object_get(chat_of(update, &from), "id"));
    return chat ? chat : "";
}

static void hear_message(struct arena *arena, json_t *heard, const json_t *message, const json_t *from)
{
    const json_t *contact = json_object_get(message, "contact"), *place = json_object_get(message, "location");
    const json_t *photos = json_object_get(message, "photo");
    const char *text = json_text_at(message, "text"), *kind = "other";
    if (text) {
        kind = "text";
        json_object_set_new(heard, "text", json_string(text));
    } else if (contact) {
        json_int_t owner = json_integer_value(json_object_get(contact, "user_id"));
        kind = "contact";
        json_object_set(heard, "phone", json_object_get(contact, "phone_number"));
        /* whoever forwards a card shares somebody else */
        json_object_set_new(heard, "own",
                            json_boolean(owner && owner == json_integer_value(json_object_get(from, "id"))));
    } else if (place) {
        kind = "location";
        json_object_set(heard, "latitude", json_object_get(place, "latitude"));
        json_object_set(heard, "longitude", json_object_get(place, "longitude"));
    } else if (json_array_size(photos)) {
        kind = "photo"; /* the last is the largest */
        json_object_set(heard, "photo",
                        json_object_get(json_array_get(photos, json_array_size(photos) - 1), "file_id"));
    }
    json_object_set_new(heard, "kind", json_string(kind));
    (void)arena;
}

static json_t *hear(struct arena *arena, const json_t *update)
{
    const json_t *from = NULL, *chat = chat_of(update, &from), *press = json_object_get(update, "callback_query");
    const json_t *member = json_object_get(update, "my_chat_member");
    const char *id = id_text(arena, json_object_get(chat, "id")), *type = json_text_at(chat, "type");
    if (!id || (type && !text_eq(type, "private")) || json_is_true(json_object_get(from, "is_bot")))
        return NULL;
    const char *first = json_text_at(from, "first_name"), *last = json_text_at(from, "last_name");
    const char *name = clean_answer(arena, arena_printf(arena, "%s %s", first ? first : "", last ? last : ""), 255);
    json_t *heard = json_kept(arena, json_pack("{s:s, s:s*, s:O*}", "chat", id, "name", name, "language",
                                               json_object_get(from, "language_code")));
    if (member) {
        const char *status = json_text_at(json_object_get(member, "new_chat_member"), "status");
        if (!status || (!text_eq(status, "kicked") && !text_eq(status, "left")))
            return NULL;
        json_object_update_new(heard, json_pack("{s:s, s:s}", "kind", "left", "text", "The guest blocked the bot."));
    } else if (press) {
        const json_t *message = json_object_get(json_object_get(press, "message"), "message_id");
        json_object_update_new(heard, json_pack("{s:s, s:O*, s:O*, s:s*}", "kind", "press", "press",
                                                json_object_get(press, "id"), "data", json_object_get(press, "data"),
                                                "message", id_text(arena, message)));
    } else {
        hear_message(arena, heard, json_object_get(update, "message"), from);
    }
    return heard;
}

/* --- Saying ------------------------------------------------------------------------------------------------------- */

static size_t columns_for(const json_t *choices)
{
    size_t i, longest = 0;
    const json_t *choice;
    json_array_foreach(choices, i, choice)
    {
        size_t characters = text_characters(json_text_at(choice, "label"));
        const char *id = json_text_at(choice, "id");
        if (characters > longest && !strpbrk(id, "<>"))
            longest = characters;
    }
    return longest <= ROW_SHORT ? 4 : longest <= ROW_MIDDLE ? 3 : longest <= ROW_LONG ? 2 : 1;
}

/* Short ones side by side; what turns pages has a row of its own. */
static json_t *buttons_of(const json_t *choices)
{
    json_t *rows = json_array(), *row = NULL, *turning = json_array();
    size_t i, columns = columns_for(choices);
    const json_t *choice;
    json_array_foreach(choices, i, choice)
    {
        const char *id = json_text_at(choice, "id");
        json_t *button = json_pack("{s:O, s:s}", "text", json_object_get(choice, "label"), "callback_data", id);
        if (strpbrk(id, "<>")) {
            json_array_append_new(turning, button);
            continue;
        }
        if (!row || json_array_size(row) == columns) {
            row = json_array();
            json_array_append_new(rows, row);
        }
        json_array_append_new(row, button);
    }
    if (json_array_size(turning))
        json_array_append(rows, turning);
    json_decref(turning);
    return json_pack("{s:o}", "inline_keyboard", rows);
}

static json_t *markup_of(const json_t *content)
{
    const json_t *choices = json_object_get(content, "choices");
    const char *ask = json_text_at(content, "ask"), *label = json_text_at(content, "open");
    if (json_array_size(choices))
        return buttons_of(choices);
    if (ask)
        return json_pack("{s:[[{s:s, s:b}]], s:b, s:b}", "keyboard", "text", label ? label : ask,
                         text_eq(ask, "contact") ? "request_contact" : "request_location", 1, "resize_keyboard", 1,
                         "one_time_keyboard", 1);
    return json_is_true(json_object_get(content, "unask")) ? json_pack("{s:b}", "remove_keyboard", 1) : NULL;
}

/* The method and its parameters for one message; NULL: there is nothing in it. */
static const char *method_of(const json_t *content, const json_t *chat, json_t *parameters)
{
    const json_t *text = json_object_get(content, "text"), *place = json_object_get(content, "location");
    const char *edits = json_text_at(content, "edits"), *answers = json_text_at(content, "answers");
    json_t *markup = markup_of(content);
    if (answers) {
        json_decref(markup);
        json_object_set_new(parameters, "callback_query_id", json_string(answers));
        json_object_set(parameters, "text", (json_t *)text); /* NOLINT(clang-diagnostic-cast-qual) */
        return "answerCallbackQuery";
    }
    json_object_set(parameters, "chat_id", (json_t *)chat); /* NOLINT(clang-diagnostic-cast-qual) */
    if (markup)
        json_object_set_new(parameters, "reply_markup", markup);
    if (place) {
        json_object_set(parameters, "latitude", json_object_get(place, "latitude"));
        json_object_set(parameters, "longitude", json_object_get(place, "longitude"));
        return "sendLocation";
    }
    if (json_object_get(content, "photo")) {
        json_object_set(parameters, "photo", json_object_get(content, "photo"));
        json_object_set(parameters, "caption", (json_t *)text); /* NOLINT(clang-diagnostic-cast-qual) */
        return "sendPhoto";
    }
    if (!text)
        return NULL;
    json_object_set(parameters, "text", (json_t *)text); /* NOLINT(clang-diagnostic-cast-qual) */
    json_object_set_new(parameters, "link_preview_options", json_pack("{s:b}", "is_disabled", 1));
    if (!edits)
        return "sendMessage";
    json_object_set_new(parameters, "message_id", json_integer(strtoll(edits, NULL, 10)));
    return "editMessageText";
}

/* What the server's own source says (tdlib/telegram-bot-api), by its beginning. */
static const struct {
    const char *says;
    enum said said;
} refusals[] = {
    {"Bad Request: message is not modified", SAID_SENT},
    {"Bad Request: query is too old", SAID_SENT}, /* the button spins no more anyway */
    {"Bad Request: chat not found", SAID_UNREACHABLE},
    {"Bad Request: PEER_ID_INVALID", SAID_UNREACHABLE},
    {"Forbidden: ", SAID_UNREACHABLE},
};

static void judge(struct job *job, const struct answer *answer, struct said_outcome *outcome)
{
    *outcome = (struct said_outcome){.said = SAID_REFUSED, .reason = answer->description};
    if (answer->result) {
        const char *ref = id_text(job->arena, json_object_get(answer->result, "message_id"));
        *outcome = (struct said_outcome){.said = SAID_SENT, .ref = ref};
        return;
    }
    if (is_refused_token(answer)) {
        outcome->said = SAID_BROKEN;
        return;
    }
    if (answer->status == 429) {
        outcome->said = SAID_WAIT;
        outcome->until_s = answer->later_at_s ? answer->later_at_s : clock_now_s() + BUSY_WAIT_S;
        return;
    }
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (!strncmp(answer->description, refusals[i].says, strlen(refusals[i].says)))
            outcome->said = refusals[i].said;
    if (answer->later || answer->status >= 500 || (!answer->spoken && answer->status >= 400)) /* not taken */
        outcome->said = SAID_LATER;
    else if (answer->unknown)
        outcome->said = SAID_UNCLEAR;
}

static void say(struct job *job, const json_t *account, const char *chat, const json_t *content,
                struct said_outcome *outcome)
{
    struct answer answer;
    json_t *parameters = json_object(), *to = json_integer(strtoll(chat, NULL, 10));
    const char *method = method_of(content, to, parameters);
    json_decref(to);
    if (!method) {
        json_decref(parameters);
        *outcome = (struct said_outcome){.said = SAID_SENT};
        return;
    }
    bool again = text_eq(method, "answerCallbackQuery") || text_eq(method, "editMessageText");
    call(job, account, method, parameters, again, 0, &answer);
    judge(job, &answer, outcome);
    if (outcome->said == SAID_REFUSED && text_eq(method, "editMessageText")) { /* it is gone: said anew */
        json_t *anew = json_kept(job->arena, json_copy((json_t *)content));    /* NOLINT(clang-diagnostic-cast-qual) */
        json_object_del(anew, "edits");
        say(job, account, chat, anew, outcome);
    }
}

/* --- The account -------------------------------------------------------------------------------------------------- */

static enum work_result set_webhook(struct job *job, const json_t *account, const char *address, struct answer *answer)
{
    call(job, account, "setWebhook",
         json_pack("{s:s, s:s, s:o}", "url", address, "secret_token", json_text_at(account, "door_secret"),
                   "allowed_updates", wanted_updates()),
         true, 0, answer);
    return json_is_true(answer->result) ? WORK_DONE : WORK_LATER;
}

/* What the platform holds that differs from what it should, in words; NULL: nothing. */
static const char *what_is_wrong(struct job *job, const json_t *account, const json_t *info, const char *address)
{
    const char *url = json_text_at(info, "url"), *last = json_text_at(info, "last_error_message");
    json_int_t failed_at = json_integer_value(json_object_get(info, "last_error_date"));
    json_int_t looked_at = json_integer_value(json_object_get(account, "checked_at"));
    if (!url || !*url)
        return "Somebody had taken the webhook away.";
    if (!text_eq(url, address))
        return arena_printf(job->arena, "The webhook led to %s.", error_text_cut(job->arena, url, 200));
    if (last && failed_at > looked_at)
        return arena_printf(job->arena, "Telegram could not deliver: %s", error_text_cut(job->arena, last, 200));
    return NULL;
}

static enum work_result check_webhook(struct job *job, const json_t *account, const char *address, json_t *news,
                                      struct error *out)
{
    struct answer info, set;
    bool is_new = text_eq(json_text_at(account, "status"), "unknown");
    bool may_set = is_new || json_is_true(json_object_get(account, "auto_refresh"));
    call(job, account, "getWebhookInfo", json_object(), true, 0, &info);
    if (!info.result)
        return refuse(job, &info, out);
    const char *url = json_text_at(info.result, "url"), *wrong = what_is_wrong(job, account, info.result, address);
    bool is_ours = url && text_eq(url, address);
    if (wrong && !is_new)
        json_object_set_new(news, "error",
                            json_string(arena_printf(job->arena, "%s%s", wrong,
                                                     is_ours   ? ""
                                                     : may_set ? " It is set again."
                                                               : " It is not set again by itself.")));
    if (may_set && (!is_ours || is_new)) {
        if (set_webhook(job, account, address, &set) != WORK_DONE) {
            json_object_set_new(news, "error", json_string(set.description));
            return set.later || !set.status ? refuse(job, &set, out) : WORK_DONE;
        }
    }
    json_object_update_new(news, json_pack("{s:s, s:s}", "hears_by", "webhook", "webhook_url", address));
    return WORK_DONE;
}

static enum work_result check(struct job *job, const json_t *account, const char *address, json_t **news,
                              struct error *out)
{
    struct answer me, gone;
    call(job, account, "getMe", json_object(), true, 0, &me);
    if (is_refused_token(&me)) {
        *news = json_kept(job->arena, json_pack("{s:b, s:s}", "works", 0, "error", me.description));
        return WORK_DONE;
    }
    if (!me.result)
        return refuse(job, &me, out);
    const char *name = json_text_at(me.result, "username");
    *news = json_kept(job->arena, json_pack("{s:b, s:s*, s:s*}", "works", 1, "account_id",
                                            id_text(job->arena, json_object_get(me.result, "id")), "account_name",
                                            name ? arena_printf(job->arena, "@%s", name) : NULL));
    if (address && !strncmp(address, "https://", 8))
        return check_webhook(job, account, address, *news, out);
    call(job, account, "deleteWebhook", json_object(), true, 0, &gone); /* else getUpdates is refused */
    json_object_set_new(*news, "hears_by", json_string("polling"));
    return gone.result ? WORK_DONE : refuse(job, &gone, out);
}

/* --- Polling ------------------------------------------------------------------------------------------------------ */

static void add_update(struct job *job, const json_t *account, json_t *updates, const json_t *update)
{
    const char *id = id_text(job->arena, json_object_get(update, "update_id"));
    char *body = exact_holds_nul(update) ? NULL : json_dumps(update, JSON_COMPACT);
    const char *lane = chat_lane(job->arena, json_text_at(account, "endpoint_id"), telegram_chat(job->arena, update));
    if (id)
        json_array_append_new(updates,
                              json_pack("{s:s, s:s, s:s}", "id", id, "body", body ? body : "{}", "lane", lane));
    free(body);
}

static enum work_result poll(struct job *job, const json_t *account, int wait_s, json_t **updates, int64_t *next,
                             struct error *out)
{
    struct answer got;
    size_t i;
    const json_t *update;
    *next = json_integer_value(json_object_get(account, "polled_to"));
    call(job, account, "getUpdates",
         json_pack("{s:I, s:i, s:i, s:o}", "offset", (json_int_t)*next, "timeout", wait_s, "limit", UPDATES_AT_ONCE,
                   "allowed_updates", wanted_updates()),
         true, wait_s + POLL_SLACK_S, &got);
    *updates = json_kept(job->arena, json_array());
    if (!json_is_array(got.result)) {
        if (job->stopping && atomic_load(job->stopping)) /* nothing was heard; the next worker goes on at once */
            return WORK_DONE;
        enum work_result result = refuse(job, &got, out);
        return is_refused_token(&got) || (got.spoken && got.status == 409) ? WORK_NEVER : result;
    }
    json_array_foreach(got.result, i, update)
    {
        json_int_t id = json_integer_value(json_object_get(update, "update_id"));
        add_update(job, account, *updates, update);
        if (id >= *next)
            *next = id + 1;
    }
    return WORK_DONE;
}

const struct bot_platform bot_telegram = {
    .name = "telegram",
    .limits = {.text = 2000, .body = 2000, .label = 60, .hint = 0, .rows = 26}, /* 4096 of UTF-16, whatever the signs */
    .hear = hear,
    .say = say,
    .check = check,
    .poll = poll,
};
