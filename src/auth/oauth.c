/* Sign-in with a provider: /authorize sends the browser there, /callback takes it back. */
#include "auth/flow.h"
#include "auth/handlers.h"
#include "auth/oidc.h"
#include "base/encode.h"
#include "base/json_kept.h"

enum { SECRET_BYTES = 32 };

/* The provider as the first statement returned it; its texts live as long as the flow. */
static struct oidc_provider provider_of(struct flow *flow)
{
    const json_t *row = json_object_get(flow->begin, "provider");
    const struct services *services = flow->req->services;
    return (struct oidc_provider){
        .issuer = json_string_value(json_object_get(row, "issuer")),
        .client_id = json_string_value(json_object_get(row, "client_id")),
        .client_secret = flow_open(flow, flow_place(flow, "auth_providers.client_secret", json_text_at(row, "name")),
                                   json_text_at(row, "client_secret")),
        .scopes = json_object_get(row, "scopes"),
        .audiences = json_object_get(row, "audiences"),
        .authorize_params = json_object_get(row, "authorize_params"),
        .settings = services->settings,
        .insecure = services->settings->oidc_insecure,
    };
}

static const char *callback_url(struct flow *flow)
{
    return arena_printf(flow->req->arena, "%s/auth/v1/callback", json_string_value(json_object_get(flow->ctx, "base")));
}

static const char *random_text(struct arena *arena)
{
    unsigned char bytes[SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    return encode_base64url(arena, bytes, sizeof bytes);
}

static void note_error(struct flow *flow, const struct error *error)
{
    json_object_set_new(flow->work, "error", json_string(error->message));
}

static bool provider_known(struct flow *flow)
{
    if (json_is_object(json_object_get(flow->begin, "provider")))
        return true;
    flow_fail(flow->req, 400, "validation_failed", "Unsupported provider: provider is not enabled");
    return false;
}

/* --- GET /authorize, GET /user/identities/authorize --------------------------------------------------------------- */

static void authorize_work(struct flow *flow)
{
    struct arena *arena = flow->req->arena;
    struct error error;
    char *url = NULL;
    const struct oidc_provider provider = provider_of(flow);
    const char *state = random_text(arena);
    const char *nonce = random_text(arena);
    const char *verifier = random_text(arena);
    if (oidc_authorize_url(arena, &provider, callback_url(flow), state, nonce, verifier, &url, &error) != OK) {
        note_error(flow, &error);
        return;
    }
    const struct seal_place place = flow_place(flow, "flow_states.provider_verifier", state);
    const char *sealed = seal_close(seal_keys_of(flow->req->services), arena, &place, str_of(verifier));
    json_object_set_new(flow->work, "url", json_string(url));
    json_object_set_new(flow->work, "state", json_string(state));
    json_object_set_new(flow->work, "nonce", json_string(nonce));
    json_object_set_new(flow->work, "verifier", sealed ? json_string(sealed) : json_null());
}

static const struct flow_kind authorize = {
    .begin = "select app.auth_oauth_begin($1::jsonb)",
    .check = provider_known,
    .work = authorize_work,
    .blocking = true,
    .finish = "select app.auth_oauth_start($1::jsonb)",
    .flags = FLOW_QUERY,
};
static const struct flow_kind link_identity = {
    .begin = "select app.auth_oauth_begin($1::jsonb)",
    .check = provider_known,
    .work = authorize_work,
    .blocking = true,
    .finish = "select app.auth_oauth_start($1::jsonb)",
    .flags = FLOW_QUERY | FLOW_USER | FLOW_LINKING,
};

const struct flow_door auth_authorize = {&authorize};
const struct flow_door auth_link_identity = {&link_identity};

/* --- GET or POST /callback ---------------------------------------------------------------------------------------- */

static void callback_work(struct flow *flow)
{
    struct arena *arena = flow->req->arena;
    struct error error;
    json_t *tokens = NULL;
    json_t *person = NULL;
    const struct oidc_provider provider = provider_of(flow);
    const char *verifier = flow_open(flow, flow_place(flow, "flow_states.provider_verifier", flow_text(flow, "state")),
                                     json_text_at(flow->begin, "verifier"));
    const char *nonce = json_string_value(json_object_get(flow->begin, "nonce"));
    if (oidc_exchange(arena, &provider, callback_url(flow), flow_text(flow, "code"), nonce, verifier ? verifier : "",
                      &tokens, &person, &error) != OK) {
        note_error(flow, &error);
        return;
    }
    json_object_set(flow->work, "person", person);
    json_object_set(flow->work, "provider_token", json_object_get(tokens, "access_token"));
    json_object_set(flow->work, "provider_refresh_token", json_object_get(tokens, "refresh_token"));
}

static const struct flow_kind callback_query = {
    .begin = "select app.auth_callback_begin($1::jsonb)",
    .check = provider_known,
    .work = callback_work,
    .blocking = true,
    .finish = "select app.auth_callback_finish($1::jsonb)",
    .flags = FLOW_QUERY | FLOW_REDIRECTS,
};
static const struct flow_kind callback_form = {
    .begin = "select app.auth_callback_begin($1::jsonb)",
    .check = provider_known,
    .work = callback_work,
    .blocking = true,
    .finish = "select app.auth_callback_finish($1::jsonb)",
    .flags = FLOW_FORM | FLOW_REDIRECTS,
};

const struct flow_door auth_callback_get = {&callback_query};

/* Providers with response_mode=form_post. */
const struct flow_door auth_callback_post = {&callback_form};

/* --- POST /token?grant_type=id_token ------------------------------------------------------------------------------ */

static bool id_token_prepare(struct flow *flow)
{
    if (!flow_take_text(flow, "id_token", &flow->secret))
        return false;
    if (json_is_true(json_object_get(flow->in, "link_identity")))
        json_object_set_new(flow->ctx, "linking", json_true());
    if (flow->secret && flow_text(flow, "provider"))
        return true;
    flow_fail(flow->req, 400, "validation_failed", "id_token and provider are needed");
    return false;
}

static void id_token_work(struct flow *flow)
{
    struct error error;
    json_t *person = NULL;
    const struct oidc_provider provider = provider_of(flow);
    if (oidc_verify_id_token(flow->req->arena, &provider, flow->secret, flow_text(flow, "nonce"), &person, &error) !=
        OK)
        note_error(flow, &error);
    else
        json_object_set(flow->work, "person", person);
}

static const struct flow_kind by_id_token = {
    .begin = "select app.auth_oauth_begin($1::jsonb)",
    .check = provider_known,
    .work = id_token_work,
    .blocking = true,
    .finish = "select app.auth_id_token_finish($1::jsonb)",
};

void auth_token_id_token(struct http_req *req)
{
    flow_run(req, &by_id_token, id_token_prepare);
}
