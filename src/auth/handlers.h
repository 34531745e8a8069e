/* The doors of the auth dialect; routes.c says where they stand. */
#ifndef MAITRED_AUTH_HANDLERS_H
#define MAITRED_AUTH_HANDLERS_H

#include "auth/flow.h"
#include "http/http.h"

/* sign_in.c */
http_handler_fn auth_token;
extern const struct flow_door auth_signup, auth_logout, auth_otp, auth_recover, auth_resend, auth_reauthenticate;
http_handler_fn auth_verify_post, auth_sso;
extern const struct flow_door auth_verify_get;

/* passkeys.c */
extern const struct flow_door auth_passkey_register_options, auth_passkey_register_verify, auth_passkey_sign_in_options;
extern const struct flow_door auth_passkey_sign_in_verify, auth_passkeys_list, auth_passkey_change, auth_passkey_delete;
extern const struct flow_door auth_admin_passkeys, auth_admin_passkey_delete;

/* account.c */
http_handler_fn auth_unknown_path;
http_handler_fn auth_health, auth_jwks;
extern const struct flow_door auth_user_get, auth_user_put, auth_identity_delete, auth_settings;

/* factors.c */
extern const struct flow_door auth_factor_enroll, auth_factor_challenge, auth_factor_verify, auth_factor_delete;
extern const struct flow_door auth_recovery_codes, auth_recovery_code_use;

/* oauth.c */
http_handler_fn auth_token_id_token;
extern const struct flow_door auth_authorize, auth_link_identity, auth_callback_get, auth_callback_post;

/* admin.c */
extern const struct flow_door auth_admin_list, auth_admin_create, auth_admin_get, auth_admin_update, auth_admin_delete;
extern const struct flow_door auth_admin_logout, auth_admin_factors, auth_admin_factor_delete, auth_admin_generate_link,
    auth_invite;
extern const struct flow_door auth_providers_list, auth_provider_create, auth_provider_get, auth_provider_update,
    auth_provider_delete;
extern const struct flow_door auth_keys_list, auth_key_add;

#endif
