/* Calls of endpoints. Format, headers and signature: Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks). When it is tried again, and how often, is decided in SQL
 * (db/app/hooks/deliveries.sql), where a person reads it. */
#include "hooks/kinds.h"

#include "base/clock.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "net/net.h"
#include "net/sign.h"
#include "seal/seal.h"

#include <string.h>

enum { CALL_TIMEOUT_S = 15, ANSWER_BYTES_MAX = 16 * 1024, CALLS_AT_ONCE = 4 };

/* All signatures of a call, new secret first. NULL: no secret opens here. */
static const char *signatures(struct job *job, const struct seal_keys *keys, const json_t *delivery, const char *id,
                              int64_t at_s, struct str body)
{
    const struct seal_place place = {job->tenant, "webhook_endpoints.secret", json_text_at(delivery, "endpoint_id")};
    const char *all = NULL;
    size_t i;
    const json_t *sealed;
    json_array_foreach(json_object_get(delivery, "sealed"), i, sealed)
    {
        const char *secret = seal_open(keys, job->arena, &place, json_string_value(sealed));
        const char *signature = secret ? sign_standard(job->arena, secret, id, at_s, body) : NULL;
        if (signature)
            all = all ? arena_printf(job->arena, "%s %s", all, signature) : signature;
    }
    return all;
}

/* Writes down how it went; later where SQL says so. */
static enum work_result tell(struct job *job, const struct net_answer *answer, int64_t took_ms, struct error *out)
{
    bool arrived = answer->status >= 200 && answer->status < 300;
    bool never = answer->verdict == NET_NEVER && !answer->status && !answer->unknown;
    int64_t wait_s = answer->later_at_s ? answer->later_at_s - clock_now_s() : 0;
    const char *wrong = arrived ? NULL : answer->reason ? answer->reason : "It answered, but not with 2xx.";
    if (answer->status >= 300 && answer->status < 400)
        wrong =
            arena_printf(job->arena, "%s; redirects are not followed: give the address that this one leads to", wrong);
    const char *values[] = {
        json_text_at(job->payload, "delivery_id"),
        answer->status ? arena_printf(job->arena, "%ld", answer->status) : NULL,
        wrong,
        arena_printf(job->arena, "%lld", (long long)took_ms),
        wait_s > 0 ? arena_printf(job->arena, "%lld", (long long)wait_s) : NULL,
        never ? "true" : "false",
    };
    json_t *in_s = NULL;
    enum work_result told =
        work_ask(job, "select to_jsonb(app.webhook_answered($1, $2, $3, $4, $5, $6))", 6, values, &in_s, out);
    if (told != WORK_DONE || !json_is_integer(in_s))
        return told;
    job->later_at_s = clock_now_s() + json_integer_value(in_s);
    (void)error_set(out, job->arena, ERR_INTERNAL, "%s", wrong ? wrong : "");
    return WORK_LATER;
}

/* {"delivery_id"}: one event to one endpoint. Killed after the call and before it is written down it is called again,
 * with the same webhook-id. */
static enum work_result webhook_send(struct job *job, struct error *out)
{
    const char *const values[] = {json_text_at(job->payload, "delivery_id")};
    const struct seal_keys *keys = NULL;
    json_t *delivery = NULL;
    enum work_result asked = work_ask(job, "select app.webhook_delivery($1)", 1, values, &delivery, out);
    if (asked != WORK_DONE || !delivery)
        return asked;
    PGconn *conn = work_database(job, out);
    if (!conn || seal_keys_load(job->arena, conn, &keys, out) != OK)
        return WORK_LATER;

    int64_t at_s = clock_now_s(), begun_ms = clock_monotonic_ms();
    const char *id = arena_printf(job->arena, "msg_%s", values[0]);
    struct str body = str_of(json_text_at(delivery, "body"));
    const char *signature = signatures(job, keys, delivery, id, at_s, body);
    struct net_answer answer = {
        .verdict = NET_NEVER, .reason = "The secret was sealed in another installation: give the endpoint a new one."};
    if (signature) {
        const struct net_header headers[] = {{"webhook-id", id},
                                             {"webhook-timestamp", arena_printf(job->arena, "%lld", (long long)at_s)},
                                             {"webhook-signature", signature},
                                             {0}};
        const struct net_request request = {
            .url = json_text_at(delivery, "url"),
            .method = "POST",
            .headers = headers,
            .accept = "*/*",
            .body = body,
            .body_type = "application/json",
            .timeout_s = CALL_TIMEOUT_S,
            .bytes_max = ANSWER_BYTES_MAX,
            .repeatable = true, /* who listens knows it by webhook-id */
        };
        net_perform(job->arena, job->settings, &request, &answer);
    }
    return tell(job, &answer, clock_monotonic_ms() - begun_ms, out);
}

/* Name, run, longest seconds, most at once (others' programs may be slow), in order. */
const struct job_kind hook_kinds[] = {
    {"webhook_send", webhook_send, 60, CALLS_AT_ONCE, true},
    {0},
};
