/* The signed-in user's own account, and what everybody may ask. */
#include "auth/answer.h"
#include "auth/flow.h"
#include "auth/handlers.h"
#include "auth/passwords_work.h"
#include "base/encode.h"

/* --- /user -------------------------------------------------------------------------------------------------------- */

static const struct flow_kind user_get = {
    .begin = "select app.auth_user_get($1::jsonb)",
    .flags = FLOW_USER | FLOW_QUERY,
};

const struct flow_door auth_user_get = {&user_get};

static bool user_put_prepare(struct flow *flow)
{
    if (!flow_take_text(flow, "password", &flow->password) ||
        !flow_take_text(flow, "current_password", &flow->current_password))
        return false;
    if (!flow->password)
        flow->current_password = NULL; /* only proves who changes the password */
    if (flow->password)
        json_object_set_new(flow->ctx, "new_password", json_true());
    if (flow->current_password)
        json_object_set_new(flow->ctx, "current_password", json_true());
    return true;
}

static bool user_put_check(struct flow *flow)
{
    return !flow->password ||
           flow_password_is_good(flow, flow->password, json_string_value(json_object_get(flow->begin, "email")));
}

static const struct flow_kind user_put = {
    .begin = "select app.auth_user_begin($1::jsonb)",
    .check = user_put_check,
    .work = passwords_hash,
    .blocking = true,
    .finish = "select app.auth_user_update($1::jsonb)",
    .flags = FLOW_USER,
};

const struct flow_door auth_user_put = {&user_put, user_put_prepare};

static bool identity_prepare(struct flow *flow)
{
    json_object_set_new(flow->ctx, "id", json_string(flow->req->params[0]));
    return true;
}

static const struct flow_kind identity_delete = {
    .begin = "select app.auth_identity_delete($1::jsonb)",
    .flags = FLOW_USER,
};

const struct flow_door auth_identity_delete = {&identity_delete, identity_prepare};

/* --- What everybody may ask --------------------------------------------------------------------------------------- */

static const struct flow_kind settings = {.begin = "select app.auth_settings_public($1::jsonb)", .flags = FLOW_QUERY};

const struct flow_door auth_settings = {&settings};

void auth_health(struct http_req *req)
{
    http_answer_text(req, 200, "application/json",
                     "{\"name\":\"maitred\",\"description\":\"maitred answers the auth dialect\",\"version\":\"v2\"}");
}

/* The tenant's public keys. Short-lived in caches, so that a new key is known everywhere before it signs. */
void auth_jwks(struct http_req *req)
{
    http_set_header(req, "Cache-Control", "public, max-age=30");
    http_answer_text(req, 200, "application/json",
                     keyring_jwks(auth_service_of(req)->ring, req->tenant->id, req->arena));
}
