/* Incoming webhooks: one door for every provider that calls us, POST /hooks/v1/<provider>/<endpoint>.
 *
 *   body whole ─▶ endpoint's secret (SQL) ─▶ verify ─▶ event id ─▶ stored once, job queued (SQL, one transaction) ─▶
 * 200 └─ 404 no such endpoint    └─ 401    └─ 400            └─ 200, nothing queued: it was here before
 *
 * The raw bytes are verified before anything reads them, and kept until the job has worked on them
 * (app.received_hook, app.hook_handled); the id of the event is kept for longer, so that a call which is repeated for
 * days is worked on once. What an event means is the job's business: the door answers at once.
 *
 * To add a provider, a row of struct hook_provider in its room, and the room's table in serve/incoming.c.
 */
#ifndef MAITRED_INCOMING_INCOMING_H
#define MAITRED_INCOMING_INCOMING_H

#include "base/metric.h"
#include "http/http.h"
#include "http/services.h"
#include "work/work.h"

#include <stdbool.h>

struct hook_call {
    struct http_req *req; /* for its headers, and the arena */
    struct str body;      /* as it came */
    struct str secret;    /* of the endpoint, opened */
    const char *endpoint; /* its id */
    int64_t now_s;
};

/* The verified body as JSON, within the bounds of what strangers send; NULL: it is none. Lives as long as the request.
 */
json_t *hook_json(const struct hook_call *call);

struct hook_provider {
    const char *name; /* in the address, and hook_endpoints.provider */
    /* Whether the provider wrote these bytes just now. It reads the headers and hashes; it does not parse the body, and
     * compares in constant time. */
    bool (*verify)(const struct hook_call *call);
    /* What tells this event from any other of the endpoint, out of a body that was verified; NULL: it names none. */
    const char *(*event_id)(const struct hook_call *call);
    const char *kind; /* of the job, which gets {"received_id": uuid} */
    /* Whose events must be worked on one after the other (a chat, a payment); NULL, or a member without it: nobody's.
     */
    const char *(*lane)(const struct hook_call *call);
    /* What a GET of the address is answered with, by a provider that looks whether it is ours before it calls; NULL, or
     * a member without it: the GET is refused. Only `secret` and `endpoint` of the call are there, and no body. */
    const char *(*greet)(const struct hook_call *call);
};

/* Ends with a row of zeros. */
extern const struct http_route incoming_routes[];

struct incoming_stats {
    uint64_t stored, repeated, refused, unreadable, unknown;
};

/* One a worker. `tables` ends with NULL, each table with a row without a name. */
struct incoming;
extern const struct service_key incoming_key;
struct incoming *incoming_new(const struct hook_provider *const *tables);
struct incoming_stats incoming_stats(const struct incoming *incoming);
extern const struct metric incoming_metrics[];

/* The provider `test`, for who tries the door: X-Hook-Signature as Stripe signs (net/sign.h), the member "id" is the
 * event's. Its calls are taken where the setting hooks_test is on. */
extern const struct hook_provider incoming_test[];
extern const struct job_kind incoming_kinds[];

#endif
