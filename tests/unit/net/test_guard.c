/* Which addresses are inside. */
#include "../unit.h"

#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

static void addresses_inside(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool inside;
    } cases[] = {
        {"0.1.2.3", true},
        {"10.0.0.1", true},
        {"100.64.0.1", true},
        {"100.127.255.255", true},
        {"127.9.9.9", true},
        {"169.254.169.254", true},
        {"172.16.0.1", true},
        {"172.31.255.255", true},
        {"192.0.0.8", true},
        {"192.0.2.1", true},
        {"192.88.99.1", true},
        {"192.168.1.1", true},
        {"198.18.0.1", true},
        {"198.19.255.255", true},
        {"198.51.100.1", true},
        {"203.0.113.1", true},
        {"224.0.0.1", true},
        {"240.0.0.1", true},
        {"255.255.255.255", true},
        {"::", true},
        {"::1", true},
        {"::8.8.8.8", true},
        {"::ffff:0:127.0.0.1", true},
        {"::10.0.0.1", true},
        {"::ffff:10.0.0.1", true},
        {"::ffff:198.18.0.1", true},
        {"64:ff9b::a00:1", true},
        {"64:ff9b::7f00:1", true},
        {"64:ff9b:1::1", true},
        {"100::1", true},
        {"2001::1", true},
        {"2001:20::1", true},
        {"2001:db8::1", true},
        {"2002:a00:1::", true},
        {"2002:7f00:1::1", true},
        {"3fff::1", true},
        {"fc00::1", true},
        {"fd12:3456::1", true},
        {"fe80::1", true},
        {"fec0::1", true},
        {"ff02::1", true},
        {"5f00::1", true},
        {"8.8.8.8", false},
        {"93.184.216.34", false},
        {"100.63.255.255", false},
        {"100.128.0.1", false},
        {"172.15.0.1", false},
        {"172.32.0.1", false},
        {"192.0.3.1", false},
        {"198.17.0.1", false},
        {"198.20.0.1", false},
        {"::ffff:8.8.8.8", false},
        {"64:ff9b::808:808", false},
        {"2002:808:808::", false},
        {"2606:4700:4700::1111", false},
        {"100.100.100.200", true}, /* clouds' metadata: Alibaba, Oracle, Azure, Amazon */
        {"192.0.0.192", true},
        {"168.63.129.16", true},
        {"fd00:ec2::254", true},
        {"::ffff:169.254.169.254", true},
        {"64:ff9b::a9fe:a9fe", true},
        {"2002:a9fe:a9fe::", true},
        {"2001:0:4136:e378:8000:63bf:80ff:fefe", true}, /* Teredo */
        {"2606:4700::5efe:10.0.0.1", true},             /* ISATAP, both kinds */
        {"2606:4700::200:5efe:169.254.169.254", true},
        {"2606:4700::200:5efe:8.8.8.8", false},
        {"168.63.129.17", false},
        {"2001:200::1", false},
        {"2a00:1450:4001:82b::200e", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (net_text_is_inside(cases[i].text) != cases[i].inside)
            fail_msg("%s", cases[i].text);
}

/* What is no address of either family is inside: nothing is known about it. */
static void what_is_no_address(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "8.8.8", "0x8.8.8.8", "example.test", "fe80::1%eth0", "8.8.8.8 ", "::g"};
    const struct sockaddr other = {.sa_family = AF_UNIX};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!net_text_is_inside(texts[i]))
            fail_msg("%s", texts[i]);
    assert_true(net_address_is_inside(&other));
}

static void loopback_by_name(void **state)
{
    (void)state;
    static const char *const yes[] = {"localhost", "LocalHost", "localhost.", "a.localhost",
                                      "127.0.0.1", "127.9.9.9", "[::1]"};
    static const char *const no[] = {"localhost.example", "notlocalhost", "128.0.0.1", "[::2]", "[", "10.0.0.1", ""};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(net_host_is_loopback(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(net_host_is_loopback(no[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_inside),
        cmocka_unit_test(what_is_no_address),
        cmocka_unit_test(loopback_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
