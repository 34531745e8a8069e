/* Signing up, in and out; codes and links. */
#include "auth/flow.h"
#include "auth/handlers.h"
#include "auth/passwords_work.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

/* --- POST /signup ------------------------------------------------------------------------------------------------- */

static bool signup_prepare(struct flow *flow)
{
    if (!flow_take_text(flow, "password", &flow->password))
        return false;
    const char *email = flow_text(flow, "email");
    const char *phone = flow_text(flow, "phone");
    if (flow->password || !((email && *email) || (phone && *phone)))
        return true;
    flow_fail(flow->req, 400, "validation_failed", "Signup requires a valid password");
    return false;
}

static bool signup_check(struct flow *flow)
{
    return !flow->password || flow_password_is_good(flow, flow->password, flow_text(flow, "email"));
}

static const struct flow_kind signup = {
    .begin = "select app.auth_signup_begin($1::jsonb)",
    .check = signup_check,
    .work = passwords_hash,
    .blocking = true,
    .finish = "select app.auth_signup($1::jsonb)",
    .flags = 0,
};

const struct flow_door auth_signup = {&signup, signup_prepare};

/* --- POST /token -------------------------------------------------------------------------------------------------- */

static bool password_prepare(struct flow *flow)
{
    const char *email = flow_text(flow, "email");
    const char *phone = flow_text(flow, "phone");
    if (!flow_take_text(flow, "password", &flow->password))
        return false;
    if (email && !*email)
        json_object_del(flow->in, "email");
    if (!((email && *email) || (phone && *phone))) {
        flow_fail(flow->req, 400, "validation_failed", "missing email or phone");
        return false;
    }
    if (!flow->password)
        flow->password = ""; /* matches nothing, takes as long */
    return true;
}

static const struct flow_kind by_password = {
    .begin = "select app.auth_password_begin($1::jsonb)",
    .work = passwords_verify,
    .blocking = true,
    .finish = "select app.auth_password_finish($1::jsonb)",
    .flags = FLOW_FORM,
};
static const struct flow_kind by_refresh_token = {.begin = "select app.auth_refresh($1::jsonb)", .flags = FLOW_FORM};
static const struct flow_kind by_auth_code = {.begin = "select app.auth_pkce($1::jsonb)", .flags = FLOW_FORM};

static void token_by_password(struct http_req *req)
{
    flow_run(req, &by_password, password_prepare);
}

static void token_by_refresh_token(struct http_req *req)
{
    flow_run(req, &by_refresh_token, NULL);
}

static void token_by_auth_code(struct http_req *req)
{
    flow_run(req, &by_auth_code, NULL);
}

static void token_by_wallet(struct http_req *req)
{
    flow_fail(req, 422, "web3_provider_disabled", "Web3 provider is disabled");
}

/* Not offered; clients ask, and are told in the dialect's words. */
void auth_sso(struct http_req *req)
{
    flow_fail(req, 404, "saml_provider_disabled", "SAML 2.0 is disabled");
}

/* To add a grant, add a row. */
static const struct {
    const char *name;
    http_handler_fn *handler;
} grants[] = {
    {"password", token_by_password}, {"refresh_token", token_by_refresh_token},
    {"pkce", token_by_auth_code},    {"id_token", auth_token_id_token},
    {"web3", token_by_wallet},
};

void auth_token(struct http_req *req)
{
    const char *wanted = http_query_param(req, "grant_type");
    for (size_t i = 0; wanted && i < sizeof grants / sizeof *grants; i++) {
        if (text_eq(grants[i].name, wanted)) {
            grants[i].handler(req);
            return;
        }
    }
    flow_fail(req, 400, "validation_failed", "unsupported_grant_type");
}

/* --- POST /logout ------------------------------------------------------------------------------------------------- */

static bool logout_prepare(struct flow *flow)
{
    const char *scope = http_query_param(flow->req, "scope");
    json_object_set_new(flow->ctx, "scope", json_string(scope ? scope : "global"));
    return true;
}

static const struct flow_kind logout = {.begin = "select app.auth_logout($1::jsonb)", .flags = FLOW_USER};

const struct flow_door auth_logout = {&logout, logout_prepare};

/* --- Codes and links ---------------------------------------------------------------------------------------------- */

static const struct flow_kind otp = {.begin = "select app.auth_otp($1::jsonb)"};
static const struct flow_kind recover = {.begin = "select app.auth_recover($1::jsonb)"};
static const struct flow_kind resend = {.begin = "select app.auth_resend($1::jsonb)"};
static const struct flow_kind reauthenticate = {
    .begin = "select app.auth_reauthenticate($1::jsonb)",
    .flags = FLOW_USER | FLOW_QUERY,
};
static const struct flow_kind verify_link = {
    .begin = "select app.auth_verify($1::jsonb)",
    .flags = FLOW_QUERY | FLOW_REDIRECTS,
};
static const struct flow_kind verify = {.begin = "select app.auth_verify($1::jsonb)"};
static const struct flow_kind verify_pressed = {
    .begin = "select app.auth_verify($1::jsonb)",
    .flags = FLOW_FORM | FLOW_REDIRECTS,
};

/* The button of the page in front of a link. */
static bool pressed_prepare(struct flow *flow)
{
    const char *to = flow_text(flow, "redirect_to");
    json_object_set_new(flow->ctx, "pressed", json_true());
    if (to && *to)
        json_object_set_new(flow->ctx, "redirect_to", json_string(to));
    return true;
}

const struct flow_door auth_otp = {&otp};
const struct flow_door auth_recover = {&recover};
const struct flow_door auth_resend = {&resend};
const struct flow_door auth_reauthenticate = {&reauthenticate};
const struct flow_door auth_verify_get = {&verify_link};

void auth_verify_post(struct http_req *req)
{
    const char *type = http_header(req, "Content-Type");
    if (type && !strncasecmp(type, "application/x-www-form-urlencoded", 33))
        flow_run(req, &verify_pressed, pressed_prepare);
    else
        flow_run(req, &verify, NULL);
}
