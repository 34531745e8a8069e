/* Printers behind a firewall, which ask for their jobs: Star's CloudPRNT (its protocol guide) and Epson's Server Direct
 * Print (its user's manual, version 2.00 of the request). The key in the address is the printer's own; who has none is
 * told that there is nothing.
 *
 *   CloudPRNT   POST   status ─▶ {"jobReady"}     GET a picture     DELETE ?code= how it went
 *   Epson       POST   ConnectionType=GetRequest ─▶ PrintRequestInfo     ConnectionType=SetResponse: how it went
 */
#include "print/polls.h"

#include "ask/ask.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_kept.h"
#include "print/print.h"
#include "print/render.h"
#include "print/take.h"

#include <ctype.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 8000, BODY_BYTES_MAX = 64 * 1024, STATUS_TEXT_MAX = 200 };

static http_handler_fn star_poll, star_take, star_told, epson_call;
static ask_then_fn star_poll_answer, take_render, told_answer, job_failed_answer;
static render_then_fn take_answer;

const struct http_route print_poll_routes[] = {
    {HTTP_POST, "/print/v1/cloudprnt/:key", star_poll, ROUTE_TENANT | ROUTE_RAW_BODY, .body_max_bytes = BODY_BYTES_MAX},
    {HTTP_GET, "/print/v1/cloudprnt/:key", star_take, ROUTE_TENANT},
    {HTTP_DELETE, "/print/v1/cloudprnt/:key", star_told, ROUTE_TENANT | ROUTE_RAW_BODY},
    {HTTP_POST, "/print/v1/epson/:key", epson_call, ROUTE_TENANT | ROUTE_RAW_BODY, .body_max_bytes = BODY_BYTES_MAX},
    {0},
};

struct call {
    const char *kind;
    struct print_taken taken;
    bool is_epson, may_take;
};

/* The daemon's own role: its functions alone know keys. With the visitors' share of the connections. */
static struct ask *ask_as_daemon(struct http_req *req)
{
    struct pg_session session = ask_visitor(req, req->tenant, TIMEOUT_MS);
    session.role = "maitred_auth";
    session.claims = "{\"role\":\"service_role\"}";
    session.read_only = false;
    struct ask *ask = ask_new(req, &session, TIMEOUT_MS);
    ask->nothing = "There is no such printer.";
    return ask;
}

static void answer_unknown(struct http_req *req)
{
    http_fail_with(req, ERR_NOT_FOUND, "There is no such printer.");
}

static struct call *new_call(struct http_req *req, bool is_epson)
{
    struct call *call = arena_zalloc(req->arena, sizeof *call);
    call->is_epson = is_epson;
    call->kind = is_epson ? "epson_sdp" : "cloudprnt";
    return call;
}

static const char *uuid_or_null(const char *text)
{
    return text && text_is_uuid(str_of(text)) ? text : NULL;
}

static const char *cut(struct http_req *req, const char *text)
{
    return text && text_is_utf8(str_of(text)) ? arena_strndup(req->arena, text, strnlen(text, STATUS_TEXT_MAX)) : NULL;
}

/* --- CloudPRNT ---------------------------------------------------------------------------------------------------- */

/* Its codes: 2xx it can print, 4xx the printer cannot, 5xx it can make nothing of the job. */
static const char *star_status(int code)
{
    switch (code) {
    case 211:
        return "paper_low";
    case 410:
        return "paper_out";
    case 420:
        return "cover_open";
    default:
        return code >= 200 && code < 300 ? "ready" : "error";
    }
}

static void star_poll(struct http_req *req)
{
    json_error_t reason;
    const json_t *body = json_kept(req->arena, json_loadb(req->body.at, req->body.len, 0, &reason));
    const char *code = json_text_at(body, "statusCode");
    if (!json_is_object(body)) {
        http_fail_with(req, ERR_BAD_BODY, "A printer tells its state as JSON.");
        return;
    }
    struct call *call = new_call(req, false);
    const char *status = star_status(code ? atoi(code) : 200);
    call->may_take = !text_eq(status, "error") && !text_eq(status, "paper_out") && !text_eq(status, "cover_open") &&
                     !json_is_true(json_object_get(body, "printingInProgress"));
    struct ask *ask = ask_as_daemon(req);
    ask_add(ask, "select app.printer_polls('cloudprnt', $1, $2, $3, $4)", req->params[0],
            cut(req, json_text_at(body, "printerMAC")), status, cut(req, code));
    ask_submit(ask, star_poll_answer, call);
}

static void star_poll_answer(struct ask *ask, void *data)
{
    const struct call *call = data;
    struct http_req *req = ask->req;
    const char *answer = ask_value(ask, 0);
    if (!answer) {
        answer_unknown(req);
        return;
    }
    const char *job = json_text_at(json_kept(req->arena, json_loads(answer, 0, NULL)), "job_id");
    http_set_header(req, "Cache-Control", "no-store");
    http_answer_text(req, 200, "application/json",
                     job && call->may_take
                         ? arena_printf(req->arena,
                                        "{\"jobReady\":true,\"mediaTypes\":[\"image/png\"],\"deleteMethod\":\"DELETE\","
                                        "\"jobToken\":\"%s\"}",
                                        job)
                         : "{\"jobReady\":false}");
}

static void submit_take(struct http_req *req, struct call *call, const char *job_id)
{
    struct ask *ask = ask_as_daemon(req);
    ask_add(ask, "select app.printer_takes($1, $2, $3::uuid)", call->kind, req->params[0], job_id);
    ask_submit(ask, take_render, call);
}

static void star_take(struct http_req *req)
{
    const char *type = http_query_param(req, "type");
    if (type && !text_eq(type, "image/png"))
        http_fail_with(req, ERR_MEDIA_TYPE, "Jobs are there as image/png.");
    else
        submit_take(req, new_call(req, false), uuid_or_null(http_query_param(req, "token")));
}

static void tell(struct http_req *req, const struct call *call, const char *job_id, const char *outcome,
                 const char *status, const char *text, ask_then_fn *then)
{
    struct print_stats *stats = print_stats_of(req->services);
    struct ask *ask = ask_as_daemon(req);
    stats->jobs_printed += text_eq(outcome, "printed");
    stats->jobs_failed += !text_eq(outcome, "printed");
    ask_add(ask, "select app.printer_tells($1, $2, $3::uuid, $4, $5, $6)", call->kind, req->params[0], job_id, outcome,
            status, text);
    ask_submit(ask, then, (void *)(uintptr_t)call);
}

static void star_told(struct http_req *req)
{
    const char *code = http_query_param(req, "code");
    int number = code ? (text_eq(code, "OK") ? 200 : atoi(code)) : 0;
    bool is_done = number >= 200 && number < 300;
    tell(req, new_call(req, false), uuid_or_null(http_query_param(req, "token")),
         is_done         ? "printed"
         : number >= 510 ? "failed"
                         : "refused",
         star_status(number), is_done ? NULL : cut(req, code), told_answer);
}

/* --- Epson -------------------------------------------------------------------------------------------------------- */

/* A field of application/x-www-form-urlencoded, decoded; NULL: it is not there. */
static const char *form_field(struct http_req *req, const char *name)
{
    struct str rest = req->body, value;
    size_t length = strlen(name);
    while (rest.len) {
        const char *end = memchr(rest.at, '&', rest.len);
        size_t size = end ? (size_t)(end - rest.at) : rest.len;
        if (size > length && !memcmp(rest.at, name, length) && rest.at[length] == '=')
            return decode_percent(req->arena, str_n(rest.at + length + 1, size - length - 1), true, &value) ? value.at
                                                                                                            : NULL;
        rest = end ? str_n(end + 1, rest.len - size - 1) : str_n(rest.at, 0);
    }
    return NULL;
}

/* What stands between two pieces of a text that a printer wrote by itself; NULL: not both are there. */
static const char *between(struct arena *arena, const char *text, const char *before, const char *after)
{
    const char *from = text ? strstr(text, before) : NULL;
    const char *to = from ? strstr(from + strlen(before), after) : NULL;
    return to ? arena_strndup(arena, from + strlen(before), (size_t)(to - from) - strlen(before)) : NULL;
}

static const char *epson_status(const char *code)
{
    static const struct {
        const char *code, *status;
    } known[] = {{"EPTR_REC_EMPTY", "paper_out"}, {"EPTR_COVER_OPEN", "cover_open"}, {"EX_TIMEOUT", "offline"},
                 {"DeviceNotFound", "offline"},   {"EPTR_MECHANICAL", "error"},      {"EPTR_CUTTER", "error"},
                 {"EPTR_UNRECOVERABLE", "error"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (code && text_eq(code, known[i].code))
            return known[i].status;
    return "error";
}

static void epson_told(struct http_req *req, struct call *call)
{
    const char *file = form_field(req, "ResponseFile");
    const char *job = between(req->arena, file, "<printjobid>", "</printjobid>");
    const char *response = between(req->arena, file, "<response", ">");
    const char *success = between(req->arena, response, "success=\"", "\"");
    const char *code = between(req->arena, response, "code=\"", "\"");
    if (!success) {
        http_fail_with(req, ERR_BAD_BODY, "The response file says nothing of a success.");
        return;
    }
    bool is_done = text_eq(success, "true") || text_eq(success, "1");
    bool is_wrong = code && (text_eq(code, "SchemaError") || text_eq(code, "EX_BADPORT"));
    tell(req, call, uuid_or_null(job),
         is_done    ? "printed"
         : is_wrong ? "failed"
                    : "refused",
         is_done ? "ready" : epson_status(code), is_done ? NULL : cut(req, code), told_answer);
}

static void epson_call(struct http_req *req)
{
    const char *type = form_field(req, "ConnectionType");
    struct call *call = new_call(req, true);
    if (type && text_eq(type, "GetRequest"))
        submit_take(req, call, NULL);
    else if (type && text_eq(type, "SetResponse"))
        epson_told(req, call);
    else if (type && text_eq(type, "SetStatus"))
        http_answer_text(req, 200, "text/xml; charset=utf-8", "");
    else
        http_fail_with(req, ERR_BAD_BODY, "A printer asks by GetRequest and answers by SetResponse.");
}

/* --- Both --------------------------------------------------------------------------------------------------------- */

static void answer_no_job(struct http_req *req, const struct call *call)
{
    if (call->is_epson)
        http_answer_text(req, 200, "text/xml; charset=utf-8", "");
    else
        http_fail_with(req, ERR_NOT_FOUND, "There is nothing to print.");
}

static void take_render(struct ask *ask, void *data)
{
    struct call *call = data;
    const char *json = ask_value(ask, 0);
    if (!json) {
        answer_unknown(ask->req);
        return;
    }
    print_taken_read(ask->req->arena, json, &call->taken);
    if (!call->taken.job_id)
        answer_no_job(ask->req, call);
    else
        render(ask->req, call->is_epson ? RENDER_EPOS : RENDER_PNG, call->taken.document, &call->taken.printer,
               take_answer, call);
}

static void answer_epson(struct http_req *req, const struct call *call, struct buf *bytes)
{
    struct buf xml;
    buf_init(&xml, 2 * (size_t)ESCPOS_BYTES_MAX);
    buf_printf(&xml,
               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<PrintRequestInfo Version=\"2.00\"><ePOSPrint><Parameter>"
               "<devid>local_printer</devid><timeout>10000</timeout><printjobid>%s</printjobid></Parameter><PrintData>",
               call->taken.job_id);
    buf_add(&xml, bytes->at, bytes->len);
    buf_text(&xml, "</PrintData></ePOSPrint></PrintRequestInfo>");
    http_answer(req, 200, "text/xml; charset=utf-8", &xml);
}

static void take_answer(struct http_req *req, struct buf *bytes, const struct error *error, void *data)
{
    struct call *call = data;
    if (error) { /* it will never be drawn, and must not hold up what comes after it */
        tell(req, call, call->taken.job_id, error->status == 503 ? "refused" : "failed", NULL, error->message,
             job_failed_answer);
        return;
    }
    print_stats_of(req->services)->jobs_given++;
    http_set_header(req, "Cache-Control", "no-store");
    if (call->is_epson) {
        answer_epson(req, call, bytes);
        return;
    }
    if (call->taken.printer.cuts)
        http_set_header(req, "X-Star-Cut", "partial; feed=true");
    if (strstr(call->taken.document, "\"drawer\":true"))
        http_set_header(req, "X-Star-CashDrawer", "start");
    http_answer(req, 200, "image/png", bytes);
}

static void job_failed_answer(struct ask *ask, void *data)
{
    answer_no_job(ask->req, data);
}

static void told_answer(struct ask *ask, void *data)
{
    const struct call *call = data;
    if (!ask_value(ask, 0))
        answer_unknown(ask->req);
    else if (call->is_epson)
        http_answer_text(ask->req, 200, "text/xml; charset=utf-8", "");
    else
        http_answer_text(ask->req, 200, "application/json", "{}");
}
