/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_AUTH_SETTINGS_ROWS_H
#define MAITRED_AUTH_SETTINGS_ROWS_H

#define AUTH_SETTINGS(X)                                                                                               \
    X(anon_role, TEXT, "anon", 0, 63, "",                                                                              \
      "with schema only: whose rights a request without a token has; empty refuses such requests")                     \
    X(role_claim_key, TEXT, ".role", 1, 1000, "",                                                                      \
      "with schema only: where tokens name their role, such as .role or .realm_access.roles[0]")                       \
    X(jwt_audience, TEXT, "", 0, 1000, "", "with schema only: what the claim aud must hold; empty: anything")          \
    X(jwt_secret, SECRET, "", 0, 4000, "",                                                                             \
      "with schema only: HS256 secret of the tokens, or their public keys as JWK or JWK set; tenants have their own")  \
    X(token_lifetime_s, NUMBER, "3600", 60, 604800, "s", "an access token lives this long")                            \
    X(bcrypt_cost, NUMBER, "10", 4, 16, "", "password hashing: each step doubles its time")                            \
    X(oidc_insecure, SWITCH, "off", 0, 0, "",                                                                          \
      "sign-in providers over plain HTTP and at private addresses (development)")

#endif
