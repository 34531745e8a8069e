/* Fuzzes the reading of tokens and keys: whatever comes, reading ends; nothing we did not sign verifies.
 *
 * First byte: 0 a token, 1 a JWK. tests/fuzz/auth_run.sh builds and runs it. */
#include "base/clock.h"
#include "base/jwt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct arena *arena, struct str token)
{
    static struct jwt_key *key;
    struct jwt jwt;
    struct error error;
    if (!key)
        key = jwt_key_new();
    if (jwt_parse(arena, token, &jwt, &error) != OK) {
        if (error.err != ERR_BAD_TOKEN)
            abort();
        return;
    }
    if (jwt_verify(&jwt, key) || jwt_verify_hs256(&jwt, STR("a secret nobody fuzzes")))
        abort();
    const struct jwt_expect expect = {.issuer = "i", .audience = "a", .tenant = "t", .now_s = 1000, .leeway_s = 5};
    if (jwt_check(&jwt, &expect, arena, &error) != OK && error.err != ERR_BAD_CLAIMS)
        abort();
}

static void load(struct arena *arena, const char *text, size_t length)
{
    json_error_t error;
    json_t *jwk = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    struct jwt_key *key = jwk ? jwt_key_of_jwk(jwk) : NULL;
    if (key && !jwt_key_jwk(arena, key, "kid", false))
        abort();
    jwt_key_free(key);
    json_decref(jwk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    if (*data & 1)
        load(arena, text, size - 1);
    else
        judge(arena, str_n(text, size - 1));
    arena_free(arena);
    return 0;
}
