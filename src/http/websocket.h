/* WebSockets (RFC 6455) on the server's loop: libmicrohttpd upgrades, wslay does the framing.
 *
 * Sending never blocks and never buffers without bound: a reader that lets more than `pending_max_bytes` wait is
 * dropped. Pings find those who are gone. All callbacks come from the loop's thread, none from inside a call of this
 * header. http_server_drain waits until all are closed (somebody has to close them); http_server_free drops them and
 * calls `closed` before it returns.
 */
#ifndef MAITRED_HTTP_WEBSOCKET_H
#define MAITRED_HTTP_WEBSOCKET_H

#include "http/http.h"

struct websocket;

struct websocket_handler {
    void (*message)(struct websocket *ws, void *data, bool binary, struct str bytes); /* whole, valid during the call */
    void (*closed)(struct websocket *ws, void *data); /* the last callback; ws is gone when it returns */
};

struct websocket_options {
    size_t message_max_bytes; /* longer ones close with 1009 */
    size_t pending_max_bytes; /* a reader that is further behind is dropped */
    int ping_every_s;         /* and two without an answer end it; 0: none */
};

/* Whether the request asks for an upgrade to a WebSocket. */
bool websocket_asked(struct http_req *req);

/* Answers 101 and hands the connection over; or refuses what is not as RFC 6455, 4.2.1 wants it (426, 400), pages of
 * origins that cors_origins does not name (403), and one too many (503). `opened` gets the socket when it is ours,
 * soon: it returns the data for the handler's calls. When it is never called (refused, or the client left), `gone` is,
 * once the request is over. What they need of the request must be copied before: its arena ends with the answer. A
 * subprotocol is answered by http_set_header(req, "Sec-WebSocket-Protocol", …) before. */
void websocket_accept(struct http_req *req, const struct websocket_options *options,
                      const struct websocket_handler *handler, void *(*opened)(struct websocket *ws, void *ctx),
                      void *ctx, void (*gone)(void *ctx));

/* The same bytes to many: counted, kept once. The buffer must not have overflown. */
struct websocket_message;
struct websocket_message *websocket_message_new(bool binary, struct buf *bytes); /* takes the buffer's bytes */
struct websocket_message *websocket_message_ref(struct websocket_message *message);
void websocket_message_unref(struct websocket_message *message);

void websocket_send(struct websocket *ws, struct websocket_message *message); /* takes its own reference */
void websocket_send_text(struct websocket *ws, struct str text);              /* copies */

/* Says goodbye with a code of RFC 6455, 7.4 and a reason of at most 123 bytes; `closed` comes later. */
void websocket_close(struct websocket *ws, int code, const char *reason);

/* What waits for the client, with what keeping it costs. */
size_t websocket_pending_bytes(const struct websocket *ws);

struct websocket_stats {
    int open; /* `closed` was not called yet */
    uint64_t opened, messages_in, messages_out, bytes_in, bytes_out, dropped_slow, dropped_silent;
};
struct websocket_stats websocket_stats(const struct http_server *server);

#endif
