/* WebSockets: what the server has to do with each of them.
 *
 *   OPEN ──websocket_close──▶ PARTING ──goodbye of the client, or PART_MS──▶ ┐
 *    │ ──client's goodbye, broken protocol──▶ LEAVING ──goodbye is sent──▶ ├──closed()──▶ LINGERING ──▶ freed
 *    └──lost, too slow, silent──────────────────────────────closed()────────────────────────────────────▶ freed
 *
 * Memory. libmicrohttpd keeps a connection and its pool (24 KB) as long as an upgraded connection lives. So where it
 * only stands by (no TLS), the descriptor is duplicated and libmicrohttpd told at once that the connection is over: it
 * closes its own descriptor without shutdown(), and ours lives on. Under TLS the connection stays, because the keys are
 * its (tls_channel.h), and costs what it costs. An idle socket has no buffers at all: readers are lent
 * (websocket_reader.h), the queue is freed when it is empty.
 *
 * Sending. A message is one block for all who get it; a socket queues references. Sockets with something to send stand
 * in a list that is served when the loop's turn ends, one writev() for all that waits; some hundred sockets a turn, so
 * that a message for thousands does not keep everybody else waiting.
 */
#include "http/websocket.h"

#include "base/log.h"
#include "http/handshake.h"
#include "http/internal.h"
#include "http/tls_channel.h"
#include "http/websocket_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    READ_BYTES = 64 * 1024,
    MESSAGES_A_WRITE = 32,
    SOCKETS_A_TURN = 256,
    QUEUE_FIRST = 4,
    MESSAGE_COST_BYTES = 64, /* of a waiting message beside its bytes: many small ones must count, too */
    TICK_MS = 1000,
    PART_MS = 5000,   /* how long a client may take to say goodbye */
    LINGER_MS = 2000, /* how long it may take to close the connection behind it */
    PINGS_MISSED_MAX = 2,
};

struct websocket_message {
    int refs;
    unsigned char head[WEBSOCKET_HEAD_MAX_BYTES];
    uint8_t head_length; /* 0: the bytes are frames already */
    size_t length;
    char *bytes;
};

enum state { OPEN, PARTING, LEAVING, LINGERING };

struct websocket {
    uv_poll_t poll; /* first: freed as this when libuv lets go of it */
    struct websockets *all;
    struct websocket *prev, *next;
    struct websocket *next_due; /* of those that are served when the turn ends */
    struct websocket_handler handler;
    void *data;
    struct MHD_UpgradeResponseHandle *kept; /* the connection, under TLS; else NULL */
    struct tls_channel *tls;
    struct websocket_reader *reader;  /* while a message is under way */
    struct websocket_message **queue; /* a ring */
    unsigned queue_first, queue_count, queue_size;
    size_t sent; /* of the first message in the queue */
    size_t pending_bytes, pending_max_bytes, message_max_bytes;
    uint64_t since_ms; /* OPEN: when we heard of the client or have pinged it; else: of the state */
    uint32_t ping_every_ms;
    int fd;
    enum state state;
    uint8_t pings; /* without an answer */
    bool due, lost, watched_for_room;
    unsigned char address[ADDRESS_BYTES];
};

struct websockets {
    struct http_server *server;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle; /* turns the loop again while sockets are left to be served */
    uv_timer_t tick;
    int handles; /* that libuv has not let go of */
    struct websocket *first;
    struct websocket *due_first, **due_end;
    struct websocket_reader *spare;
    struct websocket_message *ping;
    struct websocket_stats stats;
    char input[READ_BYTES];
};

static void *xcalloc(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

/* --- messages ------------------------------------------------------------------------------------------------------
 */

static struct websocket_message *message_of(char *bytes, size_t length)
{
    struct websocket_message *m = xcalloc(sizeof *m);
    m->refs = 1;
    m->bytes = bytes;
    m->length = length;
    return m;
}

struct websocket_message *websocket_message_new(bool binary, struct buf *bytes)
{
    size_t length;
    assert(!bytes->overflow);
    char *at = buf_take(bytes, &length);
    struct websocket_message *m = message_of(at, length);
    m->head_length = (uint8_t)websocket_head(m->head, binary ? OPCODE_BINARY : OPCODE_TEXT, length);
    return m;
}

struct websocket_message *websocket_message_ref(struct websocket_message *message)
{
    message->refs++;
    return message;
}

void websocket_message_unref(struct websocket_message *message)
{
    if (!message || --message->refs)
        return;
    free(message->bytes);
    free(message);
}

static size_t wire_bytes(const struct websocket_message *m)
{
    return m->head_length + m->length;
}

/* --- the queue of a socket -----------------------------------------------------------------------------------------
 */

static struct websocket_message *queued(const struct websocket *ws, unsigned i)
{
    return ws->queue[(ws->queue_first + i) & (ws->queue_size - 1)];
}

static void queue_grow(struct websocket *ws)
{
    unsigned size = ws->queue_size ? ws->queue_size * 2 : QUEUE_FIRST;
    struct websocket_message **queue = malloc(size * sizeof *queue);
    if (!queue)
        abort();
    for (unsigned i = 0; i < ws->queue_count; i++)
        queue[i] = queued(ws, i);
    free(ws->queue);
    ws->queue = queue;
    ws->queue_first = 0;
    ws->queue_size = size;
}

static void queue_add(struct websocket *ws, struct websocket_message *m)
{
    if (ws->queue_count == ws->queue_size)
        queue_grow(ws);
    ws->queue[(ws->queue_first + ws->queue_count++) & (ws->queue_size - 1)] = m;
    ws->pending_bytes += wire_bytes(m) + MESSAGE_COST_BYTES;
}

static void queue_drop_first(struct websocket *ws)
{
    struct websocket_message *m = queued(ws, 0);
    ws->queue_first = (ws->queue_first + 1) & (ws->queue_size - 1);
    ws->queue_count--;
    ws->sent = 0;
    ws->pending_bytes -= wire_bytes(m) + MESSAGE_COST_BYTES;
    websocket_message_unref(m);
}

static void queue_free(struct websocket *ws)
{
    while (ws->queue_count)
        queue_drop_first(ws);
    free(ws->queue);
    ws->queue = NULL;
    ws->queue_first = ws->queue_size = 0;
}

size_t websocket_pending_bytes(const struct websocket *ws)
{
    return ws->pending_bytes - ws->sent;
}

/* --- those to serve when the turn ends -----------------------------------------------------------------------------
 */

static void make_due(struct websocket *ws)
{
    if (ws->due)
        return;
    ws->due = true;
    ws->next_due = NULL;
    *ws->all->due_end = ws;
    ws->all->due_end = &ws->next_due;
}

/* The connection is of no more use: what waits is dropped now, `closed` comes when the turn ends. */
static void lose(struct websocket *ws)
{
    ws->lost = true;
    queue_free(ws);
    make_due(ws);
}

static void enter(struct websocket *ws, enum state state)
{
    ws->state = state;
    ws->since_ms = uv_now(ws->all->server->loop);
    make_due(ws);
}

/* --- writing -------------------------------------------------------------------------------------------------------
 */

static int gather(const struct websocket *ws, struct iovec *parts)
{
    int n = 0;
    size_t skip = ws->sent;
    for (unsigned i = 0; i < ws->queue_count && i < MESSAGES_A_WRITE; i++) {
        struct websocket_message *m = queued(ws, i);
        if (skip < m->head_length)
            parts[n++] = (struct iovec){m->head + skip, m->head_length - skip};
        size_t at = skip > m->head_length ? skip - m->head_length : 0;
        if (at < m->length)
            parts[n++] = (struct iovec){m->bytes + at, m->length - at};
        skip = 0;
    }
    return n;
}

static ssize_t write_parts(struct websocket *ws, struct iovec *parts, int count)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    return ws->tls ? tls_channel_write(ws->tls, parts, count) : sendmsg(ws->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Writes what the kernel takes. */
static void flush(struct websocket *ws)
{
    bool full = false;
    while (ws->queue_count && !full && !ws->lost) {
        struct iovec parts[2 * MESSAGES_A_WRITE];
        ssize_t n = write_parts(ws, parts, gather(ws, parts));
        full = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (n < 0 && !full && errno != EINTR)
            lose(ws);
        if (n <= 0)
            continue;
        ws->all->stats.bytes_out += (uint64_t)n;
        ws->sent += (size_t)n;
        while (ws->queue_count && ws->sent >= wire_bytes(queued(ws, 0))) {
            size_t rest = ws->sent - wire_bytes(queued(ws, 0));
            queue_drop_first(ws);
            ws->sent = rest;
        }
    }
    if (!ws->queue_count)
        queue_free(ws);
}

static void send_message(struct websocket *ws, struct websocket_message *m)
{
    queue_add(ws, m);
    if (ws->pending_bytes > ws->pending_max_bytes)
        flush(ws); /* what was queued in this turn was not offered to the kernel yet */
    if (!ws->lost && ws->pending_bytes > ws->pending_max_bytes) {
        ws->all->stats.dropped_slow++;
        lose(ws);
    }
    make_due(ws);
}

void websocket_send(struct websocket *ws, struct websocket_message *message)
{
    if (ws->state != OPEN || ws->lost)
        return;
    ws->all->stats.messages_out++;
    send_message(ws, websocket_message_ref(message));
}

void websocket_send_text(struct websocket *ws, struct str text)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    buf_str(&bytes, text);
    struct websocket_message *message = websocket_message_new(false, &bytes);
    websocket_send(ws, message);
    websocket_message_unref(message);
}

static void send_frames(struct websocket *ws, struct buf *frames)
{
    size_t length;
    char *bytes = buf_take(frames, &length);
    if (length && !ws->lost)
        send_message(ws, message_of(bytes, length));
    else
        free(bytes);
}

void websocket_close(struct websocket *ws, int code, const char *reason)
{
    struct buf frame;
    if (ws->state != OPEN || ws->lost)
        return;
    buf_init(&frame, SIZE_MAX);
    websocket_goodbye(&frame, code, reason);
    send_frames(ws, &frame);
    enter(ws, PARTING);
}

/* --- the end -------------------------------------------------------------------------------------------------------
 */

static void on_freed(uv_handle_t *handle)
{
    free(handle);
}

static void drop_reader(struct websocket *ws)
{
    websocket_reader_free(ws->reader);
    ws->reader = NULL;
}

/* The last that the handler hears. */
static void tell_closed(struct websocket *ws)
{
    ws->state = LINGERING;
    ws->since_ms = uv_now(ws->all->server->loop);
    drop_reader(ws);
    queue_free(ws);
    ws->all->stats.open--;
    ws->handler.closed(ws, ws->data);
}

static void release(struct websocket *ws)
{
    struct websockets *all = ws->all;
    if (ws->prev)
        ws->prev->next = ws->next;
    else
        all->first = ws->next;
    if (ws->next)
        ws->next->prev = ws->prev;
    uv_close((uv_handle_t *)&ws->poll, on_freed);
    if (ws->kept) {
        tls_channel_free(ws->tls);
        MHD_upgrade_action(ws->kept, MHD_UPGRADE_ACTION_CLOSE);
        server_run_soon(all->server); /* notices it … */
        server_run_soon(all->server); /* … and cleans up: nothing else might call it soon */
    } else {
        close(ws->fd);
        all->server->stats.connections--; /* of the others libmicrohttpd tells */
    }
    server_note_drained(all->server);
}

/* --- reading -------------------------------------------------------------------------------------------------------
 */

static void on_message(void *data, bool binary, struct str bytes)
{
    struct websocket *ws = data;
    if (ws->state != OPEN || ws->lost)
        return;
    ws->all->stats.messages_in++;
    ws->handler.message(ws, ws->data, binary, bytes);
}

static void take_reader(struct websocket *ws)
{
    ws->reader = ws->all->spare ? ws->all->spare : websocket_reader_new();
    ws->all->spare = NULL;
    websocket_reader_lend(ws->reader, ws->message_max_bytes, on_message, ws);
}

static void give_reader_back(struct websocket *ws)
{
    if (ws->all->spare)
        websocket_reader_free(ws->reader);
    else
        ws->all->spare = ws->reader;
    ws->reader = NULL;
}

static void read_frames(struct websocket *ws, struct str bytes)
{
    struct buf answer;
    buf_init(&answer, SIZE_MAX);
    ws->all->stats.bytes_in += bytes.len;
    if (!ws->reader)
        take_reader(ws);
    enum reading reading = websocket_reader_feed(ws->reader, bytes, &answer);
    if (ws->state == OPEN) /* behind our goodbye nothing may follow */
        send_frames(ws, &answer);
    buf_release(&answer);
    if (reading == READING_NOTHING)
        give_reader_back(ws);
    if (reading != READING_OVER)
        return;
    drop_reader(ws);
    if (!ws->lost)
        enter(ws, LEAVING);
}

static void read_piece(struct websocket *ws)
{
    bool dropped = ws->state != OPEN && ws->state != PARTING;
    ssize_t n = ws->tls && !dropped ? tls_channel_read(ws->tls, ws->all->input, READ_BYTES)
                                    : recv(ws->fd, ws->all->input, READ_BYTES, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        lose(ws);
        return;
    }
    if (ws->state == OPEN) {
        ws->since_ms = uv_now(ws->all->server->loop);
        ws->pings = 0;
    }
    if (!dropped)
        read_frames(ws, str_n(ws->all->input, (size_t)n));
}

static void read_more(struct websocket *ws)
{
    do
        read_piece(ws);
    while (ws->tls && !ws->lost && (ws->state == OPEN || ws->state == PARTING) && tls_channel_has_more(ws->tls));
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct websocket *ws = (struct websocket *)(void *)poll;
    if (ws->lost)
        return;
    if (status < 0)
        lose(ws);
    else if (events & UV_READABLE)
        read_more(ws);
    if (events & UV_WRITABLE)
        make_due(ws);
}

/* --- the end of a turn ---------------------------------------------------------------------------------------------
 */

static void watch(struct websocket *ws)
{
    bool for_room = ws->queue_count > 0;
    if (for_room == ws->watched_for_room)
        return;
    ws->watched_for_room = for_room;
    uv_poll_start(&ws->poll, UV_READABLE | (for_room ? UV_WRITABLE : 0), on_poll);
}

static void serve(struct websocket *ws)
{
    if (!ws->lost)
        flush(ws);
    bool left = ws->state == LEAVING && !ws->queue_count;
    if ((left || ws->lost) && ws->state != LINGERING)
        tell_closed(ws);
    if (ws->lost) {
        release(ws);
    } else if (left) { /* bytes that were not read would take our goodbye along if we closed now */
        if (ws->tls)
            tls_channel_end(ws->tls);
        shutdown(ws->fd, SHUT_WR);
    } else {
        watch(ws);
    }
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void serve_due(struct websockets *all)
{
    for (int i = 0; i < SOCKETS_A_TURN && all->due_first; i++) {
        struct websocket *ws = all->due_first;
        all->due_first = ws->next_due;
        if (!all->due_first)
            all->due_end = &all->due_first;
        serve(ws);
        ws->due = false; /* only now: what is released in there must not come into the list again */
    }
    if (all->due_first)
        uv_idle_start(&all->idle, on_idle);
    else
        uv_idle_stop(&all->idle);
}

/* What callbacks of this turn's polls have caused … */
static void on_check(uv_check_t *check)
{
    serve_due(check->data);
}

/* … and timers, and whatever came behind on_check. */
static void on_prepare(uv_prepare_t *prepare)
{
    serve_due(prepare->data);
}

static void ask_whether_there(struct websocket *ws)
{
    if (ws->pings == PINGS_MISSED_MAX) {
        ws->all->stats.dropped_silent++;
        lose(ws);
        return;
    }
    ws->pings++;
    ws->since_ms = uv_now(ws->all->server->loop);
    send_message(ws, websocket_message_ref(ws->all->ping));
}

static void on_tick(uv_timer_t *timer)
{
    struct websockets *all = timer->data;
    uint64_t now = uv_now(all->server->loop);
    for (struct websocket *ws = all->first; ws; ws = ws->next) {
        uint64_t passed = now - ws->since_ms;
        if (ws->lost)
            continue;
        if (ws->state == OPEN && ws->ping_every_ms && passed >= ws->ping_every_ms)
            ask_whether_there(ws);
        else if (ws->state != OPEN && passed >= (ws->state == LINGERING ? LINGER_MS : PART_MS))
            lose(ws);
    }
}

/* --- the beginning -------------------------------------------------------------------------------------------------
 */

struct upgrade {
    struct exchange *exchange;
    struct websocket_options options;
    struct websocket_handler handler;
    void *(*opened)(struct websocket *ws, void *ctx);
    void *ctx;
    void (*gone)(void *ctx);
    bool done;
};

static void forget_upgrade(void *data)
{
    struct upgrade *u = data;
    if (!u->done && u->gone)
        u->gone(u->ctx);
}

static const struct sockaddr *peer_of(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

static void address_of(struct exchange *x, unsigned char out[static ADDRESS_BYTES])
{
    address_bytes(peer_of(x), out);
}

static int count_of_address(const struct websockets *all, const unsigned char address[static ADDRESS_BYTES])
{
    int n = 0;
    for (const struct websocket *ws = all->first; ws; ws = ws->next)
        n += !ws->kept && !memcmp(ws->address, address, ADDRESS_BYTES);
    return n;
}

/* libmicrohttpd counts what it keeps; sockets that we took over count here. */
static bool is_full(struct exchange *x)
{
    const struct http_server *server = x->req.server;
    const struct http_options *o = &server->options;
    unsigned char address[ADDRESS_BYTES];
    if (server->stats.connections > o->connections_max)
        return true;
    int most = request_address_limit(server, peer_of(x));
    if (!most)
        return false;
    address_of(x, address);
    return count_of_address(server->websockets, address) >= most;
}

static struct websocket *take_over(struct upgrade *u, int fd)
{
    struct http_server *server = u->exchange->req.server;
    struct websockets *all = server->websockets;
    struct websocket *ws = xcalloc(sizeof *ws);
    if (fd < 0 || uv_poll_init(server->loop, &ws->poll, fd) != 0) {
        free(ws);
        return NULL;
    }
    ws->all = all;
    ws->fd = fd;
    ws->handler = u->handler;
    ws->message_max_bytes = u->options.message_max_bytes;
    ws->pending_max_bytes = u->options.pending_max_bytes;
    ws->ping_every_ms = (uint32_t)u->options.ping_every_s * 1000;
    ws->since_ms = uv_now(server->loop);
    address_of(u->exchange, ws->address);
    uv_poll_start(&ws->poll, UV_READABLE, on_poll);
    ws->next = all->first;
    if (ws->next)
        ws->next->prev = ws;
    all->first = ws;
    all->stats.open++;
    all->stats.opened++;
    if (!uv_is_active((uv_handle_t *)&all->tick))
        uv_timer_start(&all->tick, on_tick, TICK_MS, TICK_MS);
    return ws;
}

/* libmicrohttpd has sent the 101. `extra` is what the client sent right behind its request. */
static void on_upgrade(void *cls, struct MHD_Connection *connection, void *context, const char *extra,
                       size_t extra_length, MHD_socket pair, struct MHD_UpgradeResponseHandle *handle)
{
    struct upgrade *u = cls;
    struct http_server *server = u->exchange->req.server;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int theirs = info->connect_fd;
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    void *session = info ? info->tls_session : NULL;
    int fd = session ? theirs : fcntl(theirs, F_DUPFD_CLOEXEC, 0);
    (void)context;
    (void)pair;
    exchange_upgraded(u->exchange);
    /* libmicrohttpd has just taken it back; what we send is whole messages */
    setsockopt(theirs, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct websocket *ws = take_over(u, fd);
    if (ws && session) {
        ws->kept = handle;
        ws->tls = tls_channel_new(session, fd);
    } else if (ws) {
        server->stats.connections++;
    } else if (!session && fd >= 0) {
        close(fd);
    }
    if (ws) {
        u->done = true;
        ws->data = u->opened(ws, u->ctx);
        if (extra_length)
            read_frames(ws, str_n(extra, extra_length));
        if (ws->tls && ws->state == OPEN && tls_channel_has_more(ws->tls))
            read_more(ws);
    }
    if (!ws || !session)
        MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
    server_run_soon(server);
}

static void refuse(struct http_req *req, const struct error *error)
{
    if (error->status == 426) {
        http_set_header(req, "Upgrade", "websocket");
        http_set_header(req, "Sec-WebSocket-Version", "13");
    }
    http_fail(req, error);
}

bool websocket_asked(struct http_req *req)
{
    return handshake_asked(req);
}

void websocket_accept(struct http_req *req, const struct websocket_options *options,
                      const struct websocket_handler *handler, void *(*opened)(struct websocket *ws, void *ctx),
                      void *ctx, void (*gone)(void *ctx))
{
    struct exchange *x = exchange_of(req);
    struct error error;
    struct upgrade *u = arena_zalloc(req->arena, sizeof *u);
    *u = (struct upgrade){
        .exchange = x, .options = *options, .handler = *handler, .opened = opened, .ctx = ctx, .gone = gone};
    arena_on_release(req->arena, forget_upgrade, u); /* whatever happens, `opened` or `gone` will be called */
    if (x->state != DISPATCHED)
        return;
    if (handshake_check(req, &error) != OK) {
        refuse(req, &error);
    } else if (!x->upgradable) {
        http_fail_with(req, ERR_BAD_INPUT, "WebSockets begin with HTTP/1.1.");
    } else if (!cors_may_open(req)) {
        http_fail_with(req, ERR_FORBIDDEN, "Pages of this origin may not connect; see cors_origins.");
    } else if (req->server->draining || is_full(x)) {
        http_fail_with(req, ERR_BUSY, "No more WebSockets here for now.");
    } else {
        char proof[HANDSHAKE_ACCEPT_BYTES];
        handshake_accept(http_header(req, "Sec-WebSocket-Key"), proof);
        http_set_header(req, "Upgrade", "websocket");
        http_set_header(req, "Sec-WebSocket-Accept", proof);
        answer_with(x, 101, NULL, MHD_create_response_for_upgrade(on_upgrade, u), 0);
        x->state = ANSWERED;
        exchange_ready(x);
    }
}

/* --- life with the server ------------------------------------------------------------------------------------------
 */

struct websockets *websockets_new(struct http_server *server)
{
    struct websockets *all = xcalloc(sizeof *all);
    struct buf ping;
    all->server = server;
    all->due_end = &all->due_first;
    all->prepare.data = all->check.data = all->idle.data = all->tick.data = all;
    uv_prepare_init(server->loop, &all->prepare);
    uv_check_init(server->loop, &all->check);
    uv_idle_init(server->loop, &all->idle);
    uv_timer_init(server->loop, &all->tick);
    uv_prepare_start(&all->prepare, on_prepare);
    uv_check_start(&all->check, on_check);
    all->handles = 4;
    buf_init(&ping, 2);
    buf_add(&ping, "\x89\0", 2);
    size_t length;
    all->ping = message_of(buf_take(&ping, &length), 2);
    return all;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct websockets *all = handle->data;
    if (--all->handles == 0)
        free(all);
}

void websockets_free(struct websockets *all)
{
    while (all->first) {
        struct websocket *ws = all->first;
        ws->lost = true;
        if (ws->state != LINGERING)
            tell_closed(ws);
        release(ws);
    }
    websocket_reader_free(all->spare);
    websocket_message_unref(all->ping);
    uv_close((uv_handle_t *)&all->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&all->check, on_handle_closed);
    uv_close((uv_handle_t *)&all->idle, on_handle_closed);
    uv_close((uv_handle_t *)&all->tick, on_handle_closed);
}

int websockets_open(const struct websockets *all)
{
    return all->stats.open;
}

struct websocket_stats websocket_stats(const struct http_server *server)
{
    return server->websockets->stats;
}
