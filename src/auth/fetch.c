#include "auth/fetch.h"

#include "base/buf.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* --- Addresses that are nobody's but ours ------------------------------------------------------------------------- */

/* What IANA's registry of special-purpose addresses does not call globally reachable, and multicast. */
static bool is_special_v4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } nets[] = {
        {0x00000000, 8},  /* this network */
        {0x0a000000, 8},  /* private */
        {0x64400000, 10}, /* carrier-grade NAT */
        {0x7f000000, 8},  /* loopback */
        {0xa9fe0000, 16}, /* link-local, where clouds keep their secrets */
        {0xac100000, 12}, /* private */
        {0xc0000000, 24}, /* protocol assignments */
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
    if (begins(b, mapped, sizeof mapped) || begins(b, translated, sizeof translated))
        return is_special_v4(v4_at(b + 12));
    if (begins(b, relay, sizeof relay))
        return is_special_v4(v4_at(b + 2));
    if ((b[0] & 0xe0) != 0x20)
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

bool fetch_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET &&
        is_special_v4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr)))
        return true;
    if (address->sa_family == AF_INET6 &&
        is_special_v6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr))
        return true;
    return (address->sa_family != AF_INET && address->sa_family != AF_INET6) || is_our_own(address);
}

/* After the name was resolved: a name that points inside the house is no better than an address there. */
static curl_socket_t open_public_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)data;
    (void)purpose;
    if (fetch_is_private(&address->addr))
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype, address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
    struct buf *body = data;
    buf_add(body, bytes, size * count);
    return body->overflow ? 0 : size * count;
}

static void set_up(CURL *curl, const struct fetch *fetch, struct curl_slist **headers, char *reason, struct buf *body,
                   struct arena *arena)
{
    const char *web = fetch->insecure || fetch->plain_http ? "http,https" : "https";
    curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, web);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, web);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FETCH_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, fetch->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)fetch->redirects);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (!fetch->insecure)
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_public_socket);
    *headers = curl_slist_append(*headers,
                                 arena_printf(arena, "Accept: %s", fetch->accept ? fetch->accept : "application/json"));
    if (fetch->known_etag)
        *headers = curl_slist_append(*headers, arena_printf(arena, "If-None-Match: %s", fetch->known_etag));
    if (fetch->bearer)
        *headers = curl_slist_append(*headers, arena_printf(arena, "Authorization: Bearer %s", fetch->bearer));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
    if (fetch->user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, fetch->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, fetch->password);
    }
    if (fetch->form)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->form);
}

enum err fetch_any(struct arena *arena, const struct fetch *fetch, struct fetch_answer *answer, struct error *out)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct buf text;
    struct curl_slist *headers = NULL;
    struct curl_header *etag = NULL;
    struct fetch_answer fresh = {0};
    enum err err = OK;
    CURL *curl = curl_easy_init();
    if (!curl)
        abort();
    buf_init(&text, FETCH_BYTES_MAX);
    set_up(curl, fetch, &headers, reason, &text, arena);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fresh.status);
    if (code != CURLE_OK) {
        err = error_set(out, arena, ERR_INTERNAL, "%s: %s", fetch->url, *reason ? reason : curl_easy_strerror(code));
    } else {
        fresh.body = str_n(arena_strndup(arena, text.len ? text.at : "", text.len), text.len);
        if (curl_easy_header(curl, "ETag", 0, CURLH_HEADER, -1, &etag) == CURLHE_OK)
            fresh.etag = arena_strdup(arena, etag->value);
        *answer = fresh;
    }
    buf_release(&text);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return err;
}

enum err fetch_text(struct arena *arena, const struct fetch *fetch, char **body, struct error *out)
{
    struct fetch_answer answer;
    enum err err = fetch_any(arena, fetch, &answer, out);
    if (err == OK && answer.status != 200)
        err = error_set(out, arena, ERR_INTERNAL, "%s answered %ld: %.200s", fetch->url, answer.status, answer.body.at);
    if (err == OK)
        *body = arena_strdup(arena, answer.body.at);
    return err;
}
