/* What the files of this room share. Nobody outside includes it.
 *
 *   READING ──request read──▶ DISPATCHED ──http_answer / http_fail──▶ ANSWERED ──sent──▶ gone
 *                                 └──http_stream_begin──▶ STREAMING ──end / abort──▶ gone
 *
 * libmicrohttpd tells us when an exchange is over (on_completed); its arena is freed when nobody holds it any more.
 */
#ifndef MAITRED_HTTP_INTERNAL_H
#define MAITRED_HTTP_INTERNAL_H

#include "http/http.h"
#include "http/proxies.h"

#include <microhttpd.h>

enum { ADDRESS_BYTES = 16 };

enum exchange_state { READING, DISPATCHED, ANSWERED, STREAMING };

struct answer_header {
    struct answer_header *next;
    const char *name, *value;
};

struct exchange {
    struct http_req req; /* first: handlers see only this */
    struct MHD_Connection *connection;
    struct client *client;
    enum exchange_state state;
    bool seen;       /* the headers have been looked at */
    bool in_handler; /* inside libmicrohttpd's callback: queue directly instead of resuming */
    bool suspended;
    bool completed;
    bool upgradable; /* HTTP/1.1 or later */
    bool upgraded;   /* the connection is a WebSocket's; no longer in flight */
    bool is_file;    /* of the web directory: no script of another origin reads its headers */
    bool too_large;
    bool left;         /* the client has gone while we worked for it: nothing is answered any more */
    size_t head_bytes; /* of libmicrohttpd's memory that the head takes */
    const char *fault; /* why it cannot be trusted to be what a proxy in front took it for, or NULL */
    int holds;
    struct buf body;
    size_t body_max_bytes;
    uint64_t received;                     /* bytes of the body, also those that were dropped */
    uint64_t dropped;                      /* of a body in pieces: what came after its answer */
    bool in_pieces;                        /* ROUTE_STREAM: the handler was called when the head was there */
    bool reads_pieces;                     /* libmicrohttpd was let go on to the body */
    bool body_ended;                       /* and the body has been read, or the client has left */
    const struct http_body_reader *reader; /* or NULL, until the handler wants its body */
    void *reader_data;
    struct answer_header *headers;
    struct MHD_Response *response;
    int status;
    int64_t bytes_out;
    void (*gone)(struct http_req *req, void *data);
    void *gone_data;

    struct buf stream; /* waiting for the client */
    size_t stream_at;  /* how much of it was sent */
    bool stream_ended, stream_aborted, stream_full;
    void (*drained)(struct http_req *req, void *data);
    void *drained_data;
};

/* One TCP connection, to disconnect those that are too slow and to notice those that are gone. */
struct client {
    struct client *prev, *next;
    unsigned char address[ADDRESS_BYTES]; /* address_bytes */
    struct exchange *working_on;          /* its request, read and not yet answered to the end; or NULL */
    int fd;
    bool cut_short;           /* answered before the request was read: the client may still be sending */
    bool handed_over;         /* upgraded: libmicrohttpd closes a descriptor, but not the connection */
    int64_t waiting_since_ms; /* for a complete request; 0: none is being read */
    uint64_t received;        /* body bytes of it */
};

struct http_server {
    uv_loop_t *loop;
    struct MHD_Daemon *daemon;
    struct http_options options;
    struct arena *arena; /* of what lives as long as the server */
    struct proxies *proxies;
    http_handler_fn *dispatch;
    uv_poll_t *poll;
    uv_check_t *check;
    uv_timer_t *timeout, *tick;
    bool run_again, running, draining, lingering;
    struct client *clients;
    struct websockets *websockets;
    struct parting *partings;
    int parting_count;
    unsigned char random[1024]; /* for request ids; the server is made behind the fork, so no two workers share it */
    size_t random_left;
    struct http_stats stats;
    void (*drained)(void *data);
    void *drained_data;
};

static inline struct exchange *exchange_of(struct http_req *req)
{
    return (struct exchange *)(void *)req;
}

/* server.c */
void exchange_ready(struct exchange *x); /* the response is there: hand it to libmicrohttpd */
void exchange_wake(struct exchange *x);  /* a suspended stream has something to send */
void exchange_suspend(struct exchange *x);
void exchange_upgraded(struct exchange *x); /* it was answered, whenever libmicrohttpd says that it is over */
void server_run_soon(struct http_server *server);
void server_note_drained(struct http_server *server);

/* parting.c: for a connection that libmicrohttpd is about to close. */
void parting_begin(struct http_server *server, const struct client *c);
void parting_end_old(struct http_server *server, int64_t now_ms);

/* answer.c */
void answer_with(struct exchange *x, int status, const char *content_type, struct MHD_Response *response,
                 int64_t bytes);

/* cors.c: answers a preflight (true), and adds the headers that browsers want to see on any other answer. */
bool cors_preflight(struct http_req *req);
/* Whether a page of the request's Origin may open a WebSocket: preflights do not guard those. Who names no origin is no
 * browser. */
bool cors_may_open(struct http_req *req);
void cors_headers(struct exchange *x, struct MHD_Response *response);

/* websocket.c */
struct websockets *websockets_new(struct http_server *server);
void websockets_free(struct websockets *all);
int websockets_open(const struct websockets *all);

/* request.c */
void request_read_head(struct exchange *x, const char *uri);
void request_read_connection(struct exchange *x);

struct sockaddr;

/* An address as it is counted: of IPv6 the network, which one household has whole. */
void address_bytes(const struct sockaddr *address, unsigned char out[static ADDRESS_BYTES]);

/* How many connections it may have; 0: any number. */
int request_address_limit(const struct http_server *server, const struct sockaddr *address);

#endif
