/* Second factors. The secrets are sealed before they reach the database and opened here only to check a code. */
#include "auth/flow.h"
#include "auth/handlers.h"
#include "auth/passkeys_work.h"
#include "auth/totp.h"
#include "base/clock.h"
#include "base/encode.h"

static bool take_id(struct flow *flow)
{
    json_object_set_new(flow->ctx, "id", json_string(flow->req->params[0])); /* compared as a text */
    return true;
}

/* --- POST /factors ------------------------------------------------------------------------------------------------ */

static bool enroll_prepare(struct flow *flow)
{
    flow->secret = totp_secret(flow->req->arena);
    char id[UUID_TEXT_BYTES];
    random_uuid(id); /* of the new factor: its secret is sealed for this row */
    json_object_set_new(flow->ctx, "factor_id", json_string(id));
    return flow_seal(flow, flow_place(flow, "mfa_factors.secret", id), flow->secret);
}

/* The one time that the secret is shown. */
static void enroll_after(struct flow *flow, json_t *result)
{
    const json_t *factor = json_object_get(result, "factor");
    if (!factor)
        return; /* a passkey */
    const char *issuer = json_string_value(json_object_get(factor, "issuer"));
    const char *account = json_string_value(json_object_get(factor, "account"));
    const char *uri = totp_uri(flow->req->arena, issuer ? issuer : "maitred", account ? account : "", flow->secret);
    const char *svg = qr_svg(flow->req->arena, uri);
    json_object_set_new(json_object_get(result, "body"), "totp",
                        json_pack("{s:s,s:s,s:s}", "qr_code", svg ? svg : "", "secret", flow->secret, "uri", uri));
}

static const struct flow_kind enroll = {
    .begin = "select app.auth_factor_enroll($1::jsonb)",
    .after = enroll_after,
    .flags = FLOW_USER,
};

const struct flow_door auth_factor_enroll = {&enroll, enroll_prepare};

/* --- POST /factors/:id/challenge, /verify; DELETE ----------------------------------------------------------------- */

static const struct flow_kind challenge = {.begin = "select app.auth_factor_challenge($1::jsonb)", .flags = FLOW_USER};

const struct flow_door auth_factor_challenge = {&challenge, take_id};

static bool verify_prepare(struct flow *flow)
{
    return take_id(flow) && flow_take_text(flow, "code", &flow->secret);
}

/* Microseconds of HMAC, or a signature: on the loop. */
static void verify_work(struct flow *flow)
{
    if (json_object_get(flow->begin, "webauthn")) {
        passkeys_judge(flow, json_object_get(json_object_get(flow->in, "webauthn"), "credential_response"));
        return;
    }
    const char *sealed = json_string_value(json_object_get(flow->begin, "secret"));
    const char *secret = flow_open(flow, flow_place(flow, "mfa_factors.secret", flow->req->params[0]), sealed);
    int64_t step = secret && flow->secret ? totp_step_of(secret, flow->secret, clock_now_s()) : -1;
    if (step >= 0)
        json_object_set_new(flow->work, "step", json_integer(step));
}

static const struct flow_kind verify = {
    .begin = "select app.auth_factor_begin($1::jsonb)",
    .work = verify_work,
    .finish = "select app.auth_factor_finish($1::jsonb)",
    .flags = FLOW_USER,
};

const struct flow_door auth_factor_verify = {&verify, verify_prepare};

static const struct flow_kind delete = {.begin = "select app.auth_factor_delete($1::jsonb)", .flags = FLOW_USER};

const struct flow_door auth_factor_delete = {&delete, take_id};

/* --- Recovery codes ----------------------------------------------------------------------------------------------- */

static const struct flow_kind codes = {.begin = "select app.auth_recovery_codes($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind code_use = {.begin = "select app.auth_recovery_code_use($1::jsonb)", .flags = FLOW_USER};

const struct flow_door auth_recovery_codes = {&codes};
const struct flow_door auth_recovery_code_use = {&code_use};
