#include "sync/routes.h"

#include "ask/ask.h"

enum { TIMEOUT_MS = 8000 };

static http_handler_fn get_feed;
static ask_then_fn get_feed_answer;

const struct http_route sync_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/ical/:file", get_feed, ROUTE_TENANT},
    {0},
};

/* GET /ical/{token}.ics: the token is the key, whoever asks. */
static void get_feed(struct http_req *req)
{
    const char *dot = strrchr(req->params[0], '.');
    if (!dot || dot == req->params[0] || !text_eq(dot, ".ics")) {
        http_fail_with(req, ERR_NOT_FOUND, "A calendar's address ends in .ics.");
        return;
    }
    const struct pg_session visitor = ask_visitor(req, req->tenant, TIMEOUT_MS);
    struct ask *ask = ask_new(req, &visitor, TIMEOUT_MS);
    ask->nothing = "There is no such calendar.";
    ask_add(ask, "select get_ical_feed($1)", arena_strndup(req->arena, req->params[0], (size_t)(dot - req->params[0])));
    ask_submit(ask, get_feed_answer, NULL);
}

static void get_feed_answer(struct ask *ask, void *data)
{
    (void)data;
    http_set_header(ask->req, "Cache-Control", "private, no-cache");
    http_answer_tagged(ask->req, "text/calendar; charset=utf-8", ask_value(ask, 0));
}
