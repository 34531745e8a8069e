#include "base/json_kept.h"
#include "incoming/incoming.h"
#include "net/sign.h"

static bool test_verify(const struct hook_call *call)
{
    const struct services *services = call->req->services;
    return services->settings->hooks_test &&
           sign_stripe_is_good(call->req->arena, call->secret.at, http_header(call->req, "X-Hook-Signature"),
                               call->body, call->now_s);
}

static const char *test_event_id(const struct hook_call *call)
{
    return json_text_at(hook_json(call), "id");
}

const struct hook_provider incoming_test[] = {
    {"test", test_verify, test_event_id, "hook_test"},
    {0},
};
