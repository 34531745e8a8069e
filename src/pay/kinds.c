/* Each job is three steps, and no transaction waits in between: SQL says what to ask and writes down that it is asked;
 * the provider is asked; SQL makes of the answer what it makes. Killed between any two, the job runs again, and its key
 * makes the second asking the first. */
#include "pay/kinds.h"

#include "base/json_kept.h"
#include "pay/provider.h"
#include "pg/direct.h"
#include "seal/seal.h"

#include <stdlib.h>
#include <string.h>

static enum work_result tell(struct job *job, const char *sql, const char *id, const json_t *news, struct error *out)
{
    return work_ask(job, sql, 2, (const char *const[]){id, work_written(job, news)}, NULL, out);
}

/* The provider takes the account's key, or not: the owner sees it beside the account. */
static void note_account(struct job *job, const json_t *asked, enum work_result result, const struct error *why)
{
    struct error unheard;
    bool refused = result == WORK_NEVER && why->hint && !strcmp(why->hint, "account");
    if (result == WORK_DONE || refused)
        (void)!work_ask(job, "select app.payment_account_answered($1, $2, $3)", 3,
                        (const char *const[]){json_text_at(asked, "account_id"), refused ? "false" : "true",
                                              refused ? why->message : NULL},
                        NULL, &unheard);
}

/* Asks, and tells SQL what came of it. Refused for good is told, too, as the state `refused`: somebody waits and may do
 * it another way. */
static enum work_result exchange(struct job *job, pay_ask_fn *ask, const char *refused, const json_t *asked,
                                 const char *news_sql, const char *id, struct error *out)
{
    json_t *news = NULL;
    enum work_result result = ask(job, asked, &news, out);
    note_account(job, asked, result, out);
    if (result == WORK_NEVER) {
        struct error unheard;
        news = json_kept(job->arena, json_pack("{s:s, s:s}", "state", refused, "reason", out->message));
        (void)!tell(job, news_sql, id, news, &unheard);
    }
    return result == WORK_DONE ? tell(job, news_sql, id, news, out) : result;
}

/* The same where a refusal is no news: whatever was asked for stays as it is. */
static enum work_result ask_and_tell(struct job *job, pay_ask_fn *ask, const json_t *asked, const char *news_sql,
                                     const char *id, struct error *out)
{
    json_t *news = NULL;
    enum work_result result = ask(job, asked, &news, out);
    return result == WORK_DONE ? tell(job, news_sql, id, news, out) : result;
}

/* The account's secrets, into asked.secrets. */
static enum work_result open_account(struct job *job, json_t *asked, struct error *out)
{
    const struct seal_keys *keys = NULL;
    const struct seal_place place = {job->tenant, "payment_accounts.secrets", json_text_at(asked, "account_id")};
    PGconn *conn = work_database(job, out);
    if (!conn || seal_keys_load(job->arena, conn, &keys, out) != OK)
        return WORK_LATER;
    const char *secrets = seal_open(keys, job->arena, &place, json_text_at(asked, "sealed"));
    json_t *opened = secrets ? json_loads(secrets, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!opened) {
        (void)error_set(out, job->arena, ERR_BAD_INPUT,
                        "The account's key was sealed in another installation: store it again.");
        out->hint = "account";
        return WORK_NEVER;
    }
    json_object_set_new(asked, "secrets", opened);
    return WORK_DONE;
}

/* Who is asked, and the account to ask with. */
static enum work_result provider_of(struct job *job, json_t *asked, const struct pay_provider **provider,
                                    struct error *out)
{
    *provider = pay_provider(json_text_at(asked, "provider"));
    if (*provider) {
        enum work_result result = open_account(job, asked, out);
        if (result == WORK_NEVER)
            note_account(job, asked, result, out);
        return result;
    }
    (void)error_set(out, job->arena, ERR_BAD_INPUT, "No provider is called %s.", json_text_at(asked, "provider"));
    return WORK_NEVER;
}

/* What SQL wants asked for this job, and who is asked. *asked NULL: nothing. */
static enum work_result read_request(struct job *job, const char *sql, json_t **asked,
                                     const struct pay_provider **provider, struct error *out)
{
    *provider = NULL;
    enum work_result result = work_ask(job, sql, 1, (const char *const[]){job->payload_text}, asked, out);
    return result == WORK_DONE && *asked ? provider_of(job, *asked, provider, out) : result;
}

/* --- Collections ------------------------------------------------------------------------------------------------ */

static const char COLLECTION_NEWS[] = "select app.collection_news($1, $2::jsonb)";

static enum work_result collect_payment(struct job *job, struct error *out)
{
    json_t *asked = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result =
        read_request(job, "select app.collection_request(($1::jsonb ->> 'payment_id')::uuid)", &asked, &provider, out);
    if (result != WORK_DONE || !asked)
        return result;
    return exchange(job, provider->collect, "failed", asked, COLLECTION_NEWS, json_text_at(asked, "payment_id"), out);
}

static enum work_result ask_again(struct job *job, bool to_cancel, struct error *out)
{
    json_t *asked = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result =
        read_request(job, "select app.collection_look(($1::jsonb ->> 'payment_id')::uuid)", &asked, &provider, out);
    if (result != WORK_DONE || !asked)
        return result;
    return ask_and_tell(job, to_cancel ? provider->cancel : provider->look, asked, COLLECTION_NEWS,
                        json_text_at(asked, "payment_id"), out);
}

static enum work_result review_payment(struct job *job, struct error *out)
{
    return ask_again(job, false, out);
}

static enum work_result cancel_collection(struct job *job, struct error *out)
{
    return ask_again(job, true, out);
}

/* --- Refunds ---------------------------------------------------------------------------------------------------- */

static const char REFUND_NEWS[] = "select app.refund_news($1, $2::jsonb)";

/* Enqueued when a refund of an online payment is asked for. Without a provider to ask a person gives the money back:
 * the row says so, and stays owed until somebody confirms it (app.hand_over_refund). */
static enum work_result refund_payment(struct job *job, struct error *out)
{
    json_t *asked = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result =
        read_request(job, "select app.refund_request(($1::jsonb ->> 'refund_id')::uuid)", &asked, &provider, out);
    if (result != WORK_DONE)
        return result;
    if (!asked)
        return work_sql(job, "select app.hand_over_refund($1::jsonb)", out);
    return exchange(job, provider->refund, "failed", asked, REFUND_NEWS, json_text_at(asked, "refund_id"), out);
}

/* --- Cards ------------------------------------------------------------------------------------------------------ */

static const char CARD_NEWS[] = "select app.card_news($1, $2::jsonb)";

static enum work_result keep_card(struct job *job, struct error *out)
{
    json_t *asked = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result =
        read_request(job, "select app.card_request(($1::jsonb ->> 'card_id')::uuid)", &asked, &provider, out);
    if (result != WORK_DONE || !asked)
        return result;
    return exchange(job, provider->keep_card, "failed", asked, CARD_NEWS, json_text_at(asked, "card_id"), out);
}

static enum work_result forget_card(struct job *job, struct error *out)
{
    json_t *asked = NULL, *news = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result =
        read_request(job, "select app.card_look(($1::jsonb ->> 'card_id')::uuid)", &asked, &provider, out);
    if (result != WORK_DONE || !provider || !json_text_at(asked, "method_ref"))
        return result; /* no card was ever left */
    return provider->forget_card(job, asked, &news, out);
}

/* --- Subscriptions ---------------------------------------------------------------------------------------------- */

static const char SUBSCRIPTION_NEWS[] = "select app.subscription_news($1, $2::jsonb)";

static enum work_result about_subscription(struct job *job, const char *sql, bool to_begin, struct error *out)
{
    json_t *asked = NULL;
    const struct pay_provider *provider = NULL;
    enum work_result result = read_request(job, sql, &asked, &provider, out);
    if (result != WORK_DONE || !asked)
        return result;
    /* its page was never asked for: there is nothing to end there */
    if (!to_begin && !json_text_at(asked, "ref"))
        return tell(job, SUBSCRIPTION_NEWS, json_text_at(asked, "subscription_id"),
                    json_kept(job->arena, json_pack("{s:s}", "state", "ended")), out);
    return exchange(job, to_begin ? provider->begin_subscription : provider->end_subscription,
                    to_begin ? "failed" : "refused", asked, SUBSCRIPTION_NEWS, json_text_at(asked, "subscription_id"),
                    out);
}

static enum work_result begin_subscription(struct job *job, struct error *out)
{
    return about_subscription(job, "select app.subscription_request(($1::jsonb ->> 'subscription_id')::uuid)", true,
                              out);
}

static enum work_result end_subscription(struct job *job, struct error *out)
{
    return about_subscription(job, "select app.subscription_look(($1::jsonb ->> 'subscription_id')::uuid)", false, out);
}

/* --- Events ----------------------------------------------------------------------------------------------------- */

/* News of a refund or a dispute can be here before those of the payment that they are about. */
static enum work_result hear_of_payment(struct job *job, const struct pay_provider *provider, const json_t *asked,
                                        struct error *out)
{
    static const char *const unpaid[] = {"pending", "failed", "cancelled"};
    const char *status = json_text_at(asked, "status");
    bool is_unpaid = false;
    for (size_t i = 0; status && i < sizeof unpaid / sizeof *unpaid; i++)
        is_unpaid = is_unpaid || !strcmp(status, unpaid[i]);
    if (!is_unpaid || !json_text_at(asked, "provider_ref"))
        return WORK_DONE;
    return ask_and_tell(job, provider->look, asked, COLLECTION_NEWS, json_text_at(asked, "payment_id"), out);
}

static enum work_result event_subject(struct job *job, const char *subject, const json_t *received,
                                      const struct pay_event *about, json_t **asked, struct error *out)
{
    json_t *question =
        json_kept(job->arena, json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:b}", "subject", subject, "account_id",
                                        json_text_at(received, "account_id"), "ref", about->ref, "payment_ref",
                                        about->payment_ref, "ours", about->ours, "page", about->is_page));
    return work_ask(job, "select app.event_subject($1::jsonb)", 1, (const char *const[]){work_written(job, question)},
                    asked, out);
}

/* A refund or a dispute of a payment whose name at the provider nobody here has heard yet (a page tells it when it is
 * paid): the provider knows whose it is, and the payment is looked at first. */
static enum work_result learn_payment(struct job *job, const struct pay_provider *provider, const json_t *received,
                                      const struct pay_event *about, struct error *out)
{
    json_t *account = NULL, *payment = NULL, *news = NULL;
    const struct pay_event named = {.ref = about->payment_ref};
    enum work_result result = event_subject(job, "payout", received, &named, &account, out);
    if (result == WORK_DONE && account)
        result = open_account(job, account, out);
    if (result != WORK_DONE || !account)
        return result;
    result = provider->whose(job, account, &news, out);
    if (result == WORK_NEVER && !(out->hint && !strcmp(out->hint, "account")))
        return WORK_DONE; /* the account does not know of it: it is another's, and nothing can be read of it */
    if (result != WORK_DONE || !json_text_at(news, "payment_id"))
        return result; /* made there by somebody else */
    const struct pay_event ours = {.ours = json_text_at(news, "payment_id")};
    result = event_subject(job, "collection", received, &ours, &payment, out);
    if (result != WORK_DONE || !payment || !json_text_at(payment, "provider_ref"))
        return result;
    result = open_account(job, payment, out);
    if (result != WORK_DONE)
        return result;
    return ask_and_tell(job, provider->look, payment, COLLECTION_NEWS, json_text_at(payment, "payment_id"), out);
}

/* What an event says is not believed; what it names is read again. */
static enum work_result work_on_event(struct job *job, const json_t *received, const json_t *event, struct error *out)
{
    static const char *const subjects[] = {[PAY_NOTHING] = NULL,
                                           [PAY_COLLECTION] = "collection",
                                           [PAY_REFUND] = "refund",
                                           [PAY_DISPUTE] = "dispute",
                                           [PAY_PAYOUT] = "payout",
                                           [PAY_CARD] = "card",
                                           [PAY_SUBSCRIPTION] = "subscription"};
    json_t *asked = NULL, *news = NULL;
    const struct pay_provider *provider = pay_provider(json_text_at(received, "provider"));
    struct pay_event about = {0};
    if (provider)
        provider->read_event(event, &about);
    if (about.subject == PAY_NOTHING)
        return WORK_DONE; /* kept and counted where it came in */
    const char *subject = subjects[about.subject];
    bool is_about_payment = about.subject == PAY_REFUND || about.subject == PAY_DISPUTE;
    enum work_result result = event_subject(job, subject, received, &about, &asked, out);
    if (result == WORK_DONE && !asked && is_about_payment && about.payment_ref) {
        result = learn_payment(job, provider, received, &about, out);
        if (result == WORK_DONE)
            result = event_subject(job, subject, received, &about, &asked, out);
    }
    if (result == WORK_DONE && asked)
        result = open_account(job, asked, out);
    if (result != WORK_DONE || !asked)
        return result;
    const char *payment_id = json_text_at(asked, "payment_id");
    if (is_about_payment)
        result = hear_of_payment(job, provider, asked, out);
    if (result != WORK_DONE)
        return result;
    switch (about.subject) {
    case PAY_COLLECTION:
        if (!json_text_at(asked, "provider_ref"))
            return WORK_DONE; /* our own asking is under way and will hear it */
        return ask_and_tell(job, provider->look, asked, COLLECTION_NEWS, payment_id, out);
    case PAY_REFUND:
        result = provider->look_refund(job, asked, &news, out);
        if (result != WORK_DONE)
            return result;
        return work_ask(job, "select app.event_refund($1, $2, $3::jsonb)", 3,
                        (const char *const[]){payment_id, json_text_at(asked, "refund_id"), work_written(job, news)},
                        NULL, out);
    case PAY_DISPUTE:
        return ask_and_tell(job, provider->look_dispute, asked, "select app.dispute_news($1, $2::jsonb)", payment_id,
                            out);
    case PAY_SUBSCRIPTION:
        return ask_and_tell(job, provider->look_subscription, asked, SUBSCRIPTION_NEWS,
                            json_text_at(asked, "subscription_id"), out);
    case PAY_CARD:
        if (!json_text_at(asked, "provider_ref"))
            return WORK_DONE; /* as a collection's */
        return ask_and_tell(job, provider->look_card, asked, CARD_NEWS, json_text_at(asked, "card_id"), out);
    case PAY_PAYOUT:
        return ask_and_tell(job, provider->look_payout, asked, "select app.payout_news($1, $2::jsonb)",
                            json_text_at(asked, "account_id"), out);
    default:
        return WORK_DONE;
    }
}

/* {"received_id"}. Worked on twice when the process ends in between: the second time changes nothing. */
static enum work_result pay_event(struct job *job, struct error *out)
{
    json_t *received = NULL;
    const char *const values[] = {json_text_at(job->payload, "received_id")};
    enum work_result result = work_ask(job, "select app.pay_event($1)", 1, values, &received, out);
    if (result != WORK_DONE || !received)
        return result;
    const json_t *event = json_kept(job->arena, json_loads(json_text_at(received, "body"), 0, NULL));
    if (event)
        result = work_on_event(job, received, event, out);
    return result == WORK_DONE ? work_ask(job, "select app.hook_handled($1)", 1, values, NULL, out) : result;
}

/* Name, run, longest seconds, most at once, in order (what happens to one payment happens one after the other). */
const struct job_kind pay_kinds[] = {
    {"begin_subscription", begin_subscription, 60, 0, true},
    {"cancel_collection", cancel_collection, 60, 0, true},
    {"collect_payment", collect_payment, 60, 0, true},
    {"end_subscription", end_subscription, 60, 0, true},
    {"forget_card", forget_card, 60, 0, true},
    {"keep_card", keep_card, 60, 0, true},
    {"pay_event", pay_event, 60, 0, false},
    {"refund_payment", refund_payment, 60, 0, true},
    {"review_payment", review_payment, 60, 0, true},
    {0},
};
