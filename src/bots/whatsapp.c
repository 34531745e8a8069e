/* WhatsApp's Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api, v23 to v26). A guest is their number's
 * digits or, where Meta hides the number, a BSUID with letters in it; neither is ever taken for the other. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/platform.h"
#include "net/net.h"
#include "net/sign.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    REASON_BYTES_MAX = 300,
    BUTTONS_MAX = 3,
    BUTTON_CHARACTERS = 20,
    RATE_WAIT_S = 10,
    PARTS_MAX = 1000,
};

/* --- Calls -------------------------------------------------------------------------------------------------------- */

struct answer {
    long status;
    const json_t *body;
    json_int_t code; /* of an error; -1: none, so it says nothing about the account */
    const char *reason;
    int64_t later_at_s;
    bool unknown, later;
};

static void call(struct job *job, const json_t *account, const char *path, json_t *json, struct answer *answer)
{
    const json_t *secrets = json_object_get(account, "secrets");
    const char *token = json_text_at(secrets, "token"), *secret = json_text_at(secrets, "app_secret");
    bool asks = !json;
    const struct net_request request = {
        .url = arena_printf(job->arena, "%s/%s%cappsecret_proof=%s", job->settings->whatsapp_url, path,
                            strchr(path, '?') ? '&' : '?',
                            sign_meta_proof(job->arena, secret ? secret : "", token ? token : "")),
        .json = json_kept(job->arena, json),
        .bearer = token ? token : "",
        .policy = NET_ANYWHERE, /* the operator names it */
        .repeatable = asks,
    };
    struct net_answer got;
    net_perform(job->arena, job->settings, &request, &got);
    json_t *body =
        got.status ? json_kept(job->arena, json_loadb(got.body.at ? got.body.at : "", got.body.len, 0, NULL)) : NULL;
    const json_t *error = json_object_get(body, "error");
    const json_t *code = json_object_get(error, "code");
    const char *details = json_text_at(json_object_get(error, "error_data"), "details");
    const char *said = details ? details : json_text_at(error, "message");
    *answer = (struct answer){.status = got.status,
                              .code = json_is_integer(code) ? json_integer_value(code) : -1,
                              .later_at_s = got.later_at_s,
                              .unknown = got.unknown,
                              .later = got.verdict == NET_LATER};
    if (got.verdict == NET_DONE && json_is_object(body) && !error)
        answer->body = body;
    answer->reason = said         ? error_text_cut(job->arena, said, REASON_BYTES_MAX)
                     : got.reason ? got.reason
                                  : "an answer that is no JSON";
}

/* --- Hearing ------------------------------------------------------------------------------------------------------ */

static bool is_number(const char *id)
{
    return id && *id && strspn(id, "0123456789") == strlen(id);
}

static const char *sender_of(const json_t *message)
{
    const char *from = json_text_at(message, "from");
    return from && *from ? from : json_text_at(message, "from_user_id");
}

static void hear_contact(json_t *heard, const json_t *message, const char *from)
{
    const json_t *card = json_array_get(json_object_get(message, "contacts"), 0);
    const json_t *phone = json_array_get(json_object_get(card, "phones"), 0);
    const char *owner = json_text_at(phone, "wa_id"), *number = json_text_at(phone, "phone");
    json_object_update_new(heard, json_pack("{s:s, s:s*, s:b}", "kind", "contact", "phone", owner ? owner : number,
                                            "own", owner && text_eq(owner, from)));
}

/* What a message is, by its type: the member that holds the words. NULL: nothing to answer (a reaction, a notice). */
static bool hear_kind(json_t *heard, const json_t *message, const char *from)
{
    const char *type = json_text_at(message, "type");
    const json_t *about = type ? json_object_get(message, type) : NULL;
    const char *words = NULL;
    if (!type || text_eq(type, "reaction") || text_eq(type, "system"))
        return false;
    if (text_eq(type, "text"))
        words = json_text_at(about, "body");
    else if (text_eq(type, "button"))
        words = json_text_at(about, "text");
    if (words) {
        json_object_update_new(heard, json_pack("{s:s, s:s}", "kind", "text", "text", words));
    } else if (text_eq(type, "interactive")) {
        const char *reply = json_text_at(about, "type");
        const json_t *chosen = reply ? json_object_get(about, reply) : NULL;
        json_object_update_new(heard,
                               json_pack("{s:s, s:O*, s:O*}", "kind", "press", "data", json_object_get(chosen, "id"),
                                         "label", json_object_get(chosen, "title")));
    } else if (text_eq(type, "contacts")) {
        hear_contact(heard, message, from);
    } else if (text_eq(type, "location")) {
        json_object_update_new(heard, json_pack("{s:s, s:O*, s:O*}", "kind", "location", "latitude",
                                                json_object_get(about, "latitude"), "longitude",
                                                json_object_get(about, "longitude")));
    } else if (text_eq(type, "image")) {
        json_object_update_new(heard, json_pack("{s:s, s:O*}", "kind", "photo", "photo", json_object_get(about, "id")));
    } else {
        json_object_set_new(heard, "kind", json_string("other"));
    }
    return true;
}

/* `update` is one message as take_apart left it: {"message", "contact"}. */
static json_t *hear(struct arena *arena, const json_t *update)
{
    const json_t *message = json_object_get(update, "message"), *contact = json_object_get(update, "contact");
    const char *from = sender_of(message), *name = json_text_at(json_object_get(contact, "profile"), "name");
    if (!from || !*from || json_text_at(message, "group_id"))
        return NULL;
    json_t *heard =
        json_kept(arena, json_pack("{s:s, s:s*}", "chat", from, "name", name ? clean_answer(arena, name, 255) : NULL));
    return hear_kind(heard, message, from) ? heard : NULL;
}

static const json_t *contact_of(const json_t *value, const char *from)
{
    size_t i;
    const json_t *contact;
    json_array_foreach(json_object_get(value, "contacts"), i, contact)
    {
        const char *phone = json_text_at(contact, "wa_id"), *user = json_text_at(contact, "user_id");
        if ((phone && text_eq(phone, from)) || (user && text_eq(user, from)))
            return contact;
    }
    return NULL;
}

static void take_messages(struct arena *arena, const json_t *value, const char *endpoint, json_t *messages)
{
    size_t i;
    const json_t *message;
    json_array_foreach(json_object_get(value, "messages"), i, message)
    {
        const char *id = json_text_at(message, "id"), *from = sender_of(message);
        if (!id || !*id || strlen(id) > 250 || !from || json_array_size(messages) >= PARTS_MAX)
            continue;
        json_array_append_new(messages,
                              json_pack("{s:s, s:{s:O, s:O*}, s:s}", "id", id, "body", "message", message, "contact",
                                        contact_of(value, from), "lane", chat_lane(arena, endpoint, from)));
    }
}

static void take_statuses(const json_t *value, json_t *statuses)
{
    size_t i;
    const json_t *status;
    json_array_foreach(json_object_get(value, "statuses"), i, status)
    {
        const json_t *error = json_array_get(json_object_get(status, "errors"), 0);
        const char *id = json_text_at(status, "id"), *became = json_text_at(status, "status");
        if (id && became && json_array_size(statuses) < PARTS_MAX)
            json_array_append_new(statuses, json_pack("{s:s, s:s, s:s*}", "ref", id, "status", became, "error",
                                                      json_text_at(error, "title")));
    }
}

/* Several entries, changes and messages come at once; those of another number are another account's. */
static json_t *take_apart(struct arena *arena, const json_t *body, const json_t *account)
{
    json_t *messages = json_array(), *statuses = json_array();
    const char *ours = json_text_at(json_object_get(account, "secrets"), "phone_number_id");
    const char *endpoint = json_text_at(account, "endpoint_id");
    size_t i, k;
    const json_t *entry, *change;
    json_array_foreach(json_object_get(body, "entry"), i, entry)
    {
        json_array_foreach(json_object_get(entry, "changes"), k, change)
        {
            const json_t *value = json_object_get(change, "value");
            const char *number = json_text_at(json_object_get(value, "metadata"), "phone_number_id");
            if (!number || !ours || !text_eq(number, ours))
                continue;
            take_messages(arena, value, endpoint, messages);
            take_statuses(value, statuses);
        }
    }
    return json_kept(arena, json_pack("{s:o, s:o}", "messages", messages, "statuses", statuses));
}

/* --- Saying ------------------------------------------------------------------------------------------------------- */

static bool are_buttons(const json_t *choices)
{
    size_t i;
    const json_t *choice;
    if (json_array_size(choices) > BUTTONS_MAX)
        return false;
    json_array_foreach(choices, i, choice)
    {
        if (text_characters(json_text_at(choice, "label")) > BUTTON_CHARACTERS || json_text_at(choice, "hint"))
            return false;
    }
    return true;
}

static json_t *interactive_of(struct arena *arena, const json_t *content, const char *text)
{
    const json_t *choices = json_object_get(content, "choices"), *choice;
    const char *open = json_text_at(content, "open");
    json_t *list = json_array();
    size_t i;
    bool buttons = are_buttons(choices);
    json_array_foreach(choices, i, choice)
    {
        const json_t *id = json_object_get(choice, "id"), *label = json_object_get(choice, "label");
        if (buttons)
            json_array_append_new(list,
                                  json_pack("{s:s, s:{s:O, s:O}}", "type", "reply", "reply", "id", id, "title", label));
        else
            json_array_append_new(list, json_pack("{s:O, s:O, s:O*}", "id", id, "title", label, "description",
                                                  json_object_get(choice, "hint")));
    }
    if (buttons)
        return json_pack("{s:s, s:{s:s}, s:{s:o}}", "type", "button", "body", "text", text, "action", "buttons", list);
    return json_pack("{s:s, s:{s:s}, s:{s:s, s:[{s:s, s:o}]}}", "type", "list", "body", "text", text, "action",
                     "button", text_cut(arena, open ? open : "…", BUTTON_CHARACTERS), "sections", "title",
                     text_cut(arena, open ? open : "…", 24), "rows", list);
}

/* WhatsApp draws *bold*, _italic_, ~struck~ and `code` by itself and knows no way to say that a sign is meant as it
 * is. A sign that could begin such a piece (nothing that a word is made of stands before it) becomes its twin;
 * addresses stay as they are. What a guest typed is shown as they typed it, and nothing of it reaches over what comes
 * behind. */
static const char *plain_text(struct arena *arena, const char *text)
{
    static const char signs[] = "*_~`";
    static const char *const twins[] = {"\u2217", "\u02cd", "\u223c", "\u02cb"};
    struct buf plain;
    if (!text || !strpbrk(text, signs))
        return text;
    buf_init(&plain, strlen(text) * 4 + 1);
    for (const char *at = text; *at;) {
        bool inside = at > text && isalnum((unsigned char)at[-1]);
        if (!inside && (!strncmp(at, "https://", 8) || !strncmp(at, "http://", 7))) {
            size_t length = strcspn(at, " \t\r\n");
            buf_add(&plain, at, length);
            at += length;
            continue;
        }
        const char *sign = strchr(signs, *at);
        if (sign && !inside)
            buf_text(&plain, twins[sign - signs]);
        else
            buf_char(&plain, *at);
        at++;
    }
    const char *kept = arena_strdup(arena, buf_cstr(&plain));
    buf_release(&plain);
    return kept;
}

json_t *whatsapp_body(struct arena *arena, const json_t *content)
{
    const char *text = plain_text(arena, json_text_at(content, "text")), *ask = json_text_at(content, "ask");
    const json_t *place = json_object_get(content, "location");
    if (json_array_size(json_object_get(content, "choices")))
        return json_pack("{s:s, s:o}", "type", "interactive", "interactive",
                         interactive_of(arena, content, text ? text : "…"));
    if (ask && text_eq(ask, "location") && text)
        return json_pack("{s:s, s:{s:s, s:{s:s}, s:{s:s}}}", "type", "interactive", "interactive", "type",
                         "location_request_message", "body", "text", text, "action", "name", "send_location");
    if (place)
        return json_pack("{s:s, s:{s:O, s:O}}", "type", "location", "location", "latitude",
                         json_object_get(place, "latitude"), "longitude", json_object_get(place, "longitude"));
    if (json_object_get(content, "photo"))
        return json_pack("{s:s, s:{s:O, s:s*}}", "type", "image", "image", "link", json_object_get(content, "photo"),
                         "caption", text);
    return text ? json_pack("{s:s, s:{s:s, s:b}}", "type", "text", "text", "body", text, "preview_url", 0) : NULL;
}

/* Meta's codes (docs/cases.md has where they were seen); what is not named here is refused for good. */
static const struct {
    int code;
    enum said said;
} codes[] = {
    {0, SAID_BROKEN},           {190, SAID_BROKEN},   {3, SAID_BROKEN},     {10, SAID_BROKEN},   {131031, SAID_BROKEN},
    {368, SAID_BROKEN},         {4, SAID_WAIT},       {80007, SAID_WAIT},   {130429, SAID_WAIT}, {131056, SAID_WAIT},
    {131026, SAID_UNREACHABLE}, {131000, SAID_LATER}, {131016, SAID_LATER}, {1, SAID_LATER},     {2, SAID_LATER},
};

static void judge(const struct answer *answer, struct said_outcome *outcome)
{
    *outcome = (struct said_outcome){.said = SAID_REFUSED, .reason = answer->reason};
    if (answer->body) {
        const json_t *sent = json_array_get(json_object_get(answer->body, "messages"), 0);
        *outcome = (struct said_outcome){.said = SAID_SENT, .ref = json_text_at(sent, "id")};
        return;
    }
    bool named = false;
    for (size_t i = 0; answer->code >= 0 && i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == answer->code) {
            outcome->said = codes[i].said;
            named = true;
        }
    if (!named && answer->status == 429)
        outcome->said = SAID_WAIT;
    else if (!named && answer->unknown && !answer->later)
        outcome->said = SAID_UNCLEAR;
    else if (!named && (answer->later || answer->code < 0))
        outcome->said = SAID_LATER; /* below 0: something on the way, and it was not taken */
    else if (!named && answer->status == 401)
        outcome->said = SAID_BROKEN;
    if (outcome->said == SAID_WAIT)
        outcome->until_s = answer->later_at_s ? answer->later_at_s : clock_now_s() + RATE_WAIT_S;
}

static void say(struct job *job, const json_t *account, const char *chat, const json_t *content,
                struct said_outcome *outcome)
{
    struct answer answer;
    json_t *body = whatsapp_body(job->arena, content);
    if (!body) {
        *outcome = (struct said_outcome){.said = SAID_SENT};
        return;
    }
    json_object_update_new(body, json_pack("{s:s, s:s, s:s}", "messaging_product", "whatsapp", "recipient_type",
                                           "individual", is_number(chat) ? "to" : "recipient", chat));
    const char *id = json_text_at(json_object_get(account, "secrets"), "phone_number_id");
    call(job, account, arena_printf(job->arena, "%s/messages", id), body, &answer);
    judge(&answer, outcome);
}

/* --- The account -------------------------------------------------------------------------------------------------- */

/* Its webhook is set on Meta's page, with webhook_path and verify_token of set_bot_credentials. */
static enum work_result check(struct job *job, const json_t *account, const char *address, json_t **news,
                              struct error *out)
{
    struct answer me;
    const char *id = json_text_at(json_object_get(account, "secrets"), "phone_number_id");
    call(job, account, arena_printf(job->arena, "%s?fields=display_phone_number,verified_name", id), NULL, &me);
    if (!me.body && (me.later || me.code < 0 || me.status >= 500)) {
        (void)error_set(out, job->arena, ERR_BAD_INPUT, "WhatsApp: %s", me.reason);
        job->later_at_s = me.later_at_s;
        return WORK_LATER;
    }
    *news = json_kept(job->arena,
                      json_pack("{s:b, s:s, s:s, s:s*, s:s*, s:s*}", "works", me.body != NULL, "account_id", id,
                                "hears_by", "webhook", "account_name", json_text_at(me.body, "display_phone_number"),
                                "error", me.body ? NULL : me.reason, "webhook_url", address));
    return WORK_DONE;
}

const struct bot_platform bot_whatsapp = {
    .name = "whatsapp",
    .limits = {.text = 4000, .body = 1000, .label = 24, .hint = 72, .rows = 10},
    .hear = hear,
    .say = say,
    .check = check,
    .take_apart = take_apart,
};
