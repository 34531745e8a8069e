#include "base/exact.h"
#include "base/json_outline.h"
#include "incoming/incoming.h"
#include "net/sign.h"

enum { VALUES_MAX = 10000 };

static bool test_verify(const struct hook_call *call)
{
    const struct services *services = call->req->services;
    return services->settings->hooks_test &&
           sign_stripe_is_good(call->req->arena, call->secret.at, http_header(call->req, "X-Hook-Signature"),
                               call->body, call->now_s);
}

static void release_json(void *json)
{
    json_decref(json);
}

static const char *test_event_id(const struct hook_call *call)
{
    json_error_t reason;
    json_t *body = json_fits(call->body, VALUES_MAX) ? exact_load(call->body, JSON_REJECT_DUPLICATES, &reason) : NULL;
    if (body)
        arena_on_release(call->req->arena, release_json, body);
    return json_string_value(json_object_get(body, "id"));
}

const struct hook_provider incoming_test[] = {
    {"test", test_verify, test_event_id, "hook_test"},
    {0},
};
