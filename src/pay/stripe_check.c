/* What an account at Stripe may do, for `maitred integration test`: four reads, https://docs.stripe.com/api. A
 * restricted key that may not read one of them is told so, and may still take payments. */
#include "base/json_kept.h"
#include "pay/stripe.h"

static void say(json_t *checks, const char *what, bool works, const char *said)
{
    json_array_append_new(checks, json_pack("{s:s, s:b, s:s}", "what", what, "works", works, "said", said));
}

static bool takes(const json_t *endpoint, const char *event)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(endpoint, "enabled_events"), i,
                       one) if (stripe_is(json_string_value(one), event) ||
                                stripe_is(json_string_value(one), "*")) return true;
    return false;
}

/* The endpoint at Stripe that calls our address, and what it leaves out. */
static void check_webhook(struct job *job, const json_t *list, const char *url, json_t *checks)
{
    const json_t *endpoint, *found = NULL;
    size_t i;
    json_array_foreach(json_object_get(list, "data"), i, endpoint) if (stripe_is(json_text_at(endpoint, "url"), url))
        found = endpoint;
    if (!found) {
        say(checks, "webhook", false, arena_printf(job->arena, "Nothing at Stripe calls %s: add it there.", url));
        return;
    }
    if (!stripe_is(json_text_at(found, "status"), "enabled")) {
        say(checks, "webhook", false, "It is switched off at Stripe.");
        return;
    }
    const char *left_out = NULL;
    for (i = 0; stripe_event_wanted(i); i++)
        if (!takes(found, stripe_event_wanted(i)))
            left_out = left_out ? arena_printf(job->arena, "%s, %s", left_out, stripe_event_wanted(i))
                                : stripe_event_wanted(i);
    say(checks, "webhook", !left_out,
        left_out ? arena_printf(job->arena, "It does not tell of %s: add them at Stripe.", left_out)
                 : arena_printf(job->arena, "Stripe calls %s.", url));
}

/* Whether it was read; what was said otherwise is a check of its own. Only an answer that may come later is an error.
 */
static enum work_result look(struct job *job, const json_t *asked, const char *what, const char *path,
                             const json_t **answer, json_t *checks, struct error *out)
{
    enum work_result result = stripe_call(job, asked, path, NULL, NULL, answer, out);
    if (result == WORK_NEVER)
        say(checks, what, false, out->message);
    return result;
}

enum work_result stripe_check(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    json_t *checks = json_kept(job->arena, json_array());
    const json_t *answer = NULL;
    const char *hook = json_text_at(asked, "hook_url");
    *news = checks;
    enum work_result result = look(job, asked, "key", "/v1/balance", &answer, checks, out);
    if (result != WORK_DONE)
        return result == WORK_NEVER ? WORK_DONE : result; /* nothing else can be asked with it */
    say(checks, "key", true,
        json_is_true(json_object_get(answer, "livemode")) ? "It works, live." : "It works, for tests.");
    result = look(job, asked, "account", "/v1/account", &answer, checks, out);
    if (result == WORK_DONE) {
        bool charges = json_is_true(json_object_get(answer, "charges_enabled"));
        bool payouts = json_is_true(json_object_get(answer, "payouts_enabled"));
        say(checks, "account", charges && payouts,
            !charges   ? "It takes no payments yet: finish its registration at Stripe."
            : !payouts ? "It takes payments; nothing is paid out yet."
                       : "It takes payments and is paid out.");
    }
    if (result != WORK_LATER)
        result = look(job, asked, "webhook", "/v1/webhook_endpoints?limit=100", &answer, checks, out);
    if (result == WORK_DONE && hook)
        check_webhook(job, answer, hook, checks);
    if (result != WORK_LATER)
        result = look(job, asked, "terminals", "/v1/terminal/readers?limit=100", &answer, checks, out);
    if (result == WORK_DONE)
        say(checks, "terminals", true,
            arena_printf(job->arena, "%zu card terminals.", json_array_size(json_object_get(answer, "data"))));
    return result == WORK_LATER ? WORK_LATER : WORK_DONE;
}
