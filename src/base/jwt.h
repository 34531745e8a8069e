/* JSON Web Tokens (RFC 7515, 7517, 7518, 7519): HS256, ES256, and RS256 for what other issuers sign.
 *
 * Parsing and verifying are two steps: a token says which algorithm and key it claims, the caller picks a key, and a
 * key verifies tokens of its own algorithm only. So a public key is never taken for an HMAC secret, and "none" is no
 * algorithm.
 */
#ifndef MAITRED_BASE_JWT_H
#define MAITRED_BASE_JWT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { JWT_BYTES_MAX = 16384 };

enum jwt_alg { JWT_HS256, JWT_ES256, JWT_RS256 };

/* A token that was read; nothing is proven yet. Everything lives in the arena. */
struct jwt {
    enum jwt_alg alg;
    const char *kid;        /* or NULL */
    json_t *claims;         /* an object */
    struct str claims_text; /* the same, as it was signed */
    struct str signed_part; /* header.payload: points into the token */
    struct str signature;
};

/* Reads a compact token strictly: three base64url parts in their one spelling, header and payload JSON objects without
 * duplicate names, an algorithm we know, no critical extensions. ERR_BAD_TOKEN otherwise. */
enum err jwt_parse(struct arena *arena, struct str token, struct jwt *jwt, struct error *out) MUST_CHECK;

/* What the claims must say. NULL texts are not asked for. */
struct jwt_expect {
    const char *issuer;
    const char *audience; /* aud is this text or an array that holds it */
    const char *tenant;   /* our own claim: the schema */
    const char *nonce;
    int64_t now_s;
    int64_t leeway_s; /* for clocks that differ: nbf, iat, exp */
    bool must_expire; /* a token without exp is refused */
};

/* Checks exp, nbf, iat (numbers, not in the future) and what is expected. ERR_BAD_CLAIMS says which claim. */
enum err jwt_check(const struct jwt *jwt, const struct jwt_expect *expect, struct arena *arena,
                   struct error *out) MUST_CHECK;

/* A text claim, or NULL when it is absent or no text. */
const char *jwt_claim(const struct jwt *jwt, const char *name);

/* A claim that is a time, as jwt_check took it: whole seconds, 0 when it is absent, no number, or no time at all. */
int64_t jwt_time_s(const struct jwt *jwt, const char *name);

/* --- Symmetric ---------------------------------------------------------------------------------------------------- */

/* Whether the token says HS256 and its signature is made with the secret; in constant time. */
bool jwt_verify_hs256(const struct jwt *jwt, struct str secret) MUST_CHECK;

/* Signs claims (the text of a JSON object). */
char *jwt_sign_hs256(struct arena *arena, struct str claims, struct str secret);

/* --- Asymmetric --------------------------------------------------------------------------------------------------- */

struct jwt_key; /* a P-256 or RSA key; immutable, may be used from several threads */

/* A new P-256 key pair. Pair: jwt_key_free. */
struct jwt_key *jwt_key_new(void);

/* From a JWK object: EC P-256 (with "d": private) or RSA (public). NULL when it is neither. */
struct jwt_key *jwt_key_of_jwk(const json_t *jwk);
void jwt_key_free(struct jwt_key *key);

/* The key as JWK text: public with use and alg, or private (P-256 only). kid may be NULL. */
char *jwt_key_jwk(struct arena *arena, const struct jwt_key *key, const char *kid, bool with_private);

bool jwt_verify(const struct jwt *jwt, const struct jwt_key *key) MUST_CHECK;

/* ES256 with a private P-256 key. */
char *jwt_sign_es256(struct arena *arena, struct str claims, const char *kid, const struct jwt_key *key);

/* --- What a tenant's secret gives --------------------------------------------------------------------------------- */

struct api_keys {
    char *anon, *service;       /* tokens without expiry: iss maitred, role, tenant, iat */
    char *publishable, *secret; /* sb_publishable_…, sb_secret_…: short keys that stand for them */
};

/* The same secret and schema give the same keys, so they are derived, not stored. In the arena. */
struct api_keys api_keys_derive(struct arena *arena, struct str secret, const char *schema);

/* HMAC-SHA256; mac has 32 bytes. */
void hmac_sha256(struct str key, struct str message, unsigned char mac[32]);

/* SHA-256 as raw bytes. */
void digest_sha256(struct str message, unsigned char digest[32]);

#endif
