/* Fuzzes what a request says about itself: request line, Host, proxies' headers, codings, query, routes. Input: the
 * address, then lines `name: value`. libmicrohttpd is played by the functions below; tests/fuzz/http_run.sh runs it. */
#include "base/encode.h"
#include "http/internal.h"

#include <arpa/inet.h>
#include <stdlib.h>

enum { LINES_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    char *name, *value;
} lines[LINES_MAX];
static int line_count;

const char *MHD_lookup_connection_value(struct MHD_Connection *connection, enum MHD_ValueKind kind, const char *key)
{
    (void)connection;
    (void)kind;
    for (int i = 0; i < line_count; i++)
        if (!strcasecmp(lines[i].name, key))
            return lines[i].value;
    return NULL;
}

int MHD_get_connection_values(struct MHD_Connection *connection, enum MHD_ValueKind kind, MHD_KeyValueIterator fn,
                              void *cls)
{
    (void)connection;
    for (int i = 0; i < line_count; i++)
        fn(cls, kind, lines[i].name, lines[i].value);
    return line_count;
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *connection,
                                                        enum MHD_ConnectionInfoType type, ...)
{
    static struct sockaddr_in peer = {.sin_family = AF_INET};
    static union MHD_ConnectionInfo info;
    (void)connection;
    (void)type;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    info.client_addr = (struct sockaddr *)&peer;
    return &info;
}

static void handler(struct http_req *req)
{
    (void)req;
}

static void read_lines(char *text)
{
    line_count = 0;
    for (char *line = text; line && line_count < LINES_MAX;) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        char *colon = strchr(line, ':');
        if (colon) {
            *colon = '\0';
            lines[line_count].name = line;
            lines[line_count++].value = colon + 1 + strspn(colon + 1, " ");
        }
        line = next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct http_route routes[] = {{HTTP_GET, "/rest/v1/:table", handler, 0},
                                               {HTTP_GET, "/a/:b/c/:d", handler, 0},
                                               {HTTP_GET, "/files/*rest", handler, 0},
                                               {0}};
    static const struct http_route *const tables[] = {routes};
    struct arena *arena = arena_new();
    struct http_server server = {.arena = arena_new()};
    struct error error;
    if (proxies_read(server.arena, "127.0.0.1, 10.0.0.0/8,fd00::/7", &server.proxies, &error) != OK)
        abort();
    char *text = arena_strndup(arena, (const char *)data, size);
    char *end = strchr(text, '\n');
    if (end)
        *end = '\0';
    struct exchange x = {.req = {.arena = arena, .server = &server, .method_name = "GET"}};
    read_lines(end ? end + 1 : NULL);

    request_read_head(&x, text);
    request_read_connection(&x);
    if (*x.req.path != '/' || strpbrk(x.req.host, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        abort();
    unsigned char binary[16];
    if (inet_pton(strchr(x.req.client_ip, ':') ? AF_INET6 : AF_INET, x.req.client_ip, binary) != 1)
        abort(); /* whatever was claimed, this is an address */
    int hosts = 0;
    for (int i = 0; i < line_count; i++)
        hosts += !strcasecmp(lines[i].name, "Host");
    if (hosts > 1 && !x.fault)
        abort();
    const char *value = http_query_param(&x.req, "a");
    if (value && !text_is_utf8(str_of(value)) && strlen(value) > size)
        abort();
    if (http_accepts_coding(&x.req, "gzip") && !MHD_lookup_connection_value(NULL, MHD_HEADER_KIND, "Accept-Encoding"))
        abort();
    unsigned allowed;
    (void)http_route_find(&x.req, tables, 1, &allowed);
    arena_free(server.arena);
    arena_free(arena);
    return 0;
}
