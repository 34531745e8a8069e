/* A client of OpenID Connect providers: discovery (OpenID Connect Discovery 1.0), the authorization code flow with PKCE
 * (RFC 7636), ID tokens (OpenID Connect Core 1.0, 3.1.3.7).
 *
 * Everything here blocks on the network and belongs on the thread pool. Documents and keys are kept for some minutes,
 * shared by the threads. Providers are named by tenants, so requests go to public addresses over HTTPS only, unless the
 * installation allows others (`insecure`).
 */
#ifndef MAITRED_AUTH_OIDC_H
#define MAITRED_AUTH_OIDC_H

#include "base/arena.h"
#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

struct settings;

struct oidc_provider {
    const struct settings *settings;
    const char *issuer, *client_id;
    const char *client_secret; /* or NULL: a public client */
    const json_t *scopes;      /* array of texts */
    const json_t *audiences;   /* further client ids whose ID tokens count */
    const json_t *authorize_params;
    bool insecure;
};

/* Where the browser goes to sign in. */
enum err oidc_authorize_url(struct arena *arena, const struct oidc_provider *provider, const char *redirect_uri,
                            const char *state, const char *nonce, const char *verifier, char **url,
                            struct error *out) MUST_CHECK;

/* The code for tokens. `tokens` is the provider's answer, `person` the verified claims of its ID token, completed from
 * the userinfo endpoint when they lack an address. Both live in the arena. */
enum err oidc_exchange(struct arena *arena, const struct oidc_provider *provider, const char *redirect_uri,
                       const char *code, const char *nonce, const char *verifier, json_t **tokens, json_t **person,
                       struct error *out) MUST_CHECK;

/* An ID token that a client got by itself. nonce: what the client made, plain or hashed in the token; NULL: the token
 * has none. */
enum err oidc_verify_id_token(struct arena *arena, const struct oidc_provider *provider, const char *id_token,
                              const char *nonce, json_t **person, struct error *out) MUST_CHECK;

#endif
