/* After the Sync: counts, status, headers, body. */
#include "rest/internal.h"

#include "base/clock.h"
#include "base/encode.h"
#include "rest/render.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool is_write(const struct errand *x)
{
    return x->action != ACTION_READ && x->action != ACTION_CALL;
}

/* --- Headers ------------------------------------------------------------------------------------------------------ */

int answer_range(struct errand *x, const struct outcome *outcome, int status)
{
    struct http_req *req = x->req;
    int64_t first = x->plan->offset, last = first + outcome->rows - 1;
    bool counted = outcome->total >= 0;
    if (x->action == ACTION_INSERT || x->action == ACTION_DELETE || x->action == ACTION_PUT) {
        first = 1;
        last = 0;
    } else if (x->action == ACTION_UPDATE) {
        first = 0;
        last = outcome->rows - 1;
    }
    const char *total = counted ? arena_printf(req->arena, "%lld", (long long)outcome->total) : "*";
    const char *range = first <= last && outcome->total != 0
                            ? arena_printf(req->arena, "%lld-%lld/%s", (long long)first, (long long)last, total)
                            : arena_printf(req->arena, "*/%s", total);
    if (x->action != ACTION_PUT)
        http_set_header(req, "Content-Range", range);
    x->kept_range = range;
    if (is_write(x) || !counted || (x->action == ACTION_CALL && !x->plan->counted_inside))
        return status;
    if (first > outcome->total)
        return 416;
    return last - first + 1 < outcome->total ? 206 : status;
}

/* response.headers: [{"name": "value"}, …] */
static enum err guc_headers(struct errand *x, const char *text, const char **content_type, struct error *out)
{
    json_t *list = json_loads(text, 0, NULL), *item;
    size_t i;
    enum err err = json_is_array(list) ? OK : ERR_BAD_GUC_HEADERS;
    json_array_foreach(list, i, item)
    {
        void *field = json_object_size(item) == 1 ? json_object_iter(item) : NULL;
        const char *value = field ? json_string_value(json_object_iter_value(field)) : NULL;
        if (!value) {
            err = ERR_BAD_GUC_HEADERS;
            break;
        }
        if (!strcasecmp(json_object_iter_key(field), "Content-Type"))
            *content_type = arena_strdup(x->req->arena, value);
        else
            http_set_header(x->req, json_object_iter_key(field), value);
    }
    json_decref(list);
    if (err)
        *out = error_of(err);
    return err;
}

static enum err guc_status(const char *text, int *status, struct error *out)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*end || value < 200 || value > 599) {
        *out = error_of(ERR_BAD_GUC_STATUS);
        return ERR_BAD_GUC_STATUS;
    }
    *status = (int)value;
    return OK;
}

/* /table?id=eq.7, for the one row that was made */
static void set_location(struct errand *x, const PGresult *main)
{
    struct http_req *req = x->req;
    struct buf text;
    if (!main || PQntuples(main) != 1 || PQresultStatus(main) != PGRES_TUPLES_OK)
        return;
    buf_init(&text, 8192);
    buf_char(&text, '/');
    buf_text(&text, x->target);
    for (size_t i = 0; i < x->plan->location_count; i++) {
        buf_text(&text, i ? "&" : "?");
        buf_text(&text, x->plan->location[i]);
        buf_text(&text, PQgetisnull(main, 0, (int)i) ? "=is." : "=eq.");
        const char *value = PQgetisnull(main, 0, (int)i) ? "null" : PQgetvalue(main, 0, (int)i);
        for (; *value; value++) {
            if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~:", *value))
                buf_char(&text, *value);
            else
                buf_printf(&text, "%%%02X", (unsigned char)*value);
        }
    }
    http_set_header(req, "Location", buf_cstr(&text));
    buf_release(&text);
}

static void set_applied(struct errand *x)
{
    static const enum preference_scope scopes[] = {
        [ACTION_READ] = PREFER_READ,  [ACTION_INSERT] = PREFER_INSERT, [ACTION_UPDATE] = PREFER_UPDATE,
        [ACTION_PUT] = PREFER_UPDATE, [ACTION_DELETE] = PREFER_DELETE, [ACTION_CALL] = PREFER_CALL};
    if (!x->prefer_header)
        return;
    struct preference prefer = x->prefer;
    if (x->plan->no_conflict)
        prefer.resolution = RESOLUTION_NONE;
    const char *applied = preference_applied(x->req->arena, &prefer, scopes[x->action]);
    if (*applied)
        http_set_header(x->req, "Preference-Applied", applied);
}

/* --- Body --------------------------------------------------------------------------------------------------------- */

/* The plan remembers how its columns are written; a type that changed meanwhile makes it look again. */
static const struct render_column *plan_columns(struct plan *plan, const PGresult *main, int from)
{
    if (!plan->columns || !render_fits(plan->columns, plan->column_count, main, from))
        plan->columns = render_columns(plan->arena, main, from, &plan->column_count);
    return plan->columns;
}

/* One object instead of a list of one. */
static bool is_single(const struct errand *x, int64_t rows)
{
    return x->media.format == FORMAT_OBJECT && rows == 1;
}

static void write_rows(struct errand *x, const PGresult *main, int from, int64_t rows, struct buf *body)
{
    struct plan *plan = x->plan;
    const struct render_column *columns = plan_columns(plan, main, from);
    bool list = !is_single(x, rows) && plan->shape == ANSWER_ROWS;
    if (list)
        buf_char(body, '[');
    for (int row = 0; row < (int)rows; row++) {
        if (row)
            buf_char(body, ',');
        render_row(body, columns, plan->column_count, main, row, from, x->media.strip_nulls);
    }
    if (list)
        buf_char(body, ']');
    else if (!rows)
        buf_text(body, "null");
}

static void write_scalars(struct errand *x, const PGresult *main, int from, int64_t rows, struct buf *body)
{
    bool list = !is_single(x, rows) && x->plan->shape == ANSWER_SCALARS;
    enum encoding encoding = render_encoding(PQftype(main, from));
    if (list)
        buf_char(body, '[');
    for (int row = 0; row < (int)rows; row++) {
        if (row)
            buf_char(body, ',');
        render_value(body, encoding, main, row, from);
    }
    if (list)
        buf_char(body, ']');
    else if (!rows)
        buf_text(body, "null");
}

static int hex_digit(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* text/plain, text/xml, application/octet-stream: the values themselves. */
static void write_plain(const struct errand *x, const PGresult *main, int64_t rows, struct buf *body)
{
    bool bytes = x->media.format == FORMAT_BINARY || x->media.bytes;
    for (int row = 0; row < (int)rows; row++) {
        const char *text = PQgetvalue(main, row, 0);
        size_t length = (size_t)PQgetlength(main, row, 0);
        if (!bytes || length < 2 || text[0] != '\\' || text[1] != 'x') {
            buf_add(body, text, length);
            continue;
        }
        for (size_t i = 2; i + 1 < length; i += 2)
            buf_char(body, (char)(hex_digit(text[i]) << 4 | hex_digit(text[i + 1])));
    }
}

static void write_csv(const struct errand *x, const PGresult *main, int from, int64_t rows, struct buf *body)
{
    render_csv_header(body, main, from);
    for (int row = 0; row < (int)rows; row++)
        render_csv_row(body, main, row, from, x->req->who->level < LEVEL_SERVICE);
}

static void write_explained(const PGresult *main, struct buf *body)
{
    for (int row = 0; row < PQntuples(main); row++) {
        if (row)
            buf_char(body, '\n');
        buf_text(body, PQgetvalue(main, row, 0));
    }
}

/* A document is a JSON array; one object or value is what stands between its brackets. */
static void write_document(const struct errand *x, const char *document, int64_t rows, struct buf *body)
{
    size_t n = strlen(document);
    bool list = ((x->plan->shape == ANSWER_ROWS || x->plan->shape == ANSWER_SCALARS) && !is_single(x, rows)) ||
                x->media.format == FORMAT_GEOJSON;
    if (list || n < 2 || document[0] != '[')
        buf_add(body, document, n);
    else if (n == 2)
        buf_text(body, "null");
    else
        buf_add(body, document + 1, n - 2);
}

static void write_body(struct errand *x, const struct outcome *outcome, const PGresult *main, const char *document,
                       struct buf *body)
{
    const struct plan *plan = x->plan;
    int from = plan->counted_inside ? 2 : 0;
    if (x->media.format == FORMAT_PLAN)
        write_explained(main, body);
    else if (x->streaming)
        buf_add(body, x->piece.at, x->piece.len);
    else if (x->media.format == FORMAT_CUSTOM)
        write_plain(x, main, PQntuples(main), body);
    else if (document)
        write_document(x, document, outcome->rows, body);
    else if (x->media.format == FORMAT_CSV)
        write_csv(x, main, from, outcome->rows, body);
    else if (x->media.format == FORMAT_TEXT || x->media.format == FORMAT_XML || x->media.format == FORMAT_BINARY)
        write_plain(x, main, outcome->rows, body);
    else if (plan->shape == ANSWER_SCALAR || plan->shape == ANSWER_SCALARS)
        write_scalars(x, main, from, outcome->rows, body);
    else
        write_rows(x, main, from, outcome->rows, body);
}

/* --- The whole ---------------------------------------------------------------------------------------------------- */

static int plain_status(const struct errand *x, const struct outcome *outcome)
{
    bool represent = x->prefer.returns == RETURN_REPRESENTATION;
    bool none_new = outcome->rows - outcome->updated <= 0;
    switch (x->action) {
    case ACTION_INSERT:
        return x->prefer.resolution == RESOLUTION_MERGE && none_new ? 200 : 201;
    case ACTION_PUT:
        return !represent ? 204 : none_new ? 200 : 201;
    case ACTION_UPDATE:
    case ACTION_DELETE:
        return represent ? 200 : 204;
    case ACTION_CALL:
        return x->plan->shape == ANSWER_NOTHING ? 204 : 200;
    case ACTION_READ:
    default:
        return 200;
    }
}

static enum err check_outcome(struct errand *x, const struct outcome *outcome, struct error *out)
{
    const struct plan *plan = x->plan;
    struct arena *arena = x->req->arena;
    bool represents = x->action == ACTION_READ || plan->shape != ANSWER_NOTHING;
    if (plan->guarded)
        return OK; /* it was judged inside the statement */
    bool list = plan->shape == ANSWER_ROWS || plan->shape == ANSWER_SCALARS;
    if (x->media.format == FORMAT_OBJECT && represents && list && outcome->rows != 1) {
        *out = error_of(ERR_NOT_SINGLE);
        http_set_header(x->req, "Content-Type", media_content_type(&(struct media){.format = FORMAT_OBJECT}));
        out->details = arena_printf(arena, "The result contains %lld rows", (long long)outcome->rows);
        return ERR_NOT_SINGLE;
    }
    return OK;
}

static void keep_public(struct errand *x, const char *type, const char *etag, const struct buf *body)
{
    const struct settings *settings = x->service->services->settings;
    struct cached_answer answer = {
        .status = 200, .content_type = type, .etag = etag, .bytes = body->at, .length = body->len};
    if (x->kept_range) {
        answer.headers[0].name = "Content-Range";
        answer.headers[0].value = x->kept_range;
        answer.header_count = 1;
    }
    int64_t ttl_ms = freshness_is_sure(x->freshness) ? settings->public_cache_watched_ms : settings->public_cache_ms;
    answer_cache_put(x->service->answers, &x->public_fetch, &answer, clock_monotonic_ms(), ttl_ms, x->freshness);
}

/* 128 bits over the body in one pass of two lanes. Not against attackers: a collision would cost a stale page. */
static const char *make_etag(struct arena *arena, const struct buf *body)
{
    uint64_t lanes[2] = {0x9e3779b97f4a7c15u, 0xc2b2ae3d27d4eb4fu ^ body->len};
    const char *p = body->at;
    size_t left = body->len;
    for (; left >= 16; p += 16, left -= 16) {
        uint64_t words[2];
        memcpy(words, p, 16);
        lanes[0] = (lanes[0] ^ words[0]) * 0xff51afd7ed558ccdu;
        lanes[1] = (lanes[1] ^ words[1]) * 0xc4ceb9fe1a85ec53u;
        lanes[0] ^= lanes[0] >> 32;
        lanes[1] ^= lanes[1] >> 29;
    }
    uint64_t digest[2] = {hash_bytes(p, left, lanes[0] ^ lanes[1] << 1), hash_bytes(lanes, sizeof lanes, left)};
    char *etag = arena_alloc(arena, 2 * sizeof digest + 3);
    etag[0] = '"';
    memcpy(etag + 1, encode_hex(arena, digest, sizeof digest), 2 * sizeof digest);
    memcpy(etag + 1 + 2 * sizeof digest, "\"", 2);
    return etag;
}

/* A write was done, so its answer is given at any size that is possible. */
static int64_t answer_max_bytes(const struct errand *x)
{
    const struct settings *settings = x->service->services->settings;
    if (!x->plan->read_only || x->req->who->level >= LEVEL_STAFF)
        return settings->answer_max_bytes;
    int64_t most =
        x->req->who->level == LEVEL_VISITOR ? settings->visitor_answer_max_bytes : settings->customer_answer_max_bytes;
    return most < settings->answer_max_bytes ? most : settings->answer_max_bytes;
}

enum { ERROR_BYTES_MAX = 256 * 1024 };

/* application/vnd.pgrst.plan+json; for="application/json"; options=analyze|buffers */
static const char *plan_type(const struct errand *x)
{
    const struct media *media = &x->media;
    const struct media planned = {
        .format = media->plan_for, .strip_nulls = media->strip_nulls, .type = media->plan_type};
    const char *whole = media_content_type(&planned);
    const struct {
        bool on;
        const char *name;
    } options[] = {{media->analyze, "analyze"},
                   {media->verbose, "verbose"},
                   {media->settings, "settings"},
                   {media->buffers, "buffers"},
                   {media->wal, "wal"}};
    const char *list = "";
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].on)
            list = arena_printf(x->req->arena, "%s%s%s", list, *list ? "|" : "; options=", options[i].name);
    return arena_printf(x->req->arena, "application/vnd.pgrst.plan+%s; for=\"%.*s\"%s; charset=utf-8",
                        media->plan_json ? "json" : "text", (int)strcspn(whole, ";"), whole, list);
}

void answer_outcome(struct errand *x, const struct outcome *outcome, const PGresult *main, const char *document)
{
    struct http_req *req = x->req;
    struct error error;
    struct buf body;
    const char *type = media_content_type(&x->media);
    enum err err = check_outcome(x, outcome, &error);
    bool explained = x->media.format == FORMAT_PLAN;
    int status = explained ? 200 : plain_status(x, outcome);
    if (explained)
        type = plan_type(x);
    bool custom = false;
    if (!err && outcome->gucs_headers && *outcome->gucs_headers)
        err = guc_headers(x, outcome->gucs_headers, &type, &error);
    if (!err && outcome->gucs_status && *outcome->gucs_status) {
        err = guc_status(outcome->gucs_status, &status, &error);
        custom = true;
    }
    if (err) {
        failure_answer(x, &error);
        return;
    }
    if (status >= 400 && x->plan->shape == ANSWER_SCALAR && x->media.format != FORMAT_JSON && main &&
        PQntuples(main) == 1 && *PQgetvalue(main, 0, 0) == '{') {
        /* a function that refuses without an exception: an error is JSON, whatever else was asked for */
        buf_init(&body, ERROR_BYTES_MAX);
        buf_text(&body, PQgetvalue(main, 0, 0));
        http_answer(req, status, "application/json; charset=utf-8", &body);
        return;
    }
    if (!explained && !custom)
        status = answer_range(x, outcome, status);
    if (status == 416) {
        error = error_of(ERR_RANGE);
        error.details = arena_printf(req->arena, "An offset of %lld was requested, but there are only %lld rows.",
                                     (long long)x->plan->offset, (long long)outcome->total);
        http_fail(req, &error);
        return;
    }
    set_applied(x);
    if (x->plan->location)
        set_location(x, main);
    if (x->media.format == FORMAT_CUSTOM || x->head) /* also where it is empty */
        http_set_header(req, "Content-Type", type);
    set_content_location(x);
    if (x->plan->shape == ANSWER_NOTHING && !explained) {
        timing_header(x);
        http_answer(req, status, NULL, NULL);
        return;
    }
    int64_t most = answer_max_bytes(x);
    buf_init(&body, (size_t)most);
    write_body(x, outcome, main, document, &body);
    if (body.overflow) {
        buf_release(&body);
        http_fail_with(req, ERR_UNSUPPORTED, "The answer is larger than %lld bytes; ask for fewer rows or columns.",
                       (long long)most);
        return;
    }
    if (x->unkept) {
        buf_release(&body);
        timing_header(x);
        http_stream_begin(req, status, type, NULL, NULL);
        http_stream_end(req);
        return;
    }
    if (x->get && status == 200) {
        const char *etag = make_etag(req->arena, &body);
        http_set_header(req, "ETag", etag);
        if (x->public_fetch && !outcome->gucs_headers)
            keep_public(x, type, etag, &body);
        if (errand_has_tag(x, etag)) {
            buf_release(&body);
            http_answer(req, 304, NULL, NULL);
            return;
        }
    }
    timing_header(x);
    http_answer(req, status, type, &body);
}

/* The planner's estimate, from EXPLAIN's JSON: the first "Plan Rows". */
static int64_t planned_rows(const PGresult *result)
{
    const char *text = result ? pg_value(result, 0, 0) : NULL;
    const char *rows = text ? strstr(text, "\"Plan Rows\":") : NULL;
    return rows ? strtoll(rows + 12, NULL, 10) : -1;
}

static int64_t total_rows(const struct errand *x, struct pg_batch *batch)
{
    const struct plan *plan = x->plan;
    int64_t most = x->service->services->settings->rows_max;
    int64_t exact =
        plan->count >= 0 ? strtoll(pg_value(pg_batch_result(batch, x->first + plan->count), 0, 0), NULL, 10) : -1;
    int64_t planned = plan->count_plan >= 0 ? planned_rows(pg_batch_result(batch, x->first + plan->count_plan)) : -1;
    if (exact < 0)
        return planned;
    if (planned < 0 || exact <= most)
        return exact;
    return planned > exact ? planned : exact;
}

static const char *guc(const struct errand *x, struct pg_batch *batch, int column)
{
    const struct plan *plan = x->plan;
    const char *text = plan->facts >= 0 ? pg_value(pg_batch_result(batch, x->first + plan->facts), 0, column) : NULL;
    return text && *text ? text : NULL;
}

static void read_outcome(struct errand *x, struct pg_batch *batch, const PGresult *main, struct outcome *outcome)
{
    const struct plan *plan = x->plan;
    outcome->total = total_rows(x, batch);
    outcome->gucs_headers = guc(x, batch, 0);
    outcome->gucs_status = guc(x, batch, 1);
    const char *updated = plan->counts_updates ? guc(x, batch, 2) : NULL;
    outcome->updated = updated ? strtoll(updated, NULL, 10) : 0;
    if (plan->document) {
        outcome->rows = strtoll(pg_value(main, 0, 1), NULL, 10);
    } else if (plan->counted_inside) {
        outcome->total = strtoll(pg_value(main, 0, 0), NULL, 10);
        outcome->rows = PQgetisnull(main, 0, 1) ? 0 : PQntuples(main);
    } else if (x->streaming) {
        outcome->rows = x->rows;
    } else if (PQresultStatus(main) == PGRES_TUPLES_OK) {
        outcome->rows = PQntuples(main);
    } else {
        outcome->rows = strtoll(PQcmdTuples((PGresult *)(uintptr_t)main), NULL, 10);
    }
    bool one = plan->shape == ANSWER_SCALAR || plan->shape == ANSWER_ROW;
    if ((is_write(x) || one) && x->prefer.count)
        outcome->total = outcome->rows;
}

/* What the database knows otherwise than the catalogue: a column or table that is gone, a function that changed. */
static bool may_be_stale(const struct error *error)
{
    static const char *const codes[] = {"42703", "42P01", "42883", "42704", NULL};
    for (const char *const *code = codes; error->code && *code; code++)
        if (text_eq(error->code, *code))
            return true;
    return false;
}

void answer_batch(struct pg_batch *batch, void *data)
{
    struct errand *x = data;
    const struct error *error = pg_batch_error(batch);
    x->batch = NULL;
    timing_mark(x, TIMING_TRANSACTION);
    if (x->forgotten) {
        errand_done(x);
        return;
    }
    if (error && key_is_used(error)) {
        key_replay(x);
        return;
    }
    if (error && x->began) {
        http_stream_abort(x->req);
        errand_done(x);
        return;
    }
    if (error && may_be_stale(error) && errand_try_again(x))
        return; /* all was undone: planning and sending it once more is safe */
    if (error) {
        bool facts = x->plan->facts >= 0 && pg_batch_failed_statement(batch) == x->first + x->plan->facts;
        struct error unreadable = error_of(ERR_BAD_GUC_HEADERS); /* what the settings say is not even JSON */
        bool unread =
            facts && error->err == ERR_SQL && !strncmp(error->code, "22", 2) && !strstr(error->message, PLAN_GUARD);
        errand_fail(x, unread ? &unreadable : error);
        return;
    }
    const PGresult *main = pg_batch_result(batch, x->first + x->plan->main);
    struct outcome outcome = {.total = -1};
    if (x->streaming && stream_finish(x, main)) {
        errand_done(x);
        return;
    }
    read_outcome(x, batch, main, &outcome);
    answer_outcome(x, &outcome, main, x->plan->document ? pg_value(main, 0, 0) : NULL);
    pg_batch_release_results(batch); /* a client may take its time to read */
    errand_done(x);
}
