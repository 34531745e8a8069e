/* The server: libmicrohttpd on our loop.
 *
 * libmicrohttpd runs without a thread of its own; its epoll descriptor is watched by uv_poll and served by MHD_run.
 * A request whose answer is not there when its handler returns is suspended; answering resumes it. MHD_get_timeout does
 * not ask for the MHD_run that a resumed connection needs, so a uv_check runs it in the same turn of the loop.
 */
#include "http/internal.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    TICK_MS = 1000,
    HEAD_BYTES =
        8 * 1024, /* room for headers beside the request line; libmicrohttpd clears all of it for each request */
    ANSWER_HEAD_BYTES = 2048,                /* of that, what the head of an answer takes */
    DROP_FACTOR = 8,                         /* bodies up to this many times the cap are read to answer 413 properly */
    SLOWEST_BYTES_PER_SECOND = 1024,         /* a body that comes slower than this is given up */
    DROPPED_PIECES_BYTES = 64 * 1024 * 1024, /* the same of a body that is read in pieces */
    LONG_US = 1000000                        /* whether the client is still there is looked at from here on */
};

static void *xcalloc(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

/* --- exchanges ---------------------------------------------------------------------------------------------------- */

void server_note_drained(struct http_server *server)
{
    bool done = server->stats.in_flight == 0 && websockets_open(server->websockets) == 0 &&
                (!server->lingering || server->stats.connections == 0);
    if (!server->draining || !done || !server->drained)
        return;
    void (*drained)(void *) = server->drained;
    server->drained = NULL;
    drained(server->drained_data);
}

static void exchange_free(struct exchange *x)
{
    struct http_server *server = x->req.server;
    if (!x->upgraded)
        server->stats.in_flight--;
    buf_release(&x->body);
    buf_release(&x->stream);
    arena_free(x->req.arena);
    server_note_drained(server);
}

void exchange_upgraded(struct exchange *x)
{
    x->upgraded = true;
    x->req.server->stats.in_flight--;
}

void http_hold(struct http_req *req)
{
    exchange_of(req)->holds++;
}

void http_release(struct http_req *req)
{
    struct exchange *x = exchange_of(req);
    assert(x->holds > 0);
    if (--x->holds == 0 && x->completed)
        exchange_free(x);
}

void http_on_gone(struct http_req *req, void (*fn)(struct http_req *req, void *data), void *data)
{
    exchange_of(req)->gone = fn;
    exchange_of(req)->gone_data = data;
}

/* libmicrohttpd would now split the query into a list of its own, in memory that a thousand parameters exhaust: the
 * request is then neither answered nor closed. We have kept the raw text and split it ourselves; the line is
 * libmicrohttpd's read buffer, which it writes into as well, so ending it behind the question mark leaves nothing to
 * split. */
static void leave_query_unsplit(const char *uri)
{
    char *mark = strchr((char *)(uintptr_t)uri, '?');
    if (mark)
        mark[1] = '\0';
}

/* The request line has come: the exchange begins. Its address is what libmicrohttpd hands to every later callback. */
static void *on_request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = cls;
    struct arena *arena = arena_new();
    struct exchange *x = arena_zalloc(arena, sizeof *x);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->req.arena = arena;
    x->req.server = server;
    x->req.services = server->options.services;
    x->req.started_us = clock_monotonic_us();
    x->connection = connection;
    x->client = info ? info->socket_context : NULL;
    x->body_max_bytes = server->options.body_max_bytes;
    buf_init(&x->body, x->body_max_bytes + 1);
    request_read_head(x, uri);
    leave_query_unsplit(uri);
    server->stats.in_flight++;
    return x;
}

/* A body that is read in pieces has no more of them. Who has answered already is not told. */
static void end_body(struct exchange *x, bool whole)
{
    if (!x->in_pieces || x->body_ended)
        return;
    x->body_ended = true;
    if (x->reader && x->state == DISPATCHED)
        x->reader->end(&x->req, whole, x->reader_data);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *context;
    (void)cls;
    (void)connection;
    if (!x)
        return;
    *context = NULL;
    x->completed = true;
    x->holds++; /* `gone` may let go of the last hold */
    if (x->client) {
        x->client->waiting_since_ms = clock_monotonic_ms();
        x->client->received = 0;
        x->client->working_on = NULL;
        x->client->cut_short |= !x->seen; /* libmicrohttpd answered the headers by itself */
    }
    bool whole = why == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    end_body(x, false);
    if (!whole && x->gone && (x->state == DISPATCHED || x->state == STREAMING))
        x->gone(&x->req, x->gone_data);
    if (x->state == DISPATCHED)
        x->state = ANSWERED; /* whatever comes now is dropped */
    if (x->response)
        MHD_destroy_response(x->response);
    x->response = NULL;
    http_release(&x->req);
}

static enum MHD_Result queue(struct exchange *x)
{
    if (x->client)
        x->client->handed_over = x->status == MHD_HTTP_SWITCHING_PROTOCOLS;
    return MHD_queue_response(x->connection, (unsigned)x->status, x->response);
}

void exchange_suspend(struct exchange *x)
{
    assert(!x->suspended);
    x->suspended = true;
    MHD_suspend_connection(x->connection);
}

void exchange_wake(struct exchange *x)
{
    if (!x->suspended || x->completed)
        return;
    x->suspended = false;
    MHD_resume_connection(x->connection);
    x->req.server->run_again = true;
}

void exchange_ready(struct exchange *x)
{
    if (!x->in_handler) /* else on_request queues it when the handler returns */
        exchange_wake(x);
}

/* --- bodies in pieces --------------------------------------------------------------------------------------------- */

void http_body_read(struct http_req *req, const struct http_body_reader *reader, void *data)
{
    struct exchange *x = exchange_of(req);
    assert(x->in_pieces && !x->reader);
    x->reader = reader;
    x->reader_data = data;
    if (x->completed)
        reader->end(req, false, data);
    else
        exchange_wake(x);
}

void http_body_more(struct http_req *req)
{
    exchange_wake(exchange_of(req));
}

int64_t http_body_announced(struct http_req *req)
{
    const char *length = http_header(req, "Content-Length");
    uint64_t bytes = length ? strtoull(length, NULL, 10) : 0;
    return !length ? -1 : bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes; /* libmicrohttpd takes any of 64 bits */
}

/* A piece of a body that the handler reads by itself. What comes after its answer is dropped, as far as that is worth
 * it: an answer can go out only when libmicrohttpd has seen the end of the body. */
static enum MHD_Result take_piece(struct exchange *x, const char *upload, size_t *upload_size)
{
    if (x->state != DISPATCHED) {
        x->dropped += *upload_size;
        *upload_size = 0;
        return x->dropped <= DROPPED_PIECES_BYTES ? MHD_YES : MHD_NO;
    }
    size_t length = *upload_size;
    *upload_size = 0;
    x->received += length;
    if (x->client)
        x->client->received = x->received;
    x->in_handler = true;
    bool more = x->reader->piece(&x->req, str_n(upload, length), x->reader_data);
    x->in_handler = false;
    if (!more && x->state == DISPATCHED)
        exchange_suspend(x);
    return MHD_YES;
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

/* The request is the dispatcher's from here: its head was read, and its body unless it comes in pieces. */
static void hand_over(struct exchange *x)
{
    const struct http_server *server = x->req.server;
    x->state = DISPATCHED;
    x->in_handler = true;
    if (x->fault) {
        http_set_header(&x->req, "Connection", "close"); /* what follows may be no request of this client's */
        http_fail_with(&x->req, ERR_BAD_INPUT, "%s", x->fault);
    } else if (x->too_large) {
        http_fail_with(&x->req, ERR_TOO_LARGE, "The request body is larger than %zu bytes.", x->body_max_bytes);
    } else if (strlen(x->req.path) + x->req.query.len > server->options.uri_max_bytes) {
        http_fail_hint(&x->req, ERR_URI_TOO_LONG, "Send long filters in the body of a POST to a function.", "%s",
                       error_of(ERR_URI_TOO_LONG).message);
    } else if (!cors_preflight(&x->req)) {
        x->req.body = str_n(buf_cstr(&x->body), x->body.len);
        server->dispatch(&x->req);
    }
    x->in_handler = false;
}

/* Between the head and the body of a request whose handler reads that: libmicrohttpd asks again and again until we let
 * it go on. An answer that is there by now goes out at once where the client waits for leave to send (Expect), or the
 * body is not worth reading; else it waits for the body's end, so that the connection can be used again. */
static enum MHD_Result before_pieces(struct exchange *x)
{
    if (x->state == DISPATCHED && !x->reader) {
        exchange_suspend(x);
        return MHD_YES;
    }
    bool waits = http_header(&x->req, "Expect") != NULL;
    if (x->state != DISPATCHED && (waits || http_body_announced(&x->req) > (int64_t)DROPPED_PIECES_BYTES)) {
        if (x->client)
            x->client->cut_short = true;
        return queue(x);
    }
    x->reads_pieces = true;
    return MHD_YES;
}

/* The headers are there. Returns whether to read on; else they are answered at once. */
static bool read_head(struct exchange *x)
{
    const struct http_server *server = x->req.server;
    request_read_connection(x);
    x->req.route = http_route_find(&x->req, server->options.routes, server->options.route_table_count, &x->req.allowed);
    if (x->req.route && x->req.route->body_max_bytes)
        x->body_max_bytes = x->req.route->body_max_bytes;
    buf_init(&x->body, x->body_max_bytes + 1);
    int64_t announced = http_body_announced(&x->req);
    if (x->req.route && (x->req.route->flags & ROUTE_STREAM))
        return !x->fault;
    x->too_large = announced > (int64_t)x->body_max_bytes;
    /* A somewhat larger body is read and dropped, or the client would see a broken connection instead of the
     * answer; one beyond all measure is not worth it. */
    if (!x->fault && announced <= (int64_t)x->body_max_bytes * DROP_FACTOR)
        return true;
    if (x->client)
        x->client->cut_short = true;
    return false;
}

/* An answer's head comes out of the same memory as the request's: one that has all but filled it could be read, and not
 * answered; libmicrohttpd would close the connection without a word. So it is told by hand. Over TLS only
 * libmicrohttpd can write, and closes it. */
static bool has_no_room_to_answer(struct exchange *x)
{
    static const char text[] = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
                               "Content-Length: 0\r\n\r\n";
    const struct http_options *o = &x->req.server->options;
    if (x->head_bytes + ANSWER_HEAD_BYTES <= o->uri_max_bytes + HEAD_BYTES || o->tls_certificate_pem || !x->client)
        return false;
    x->client->cut_short = true;
    (void)!send(x->client->fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    return true;
}

/* A piece of a body that is kept until it is whole. */
static enum MHD_Result keep_piece(struct exchange *x, const char *upload, size_t *upload_size)
{
    if (!x->too_large)
        buf_add(&x->body, upload, *upload_size);
    x->too_large |= x->body.len > x->body_max_bytes || x->body.overflow;
    x->received += *upload_size;
    if (x->client)
        x->client->received = x->received;
    *upload_size = 0;
    /* A body in chunks announces no length: it may be dropped as long as one that does. */
    return x->received <= (uint64_t)x->body_max_bytes * DROP_FACTOR ? MHD_YES : MHD_NO;
}

/* Called when the headers are there, for each piece of the body, when the body is whole, and after each resume. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **context)
{
    struct exchange *x = *context;
    (void)cls;
    (void)url;
    (void)connection;
    if (x->left)
        return MHD_NO; /* ends the connection */
    if (!x->seen) {
        x->seen = true;
        x->upgradable = text_eq(version, MHD_HTTP_VERSION_1_1);
        x->req.method_name = arena_strdup(x->req.arena, method);
        bool reads_on = read_head(x);
        if (has_no_room_to_answer(x))
            return MHD_NO;
        x->in_pieces = reads_on && x->req.route && (x->req.route->flags & ROUTE_STREAM);
        if (x->in_pieces)
            hand_over(x);
        else if (reads_on)
            return MHD_YES;
    } else if (*upload_size) {
        return x->in_pieces ? take_piece(x, upload, upload_size) : keep_piece(x, upload, upload_size);
    }
    if (x->in_pieces && !x->reads_pieces)
        return before_pieces(x);
    if (x->client && !x->body_ended) {
        x->client->waiting_since_ms = 0;
        x->client->working_on = x;
    }
    if (x->state == READING) {
        x->body_ended = true;
        hand_over(x);
    } else if (x->in_pieces) {
        x->in_handler = true;
        end_body(x, true);
        x->in_handler = false;
    }
    if (x->response)
        return queue(x);
    exchange_suspend(x);
    return MHD_YES;
}

/* The path stays as it was sent: the REST dialect decodes each part by itself. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        struct client *c = xcalloc(sizeof *c);
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        c->fd = info ? info->connect_fd : -1;
        const union MHD_ConnectionInfo *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        address_bytes(peer ? peer->client_addr : NULL, c->address);
        c->waiting_since_ms = clock_monotonic_ms();
        c->next = server->clients;
        if (c->next)
            c->next->prev = c;
        server->clients = c;
        server->stats.connections++;
        *context = c;
    } else if (*context) {
        struct client *c = *context;
        if (c->prev)
            c->prev->next = c->next;
        else
            server->clients = c->next;
        if (c->next)
            c->next->prev = c->prev;
        server->stats.connections--;
        parting_begin(server, c);
        free(c);
        *context = NULL;
        server_note_drained(server);
    }
}

/* libmicrohttpd's own timeout starts anew with every byte; this one bounds the whole request. */
static void disconnect_slow_clients(struct http_server *server)
{
    int64_t now = clock_monotonic_ms();
    int64_t allowed = server->options.connection_timeout_s * 1000LL;
    for (struct client *c = server->clients; c; c = c->next)
        if (c->waiting_since_ms && c->fd >= 0 &&
            now - c->waiting_since_ms > allowed + (int64_t)(c->received * 1000 / SLOWEST_BYTES_PER_SECOND))
            shutdown(c->fd, SHUT_RDWR);
}

/* libmicrohttpd does not look at a suspended connection. Where somebody wants to know, we do, once a request takes
 * long: the query of a client that has left is not worth its time. A client that has ended only its own side looks the
 * same. */
static void notice_who_left(struct http_server *server)
{
    int64_t long_ago = clock_monotonic_us() - LONG_US;
    for (struct client *c = server->clients; c; c = c->next) {
        struct exchange *x = c->working_on;
        if (!x || !x->gone || !x->suspended || x->req.started_us > long_ago)
            continue;
        struct pollfd socket = {.fd = c->fd, .events = POLLRDHUP};
        x->left = poll(&socket, 1, 0) == 1;
        if (x->left)
            exchange_wake(x);
    }
}

/* --- the loop ----------------------------------------------------------------------------------------------------- */

static void run(struct http_server *server)
{
    if (server->running)
        return;
    server->running = true;
    do {
        server->run_again = false;
        MHD_run(server->daemon);
    } while (server->run_again);
    server->running = false;
    MHD_UNSIGNED_LONG_LONG wait_ms;
    if (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(server->timeout, server->timeout->timer_cb, wait_ms, 0);
    else
        uv_timer_stop(server->timeout);
}

void server_run_soon(struct http_server *server)
{
    if (server->running)
        server->run_again = true;
    else
        run(server);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    run(poll->data);
}

static void on_timeout(uv_timer_t *timer)
{
    run(timer->data);
}

static void on_check(uv_check_t *check)
{
    struct http_server *server = check->data;
    if (server->run_again)
        run(server);
}

static void on_tick(uv_timer_t *timer)
{
    struct http_server *server = timer->data;
    disconnect_slow_clients(server);
    notice_who_left(server);
    parting_end_old(server, clock_monotonic_ms());
    if (server->run_again)
        run(server);
}

/* libmicrohttpd complains of clients that break off; that is their business. */
static void on_complaint(void *cls, const char *format, va_list args)
{
    char text[512];
    (void)cls;
    if (!log_enabled(LOG_DEBUG))
        return;
    vsnprintf(text, sizeof text, format, args);
    log_debug("libmicrohttpd", LOG_STR("message", text));
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* Before anything is read. Connections of one address are counted by those that are open. */
static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t length)
{
    struct http_server *server = cls;
    unsigned char bytes[ADDRESS_BYTES];
    (void)length;
    address_bytes(address, bytes);
    int most = request_address_limit(server, address);
    int open = 0;
    for (const struct client *c = server->clients; most && c; c = c->next)
        if (!memcmp(c->address, bytes, ADDRESS_BYTES) && ++open >= most)
            return MHD_NO;
    return MHD_YES;
}

static struct MHD_Daemon *start_daemon(struct http_server *server)
{
    const struct http_options *o = &server->options;
    struct MHD_OptionItem items[16];
    int n = 0;
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_complaint, NULL};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, o->listen_fd, NULL};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_request_line, server};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, o->connection_timeout_s, NULL};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, o->connections_max, NULL};
    items[n++] =
        (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)(o->uri_max_bytes + HEAD_BYTES), NULL};
    items[n++] = (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL};
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE | MHD_USE_ERROR_LOG | MHD_USE_TURBO;
    if (o->tls_certificate_pem) {
        flags |= MHD_USE_TLS;
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->tls_certificate_pem};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->tls_key_pem};
    }
    items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return MHD_start_daemon(flags, 0, on_accept, server, on_request, server, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

struct http_server *http_server_new(uv_loop_t *loop, const struct http_options *options, http_handler_fn *dispatch,
                                    struct error *out)
{
    struct http_server *server = xcalloc(sizeof *server);
    server->loop = loop;
    server->options = *options;
    server->dispatch = dispatch;
    server->arena = arena_new();
    if (proxies_read(server->arena, "trusted_proxies", options->trusted_proxies ? options->trusted_proxies : "",
                     &server->proxies, out) != OK)
        return NULL; /* the process ends, and `out` is in its arena */
    server->daemon = start_daemon(server);
    const union MHD_DaemonInfo *info =
        server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!info) {
        *out = error_of(ERR_INTERNAL);
        out->message = options->tls_certificate_pem
                           ? "The HTTP server does not start; are tls_certificate and tls_key a matching pair?"
                           : "The HTTP server does not start.";
        free(server);
        return NULL;
    }
    server->poll = xcalloc(sizeof *server->poll);
    server->check = xcalloc(sizeof *server->check);
    server->timeout = xcalloc(sizeof *server->timeout);
    server->tick = xcalloc(sizeof *server->tick);
    server->websockets = websockets_new(server);
    server->poll->data = server->check->data = server->timeout->data = server->tick->data = server;
    uv_poll_init(loop, server->poll, info->epoll_fd);
    uv_poll_start(server->poll, UV_READABLE, on_poll);
    uv_check_init(loop, server->check);
    uv_check_start(server->check, on_check);
    uv_timer_init(loop, server->timeout);
    server->timeout->timer_cb = on_timeout;
    uv_timer_init(loop, server->tick);
    uv_timer_start(server->tick, on_tick, TICK_MS, TICK_MS);
    return server;
}

void http_server_drain(struct http_server *server, bool linger, void (*drained)(void *data), void *data)
{
    server->draining = true;
    server->lingering = linger;
    server->drained = drained;
    server->drained_data = data;
    MHD_quiesce_daemon(server->daemon); /* gives the listening socket back; it stays the caller's */
    server_note_drained(server);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    websockets_free(server->websockets);
    uv_close((uv_handle_t *)server->poll, free_handle);
    uv_close((uv_handle_t *)server->check, free_handle);
    uv_close((uv_handle_t *)server->timeout, free_handle);
    uv_close((uv_handle_t *)server->tick, free_handle);
    MHD_stop_daemon(server->daemon);
    parting_end_old(server, INT64_MAX);
    arena_free(server->arena);
    free(server);
}

const struct http_stats *http_server_stats(const struct http_server *server)
{
    return &server->stats;
}
