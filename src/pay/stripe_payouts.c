/* Payouts: the balance transactions that one is made of, https://docs.stripe.com/api/balance_transactions/list. Amounts
 * are before the fee; amount - fee of all lines but the payout's own add up to it. A payout that somebody ordered by
 * hand has no lines (Stripe keeps none for it), and says so by automatic: false.
 */
#include "base/json_kept.h"
#include "pay/stripe.h"

#include <string.h>

enum { PAGE_LINES = 100, PAGES_MAX = 200 };

/* What kinds of their lines are in our words; the rest is "other" and is shown to finance. */
static const char *kind_of(const char *type)
{
    static const struct {
        const char *type, *kind;
    } kinds[] = {
        {"charge", "payment"},        {"payment", "payment"},
        {"refund", "refund"},         {"payment_refund", "refund"},
        {"refund_failure", "refund"}, {"payment_failure_refund", "refund"},
        {"stripe_fee", "fee"},        {"application_fee", "fee"},
        {"tax_fee", "fee"},           {"payment_method_passthrough_fee", "fee"},
    };
    for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].type, type))
            return kinds[i].kind;
    return "other";
}

static json_t *line_of(struct arena *arena, const json_t *from)
{
    const char *currency = json_text_at(from, "currency");
    const json_t *source = json_object_get(from, "source");
    /* a dispute's withdrawal is an adjustment whose source is the dispute */
    const char *object = json_text_at(source, "object");
    const char *kind = stripe_is(object, "dispute") ? "dispute" : kind_of(json_text_at(from, "type"));
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*}", "ref", json_text_at(from, "id"), "kind", kind,
                             "amount", stripe_amount(arena, json_object_get(from, "amount"), currency), "fee",
                             stripe_amount(arena, json_object_get(from, "fee"), currency), "source",
                             json_text_at(source, "id"), "payment_ref", json_text_at(source, "payment_intent"),
                             "description", json_text_at(from, "description"));
    json_t *amount = json_kept(arena, json_object());
    stripe_say_amount(arena, amount, json_object_get(from, "amount"), json_object_get(from, "currency"));
    json_object_set(line, "currency", json_object_get(amount, "currency"));
    return line;
}

static enum work_result read_lines(struct job *job, const json_t *asked, json_t *lines, struct error *out)
{
    const char *after = "";
    for (int page = 0; page < PAGES_MAX; page++) {
        const json_t *list = NULL, *each;
        size_t i;
        enum work_result result =
            stripe_call(job, asked,
                        arena_printf(job->arena, "/v1/balance_transactions?payout=%s&limit=%d&expand[]=data.source%s%s",
                                     json_text_at(asked, "ref"), PAGE_LINES, *after ? "&starting_after=" : "", after),
                        NULL, NULL, &list, out);
        if (result != WORK_DONE)
            return result;
        json_array_foreach(json_object_get(list, "data"), i, each)
        {
            after = json_text_at(each, "id");
            if (!stripe_is(json_text_at(each, "type"), "payout")) /* the payout itself is among them */
                json_array_append_new(lines, line_of(job->arena, each));
        }
        if (!after || !*after || !json_is_true(json_object_get(list, "has_more")))
            return WORK_DONE;
    }
    (void)error_set(out, job->arena, ERR_BAD_INPUT, "This payout has more than %d lines.", PAGES_MAX * PAGE_LINES);
    return WORK_NEVER;
}

enum work_result stripe_look_payout(struct job *job, const json_t *asked, json_t **news, struct error *out)
{
    const json_t *payout = NULL;
    enum work_result result = stripe_call(
        job, asked, arena_printf(job->arena, "/v1/payouts/%s", json_text_at(asked, "ref")), NULL, NULL, &payout, out);
    if (result != WORK_DONE)
        return result;
    const char *status = json_text_at(payout, "status"), *currency = json_text_at(payout, "currency");
    bool failed = stripe_is(status, "failed") || stripe_is(status, "canceled"), paid = stripe_is(status, "paid");
    bool listed = json_is_true(json_object_get(payout, "automatic"));
    json_t *lines = json_kept(job->arena, json_array());
    if (listed && paid)
        result = read_lines(job, asked, lines, out);
    if (result != WORK_DONE)
        return result;
    *news = json_kept(job->arena, json_pack("{s:s, s:b, s:O}", "state",
                                            failed ? "failed"
                                            : paid ? "paid"
                                                   : "pending",
                                            "complete", listed && paid, "lines", lines));
    json_object_set(*news, "ref", json_object_get(payout, "id"));
    json_object_set(*news, "live", json_object_get(payout, "livemode"));
    json_object_set(*news, "arrives_at", json_object_get(payout, "arrival_date"));
    if (json_text_at(payout, "failure_message"))
        json_object_set(*news, "reason", json_object_get(payout, "failure_message"));
    stripe_say_amount(job->arena, *news, json_object_get(payout, "amount"), json_object_get(payout, "currency"));
    json_object_set_new(*news, "amount",
                        json_string(stripe_amount(job->arena, json_object_get(payout, "amount"), currency)));
    return WORK_DONE;
}
