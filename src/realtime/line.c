/* Two buffers go round: `out` fills, `flying` is being written. Most turns need no second one: uv_try_write takes all.
 *
 * The prepare handle runs before the loop sleeps. It writes what the turn has left behind, and it is where losing a
 * line is said, so that nobody who just writes to it is surprised by a callback. */
#include "realtime/line.h"

#include <stdlib.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, KEEP_BYTES = 1024 * 1024, HANDLES = 3 };

struct line {
    uv_pipe_t pipe;
    uv_prepare_t prepare;
    uv_idle_t idle;
    uv_write_t write;
    struct line_events events;
    size_t pending_max_bytes, exempt_bytes;
    struct buf in, out;
    char *flying; /* NULL: nothing is being written */
    size_t flying_bytes;
    int handles;
    bool closing, broken, awake;
};

static void freed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    if (--line->handles)
        return;
    buf_release(&line->in);
    buf_release(&line->out);
    free(line);
}

static void lose(struct line *line, bool slow)
{
    if (!line->closing)
        line->events.lost(line->events.data, slow);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* Hands over whole messages; a callback may pause or free the line. */
static void hand_over(struct line *line)
{
    size_t at = 0;
    size_t used;
    enum wire_kind kind;
    struct wire_reader reader;
    while (!line->closing && !line->broken &&
           wire_next(str_n(line->in.at + at, line->in.len - at), &kind, &reader, &used, &line->broken)) {
        at += used;
        if (!line->events.message(line->events.data, kind, &reader))
            line->broken = true;
    }
    if (at) {
        memmove(line->in.at, line->in.at + at, line->in.len - at);
        line->in.len -= at;
    }
    if (!line->in.len && line->in.size > KEEP_BYTES)
        buf_release(&line->in);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct line *line = handle->data;
    (void)suggested;
    char *room = buf_room(&line->in, READ_BYTES);
    *out = uv_buf_init(room, room ? READ_BYTES : 0);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct line *line = stream->data;
    (void)bytes;
    if (length > 0) {
        line->in.len += (size_t)length;
        hand_over(line);
    } else if (length < 0) {
        line->broken = true;
    }
    if (line->broken)
        lose(line, false);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void flush(struct line *line);

static void on_written(uv_write_t *request, int status)
{
    struct line *line = request->data;
    free(line->flying);
    line->flying = NULL;
    line->flying_bytes = 0;
    if (line->closing)
        return;
    if (status < 0)
        line->broken = true;
    flush(line);
    if (line->broken)
        lose(line, false);
}

static void fly(struct line *line, size_t done)
{
    size_t length;
    line->flying = buf_take(&line->out, &length);
    line->flying_bytes = length - done;
    line->write.data = line;
    uv_buf_t bytes = uv_buf_init(line->flying + done, (unsigned)(length - done));
    if (uv_write(&line->write, (uv_stream_t *)&line->pipe, &bytes, 1, on_written)) {
        free(line->flying);
        line->flying = NULL;
        line->broken = true;
    }
}

static void flush(struct line *line)
{
    while (!line->flying && line->out.len && !line->broken && !line->closing) { /* `drained` may have written more */
        uv_buf_t bytes = uv_buf_init(line->out.at, (unsigned)line->out.len);
        int written = uv_try_write((uv_stream_t *)&line->pipe, &bytes, 1);
        size_t done = written > 0 ? (size_t)written : 0;
        if (written < 0 && written != UV_EAGAIN) {
            line->broken = true;
        } else if (done < line->out.len) {
            fly(line, done);
        } else {
            line->out.len = 0;
            line->exempt_bytes = 0;
            if (line->out.size > KEEP_BYTES)
                buf_release(&line->out);
            if (line->events.drained)
                line->events.drained(line->events.data);
        }
    }
}

static void keep_awake(uv_idle_t *idle)
{
    (void)idle;
}

struct buf *line_out(struct line *line)
{
    if (!line->awake && !line->closing)
        uv_idle_start(&line->idle, keep_awake);
    line->awake = true;
    return &line->out;
}

size_t line_pending_bytes(const struct line *line)
{
    return line->out.len + line->flying_bytes;
}

void line_exempt(struct line *line)
{
    line->exempt_bytes = line_pending_bytes(line);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void before_sleep(uv_prepare_t *prepare)
{
    struct line *line = prepare->data;
    if (line->awake && !line->closing) {
        line->awake = false;
        uv_idle_stop(&line->idle);
        flush(line);
    }
    if (line->closing)
        return;
    if (line->broken || line->out.overflow)
        lose(line, line->out.overflow);
    else if (line_pending_bytes(line) > line->pending_max_bytes + line->exempt_bytes)
        lose(line, true);
}

struct line *line_new(uv_loop_t *loop, int fd, size_t pending_max_bytes, const struct line_events *events)
{
    struct line *line = calloc(1, sizeof *line);
    if (!line)
        abort(); /* as the arena does */
    line->events = *events;
    line->pending_max_bytes = pending_max_bytes;
    line->handles = HANDLES;
    buf_init(&line->in, WIRE_MESSAGE_MAX_BYTES + 2 * READ_BYTES);
    buf_init(&line->out, UINT32_MAX); /* the bound is in before_sleep; a libuv buffer has no more */
    uv_pipe_init(loop, &line->pipe, 0);
    uv_prepare_init(loop, &line->prepare);
    uv_idle_init(loop, &line->idle);
    line->pipe.data = line->prepare.data = line->idle.data = line;
    uv_prepare_start(&line->prepare, before_sleep);
    uv_unref((uv_handle_t *)&line->prepare);
    if (uv_pipe_open(&line->pipe, fd)) {
        close(fd);
        line->broken = true;
    } else if (uv_read_start((uv_stream_t *)&line->pipe, give_room, on_read)) {
        line->broken = true;
    }
    return line;
}

void line_free(struct line *line)
{
    if (!line || line->closing)
        return;
    line->closing = true;
    uv_close((uv_handle_t *)&line->pipe, freed);
    uv_close((uv_handle_t *)&line->prepare, freed);
    uv_close((uv_handle_t *)&line->idle, freed);
}
