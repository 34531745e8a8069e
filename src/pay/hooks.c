/* Calls of payment providers, for the door of incoming webhooks (serve/incoming.c). */
#include "pay/hooks.h"

#include "base/exact.h"
#include "base/json_outline.h"
#include "net/sign.h"

enum { VALUES_MAX = 20000 };

/* Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]; the key is the whole "whsec_…" text. Several v1 while a secret turns.
 */
static bool stripe_verify(const struct hook_call *call)
{
    const char *header = http_header(call->req, "Stripe-Signature");
    return sign_stripe_is_good(call->req->arena, call->secret.at, header, call->body, call->now_s);
}

static void release_json(void *json)
{
    json_decref(json);
}

/* A thin event (v2) carries nothing to act on, and is refused: the address is for events of version 1. */
static const char *stripe_event_id(const struct hook_call *call)
{
    json_error_t reason;
    json_t *body = json_fits(call->body, VALUES_MAX) ? exact_load(call->body, JSON_REJECT_DUPLICATES, &reason) : NULL;
    const char *object;
    if (!body)
        return NULL;
    arena_on_release(call->req->arena, release_json, body);
    object = json_string_value(json_object_get(body, "object"));
    return object && text_eq(object, "event") ? json_string_value(json_object_get(body, "id")) : NULL;
}

const struct hook_provider pay_hooks[] = {
    {"stripe", stripe_verify, stripe_event_id, "pay_event"},
    {0},
};
