/* What Stripe tells of by its events: which kinds of things are read, and the events that an endpoint has to be told of
 * for each. To hear of one more: a row.
 *
 * https://docs.stripe.com/api/events/types. An event is read by the kind of its object, whatever the event is called.
 */
#include "base/json_kept.h"
#include "pay/stripe.h"

typedef void read_fn(const json_t *object, struct pay_event *about);

static const char *ours(const json_t *object, const char *name)
{
    return json_text_at(json_object_get(object, "metadata"), name);
}

static void read_card(const json_t *object, struct pay_event *about)
{
    about->subject = PAY_CARD;
    about->ours = ours(object, "card_id");
}

static void read_page(const json_t *object, struct pay_event *about)
{
    const char *mode = json_text_at(object, "mode"), *begun = json_text_at(object, "subscription");
    if (stripe_is(mode, "subscription")) {
        about->subject = PAY_SUBSCRIPTION;
        about->ours = ours(object, "subscription_id");
        about->ref = begun ? begun : about->ref;
        return;
    }
    about->is_page = true;
    if (stripe_is(mode, "setup")) {
        read_card(object, about);
        return;
    }
    about->subject = PAY_COLLECTION;
    about->payment_ref = about->ref;
    about->ours = ours(object, "payment_id");
}

static void read_intent(const json_t *object, struct pay_event *about)
{
    about->subject = PAY_COLLECTION;
    about->payment_ref = about->ref;
    about->ours = ours(object, "payment_id");
}

static void read_subscription(const json_t *object, struct pay_event *about)
{
    about->subject = PAY_SUBSCRIPTION;
    about->ours = ours(object, "subscription_id");
}

static void read_invoice(const json_t *object, struct pay_event *about)
{
    const json_t *of = json_object_get(json_object_get(object, "parent"), "subscription_details");
    about->ref = json_text_at(of, "subscription");
    about->subject = about->ref ? PAY_SUBSCRIPTION : PAY_NOTHING;
    about->ours = ours(of, "subscription_id");
}

static void read_refund(const json_t *object, struct pay_event *about)
{
    about->subject = PAY_REFUND;
    about->payment_ref = json_text_at(object, "payment_intent");
    about->ours = ours(object, "refund_id");
}

static void read_dispute(const json_t *object, struct pay_event *about)
{
    about->subject = PAY_DISPUTE;
    about->payment_ref = json_text_at(object, "payment_intent");
}

static void read_terminal(const json_t *object, struct pay_event *about)
{
    const json_t *process = json_object_get(json_object_get(object, "action"), "process_payment_intent");
    about->subject = PAY_COLLECTION;
    about->payment_ref = json_text_at(process, "payment_intent");
}

static void read_payout(const json_t *object, struct pay_event *about)
{
    (void)object;
    about->subject = PAY_PAYOUT;
}

enum { EVENTS_MAX = 6 };

/* Kind of object, how it is read, the events without which something of it is heard late or never. */
static const struct kind {
    const char *object;
    read_fn *read;
    const char *events[EVENTS_MAX];
} kinds[] = {
    {"checkout.session",
     read_page,
     {"checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded",
      "checkout.session.async_payment_failed"}},
    {"payment_intent", read_intent, {"payment_intent.succeeded", "payment_intent.payment_failed"}},
    {"setup_intent", read_card, {NULL}}, /* its page tells */
    {"terminal.reader", read_terminal, {"terminal.reader.action_failed"}},
    {"subscription", read_subscription, {"customer.subscription.updated", "customer.subscription.deleted"}},
    {"invoice", read_invoice, {"invoice.paid", "invoice.payment_failed"}},
    {"refund", read_refund, {"refund.created", "refund.updated", "refund.failed"}},
    {"dispute",
     read_dispute,
     {"charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
      "charge.dispute.closed"}},
    {"payout", read_payout, {"payout.paid", "payout.failed"}},
};

void stripe_read_event(const json_t *event, struct pay_event *about)
{
    const json_t *object = json_object_get(json_object_get(event, "data"), "object");
    const char *name = json_text_at(object, "object");
    *about = (struct pay_event){.ref = json_text_at(object, "id")};
    if (!about->ref)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (stripe_is(name, kinds[i].object)) {
            kinds[i].read(object, about);
            return;
        }
}

const char *stripe_event_wanted(size_t nth)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t j = 0; j < EVENTS_MAX && kinds[i].events[j]; j++)
            if (nth-- == 0)
                return kinds[i].events[j];
    return NULL;
}
