/* What an authenticator sent (WebAuthn level 2), judged: the ceremony's checks on client data and authenticator data,
 * keys and signatures by libfido2. Attestation is not asked for and not looked at. */
#ifndef MAITRED_AUTH_WEBAUTHN_H
#define MAITRED_AUTH_WEBAUTHN_H

#include "base/arena.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What must hold: the challenge as base64url, the relying party's id, the addresses of pages that may ask. */
struct webauthn_expect {
    const char *challenge, *rp_id;
    const json_t *origins;
};

/* A credential's key; texts are base64url, in the arena. */
struct webauthn_key {
    const char *credential_id, *public_key;
    int algorithm; /* COSE */
    int64_t sign_count;
};

/* Both take the credential as JSON (PublicKeyCredential.toJSON()). false: `reason` says why, for the log. */
bool webauthn_created(struct arena *arena, const json_t *credential, const struct webauthn_expect *expect,
                      struct webauthn_key *key, const char **reason);

/* `key` holds public_key and algorithm; sign_count is filled in. */
bool webauthn_asserted(struct arena *arena, const json_t *credential, const struct webauthn_expect *expect,
                       struct webauthn_key *key, const char **reason);

#endif
