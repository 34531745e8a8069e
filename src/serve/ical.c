#include "serve/ical.h"

#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"
#include "http/services.h"
#include "tenant/tenant.h"

enum { TIMEOUT_MS = 8000, ETAG_BYTES = 16 };

static http_handler_fn get_feed;
static pg_then_fn get_feed_answer;

const struct http_route ical_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/ical/:file", get_feed, ROUTE_TENANT},
    {0},
};

/* GET /ical/{token}.ics: the token is the key, whoever asks. */
static void get_feed(struct http_req *req)
{
    const struct services *services = req->services;
    size_t length = strlen(req->params[0]);
    if (length < 5 || !text_eq(req->params[0] + length - 4, ".ics")) {
        http_fail_with(req, ERR_NOT_FOUND, "A calendar's address ends in .ics.");
        return;
    }
    const char **values = arena_array(req->arena, 1, sizeof *values);
    values[0] = arena_strndup(req->arena, req->params[0], length - 4);
    struct pg_batch *b = pg_batch_new(services->fast, req->arena,
                                      &(struct pg_session){.role = "anon",
                                                           .search_path = req->tenant->search_path,
                                                           .claims = "{\"role\":\"anon\"}",
                                                           .visitor = true,
                                                           .read_only = true,
                                                           .statement_timeout_ms = TIMEOUT_MS,
                                                           .request_id = req->id,
                                                           .ip = req->client_ip,
                                                           .affinity = req->tenant->affinity});
    pg_batch_add(b, &(struct pg_statement){
                        .sql = "select get_ical_feed($1)", .param_count = 1, .values = values, .prepare = true});
    http_hold(req);
    pg_batch_submit(b, TIMEOUT_MS, get_feed_answer, req);
}

/* Whether If-None-Match names this tag (RFC 9110, 13.1.2: weak comparison). */
static bool is_known(const char *header, const char *etag)
{
    return header && (text_eq(header, "*") || strstr(header, etag) != NULL);
}

/* A tenant without chalets has no such function, and a visitor learns no more than that nothing is here. */
static void get_feed_answer(struct pg_batch *batch, void *data)
{
    struct http_req *req = data;
    const struct error *error = pg_batch_error(batch);
    const char *feed = error ? NULL : pg_value(pg_batch_result(batch, 0), 0, 0);
    if (error && (text_eq(error->code, "42P01") || text_eq(error->code, "42883"))) {
        http_fail_with(req, ERR_NOT_FOUND, "There is no such calendar.");
    } else if (error) {
        http_fail(req, error);
    } else {
        unsigned char digest[32];
        digest_sha256(str_of(feed), digest);
        const char *etag = arena_printf(req->arena, "\"%s\"", encode_hex(req->arena, digest, ETAG_BYTES));
        http_set_header(req, "ETag", etag);
        http_set_header(req, "Cache-Control", "private, no-cache");
        if (is_known(http_header_list(req, "If-None-Match"), etag))
            http_answer(req, 304, NULL, NULL);
        else
            http_answer_text(req, 200, "text/calendar; charset=utf-8", feed);
    }
    http_release(req);
}
