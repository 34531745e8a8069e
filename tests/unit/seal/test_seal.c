/* Sealed texts: what SQL seals opens here, and nothing opens anywhere else than in its place. */
#include "../unit.h"

#include "base/encode.h"
#include "seal/seal.h"

#include <stdlib.h>
#include <string.h>

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

/* 00 01 02 … 3f, the key of RFC 7518, B.3; and its second half first. */
#define KEY_1                                                                                                          \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"                                                 \
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define KEY_2                                                                                                          \
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"                                                 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
static const char first[] = "{\"seals\":\"1\",\"keys\":{\"1\":\"" KEY_1 "\"},\"before\":null}";
static const char both[] = "{\"seals\":\"2\",\"keys\":{\"1\":\"" KEY_1 "\",\"2\":\"" KEY_2 "\"},\"before\":null}";

static const struct seal_place place = {"tenant_alpha", "hook_endpoints.secret", "7"};

/* The vector's associated data is one text with no lines: a place of one part would be it. Its cipher, IV and key are
 * taken; the tag over our own place was computed with Python's hmac. */
static void rfc_7518(void **state)
{
    static const char plain[] = "A cipher system must not be required to be secret, and it must be able to fall into "
                                "the hands of the enemy without inconvenience";
    struct seal_keys *keys = seal_keys_read(first);
    assert_non_null(keys);
    static const char sealed[] =
        "v2.1."
        "GvOMLcK5b_3YZpQJI0G8BEr_qq23jDHF2ksbWQ0Q_7092NXTAkI1JpEtoDfsvMe9giwwHdZ8NzvMtYStPpJ5wubRKh"
        "N0t38HdVPfgpQQRGs269lwZilq5kJ-p1wuCEahGgnM9TcNyAv-y60oxz8Js6O3XmYqJZRBCuSWsuLmYJ4x5uAsyDfw"
        "U9IfN_9PUZULviY40J3XpJMJMIBtBwOx9vuiTTmgPYoLUupjdZO4YGv9jXHN0L03kOuNISTA2TSL";
    assert_string_equal(seal_open(keys, *state, &place, sealed), plain);
    seal_keys_free(keys);
}

static void places(void **state)
{
    struct seal_keys *keys = seal_keys_read(first);
    char *sealed = seal_close(keys, *state, &place, STR("sk_live_1"));
    assert_string_equal(seal_open(keys, *state, &place, sealed), "sk_live_1");
    assert_string_not_equal(sealed, seal_close(keys, *state, &place, STR("sk_live_1")));
    static const struct seal_place others[] = {
        {"tenant_beta", "hook_endpoints.secret", "7"},
        {"tenant_alpha", "payment_accounts.secrets", "7"},
        {"tenant_alpha", "hook_endpoints.secret", "8"},
        {"tenant_alpha", "hook_endpoints.secret\n7", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(seal_open(keys, *state, &others[i], sealed));
    seal_keys_free(keys);
}

static void touched(void **state)
{
    struct seal_keys *keys = seal_keys_read(first);
    char *sealed = seal_close(keys, *state, &place, STR(""));
    assert_string_equal(seal_open(keys, *state, &place, sealed), "");
    for (size_t i = 0; i < strlen(sealed); i++) {
        char *other = arena_strdup(*state, sealed);
        other[i] = other[i] == 'A' ? 'B' : 'A';
        assert_null(seal_open(keys, *state, &place, other));
        assert_null(seal_open(keys, *state, &place, arena_strndup(*state, sealed, i)));
    }
    static const char *const none[] = {"v2.",       "v2.1", "v2.1.",   "v2.1.AAAA", "v2..AAAA",
                                       "v3.1.AAAA", "v1:",  "v1:AAAA", "=",         NULL};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_null(seal_open(keys, *state, &place, none[i]));
    seal_keys_free(keys);
}

static void turning(void **state)
{
    struct seal_keys *old = seal_keys_read(first), *now = seal_keys_read(both), *again = seal_keys_read(both);
    char *sealed = seal_close(old, *state, &place, STR("x"));
    assert_true(seal_is_newest(old, sealed));
    assert_false(seal_is_newest(now, sealed));
    assert_string_equal(seal_open(now, *state, &place, sealed), "x");
    char *fresh = seal_close(now, *state, &place, STR("x"));
    assert_memory_equal(fresh, "v2.2.", 5);
    assert_true(seal_is_newest(now, fresh));
    assert_null(seal_open(old, *state, &place, fresh));
    assert_false(seal_keys_same(old, now));
    assert_true(seal_keys_same(now, again));
    seal_keys_free(old);
    seal_keys_free(now);
    seal_keys_free(again);
}

/* Made by the daemon before there were places. */
static void before(void **state)
{
    struct seal_keys *keys = seal_keys_read("{\"seals\":\"1\",\"keys\":{\"1\":\"" KEY_1 "\"},\"before\":\""
                                            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"}");
    static const char sealed[] = "v1:"
                                 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXs0wm3Mx_qI1_or-h2F0YuBS9axie-eZA_nTfdVvfEsc";
    assert_string_equal(seal_open(keys, *state, &place, sealed), "JBSWY3DPEHPK3PXP");
    assert_false(seal_is_newest(keys, sealed));
    struct seal_keys *none = seal_keys_read(first);
    assert_null(seal_open(none, *state, &place, sealed));
    seal_keys_free(none);
    seal_keys_free(keys);
}

static void keys(void **state)
{
    (void)state;
    static const char *const bad[] = {
        NULL,
        "",
        "{}",
        "[]",
        "{\"seals\":\"1\",\"keys\":{}}",
        "{\"seals\":\"2\",\"keys\":{\"1\":\"" KEY_1 "\"}}",
        "{\"seals\":\"1\",\"keys\":{\"1\":\"00\"}}",
        "{\"seals\":\"a\",\"keys\":{\"a\":\"" KEY_1 "\"}}",
        "{\"seals\":\"1\",\"keys\":{\"1\":\"" KEY_1 "00\"}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(seal_keys_read(bad[i]));
    assert_null(seal_close(NULL, NULL, &place, STR("x")));
    assert_null(seal_open(NULL, NULL, &place, "v2.1.AAAA"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rfc_7518, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(touched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(turning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(before, set_up, tear_down),
        cmocka_unit_test(keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
