/* Cross-origin requests (Fetch standard, "CORS protocol"): which pages of other origins may call us. */
#include "http/internal.h"

#include <stdio.h>

static const char exposed[] =
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, ETag, Location, "
    "Preference-Applied, Retry-After, Server, Transfer-Encoding, Range-Unit, X-Request-Id, "
    "X-Sb-Error-Code, X-Supabase-Api-Version, X-Total-Count, Link, Accept-Ranges, Last-Modified, "
    "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Upload-Offset, Upload-Length, "
    "Upload-Metadata, Upload-Expires";

static bool is_allowed(const char *list, const char *origin)
{
    size_t n = strlen(origin);
    for (const char *p = list; p && *p;) {
        size_t length = strcspn(p, ", ");
        if (length == n && !strncmp(p, origin, n))
            return true;
        p += length;
        p += strspn(p, ", ");
    }
    return false;
}

/* The value of Access-Control-Allow-Origin, or NULL. Tokens travel in headers, never in cookies, so * gives nothing
 * away. */
static const char *allowed_origin(struct http_req *req)
{
    const char *origin = http_header(req, "Origin");
    const char *list = req->server->options.cors_origins;
    if (!list || !*list)
        return NULL;
    if (text_eq(list, "*")) /* OPTIONS asks what may be done, also where no page does */
        return origin || req->method == HTTP_OPTIONS ? "*" : NULL;
    return origin && is_allowed(list, origin) ? origin : NULL;
}

bool cors_may_open(struct http_req *req)
{
    const char *origin = http_header(req, "Origin");
    const char *host = http_header(req, "Host");
    const char *authority = origin ? strstr(origin, "://") : NULL;
    if (!origin || allowed_origin(req))
        return true;
    return authority && host && !strcasecmp(authority + 3, host); /* our own pages */
}

void cors_headers(struct exchange *x, struct MHD_Response *response)
{
    const char *list = x->req.server->options.cors_origins;
    const char *origin = allowed_origin(&x->req);
    if (list && *list &&
        !text_eq(list, "*")) /* also where no origin asked: a cache must not give it to one that does */
        MHD_add_response_header(response, "Vary", "Origin");
    if (!origin)
        return;
    MHD_add_response_header(response, "Access-Control-Allow-Origin", origin);
    if (!x->is_file)
        MHD_add_response_header(response, "Access-Control-Expose-Headers", exposed);
}

/* a,b as a, b */
static const char *spaced_list(struct arena *arena, const char *list)
{
    char *text = arena_alloc(arena, strlen(list) * 2 + 1), *to = text;
    for (const char *p = list; *p; p++) {
        if (*p == ' ' || *p == '\t')
            continue;
        *to++ = *p;
        if (*p == ',')
            *to++ = ' ';
    }
    *to = '\0';
    return text;
}

bool cors_preflight(struct http_req *req)
{
    if (req->method != HTTP_OPTIONS || !http_header(req, "Access-Control-Request-Method"))
        return false;
    const char *headers = http_header(req, "Access-Control-Request-Headers");
    http_set_header(req, "Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");
    http_set_header(req, "Access-Control-Allow-Headers",
                    headers ? arena_printf(req->arena, "Authorization, %s, Accept, Accept-Language, Content-Language",
                                           spaced_list(req->arena, headers))
                            : "Authorization, Accept, Accept-Language, Content-Language");
    http_set_header(req, "Access-Control-Max-Age", "86400");
    http_answer(req, 200, NULL, NULL);
    return true;
}
