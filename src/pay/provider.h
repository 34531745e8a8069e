/* Somebody who carries money: what the house can ask of them. SQL decides what is asked and what is made of the answer
 * (db/app/payments); a provider translates, and keeps no state.
 * asked.secrets is the account's, opened.
 *
 * `asked` is what SQL wrote: app.collection_request, app.collection_look, app.refund_request. A function fills `news`
 * on WORK_DONE, in the words of app.collection_news, app.refund_news, app.dispute_news, app.payout_news; the job's
 * arena keeps it. WORK_NEVER means that the provider refused for good. Each asks with the key that SQL gave, so doing
 * it again is no harm. All run on a thread of the job worker and block.
 *
 * To add a provider: a file, a row in providers.c, a row in app.payment_providers().
 */
#ifndef MAITRED_PAY_PROVIDER_H
#define MAITRED_PAY_PROVIDER_H

#include "work/work.h"

typedef enum work_result pay_ask_fn(struct job *job, const json_t *asked, json_t **news, struct error *out);

/* What an event is about: the thing is read again by its name, for events come late, twice and in any order. */
enum pay_subject { PAY_NOTHING, PAY_COLLECTION, PAY_REFUND, PAY_DISPUTE, PAY_PAYOUT, PAY_CARD, PAY_SUBSCRIPTION };

struct pay_event {
    enum pay_subject subject;
    const char *ref;         /* its own name at the provider */
    const char *payment_ref; /* the payment it belongs to there; may equal ref */
    const char *ours;        /* the id of our payment or refund that it carries; NULL: it carries none */
    bool is_page;            /* ref is what collect gave as ref */
};

struct pay_provider {
    const char *name;
    pay_ask_fn *collect;      /* begins; news: pending, ref, link, link_ends_at */
    pay_ask_fn *look;         /* by asked.provider_ref: what became of it */
    pay_ask_fn *cancel;       /* by asked.provider_ref: its page takes no money any more; news: what became of it */
    pay_ask_fn *refund;       /* news: state, ref, reason */
    pay_ask_fn *look_refund;  /* by asked.ref; news with amount, currency */
    pay_ask_fn *look_dispute; /* by asked.ref */
    pay_ask_fn *look_payout;  /* by asked.ref; news for app.payout_news */
    pay_ask_fn *keep_card;    /* asks a guest for a card without a payment; news for app.card_news */
    pay_ask_fn *look_card;    /* by asked.provider_ref */
    pay_ask_fn *forget_card;  /* by asked.method_ref; news: none */
    pay_ask_fn *begin_subscription; /* news for app.subscription_news */
    pay_ask_fn *look_subscription;  /* by asked.ref: its page or itself */
    pay_ask_fn *end_subscription;   /* by asked.ref; news: what became of it */
    /* What the account may do, asked without changing anything; asked: secrets, hook_url (NULL: none is known here).
     * news: a list of {"what", "works", "said"}. */
    pay_ask_fn *check;
    pay_ask_fn *whose; /* by asked.ref, its payment_ref: news: payment_id, ours, where it carries one */
    /* Reads an event's body; what it points to lives as long as the body. */
    void (*read_event)(const json_t *event, struct pay_event *about);
};

/* NULL: nobody of that name. */
const struct pay_provider *pay_provider(const char *name);

extern const struct pay_provider pay_stripe;

#endif
