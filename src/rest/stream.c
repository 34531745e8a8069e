/* Answers of any size in flat memory: rows are written while they arrive, and PostgreSQL waits when the client does.
 *
 * A read that has no limit, or a high one, is streamed. Its first rows are kept back until they are worth a piece: when
 * the answer ends before, it goes out whole, like any other. Otherwise status and headers leave before the last row is
 * known, so there is no Content-Range without a count, and what a function sets in response.* comes too late. HEAD
 * waits for the end, and has neither a length nor an ETag then, as GET has none.
 */
#include "rest/internal.h"

#include "rest/render.h"

#include <stdlib.h>

enum {
    ROWS_WORTH_STREAMING = 5000,
    PIECE_BYTES = 64 << 10,
    PIECE_MAX_BYTES = 64 << 20, /* one row must fit */
};

void stream_setup(struct errand *x)
{
    const struct plan *plan = x->plan;
    bool many = plan->limit < 0 || plan->limit > ROWS_WORTH_STREAMING;
    x->streaming = x->get && many && plan->read_only && plan->shape == ANSWER_ROWS && !plan->document &&
                   !plan->counted_inside && (x->media.format == FORMAT_JSON || x->media.format == FORMAT_CSV);
}

static void drained(struct http_req *req, void *data)
{
    struct errand *x = data;
    (void)req;
    if (!x->waiting || !x->batch)
        return;
    x->waiting = false;
    pg_batch_resume(x->batch);
}

/* Status and headers, now that the answer is known to be long. A count, which stands before the rows, is known. */
static void begin(struct errand *x)
{
    struct http_req *req = x->req;
    int status = 200;
    const struct plan *plan = x->plan;
    const PGresult *count = plan->count >= 0 ? pg_batch_result(x->batch, x->first + plan->count) : NULL;
    if (count) {
        int64_t total = strtoll(pg_value(count, 0, 0), NULL, 10);
        int64_t left = total - plan->offset;
        struct outcome outcome = {.rows = plan->limit >= 0 && plan->limit < left ? plan->limit : left, .total = total};
        status = answer_range(x, &outcome, status);
    }
    if (x->prefer_header) {
        const char *applied = preference_applied(req->arena, &x->prefer, PREFER_READ);
        if (*applied)
            http_set_header(req, "Preference-Applied", applied);
    }
    set_content_location(x);
    timing_mark(x, TIMING_TRANSACTION);
    timing_header(x);
    x->began = true;
    answer_cache_give_up(&x->public_fetch, CACHE_ALONE); /* too long to be kept */
    http_stream_begin(req, status, media_content_type(&x->media), drained, x);
}

static bool send_piece(struct errand *x)
{
    if (!x->began)
        begin(x);
    if (http_stream_write(x->req, &x->piece))
        return true;
    x->waiting = true;
    return false;
}

static bool stream_row(struct pg_batch *batch, const PGresult *row, void *data)
{
    struct errand *x = data;
    (void)batch;
    if (x->forgotten)
        return true;
    bool csv = x->media.format == FORMAT_CSV;
    if (!x->rows++) {
        if (csv)
            render_csv_header(&x->piece, row, 0);
        else
            x->columns = render_columns(x->req->arena, row, 0, &x->column_count);
    }
    if (csv) {
        render_csv_row(&x->piece, row, 0, 0, x->req->who->level < LEVEL_SERVICE);
    } else {
        if (x->rows > 1)
            buf_char(&x->piece, ',');
        else
            buf_char(&x->piece, '[');
        render_row(&x->piece, x->columns, x->column_count, row, 0, 0, x->media.strip_nulls);
    }
    if (x->piece.len < PIECE_BYTES)
        return true;
    if (x->head) {
        x->unkept = true;
        x->piece.len = 0;
        return true;
    }
    return send_piece(x);
}

void stream_start(struct errand *x)
{
    buf_init(&x->piece, PIECE_MAX_BYTES);
    pg_batch_stream(x->batch, x->first + x->plan->main, stream_row);
}

bool stream_finish(struct errand *x, const PGresult *last)
{
    bool csv = x->media.format == FORMAT_CSV;
    if (!x->rows && csv)
        render_csv_header(&x->piece, last, 0);
    else if (!csv)
        buf_text(&x->piece, x->rows ? "]" : "[]");
    if (!x->began)
        return false;
    if (x->piece.overflow)
        http_stream_abort(x->req);
    else
        (void)http_stream_write(x->req, &x->piece);
    http_stream_end(x->req);
    return true;
}
