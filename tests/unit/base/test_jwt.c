/* Tokens are read strictly, verified by keys of their own algorithm only, and judged by their claims. */
#include "base/encode.h"
#include "base/jwt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct str secret = {"correct horse battery staple", 28};

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static const char *part(struct arena *arena, const char *json)
{
    return encode_base64url(arena, json, strlen(json));
}

static bool parses(struct arena *arena, const char *token)
{
    struct jwt jwt;
    struct error error;
    return jwt_parse(arena, str_of(token), &jwt, &error) == OK;
}

static struct jwt parsed(struct arena *arena, const char *token)
{
    struct jwt jwt;
    struct error error;
    assert_int_equal(jwt_parse(arena, str_of(token), &jwt, &error), OK);
    return jwt;
}

/* RFC 7515, appendix A.1: a token from elsewhere verifies, line breaks in its JSON included. */
static void test_rfc_7515_example(void **state)
{
    struct str key;
    assert_true(decode_base64url(
        *state, STR("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"), &key));
    struct jwt jwt =
        parsed(*state, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
                       "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_true(jwt_verify_hs256(&jwt, key));
    assert_string_equal(jwt_claim(&jwt, "iss"), "joe");
    assert_false(jwt_verify_hs256(&jwt, secret));
}

static void test_sign_and_verify(void **state)
{
    char *token = jwt_sign_hs256(*state, STR("{\"sub\":\"a\"}"), secret);
    struct jwt jwt = parsed(*state, token);
    assert_true(jwt_verify_hs256(&jwt, secret));
    assert_false(jwt_verify_hs256(&jwt, STR("")));

    struct jwt_key *key = jwt_key_new();
    struct jwt_key *other = jwt_key_new();
    token = jwt_sign_es256(*state, STR("{\"sub\":\"b\"}"), "kid-1", key);
    jwt = parsed(*state, token);
    assert_string_equal(jwt.kid, "kid-1");
    assert_true(jwt_verify(&jwt, key));
    assert_false(jwt_verify(&jwt, other));
    jwt_key_free(key);
    jwt_key_free(other);
}

/* Flipping any character of a token makes it worthless: there is no second spelling of a good one. */
static void test_every_character_counts(void **state)
{
    struct jwt_key *key = jwt_key_new();
    char *tokens[] = {jwt_sign_hs256(*state, STR("{\"sub\":\"a\",\"exp\":1}"), secret),
                      jwt_sign_es256(*state, STR("{\"sub\":\"a\",\"exp\":1}"), "k", key)};
    for (size_t t = 0; t < 2; t++) {
        size_t length = strlen(tokens[t]);
        for (size_t i = 0; i < length; i++) {
            char *bent = arena_strdup(*state, tokens[t]);
            for (const char *c = "AZaz09-_.=+/ "; *c; c++) {
                bent[i] = *c;
                struct jwt jwt;
                struct error error;
                if (*c == tokens[t][i] || jwt_parse(*state, str_of(bent), &jwt, &error) != OK)
                    continue;
                assert_false(jwt_verify_hs256(&jwt, secret));
                assert_false(jwt_verify(&jwt, key));
            }
        }
    }
    jwt_key_free(key);
}

/* A public key is never an HMAC secret, and none is no algorithm. */
static void test_algorithms_are_not_confused(void **state)
{
    struct jwt_key *key = jwt_key_new();
    char *jwk = jwt_key_jwk(*state, key, NULL, false);
    struct jwt jwt = parsed(*state, jwt_sign_hs256(*state, STR("{}"), str_of(jwk)));
    assert_false(jwt_verify(&jwt, key));
    jwt = parsed(*state, jwt_sign_es256(*state, STR("{}"), "k", key));
    assert_false(jwt_verify_hs256(&jwt, secret));
    jwt_key_free(key);

    const char *body = part(*state, "{\"sub\":\"a\"}");
    static const char *const headers[] = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"NONE\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":\"hs256\"}",
        "{\"alg\":1}",
        "{}",
        "[]",
        "{\"alg\":\"HS256\",\"crit\":[\"x\"]}",
        "{\"alg\":\"HS256\",\"typ\":\"JWE\"}",
        "{\"alg\":\"HS256\",\"kid\":7}",
        "{\"alg\":\"HS256\",\"alg\":\"none\"}",
        "{\"alg\":\"HS256\"} ",
        "{\"alg\":\"HS256\"}x",
        "",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const char *token = arena_printf(*state, "%s.%s.%s", part(*state, headers[i]), body, body);
        bool only_space = headers[i][0] && headers[i][strlen(headers[i]) - 1] == ' ';
        assert_int_equal(parses(*state, token), only_space);
    }
}

static void test_shapes_that_are_no_token(void **state)
{
    const char *h = part(*state, "{\"alg\":\"HS256\"}");
    const char *b = part(*state, "{\"sub\":\"a\"}");
    const char *bad[] = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        arena_printf(*state, "%s.%s", h, b),
        arena_printf(*state, "%s.%s.", h, b),
        arena_printf(*state, "%s..%s", h, b),
        arena_printf(*state, ".%s.%s", b, b),
        arena_printf(*state, "%s.%s.%s.x", h, b, b),
        arena_printf(*state, "%s.%s.%s=", h, b, b),
        arena_printf(*state, " %s.%s.%s", h, b, b),
        arena_printf(*state, "%s.%s.%s\n", h, b, b),
        arena_printf(*state, "%s.%s.%s", h, part(*state, "[1]"), b),
        arena_printf(*state, "%s.%s.%s", h, part(*state, "{\"a\":1,\"a\":2}"), b),
        arena_printf(*state, "%s.%s.%s", h, part(*state, "{\"a\":\"\xff\"}"), b),
        arena_printf(*state, "%s.%s.%s", h, part(*state, "{\"a\":\"\\u0000\"}"), b),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(parses(*state, bad[i]));
    char *huge = arena_alloc(*state, JWT_BYTES_MAX + 64);
    memset(huge, 'A', JWT_BYTES_MAX + 63);
    huge[JWT_BYTES_MAX + 63] = '\0';
    huge[10] = huge[20] = '.';
    assert_false(parses(*state, huge));
}

static void test_claims_are_judged(void **state)
{
    static const struct {
        const char *claims;
        const char *audience, *issuer, *tenant;
        bool must_expire, good;
    } cases[] = {
        {"{}", NULL, NULL, NULL, false, true},
        {"{}", NULL, NULL, NULL, true, false},
        {"{\"exp\":1001}", NULL, NULL, NULL, true, true},
        {"{\"exp\":1000}", NULL, NULL, NULL, false, false},
        {"{\"exp\":1000.5}", NULL, NULL, NULL, false, true},
        {"{\"exp\":\"2000\"}", NULL, NULL, NULL, false, false},
        {"{\"exp\":null}", NULL, NULL, NULL, false, false},
        {"{\"exp\":1e308}", NULL, NULL, NULL, false, false}, /* no int64_t holds it */
        {"{\"exp\":9223372036854775807}", NULL, NULL, NULL, false, false},
        {"{\"exp\":253402300799}", NULL, NULL, NULL, false, true}, /* the last second of 9999 */
        {"{\"nbf\":-1e308}", NULL, NULL, NULL, false, false},
        {"{\"iat\":-1e19}", NULL, NULL, NULL, false, false},
        {"{\"nbf\":1001}", NULL, NULL, NULL, false, false},
        {"{\"nbf\":1000}", NULL, NULL, NULL, false, true},
        {"{\"iat\":1001}", NULL, NULL, NULL, false, false},
        {"{\"iat\":true}", NULL, NULL, NULL, false, false},
        {"{\"aud\":\"a\"}", "a", NULL, NULL, false, true},
        {"{\"aud\":[\"b\",\"a\"]}", "a", NULL, NULL, false, true},
        {"{\"aud\":[\"b\",7]}", "a", NULL, NULL, false, false},
        {"{\"aud\":\"ab\"}", "a", NULL, NULL, false, false},
        {"{}", "a", NULL, NULL, false, false},
        {"{\"iss\":\"i\"}", NULL, "i", NULL, false, true},
        {"{\"iss\":[\"i\"]}", NULL, "i", NULL, false, false},
        {"{\"tenant\":\"tenant_a\"}", NULL, NULL, "tenant_a", false, true},
        {"{\"tenant\":\"tenant_b\"}", NULL, NULL, "tenant_a", false, false},
        {"{\"tenant\":null}", NULL, NULL, "tenant_a", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        struct jwt jwt = parsed(*state, jwt_sign_hs256(*state, str_of(cases[i].claims), secret));
        const struct jwt_expect expect = {.audience = cases[i].audience,
                                          .issuer = cases[i].issuer,
                                          .tenant = cases[i].tenant,
                                          .must_expire = cases[i].must_expire,
                                          .now_s = 1000};
        if ((jwt_check(&jwt, &expect, *state, &error) == OK) != cases[i].good)
            fail_msg("%s", cases[i].claims);
    }
}

static struct jwt_key *key_of(const char *text)
{
    json_error_t error;
    json_t *jwk = json_loads(text, 0, &error);
    struct jwt_key *key = jwt_key_of_jwk(jwk);
    json_decref(jwk);
    return key;
}

static void test_keys_as_jwk(void **state)
{
    struct jwt_key *key = jwt_key_new();
    char *token = jwt_sign_es256(*state, STR("{}"), "k", key);
    struct jwt jwt = parsed(*state, token);
    struct jwt_key *public_part = key_of(jwt_key_jwk(*state, key, "k", false));
    struct jwt_key *whole = key_of(jwt_key_jwk(*state, key, NULL, true));
    assert_null(strstr(jwt_key_jwk(*state, key, "k", false), "\"d\""));
    assert_true(jwt_verify(&jwt, public_part));
    jwt = parsed(*state, jwt_sign_es256(*state, STR("{\"x\":1}"), "k", whole));
    assert_true(jwt_verify(&jwt, public_part));
    jwt_key_free(whole);
    jwt_key_free(public_part);
    jwt_key_free(key);

    /* not on the curve, too short, another curve, an RSA key one may factor, an exponent without end */
    static const char *const bad[] = {
        "{}",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"y\":"
         "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}"),
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":7,\"y\":\"AA\"}",
        "{\"kty\":\"RSA\",\"n\":\"wRE\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(key_of(bad[i]));
}

static void test_api_keys_are_derived(void **state)
{
    struct api_keys one = api_keys_derive(*state, secret, "tenant_a");
    struct api_keys same = api_keys_derive(*state, secret, "tenant_a");
    struct api_keys other = api_keys_derive(*state, secret, "tenant_b");
    assert_string_equal(one.anon, same.anon);
    assert_string_equal(one.secret, same.secret);
    assert_string_not_equal(one.publishable, other.publishable);
    assert_true(str_starts(str_of(one.publishable), "sb_publishable_"));
    assert_true(str_starts(str_of(one.secret), "sb_secret_"));
    assert_string_not_equal(one.publishable + strlen("sb_publishable_"), one.secret + strlen("sb_secret_"));
    struct jwt jwt = parsed(*state, one.service);
    assert_true(jwt_verify_hs256(&jwt, secret));
    assert_string_equal(jwt_claim(&jwt, "role"), "service_role");
    assert_string_equal(jwt_claim(&jwt, "tenant"), "tenant_a");
    assert_null(json_object_get(jwt.claims, "exp"));
}

/* Whatever bytes come, reading ends, and what was read can be written down again. */
static void test_random_bytes_never_parse_into_rubbish(void **state)
{
    srand(20261121);
    for (int round = 0; round < 20000; round++) {
        char token[200];
        size_t length = (size_t)(rand() % (int)sizeof token);
        for (size_t i = 0; i < length; i++)
            token[i] = "abcXYZ019-_.={}\"eyJhbGciOiJIUzI1NiJ9"[rand() % 36];
        struct arena *arena = arena_new();
        struct jwt jwt;
        struct error error;
        if (jwt_parse(arena, str_n(token, length), &jwt, &error) == OK) {
            assert_true(json_is_object(jwt.claims));
            assert_false(jwt_verify_hs256(&jwt, secret));
        } else {
            assert_int_equal(error.err, ERR_BAD_TOKEN);
        }
        arena_free(arena);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rfc_7515_example, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sign_and_verify, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_character_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_algorithms_are_not_confused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shapes_that_are_no_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_claims_are_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_as_jwk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_api_keys_are_derived, set_up, tear_down),
        cmocka_unit_test(test_random_bytes_never_parse_into_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
