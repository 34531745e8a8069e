/* HTTP for handlers: a request that was read completely, and the ways to answer it.
 *
 * libmicrohttpd reads and writes (RFC 9112); this room reads the body up to the cap, gives the request an arena and an
 * id and hands it to the dispatcher. A row with ROUTE_STREAM is handed over when its head is there, and takes its body
 * in pieces (http_body_read). Handlers run on the loop's thread, must not block, and answer exactly once, now or
 * later. When the client has left before the answer, http_on_gone's callback runs and answering does nothing.
 */
#ifndef MAITRED_HTTP_HTTP_H
#define MAITRED_HTTP_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/metric.h"
#include "base/str.h"
#include "base/suspect.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http_server;
struct http_route;
/* Whom a request is for and who asks: the dispatcher's to fill in, closed to this room. */
struct tenant;
struct identity;

enum http_method {
    HTTP_GET = 1 << 0,
    HTTP_HEAD = 1 << 1,
    HTTP_POST = 1 << 2,
    HTTP_PUT = 1 << 3,
    HTTP_PATCH = 1 << 4,
    HTTP_DELETE = 1 << 5,
    HTTP_OPTIONS = 1 << 6,
    HTTP_OTHER = 1 << 7,
};

#define HTTP_ANY (HTTP_GET | HTTP_HEAD | HTTP_POST | HTTP_PUT | HTTP_PATCH | HTTP_DELETE | HTTP_OPTIONS | HTTP_OTHER)

enum { HTTP_PATH_PARAMS_MAX = 8 };

struct http_req {
    struct arena *arena;
    struct http_server *server;
    enum http_method method;
    const char *method_name;
    const char *path;               /* still percent-encoded, without query; starts with / */
    struct str query;               /* raw, without the ? */
    struct str body;                /* whole; a zero stands behind it */
    const char *id;                 /* X-Request-Id: taken from the client when it is sane, else made */
    const char *client_ip;          /* the peer, or what a trusted proxy says */
    const char *host;               /* lower case, without port; "" when absent */
    int64_t started_us;             /* monotonic */
    int64_t auth_us;                /* what finding out who it is took; measured with the setting `explain` only */
    struct tenant *tenant;          /* set by the dispatcher, where the route wants one */
    struct identity *who;           /* set by the dispatcher, where the route wants one */
    const void *services;           /* what the dispatcher offers to handlers: struct services, http/services.h */
    const struct http_route *route; /* the row that takes this path and method, or NULL */
    unsigned allowed;               /* without a row: the methods that the path knows; 0: no such path */
    const char *params[HTTP_PATH_PARAMS_MAX]; /* path parameters, decoded, in the order of the pattern */
    struct suspect suspect;                   /* this request, when it was dispatched */
    bool secure;                              /* came over TLS, here or at a trusted proxy */
};

/* A request header, or NULL. Names compare without case. */
const char *http_header(struct http_req *req, const char *name);

/* All lines of a header whose value is a list, as one list (RFC 9110, 5.3), or NULL. */
const char *http_header_list(struct http_req *req, const char *name);

/* Whether Accept-Encoding names the coding, and not with q=0. */
bool http_accepts_coding(struct http_req *req, const char *coding);

/* Calls fn for each request header. */
void http_each_header(struct http_req *req, void (*fn)(void *data, const char *name, const char *value), void *data);

/* A decoded query parameter (first occurrence), or NULL. A broken escape reads as absent. */
const char *http_query_param(struct http_req *req, const char *name);

/* Adds a header to the answer. Both are copied. Before the answer. Line breaks in the value are refused (dropped). */
void http_set_header(struct http_req *req, const char *name, const char *value);

/* Answers. `body` is emptied (its bytes are handed over); NULL or empty: no body. content_type may be NULL.
 * HEAD requests get the headers alone. Large text bodies are compressed when the client accepts it. */
void http_answer(struct http_req *req, int status, const char *content_type, struct buf *body);
void http_answer_text(struct http_req *req, int status, const char *content_type, const char *text);

/* Answers in the dialect's shape {"code","message","details","hint"}; adds Retry-After to 503 and 429 where none is
 * set. */
void http_fail(struct http_req *req, const struct error *error);
void http_fail_with(struct http_req *req, enum err err, const char *format, ...) __attribute__((format(printf, 3, 4)));

void http_fail_hint(struct http_req *req, enum err err, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Answers 200 with the text and its ETag, or 304 to a client that has it already (RFC 9110, 13.1.2). */
void http_answer_tagged(struct http_req *req, const char *content_type, const char *text);

/* Whether If-None-Match names this tag; weak ones compare as well. */
bool http_is_known(struct http_req *req, const char *etag);

/* Answers bytes that somebody else keeps (a cache): `release(data)` when they are sent. */
void http_answer_shared(struct http_req *req, int status, const char *content_type, const void *bytes, size_t length,
                        void (*release)(void *data), void *data);

/* A streamed answer: begin, write any number of pieces, end. http_stream_write takes the buffer's bytes and returns
 * false when enough is waiting for the client: go on when `drained` is called. http_stream_abort breaks the connection,
 * so that the client sees that the answer is not whole. */
void http_stream_begin(struct http_req *req, int status, const char *content_type,
                       void (*drained)(struct http_req *req, void *data), void *data);
bool http_stream_write(struct http_req *req, struct buf *piece);
void http_stream_end(struct http_req *req);
void http_stream_abort(struct http_req *req);

/* Whether an answer was given (or the client has left). */
bool http_answered(const struct http_req *req);

/* Calls fn once if the client leaves before the answer. NULL takes it back. A handler that has work under way which
 * uses the arena holds the request (http_hold) and lets go (http_release) when the work is done: the arena lives until
 * then. */
void http_on_gone(struct http_req *req, void (*fn)(struct http_req *req, void *data), void *data);
void http_hold(struct http_req *req);
void http_release(struct http_req *req);

typedef void http_handler_fn(struct http_req *req);

/* --- Bodies in pieces ------------------------------------------------------------------------------------------------
 *
 *   head ─▶ handler ─▶ … ─▶ http_body_read ─▶ piece, piece … ─▶ end(whole) ─▶ … ─▶ answer
 *              └──────────── an answer before the end: the rest is read and dropped, or the connection ends
 *
 * Nothing is read from the client between the handler and http_body_read, nor after a piece was answered with false
 * until http_body_more: the client waits, and no memory fills. */

struct http_body_reader {
    /* The bytes are libmicrohttpd's, until this returns. False: enough for now. */
    bool (*piece)(struct http_req *req, struct str bytes, void *data);
    /* Once, unless it was answered before. Not whole: the client has left, and no answer reaches it. */
    void (*end)(struct http_req *req, bool whole, void *data);
};

/* For rows with ROUTE_STREAM, once. The caller holds the request (http_hold) while work of its own uses the arena. */
void http_body_read(struct http_req *req, const struct http_body_reader *reader, void *data);
void http_body_more(struct http_req *req);

/* What Content-Length announces, INT64_MAX for anything above; -1: nothing, it comes in chunks or there is none. */
int64_t http_body_announced(struct http_req *req);

/* multipart/form-data (RFC 7578) out of pieces. `part` gets the bytes of each part in turn, an empty part too; `at` is
 * how many of it came before. False from `part` ends it. In the request's arena. */
struct http_form;
struct http_part {
    const char *name, *filename, *type; /* filename and type may be NULL */
    uint64_t at;
};
typedef bool http_part_fn(void *data, const struct http_part *part, struct str bytes);

/* NULL: the body of this request is no such form. */
struct http_form *http_form_new(struct http_req *req, http_part_fn *part, void *data);
bool http_form_feed(struct http_form *form, struct str bytes);
/* After the last piece: whether the form was whole. Once. */
bool http_form_end(struct http_form *form);

/* --- Files ---------------------------------------------------------------------------------------------------------
 */

/* A file that is open: sent from the disk, in ranges where they are asked for (RFC 9110, 13 and 14). */
struct http_file {
    int fd; /* closed when it was sent */
    uint64_t size;
    const char *etag, *type;       /* the tag with its quotes */
    int64_t modified_s;            /* 0: not said. Seconds since 1970 */
    http_handler_fn *out_of_range; /* says 416 in another dialect; NULL: as elsewhere */
};

/* Headers that are set already go along. 200, 206, 304 or 416; the body of HEAD stays here. */
void http_answer_file(struct http_req *req, const struct http_file *file);

/* --- Routes ------------------------------------------------------------------------------------------------------- */

enum route_flags {
    ROUTE_TENANT = 1 << 0,    /* the Host must name a tenant */
    ROUTE_AUTH = 1 << 1,      /* the bearer token or apikey is verified into req->who; a bad one answers 401 */
    ROUTE_RAW_BODY = 1 << 2,  /* the handler reads any type of body; elsewhere what can be no JSON answers 415 */
    ROUTE_FOREIGN = 1 << 3,   /* works on schemas that maitred did not make (setting schema) as well */
    ROUTE_HOST = 1 << 4,      /* the handler looks by itself who answers at this Host: new tenants are known by then */
    ROUTE_ELSE = 1 << 5,      /* what no other row's path takes, whatever its method */
    ROUTE_POSTGREST = 1 << 6, /* errors carry Proxy-Status (RFC 9209), as clients of that dialect look for it */
    ROUTE_STREAM = 1 << 7,    /* called when the head is there; the handler reads the body itself: http_body_read */
};

/* To add a door, add a row: methods, pattern, handler, flags, and what the handler wants to know of its row. `:name`
 * takes one segment, a last `*name` the rest, a last `*` alone takes any rest as it is. The rows of all modules are
 * tried in order; a path that matches with another method answers 405 with Allow. */
struct http_route {
    unsigned methods;
    const char *pattern;
    http_handler_fn *handler;
    unsigned flags;
    const void *more;      /* the handler's own: req->route->more */
    size_t body_max_bytes; /* 0: the setting body_max_bytes */
};

/* Finds the route and fills req->params. Returns NULL and sets `allowed` to the methods that would match (0: no such
 * path). */
const struct http_route *http_route_find(struct http_req *req, const struct http_route *const *tables,
                                         size_t table_count, unsigned *allowed);

/* --- Server ------------------------------------------------------------------------------------------------------- */

struct http_options {
    int listen_fd; /* bound and listening; stays the caller's */
    size_t body_max_bytes;
    size_t uri_max_bytes;
    int connection_timeout_s;
    int connections_max;
    int connections_per_address_max;
    const char *tls_certificate_pem, *tls_key_pem; /* texts, or NULL */
    const char *trusted_proxies;
    const char *cors_origins;
    bool access_log;
    const void *services;
    const struct http_route *const *routes; /* tables, each of which ends with a row without pattern */
    size_t route_table_count;
};

enum { HTTP_DURATION_BUCKETS = 12 };

struct http_stats {
    uint64_t requests, by_class[6], bytes_out; /* by_class[2]: 2xx … */
    int connections, in_flight;
    uint64_t duration_us_sum;
    uint64_t duration_buckets[HTTP_DURATION_BUCKETS];
};
extern const int http_duration_bucket_ms[HTTP_DURATION_BUCKETS]; /* upper bounds; the last is everything above */
extern const struct metric http_metrics[];

/* dispatch is called once for each request, when it was read; req->route is known by then. */
struct http_server *http_server_new(uv_loop_t *loop, const struct http_options *options, http_handler_fn *dispatch,
                                    struct error *out);
/* Stops accepting; requests in flight go on, answers ask clients to close. `drained` when no request is left, or, with
 * `linger`, when no connection is left: an idle client may just be sending its next request, and is not cut off. */
void http_server_drain(struct http_server *server, bool linger, void (*drained)(void *data), void *data);
void http_server_free(struct http_server *server);
const struct http_stats *http_server_stats(const struct http_server *server);

#endif
