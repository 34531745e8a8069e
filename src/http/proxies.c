#include "http/proxies.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

enum { TEXT_BYTES = INET6_ADDRSTRLEN + 8 };

struct proxy {
    int family;
    int bits; /* of the address that count */
    unsigned char bytes[16];
};

struct proxies {
    size_t count;
    struct proxy list[];
};

static const char separators[] = ", ";

static bool read_proxy(struct str text, struct proxy *proxy)
{
    char copy[TEXT_BYTES];
    if (text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    char *slash = strchr(copy, '/');
    if (slash)
        *slash++ = '\0';
    *proxy = (struct proxy){.family = strchr(copy, ':') ? AF_INET6 : AF_INET};
    int most = proxy->family == AF_INET6 ? 128 : 32;
    char *end = NULL;
    long bits = !slash ? most : isdigit((unsigned char)*slash) ? strtol(slash, &end, 10) : -1;
    proxy->bits = (int)bits;
    return bits >= 0 && bits <= most && !(end && *end) && inet_pton(proxy->family, copy, proxy->bytes) == 1;
}

/* The next piece of a list; false at its end. */
static bool next(const char **list, struct str *piece)
{
    *list += strspn(*list, separators);
    *piece = str_n(*list, strcspn(*list, separators));
    *list += piece->len;
    return piece->len > 0;
}

enum err proxies_read(struct arena *arena, const char *setting, const char *list, struct proxies **proxies,
                      struct error *out)
{
    struct str piece;
    size_t count = 0;
    for (const char *at = list; next(&at, &piece);)
        count++;
    struct proxies *found = arena_zalloc(arena, sizeof *found + count * sizeof *found->list);
    for (const char *at = list; next(&at, &piece);)
        if (!read_proxy(piece, &found->list[found->count++]))
            return error_set(out, arena, ERR_BAD_INPUT, "%s: \"%.*s\" is no address and no network such as 10.0.0.0/8.",
                             setting, STR_ARG(piece));
    *proxies = found;
    return OK;
}

static bool matches(const struct proxy *proxy, const unsigned char bytes[static 16])
{
    int whole = proxy->bits / 8;
    int rest = proxy->bits % 8;
    return !memcmp(bytes, proxy->bytes, (size_t)whole) &&
           (!rest || (bytes[whole] >> (8 - rest)) == (proxy->bytes[whole] >> (8 - rest)));
}

bool proxies_hold(const struct proxies *proxies, const char *ip)
{
    unsigned char bytes[16];
    if (!proxies->count)
        return false;
    int family = strchr(ip, ':') ? AF_INET6 : AF_INET;
    if (inet_pton(family, ip, bytes) != 1)
        return false;
    for (size_t i = 0; i < proxies->count; i++)
        if (proxies->list[i].family == family && matches(&proxies->list[i], bytes))
            return true;
    return false;
}

/* scheme://host[:port] in small letters, without a path; or null, which pages of no origin send. */
static bool is_origin(struct str text)
{
    static const char scheme[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
    static const char host[] = "abcdefghijklmnopqrstuvwxyz0123456789-._[]:";
    if (str_is(text, "null"))
        return true;
    size_t length = strspn(text.at, scheme);
    if (!length || length + 3 >= text.len || strncmp(text.at + length, "://", 3) != 0)
        return false;
    return strspn(text.at + length + 3, host) >= text.len - length - 3;
}

enum err origins_check(struct arena *arena, const char *list, struct error *out)
{
    struct str piece;
    if (text_eq(list, "*"))
        return OK;
    for (const char *at = list; next(&at, &piece);)
        if (!is_origin(piece))
            return error_set(out, arena, ERR_BAD_INPUT,
                             "cors_origins: \"%.*s\" is no origin as browsers send it: * alone, or "
                             "https://shop.example in small letters, without a path.",
                             STR_ARG(piece));
    return OK;
}
