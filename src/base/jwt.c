#include "base/jwt.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/exact.h"
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>
#include <stdlib.h>

enum { P256_BYTES = 32, JOSE_BYTES = 2 * P256_BYTES, RSA_BYTES_MIN = 256, RSA_BYTES_MAX = 1024 };

/* Keys that a fixed time signs stay the same for ever: 2024-01-01. */
static const int64_t api_key_iat_s = 1704067200;
static const double time_max_s = 253402300799; /* the end of 9999: a double of any other size is no int64_t */

static const struct {
    const char *name;
    enum jwt_alg alg;
} algorithms[] = {{"HS256", JWT_HS256}, {"ES256", JWT_ES256}, {"RS256", JWT_RS256}};

struct jwt_key {
    EVP_PKEY *pkey;
    enum jwt_alg alg;
};

static void release_json(void *json)
{
    json_decref(json);
}

void hmac_sha256(struct str key, struct str message, unsigned char mac[32])
{
    unsigned int length = 0;
    const unsigned char *done =
        HMAC(EVP_sha256(), key.at, (int)key.len, (const unsigned char *)message.at, message.len, mac, &length);
    assert(done && length == 32);
}

void digest_sha256(struct str message, unsigned char digest[32])
{
    SHA256((const unsigned char *)message.at, message.len, digest);
}

/* --- Reading ------------------------------------------------------------------------------------------------------ */

static json_t *decode_object(struct arena *arena, struct str part, struct str *text)
{
    if (!part.len || !decode_base64url(arena, part, text))
        return NULL;
    json_error_t error;
    json_t *object = exact_load(*text, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return NULL;
    arena_on_release(arena, release_json, object);
    return json_is_object(object) ? object : NULL;
}

static bool read_header(const json_t *header, struct jwt *jwt)
{
    const char *alg = json_string_value(json_object_get(header, "alg"));
    const json_t *kid = json_object_get(header, "kid");
    const json_t *typ = json_object_get(header, "typ");
    if (!alg || json_object_get(header, "crit") || (kid && !json_is_string(kid)))
        return false;
    if (typ && (!json_is_string(typ) || strcasecmp(json_string_value(typ), "JWT") != 0))
        return false;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (!text_eq(alg, algorithms[i].name))
            continue;
        jwt->alg = algorithms[i].alg;
        jwt->kid = json_string_value(kid);
        return true;
    }
    return false;
}

enum err jwt_parse(struct arena *arena, struct str token, struct jwt *jwt, struct error *out)
{
    const char *end = token.at + token.len;
    const char *dot = token.len && token.len <= JWT_BYTES_MAX ? memchr(token.at, '.', token.len) : NULL;
    const char *second = dot ? memchr(dot + 1, '.', (size_t)(end - dot - 1)) : NULL;
    size_t parts = 1;
    for (const char *p = token.at; p < end && token.len <= JWT_BYTES_MAX; p++)
        parts += *p == '.';
    if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
        return error_set(out, arena, ERR_BAD_TOKEN, "Expected 3 parts in JWT; got %zu", parts);

    struct jwt read = {.signed_part = str_n(token.at, (size_t)(second - token.at))};
    struct str header_text;
    const json_t *header = decode_object(arena, str_n(token.at, (size_t)(dot - token.at)), &header_text);
    if (!header || !read_header(header, &read))
        return error_set(out, arena, ERR_BAD_TOKEN, "The token's header cannot be used.");
    read.claims = decode_object(arena, str_n(dot + 1, (size_t)(second - dot - 1)), &read.claims_text);
    if (!read.claims)
        return error_set(out, arena, ERR_BAD_TOKEN, "The token's claims cannot be read.");
    struct str signature = str_n(second + 1, (size_t)(end - second - 1));
    if (!signature.len || !decode_base64url(arena, signature, &read.signature))
        return error_set(out, arena, ERR_BAD_TOKEN, "The token's signature cannot be read.");
    *jwt = read;
    return OK;
}

const char *jwt_claim(const struct jwt *jwt, const char *name)
{
    return json_string_value(json_object_get(jwt->claims, name));
}

/* A NumericDate: absent is fine; anything but a number between the years 1970 and 9999 is no time. */
static bool numeric_date(const struct jwt *jwt, const char *name, bool *present, double *value)
{
    const json_t *claim = json_object_get(jwt->claims, name);
    *present = claim != NULL;
    if (!claim)
        return true;
    return exact_number(claim, value) && *value >= 0 && *value <= time_max_s;
}

int64_t jwt_time_s(const struct jwt *jwt, const char *name)
{
    bool present = false;
    double value = 0;
    return numeric_date(jwt, name, &present, &value) && present ? (int64_t)value : 0;
}

/* RFC 7519, 4.1.3: one text or a list of them. */
static bool audience_is_readable(const json_t *aud)
{
    size_t i;
    const json_t *one;
    json_array_foreach(aud, i, one) if (!json_is_string(one)) return false;
    return !aud || json_is_null(aud) || json_is_string(aud) || json_is_array(aud);
}

static bool audience_holds(const json_t *aud, const char *wanted)
{
    if (json_is_string(aud))
        return text_eq(json_string_value(aud), wanted);
    size_t i;
    const json_t *one;
    json_array_foreach(aud, i, one)
    {
        const char *text = json_string_value(one);
        if (text && text_eq(text, wanted))
            return true;
    }
    return false;
}

enum err jwt_check(const struct jwt *jwt, const struct jwt_expect *expect, struct arena *arena, struct error *out)
{
    const double now = (double)expect->now_s;
    const double leeway = (double)expect->leeway_s;
    bool has_exp = false;
    bool has_nbf = false;
    bool has_iat = false;
    double exp = 0;
    double nbf = 0;
    double iat = 0;
    const char *untimely = !numeric_date(jwt, "exp", &has_exp, &exp)   ? "exp"
                           : !numeric_date(jwt, "nbf", &has_nbf, &nbf) ? "nbf"
                           : !numeric_date(jwt, "iat", &has_iat, &iat) ? "iat"
                                                                       : NULL;
    if (untimely)
        return error_set(out, arena, ERR_BAD_CLAIMS, "The JWT '%s' claim must be a number", untimely);
    if (!audience_is_readable(json_object_get(jwt->claims, "aud")))
        return error_set(out, arena, ERR_BAD_CLAIMS, "The JWT 'aud' claim must be a string or an array of strings");
    if (!has_exp && expect->must_expire)
        return error_set(out, arena, ERR_BAD_CLAIMS, "The token has no expiry.");
    if (has_exp && now >= exp + leeway)
        return error_set(out, arena, ERR_BAD_CLAIMS, "JWT expired");
    if (has_nbf && now < nbf - leeway)
        return error_set(out, arena, ERR_BAD_CLAIMS, "JWT not yet valid");
    if (has_iat && now < iat - leeway)
        return error_set(out, arena, ERR_BAD_CLAIMS, "JWT issued at future");

    const struct {
        const char *name, *wanted;
    } texts[] = {{"iss", expect->issuer}, {"tenant", expect->tenant}, {"nonce", expect->nonce}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *said = jwt_claim(jwt, texts[i].name);
        if (texts[i].wanted && (!said || !text_eq(said, texts[i].wanted)))
            return error_set(out, arena, ERR_BAD_CLAIMS, "The claim %s is not ours.", texts[i].name);
    }
    if (expect->audience && !audience_holds(json_object_get(jwt->claims, "aud"), expect->audience))
        return error_set(out, arena, ERR_BAD_CLAIMS, "JWT not in audience");
    return OK;
}

/* --- Symmetric ---------------------------------------------------------------------------------------------------- */

bool jwt_verify_hs256(const struct jwt *jwt, struct str secret)
{
    unsigned char mac[32];
    if (jwt->alg != JWT_HS256 || !secret.len)
        return false;
    hmac_sha256(secret, jwt->signed_part, mac);
    return equal_in_constant_time(jwt->signature, str_n((const char *)mac, sizeof mac));
}

static char *unsigned_token(struct arena *arena, const char *header, struct str claims)
{
    return arena_printf(arena, "%s.%s", encode_base64url(arena, header, strlen(header)),
                        encode_base64url(arena, claims.at, claims.len));
}

char *jwt_sign_hs256(struct arena *arena, struct str claims, struct str secret)
{
    unsigned char mac[32];
    char *head = unsigned_token(arena, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims);
    hmac_sha256(secret, str_of(head), mac);
    return arena_printf(arena, "%s.%s", head, encode_base64url(arena, mac, sizeof mac));
}

/* --- Asymmetric --------------------------------------------------------------------------------------------------- */

static struct jwt_key *key_of(EVP_PKEY *pkey, enum jwt_alg alg)
{
    struct jwt_key *key = malloc(sizeof *key);
    if (!key)
        abort();
    *key = (struct jwt_key){.pkey = pkey, .alg = alg};
    return key;
}

struct jwt_key *jwt_key_new(void)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    assert(pkey);
    return key_of(pkey, JWT_ES256);
}

void jwt_key_free(struct jwt_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

static EVP_PKEY *pkey_of_params(const char *type, int selection, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, selection, params) != 1) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return pkey;
}

/* Whether the parts fit together: the point lies on the curve, the private part belongs to it. */
static bool pkey_is_sound(EVP_PKEY *pkey, bool with_private)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
    bool sound = context && (with_private ? EVP_PKEY_check(context) : EVP_PKEY_public_check(context)) == 1;
    EVP_PKEY_CTX_free(context);
    return sound;
}

static bool jwk_bytes(struct arena *arena, const json_t *jwk, const char *name, struct str *bytes)
{
    const json_t *member = json_object_get(jwk, name);
    return json_is_string(member) &&
           decode_base64url(arena, str_n(json_string_value(member), json_string_length(member)), bytes);
}

static EVP_PKEY *ec_of_jwk(struct arena *arena, const json_t *jwk)
{
    struct str x;
    struct str y;
    struct str d;
    const char *curve = json_string_value(json_object_get(jwk, "crv"));
    bool private = json_object_get(jwk, "d") != NULL;
    if (!curve || !text_eq(curve, "P-256") || !jwk_bytes(arena, jwk, "x", &x) || x.len != P256_BYTES ||
        !jwk_bytes(arena, jwk, "y", &y) || y.len != P256_BYTES)
        return NULL;
    if (private && (!jwk_bytes(arena, jwk, "d", &d) || d.len != P256_BYTES))
        return NULL;
    unsigned char point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    memcpy(point + 1, x.at, P256_BYTES);
    memcpy(point + 1 + P256_BYTES, y.at, P256_BYTES);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = private ? BN_bin2bn((const unsigned char *)d.at, (int)d.len, NULL) : NULL;
    EVP_PKEY *pkey = NULL;
    if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) &&
        (!private || (scalar && OSSL_PARAM_BLD_push_BN_pad(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar, P256_BYTES))))
        pkey = pkey_of_params("EC", private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder);
    if (pkey && !pkey_is_sound(pkey, private)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    BN_clear_free(scalar);
    OSSL_PARAM_BLD_free(builder);
    return pkey;
}

static EVP_PKEY *rsa_of_jwk(struct arena *arena, const json_t *jwk)
{
    struct str n;
    struct str e;
    if (!jwk_bytes(arena, jwk, "n", &n) || n.len < RSA_BYTES_MIN || n.len > RSA_BYTES_MAX ||
        !jwk_bytes(arena, jwk, "e", &e) || !e.len || e.len > 8)
        return NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_bin2bn((const unsigned char *)n.at, (int)n.len, NULL);
    BIGNUM *exponent = BN_bin2bn((const unsigned char *)e.at, (int)e.len, NULL);
    EVP_PKEY *pkey = NULL;
    if (builder && modulus && exponent && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent))
        pkey = pkey_of_params("RSA", EVP_PKEY_PUBLIC_KEY, builder);
    BN_free(modulus);
    BN_free(exponent);
    OSSL_PARAM_BLD_free(builder);
    return pkey;
}

struct jwt_key *jwt_key_of_jwk(const json_t *jwk)
{
    const char *type = json_string_value(json_object_get(jwk, "kty"));
    if (!type)
        return NULL;
    struct arena *arena = arena_new();
    bool ec = text_eq(type, "EC");
    EVP_PKEY *pkey = ec ? ec_of_jwk(arena, jwk) : text_eq(type, "RSA") ? rsa_of_jwk(arena, jwk) : NULL;
    arena_free(arena);
    return pkey ? key_of(pkey, ec ? JWT_ES256 : JWT_RS256) : NULL;
}

static char *bignum_text(struct arena *arena, const struct jwt_key *key, const char *name, int width)
{
    unsigned char bytes[RSA_BYTES_MAX];
    BIGNUM *number = NULL;
    int got = EVP_PKEY_get_bn_param(key->pkey, name, &number);
    assert(got == 1);
    int length = width ? width : BN_num_bytes(number);
    assert(length <= (int)sizeof bytes);
    got = BN_bn2binpad(number, bytes, length);
    assert(got == length);
    BN_clear_free(number);
    return encode_base64url(arena, bytes, (size_t)length);
}

char *jwt_key_jwk(struct arena *arena, const struct jwt_key *key, const char *kid, bool with_private)
{
    struct buf text;
    buf_init(&text, 8192);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    json_member(&w, "kty", key->alg == JWT_ES256 ? "EC" : "RSA");
    if (kid) {
        json_member(&w, "kid", kid);
    }
    json_member(&w, "use", "sig");
    json_member(&w, "alg", algorithms[key->alg].name);
    if (key->alg == JWT_ES256) {
        json_member(&w, "crv", "P-256");
        json_member(&w, "x", bignum_text(arena, key, OSSL_PKEY_PARAM_EC_PUB_X, P256_BYTES));
        json_member(&w, "y", bignum_text(arena, key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_BYTES));
        if (with_private) {
            json_member(&w, "d", bignum_text(arena, key, OSSL_PKEY_PARAM_PRIV_KEY, P256_BYTES));
        }
    } else {
        assert(!with_private);
        json_member(&w, "n", bignum_text(arena, key, OSSL_PKEY_PARAM_RSA_N, 0));
        json_member(&w, "e", bignum_text(arena, key, OSSL_PKEY_PARAM_RSA_E, 0));
    }
    json_close(&w, '}');
    char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* JOSE writes an ECDSA signature as r and s side by side, OpenSSL wants DER. */
static unsigned char *der_of_jose(struct str jose, int *length)
{
    unsigned char *der = NULL;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn((const unsigned char *)jose.at, P256_BYTES, NULL);
    BIGNUM *s = BN_bin2bn((const unsigned char *)jose.at + P256_BYTES, P256_BYTES, NULL);
    assert(signature && r && s);
    ECDSA_SIG_set0(signature, r, s);
    *length = i2d_ECDSA_SIG(signature, &der);
    ECDSA_SIG_free(signature);
    return der;
}

bool jwt_verify(const struct jwt *jwt, const struct jwt_key *key)
{
    if (jwt->alg != key->alg || (key->alg == JWT_ES256 && jwt->signature.len != JOSE_BYTES))
        return false;
    unsigned char *der = NULL;
    const unsigned char *signature = (const unsigned char *)jwt->signature.at;
    size_t signature_length = jwt->signature.len;
    if (key->alg == JWT_ES256) {
        int length = 0;
        signature = der = der_of_jose(jwt->signature, &length);
        signature_length = length > 0 ? (size_t)length : 0;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = signature_length && context &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
                EVP_DigestVerify(context, signature, signature_length, (const unsigned char *)jwt->signed_part.at,
                                 jwt->signed_part.len) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return good;
}

char *jwt_sign_es256(struct arena *arena, struct str claims, const char *kid, const struct jwt_key *key)
{
    assert(key->alg == JWT_ES256);
    struct buf header;
    buf_init(&header, 1024);
    buf_text(&header, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":");
    json_quote(&header, str_of(kid));
    buf_char(&header, '}');
    char *head = unsigned_token(arena, buf_cstr(&header), claims);
    buf_release(&header);

    unsigned char der[128];
    size_t length = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
               EVP_DigestSign(context, der, &length, (const unsigned char *)head, strlen(head)) == 1;
    assert(done);
    EVP_MD_CTX_free(context);
    const unsigned char *from = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &from, (long)length);
    assert(signature);
    unsigned char jose[JOSE_BYTES];
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), jose, P256_BYTES);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), jose + P256_BYTES, P256_BYTES);
    ECDSA_SIG_free(signature);
    return arena_printf(arena, "%s.%s", head, encode_base64url(arena, jose, sizeof jose));
}

/* --- What a tenant's secret gives --------------------------------------------------------------------------------- */

static char *role_key(struct arena *arena, struct str secret, const char *schema, const char *role)
{
    const char *claims = arena_printf(arena, "{\"iss\":\"maitred\",\"role\":\"%s\",\"tenant\":\"%s\",\"iat\":%lld}",
                                      role, schema, (long long)api_key_iat_s);
    return jwt_sign_hs256(arena, str_of(claims), secret);
}

static char *short_key(struct arena *arena, struct str secret, const char *schema, const char *kind)
{
    unsigned char mac[32];
    hmac_sha256(secret, str_of(arena_printf(arena, "api key:%s:%s", kind, schema)), mac);
    return arena_printf(arena, "sb_%s_%s", kind, encode_base64url(arena, mac, 24));
}

struct api_keys api_keys_derive(struct arena *arena, struct str secret, const char *schema)
{
    return (struct api_keys){
        .anon = role_key(arena, secret, schema, "anon"),
        .service = role_key(arena, secret, schema, "service_role"),
        .publishable = short_key(arena, secret, schema, "publishable"),
        .secret = short_key(arena, secret, schema, "secret"),
    };
}
