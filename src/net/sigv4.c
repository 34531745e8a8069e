#include "net/sigv4.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/jwt.h"

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

enum { TEXT_BYTES_MAX = 1048576, STAMP_BYTES = 17, MAC_BYTES = 32, FIELDS_MAX = 200, OURS_MAX = 6 };

static const char algorithm[] = "AWS4-HMAC-SHA256";

/* What is put together on the way to a signature. */
struct signing {
    char stamp[STAMP_BYTES]; /* 20260101T000000Z */
    const char *scope;       /* 20260101/us-east-1/s3/aws4_request */
    const char *path, *query;
    struct net_header headers[FIELDS_MAX + OURS_MAX]; /* canonical, sorted; ends with name == NULL */
    const char *signed_names;
};

static int by_name_and_value(const void *a, const void *b)
{
    const struct net_header *one = a, *other = b;
    int order = strcmp(one->name, other->name);
    return order ? order : strcmp(one->value, other->value);
}

static size_t count_of(const struct net_header *fields)
{
    size_t n = 0;
    while (fields && fields[n].name && n < FIELDS_MAX)
        n++;
    return n;
}

static char *kept(struct arena *arena, struct buf *text)
{
    char *copy = arena_strdup(arena, buf_cstr(text));
    buf_release(text);
    return copy;
}

/* Encoded, then sorted; one without a value gets its "=". */
static char *canonical_query(struct arena *arena, const struct net_header *query, const struct net_header *more)
{
    struct net_header fields[FIELDS_MAX + OURS_MAX];
    size_t count = 0;
    struct buf text;
    for (size_t i = 0, n = count_of(query); i < n; i++)
        fields[count++] = query[i];
    for (size_t i = 0; more && more[i].name; i++)
        fields[count++] = more[i];
    for (size_t i = 0; i < count; i++)
        fields[i] = (struct net_header){encode_percent(arena, str_of(fields[i].name), ""),
                                        encode_percent(arena, str_of(fields[i].value), "")};
    qsort(fields, count, sizeof *fields, by_name_and_value);
    buf_init(&text, TEXT_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s=%s", i ? "&" : "", fields[i].name, fields[i].value);
    return kept(arena, &text);
}

static char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* Without white space around it, and single spaces in it. */
static char *squeezed(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text), *to = copy;
    for (const char *p = text; *p; p++)
        if (*p != ' ' || (to > copy && to[-1] != ' '))
            *to++ = *p;
    if (to > copy && to[-1] == ' ')
        to--;
    *to = '\0';
    return copy;
}

static const char *host_of(struct arena *arena, const char *base)
{
    const char *at = strstr(base, "://");
    const char *host = at ? at + 3 : base;
    size_t length = strcspn(host, "/");
    const bool https = strncasecmp(base, "https:", 6) == 0;
    /* a port goes into the header unless it is the scheme's own, as libcurl sends it */
    const char *own = https ? ":443" : ":80";
    if (length > strlen(own) && memcmp(host + length - strlen(own), own, strlen(own)) == 0)
        length -= strlen(own);
    return arena_strndup(arena, host, length);
}

static void begin(struct arena *arena, struct signing *s, const struct sigv4_key *key,
                  const struct sigv4_request *request)
{
    struct tm tm;
    time_t at = (time_t)request->at_s;
    gmtime_r(&at, &tm);
    *s = (struct signing){0};
    strftime(s->stamp, sizeof s->stamp, "%Y%m%dT%H%M%SZ", &tm);
    s->scope = arena_printf(arena, "%.8s/%s/%s/aws4_request", s->stamp, key->region, key->service);
    s->path = encode_percent(arena, str_of(request->path), "/");
}

static void add_header(struct arena *arena, struct signing *s, size_t *count, const char *name, const char *value)
{
    s->headers[(*count)++] = (struct net_header){lower(arena, name), squeezed(arena, value)};
}

static void end_headers(struct arena *arena, struct signing *s, size_t count)
{
    struct buf names;
    qsort(s->headers, count, sizeof *s->headers, by_name_and_value);
    buf_init(&names, TEXT_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s%s", i ? ";" : "", s->headers[i].name);
    s->signed_names = kept(arena, &names);
}

static char *sha256_hex(struct arena *arena, struct str text)
{
    unsigned char digest[MAC_BYTES];
    digest_sha256(text, digest);
    return encode_hex(arena, digest, sizeof digest);
}

static char *signature(struct arena *arena, const struct signing *s, const struct sigv4_key *key, const char *method,
                       const char *payload)
{
    unsigned char mac[MAC_BYTES];
    const char *const steps[] = {key->region, key->service, "aws4_request"};
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    buf_printf(&text, "%s\n%s\n%s\n", method, s->path, s->query);
    for (size_t i = 0; s->headers[i].name; i++)
        buf_printf(&text, "%s:%s\n", s->headers[i].name, s->headers[i].value);
    buf_printf(&text, "\n%s\n%s", s->signed_names, payload);
    const char *canonical = kept(arena, &text);
    const char *to_sign =
        arena_printf(arena, "%s\n%s\n%s\n%s", algorithm, s->stamp, s->scope, sha256_hex(arena, str_of(canonical)));
    hmac_sha256(str_of(arena_printf(arena, "AWS4%s", key->secret)), str_n(s->stamp, 8), mac);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        unsigned char next[MAC_BYTES];
        hmac_sha256(str_n((char *)mac, sizeof mac), str_of(steps[i]), next);
        memcpy(mac, next, sizeof mac);
    }
    unsigned char last[MAC_BYTES];
    hmac_sha256(str_n((char *)mac, sizeof mac), str_of(to_sign), last);
    return encode_hex(arena, last, sizeof last);
}

char *sigv4_url(struct arena *arena, const struct sigv4_request *request)
{
    const char *query = canonical_query(arena, request->query, NULL);
    return arena_printf(arena, "%s%s%s%s", request->base, encode_percent(arena, str_of(request->path), "/"),
                        *query ? "?" : "", query);
}

const struct net_header *sigv4_headers(struct arena *arena, const struct sigv4_key *key,
                                       const struct sigv4_request *request)
{
    struct signing s;
    size_t count = 0, given = count_of(request->headers), n = 0;
    const char *payload = request->payload_sha256 ? request->payload_sha256 : sha256_hex(arena, STR(""));
    struct net_header *send = arena_array(arena, given + OURS_MAX, sizeof *send);
    begin(arena, &s, key, request);
    s.query = canonical_query(arena, request->query, NULL);
    for (; n < given; n++)
        send[n] = request->headers[n];
    send[n++] = (struct net_header){"x-amz-date", arena_strdup(arena, s.stamp)};
    if (text_eq(key->service, "s3"))
        send[n++] = (struct net_header){"x-amz-content-sha256", payload};
    if (key->session_token)
        send[n++] = (struct net_header){"x-amz-security-token", key->session_token};
    add_header(arena, &s, &count, "host", host_of(arena, request->base));
    for (size_t i = 0; i < n; i++)
        add_header(arena, &s, &count, send[i].name, send[i].value);
    end_headers(arena, &s, count);
    send[n].name = "Authorization";
    send[n].value = arena_printf(arena, "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", algorithm, key->access,
                                 s.scope, s.signed_names, signature(arena, &s, key, request->method, payload));
    return send;
}

char *sigv4_presign(struct arena *arena, const struct sigv4_key *key, const struct sigv4_request *request,
                    int expires_s)
{
    struct signing s;
    size_t count = 0;
    expires_s = expires_s < 1 ? 1 : expires_s > SIGV4_EXPIRES_MAX_S ? SIGV4_EXPIRES_MAX_S : expires_s;
    begin(arena, &s, key, request);
    add_header(arena, &s, &count, "host", host_of(arena, request->base));
    for (size_t i = 0, n = count_of(request->headers); i < n; i++)
        add_header(arena, &s, &count, request->headers[i].name, request->headers[i].value);
    end_headers(arena, &s, count);
    const struct net_header more[OURS_MAX + 1] = {
        {"X-Amz-Algorithm", algorithm},
        {"X-Amz-Credential", arena_printf(arena, "%s/%s", key->access, s.scope)},
        {"X-Amz-Date", s.stamp},
        {"X-Amz-Expires", arena_printf(arena, "%d", expires_s)},
        {"X-Amz-SignedHeaders", s.signed_names},
        {key->session_token ? "X-Amz-Security-Token" : NULL, key->session_token},
    };
    s.query = canonical_query(arena, request->query, more);
    return arena_printf(arena, "%s%s?%s&X-Amz-Signature=%s", request->base, s.path, s.query,
                        signature(arena, &s, key, request->method, SIGV4_UNSIGNED));
}
