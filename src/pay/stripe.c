/* Stripe: Checkout Sessions for what guests pay from where they are, refunds, disputes. What else it does has files of
 * its own (stripe_*.c).
 *
 * API https://docs.stripe.com/api, version 2026-10-28.endive. Requests are forms, answers JSON. A version goes with
 * every call, else the account's own would decide what answers look like. payment_method_types may not be written since
 * endive: what an account has switched on is offered. Sessions' metadata is not copied to the intent, so both get it.
 */
#include "pay/stripe.h"
#include "base/json_kept.h"
#include "net/net.h"
#include "pay/amount.h"
#include "tenant/address.h"

#include <ctype.h>
#include <string.h>

static const char VERSION[] = "2026-10-28.endive";
enum { LINK_LEAST_S = 1800, LINK_SLACK_S = 60, REASON_BYTES_MAX = 300 };

/* --- Amounts ---------------------------------------------------------------------------------------------------- */

/* The decimals that Stripe counts with. UGX and ISK have none in the world and two there; three-decimal currencies
 * take a last digit of 0 only. https://docs.stripe.com/currencies */
static int decimals_of(const char *currency)
{
    static const char none[][4] = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
                                   "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
    static const char three[][4] = {"BHD", "JOD", "KWD", "OMR", "TND"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (!strcasecmp(none[i], currency))
            return 0;
    for (size_t i = 0; i < sizeof three / sizeof *three; i++)
        if (!strcasecmp(three[i], currency))
            return 3;
    return 2;
}

bool stripe_units(const char *amount, const char *currency, int64_t *units)
{
    int decimals = decimals_of(currency);
    return amount_to_units(amount, decimals, units) && (decimals != 3 || *units % 10 == 0);
}

const char *stripe_lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *at = copy; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

void stripe_say_amount(struct arena *arena, json_t *news, const json_t *units, const json_t *currency)
{
    const char *name = json_string_value(currency);
    if (!json_is_integer(units) || !name)
        return;
    char upper[4] = "";
    for (size_t i = 0; i < 3 && name[i]; i++)
        upper[i] = (char)toupper((unsigned char)name[i]);
    json_object_set_new(news, "amount",
                        json_string(amount_of_units(arena, json_integer_value(units), decimals_of(upper))));
    json_object_set_new(news, "currency", json_string(upper));
}

const char *stripe_amount(struct arena *arena, const json_t *units, const char *currency)
{
    int64_t value = json_integer_value(units);
    const char *text = amount_of_units(arena, value < 0 ? -value : value, decimals_of(currency));
    return value < 0 ? arena_printf(arena, "-%s", text) : text;
}

/* --- Calls ------------------------------------------------------------------------------------------------------ */

/* `method` NULL: POST with a form, else GET. */
static enum work_result call(struct job *job, const json_t *asked, const char *method, const char *path,
                             const json_t *form, const char *key, const json_t **answer, struct error *out)
{
    const char *base = job->settings->stripe_url;
    const struct net_header headers[] = {
        {"Stripe-Version", VERSION},
        {key ? "Idempotency-Key" : NULL, key},
        {0},
    };
    const char *secret = json_text_at(json_object_get(asked, "secrets"), "secret_key");
    struct net_request request = {
        .url = arena_printf(job->arena, "%s%s", base, path),
        .method = method,
        .headers = headers,
        .form = form,
        .bearer = secret ? secret : "",
        .policy = NET_ANYWHERE, /* the operator names it */
        .repeatable = !form || key,
    };
    struct net_answer got;
    net_perform(job->arena, job->settings, &request, &got);
    json_t *body = json_kept(job->arena, json_loadb(got.body.at ? got.body.at : "", got.body.len, 0, NULL));
    const json_t *error = json_object_get(body, "error");
    *answer = body;
    if (got.verdict == NET_DONE && json_is_object(body))
        return WORK_DONE;

    const char *said = json_text_at(error, "message");
    (void)error_set(out, job->arena, ERR_BAD_INPUT, "Stripe: %s",
                    error_text_cut(job->arena,
                                   said         ? said
                                   : got.reason ? got.reason
                                                : "an answer that is no JSON",
                                   REASON_BYTES_MAX));
    if (got.status &&
        !json_is_object(error)) { /* not Stripe's word, but of something on the way: nothing was decided */
        job->later_at_s = got.later_at_s;
        return WORK_LATER;
    }
    if (got.status == 401 || got.status == 403) {
        out->hint = "account";
        return WORK_NEVER;
    }
    const char *again = net_header_value(&got, "stripe-should-retry");
    job->later_at_s = got.later_at_s;
    if (again && !strcmp(again, "true"))
        return WORK_LATER;
    if (again && !strcmp(again, "false"))
        return WORK_NEVER;
    /* 409: the same key is at work just now, or a lock; 400 with an idempotency error: our own fault */
    return got.verdict == NET_NEVER && got.status != 409 ? WORK_NEVER : WORK_LATER;
}

enum work_result stripe_call(struct job *job, const json_t *asked, const char *path, const json_t *form,
                             const char *key, const json_t **answer, struct error *out)
{
    return call(job, asked, NULL, path, form, key, answer, out);
}

enum work_result stripe_delete(struct job *job, const json_t *asked, const char *path, const json_t **answer,
                               struct error *out)
{
    return call(job, asked, "DELETE", path, NULL, NULL, answer, out);
}

/* --- Collections ------------------------------------------------------------------------------------------------ */

/* A session in our words. */
static json_t *session_news(struct arena *arena, const json_t *session)
{
    json_t *news = json_kept(arena, json_object());
    const char *status = json_text_at(session, "status"), *paid = json_text_at(session, "payment_status");
    bool is_paid = paid && (!strcmp(paid, "paid") || !strcmp(paid, "no_payment_required"));
    bool is_over = status && !strcmp(status, "expired");
    /* complete and unpaid is a bank transfer under way: pending until its money comes */
    json_object_set_new(news, "state", json_string(is_paid ? "succeeded" : is_over ? "cancelled" : "pending"));
    if (is_over)
        json_object_set_new(news, "reason", json_string("Nobody paid in time."));
    json_object_set(news, "ref", json_object_get(session, "id"));
    json_object_set(news, "live", json_object_get(session, "livemode"));
    json_t *intent = json_object_get(session, "payment_intent");
    json_object_set(news, "payment_ref", json_is_object(intent) ? json_object_get(intent, "id") : intent);
    json_t *card =
        stripe_card_of(arena, json_object_get(session, "customer"), json_object_get(intent, "payment_method"));
    if (card)
        json_object_set(news, "card", card);
    if (json_text_at(session, "url"))
        json_object_set(news, "link", json_object_get(session, "url"));
    if (json_is_integer(json_object_get(session, "expires_at")))
        json_object_set(news, "link_ends_at", json_object_get(session, "expires_at"));
    stripe_say_amount(arena, news, json_object_get(session, "amount_total"), json_object_get(session, "currency"));
    return news;
}

const char *stripe_return_url(struct job *job, const json_t *asked, const char *name, const char *id,
                              const char *outcome)
{
    const char *tenant_settings = json_text_at(asked, "tenant_settings");
    struct tenant tenant = {.domain = json_text_at(asked, "domain"), .settings_json = tenant_settings};
    const char *base = tenant_public_url(job->arena, job->settings, &tenant);
    const char *path = json_text_at(asked, "return_path");
    if (!base)
        base = arena_printf(job->arena, "http://%s:%lld", tenant.domain, (long long)job->settings->port);
    return arena_printf(job->arena, "%s%s%c%s=%s&outcome=%s", base, path, strchr(path, '?') ? '&' : '?', name, id,
                        outcome);
}

int64_t stripe_link_ends(const json_t *asked)
{
    int64_t seconds = json_integer_value(json_object_get(asked, "expires_s"));
    int64_t asked_at = json_integer_value(json_object_get(asked, "asked_at"));
    return asked_at + (seconds > LINK_LEAST_S ? seconds : LINK_LEAST_S) + LINK_SLACK_S;
}

static enum work_result collect(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    int64_t units;
    const char *amount = json_text_at(asked, "amount"), *currency = json_text_at(asked, "currency");
    if (stripe_is(json_text_at(asked, "way"), "terminal"))
        return stripe_send_to_terminal(job, asked, news, out);
    if (stripe_is(json_text_at(asked, "way"), "stored_card"))
        return stripe_charge_card(job, asked, news, out);
    if (!stripe_units(amount, currency, &units)) {
        (void)error_set(out, job->arena, ERR_BAD_INPUT, "Stripe does not take %s %s.", amount, currency);
        return WORK_NEVER;
    }
    const char *payment = json_text_at(asked, "payment_id");
    json_t *form = json_kept(
        job->arena,
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:{s:s, s:s},"
                  " s:[{s:i, s:{s:s, s:I, s:{s:s}}}], s:{s:{s:s, s:s}}}",
                  "mode", "payment", "client_reference_id", json_text_at(asked, "payment_id"), "success_url",
                  stripe_return_url(job, asked, "payment", payment, "paid"), "cancel_url",
                  stripe_return_url(job, asked, "payment", payment, "back"), "expires_at",
                  (json_int_t)stripe_link_ends(asked), "metadata", "payment_id", json_text_at(asked, "payment_id"),
                  "tenant", json_text_at(asked, "tenant"), "line_items", "quantity", 1, "price_data", "currency",
                  stripe_lower(job->arena, currency), "unit_amount", (json_int_t)units, "product_data", "name",
                  json_text_at(asked, "description"), "payment_intent_data", "metadata", "payment_id",
                  json_text_at(asked, "payment_id"), "tenant", json_text_at(asked, "tenant")));
    if (json_is_true(json_object_get(asked, "store_card"))) {
        json_object_set_new(form, "customer_creation", json_string("always"));
        json_object_set_new(json_object_get(form, "payment_intent_data"), "setup_future_usage",
                            json_string("off_session"));
    }
    if (json_text_at(asked, "email"))
        json_object_set(form, "customer_email", json_object_get(asked, "email"));
    if (json_text_at(asked, "locale"))
        json_object_set(form, "locale", json_object_get(asked, "locale"));
    const json_t *session = NULL;
    enum work_result result =
        stripe_call(job, asked, "/v1/checkout/sessions", form, json_text_at(asked, "idempotency_key"), &session, out);
    if (result == WORK_DONE)
        *news = session_news(job->arena, session);
    return result;
}

static const char *of_session(struct job *job, const json_t *asked, const char *rest)
{
    return arena_printf(job->arena, "/v1/checkout/sessions/%s%s", json_text_at(asked, "provider_ref"), rest);
}

static bool is_intent(const json_t *asked)
{
    return !strncmp(json_text_at(asked, "provider_ref"), "pi_", 3);
}

static enum work_result look(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *session = NULL;
    if (is_intent(asked))
        return stripe_look_intent(job, asked, news, out);
    bool keeps = json_is_true(json_object_get(asked, "store_card"));
    const char *rest = keeps ? "?expand[]=payment_intent.payment_method" : "";
    enum work_result result = stripe_call(job, asked, of_session(job, asked, rest), NULL, NULL, &session, out);
    if (result == WORK_DONE)
        *news = session_news(job->arena, session);
    return result;
}

/* Refused means that it is not open any more: it is paid or over, and looking tells which. */
static enum work_result cancel(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *session = NULL;
    if (is_intent(asked))
        return stripe_cancel_intent(job, asked, news, out);
    enum work_result result =
        stripe_call(job, asked, of_session(job, asked, "/expire"), json_kept(job->arena, json_object()),
                    arena_printf(job->arena, "mt-expire-%s", json_text_at(asked, "payment_id")), &session, out);
    if (result == WORK_NEVER)
        return look(job, asked, news, out);
    if (result == WORK_DONE)
        *news = session_news(job->arena, session);
    return result;
}

/* --- Refunds and disputes --------------------------------------------------------------------------------------- */

static json_t *refund_news(struct arena *arena, const json_t *refund)
{
    json_t *news = json_kept(arena, json_object());
    const char *status = json_text_at(refund, "status");
    bool failed = status && (!strcmp(status, "failed") || !strcmp(status, "canceled"));
    bool done = status && !strcmp(status, "succeeded");
    json_object_set_new(news, "state", json_string(failed ? "failed" : done ? "succeeded" : "pending"));
    json_object_set(news, "ref", json_object_get(refund, "id"));
    if (json_text_at(refund, "failure_reason"))
        json_object_set(news, "reason", json_object_get(refund, "failure_reason"));
    stripe_say_amount(arena, news, json_object_get(refund, "amount"), json_object_get(refund, "currency"));
    return news;
}

static enum work_result look_refund(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *refund = NULL;
    enum work_result result = stripe_call(
        job, asked, arena_printf(job->arena, "/v1/refunds/%s", json_text_at(asked, "ref")), NULL, NULL, &refund, out);
    if (result == WORK_DONE)
        *news = refund_news(job->arena, refund);
    return result;
}

static enum work_result refund(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    int64_t units;
    if (json_text_at(asked, "ref"))
        return look_refund(job, asked, news, out);
    if (!stripe_units(json_text_at(asked, "amount"), json_text_at(asked, "currency"), &units)) {
        (void)error_set(out, job->arena, ERR_BAD_INPUT, "Stripe does not give back %s %s.",
                        json_text_at(asked, "amount"), json_text_at(asked, "currency"));
        return WORK_NEVER;
    }
    json_t *form =
        json_kept(job->arena,
                  json_pack("{s:s, s:I, s:{s:s, s:s, s:s}}", "payment_intent", json_text_at(asked, "payment_ref"),
                            "amount", (json_int_t)units, "metadata", "refund_id", json_text_at(asked, "refund_id"),
                            "payment_id", json_text_at(asked, "payment_id"), "tenant", json_text_at(asked, "tenant")));
    const json_t *made = NULL;
    enum work_result result =
        stripe_call(job, asked, "/v1/refunds", form, json_text_at(asked, "idempotency_key"), &made, out);
    if (result == WORK_DONE)
        *news = refund_news(job->arena, made);
    return result;
}

static enum work_result look_dispute(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *dispute = NULL;
    enum work_result result = stripe_call(
        job, asked, arena_printf(job->arena, "/v1/disputes/%s", json_text_at(asked, "ref")), NULL, NULL, &dispute, out);
    if (result != WORK_DONE)
        return result;
    const char *status = json_text_at(dispute, "status");
    bool won = status && !strcmp(status, "won"), lost = status && !strcmp(status, "lost");
    /* an inquiry takes no money; balance_transactions are what was taken and given back */
    int64_t moved = 0;
    size_t i;
    const json_t *each;
    json_array_foreach(json_object_get(dispute, "balance_transactions"), i, each) moved +=
        json_integer_value(json_object_get(each, "amount"));
    *news = json_kept(job->arena, json_pack("{s:s, s:b}", "state",
                                            won    ? "won"
                                            : lost ? "lost"
                                                   : "open",
                                            "withdrawn", moved < 0));
    json_object_set(*news, "ref", json_object_get(dispute, "id"));
    if (json_text_at(dispute, "reason"))
        json_object_set(*news, "reason", json_object_get(dispute, "reason"));
    const json_t *due = json_object_get(json_object_get(dispute, "evidence_details"), "due_by");
    if (json_is_integer(due))
        json_object_set(*news, "answer_by", (json_t *)due); /* NOLINT(clang-diagnostic-cast-qual): counts a reference */
    stripe_say_amount(job->arena, *news, json_object_get(dispute, "amount"), json_object_get(dispute, "currency"));
    return WORK_DONE;
}

const struct pay_provider pay_stripe = {
    .name = "stripe",
    .collect = collect,
    .look = look,
    .cancel = cancel,
    .refund = refund,
    .look_refund = look_refund,
    .look_dispute = look_dispute,
    .look_payout = stripe_look_payout,
    .begin_subscription = stripe_begin_subscription,
    .look_subscription = stripe_look_subscription,
    .end_subscription = stripe_end_subscription,
    .keep_card = stripe_keep_card,
    .look_card = stripe_look_card,
    .forget_card = stripe_forget_card,
    .check = stripe_check,
    .whose = stripe_whose_intent,
    .read_event = stripe_read_event,
};
