/* WebSockets over a real connection: the server and the client take turns on one loop. */
#include "../unit.h"

#include "base/clock.h"
#include "http/websocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STUCK_MS = 20000, RECEIVED_MAX = 4 * 1024 * 1024 };

/* --- the server: what its handler does is told by the message, what it saw is written down -------------------------
 */

static struct {
    uv_loop_t loop;
    struct http_server *server;
    struct http_options http;
    struct websocket_options options;
    int port;
    struct websocket *last; /* that was opened */
    int opened, gone, closed, messages;
    bool last_was_binary, drained;
    char last_message[256];
    size_t last_length;
    int inside; /* of a callback */
} s;

static void on_message(struct websocket *ws, void *data, bool binary, struct str bytes)
{
    assert_ptr_equal(data, &s);
    assert_int_equal(s.inside++, 0);
    s.messages++;
    s.last_was_binary = binary;
    s.last_length = bytes.len;
    snprintf(s.last_message, sizeof s.last_message, "%.*s", (int)bytes.len, bytes.at);
    if (str_starts(bytes, "echo "))
        websocket_send_text(ws, str_n(bytes.at + 5, bytes.len - 5));
    if (str_is(bytes, "go"))
        websocket_close(ws, 1012, "come back");
    if (str_is(bytes, "twice")) {
        websocket_close(ws, 1000, NULL);
        websocket_close(ws, 1001, NULL);
        websocket_send_text(ws, STR("behind the goodbye"));
    }
    s.inside--;
}

static void on_closed(struct websocket *ws, void *data)
{
    assert_ptr_equal(data, &s);
    assert_int_equal(s.inside, 0);
    websocket_send_text(ws, STR("too late")); /* says nothing, breaks nothing */
    websocket_close(ws, 1000, NULL);
    s.closed++;
}

static void *on_opened(struct websocket *ws, void *ctx)
{
    assert_ptr_equal(ctx, &s.options);
    s.last = ws;
    s.opened++;
    return &s;
}

static void on_gone(void *ctx)
{
    assert_ptr_equal(ctx, &s.options);
    s.gone++;
}

static void dispatch(struct http_req *req)
{
    static const struct websocket_handler handler = {on_message, on_closed};
    websocket_accept(req, &s.options, &handler, on_opened, &s.options, on_gone);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 128), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    s.port = ntohs(address.sin_port);
    return fd;
}

static void start_server(void)
{
    struct error error;
    s.http.listen_fd = listen_anywhere();
    s.server = http_server_new(&s.loop, &s.http, dispatch, &error);
    assert_non_null(s.server);
}

/* libmicrohttpd closes the listening socket, except behind a drain. */
static void stop_server(void)
{
    http_server_free(s.server);
    s.server = NULL;
    uv_run(&s.loop, UV_RUN_DEFAULT);
}

static int start(void **state)
{
    (void)state;
    memset(&s, 0, sizeof s);
    uv_loop_init(&s.loop);
    s.http = (struct http_options){.body_max_bytes = 65536,
                                   .uri_max_bytes = 8192,
                                   .connection_timeout_s = 60,
                                   .connections_max = 100,
                                   .cors_origins = "https://known.example"};
    s.options = (struct websocket_options){.message_max_bytes = 100000, .pending_max_bytes = 1000000};
    start_server();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (s.server)
        stop_server();
    assert_int_equal(uv_loop_close(&s.loop), 0);
    assert_int_equal(s.opened, s.closed); /* every socket's end was told */
    if (s.drained)
        close(s.http.listen_fd);
    return 0;
}

static void turn(void)
{
    uv_run(&s.loop, UV_RUN_NOWAIT);
}

#define TURN_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        int64_t stuck = clock_monotonic_ms() + STUCK_MS;                                                               \
        while (!(condition)) {                                                                                         \
            turn();                                                                                                    \
            if (clock_monotonic_ms() > stuck)                                                                          \
                fail_msg("never: %s", #condition);                                                                     \
        }                                                                                                              \
    } while (0)

static void some_turns(void)
{
    for (int i = 0; i < 20; i++)
        turn();
}

/* --- the client ----------------------------------------------------------------------------------------------------
 */

struct client {
    int fd;
    bool ended; /* by the server */
    char *received;
    size_t length;
};

static struct client *client_new(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)s.port)};
    struct client *c = calloc(1, sizeof *c);
    c->received = malloc(RECEIVED_MAX);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&address, sizeof address), 0);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return c;
}

static void client_free(struct client *c)
{
    close(c->fd);
    free(c->received);
    free(c);
}

static void put(struct client *c, const void *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t n = send(c->fd, (const char *)bytes + at, length - at, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return;
        at += n > 0 ? (size_t)n : 0;
        turn();
    }
}

static size_t get(struct client *c)
{
    turn();
    ssize_t n = recv(c->fd, c->received + c->length, RECEIVED_MAX - c->length, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        c->ended = true;
    if (n > 0)
        c->length += (size_t)n;
    return c->length;
}

/* A frame as clients send it. */
static size_t frame(unsigned char *out, int first, const void *bytes, size_t length)
{
    static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
    size_t n = 0;
    out[n++] = (unsigned char)first;
    if (length < 126) {
        out[n++] = (unsigned char)(0x80 | length);
    } else if (length < 65536) {
        out[n++] = 0x80 | 126;
        out[n++] = (unsigned char)(length >> 8);
        out[n++] = (unsigned char)length;
    } else {
        out[n++] = 0x80 | 127;
        for (int i = 7; i >= 0; i--)
            out[n++] = (unsigned char)((uint64_t)length >> (8 * i));
    }
    memcpy(out + n, mask, 4);
    n += 4;
    for (size_t i = 0; i < length; i++)
        out[n++] = ((const unsigned char *)bytes)[i] ^ mask[i % 4];
    return n;
}

static void put_frame(struct client *c, int first, const void *bytes, size_t length)
{
    unsigned char *out = malloc(length + 14);
    put(c, out, frame(out, first, bytes, length));
    free(out);
}

static void put_text(struct client *c, const char *text)
{
    put_frame(c, 0x81, text, strlen(text));
}

static void expect(struct client *c, const void *bytes, size_t length)
{
    TURN_UNTIL(get(c) >= length || c->ended);
    assert_true(c->length >= length);
    assert_memory_equal(c->received, bytes, length);
    memmove(c->received, c->received + length, c->length - length);
    c->length -= length;
}

#define EXPECT(client, literal) expect(client, literal, sizeof(literal) - 1)

static void expect_end(struct client *c)
{
    TURN_UNTIL((get(c), c->ended));
    assert_int_equal(c->length, 0);
}

#define ASK                                                                                                            \
    "GET / HTTP/1.1\r\nHost: own.example\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"                 \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

/* The head of the answer, which leaves the client's buffer. */
static char *answer_to(struct client *c, const char *request)
{
    static char head[2048];
    put(c, request, strlen(request));
    char *end = NULL;
    TURN_UNTIL((c->received[get(c)] = '\0', (end = strstr(c->received, "\r\n\r\n")) || c->ended));
    assert_non_null(end);
    size_t length = (size_t)(end + 4 - c->received);
    assert_true(length < sizeof head);
    memcpy(head, c->received, length);
    head[length] = '\0';
    memmove(c->received, c->received + length, c->length - length);
    c->length -= length;
    return head;
}

static struct client *opened_client(void)
{
    struct client *c = client_new();
    int before = s.opened;
    some_turns(); /* libmicrohttpd watches the descriptor by now, and has to stop doing so */
    assert_non_null(strstr(answer_to(c, ASK "\r\n"), "HTTP/1.1 101 "));
    TURN_UNTIL(s.opened > before);
    return c;
}

/* --- stories -------------------------------------------------------------------------------------------------------
 */

static void the_handshake_is_the_rfcs(void **state)
{
    (void)state;
    struct client *c = client_new();
    const char *head = answer_to(c, ASK "\r\n");
    assert_non_null(strstr(head, "HTTP/1.1 101 "));
    assert_non_null(strstr(head, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")); /* RFC 6455, 1.3 */
    assert_non_null(strstr(head, "Upgrade: websocket\r\n"));
    TURN_UNTIL(s.opened == 1);
    put_text(c, "echo hello");
    EXPECT(c, "\x81\x05hello");
    client_free(c);
    TURN_UNTIL(s.closed == 1);
    assert_int_equal(s.gone, 0);
}

static void handshakes_that_are_refused(void **state)
{
    static const struct {
        const char *request, *status, *header;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", " 426 ", "Upgrade: websocket"},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         " 426 ", "Sec-WebSocket-Version: 13"},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: close, upgrades\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         " 426 ", ""},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 8\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         " 426 ", "Sec-WebSocket-Version: 13"},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n\r\n",
         " 400 ", ""},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
         " 400 ", ""},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSB*b25jZQ==\r\n\r\n",
         " 400 ", ""},
        {"GET / HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         " 400 ", ""},
        {ASK "Origin: https://strange.example\r\n\r\n", " 403 ", ""},
        {ASK "Origin: null\r\n\r\n", " 403 ", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client *c = client_new();
        const char *head = answer_to(c, cases[i].request);
        assert_non_null(strstr(head, cases[i].status));
        assert_non_null(strstr(head, cases[i].header));
        client_free(c);
        TURN_UNTIL(s.gone == (int)i + 1);
    }
    assert_int_equal(s.opened, 0);
}

static void pages_that_may_connect(void **state)
{
    static const char *const requests[] = {
        ASK "Origin: https://known.example\r\n\r\n",
        ASK "Origin: http://own.example\r\n\r\n", /* our own pages */
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive\r\nConnection: x,UPGRADE\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct client *c = client_new();
        assert_non_null(strstr(answer_to(c, requests[i]), " 101 "));
        TURN_UNTIL(s.opened == (int)i + 1);
        client_free(c);
    }
    TURN_UNTIL(s.closed == 3);
}

static void messages_come_whole_however_they_are_cut(void **state)
{
    unsigned char bytes[256];
    (void)state;
    struct client *c = opened_client();
    size_t n = frame(bytes, 0x01, "ec", 2);     /* a text begins … */
    n += frame(bytes + n, 0x89, "hi", 2);       /* a ping between … */
    n += frame(bytes + n, 0x00, "", 0);         /* an empty piece … */
    n += frame(bytes + n, 0x80, "ho you", 6);   /* its end … */
    n += frame(bytes + n, 0x82, "\0\xff\0", 3); /* and a binary message */
    for (size_t i = 0; i < n; i++) {
        put(c, bytes + i, 1);
        some_turns();
    }
    EXPECT(c, "\x8a\x02hi\x81\x03you");
    TURN_UNTIL(s.messages == 2);
    assert_true(s.last_was_binary);
    assert_int_equal(s.last_length, 3);
    put(c, bytes, n); /* and all at once */
    EXPECT(c, "\x81\x03you\x8a\x02hi");
    TURN_UNTIL(s.messages == 4);
    client_free(c);
    TURN_UNTIL(s.closed == 1);
}

/* One reader serves all sockets between messages: what one has half sent must not end up in another's message. */
static void half_a_message_stays_its_senders(void **state)
{
    unsigned char first[64], second[64];
    (void)state;
    struct client *a = opened_client();
    struct client *b = opened_client();
    size_t n = frame(first, 0x81, "echo aaaa", 9);
    size_t m = frame(second, 0x81, "echo bb", 7);
    put(a, first, 8);
    some_turns();
    put(b, second, m);
    EXPECT(b, "\x81\x02"
              "bb");
    put(b, second, 1); /* not even a head */
    some_turns();
    put(a, first + 8, n - 8);
    EXPECT(a, "\x81\x04"
              "aaaa");
    put(a, first, n);
    EXPECT(a, "\x81\x04"
              "aaaa");
    put(b, second + 1, m - 1);
    EXPECT(b, "\x81\x02"
              "bb");
    client_free(a);
    client_free(b);
    TURN_UNTIL(s.closed == 2);
}

static void what_comes_with_the_request_is_read(void **state)
{
    char bytes[512];
    (void)state;
    struct client *c = client_new();
    size_t n = (size_t)snprintf(bytes, sizeof bytes, "%s", ASK "\r\n");
    n += frame((unsigned char *)bytes + n, 0x81, "echo early", 10);
    put(c, bytes, n);
    TURN_UNTIL((c->received[get(c)] = '\0', strstr(c->received, "early")));
    client_free(c);
    TURN_UNTIL(s.closed == 1);
}

static void protocol_errors_close_with_their_code(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
        const char *goodbye;
    } cases[] = {
#define CASE(name, bytes, goodbye) {name, bytes, sizeof(bytes) - 1, goodbye}
        CASE("not masked", "\x81\x01x", "\x88\x02\x03\xea"),
        CASE("reserved bit", "\xc1\x81\0\0\0\0x", "\x88\x02\x03\xea"),
        CASE("unknown opcode", "\x83\x81\0\0\0\0x", "\x88\x02\x03\xea"),
        CASE("continues nothing", "\x80\x81\0\0\0\0x", "\x88\x02\x03\xea"),
        CASE("a ping in pieces", "\x09\x81\0\0\0\0x", "\x88\x02\x03\xea"),
        CASE("a long ping", "\x89\xfe\0\x7e\0\0\0\0", "\x88\x02\x03\xea"),
        CASE("a text within a text", "\x01\x81\0\0\0\0x\x81\x81\0\0\0\0y", "\x88\x02\x03\xea"),
        CASE("length in too many bytes", "\x81\xfe\0\x01\0\0\0\0x", "\x88\x02\x03\xea"),
        CASE("length beyond measure", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", "\x88\x02\x03\xea"),
        CASE("not UTF-8", "\x81\x82\0\0\0\0\xc0\x80", "\x88\x02\x03\xef"),
        CASE("half a character", "\x81\x81\0\0\0\0\xc3", "\x88\x02\x03\xef"),
        CASE("larger than allowed", "\x82\xff\0\0\0\0\0\x01\x86\xa1\0\0\0\0x", "\x88\x02\x03\xf1"),
        CASE("a code that is none", "\x88\x82\0\0\0\0\x03\xed", "\x88\x02\x03\xea"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client *c = opened_client();
        put(c, cases[i].bytes, cases[i].length);
        TURN_UNTIL(get(c) >= 4);
        if (memcmp(c->received, cases[i].goodbye, 4) != 0)
            fail_msg("%s: closed with another code", cases[i].name);
        expect(c, cases[i].goodbye, 4);
        expect_end(c);
        client_free(c);
        TURN_UNTIL(s.closed == (int)i + 1);
    }
    assert_int_equal(s.messages, 0);
}

static void a_message_in_pieces_is_capped_as_a_whole(void **state)
{
    (void)state;
    static char zeros[60000];
    struct client *c = opened_client();
    put_frame(c, 0x02, zeros, sizeof zeros);
    put_frame(c, 0x80, zeros, sizeof zeros);
    EXPECT(c, "\x88\x02\x03\xf1");
    expect_end(c);
    client_free(c);
    c = opened_client();
    put_frame(c, 0x02, zeros, 50000);
    put_frame(c, 0x80, zeros, 50000);
    TURN_UNTIL(s.messages == 1);
    assert_int_equal(s.last_length, 100000);
    client_free(c);
    TURN_UNTIL(s.closed == 2);
}

static void the_client_says_goodbye(void **state)
{
    (void)state;
    struct client *c = opened_client();
    put_frame(c, 0x88,
              "\x03\xe9"
              "bye",
              5);
    EXPECT(c, "\x88\x05\x03\xe9"
              "bye");
    expect_end(c);
    TURN_UNTIL(s.closed == 1);
    client_free(c);
}

static void the_server_says_goodbye(void **state)
{
    (void)state;
    struct client *c = opened_client();
    put_text(c, "go");
    put_text(c, "not heard any more");
    EXPECT(c, "\x88\x0b\x03\xf4"
              "come back");
    assert_int_equal(s.closed, 0); /* the client's goodbye is awaited */
    put_frame(c, 0x88, "\x03\xf4", 2);
    expect_end(c);
    TURN_UNTIL(s.closed == 1);
    assert_int_equal(s.messages, 1);
    client_free(c);
    c = opened_client();
    put_text(c, "twice");
    EXPECT(c, "\x88\x02\x03\xe8");
    client_free(c); /* says nothing */
    TURN_UNTIL(s.closed == 2);
}

static void a_client_that_does_not_answer_the_goodbye(void **state)
{
    (void)state;
    struct client *c = opened_client();
    put_text(c, "go");
    EXPECT(c, "\x88\x0b\x03\xf4"
              "come back");
    expect_end(c);
    assert_int_equal(s.closed, 1);
    client_free(c);
}

static struct websocket_message *message_of(size_t length, char fill)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    memset(buf_room(&bytes, length), fill, length);
    bytes.len = length;
    return websocket_message_new(false, &bytes);
}

static void one_message_goes_to_many_in_order(void **state)
{
    enum { CLIENTS = 40 };
    struct client *clients[CLIENTS];
    struct websocket *sockets[CLIENTS];
    (void)state;
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = opened_client();
        sockets[i] = s.last;
    }
    struct websocket_message *a = message_of(125, 'a');
    struct websocket_message *b = message_of(126, 'b');
    struct websocket_message *c = message_of(65536, 'c');
    for (int i = 0; i < CLIENTS; i++) {
        websocket_send(sockets[i], a);
        websocket_send(sockets[i], b);
        websocket_send(sockets[i], c);
    }
    assert_true(websocket_pending_bytes(sockets[0]) >= 125 + 126 + 65536);
    websocket_message_unref(a); /* the sockets hold what waits */
    websocket_message_unref(b);
    websocket_message_unref(c);
    for (int i = 0; i < CLIENTS; i++) {
        EXPECT(clients[i], "\x81\x7d"
                           "aaaa");
        TURN_UNTIL(get(clients[i]) == 121 + 130 + 65546);
        assert_memory_equal(clients[i]->received + 121,
                            "\x81\x7e\0\x7e"
                            "bb",
                            6);
        assert_memory_equal(clients[i]->received + 121 + 130, "\x81\x7f\0\0\0\0\0\x01\0\0cc", 12);
        TURN_UNTIL(websocket_pending_bytes(sockets[i]) == 0);
        client_free(clients[i]);
    }
    TURN_UNTIL(s.closed == CLIENTS);
    assert_int_equal(websocket_stats(s.server).messages_out, 3 * CLIENTS);
}

static void a_reader_that_is_too_far_behind_is_dropped(void **state)
{
    (void)state;
    struct client *slow = opened_client();
    struct websocket *ws = s.last;
    struct client *other = opened_client();
    struct websocket_message *m = message_of(100000, 'x');
    int sent = 0;
    for (; !websocket_stats(s.server).dropped_slow && sent < 10000; sent++) {
        websocket_send(ws, m);
        assert_true(websocket_pending_bytes(ws) <= s.options.pending_max_bytes);
        assert_int_equal(s.closed, 0); /* told when the turn ends, not from inside */
    }
    assert_true(sent < 10000);
    assert_true(sent >= 10);
    TURN_UNTIL(s.closed == 1);
    websocket_message_unref(m);
    put_text(other, "echo still here");
    EXPECT(other, "\x81\x0astill here");
    client_free(slow);
    client_free(other);
    TURN_UNTIL(s.closed == 2);
}

/* One that reads late, but reads, gets everything. */
static void what_the_kernel_does_not_take_at_once_is_sent_later(void **state)
{
    (void)state;
    s.options.pending_max_bytes = 64 * 1024 * 1024;
    struct client *c = opened_client();
    struct websocket_message *m = message_of(1000000, 'y');
    size_t sent = 0;
    while (websocket_pending_bytes(s.last) < 3000000) { /* beyond what buffers of the kernel take */
        websocket_send(s.last, m);
        sent += 1000010;
        some_turns();
    }
    websocket_message_unref(m);
    size_t received = 0;
    while (received < sent) {
        TURN_UNTIL(get(c) > 0);
        for (size_t i = 0; i < c->length; i++)
            if ((received + i) % 1000010 >= 10)
                assert_int_equal(c->received[i], 'y');
        received += c->length;
        c->length = 0;
    }
    put_text(c, "echo end");
    EXPECT(c, "\x81\x03"
              "end");
    client_free(c);
    TURN_UNTIL(s.closed == 1);
}

static void clients_that_are_gone_are_found(void **state)
{
    (void)state;
    s.options.ping_every_s = 1;
    struct client *silent = opened_client();
    struct client *there = opened_client();
    EXPECT(silent, "\x89\0\x89\0");
    for (int i = 0; i < 2; i++) {
        EXPECT(there, "\x89\0");
        put_frame(there, 0x8a, "", 0);
    }
    TURN_UNTIL(websocket_stats(s.server).dropped_silent == 1);
    TURN_UNTIL(s.closed == 1);
    expect_end(silent);
    put_text(there, "echo x");
    TURN_UNTIL(s.messages == 1);
    client_free(silent);
    client_free(there);
    TURN_UNTIL(s.closed == 2);
}

static void no_more_than_allowed(void **state)
{
    (void)state;
    stop_server();
    s.http.connections_per_address_max = 2;
    start_server();
    struct client *a = opened_client();
    struct client *b = opened_client();
    some_turns();
    assert_int_equal(http_server_stats(s.server)->connections, 2);
    struct client *c = client_new();
    assert_non_null(strstr(answer_to(c, ASK "\r\n"), " 503 "));
    client_free(c);
    client_free(a);
    TURN_UNTIL(s.closed == 1);
    struct client *d = opened_client();
    client_free(b);
    client_free(d);
    TURN_UNTIL(s.closed == 3);
    TURN_UNTIL(http_server_stats(s.server)->connections == 0);
    assert_int_equal(http_server_stats(s.server)->in_flight, 0);
}

static void on_drained(void *data)
{
    *(bool *)data = true;
}

static void draining_waits_until_they_are_closed(void **state)
{
    (void)state;
    struct client *c = opened_client();
    struct client *late = client_new();
    put(late, ASK, sizeof ASK - 1); /* its request is not whole yet */
    some_turns();
    assert_int_equal(http_server_stats(s.server)->in_flight, 1);
    http_server_drain(s.server, false, on_drained, &s.drained);
    assert_non_null(strstr(answer_to(late, "\r\n"), " 503 "));
    client_free(late);
    some_turns();
    assert_false(s.drained);
    websocket_close(s.last, 1012, NULL);
    EXPECT(c, "\x88\x02\x03\xf4");
    put_frame(c, 0x88, "\x03\xf4", 2);
    TURN_UNTIL(s.drained);
    client_free(c);
}

/* The worker ends with sockets in every state; ASan looks on. */
static void the_end_of_the_server_ends_them(void **state)
{
    unsigned char bytes[64];
    (void)state;
    struct client *idle = opened_client();
    struct client *half = opened_client();
    put(half, bytes, frame(bytes, 0x01, "half", 4));
    struct client *parting = opened_client();
    put_text(parting, "go");
    struct client *waiting = opened_client();
    struct websocket_message *m = message_of(900000, 'z');
    websocket_send(s.last, m);
    websocket_message_unref(m);
    some_turns();
    struct client *fresh = opened_client();
    websocket_send_text(s.last, STR("not sent yet"));
    struct client *lingering = opened_client();
    put(lingering, "\x81\x01x", 3);
    TURN_UNTIL(s.closed == 1);
    http_server_free(s.server);
    s.server = NULL;
    assert_int_equal(s.closed, 6);
    uv_run(&s.loop, UV_RUN_DEFAULT);
    client_free(idle);
    client_free(half);
    client_free(parting);
    client_free(waiting);
    client_free(fresh);
    client_free(lingering);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        STORY(the_handshake_is_the_rfcs),
        STORY(handshakes_that_are_refused),
        STORY(pages_that_may_connect),
        STORY(messages_come_whole_however_they_are_cut),
        STORY(half_a_message_stays_its_senders),
        STORY(what_comes_with_the_request_is_read),
        STORY(protocol_errors_close_with_their_code),
        STORY(a_message_in_pieces_is_capped_as_a_whole),
        STORY(the_client_says_goodbye),
        STORY(the_server_says_goodbye),
        STORY(a_client_that_does_not_answer_the_goodbye),
        STORY(one_message_goes_to_many_in_order),
        STORY(a_reader_that_is_too_far_behind_is_dropped),
        STORY(what_the_kernel_does_not_take_at_once_is_sent_later),
        STORY(clients_that_are_gone_are_found),
        STORY(no_more_than_allowed),
        STORY(draining_waits_until_they_are_closed),
        STORY(the_end_of_the_server_ends_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
