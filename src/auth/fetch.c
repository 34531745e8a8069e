#include "auth/fetch.h"

#include "base/buf.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* Whether an address is nobody's but ours: loopback, private, link-local, carrier-grade NAT. */
static bool is_private_v4(uint32_t a)
{
    return a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 16 == 0xa9fe || a >> 20 == 0xac1 ||
           a >> 16 == 0xc0a8 || a >> 22 == 0x191 || a >> 28 >= 14;
}

static bool is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return is_private_v4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
    if (address->sa_family != AF_INET6)
        return true;
    const unsigned char *b = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    static const unsigned char zeros[15];
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (!memcmp(b, mapped, sizeof mapped))
        return is_private_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15]);
    return !memcmp(b, zeros, sizeof zeros) || (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
           b[0] == 0xff;
}

/* After the name was resolved: a name that points inside the house is no better than an address there. */
static curl_socket_t open_public_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)data;
    (void)purpose;
    if (is_private(&address->addr))
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
