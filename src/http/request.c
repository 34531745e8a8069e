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

struct lines {
    const char *name;
    struct buf *joined; /* NULL: they are counted only */
    int count;
};

static enum MHD_Result join_line(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct lines *lines = cls;
    (void)kind;
    if (strcasecmp(name, lines->name) != 0)
        return MHD_YES;
    lines->count++;
    if (lines->joined) {
        buf_text(lines->joined, lines->joined->len ? ", " : "");
        buf_text(lines->joined, value ? value : "");
    }
    return MHD_YES;
}

const char *http_header_list(struct http_req *req, const char *name)
{
    struct MHD_Connection *connection = exchange_of(req)->connection;
    const char *first = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    if (!first)
        return NULL;
    struct lines lines = {.name = name};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, join_line, &lines);
    if (lines.count < 2)
        return first;
    struct buf joined;
    buf_init(&joined, SIZE_MAX); /* headers are bounded as a whole */
    lines.joined = &joined;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, join_line, &lines);
    const char *list = arena_strdup(req->arena, buf_cstr(&joined));
    buf_release(&joined);
    return list;
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

/* What a proxy in front may have read in another way than libmicrohttpd does, so that the two would not agree on where
 * this request ends or whom it is for (RFC 9112, 3.2, 5.1, 6.1, 6.3). */
struct framing {
    size_t bytes; /* of libmicrohttpd's memory for this request */
    int hosts, lengths, codings;
    bool strange_coding, strange_name;
};

static void look_at_framing(void *data, const char *name, const char *value)
{
    enum { ENTRY_BYTES = 64, AROUND_BYTES = 4 };
    struct framing *f = data;
    f->bytes += ENTRY_BYTES + AROUND_BYTES + strlen(name) + strlen(value);
    if (!strcasecmp(name, "Cookie")) { /* kept once more, each with an entry of its own */
        f->bytes += strlen(value);
        for (const char *at = value; (at = strchr(at, '=')); at++)
            f->bytes += ENTRY_BYTES;
    }
    f->hosts += !strcasecmp(name, "Host");
    f->lengths += !strcasecmp(name, "Content-Length");
    if (!strcasecmp(name, "Transfer-Encoding")) {
        f->codings++;
        f->strange_coding |= strcasecmp(value, "chunked") != 0;
    }
    for (; *name; name++)
        f->strange_name |= !isalnum((unsigned char)*name) && !strchr("!#$%&'*+-.^_`|~", *name);
}

static const char *fault_of(struct http_req *req)
{
    struct framing f = {.bytes = strlen(req->path) + req->query.len};
    http_each_header(req, look_at_framing, &f);
    exchange_of(req)->head_bytes = f.bytes;
    if (f.hosts > 1)
        return "A request has one Host header.";
    if (f.lengths > 1 || f.codings > 1 || (f.lengths && f.codings))
        return "A request says once how long its body is.";
    if (f.strange_coding)
        return "A body comes with Content-Length or in chunks.";
    return f.strange_name ? "The name of a header holds a character that is not allowed." : NULL;
}

bool http_accepts_coding(struct http_req *req, const char *coding)
{
    const char *list = http_header_list(req, "Accept-Encoding");
    size_t length = strlen(coding);
    for (const char *p = list; p && *p;) {
        p += strspn(p, ", \t");
        size_t name = strcspn(p, ",; \t");
        const char *end = p + strcspn(p, ",");
        if (name == length && !strncasecmp(p, coding, length)) {
            p += name;
            p += strspn(p, "; \t");
            return p >= end || strncasecmp(p, "q=", 2) != 0 || strtod(p + 2, NULL) > 0;
        }
        p = end;
    }
    return false;
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

static bool is_trusted(const struct http_server *server, const char *ip)
{
    return proxies_hold(server->proxies, ip);
}

/* Who has no address came over a socket of this machine. */
static void address_text(const struct sockaddr *address, char text[static INET6_ADDRSTRLEN])
{
    const void *bytes = NULL;
    if (address && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (address && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    const char *made = bytes ? inet_ntop(address->sa_family, bytes, text, INET6_ADDRSTRLEN) : NULL;
    if (!made)
        memcpy(text, "127.0.0.1", sizeof "127.0.0.1");
    else if (!strncmp(made, "::ffff:", 7) && strchr(made, '.'))
        memmove(text, text + 7, strlen(text + 7) + 1);
}

static const char *peer_address(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN];
    address_text(info ? info->client_addr : NULL, text);
    return arena_strdup(x->req.arena, text);
}

void address_bytes(const struct sockaddr *address, unsigned char out[static ADDRESS_BYTES])
{
    char text[INET6_ADDRSTRLEN];
    memset(out, 0, ADDRESS_BYTES);
    address_text(address, text);
    if (strchr(text, ':')) {
        (void)inet_pton(AF_INET6, text, out);
        memset(out + 8, 0xff, 8);
    } else {
        (void)inet_pton(AF_INET, text, out);
    }
}

int request_address_limit(const struct http_server *server, const struct sockaddr *address)
{
    enum { USUAL = 500 };
    int most = server->options.connections_per_address_max;
    char text[INET6_ADDRSTRLEN];
    if (most < 0)
        return 0;
    address_text(address, text);
    if (is_trusted(server, text) || (!most && (!strncmp(text, "127.", 4) || text_eq(text, "::1"))))
        return 0;
    return most ? most : USUAL;
}

/* The last address that no trusted proxy wrote; what stands before it is the client's own claim. */
static const char *forwarded_address(struct exchange *x, const char *peer)
{
    if (!is_trusted(x->req.server, peer))
        return peer;
    const char *lines = http_header_list(&x->req, "X-Forwarded-For");
    if (!lines)
        return peer;
    char *list = arena_strdup(x->req.arena, lines);
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

/* What the nearest proxy says stands last. */
static bool said_https(const char *list)
{
    const char *last = list ? strrchr(list, ',') : NULL;
    last = last ? last + 1 : list;
    return last && text_eq(last + strspn(last, " "), "https");
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

/* Sixteen bytes for an id. Ids are no secrets, but must not repeat: the system is asked once for many of them. */
static const unsigned char *next_random(struct http_server *server)
{
    enum { ID_BYTES = 16 };
    if (server->random_left < ID_BYTES) {
        random_bytes(server->random, sizeof server->random);
        server->random_left = sizeof server->random;
    }
    server->random_left -= ID_BYTES;
    return server->random + server->random_left;
}

void request_read_connection(struct exchange *x)
{
    struct http_req *req = &x->req;
    const char *id = http_header(req, "X-Request-Id");
    if (id && sane_id(id)) {
        req->id = arena_strdup(req->arena, id);
    } else {
        char *uuid = arena_alloc(req->arena, UUID_TEXT_BYTES);
        uuid_write(uuid, next_random(req->server));
        req->id = uuid;
    }
    const char *peer = peer_address(x);
    req->client_ip = forwarded_address(x, peer);
    x->fault = fault_of(req);
    req->host = host_of(req->arena, http_header(req, "Host"));
    req->secure = req->server->options.tls_certificate_pem != NULL;
    if (is_trusted(req->server, peer))
        req->secure |= said_https(http_header_list(req, "X-Forwarded-Proto"));
    req->method = HTTP_OTHER;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (text_eq(req->method_name, methods[i].name))
            req->method = methods[i].method;
}
