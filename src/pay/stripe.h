/* What the files of Stripe share; for nobody else. */
#ifndef MAITRED_PAY_STRIPE_H
#define MAITRED_PAY_STRIPE_H

#include "pay/provider.h"

#include <string.h>

/* Whether a text of an answer is this one; what is not there is none. */
static inline bool stripe_is(const char *text, const char *word)
{
    return text && !strcmp(text, word);
}

/* One call with the account's key. `form` NULL: GET. `key` NULL: no idempotency key. `answer` is what came, errors too:
 * an object or NULL. WORK_NEVER with hint "account": the key is refused. */
enum work_result stripe_call(struct job *job, const json_t *asked, const char *path, const json_t *form,
                             const char *key, const json_t **answer, struct error *out);

/* The same to take away what `path` names; doing it twice is no harm, so there is no key. */
enum work_result stripe_delete(struct job *job, const json_t *asked, const char *path, const json_t **answer,
                               struct error *out);

/* A decimal text in Stripe's smallest unit. false: Stripe does not count such an amount of this currency. */
bool stripe_units(const char *amount, const char *currency, int64_t *units);

/* The other way: news.amount (decimal text) and news.currency (upper case), where both are there. */
void stripe_say_amount(struct arena *arena, json_t *news, const json_t *units, const json_t *currency);

/* A decimal text of Stripe's units in a currency as Stripe writes it. Negative ones too. */
const char *stripe_amount(struct arena *arena, const json_t *units, const char *currency);

const char *stripe_lower(struct arena *arena, const char *text);

/* A PaymentIntent in our words: state, ref, payment_ref, amount, currency, live, code and reason of what went wrong. */
json_t *stripe_intent_news(struct arena *arena, const json_t *intent);

/* As pay_provider's collect, look, cancel, of payments that have no page: their provider_ref is an intent (pi_…). */
pay_ask_fn stripe_send_to_terminal, stripe_charge_card, stripe_look_intent, stripe_cancel_intent, stripe_whose_intent;

/* What an intent is made of: amount, currency, words, our names. */
json_t *stripe_intent_form(struct job *job, const json_t *asked, int64_t units);
enum work_result stripe_no_such_amount(struct job *job, const json_t *asked, struct error *out);

/* Where the guest comes back to from a page: the path that was asked for, with ?<name>=<id>&outcome=<outcome>. */
const char *stripe_return_url(struct job *job, const json_t *asked, const char *name, const char *id,
                              const char *outcome);
/* When a page ends, in seconds since 1970; the same for each asking, else the key is refused. */
int64_t stripe_link_ends(const json_t *asked);

/* The payer and card of an answer that was read with its payment method, as app.card_news wants them; or NULL. */
json_t *stripe_card_of(struct arena *arena, const json_t *customer, const json_t *method);

pay_ask_fn stripe_begin_subscription, stripe_look_subscription, stripe_end_subscription;

pay_ask_fn stripe_keep_card, stripe_look_card, stripe_forget_card;

pay_ask_fn stripe_look_payout;

pay_ask_fn stripe_check;

/* As pay_provider's read_event. */
void stripe_read_event(const json_t *event, struct pay_event *about);
/* The nth event that an endpoint has to be told of; NULL: there are no more. */
const char *stripe_event_wanted(size_t nth);

#endif
