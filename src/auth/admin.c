/* What administrators do: users, links, invitations, providers, keys. Who may do what to whom is decided in
 * db/app/auth/admin.sql. */
#include "auth/flow.h"
#include "auth/handlers.h"
#include "auth/passwords_work.h"
#include "base/encode.h"
#include "base/json_kept.h"
#include "base/jwt.h"

#include <ctype.h>

static bool take_user(struct flow *flow)
{
    const char *id = flow->req->params[0];
    if (!text_is_uuid(str_of(id))) {
        flow_fail(flow->req, 404, "validation_failed", "user_id must be an UUID");
        return false;
    }
    json_object_set_new(flow->ctx, "id", json_string(id));
    return true;
}

static bool take_user_and_factor(struct flow *flow)
{
    if (!take_user(flow))
        return false;
    json_object_set_new(flow->ctx, "other_id", json_string(flow->req->params[1]));
    return true;
}

static bool take_password(struct flow *flow)
{
    return flow_take_text(flow, "password", &flow->password);
}

static bool take_user_and_password(struct flow *flow)
{
    return take_user(flow) && take_password(flow);
}

static bool take_name(struct flow *flow)
{
    json_object_set_new(flow->ctx, "id", json_string(flow->req->params[0]));
    return true;
}

static bool password_check(struct flow *flow)
{
    return !flow->password || flow_password_is_good(flow, flow->password, flow_text(flow, "email"));
}

/* --- Users -------------------------------------------------------------------------------------------------------- */

/* The refusal comes first: nobody makes us hash who may not. */
#define BEGIN_ADMIN                                                                                                    \
    "select coalesce(app.auth_admin_refusal(($1::jsonb -> 'ctx' ->> 'id')::uuid), "                                    \
    "app.auth_address_refusal($1::jsonb),"                                                                             \
    " jsonb_build_object('rules', app.auth_password_rules()))"

static const struct flow_kind list = {.begin = "select app.auth_admin_list($1::jsonb)",
                                      .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind get = {.begin = "select app.auth_admin_get($1::jsonb)", .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind save = {
    .begin = BEGIN_ADMIN,
    .check = password_check,
    .work = passwords_hash,
    .blocking = true,
    .finish = "select app.auth_admin_save($1::jsonb)",
    .flags = FLOW_USER,
};
static const struct flow_kind delete = {.begin = "select app.auth_admin_delete($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind logout = {.begin = "select app.auth_admin_logout($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind factors = {.begin = "select app.auth_admin_factors($1::jsonb)",
                                         .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind factor_delete = {.begin = "select app.auth_admin_factor_delete($1::jsonb)",
                                               .flags = FLOW_USER};
static const struct flow_kind generate_link = {
    .begin = BEGIN_ADMIN,
    .check = password_check,
    .work = passwords_hash,
    .blocking = true,
    .finish = "select app.auth_generate_link($1::jsonb)",
    .flags = FLOW_USER,
};
static const struct flow_kind invite = {.begin = "select app.auth_invite($1::jsonb)", .flags = FLOW_USER};

const struct flow_door auth_admin_list = {&list};
const struct flow_door auth_admin_create = {&save, take_password};
const struct flow_door auth_admin_get = {&get, take_user};
const struct flow_door auth_admin_update = {&save, take_user_and_password};
const struct flow_door auth_admin_delete = {&delete, take_user};
const struct flow_door auth_admin_logout = {&logout, take_user};
const struct flow_door auth_admin_factors = {&factors, take_user};
const struct flow_door auth_admin_factor_delete = {&factor_delete, take_user_and_factor};
const struct flow_door auth_admin_generate_link = {&generate_link, take_password};
const struct flow_door auth_invite = {&invite};

/* --- Providers ---------------------------------------------------------------------------------------------------- */

static const struct flow_kind providers = {.begin = "select app.auth_providers_list($1::jsonb)",
                                           .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind provider_get = {.begin = "select app.auth_provider_get($1::jsonb)",
                                              .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind provider_save = {.begin = "select app.auth_provider_save($1::jsonb)", .flags = FLOW_USER};
static const struct flow_kind provider_delete = {.begin = "select app.auth_provider_delete($1::jsonb)",
                                                 .flags = FLOW_USER};

/* Providers are named in lower case, and nothing but letters that ASCII has (app.auth_provider_save). */
static const char *lower(struct arena *arena, const char *name)
{
    char *copy = arena_strdup(arena, name ? name : "");
    for (char *at = copy; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

static bool seal_client_secret(struct flow *flow)
{
    const char *secret = NULL;
    if (!flow_take_text(flow, "client_secret", &secret))
        return false;
    if (!secret)
        return true;
    const char *named = json_text_at(flow->ctx, "id");
    const char *name = lower(flow->req->arena, named ? named : flow_text(flow, "identifier"));
    return flow_seal(flow, flow_place(flow, "auth_providers.client_secret", name), secret);
}

static bool take_name_and_secret(struct flow *flow)
{
    return take_name(flow) && seal_client_secret(flow);
}

const struct flow_door auth_providers_list = {&providers};
const struct flow_door auth_provider_create = {&provider_save, seal_client_secret};
const struct flow_door auth_provider_get = {&provider_get, take_name};
const struct flow_door auth_provider_update = {&provider_save, take_name_and_secret};
const struct flow_door auth_provider_delete = {&provider_delete, take_name};

/* --- Signing keys ------------------------------------------------------------------------------------------------- */

static const struct flow_kind keys = {.begin = "select app.auth_keys_list($1::jsonb)", .flags = FLOW_USER | FLOW_QUERY};
static const struct flow_kind key_add = {.begin = "select app.auth_key_add($1::jsonb)", .flags = FLOW_USER};

/* The private part is sealed at once; it is opened again when the key comes into use. */
static bool make_key(struct flow *flow)
{
    struct arena *arena = flow->req->arena;
    struct jwt_key *key = jwt_key_new();
    char kid[UUID_TEXT_BYTES];
    random_uuid(kid);
    json_object_set_new(flow->ctx, "kid", json_string(kid));
    json_object_set_new(flow->ctx, "public_jwk", json_string(jwt_key_jwk(arena, key, NULL, false)));
    const char *private_jwk = jwt_key_jwk(arena, key, NULL, true);
    jwt_key_free(key);
    return flow_seal(flow, (struct seal_place){flow->req->tenant->id, "signing_keys.private_key", kid}, private_jwk);
}

const struct flow_door auth_keys_list = {&keys};
const struct flow_door auth_key_add = {&key_add, make_key};
