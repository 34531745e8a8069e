#include "auth/flow.h"

#include "ask/ask.h"
#include "auth/answer.h"
#include "auth/form.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/exact.h"
#include "base/json_kept.h"
#include "base/log.h"
#include "tenant/address.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { BODY_BYTES_MAX = 65536, WORK_NICE = 10 };

static ask_then_fn flow_begun, flow_finished;
static void flow_worked(void *data, bool done);

/* --- Input -------------------------------------------------------------------------------------------------------- */

static json_t *read_json(struct http_req *req)
{
    json_error_t error;
    if (!req->body.len)
        return json_object();
    json_t *in = exact_load(req->body, JSON_REJECT_DUPLICATES, &error);
    if (!in && json_error_code(&error) == json_error_null_character)
        flow_fail(req, 400, "bad_json", "A text of the request body holds \\u0000, which cannot be stored");
    return in;
}

static bool is_form(struct http_req *req)
{
    const char *type = http_header(req, "Content-Type");
    return type && !strncasecmp(type, "application/x-www-form-urlencoded", 33);
}

static json_t *read_input(struct http_req *req, const struct flow_kind *kind)
{
    if (kind->flags & FLOW_QUERY)
        return form_parse(req->arena, req->query);
    if ((kind->flags & FLOW_FORM) && is_form(req))
        return form_parse(req->arena, req->body);
    return read_json(req);
}

const char *flow_text(const struct flow *flow, const char *name)
{
    return json_string_value(json_object_get(flow->in, name));
}

bool flow_take_text(struct flow *flow, const char *name, const char **text)
{
    json_t *member = json_object_get(flow->in, name);
    if (member && !json_is_string(member) && !json_is_null(member)) {
        flow_fail(flow->req, 400, "validation_failed", arena_printf(flow->req->arena, "%s must be a string", name));
        return false;
    }
    if (json_string_length(member))
        *text = arena_strndup(flow->req->arena, json_string_value(member), json_string_length(member));
    json_object_del(flow->in, name);
    return true;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

static bool is_switch(const json_t *value)
{
    return json_is_boolean(value);
}

/* Each of the members is absent or of its type; null counts as absent. */
static bool members_are(struct flow *flow, const char *const names[], size_t count, bool (*fits)(const json_t *value),
                        const char *type)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_object_get(flow->in, names[i]);
        if (json_is_null(member)) {
            json_object_del(flow->in, names[i]);
        } else if (member && !fits(member)) {
            flow_fail(flow->req, 400, "validation_failed",
                      arena_printf(flow->req->arena, "%s must be %s", names[i], type));
            return false;
        }
    }
    return true;
}

/* The members that SQL reads as text or boolean: a wrong type is told here, in the dialect's words. */
static bool input_is_sane(struct flow *flow)
{
    static const char *const texts[] = {
        "email",      "phone",        "token",         "token_hash",     "type",          "refresh_token",
        "nonce",      "auth_code",    "code_verifier", "code_challenge", "friendly_name", "provider",
        "new_email",  "challenge_id", "factor_type",   "ban_duration",   "app_role",      "code_challenge_method",
        "redirect_to"};
    static const char *const switches[] = {"create_user", "email_confirm", "phone_confirm", "should_soft_delete",
                                           "enabled",     "is_active",     "trust_email"};
    return members_are(flow, texts, sizeof texts / sizeof *texts, is_text, "a string") &&
           members_are(flow, switches, sizeof switches / sizeof *switches, is_switch, "true or false");
}

const char *flow_base_url(struct http_req *req)
{
    const struct services *services = req->services;
    const struct settings *settings = services->settings;
    bool from_here = text_eq(req->client_ip, "127.0.0.1") || text_eq(req->client_ip, "::1");
    bool local = from_here && (text_eq(req->host, "localhost") || text_eq(req->host, "127.0.0.1"));
    return tenant_url(req->arena, settings, req->tenant, req->secure, local ? req->host : NULL);
}

bool flow_password_is_good(struct flow *flow, const char *password, const char *email)
{
    struct http_req *req = flow->req;
    if (strlen(password) > AUTH_PASSWORD_BYTES_MAX) {
        flow_fail(req, 400, "validation_failed", "Password cannot be longer than 72 characters");
        return false;
    }
    const json_t *asked = json_object_get(flow->begin, "rules");
    json_int_t least = json_integer_value(json_object_get(asked, "password_min_length"));
    const struct password_rules rules = {
        .length_min = least > 0 && least <= AUTH_PASSWORD_BYTES_MAX ? (size_t)least : 8,
        .required = json_string_value(json_object_get(asked, "password_required_characters")),
        .email = email,
    };
    unsigned faults = auth_password_faults(password, &rules);
    if (!faults)
        return true;
    json_t *reasons = json_array();
    const char *message = "Password is known to be weak and easy to guess, please choose a different one.";
    if (faults & PASSWORD_COMMON)
        json_array_append_new(reasons, json_string("pwned"));
    if (faults & PASSWORD_CHARACTERS) {
        json_array_append_new(reasons, json_string("characters"));
        message =
            arena_printf(req->arena, "Password should contain at least one character of each: %s.", rules.required);
    }
    if (faults & PASSWORD_LENGTH) {
        json_array_append_new(reasons, json_string("length"));
        message = arena_printf(req->arena, "Password should be at least %zu characters.", rules.length_min);
    }
    flow_fail_with(req, 422, "weak_password", message, json_pack("{s:{s:o}}", "weak_password", "reasons", reasons));
    return false;
}

/* --- The steps ---------------------------------------------------------------------------------------------------- */

/* What a statement refuses on purpose is told; anything else went wrong here, and goes to the log. */
static void flow_refused(struct ask *ask, const struct error *error, void *data)
{
    struct flow *flow = data;
    bool ours = !str_starts(str_of(error->code), "MD") || error->status >= 500;
    int status = error->status >= 500 || !ours ? error->status : 500; /* SQL went wrong, not the client */
    if (ours)
        log_error("sign-in statement failed", LOG_STR("request", ask->req->id), LOG_STR("code", error->code),
                  LOG_STR("reason", error->message));
    if (error->status == 503 || error->status == 504)
        http_set_header(ask->req, "Retry-After", "1");
    flow_fail(flow->req, status, ours ? "unexpected_failure" : "validation_failed",
              ours ? "The sign-in service cannot answer right now" : error->message);
}

/* Runs one of the kind's statements as maitred_auth: its policies let it at the tables of this tenant, nothing else. It
 * is finished whoever waits: a failed try counts although its client has left. */
static void flow_ask(struct flow *flow, const char *sql, ask_then_fn *then)
{
    struct http_req *req = flow->req;
    char *text = exact_dump(flow->payload, JSON_COMPACT);
    if (!text)
        abort();
    const char *payload = arena_strdup(req->arena, text);
    explicit_bzero(text, strlen(text));
    free(text);
    struct pg_session session = auth_session(req, false, AUTH_TIMEOUT_MS);
    session.role = "maitred_auth";
    struct ask *ask = ask_new(req, &session, AUTH_TIMEOUT_MS);
    ask->failed = flow_refused;
    ask_add(ask, sql, payload);
    ask_submit(ask, then, flow);
}

/* The one jsonb of a statement; NULL after it has answered. Lives as long as the request. */
static json_t *result_of(struct flow *flow, const struct ask *ask)
{
    const char *text = ask_value(ask, 0);
    json_error_t reason;
    json_t *result = text ? exact_load(str_of(text), 0, &reason) : NULL;
    if (!json_is_object(result)) {
        json_decref(result);
        flow_fail(flow->req, 500, "unexpected_failure", "The sign-in service cannot answer right now");
        return NULL;
    }
    return json_kept(flow->req->arena, result);
}

/* Whether the statement already says what to answer. */
static bool is_answer(const json_t *result)
{
    return json_object_get(result, "status") != NULL;
}

static void answer(struct flow *flow, json_t *result)
{
    if (flow->kind->after && !json_object_get(result, "error"))
        flow->kind->after(flow, result);
    auth_answer(flow->req, flow->service, result);
}

static void prepare_context(struct flow *flow)
{
    struct http_req *req = flow->req;
    const struct services *services = req->services;
    json_object_set_new(flow->ctx, "base", json_string(flow_base_url(req)));
    json_object_set_new(flow->ctx, "ip", json_string(req->client_ip));
    json_object_set_new(flow->ctx, "lifetime_s", json_integer(services->settings->token_lifetime_s));
    const char *redirect_to = http_query_param(req, "redirect_to");
    if (!redirect_to)
        redirect_to = http_header(req, "redirect_to"); /* older clients send it so */
    if (redirect_to && text_is_utf8(str_of(redirect_to)))
        json_object_set_new(flow->ctx, "redirect_to", json_string(redirect_to));
    if (flow->kind->flags & FLOW_REDIRECTS)
        json_object_set_new(flow->ctx, "redirects", json_true());
    if (flow->kind->flags & FLOW_LINKING)
        json_object_set_new(flow->ctx, "linking", json_true());
}

/* Who asks. Where nobody in particular has to, a broken or expired token is as good as none. */
static bool identify(struct http_req *req, unsigned flags)
{
    struct error error;
    enum err err = auth_identify(req, &error);
    if (err == OK)
        return true;
    if (!(flags & FLOW_USER)) {
        req->who = NULL;
        return true;
    }
    if (error.details && text_eq(error.details, "session_ended"))
        flow_fail(req, 403, "session_not_found", "Session from session_id claim in JWT does not exist");
    else
        /* whatever was wrong, the dialect's sentence begins so, and clients look for it */
        flow_fail(req, 403, "bad_jwt",
                  arena_printf(req->arena, "invalid JWT: unable to parse or verify signature, %s", error.message));
    return false;
}

void flow_run(struct http_req *req, const struct flow_kind *kind, flow_check_fn *prepare)
{
    if (!identify(req, kind->flags))
        return;
    if (req->body.len > BODY_BYTES_MAX) {
        flow_fail(req, 413, "validation_failed", "The request body is larger than allowed");
        return;
    }
    json_t *in = read_input(req, kind);
    if (!json_is_object(in)) {
        json_decref(in);
        if (!http_answered(req))
            flow_fail(req, 400, "bad_json", "Could not parse request body as JSON");
        return;
    }
    struct flow *flow = arena_zalloc(req->arena, sizeof *flow);
    *flow = (struct flow){.req = req,
                          .service = auth_service_of(req),
                          .kind = kind,
                          .in = in,
                          .ctx = json_object(),
                          .work = json_object()};
    flow->bcrypt_cost = (int)((const struct services *)req->services)->settings->bcrypt_cost;
    flow->payload = json_pack("{s:o,s:o,s:o}", "in", in, "ctx", flow->ctx, "work", flow->work);
    if (!flow->payload)
        abort();
    (void)json_kept(req->arena, flow->payload);
    if (!input_is_sane(flow))
        return;
    prepare_context(flow);
    if (prepare && !prepare(flow))
        return;
    flow_ask(flow, kind->begin, flow_begun);
}

void flow_door(struct http_req *req)
{
    const struct flow_door *door = req->route->more;
    flow_run(req, door->kind, door->prepare);
}

struct seal_place flow_place(const struct flow *flow, const char *column, const char *row)
{
    return (struct seal_place){flow->req->tenant->schema, column, row ? row : ""};
}

bool flow_seal(struct flow *flow, struct seal_place place, const char *secret)
{
    const char *sealed = seal_close(seal_keys_of(flow->req->services), flow->req->arena, &place, str_of(secret));
    if (!sealed) {
        flow_fail(flow->req, 503, "unexpected_failure", "The sign-in service is just starting; try again in a moment");
        return false;
    }
    json_object_set_new(flow->ctx, "sealed", json_string(sealed));
    return true;
}

const char *flow_open(const struct flow *flow, struct seal_place place, const char *sealed)
{
    return seal_open(seal_keys_of(flow->req->services), flow->req->arena, &place, sealed);
}

/* Hashing yields to answering: a thread of the pool that hashes counts less than the loop, on a machine that is busy.
 */
static void yield_to_the_loop(void)
{
    static _Thread_local bool yielded;
    if (!yielded)
        setpriority(PRIO_PROCESS, 0, WORK_NICE); /* Linux: of the calling thread */
    yielded = true;
}

static void flow_work(void *data)
{
    struct flow *flow = data;
    yield_to_the_loop();
    flow->kind->work(flow);
}

/* What the work needed and the second statement does not: hashes and sealed secrets stay here. */
static void finish(struct flow *flow)
{
    static const char *const spent[] = {"verify", "history", "secret", "rules"};
    for (size_t i = 0; i < sizeof spent / sizeof *spent; i++)
        json_object_del(flow->begin, spent[i]);
    flow_ask(flow, flow->kind->finish, flow_finished);
}

static void flow_begun(struct ask *ask, void *data)
{
    struct flow *flow = data;
    json_t *result = result_of(flow, ask);
    if (!result)
        return;
    if (is_answer(result) || !flow->kind->work) {
        answer(flow, result);
        return;
    }
    flow->begin = result;
    json_object_set(flow->payload, "begin", result);
    if (flow->kind->check && !flow->kind->check(flow))
        return;
    if (!flow->kind->blocking) {
        flow->kind->work(flow);
        finish(flow);
        return;
    }
    if (thread_run(flow->req, &flow->service->work, flow_work, flow_worked, flow))
        return;
    http_set_header(flow->req, "Retry-After", "1");
    flow_fail(flow->req, 503, "unexpected_failure", "Too many sign-ins at once; try again in a moment");
}

static void flow_worked(void *data, bool done)
{
    struct flow *flow = data;
    if (done)
        finish(flow);
    else
        flow_fail(flow->req, 503, "unexpected_failure", "The sign-in service is stopping");
}

static void flow_finished(struct ask *ask, void *data)
{
    struct flow *flow = data;
    json_t *result = result_of(flow, ask);
    if (result)
        answer(flow, result);
}
