#include "auth/webauthn.h"

#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <string.h>

enum { FLAG_USER_PRESENT = 0x01, FLAGS_AT = 32, AUTHDATA_BYTES_MIN = 37, ATTESTATION_BYTES_MAX = 16384 };

static bool say(const char **reason, const char *why)
{
    *reason = why;
    return false;
}

/* --- What both ceremonies check ----------------------------------------------------------------------------------- */

static bool member_bytes(struct arena *arena, const json_t *object, const char *name, struct str *bytes)
{
    const json_t *member = json_object_get(object, name);
    return json_is_string(member) &&
           decode_base64url(arena, str_n(json_string_value(member), json_string_length(member)), bytes);
}

static bool is_listed(const json_t *origins, const char *origin)
{
    size_t i;
    const json_t *one;
    json_array_foreach(origins, i, one)
    {
        if (origin && text_eq(json_string_value(one), origin))
            return true;
    }
    return false;
}

static bool check_client_data(struct str bytes, const char *type, const struct webauthn_expect *expect,
                              const char **reason)
{
    json_error_t error;
    json_t *data = json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, &error);
    const char *said = json_string_value(json_object_get(data, "type"));
    const char *challenge = json_string_value(json_object_get(data, "challenge"));
    const char *origin = json_string_value(json_object_get(data, "origin"));
    bool good = false;
    if (!said || !text_eq(said, type))
        (void)say(reason, "client data of another ceremony");
    else if (!challenge || !equal_in_constant_time(str_of(challenge), str_of(expect->challenge)))
        (void)say(reason, "another challenge");
    else if (!is_listed(expect->origins, origin))
        (void)say(reason, "a page of another origin");
    else if (json_is_true(json_object_get(data, "crossOrigin")))
        (void)say(reason, "a page within another page");
    else
        good = true;
    json_decref(data);
    return good;
}

static bool check_authenticator_data(struct str data, const char *rp_id, const char **reason)
{
    unsigned char digest[32];
    if (data.len < AUTHDATA_BYTES_MIN)
        return say(reason, "authenticator data too short");
    digest_sha256(str_of(rp_id), digest);
    if (!equal_in_constant_time(str_n((const char *)digest, sizeof digest), str_n(data.at, sizeof digest)))
        return say(reason, "a key of another relying party");
    if (!((unsigned char)data.at[FLAGS_AT] & FLAG_USER_PRESENT))
        return say(reason, "nobody was present");
    return true;
}

/* --- navigator.credentials.create() ------------------------------------------------------------------------------- */

/* authData out of {fmt, attStmt, authData}. */
static bool read_attestation(struct arena *arena, struct str attestation, struct str *data)
{
    struct cbor_load_result loaded;
    bool found = false;
    if (attestation.len > ATTESTATION_BYTES_MAX)
        return false;
    cbor_item_t *item = cbor_load((cbor_data)attestation.at, attestation.len, &loaded);
    if (!item)
        return false;
    if (loaded.error.code == CBOR_ERR_NONE && cbor_isa_map(item)) {
        const struct cbor_pair *pairs = cbor_map_handle(item);
        for (size_t i = 0; i < cbor_map_size(item) && !found; i++) {
            const cbor_item_t *name = pairs[i].key, *value = pairs[i].value;
            found = cbor_isa_string(name) && cbor_string_is_definite(name) && cbor_string_length(name) == 8 &&
                    !memcmp(cbor_string_handle(name), "authData", 8) && cbor_isa_bytestring(value) &&
                    cbor_bytestring_is_definite(value);
            if (found)
                *data = str_n(
                    arena_strndup(arena, (const char *)cbor_bytestring_handle(value), cbor_bytestring_length(value)),
                    cbor_bytestring_length(value));
        }
    }
    cbor_decref(&item);
    return found;
}

/* The attested key, when it is of this algorithm. */
static bool read_key(struct arena *arena, struct str data, int algorithm, struct webauthn_key *key)
{
    fido_cred_t *cred = fido_cred_new();
    bool good = cred && fido_cred_set_type(cred, algorithm) == FIDO_OK &&
                fido_cred_set_authdata_raw(cred, (const unsigned char *)data.at, data.len) == FIDO_OK &&
                fido_cred_id_len(cred) && fido_cred_pubkey_len(cred);
    if (good)
        *key = (struct webauthn_key){
            .credential_id = encode_base64url(arena, fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
            .public_key = encode_base64url(arena, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)),
            .algorithm = algorithm,
            .sign_count = fido_cred_sigcount(cred)};
    fido_cred_free(&cred);
    return good;
}

bool webauthn_created(struct arena *arena, const json_t *credential, const struct webauthn_expect *expect,
                      struct webauthn_key *key, const char **reason)
{
    static const int algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};
    const json_t *response = json_object_get(credential, "response");
    const char *id = json_string_value(json_object_get(credential, "id"));
    struct str client_data, attestation, data = {0};
    if (!member_bytes(arena, response, "clientDataJSON", &client_data) ||
        !member_bytes(arena, response, "attestationObject", &attestation))
        return say(reason, "clientDataJSON and attestationObject are missing");
    if (!check_client_data(client_data, "webauthn.create", expect, reason))
        return false;
    if (!read_attestation(arena, attestation, &data))
        return say(reason, "the attestation object cannot be read");
    if (!check_authenticator_data(data, expect->rp_id, reason))
        return false;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (!read_key(arena, data, algorithms[i], key))
            continue;
        return id && text_eq(id, key->credential_id) ? true : say(reason, "another id than the attested key's");
    }
    return say(reason, "no key of a known algorithm");
}

/* --- navigator.credentials.get() ---------------------------------------------------------------------------------- */

static bool verify_signature(const fido_assert_t *assert, int algorithm, struct str key)
{
    bool good = false;
    if (algorithm == COSE_ES256) {
        es256_pk_t *pk = es256_pk_new();
        good = pk && es256_pk_from_ptr(pk, key.at, key.len) == FIDO_OK &&
               fido_assert_verify(assert, 0, algorithm, pk) == FIDO_OK;
        es256_pk_free(&pk);
    } else if (algorithm == COSE_EDDSA) {
        eddsa_pk_t *pk = eddsa_pk_new();
        good = pk && eddsa_pk_from_ptr(pk, key.at, key.len) == FIDO_OK &&
               fido_assert_verify(assert, 0, algorithm, pk) == FIDO_OK;
        eddsa_pk_free(&pk);
    } else if (algorithm == COSE_RS256) {
        rs256_pk_t *pk = rs256_pk_new();
        good = pk && rs256_pk_from_ptr(pk, key.at, key.len) == FIDO_OK &&
               fido_assert_verify(assert, 0, algorithm, pk) == FIDO_OK;
        rs256_pk_free(&pk);
    }
    return good;
}

bool webauthn_asserted(struct arena *arena, const json_t *credential, const struct webauthn_expect *expect,
                       struct webauthn_key *key, const char **reason)
{
    const json_t *response = json_object_get(credential, "response");
    struct str client_data, data, signature, public_key;
    if (!member_bytes(arena, response, "clientDataJSON", &client_data) ||
        !member_bytes(arena, response, "authenticatorData", &data) ||
        !member_bytes(arena, response, "signature", &signature) ||
        !decode_base64url(arena, str_of(key->public_key), &public_key))
        return say(reason, "clientDataJSON, authenticatorData and signature are missing");
    if (!check_client_data(client_data, "webauthn.get", expect, reason) ||
        !check_authenticator_data(data, expect->rp_id, reason))
        return false;
    fido_assert_t *assert = fido_assert_new();
    bool good = assert &&fido_assert_set_rp(assert, expect->rp_id) ==
                FIDO_OK &&fido_assert_set_clientdata(assert, (const unsigned char *)client_data.at, client_data.len) ==
                FIDO_OK &&fido_assert_set_count(assert, 1) ==
                FIDO_OK &&fido_assert_set_authdata_raw(assert, 0, (const unsigned char *)data.at, data.len) ==
                FIDO_OK &&fido_assert_set_sig(assert, 0, (const unsigned char *)signature.at, signature.len) ==
                FIDO_OK &&fido_assert_set_up(assert, FIDO_OPT_TRUE) ==
                FIDO_OK &&verify_signature(assert, key->algorithm, public_key);
    if (good)
        key->sign_count = fido_assert_sigcount(assert, 0);
    fido_assert_free(&assert);
    return good || say(reason, "the signature is not the key's");
}
