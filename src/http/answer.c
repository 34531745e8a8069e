/* Answers: headers, bodies, errors, compression. */
#include "http/internal.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/jwt.h"
#include "base/log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

/* Below this a gzip member costs more than it saves. */
enum {
    COMPRESS_FROM_BYTES = 1024,
    COMPRESS_LEVEL = 1,
    /* A page is made once a visit, for whoever has the slowest line. */
    COMPRESS_LEVEL_PAGE = 6,
    ERROR_MAX_BYTES = 256 * 1024,
    ERROR_TEXT_MAX_BYTES = 2000,
    ETAG_BYTES = 16,
    /* A line of the log grows with what happened, not with what was sent. */ LOGGED_BYTES_MAX = 256
};

const int http_duration_bucket_ms[HTTP_DURATION_BUCKETS] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000, 0};

void http_set_header(struct http_req *req, const char *name, const char *value)
{
    if (strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
        return;
    struct answer_header *h = arena_alloc(req->arena, sizeof *h);
    *h = (struct answer_header){.name = arena_strdup(req->arena, name), .value = arena_strdup(req->arena, value)};
    struct answer_header **end = &exchange_of(req)->headers;
    while (*end)
        end = &(*end)->next;
    *end = h;
}

static bool has_header(const struct exchange *x, const char *name)
{
    for (const struct answer_header *h = x->headers; h; h = h->next)
        if (!strcasecmp(h->name, name))
            return true;
    return false;
}

bool http_answered(const struct http_req *req)
{
    return ((const struct exchange *)(const void *)req)->state >= ANSWERED;
}

static void count(struct exchange *x, int status, int64_t bytes)
{
    struct http_stats *s = &x->req.server->stats;
    int64_t took_us = clock_monotonic_us() - x->req.started_us;
    int bucket = 0;
    while (bucket < HTTP_DURATION_BUCKETS - 1 && took_us > http_duration_bucket_ms[bucket] * 1000LL)
        bucket++;
    s->requests++;
    s->by_class[status / 100 < 6 ? status / 100 : 5]++;
    s->duration_us_sum += (uint64_t)took_us;
    s->duration_buckets[bucket]++;
    s->bytes_out += bytes > 0 ? (uint64_t)bytes : 0;
    if (x->req.server->options.access_log)
        log_info("request", LOG_STR("method", x->req.method_name),
                 LOG_STR("host", error_text_cut(x->req.arena, x->req.host, LOGGED_BYTES_MAX)),
                 LOG_STR("path", error_text_cut(x->req.arena, x->req.path, LOGGED_BYTES_MAX)),
                 LOG_INT("status", status), LOG_INT("us", took_us), LOG_INT("bytes", bytes),
                 LOG_STR("ip", x->req.client_ip), LOG_STR("id", x->req.id));
}

/* Every answer goes through here, whatever its body. */
void answer_with(struct exchange *x, int status, const char *content_type, struct MHD_Response *response, int64_t bytes)
{
    assert(x->state == DISPATCHED);
    for (const struct answer_header *h = x->headers; h; h = h->next)
        MHD_add_response_header(response, h->name, h->value);
    if (content_type && !has_header(x, MHD_HTTP_HEADER_CONTENT_TYPE))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    MHD_add_response_header(response, "X-Request-Id", x->req.id);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (x->req.secure)
        MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (x->req.server->draining)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    cors_headers(x, response);
    x->response = response;
    x->status = status;
    x->bytes_out = bytes;
    count(x, status, bytes);
}

/* --- compression -------------------------------------------------------------------------------------------------- */

static bool compressible(const char *type)
{
    return type &&
           (!strncmp(type, "text/", 5) || strstr(type, "json") || strstr(type, "javascript") || strstr(type, "xml"));
}

/* gzip (RFC 1952) of the bytes, or NULL when it would not get smaller. The caller frees. */
static char *gzip(const char *bytes, size_t length, int level, size_t *packed_length)
{
    z_stream z = {0};
    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    char *packed = malloc(length);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)length;
    z.next_out = (unsigned char *)packed;
    z.avail_out = (unsigned)length;
    bool smaller = packed && deflate(&z, Z_FINISH) == Z_STREAM_END;
    *packed_length = z.total_out;
    deflateEnd(&z);
    if (smaller)
        return packed;
    free(packed);
    return NULL;
}

/* --- the ways to answer ------------------------------------------------------------------------------------------- */

void http_answer(struct http_req *req, int status, const char *content_type, struct buf *body)
{
    struct exchange *x = exchange_of(req);
    if (x->state != DISPATCHED) { /* the client has left, or a limit answered before */
        if (body)
            buf_release(body);
        return;
    }
    if (body && body->overflow) {
        buf_release(body);
        http_fail_with(req, ERR_TOO_LARGE,
                       "The answer would be larger than answer_max_bytes; ask for fewer rows or as CSV.");
        return;
    }
    size_t length = 0;
    char *bytes = body ? buf_take(body, &length) : NULL;
    if (length >= COMPRESS_FROM_BYTES && length < UINT32_MAX && compressible(content_type) &&
        !has_header(x, "Content-Encoding")) {
        http_set_header(req, "Vary", "Accept-Encoding");
        size_t packed_length = 0;
        int level = !strncmp(content_type, "text/html", 9) ? COMPRESS_LEVEL_PAGE : COMPRESS_LEVEL;
        char *packed = http_accepts_coding(req, "gzip") ? gzip(bytes, length, level, &packed_length) : NULL;
        if (packed) {
            free(bytes);
            bytes = packed;
            length = packed_length;
            http_set_header(req, "Content-Encoding", "gzip");
        }
    }
    struct MHD_Response *response =
        bytes ? MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE)
              : MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    answer_with(x, status, length ? content_type : NULL, response, (int64_t)length);
    x->state = ANSWERED;
    exchange_ready(x);
}

void http_answer_text(struct http_req *req, int status, const char *content_type, const char *text)
{
    struct buf body;
    buf_init(&body, SIZE_MAX);
    buf_text(&body, text);
    http_answer(req, status, content_type, &body);
}

bool http_is_known(struct http_req *req, const char *etag)
{
    const char *known = http_header_list(req, "If-None-Match");
    return known && (text_eq(known, "*") || strstr(known, etag) != NULL);
}

void http_answer_tagged(struct http_req *req, const char *content_type, const char *text)
{
    unsigned char digest[32];
    digest_sha256(str_of(text), digest);
    const char *etag = arena_printf(req->arena, "\"%s\"", encode_hex(req->arena, digest, ETAG_BYTES));
    http_set_header(req, "ETag", etag);
    if (http_is_known(req, etag))
        http_answer(req, 304, NULL, NULL);
    else
        http_answer_text(req, 200, content_type, text);
}

void http_answer_shared(struct http_req *req, int status, const char *content_type, const void *bytes, size_t length,
                        void (*release)(void *data), void *data)
{
    struct exchange *x = exchange_of(req);
    if (x->state != DISPATCHED) {
        if (release)
            release(data);
        return;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);
    if (release)
        arena_on_release(req->arena, release, data); /* the arena outlives the sending */
    answer_with(x, status, content_type, response, (int64_t)length);
    x->state = ANSWERED;
    exchange_ready(x);
}

void http_fail(struct http_req *req, const struct error *error)
{
    struct buf body;
    if (exchange_of(req)->state != DISPATCHED)
        return;
    if ((error->status == 503 || error->status == 429) && !has_header(exchange_of(req), "Retry-After"))
        http_set_header(req, "Retry-After", "1");
    if (error->status == 401 && !has_header(exchange_of(req), "WWW-Authenticate"))
        http_set_header(req, "WWW-Authenticate", "Bearer");
    if (req->route && (req->route->flags & ROUTE_POSTGREST))
        http_set_header(req, "Proxy-Status", arena_printf(req->arena, "PostgREST; error=%s", error->code));
    if (error->status >= 500)
        log_error("request failed", LOG_STR("code", error->code),
                  LOG_STR("message", error_text_cut(req->arena, error->message, LOGGED_BYTES_MAX)),
                  LOG_STR("details", error_text_cut(req->arena, error->details, LOGGED_BYTES_MAX)),
                  LOG_STR("path", error_text_cut(req->arena, req->path, LOGGED_BYTES_MAX)), LOG_STR("id", req->id));
    /* Whatever was sent, its error is short. Details that are JSON are for programs, and end with a bracket. */
    struct error cut = *error;
    bool is_json = error->details && (*error->details == '{' || *error->details == '[');
    cut.message = error_text_cut(req->arena, error->message, ERROR_TEXT_MAX_BYTES);
    cut.details = error_text_cut(req->arena, error->details, is_json ? ERROR_MAX_BYTES / 2 : ERROR_TEXT_MAX_BYTES);
    cut.hint = error_text_cut(req->arena, error->hint, ERROR_TEXT_MAX_BYTES);
    buf_init(&body, ERROR_MAX_BYTES);
    error_write_json(&cut, &body);
    http_answer(req, error->status, "application/json; charset=utf-8", &body);
}

void http_fail_hint(struct http_req *req, enum err err, const char *hint, const char *format, ...)
{
    struct error error = error_of(err);
    va_list args;
    va_start(args, format);
    error.message = arena_vprintf(req->arena, format, args);
    va_end(args);
    error.hint = hint;
    http_fail(req, &error);
}

void http_fail_with(struct http_req *req, enum err err, const char *format, ...)
{
    struct error error = error_of(err);
    va_list args;
    va_start(args, format);
    error.message = arena_vprintf(req->arena, format, args);
    va_end(args);
    http_fail(req, &error);
}
