/* Subscriptions, as they are since basil (2025-03-31): an invoice says its status and no longer `paid`, its intent
 * stands in `payments`, its subscription in `parent`, and a subscription's period in its items. They begin at a page
 * (Checkout, mode subscription): what the running period costs is one item, what is taken from the next period on
 * another, whose cycle is anchored there. Stripe tries a card that fails again by its own rules.
 */
#include "base/json_kept.h"
#include "pay/stripe.h"

static json_t *item(struct job *job, const json_t *asked, int64_t units, int64_t months)
{
    json_t *made = json_pack("{s:i, s:{s:s, s:I, s:{s:s}}}", "quantity", 1, "price_data", "currency",
                             stripe_lower(job->arena, json_text_at(asked, "currency")), "unit_amount",
                             (json_int_t)units, "product_data", "name", json_text_at(asked, "description"));
    if (months)
        json_object_set_new(json_object_get(made, "price_data"), "recurring",
                            json_pack("{s:s, s:I}", "interval", "month", "interval_count", (json_int_t)months));
    return made;
}

static json_t *page_news(struct arena *arena, const json_t *session)
{
    bool is_over = stripe_is(json_text_at(session, "status"), "expired");
    json_t *news = json_kept(arena, json_pack("{s:s}", "state", is_over ? "ended" : "pending"));
    if (is_over)
        json_object_set_new(news, "reason", json_string("Nobody began it in time."));
    json_object_set(news, "ref", json_object_get(session, "id"));
    json_object_set(news, "live", json_object_get(session, "livemode"));
    if (json_text_at(session, "url"))
        json_object_set(news, "link", json_object_get(session, "url"));
    if (json_is_integer(json_object_get(session, "expires_at")))
        json_object_set(news, "link_ends_at", json_object_get(session, "expires_at"));
    return news;
}

enum work_result stripe_begin_subscription(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    int64_t units, first = 0;
    const json_t *session = NULL;
    const char *ours = json_text_at(asked, "subscription_id"), *tenant = json_text_at(asked, "tenant");
    const char *currency = json_text_at(asked, "currency"), *now = json_text_at(asked, "first_amount");
    if (!stripe_units(json_text_at(asked, "amount"), currency, &units) || (now && !stripe_units(now, currency, &first)))
        return stripe_no_such_amount(job, asked, out);
    json_t *items = json_kept(job->arena, json_array());
    json_array_append_new(items, item(job, asked, units, json_integer_value(json_object_get(asked, "months"))));
    if (now)
        json_array_append_new(items, item(job, asked, first, 0));
    json_t *form = json_kept(
        job->arena, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s*, s:O, s:{s:s, s:s}, s:{s:O, s:s, s:{s:s, s:s}}}", "mode",
                              "subscription", "client_reference_id", ours, "success_url",
                              stripe_return_url(job, asked, "subscription", ours, "begun"), "cancel_url",
                              stripe_return_url(job, asked, "subscription", ours, "back"), "expires_at",
                              (json_int_t)stripe_link_ends(asked), "customer_email", json_text_at(asked, "email"),
                              "line_items", items, "metadata", "subscription_id", ours, "tenant", tenant,
                              "subscription_data", "billing_cycle_anchor", json_object_get(asked, "renews_at"),
                              "proration_behavior", "none", "metadata", "subscription_id", ours, "tenant", tenant));
    enum work_result result =
        stripe_call(job, asked, "/v1/checkout/sessions", form, json_text_at(asked, "idempotency_key"), &session, out);
    if (result == WORK_DONE)
        *news = page_news(job->arena, session);
    return result;
}

/* The intent that paid an invoice. */
static const char *intent_of(const json_t *invoice)
{
    size_t i;
    const json_t *each;
    json_array_foreach(json_object_get(json_object_get(invoice, "payments"), "data"), i, each)
    {
        const char *intent = json_text_at(json_object_get(each, "payment"), "payment_intent");
        if (intent)
            return intent;
    }
    return NULL;
}

/* Newest first is how they list; oldest first is how they are told. */
static enum work_result read_invoices(struct job *job, const json_t *asked, const char *subscription, json_t *news,
                                      struct error *out)
{
    const json_t *list = NULL, *each;
    json_t *paid = json_kept(job->arena, json_array());
    size_t i;
    enum work_result result = stripe_call(
        job, asked,
        arena_printf(job->arena, "/v1/invoices?subscription=%s&limit=100&expand[]=data.payments", subscription), NULL,
        NULL, &list, out);
    if (result != WORK_DONE)
        return result;
    json_array_foreach(json_object_get(list, "data"), i, each)
    {
        if (stripe_is(json_text_at(each, "status"), "open") && json_text_at(each, "hosted_invoice_url"))
            json_object_set(news, "link", json_object_get(each, "hosted_invoice_url"));
        if (!stripe_is(json_text_at(each, "status"), "paid"))
            continue;
        json_t *one = json_pack("{s:s, s:s*}", "ref", json_text_at(each, "id"), "payment_ref", intent_of(each));
        stripe_say_amount(job->arena, one, json_object_get(each, "amount_paid"), json_object_get(each, "currency"));
        json_array_insert_new(paid, 0, one);
    }
    json_object_set(news, "invoices", paid);
    return WORK_DONE;
}

enum work_result stripe_look_subscription(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *session = NULL, *subscription = NULL;
    const char *ref = json_text_at(asked, "ref");
    if (!strncmp(ref, "cs_", 3)) {
        enum work_result result = stripe_call(job, asked, arena_printf(job->arena, "/v1/checkout/sessions/%s", ref),
                                              NULL, NULL, &session, out);
        if (result != WORK_DONE)
            return result;
        ref = json_text_at(session, "subscription");
        if (!ref) {
            *news = page_news(job->arena, session);
            return WORK_DONE;
        }
    }
    enum work_result result =
        stripe_call(job, asked, arena_printf(job->arena, "/v1/subscriptions/%s", ref), NULL, NULL, &subscription, out);
    if (result != WORK_DONE)
        return result;
    const char *status = json_text_at(subscription, "status");
    bool runs = stripe_is(status, "active") || stripe_is(status, "trialing");
    bool failed = stripe_is(status, "past_due") || stripe_is(status, "unpaid");
    bool over = stripe_is(status, "canceled") || stripe_is(status, "incomplete_expired");
    *news = json_kept(job->arena, json_pack("{s:s, s:s}", "state",
                                            runs     ? "active"
                                            : failed ? "past_due"
                                            : over   ? "ended"
                                                     : "pending",
                                            "ref", ref));
    json_object_set(*news, "live", json_object_get(subscription, "livemode"));
    return read_invoices(job, asked, ref, *news, out);
}

/* One that is gone already is what was wanted: looking tells. https://docs.stripe.com/api/subscriptions/cancel is a
 * DELETE; a POST to a path of its own has never been there. What still runs after that is asked to end again. */
enum work_result stripe_end_subscription(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *answer = NULL;
    const char *ref = json_text_at(asked, "ref"), *ours = json_text_at(asked, "subscription_id");
    bool is_page = !strncmp(ref, "cs_", 3);
    enum work_result result =
        is_page ? stripe_call(job, asked, arena_printf(job->arena, "/v1/checkout/sessions/%s/expire", ref),
                              json_kept(job->arena, json_object()), arena_printf(job->arena, "mt-end-%s", ours),
                              &answer, out)
                : stripe_delete(job, asked, arena_printf(job->arena, "/v1/subscriptions/%s", ref), &answer, out);
    if (result == WORK_LATER || (result == WORK_NEVER && out->hint && stripe_is(out->hint, "account")))
        return result;
    bool is_refused = result == WORK_NEVER;
    struct error why = *out;
    result = stripe_look_subscription(job, asked, news, out);
    if (result != WORK_DONE || stripe_is(json_text_at(*news, "state"), "ended"))
        return result;
    const char *now = json_text_at(*news, "ref");
    if (is_page && strncmp(now, "cs_", 3)) {
        /* it began in the moment in which its page was to be closed: once more, now by its own name */
        json_t *again = json_kept(job->arena, json_copy((json_t *)asked)); /* NOLINT(clang-diagnostic-cast-qual) */
        json_object_set(again, "ref", json_object_get(*news, "ref"));
        return stripe_end_subscription(job, again, news, out);
    }
    if (is_refused) {
        *out = why;
        return WORK_NEVER;
    }
    (void)error_set(out, job->arena, ERR_BUSY, "Stripe: %s has not ended yet.", now);
    return WORK_LATER;
}
