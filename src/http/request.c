/* What a request says: method, path, host, id, address, headers, query. */
#include "http/internal.h"

#include "base/encode.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    {"GET", HTTP_GET},     {"HEAD", HTTP_HEAD},     {"POST", HTTP_POST},       {"PUT", HTTP_PUT},
    {"PATCH", HTTP_PATCH}, {"DELETE", HTTP_DELETE}, {"OPTIONS", HTTP_OPTIONS},
};

const char *http_header(struct http_req *req, const char *name)
{
    return MHD_lookup_connection_value(exchange_of(req)->connection, MHD_HEADER_KIND, name);
}

struct each {
    void (*fn)(void *data, const char *name, const char *value);
    void *data;
};

static enum MHD_Result each_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const struct each *each = cls;
    (void)kind;
    each->fn(each->data, name, value ? value : "");
    return MHD_YES;
}

void http_each_header(struct http_req *req, void (*fn)(void *data, const char *name, const char *value), void *data)
{
    struct each each = {.fn = fn, .data = data};
    MHD_get_connection_values(exchange_of(req)->connection, MHD_HEADER_KIND, each_header, &each);
}

const char *http_query_param(struct http_req *req, const char *name)
{
    const char *p = req->query.at;
    const char *end = p + req->query.len;
    while (p < end) {
        const char *stop = memchr(p, '&', (size_t)(end - p));
        if (!stop)
            stop = end;
        const char *equals = memchr(p, '=', (size_t)(stop - p));
        const char *key_end = equals ? equals : stop;
        struct str key;
        struct str value;
        if (decode_percent(req->arena, str_n(p, (size_t)(key_end - p)), true, &key) && str_is(key, name)) {
            if (!equals)
                return "";
            return decode_percent(req->arena, str_n(equals + 1, (size_t)(stop - equals - 1)), true, &value) ? value.at
                                                                                                            : NULL;
        }
        p = stop + 1;
    }
    return NULL;
}

/* The request line: libmicrohttpd's own splitting decodes too early for the REST dialect, so the raw text is kept. */
void request_read_head(struct exchange *x, const char *uri)
{
    struct http_req *req = &x->req;
    const char *mark = strchr(uri, '?');
    size_t path_length = mark ? (size_t)(mark - uri) : strlen(uri);
    req->path = arena_strndup(req->arena, uri, path_length);
    req->query = mark ? str_of(arena_strdup(req->arena, mark + 1)) : STR("");
    /* absolute-form (RFC 9112, 3.2.2): what follows the authority counts */
    if (*req->path != '/') {
        const char *authority = strstr(req->path, "://");
        const char *slash = authority ? strchr(authority + 3, '/') : NULL;
        req->path = slash ? slash : "/";
    }
}

static bool sane_id(const char *id)
{
    size_t n = strlen(id);
    if (n < 1 || n > 64)
        return false;
    for (; *id; id++)
        if (!isalnum((unsigned char)*id) && !strchr("-_.", *id))
            return false;
    return true;
}

/* Whether `ip` is `rule`: an address or a network in CIDR form. */
static bool address_matches(const char *ip, const char *rule)
{
    char network[INET6_ADDRSTRLEN + 8];
    unsigned char a[16];
    unsigned char b[16];
    int family = strchr(ip, ':') ? AF_INET6 : AF_INET;
    int bits = family == AF_INET6 ? 128 : 32;
    snprintf(network, sizeof network, "%s", rule);
    char *slash = strchr(network, '/');
    if (slash) {
        *slash = '\0';
        int asked = (int)strtol(slash + 1, NULL, 10);
        bits = asked >= 0 && asked < bits ? asked : bits;
    }
    if (inet_pton(family, ip, a) != 1 || inet_pton(family, network, b) != 1)
        return false;
    int bytes = bits / 8;
    if (memcmp(a, b, (size_t)bytes) != 0)
        return false;
    int rest = bits % 8;
    return !rest || (a[bytes] >> (8 - rest)) == (b[bytes] >> (8 - rest));
}

static bool is_trusted(const struct http_server *server, const char *ip)
{
    char list[4096];
    char *rest = NULL;
    if (!server->options.trusted_proxies || !*server->options.trusted_proxies)
        return false;
    snprintf(list, sizeof list, "%s", server->options.trusted_proxies);
    for (char *rule = strtok_r(list, ", ", &rest); rule; rule = strtok_r(NULL, ", ", &rest))
        if (address_matches(ip, rule))
            return true;
    return false;
}

static const char *peer_address(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info && info->client_addr) {
        const struct sockaddr *address = info->client_addr;
        if (address->sa_family == AF_INET)
            inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, sizeof text);
        else if (address->sa_family == AF_INET6)
            inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text, sizeof text);
        if (!strncmp(text, "::ffff:", 7) && strchr(text, '.'))
            return arena_strdup(x->req.arena, text + 7);
    }
    return arena_strdup(x->req.arena, *text ? text : "127.0.0.1");
}

/* The last address that no trusted proxy wrote; what stands before it is the client's own claim. */
static const char *forwarded_address(struct exchange *x, const char *peer)
{
    const char *header = http_header(&x->req, "X-Forwarded-For");
    if (!header || !is_trusted(x->req.server, peer))
        return peer;
    char *list = arena_strdup(x->req.arena, header);
    const char *found = peer;
    for (char *comma = list + strlen(list); comma; comma = strrchr(list, ',')) {
        *comma = '\0';
        char *address = strrchr(list, ',');
        address = address ? address + 1 : list;
        while (*address == ' ')
            address++;
        unsigned char binary[16];
        if (inet_pton(strchr(address, ':') ? AF_INET6 : AF_INET, address, binary) != 1)
            break;
        found = address;
        if (!is_trusted(x->req.server, address))
            break;
    }
    return found;
}

static const char *host_of(struct arena *arena, const char *header)
{
    if (!header)
        return "";
    char *host = arena_strdup(arena, header);
    char *port = *host == '[' ? strchr(host, ']') : strchr(host, ':');
    if (port && *host == '[')
        port++;
    if (port)
        *port = '\0';
    for (char *p = host; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    size_t n = strlen(host);
    if (n && host[n - 1] == '.') /* a fully qualified name is the same host */
        host[n - 1] = '\0';
    return host;
}

void request_read_connection(struct exchange *x)
{
    struct http_req *req = &x->req;
    const char *id = http_header(req, "X-Request-Id");
    if (id && sane_id(id)) {
        req->id = arena_strdup(req->arena, id);
    } else {
        char *uuid = arena_alloc(req->arena, UUID_TEXT_BYTES);
        random_uuid(uuid);
        req->id = uuid;
    }
    const char *peer = peer_address(x);
    req->client_ip = forwarded_address(x, peer);
    req->host = host_of(req->arena, http_header(req, "Host"));
    req->secure = req->server->options.tls_certificate_pem != NULL;
    const char *proto = http_header(req, "X-Forwarded-Proto");
    if (proto && text_eq(proto, "https") && is_trusted(req->server, peer))
        req->secure = true;
    req->method = HTTP_OTHER;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (text_eq(req->method_name, methods[i].name))
            req->method = methods[i].method;
}
