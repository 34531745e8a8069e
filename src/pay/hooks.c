/* Calls of payment providers, for the door of incoming webhooks (serve/incoming.c). */
#include "pay/hooks.h"

#include "base/json_kept.h"
#include "net/sign.h"

/* Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]; the key is the whole "whsec_…" text. Several v1 while a secret turns.
 */
static bool stripe_verify(const struct hook_call *call)
{
    const char *header = http_header(call->req, "Stripe-Signature");
    return sign_stripe_is_good(call->req->arena, call->secret.at, header, call->body, call->now_s);
}

/* A thin event (v2) carries nothing to act on, and is refused: the address is for events of version 1. */
static const char *stripe_event_id(const struct hook_call *call)
{
    const json_t *body = hook_json(call);
    const char *object = json_text_at(body, "object");
    return object && text_eq(object, "event") ? json_text_at(body, "id") : NULL;
}

const struct hook_provider pay_hooks[] = {
    {"stripe", stripe_verify, stripe_event_id, "pay_event"},
    {0},
};
