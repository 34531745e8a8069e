/* Stored cards: a payer (cus_…) and a card (pm_…) that Stripe keeps, https://docs.stripe.com/payments/save-and-reuse.
 * They come from a page that takes money and keeps the card (setup_future_usage) or from one that only keeps it (mode
 * setup), and are charged without the guest (off_session). A bank that wants to see the guest answers
 * authentication_required: that is told, and the guest pays at a page.
 */
#include "base/json_kept.h"
#include "pay/stripe.h"

/* Of a session or intent that was read with its payment method: what may be charged later, or NULL. */
json_t *stripe_card_of(struct arena *arena, const json_t *customer, const json_t *method)
{
    const json_t *card = json_object_get(method, "card");
    const char *payer = json_string_value(customer) ? json_string_value(customer) : json_text_at(customer, "id");
    if (!payer || !json_text_at(method, "id"))
        return NULL;
    json_t *found = json_kept(arena, json_pack("{s:s, s:s, s:s*, s:s*}", "customer_ref", payer, "method_ref",
                                               json_text_at(method, "id"), "brand", json_text_at(card, "brand"),
                                               "last4", json_text_at(card, "last4")));
    json_object_set(found, "exp_month", json_object_get(card, "exp_month"));
    json_object_set(found, "exp_year", json_object_get(card, "exp_year"));
    return found;
}

/* A decline is an answer, not a failure of the asking: 402, with the intent in it. */
enum work_result stripe_charge_card(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    int64_t units;
    const json_t *answer = NULL;
    if (!stripe_units(json_text_at(asked, "amount"), json_text_at(asked, "currency"), &units))
        return stripe_no_such_amount(job, asked, out);
    json_t *form = stripe_intent_form(job, asked, units);
    json_object_set(form, "customer", json_object_get(asked, "customer_ref"));
    json_object_set(form, "payment_method", json_object_get(asked, "method_ref"));
    json_object_set_new(form, "off_session", json_true());
    json_object_set_new(form, "confirm", json_true());
    enum work_result result =
        stripe_call(job, asked, "/v1/payment_intents", form, json_text_at(asked, "idempotency_key"), &answer, out);
    if (result == WORK_DONE) {
        *news = stripe_intent_news(job->arena, answer);
        return WORK_DONE;
    }
    const json_t *error = json_object_get(answer, "error");
    const json_t *intent = json_object_get(error, "payment_intent");
    if (result == WORK_NEVER && json_is_object(intent)) {
        *news = stripe_intent_news(job->arena, intent);
        json_object_set_new(*news, "state", json_string("failed"));
        json_object_set(*news, "code", json_object_get(error, "code"));
        json_object_set(*news, "reason", json_object_get(error, "message"));
        return WORK_DONE;
    }
    return result;
}

/* --- A card without a payment ----------------------------------------------------------------------------------- */

static json_t *card_news(struct arena *arena, const json_t *session)
{
    json_t *news = json_kept(arena, json_object());
    const json_t *method = json_object_get(json_object_get(session, "setup_intent"), "payment_method");
    json_t *card = stripe_card_of(arena, json_object_get(session, "customer"), method);
    const char *status = json_text_at(session, "status");
    bool is_over = stripe_is(status, "expired");
    json_object_set_new(news, "state",
                        json_string(stripe_is(status, "complete") && card ? "succeeded"
                                    : is_over                             ? "cancelled"
                                                                          : "pending"));
    if (is_over)
        json_object_set_new(news, "reason", json_string("Nobody left a card in time."));
    if (card)
        json_object_set(news, "card", card);
    json_object_set(news, "ref", json_object_get(session, "id"));
    json_object_set(news, "live", json_object_get(session, "livemode"));
    if (json_text_at(session, "url"))
        json_object_set(news, "link", json_object_get(session, "url"));
    if (json_is_integer(json_object_get(session, "expires_at")))
        json_object_set(news, "link_ends_at", json_object_get(session, "expires_at"));
    return news;
}

enum work_result stripe_keep_card(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *session = NULL;
    const char *card = json_text_at(asked, "card_id"), *tenant = json_text_at(asked, "tenant");
    json_t *form = json_kept(
        job->arena,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s*, s:{s:s, s:s}, s:{s:{s:s, s:s}}}", "mode", "setup",
                  "currency", stripe_lower(job->arena, json_text_at(asked, "currency")), "customer_creation", "always",
                  "client_reference_id", card, "success_url", stripe_return_url(job, asked, "card", card, "kept"),
                  "cancel_url", stripe_return_url(job, asked, "card", card, "back"), "expires_at",
                  (json_int_t)stripe_link_ends(asked), "customer_email", json_text_at(asked, "email"), "metadata",
                  "card_id", card, "tenant", tenant, "setup_intent_data", "metadata", "card_id", card, "tenant",
                  tenant));
    enum work_result result =
        stripe_call(job, asked, "/v1/checkout/sessions", form, json_text_at(asked, "idempotency_key"), &session, out);
    if (result == WORK_DONE)
        *news = card_news(job->arena, session);
    return result;
}

enum work_result stripe_look_card(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *session = NULL;
    enum work_result result =
        stripe_call(job, asked,
                    arena_printf(job->arena, "/v1/checkout/sessions/%s?expand[]=setup_intent.payment_method",
                                 json_text_at(asked, "provider_ref")),
                    NULL, NULL, &session, out);
    if (result == WORK_DONE)
        *news = card_news(job->arena, session);
    return result;
}

/* A card that is gone already is what was wanted. */
enum work_result stripe_forget_card(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *answer = NULL;
    enum work_result result = stripe_call(
        job, asked, arena_printf(job->arena, "/v1/payment_methods/%s/detach", json_text_at(asked, "method_ref")),
        json_kept(job->arena, json_object()), arena_printf(job->arena, "mt-forget-%s", json_text_at(asked, "card_id")),
        &answer, out);
    *news = NULL;
    return result == WORK_NEVER && !(out->hint && stripe_is(out->hint, "account")) ? WORK_DONE : result;
}
