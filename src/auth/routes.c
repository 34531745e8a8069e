#include "auth/auth.h"
#include "auth/handlers.h"

/* To add a door: a handler that hands its kind of flow to flow_run, and a row here. Tokens are verified by the flow and
 * not by the dispatcher (ROUTE_AUTH), because a bad one is told in this dialect's shape. */
const struct http_route auth_routes[] = {
    {HTTP_POST, "/auth/v1/signup", auth_signup, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/token", auth_token, ROUTE_TENANT | ROUTE_RAW_BODY},
    {HTTP_POST, "/auth/v1/logout", auth_logout, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/otp", auth_otp, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/magiclink", auth_otp, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/recover", auth_recover, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/resend", auth_resend, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/reauthenticate", auth_reauthenticate, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/verify", auth_verify_get, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/verify", auth_verify_post, ROUTE_TENANT},

    {HTTP_GET, "/auth/v1/user", auth_user_get, ROUTE_TENANT},
    {HTTP_PUT, "/auth/v1/user", auth_user_put, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/user/identities/authorize", auth_link_identity, ROUTE_TENANT},
    {HTTP_DELETE, "/auth/v1/user/identities/:id", auth_identity_delete, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/settings", auth_settings, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/health", auth_health, 0},
    {HTTP_GET, "/auth/v1/.well-known/jwks.json", auth_jwks, ROUTE_TENANT},

    {HTTP_POST, "/auth/v1/factors", auth_factor_enroll, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/factors/recovery-codes", auth_recovery_codes, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/factors/recovery-codes/verify", auth_recovery_code_use, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/factors/:id/challenge", auth_factor_challenge, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/factors/:id/verify", auth_factor_verify, ROUTE_TENANT},
    {HTTP_DELETE, "/auth/v1/factors/:id", auth_factor_delete, ROUTE_TENANT},

    {HTTP_GET, "/auth/v1/authorize", auth_authorize, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/callback", auth_callback_get, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/callback", auth_callback_post, ROUTE_TENANT | ROUTE_RAW_BODY},

    {HTTP_POST, "/auth/v1/invite", auth_invite, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/users", auth_admin_list, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/admin/users", auth_admin_create, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/users/:id", auth_admin_get, ROUTE_TENANT},
    {HTTP_PUT, "/auth/v1/admin/users/:id", auth_admin_update, ROUTE_TENANT},
    {HTTP_DELETE, "/auth/v1/admin/users/:id", auth_admin_delete, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/admin/users/:id/logout", auth_admin_logout, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/users/:id/factors", auth_admin_factors, ROUTE_TENANT},
    {HTTP_DELETE, "/auth/v1/admin/users/:id/factors/:factor", auth_admin_factor_delete, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/admin/generate_link", auth_admin_generate_link, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/custom-providers", auth_providers_list, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/admin/custom-providers", auth_provider_create, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/custom-providers/:name", auth_provider_get, ROUTE_TENANT},
    {HTTP_PUT, "/auth/v1/admin/custom-providers/:name", auth_provider_update, ROUTE_TENANT},
    {HTTP_DELETE, "/auth/v1/admin/custom-providers/:name", auth_provider_delete, ROUTE_TENANT},
    {HTTP_GET, "/auth/v1/admin/signing-keys", auth_keys_list, ROUTE_TENANT},
    {HTTP_POST, "/auth/v1/admin/signing-keys", auth_key_add, ROUTE_TENANT},
    {0},
};
