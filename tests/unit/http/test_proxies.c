/* Whom the settings say that we believe: what can be read, whom it holds, and that nothing unreadable passes. */
#include "../unit.h"

#include "http/proxies.h"

static void lists_hold_whom_they_name(void **state)
{
    static const struct {
        const char *list, *ip;
        bool held;
    } cases[] = {
        {"", "127.0.0.1", false},
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.2", false},
        {" 10.0.0.0/8,192.0.2.1 ", "10.255.0.1", true},
        {" 10.0.0.0/8,192.0.2.1 ", "192.0.2.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/9", "10.128.0.0", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "::1", false},
        {"fd00::/7", "fdff::1", true},
        {"fd00::/7", "fe00::1", false},
        {"::1/128", "::1", true},
        {"127.0.0.1", "nonsense", false},
        {"127.0.0.1", "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct proxies *proxies;
        struct error error;
        assert_int_equal(proxies_read(arena, "trusted_proxies", cases[i].list, &proxies, &error), OK);
        assert_int_equal(proxies_hold(proxies, cases[i].ip), cases[i].held);
        arena_free(arena);
    }
}

static void what_cannot_be_read_is_refused_by_name(void **state)
{
    static const char *const proxies[] = {"nonsense",
                                          "10.0.0.0/33",
                                          "10.0.0.0/-1",
                                          "10.0.0.0/",
                                          "10.0.0.0/8x",
                                          "10.0.0.0/ 8",
                                          "fd00::/129",
                                          "127.0.0.1;::1",
                                          "localhost",
                                          "127.0.0.1:80",
                                          "127.1",
                                          "[::1]",
                                          "10.0.0.0/8/8",
                                          "*",
                                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb"};
    static const char *const origins[] = {"*, https://a.example", "shop.example",           "https://shop.example/",
                                          "https://Shop.example", "https://shop.example/x", "https://",
                                          "://shop.example",      "https:/shop.example",    "https://a b@c"};
    static const char *const good[] = {
        "", "*", "null", "https://shop.example", "http://localhost:3000, https://[::1]:8443", "capacitor://localhost"};
    struct arena *arena = arena_new();
    struct proxies *list;
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        assert_int_equal(proxies_read(arena, "print_networks", proxies[i], &list, &error), ERR_BAD_INPUT);
        assert_non_null(strstr(error.message, "print_networks"));
    }
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        assert_int_equal(origins_check(arena, origins[i], &error), ERR_BAD_INPUT);
        assert_non_null(strstr(error.message, "cors_origins"));
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(origins_check(arena, good[i], &error), OK);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_hold_whom_they_name),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
