/* Payments without a page: PaymentIntents that are put on a terminal of the house, or charged to a stored card.
 *
 * A terminal is driven from here
 * (https://docs.stripe.com/terminal/payments/setup-integration?terminal-sdk-platform=server-driven): an intent for
 * card_present is made and handed to the reader; the reader's action says what it does meanwhile. What counts in the
 * end is the intent, which is read again, as everywhere.
 */
#include "base/json_kept.h"
#include "pay/stripe.h"

#include <string.h>

static void copy(json_t *to, const char *name, const json_t *from, const char *key)
{
    if (json_text_at(from, key))
        json_object_set(to, name, json_object_get(from, key));
}

json_t *stripe_intent_news(struct arena *arena, const json_t *intent)
{
    json_t *news = json_kept(arena, json_object());
    const char *status = json_text_at(intent, "status");
    const json_t *wrong = json_object_get(intent, "last_payment_error");
    bool is_paid = stripe_is(status, "succeeded"), is_over = stripe_is(status, "canceled");
    bool has_failed = stripe_is(status, "requires_payment_method") && json_is_object(wrong);
    /* nobody is there to show a card to: it waits for the guest, who pays at a page instead */
    bool wants_guest = stripe_is(status, "requires_action");
    json_object_set_new(news, "state",
                        json_string(is_paid                     ? "succeeded"
                                    : is_over                   ? "cancelled"
                                    : has_failed || wants_guest ? "failed"
                                                                : "pending"));
    copy(news, "ref", intent, "id");
    copy(news, "payment_ref", intent, "id");
    json_object_set(news, "live", json_object_get(intent, "livemode"));
    stripe_say_amount(arena, news, json_object_get(intent, is_paid ? "amount_received" : "amount"),
                      json_object_get(intent, "currency"));
    copy(news, "reason", wrong, "message");
    copy(news, "code", wrong, json_text_at(wrong, "decline_code") ? "decline_code" : "code");
    if (wants_guest || stripe_is(json_text_at(wrong, "code"), "authentication_required"))
        json_object_set_new(news, "code", json_string("authentication_required"));
    return news;
}

static const char *of_intent(struct job *job, const json_t *asked, const char *rest)
{
    return arena_printf(job->arena, "/v1/payment_intents/%s%s", json_text_at(asked, "provider_ref"), rest);
}

static const char *of_reader(struct job *job, const json_t *asked, const char *rest)
{
    return arena_printf(job->arena, "/v1/terminal/readers/%s%s", json_text_at(asked, "terminal_ref"), rest);
}

/* What the reader says of this intent; its failures (nobody came, the line broke) do not all reach the intent. */
static enum work_result ask_reader(struct job *job, const json_t *asked, json_t *news, struct error *out)
{
    const json_t *reader = NULL;
    enum work_result result = stripe_call(job, asked, of_reader(job, asked, ""), NULL, NULL, &reader, out);
    if (result != WORK_DONE)
        return result == WORK_NEVER ? WORK_DONE : result; /* a reader that is not there says nothing */
    const json_t *action = json_object_get(reader, "action");
    const char *intent = json_text_at(json_object_get(action, "process_payment_intent"), "payment_intent");
    if (!stripe_is(intent, json_text_at(asked, "provider_ref")) || !stripe_is(json_text_at(action, "status"), "failed"))
        return WORK_DONE;
    json_object_set_new(news, "state", json_string("failed"));
    copy(news, "reason", action, "failure_message");
    copy(news, "code", action, "failure_code");
    return WORK_DONE;
}

enum work_result stripe_look_intent(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *intent = NULL;
    enum work_result result = stripe_call(job, asked, of_intent(job, asked, ""), NULL, NULL, &intent, out);
    if (result != WORK_DONE)
        return result;
    *news = stripe_intent_news(job->arena, intent);
    if (stripe_is(json_text_at(*news, "state"), "pending") && json_text_at(asked, "terminal_ref"))
        return ask_reader(job, asked, *news, out);
    return WORK_DONE;
}

/* The reader is freed first, so that no card is read for what is called off. Refused means that it is over already, and
 * looking tells how. */
enum work_result stripe_cancel_intent(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *answer = NULL;
    enum work_result result = WORK_DONE;
    const char *payment = json_text_at(asked, "payment_id");
    if (json_text_at(asked, "terminal_ref")) {
        json_t *reader_news = json_kept(job->arena, json_object());
        const json_t *reader = NULL;
        result = stripe_call(job, asked, of_reader(job, asked, ""), NULL, NULL, &reader, out);
        const json_t *action = json_object_get(reader, "action");
        const char *shown = json_text_at(json_object_get(action, "process_payment_intent"), "payment_intent");
        /* it may show another guest's payment by now */
        if (result == WORK_DONE && stripe_is(shown, json_text_at(asked, "provider_ref")))
            result = stripe_call(job, asked, of_reader(job, asked, "/cancel_action"), reader_news,
                                 arena_printf(job->arena, "mt-off-%s-%d", payment, job->attempt), &answer, out);
        if (result == WORK_LATER)
            return result;
    }
    result = stripe_call(job, asked, of_intent(job, asked, "/cancel"), json_kept(job->arena, json_object()),
                         arena_printf(job->arena, "mt-cancel-%s", payment), &answer, out);
    if (result == WORK_NEVER)
        return stripe_look_intent(job, asked, news, out);
    if (result == WORK_DONE)
        *news = stripe_intent_news(job->arena, answer);
    return result;
}

json_t *stripe_intent_form(struct job *job, const json_t *asked, int64_t units)
{
    return json_kept(job->arena, json_pack("{s:I, s:s, s:s*, s:{s:s, s:s}}", "amount", (json_int_t)units, "currency",
                                           stripe_lower(job->arena, json_text_at(asked, "currency")), "description",
                                           json_text_at(asked, "description"), "metadata", "payment_id",
                                           json_text_at(asked, "payment_id"), "tenant", json_text_at(asked, "tenant")));
}

enum work_result stripe_no_such_amount(struct job *job, const json_t *asked, struct error *out)
{
    (void)error_set(out, job->arena, ERR_BAD_INPUT, "Stripe does not take %s %s.", json_text_at(asked, "amount"),
                    json_text_at(asked, "currency"));
    return WORK_NEVER;
}

/* Made, then shown. A reader that is away or busy says so at once: the intent is called off, and the waiter hears why.
 */
enum work_result stripe_send_to_terminal(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    int64_t units;
    const json_t *intent = NULL, *reader = NULL;
    const char *key = json_text_at(asked, "idempotency_key");
    if (!stripe_units(json_text_at(asked, "amount"), json_text_at(asked, "currency"), &units))
        return stripe_no_such_amount(job, asked, out);
    json_t *form = stripe_intent_form(job, asked, units);
    json_object_set_new(form, "allowed_payment_method_types", json_pack("[s]", "card_present"));
    enum work_result result = stripe_call(job, asked, "/v1/payment_intents", form, key, &intent, out);
    if (result != WORK_DONE)
        return result;
    json_t *process = json_kept(job->arena, json_pack("{s:O, s:{s:b}}", "payment_intent", json_object_get(intent, "id"),
                                                      "process_config", "skip_tipping", 1));
    result = stripe_call(job, asked, of_reader(job, asked, "/process_payment_intent"), process,
                         arena_printf(job->arena, "%s-show", key), &reader, out);
    if (result == WORK_LATER)
        return result;
    *news = stripe_intent_news(job->arena, intent);
    if (result == WORK_NEVER) {
        struct error unheard;
        const json_t *cancelled = NULL;
        json_object_set_new(*news, "state", json_string("failed"));
        json_object_set_new(*news, "reason", json_string(out->message));
        copy(*news, "code", json_object_get(reader, "error"), "code");
        (void)!stripe_call(
            job, asked, arena_printf(job->arena, "/v1/payment_intents/%s/cancel", json_text_at(intent, "id")),
            json_kept(job->arena, json_object()),
            arena_printf(job->arena, "mt-cancel-%s", json_text_at(asked, "payment_id")), &cancelled, &unheard);
    }
    return WORK_DONE;
}

enum work_result stripe_whose_intent(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *intent = NULL;
    const char *path = arena_printf(job->arena, "/v1/payment_intents/%s", json_text_at(asked, "ref"));
    enum work_result result = stripe_call(job, asked, path, NULL, NULL, &intent, out);
    *news = json_kept(job->arena, json_object());
    if (result == WORK_DONE)
        copy(*news, "payment_id", json_object_get(intent, "metadata"), "payment_id");
    return result;
}
