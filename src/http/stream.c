/* Streamed answers: rows go out while they arrive, and the client's pace sets ours. */
#include "http/internal.h"

#include <assert.h>

/* More than this waiting for the client: the producer stops until half of it is gone. */
enum { HIGH_WATER_BYTES = 256 * 1024, BLOCK_BYTES = 32 * 1024 };

static size_t waiting(const struct exchange *x)
{
    return x->stream.len - x->stream_at;
}

/* libmicrohttpd asks for the next bytes. */
static ssize_t read_more(void *cls, uint64_t position, char *to, size_t room)
{
    struct exchange *x = cls;
    (void)position;
    size_t n = waiting(x);
    if (n == 0) {
        if (x->stream_aborted || x->left)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if (x->stream_ended)
            return MHD_CONTENT_READER_END_OF_STREAM;
        exchange_suspend(x);
        return 0;
    }
    if (n > room)
        n = room;
    memcpy(to, x->stream.at + x->stream_at, n);
    x->stream_at += n;
    x->req.server->stats.bytes_out += n;
    if (x->stream_at == x->stream.len)
        x->stream.len = x->stream_at = 0;
    if (x->stream_full && waiting(x) <= HIGH_WATER_BYTES / 2) {
        x->stream_full = false;
        if (x->drained)
            x->drained(&x->req, x->drained_data);
    }
    return (ssize_t)n;
}

void http_stream_begin(struct http_req *req, int status, const char *content_type,
                       void (*drained)(struct http_req *req, void *data), void *data)
{
    struct exchange *x = exchange_of(req);
    if (x->state != DISPATCHED)
        return;
    buf_init(&x->stream, SIZE_MAX);
    x->drained = drained;
    x->drained_data = data;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_more, x, NULL);
    answer_with(x, status, content_type, response, 0);
    x->state = STREAMING;
    exchange_ready(x);
}

bool http_stream_write(struct http_req *req, struct buf *piece)
{
    struct exchange *x = exchange_of(req);
    if (x->state == STREAMING && !x->completed && piece->len) {
        if (x->stream_at > HIGH_WATER_BYTES / 2) { /* make the room in front usable again */
            memmove(x->stream.at, x->stream.at + x->stream_at, waiting(x));
            x->stream.len = waiting(x);
            x->stream_at = 0;
        }
        buf_add(&x->stream, piece->at, piece->len);
        exchange_wake(x);
    }
    piece->len = 0;
    x->stream_full = waiting(x) > HIGH_WATER_BYTES;
    return !x->stream_full;
}

void http_stream_end(struct http_req *req)
{
    exchange_of(req)->stream_ended = true;
    exchange_wake(exchange_of(req));
}

void http_stream_abort(struct http_req *req)
{
    exchange_of(req)->stream_aborted = true;
    exchange_wake(exchange_of(req));
}
