/* Passkeys: registered by who is signed in, and instead of a password. */
#include "auth/handlers.h"
#include "auth/passkeys_work.h"
#include "auth/webauthn.h"
#include "base/encode.h"

void passkeys_judge(struct flow *flow, const json_t *credential)
{
    const json_t *begin = flow->begin;
    const struct webauthn_expect expect = {.challenge = json_string_value(json_object_get(begin, "challenge")),
                                           .rp_id = json_string_value(json_object_get(begin, "rp_id")),
                                           .origins = json_object_get(begin, "origins")};
    struct webauthn_key key = {.public_key = json_string_value(json_object_get(begin, "public_key")),
                               .algorithm = (int)json_integer_value(json_object_get(begin, "algorithm"))};
    const char *reason = "";
    bool ok = key.public_key ? webauthn_asserted(flow->req->arena, credential, &expect, &key, &reason)
                             : webauthn_created(flow->req->arena, credential, &expect, &key, &reason);
    json_object_set_new(flow->work, "ok", json_boolean(ok));
    if (!ok) {
        json_object_set_new(flow->work, "reason", json_string(reason));
        return;
    }
    json_object_set_new(flow->work, "sign_count", json_integer(key.sign_count));
    if (key.credential_id) {
        json_object_set_new(flow->work, "credential_id", json_string(key.credential_id));
        json_object_set_new(flow->work, "public_key", json_string(key.public_key));
        json_object_set_new(flow->work, "algorithm", json_integer(key.algorithm));
    }
}

/* A signature takes a tenth of a millisecond: on the loop. */
static void judge(struct flow *flow)
{
    passkeys_judge(flow, json_object_get(flow->in, "credential"));
}

static const struct flow_kind register_options = {.begin = "select app.passkey_register_options($1::jsonb)",
                                                  .flags = FLOW_USER};
static const struct flow_kind register_verify = {
    .begin = "select app.passkey_register_begin($1::jsonb)",
    .work = judge,
    .finish = "select app.passkey_register_finish($1::jsonb)",
    .flags = FLOW_USER,
};
static const struct flow_kind sign_in_options = {.begin = "select app.passkey_sign_in_options($1::jsonb)"};
static const struct flow_kind sign_in_verify = {
    .begin = "select app.passkey_sign_in_begin($1::jsonb)",
    .work = judge,
    .finish = "select app.passkey_sign_in_finish($1::jsonb)",
};
static const struct flow_kind list = {.begin = "select app.passkeys_list($1::jsonb)", .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind change = {.begin = "select app.passkey_change($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind delete = {.begin = "select app.passkey_delete($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind admin_list = {.begin = "select app.auth_admin_passkeys($1::jsonb)",
                                            .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind admin_delete = {.begin = "select app.auth_admin_passkey_delete($1::jsonb)",
                                              .flags = FLOW_USER};

static bool take_id(struct flow *flow)
{
    json_object_set_new(flow->ctx, "id", json_string(flow->req->params[0]));
    return true;
}

static bool take_user(struct flow *flow)
{
    const char *id = flow->req->params[0];
    if (!text_is_uuid(str_of(id))) {
        flow_fail(flow->req, 404, "validation_failed", "user_id must be an UUID");
        return false;
    }
    return take_id(flow);
}

static bool take_user_and_passkey(struct flow *flow)
{
    if (!take_user(flow))
        return false;
    json_object_set_new(flow->ctx, "other_id", json_string(flow->req->params[1]));
    return true;
}

const struct flow_door auth_passkey_register_options = {&register_options};
const struct flow_door auth_passkey_register_verify = {&register_verify};
const struct flow_door auth_passkey_sign_in_options = {&sign_in_options};
const struct flow_door auth_passkey_sign_in_verify = {&sign_in_verify};
const struct flow_door auth_passkeys_list = {&list};
const struct flow_door auth_passkey_change = {&change, take_id};
const struct flow_door auth_passkey_delete = {&delete, take_id};
const struct flow_door auth_admin_passkeys = {&admin_list, take_user};
const struct flow_door auth_admin_passkey_delete = {&admin_delete, take_user_and_passkey};
