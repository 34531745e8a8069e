#include "print/print.h"

#include "ask/ask.h"
#include "auth/identity.h"
#include "base/encode.h"
#include "print/raster.h"
#include "print/render.h"

#include <ctype.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 8000, LANGUAGE_BYTES_MAX = 8 };

static http_handler_fn get_document;
static ask_then_fn get_document_render;
static render_then_fn get_document_answer;

/* A document that somebody may read: who may, and what stands on it, is the function's to say. */
struct print_document {
    const char *name; /* of the file */
    const char *sql;  /* the path's parameters are its first ones, then a language or null */
    int parameters;
    bool by_uuid; /* the last parameter names a row */
};

static const struct print_document receipt = {"receipt", "select get_receipt_document($1, $2)", 1, false};
static const struct print_document bill = {"bill", "select get_bill_document($1, $2::uuid, $3)", 2, true};
static const struct print_document invoice = {"invoice", "select get_invoice_document($1::uuid, $2)", 1, true};
static const struct print_document waiver = {"waiver", "select get_waiver_document($1::uuid, $2)", 1, true};

/* To add a document, a row here and a function that describes it (db/app/core/documents.sql). ?language= is the
 * reader's, else the house's; ?format=escpos gives what a receipt printer takes, ?dots= as wide as it is. */
const struct http_route print_routes[] = {
    {HTTP_GET, "/print/v1/receipts/:id", get_document, ROUTE_TENANT | ROUTE_AUTH, &receipt},
    {HTTP_GET, "/print/v1/bills/:type/:id", get_document, ROUTE_TENANT | ROUTE_AUTH, &bill},
    {HTTP_GET, "/print/v1/invoices/:id", get_document, ROUTE_TENANT | ROUTE_AUTH, &invoice},
    {HTTP_GET, "/print/v1/waivers/:id", get_document, ROUTE_TENANT | ROUTE_AUTH, &waiver},
    {0},
};

struct wanted {
    const struct print_document *document;
    enum render_format format;
    struct escpos_printer printer;
};

static bool read_format(struct http_req *req, struct wanted *wanted)
{
    const char *format = http_query_param(req, "format"), *dots = http_query_param(req, "dots");
    wanted->printer = (struct escpos_printer){.width_dots = dots ? atoi(dots) : 576, .cuts = true};
    if (!format || text_eq(format, "pdf"))
        wanted->format = RENDER_PDF;
    else if (text_eq(format, "escpos"))
        wanted->format = RENDER_ESCPOS;
    else {
        http_fail_with(req, ERR_BAD_INPUT, "A document is there as pdf or escpos.");
        return false;
    }
    if (wanted->printer.width_dots < RASTER_DOTS_MIN || wanted->printer.width_dots > RASTER_DOTS_MAX) {
        http_fail_with(req, ERR_BAD_INPUT, "A receipt printer is %d to %d dots wide.", RASTER_DOTS_MIN,
                       RASTER_DOTS_MAX);
        return false;
    }
    return true;
}

static void get_document(struct http_req *req)
{
    const struct print_document *document = req->route->more;
    struct wanted *wanted = arena_zalloc(req->arena, sizeof *wanted);
    const char *language = http_query_param(req, "language");
    const char *values[3] = {req->params[0], req->params[1]};
    wanted->document = document;
    if (!read_format(req, wanted))
        return;
    if (document->by_uuid && !text_is_uuid(str_of(req->params[document->parameters - 1]))) {
        http_fail_with(req, ERR_NOT_FOUND, "There is no such document.");
        return;
    }
    if (language && (!*language || strlen(language) > LANGUAGE_BYTES_MAX)) {
        http_fail_with(req, ERR_BAD_INPUT, "A language is two letters, such as en.");
        return;
    }
    values[document->parameters] = language;
    const struct pg_session session = auth_session(req, true, TIMEOUT_MS);
    struct ask *ask = ask_new(req, &session, TIMEOUT_MS);
    ask->nothing = "There are no such documents here.";
    ask_add_values(ask, document->sql, document->parameters + 1, values);
    ask_submit(ask, get_document_render, wanted);
}

static void get_document_render(struct ask *ask, void *data)
{
    struct wanted *wanted = data;
    const char *json = ask_value(ask, 0);
    if (!json)
        http_fail_with(ask->req, ERR_NOT_FOUND, "There is no such document.");
    else
        render(ask->req, wanted->format, json, &wanted->printer, get_document_answer, wanted);
}

static void get_document_answer(struct http_req *req, struct buf *bytes, const struct error *error, void *data)
{
    const struct wanted *wanted = data;
    if (error) {
        http_fail(req, error);
        return;
    }
    bool is_pdf = wanted->format == RENDER_PDF;
    http_set_header(req, "Cache-Control", "private, no-cache");
    http_set_header(req, "X-Content-Type-Options", "nosniff");
    http_set_header(
        req, "Content-Disposition",
        arena_printf(req->arena, "inline; filename=\"%s.%s\"", wanted->document->name, is_pdf ? "pdf" : "bin"));
    http_answer(req, 200, is_pdf ? "application/pdf" : "application/octet-stream", bytes);
}
