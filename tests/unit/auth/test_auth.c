/* Passwords, codes, forms, the cache of tokens, keys and ended sessions. */
#include "auth/form.h"
#include "auth/keyring.h"
#include "auth/password.h"
#include "auth/token_cache.h"
#include "auth/totp.h"
#include "base/encode.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

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

/* --- Passwords ---------------------------------------------------------------------------------------------------- */

static void test_password_round_trip(void **state)
{
    char *hash = auth_password_hash_cost(*state, "Stable door", 4);
    assert_int_equal(auth_password_cost(hash), 4);
    assert_true(auth_password_matches("Stable door", hash, 4));
    assert_false(auth_password_matches("stable door", hash, 4));
    assert_false(auth_password_matches("", hash, 4));
    assert_string_not_equal(hash, auth_password_hash_cost(*state, "Stable door", 4));
    /* made elsewhere (jBCrypt's test vectors) */
    assert_true(auth_password_matches("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", 4));
    assert_false(auth_password_matches("b", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", 4));
}

/* Nobody is as much work as somebody: one run of bcrypt each, at the same cost. */
static void test_unknown_users_cost_the_same(void **state)
{
    char *hash = auth_password_hash_cost(*state, "x", 4);
    unsigned long before = auth_password_runs();
    assert_false(auth_password_matches("wrong", hash, 4));
    unsigned long known = auth_password_runs() - before;
    assert_false(auth_password_matches("wrong", NULL, 4));
    assert_int_equal(auth_password_runs() - before - known, known);
    static const char *const broken[] = {"", "x", "$2b$04$short", "plain text password", "$1$abc$def", "*0"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        before = auth_password_runs();
        assert_false(auth_password_matches(broken[i], broken[i], 4));
        assert_int_equal(auth_password_runs() - before, known);
    }
}

static void test_password_rules(void **state)
{
    (void)state;
    static const struct {
        const char *password, *required, *email;
        unsigned faults;
    } cases[] = {
        {"Stable-door-11", NULL, NULL, 0},
        {"pass phrase with words", NULL, NULL, 0},
        {"пароль-из-слов", NULL, NULL, 0},
        {"short", NULL, NULL, PASSWORD_LENGTH},
        {"ääääöööö", NULL, NULL, 0}, /* characters count, not bytes */
        {"äöüäöü", NULL, NULL, PASSWORD_LENGTH},
        {"P4ssw0rd123!", NULL, NULL, PASSWORD_COMMON},
        {"Iloveyou!!", NULL, NULL, PASSWORD_COMMON},
        {"zxcvbn123456", NULL, NULL, PASSWORD_COMMON},
        {"98765432", NULL, NULL, PASSWORD_COMMON},
        {"1234567890", NULL, NULL, PASSWORD_COMMON},
        {"xyxyxyxyxy", NULL, NULL, PASSWORD_COMMON},
        {"Maria.Rossi1", NULL, "maria.rossi@example.com", PASSWORD_COMMON},
        {"maria.rossi@example.com", NULL, "Maria.Rossi@example.com", PASSWORD_COMMON},
        {"Maria.Rossi1", NULL, "other@example.com", 0},
        {"stable-door-eleven", "abc:ABC:0123456789", NULL, PASSWORD_CHARACTERS},
        {"stAble-door-1", "abc:ABC:0123456789", NULL, 0},
        {"stable:door", "\\:", NULL, 0},
        {"stable-door", "\\:", NULL, PASSWORD_CHARACTERS},
        {"", NULL, NULL, PASSWORD_LENGTH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct password_rules rules = {.length_min = 8, .required = cases[i].required, .email = cases[i].email};
        if (auth_password_faults(cases[i].password, &rules) != cases[i].faults)
            fail_msg("%s: %u", cases[i].password, auth_password_faults(cases[i].password, &rules));
    }
}

/* --- Codes -------------------------------------------------------------------------------------------------------- */

/* RFC 6238, appendix B, the last six digits; the secret is "12345678901234567890". */
static void test_totp_vectors(void **state)
{
    (void)state;
    static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    static const struct {
        int64_t now_s;
        const char *code;
    } cases[] = {
        {59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(totp_step_of(secret, cases[i].code, cases[i].now_s), cases[i].now_s / 30);
        assert_int_equal(totp_step_of(secret, cases[i].code, cases[i].now_s + 30), cases[i].now_s / 30);
        assert_int_equal(totp_step_of(secret, cases[i].code, cases[i].now_s - 30), cases[i].now_s / 30);
        assert_int_equal(totp_step_of(secret, cases[i].code, cases[i].now_s + 60), -1);
    }
    static const char *const bad[] = {"", "28708", "2870820", "28708a", " 287082", "+28708", "-28708"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(totp_step_of(secret, bad[i], 59), -1);
    assert_int_equal(totp_step_of("not base32!", "287082", 59), -1);
}

static void test_qr_is_svg(void **state)
{
    char *secret = totp_secret(*state);
    assert_int_equal(strlen(secret), 32);
    char *uri = totp_uri(*state, "Café & Bar", "a@b.test", secret);
    assert_true(str_starts(str_of(uri), "otpauth://totp/Caf%C3%A9%20%26%20Bar:a%40b.test?"));
    char *svg = qr_svg(*state, uri);
    assert_true(str_starts(str_of(svg), "<svg "));
    assert_non_null(strstr(svg, "</svg>"));
    char *long_text = arena_zalloc(*state, 5000);
    memset(long_text, 'x', 4999);
    assert_null(qr_svg(*state, long_text));
}

/* --- Forms -------------------------------------------------------------------------------------------------------- */

static void test_forms(void **state)
{
    static const struct {
        const char *text, *json; /* NULL: refused */
    } cases[] = {
        {"", "{}"},
        {"a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}"},
        {"a=1&a=2", "{\"a\":\"1\"}"},
        {"a", "{\"a\":\"\"}"},
        {"=x", "{\"\":\"x\"}"},
        {"&&a=1&", "{\"a\":\"1\"}"},
        {"a=b=c", "{\"a\":\"b=c\"}"},
        {"a=x+y%20z", "{\"a\":\"x y z\"}"},
        {"a=%22%5c", "{\"a\":\"\\\"\\\\\"}"},
        {"a=%", NULL},
        {"a=%zz", NULL},
        {"a=%00", NULL},
        {"a=%ff", NULL},
        {"%c3%28=1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *fields = form_parse(*state, str_of(cases[i].text));
        char *text = fields ? json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
        if (cases[i].json)
            assert_string_equal(text, cases[i].json);
        else
            assert_null(fields);
        free(text);
        json_decref(fields);
    }
    const char *many = "x0=1";
    for (int i = 1; i <= FORM_FIELDS_MAX; i++)
        many = arena_printf(*state, "%s&x%d=1", many, i);
    assert_null(form_parse(*state, str_of(many)));
}

/* What is escaped comes back, whatever the bytes. */
static void test_form_escape_round_trip(void **state)
{
    srand(7);
    for (int round = 0; round < 2000; round++) {
        char text[40];
        size_t length = (size_t)(rand() % 39);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + rand() % 126);
        text[length] = '\0';
        json_t *fields = form_parse(*state, str_of(arena_printf(*state, "v=%s", form_escape(*state, text))));
        assert_string_equal(json_string_value(json_object_get(fields, "v")), text);
        json_decref(fields);
    }
}

/* --- What a worker knows ------------------------------------------------------------------------------------------ */

static void test_token_cache(void **state)
{
    struct token_cache *cache = token_cache_new(3);
    const struct str secret = STR("one");
    const struct identity who = {
        .role = "authenticated", .claims_json = "{\"sub\":\"u\"}", .user_id = "u", .expires_at_s = 9};
    cached_identity_unref(token_cache_add(cache, "tenant_a", secret, STR("t1"), &who));
    struct cached_identity *found = token_cache_find(cache, "tenant_a", secret, STR("t1"));
    assert_non_null(found);
    struct identity *copy = cached_identity_get(found);
    assert_ptr_not_equal(copy->claims_json, who.claims_json);
    assert_string_equal(copy->user_id, "u");
    assert_null(copy->session_id);
    assert_null(token_cache_find(cache, "tenant_b", secret, STR("t1")));     /* another tenant */
    assert_null(token_cache_find(cache, "tenant_a", STR("two"), STR("t1"))); /* the secret has changed */
    assert_null(token_cache_find(cache, "tenant_a", secret, STR("t")));

    for (int i = 0; i < 100; i++) {
        cached_identity_unref(token_cache_add(cache, "tenant_a", secret, str_of(arena_printf(*state, "x%d", i)), &who));
        struct cached_identity *used = token_cache_find(cache, "tenant_a", secret, STR("t1"));
        assert_non_null(used); /* used again and again: it stays */
        cached_identity_unref(used);
        assert_true(token_cache_count(cache) <= 3);
    }
    assert_null(token_cache_find(cache, "tenant_a", secret, STR("x50")));
    token_cache_clear(cache);
    assert_null(token_cache_find(cache, "tenant_a", secret, STR("t1")));
    assert_string_equal(copy->user_id, "u"); /* who holds it may go on reading */
    token_cache_free(cache);
    assert_string_equal(copy->claims_json, "{\"sub\":\"u\"}");
    cached_identity_unref(found);
}

static void test_keyring(void **state)
{
    struct keyring *ring = keyring_new();
    keyring_put_key(ring, "kid-1", "tenant_a", KEY_STANDBY, 1, jwt_key_new());
    assert_null(keyring_in_use(ring, "tenant_a"));
    assert_non_null(keyring_key(ring, "tenant_a", "kid-1"));
    assert_null(keyring_key(ring, "tenant_b", "kid-1"));
    keyring_put_key(ring, "kid-1", "tenant_a", KEY_IN_USE, 2, jwt_key_new());
    keyring_put_key(ring, "kid-2", "tenant_a", KEY_STANDBY, 2, jwt_key_new());
    assert_string_equal(keyring_in_use(ring, "tenant_a")->kid, "kid-1");
    /* the turn, in either order of the two rows */
    keyring_put_key(ring, "kid-2", "tenant_a", KEY_IN_USE, 3, jwt_key_new());
    keyring_put_key(ring, "kid-1", "tenant_a", KEY_PREVIOUS, 3, jwt_key_new());
    assert_string_equal(keyring_in_use(ring, "tenant_a")->kid, "kid-2");
    /* since 3; after a day a successor may be wanted, which is said once an hour */
    assert_null(keyring_due(ring, 3 + 86400));
    assert_string_equal(keyring_due(ring, 4 + 86400), "tenant_a");
    assert_null(keyring_due(ring, 4 + 86400 + 3600));
    assert_string_equal(keyring_due(ring, 5 + 86400 + 3600), "tenant_a");
    assert_non_null(strstr(keyring_jwks(ring, "tenant_a", *state), "kid-1"));
    assert_string_equal(keyring_jwks(ring, "tenant_b", *state), "{\"keys\":[]}");
    keyring_put_key(ring, "kid-1", "tenant_a", KEY_REVOKED, 4, NULL);
    assert_null(keyring_key(ring, "tenant_a", "kid-1"));
    keyring_put_key(ring, "kid-2", "tenant_a", KEY_REVOKED, 4, NULL);
    assert_null(keyring_in_use(ring, "tenant_a"));

    static const char session[] = "11111111-2222-4333-8444-555555555555";
    assert_false(keyring_session_revoked(ring, session));
    keyring_revoke_session(ring, session, 100);
    keyring_revoke_session(ring, session, 50); /* an older notice shortens nothing */
    keyring_forget(ring, 100);
    assert_true(keyring_session_revoked(ring, session));
    keyring_forget(ring, 101);
    assert_false(keyring_session_revoked(ring, session));
    keyring_revoke_session(ring, session, 200);
    keyring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_password_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_users_cost_the_same, set_up, tear_down),
        cmocka_unit_test(test_password_rules),
        cmocka_unit_test(test_totp_vectors),
        cmocka_unit_test_setup_teardown(test_qr_is_svg, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_form_escape_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_token_cache, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keyring, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
