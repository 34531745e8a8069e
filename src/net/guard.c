#include "net/guard.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdint.h>

/* What IANA's registry of special-purpose addresses does not call globally reachable, multicast, and what is public by
 * its number only. */
static bool is_special_v4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } nets[] = {
        {0x00000000, 8},  /* this network */
        {0x0a000000, 8},  /* private */
        {0x64400000, 10}, /* carrier-grade NAT; Alibaba's metadata */
        {0x7f000000, 8},  /* loopback */
        {0xa83f8110, 32}, /* Azure's host, from every machine there */
        {0xa9fe0000, 16}, /* link-local, where clouds keep their secrets */
        {0xac100000, 12}, /* private */
        {0xc0000000, 24}, /* protocol assignments; Oracle's metadata */
        {0xc0000200, 24}, /* documentation */
        {0xc0586300, 24}, /* 6to4 relays */
        {0xc0a80000, 16}, /* private */
        {0xc6120000, 15}, /* benchmarks */
        {0xc6336400, 24}, /* documentation */
        {0xcb007100, 24}, /* documentation */
        {0xe0000000, 3},  /* multicast, reserved, broadcast */
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        if (a >> (32 - nets[i].bits) == nets[i].net >> (32 - nets[i].bits))
            return true;
    return false;
}

static uint32_t v4_at(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool begins(const unsigned char *b, const unsigned char *prefix, size_t length)
{
    return !memcmp(b, prefix, length);
}

/* Only 2000::/3 is given out. In it, and in the ranges that carry an address of IPv4, that address decides. */
static bool is_special_v6(const unsigned char *b)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:a.b.c.d */
    static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};
    static const unsigned char teredo[4] = {0x20, 0x01};
    static const unsigned char relay[2] = {0x20, 0x02}; /* 6to4 */
    static const unsigned char documentation[4] = {0x20, 0x01, 0x0d, 0xb8};
    static const unsigned char documentation_too[2] = {0x3f, 0xff};
    static const unsigned char tunnel[2] = {0x5e, 0xfe}; /* ISATAP: …:[02]00:5efe:a.b.c.d, in any network */
    if (begins(b, mapped, sizeof mapped) || begins(b, translated, sizeof translated))
        return is_special_v4(v4_at(b + 12));
    if (begins(b, relay, sizeof relay))
        return is_special_v4(v4_at(b + 2));
    if ((b[0] & 0xe0) != 0x20)
        return true;
    if ((b[8] & 0xfd) == 0 && b[9] == 0 && begins(b + 10, tunnel, sizeof tunnel) && is_special_v4(v4_at(b + 12)))
        return true;
    return begins(b, teredo, sizeof teredo) || (b[0] == 0x20 && b[1] == 0x01 && b[2] < 2) ||
           begins(b, documentation, sizeof documentation) ||
           (begins(b, documentation_too, sizeof documentation_too) && b[2] < 0x10);
}

/* An address of this machine is inside, whatever range it is of: its public one leads to the doors that no proxy
 * guards. */
static bool is_our_own(const struct sockaddr *address)
{
    struct ifaddrs *list = NULL;
    bool ours = false;
    if (getifaddrs(&list) != 0)
        return false;
    for (const struct ifaddrs *at = list; at && !ours; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != address->sa_family)
            continue;
        if (address->sa_family == AF_INET)
            ours = ((const struct sockaddr_in *)(const void *)at->ifa_addr)->sin_addr.s_addr ==
                   ((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr;
        else if (address->sa_family == AF_INET6)
            ours = !memcmp(&((const struct sockaddr_in6 *)(const void *)at->ifa_addr)->sin6_addr,
                           &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, sizeof(struct in6_addr));
    }
    freeifaddrs(list);
    return ours;
}

bool net_address_is_inside(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET &&
        is_special_v4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr)))
        return true;
    if (address->sa_family == AF_INET6 &&
        is_special_v6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr))
        return true;
    return (address->sa_family != AF_INET && address->sa_family != AF_INET6) || is_our_own(address);
}

bool net_text_is_inside(const char *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        return net_address_is_inside((const struct sockaddr *)(const void *)&v4);
    if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
        return net_address_is_inside((const struct sockaddr *)(const void *)&v6);
    return true;
}

bool net_host_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    size_t length = strlen(host);
    if (strcasecmp(host, "localhost") == 0 || strcasecmp(host, "localhost.") == 0 ||
        (length > 10 && strcasecmp(host + length - 10, ".localhost") == 0))
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    char inner[INET6_ADDRSTRLEN + 1];
    if (host[0] != '[' || length < 3 || length - 2 >= sizeof inner)
        return false;
    memcpy(inner, host + 1, length - 2);
    inner[length - 2] = '\0';
    return inet_pton(AF_INET6, inner, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}
