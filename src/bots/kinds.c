/* A message is worked on in one transaction: taken, answered, written down, done (bot_update). What is said is sent
 * afterwards, in the order of its chat (bot_send). Killed before the commit the message is worked on again and nothing
 * had happened; killed after it what was said is still there to send. */
#include "bots/kinds.h"

#include "base/json_kept.h"
#include "base/log.h"
#include "base/str.h"
#include "bots/platform.h"
#include "pg/direct.h"
#include "seal/seal.h"
#include "tenant/address.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_AT_ONCE = 20, TRIES_BEFORE_SORRY = 3, POLL_WAIT_S = 25, POLLS_AT_ONCE = 2 };

/* --- The database ------------------------------------------------------------------------------------------------- */

static bool ask_sql(struct job *job, const char *sql, int count, const char *const *values, json_t **value,
                    struct error *out)
{
    return work_ask(job, sql, count, values, value, out) == WORK_DONE;
}

static bool run(struct job *job, const char *sql, struct error *out)
{
    PGconn *conn = work_database(job, out);
    return conn && direct_run(job->arena, conn, sql, out) == OK;
}

static const char *payload(const struct job *job, const char *name)
{
    return json_text_at(job->payload, name);
}

/* --- The account -------------------------------------------------------------------------------------------------- */

static const char *unsealed(struct job *job, const struct seal_keys *keys, const char *column, const char *row,
                            const char *sealed)
{
    const struct seal_place place = {job->tenant, column, row};
    return sealed && row ? seal_open(keys, job->arena, &place, sealed) : NULL;
}

static enum work_result tell_account(struct job *job, const json_t *account, const json_t *news, struct error *out)
{
    const char *const values[] = {json_text_at(account, "credential_id"), work_written(job, news)};
    return ask_sql(job, "select app.bot_account_news($1, $2::jsonb)", 2, values, NULL, out) ? WORK_DONE : WORK_LATER;
}

static enum work_result break_account(struct job *job, const json_t *account, const char *reason, struct error *out)
{
    json_t *news = json_kept(job->arena, json_pack("{s:b, s:s}", "works", 0, "error", reason));
    return tell_account(job, account, news, out);
}

/* Its secrets, into the account. WORK_NEVER: they do not open here, and the owner is told. */
static enum work_result open_account(struct job *job, json_t *account, struct error *out)
{
    const struct seal_keys *keys = NULL;
    PGconn *conn = work_database(job, out);
    if (!conn || seal_keys_load(job->arena, conn, &keys, out) != OK)
        return WORK_LATER;
    const char *secrets = unsealed(job, keys, "bot_platform_credentials.credentials",
                                   json_text_at(account, "credential_id"), json_text_at(account, "sealed"));
    const char *door = unsealed(job, keys, "hook_endpoints.secret", json_text_at(account, "endpoint_id"),
                                json_text_at(account, "endpoint_sealed"));
    json_t *opened = secrets ? json_loads(secrets, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(opened) || !door) {
        json_decref(opened);
        enum work_result told = break_account(
            job, account, "The bot's token was sealed in another installation, or is none: store it again.", out);
        return told == WORK_DONE ? WORK_NEVER : told;
    }
    json_object_set_new(account, "secrets", opened);
    json_object_set_new(account, "door_secret", json_string(door));
    return WORK_DONE;
}

/* The account of the payload's credential_id, opened; WORK_NEVER with *account NULL: there is nothing to do. */
static enum work_result take_account(struct job *job, json_t **account, const struct bot_platform **platform,
                                     struct error *out)
{
    const char *const values[] = {payload(job, "credential_id")};
    *account = NULL;
    if (!ask_sql(job, "select app.bot_account($1)", 1, values, account, out))
        return WORK_LATER;
    *platform = bot_platform(json_text_at(*account, "platform"));
    if (!*account || !*platform)
        return WORK_NEVER;
    return open_account(job, *account, out);
}

static const char *address_of(struct job *job, const json_t *account)
{
    const char *given = json_text_at(account, "given_url");
    struct tenant tenant = {.domain = json_text_at(account, "domain"),
                            .settings_json = json_text_at(account, "tenant_settings")};
    const char *base = tenant_public_url(job->arena, job->settings, &tenant);
    if (given)
        return given;
    return base ? arena_printf(job->arena, "%s%s", base, json_text_at(account, "path")) : NULL;
}

/* {"credential_id"}: is the token taken, does the platform call the right address? */
static enum work_result bot_check(struct job *job, struct error *out)
{
    json_t *account, *news = NULL;
    const struct bot_platform *platform = NULL;
    enum work_result result = take_account(job, &account, &platform, out);
    if (result != WORK_DONE)
        return result == WORK_NEVER ? WORK_DONE : result;
    result = platform->check(job, account, address_of(job, account), &news, out);
    if (result == WORK_DONE)
        return tell_account(job, account, news, out);
    struct error unheard;
    json_t *said = json_kept(job->arena, json_pack("{s:s}", "error", out->message));
    (void)tell_account(job, account, said, &unheard);
    return result;
}

/* {"credential_id"}: asks what came, and queues itself again. */
static enum work_result bot_poll(struct job *job, struct error *out)
{
    json_t *account, *updates = NULL;
    int64_t next = 0;
    const struct bot_platform *platform = NULL;
    enum work_result result = take_account(job, &account, &platform, out);
    if (result != WORK_DONE)
        return result == WORK_NEVER ? WORK_DONE : result;
    const char *hears_by = json_text_at(account, "hears_by");
    if (!platform->poll || !hears_by || !text_eq(hears_by, "polling") ||
        !text_eq(json_text_at(account, "status"), "works"))
        return WORK_DONE;
    int others = (int)json_integer_value(json_object_get(account, "polling"));
    int wait_s = POLL_WAIT_S * POLLS_AT_ONCE / (others > POLLS_AT_ONCE ? others : POLLS_AT_ONCE);
    result = platform->poll(job, account, wait_s, &updates, &next, out);
    if (result == WORK_NEVER) { /* bot_check, which comes by itself, finds out what to do */
        json_t *said = json_kept(job->arena, json_pack("{s:b, s:s}", "works", 0, "error", out->message));
        return tell_account(job, account, said, out);
    }
    if (result != WORK_DONE)
        return result;
    const char *const values[] = {payload(job, "credential_id"), work_written(job, updates),
                                  arena_printf(job->arena, "%lld", (long long)next)};
    return ask_sql(job, "select app.polled($1, $2::jsonb, $3)", 3, values, NULL, out) ? WORK_DONE : WORK_LATER;
}

/* --- The house, as the engine asks it ----------------------------------------------------------------------------- */

struct inside {
    struct job *job;
    struct error *out;
    const char *chat_id;
};

static bool house_call(void *self, const char *function, const json_t *args, const json_t **answer)
{
    struct inside *in = self;
    json_t *value = NULL;
    const char *const values[] = {in->chat_id, function, work_written(in->job, args)};
    if (!ask_sql(in->job, "select app.bot_call($1, $2, $3::jsonb)", 3, values, &value, in->out))
        return false;
    *answer = value;
    return true;
}

static bool house_scenario(void *self, const char *name, const char *id, const json_t **found)
{
    struct inside *in = self;
    json_t *value = NULL;
    const char *const values[] = {in->chat_id, name, id};
    if (!ask_sql(in->job, "select app.bot_scenario($1, $2, $3)", 3, values, &value, in->out))
        return false;
    *found = value;
    return true;
}

static bool house_link(void *self, const char *phone, const char *code, const json_t **guest)
{
    struct inside *in = self;
    json_t *value = NULL;
    const char *const values[] = {in->chat_id, phone ? phone : code};
    const char *sql = phone ? "select app.link_chat_by_phone($1, $2)" : "select app.link_chat_by_code($1, $2)";
    if (!ask_sql(in->job, sql, 2, values, &value, in->out))
        return false;
    *guest = value;
    return true;
}

/* --- A message ---------------------------------------------------------------------------------------------------- */

/* The engine's step, inside the transaction. `heard` NULL: its time has come. */
static bool talk_once(struct job *job, const json_t *state, const struct bot_platform *platform, const json_t *heard,
                      bool sorry, struct error *out)
{
    const struct tenant tenant = {.domain = json_text_at(state, "domain"),
                                  .settings_json = json_text_at(state, "tenant_settings")};
    struct inside in = {job, out, json_text_at(state, "chat_id")};
    const struct talk_house house = {&in, house_call, house_scenario, house_link};
    struct talk talk;
    json_object_set_new(json_object_get(state, "house"), "url",
                        json_string(tenant_url(job->arena, job->settings, &tenant, false, NULL)));
    talk_begin(&talk, job->arena, state, &platform->limits, &house);
    if (sorry)
        talk_apologize(&talk);
    else if (!(heard ? talk_hear(&talk, heard) : talk_wake(&talk)))
        return false;
    const char *const values[] = {in.chat_id, work_written(job, talk_told(&talk))};
    return ask_sql(job, "select app.keep_chat($1, $2::jsonb)", 2, values, NULL, out);
}

static bool handled(struct job *job, struct error *out)
{
    const char *const values[] = {payload(job, "received_id")};
    return ask_sql(job, "select app.hook_handled($1)", 1, values, NULL, out);
}

/* What came and its account, in a transaction that has begun. *hook NULL: it was worked on before. */
static bool take_hook(struct job *job, json_t **hook, struct error *out)
{
    const char *const values[] = {payload(job, "received_id")};
    *hook = NULL;
    return run(job, "begin", out) && ask_sql(job, "select app.heard_hook($1)", 1, values, hook, out);
}

static bool work_on_update(struct job *job, const json_t *hook, bool sorry, struct error *out)
{
    const json_t *account = json_object_get(hook, "account");
    const struct bot_platform *platform = bot_platform(json_text_at(account, "platform"));
    const char *body = json_text_at(hook, "body");
    json_t *update = body ? json_kept(job->arena, json_loads(body, 0, NULL)) : NULL;
    json_t *heard = platform && update ? platform->hear(job->arena, update) : NULL, *state = NULL;
    if (!heard)
        return true;
    const char *const values[] = {json_text_at(account, "credential_id"), work_written(job, heard)};
    if (!ask_sql(job, "select app.take_chat($1, $2::jsonb)", 2, values, &state, out))
        return false;
    return !state || talk_once(job, state, platform, heard, sorry, out);
}

/* {"received_id"}. A message that fails again and again gets an apology instead of silence. */
static enum work_result bot_update(struct job *job, struct error *out)
{
    json_t *hook;
    bool sorry = job->attempt > TRIES_BEFORE_SORRY;
    if (!take_hook(job, &hook, out))
        return WORK_LATER;
    if (!hook)
        return run(job, "rollback", out) ? WORK_DONE : WORK_LATER;
    if (!work_on_update(job, hook, sorry, out) || !handled(job, out) || !run(job, "commit", out))
        return WORK_LATER; /* the session is rolled back when it is given back */
    if (sorry)
        log_warning("a guest's message could not be worked on", LOG_STR("job", job->id));
    return WORK_DONE;
}

/* {"received_id"}: a call that holds several messages becomes one job each. */
static enum work_result bot_batch(struct job *job, struct error *out)
{
    json_t *hook;
    if (!take_hook(job, &hook, out))
        return WORK_LATER;
    if (!hook)
        return run(job, "rollback", out) ? WORK_DONE : WORK_LATER;
    json_t *account = json_object_get(hook, "account");
    const struct bot_platform *platform = bot_platform(json_text_at(account, "platform"));
    const char *body = json_text_at(hook, "body");
    json_t *call = body ? json_kept(job->arena, json_loads(body, 0, NULL)) : NULL;
    bool done;
    if (call && platform && platform->take_apart) {
        enum work_result opened = open_account(job, account, out);
        if (opened == WORK_LATER)
            return WORK_LATER;
        const json_t *parts = opened == WORK_DONE ? platform->take_apart(job->arena, call, account) : NULL;
        const char *const values[] = {payload(job, "received_id"), json_text_at(hook, "endpoint_id"),
                                      parts ? work_written(job, parts) : "{\"messages\": [], \"statuses\": []}"};
        done = ask_sql(job, "select app.hear_batch($1, $2, $3::jsonb)", 3, values, NULL, out);
    } else {
        done = handled(job, out);
    }
    return done && run(job, "commit", out) ? WORK_DONE : WORK_LATER;
}

/* {"chat_id"} */
static enum work_result bot_wake(struct job *job, struct error *out)
{
    json_t *state = NULL;
    const char *const values[] = {payload(job, "chat_id")};
    if (!run(job, "begin", out) || !ask_sql(job, "select app.take_chat_to_wake($1)", 1, values, &state, out))
        return WORK_LATER;
    const struct bot_platform *platform = bot_platform(json_text_at(state, "platform"));
    if (platform && !talk_once(job, state, platform, NULL, false, out))
        return WORK_LATER;
    return run(job, "commit", out) ? WORK_DONE : WORK_LATER;
}

/* --- Sending ------------------------------------------------------------------------------------------------------ */

static bool tell_said(struct job *job, const json_t *next, const struct said_outcome *outcome, struct error *out)
{
    static const char *const words[] = {
        [SAID_SENT] = "sent", [SAID_REFUSED] = "failed", [SAID_UNCLEAR] = "unclear", [SAID_UNREACHABLE] = "failed"};
    json_t *news = json_kept(job->arena, json_pack("{s:s, s:s*, s:s*, s:s*}", "status", words[outcome->said], "ref",
                                                   outcome->ref, "error", outcome->reason, "unreachable",
                                                   outcome->said == SAID_UNREACHABLE ? outcome->reason : NULL));
    const char *const values[] = {json_text_at(next, "message_id"), work_written(job, news)};
    return ask_sql(job, "select app.said_news($1, $2::jsonb)", 2, values, NULL, out);
}

/* Nothing more for this chat before that instant; another job goes on then. */
static enum work_result wait_until(struct job *job, int64_t until_s, struct error *out)
{
    const char *const values[] = {payload(job, "chat_id"), arena_printf(job->arena, "%lld", (long long)until_s)};
    return ask_sql(job, "select app.silence_chat($1, $2)", 2, values, NULL, out) ? WORK_DONE : WORK_LATER;
}

/* Says what comes next. `more`: there may be another. */
static enum work_result say_next(struct job *job, const char **opened, json_t **account, bool *more, struct error *out)
{
    json_t *next = NULL;
    const char *const values[] = {payload(job, "chat_id")};
    *more = false;
    if (!ask_sql(job, "select app.next_said($1)", 1, values, &next, out))
        return WORK_LATER;
    if (!next)
        return WORK_DONE;
    if (json_object_get(next, "wait_s"))
        return wait_until(job, (int64_t)json_number_value(json_object_get(next, "wait_s")) + 1, out);
    const char *sealed = json_text_at(json_object_get(next, "account"), "sealed");
    if (!sealed)
        return WORK_DONE; /* switched off: what waits is too old tomorrow */
    if (!*opened || !text_eq(*opened, sealed)) {
        *account = json_object_get(next, "account");
        enum work_result result = open_account(job, *account, out);
        if (result != WORK_DONE)
            return result == WORK_NEVER ? WORK_DONE : result;
        *opened = sealed;
    }
    struct said_outcome outcome;
    bot_platform(json_text_at(*account, "platform"))
        ->say(job, *account, json_text_at(next, "chat"), json_object_get(next, "content"), &outcome);
    *more = true;
    switch (outcome.said) {
    case SAID_WAIT:
        *more = false;
        return wait_until(job, outcome.until_s, out);
    case SAID_BROKEN:
        *more = false;
        return break_account(job, *account, outcome.reason, out);
    case SAID_LATER:
        (void)error_set(out, job->arena, ERR_BAD_INPUT, "%s", outcome.reason);
        return WORK_LATER;
    default:
        return tell_said(job, next, &outcome, out) ? WORK_DONE : WORK_LATER;
    }
}

/* {"chat_id"} */
static enum work_result bot_send(struct job *job, struct error *out)
{
    const char *opened = NULL;
    json_t *account = NULL;
    bool more = true;
    for (int said = 0; more && said < SAID_AT_ONCE; said++) {
        enum work_result result = say_next(job, &opened, &account, &more, out);
        if (result != WORK_DONE)
            return result;
    }
    const char *const values[] = {payload(job, "chat_id")};
    return !more || ask_sql(job, "select app.send_chat($1)", 1, values, NULL, out) ? WORK_DONE : WORK_LATER;
}

/* Name, run, longest seconds, most at once, in order. Polling waits for others: two threads do, not all. */
const struct job_kind bot_kinds[] = {
    {"bot_batch", bot_batch, 60, 0, true},
    {"bot_check", bot_check, 120, 2, true},
    {"bot_poll", bot_poll, 60, POLLS_AT_ONCE, true},
    {"bot_send", bot_send, 300, 0, true},
    {"bot_update", bot_update, 60, 0, true},
    {"bot_wake", bot_wake, 60, 0, false},
    {0},
};
