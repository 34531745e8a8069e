/* One end of a Unix stream socket that carries the messages of wire.h, on a libuv loop.
 *
 * What is written goes out once a turn of the loop. Nothing blocks: when more than `pending_max_bytes` wait for a
 * reader that does not read, the line is lost. The process must ignore SIGPIPE. Callbacks come from the loop only,
 * never from inside a call of this header.
 */
#ifndef MAITRED_REALTIME_LINE_H
#define MAITRED_REALTIME_LINE_H

#include "realtime/wire.h"

#include <uv.h>

struct line;

struct line_events {
    /* A whole message, valid during the call. False: it makes no sense, and the line is lost. */
    bool (*message)(void *data, enum wire_kind kind, struct wire_reader *reader);
    /* All that waited was written. May be NULL. */
    void (*drained)(void *data);
    /* The other end has gone, or `slow`: it does not read. The last callback; free the line. */
    void (*lost)(void *data, bool slow);
    void *data;
};

/* Takes the descriptor, also when it fails, which it says later by `lost`. Pair: line_free. */
struct line *line_new(uv_loop_t *loop, int fd, size_t pending_max_bytes, const struct line_events *events);
void line_free(struct line *line); /* no callback any more; what waits is dropped */

/* Where to write whole messages. */
struct buf *line_out(struct line *line);

size_t line_pending_bytes(const struct line *line);

/* What waits now does not count against pending_max_bytes, until all has been written. */
void line_exempt(struct line *line);

#endif
