#include "incoming/incoming.h"

#include "ask/ask.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/exact.h"
#include "base/json_kept.h"
#include "base/json_outline.h"
#include "base/log.h"
#include "seal/seal.h"

#include <stdlib.h>

enum { TIMEOUT_MS = 8000, BODY_BYTES_MAX = 1024 * 1024, EVENT_ID_BYTES_MAX = 255, VALUES_MAX = 10000 };

static http_handler_fn receive, receive_nothing, greet;
static ask_then_fn receive_verify, receive_answer, greet_answer;
static ask_failed_fn receive_failed;

const struct http_route incoming_routes[] = {
    {HTTP_POST, "/hooks/v1/:provider/:endpoint", receive, ROUTE_TENANT | ROUTE_RAW_BODY,
     .body_max_bytes = BODY_BYTES_MAX},
    {HTTP_GET, "/hooks/v1/:provider/:endpoint", greet, ROUTE_TENANT},
    {HTTP_ANY, "/hooks/*", receive_nothing, ROUTE_ELSE},
    {0},
};

struct incoming {
    const struct hook_provider *const *tables;
    struct incoming_stats stats;
};

const struct service_key incoming_key = {"incoming webhooks"};

struct incoming *incoming_new(const struct hook_provider *const *tables)
{
    struct incoming *incoming = calloc(1, sizeof *incoming);
    if (!incoming)
        abort();
    incoming->tables = tables;
    return incoming;
}

struct incoming_stats incoming_stats(const struct incoming *incoming)
{
    return incoming->stats;
}

#define OF(member) METRIC_OF(incoming_stats, member)

/* To add one: base/metric.h. */
const struct metric incoming_metrics[] = {
    {"hooks_total", METRIC_COUNTER, "outcome=\"stored\"", "Calls of providers, by what became of them.", OF(stored)},
    {"hooks_total", METRIC_COUNTER, "outcome=\"repeated\"", NULL, OF(repeated)},
    {"hooks_total", METRIC_COUNTER, "outcome=\"refused\"", NULL, OF(refused)},
    {"hooks_total", METRIC_COUNTER, "outcome=\"unreadable\"", NULL, OF(unreadable)},
    {"hooks_total", METRIC_COUNTER, "outcome=\"unknown\"", NULL, OF(unknown)},
    {0},
};

static struct incoming *incoming_of(const struct http_req *req)
{
    return services_find(req->services, &incoming_key);
}

static const struct hook_provider *provider_of(const struct incoming *incoming, const char *name)
{
    for (const struct hook_provider *const *table = incoming->tables; *table; table++)
        for (const struct hook_provider *provider = *table; provider->name; provider++)
            if (text_eq(provider->name, name))
                return provider;
    return NULL;
}

json_t *hook_json(const struct hook_call *call)
{
    json_error_t reason;
    return json_fits(call->body, VALUES_MAX)
               ? json_kept(call->req->arena, exact_load(call->body, JSON_REJECT_DUPLICATES, &reason))
               : NULL;
}

static void receive_nothing(struct http_req *req)
{
    const struct error error = error_of(ERR_NO_PATH);
    http_fail(req, &error);
}

/* Who is not known learns no more than that. */
static void answer_unknown(struct http_req *req)
{
    incoming_of(req)->stats.unknown++;
    http_fail_with(req, ERR_NOT_FOUND, "Nobody is called at this address.");
}

/* The daemon's own role: its functions alone read secrets and store events. Nobody has shown anything yet, so it has
 * the visitors' share of the connections. */
static struct ask *ask_as_daemon(struct http_req *req, bool reads)
{
    struct pg_session session = ask_visitor(req, req->tenant, TIMEOUT_MS);
    session.role = "maitred_auth";
    session.claims = "{\"role\":\"service_role\"}";
    session.read_only = reads;
    return ask_new(req, &session, TIMEOUT_MS);
}

/* POST /hooks/v1/{provider}/{endpoint} */
static void receive(struct http_req *req)
{
    const struct hook_provider *provider = provider_of(incoming_of(req), req->params[0]);
    if (!provider || !text_is_uuid(str_of(req->params[1]))) {
        answer_unknown(req);
        return;
    }
    struct ask *ask = ask_as_daemon(req, true);
    ask_add(ask, "select app.hook_secret($1, $2::uuid), $2::uuid", provider->name, req->params[1]);
    ask_submit(ask, receive_verify, (void *)(uintptr_t)provider);
}

/* The call with its endpoint's secret opened; false: it was answered. */
static bool open_call(struct ask *ask, struct hook_call *call)
{
    struct http_req *req = ask->req;
    const char *sealed = ask_value(ask, 0);
    if (!sealed) {
        answer_unknown(req);
        return false;
    }
    const struct seal_keys *keys = seal_keys_of(req->services);
    const char *endpoint =
        arena_strdup(req->arena, PQgetvalue(ask_result(ask, 0), 0, 1)); /* as the database writes a key */
    const struct seal_place place = {req->tenant->schema, "hook_endpoints.secret", endpoint};
    const char *secret = seal_open(keys, req->arena, &place, sealed);
    if (!secret) { /* just started: the other system calls again. Sealed elsewhere: its owner sets it anew */
        if (keys)
            log_warning("the secret of a webhook's address does not open here", LOG_STR("endpoint", req->params[1]));
        http_fail_with(req, ERR_BUSY, "The secret of this address cannot be read just now.");
        return false;
    }
    *call = (struct hook_call){
        .req = req, .body = req->body, .secret = str_of(secret), .endpoint = endpoint, .now_s = clock_now_s()};
    return true;
}

/* GET /hooks/v1/{provider}/{endpoint}: is this address yours? */
static void greet(struct http_req *req)
{
    const struct hook_provider *provider = provider_of(incoming_of(req), req->params[0]);
    if (!provider || !provider->greet || !text_is_uuid(str_of(req->params[1]))) {
        receive_nothing(req);
        return;
    }
    struct ask *ask = ask_as_daemon(req, true);
    ask_add(ask, "select app.hook_secret($1, $2::uuid), $2::uuid", provider->name, req->params[1]);
    ask_submit(ask, greet_answer, (void *)(uintptr_t)provider);
}

static void greet_answer(struct ask *ask, void *data)
{
    const struct hook_provider *provider = data;
    struct hook_call call;
    if (!open_call(ask, &call))
        return;
    const char *answer = provider->greet(&call);
    if (answer)
        http_answer_text(ask->req, 200, "text/plain", answer);
    else
        http_fail_with(ask->req, ERR_FORBIDDEN, "This is not the word that was agreed on.");
}

static void receive_verify(struct ask *ask, void *data)
{
    struct http_req *req = ask->req;
    struct incoming *incoming = incoming_of(req);
    const struct hook_provider *provider = data;
    struct hook_call call;
    if (!open_call(ask, &call))
        return;
    if (!call.secret.len || !provider->verify(&call)) {
        incoming->stats.refused++;
        http_fail_with(req, ERR_UNAUTHORIZED, "The signature of this call is not the one of its body and secret.");
        return;
    }
    const char *event_id = provider->event_id(&call);
    if (!event_id || !*event_id || strlen(event_id) > EVENT_ID_BYTES_MAX || !text_is_utf8(str_of(event_id))) {
        incoming->stats.unreadable++;
        http_fail_with(req, ERR_BAD_BODY, "The body names no event of at most %d bytes.", EVENT_ID_BYTES_MAX);
        return;
    }
    struct ask *store = ask_as_daemon(req, false);
    store->failed = receive_failed;
    ask_add(store, "select app.receive_hook($1, $2, $3, $4, $5)", req->params[1], event_id,
            arena_printf(req->arena, "\\x%s", encode_hex(req->arena, req->body.at, req->body.len)), provider->kind,
            provider->lane ? provider->lane(&call) : NULL);
    ask_submit(store, receive_answer, NULL);
}

/* An endpoint that was taken away in between. */
static void receive_failed(struct ask *ask, const struct error *error, void *data)
{
    (void)data;
    if (text_eq(error->code, "23503"))
        answer_unknown(ask->req);
    else
        http_fail(ask->req, error);
}

static void receive_answer(struct ask *ask, void *data)
{
    const char *is_new = ask_value(ask, 0);
    struct incoming_stats *stats = &incoming_of(ask->req)->stats;
    (void)data;
    if (is_new && *is_new == 't')
        stats->stored++;
    else
        stats->repeated++;
    http_answer_text(ask->req, 200, "application/json", "{\"received\":true}");
}
