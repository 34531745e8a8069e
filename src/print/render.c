#include "print/render.h"

#include "ask/thread.h"
#include "base/log.h"
#include "print/epos.h"
#include "print/pdf.h"
#include "print/raster.h"

#include <assert.h>
#include <stdlib.h>

struct render {
    struct http_req *req;
    enum render_format format;
    const char *json;
    const struct escpos_printer *printer;
    render_then_fn *then;
    void *data;
    struct arena *arena; /* the thread's own */
    struct buf bytes;
    enum err err;
    struct error error;
    int unknown_glyphs;
    struct render *next;
};

struct print_service {
    struct render *first, *last;
    int waiting;
    struct thread_limit limit;
    struct print_stats stats;
};

const struct service_key print_service_key = {"print"};

struct print_service *print_service_new(void)
{
    struct print_service *service = calloc(1, sizeof *service);
    if (!service)
        abort();
    service->limit.at_once = 1;
    return service;
}

struct print_stats *print_stats_of(const struct services *services)
{
    struct print_service *service = services_find(services, &print_service_key);
    return &service->stats;
}

struct print_stats print_stats(const struct print_service *service)
{
    return service->stats;
}

#define OF(member) METRIC_OF(print_stats, member)

/* To add one: base/metric.h. */
const struct metric print_metrics[] = {
    {"print_documents_total", METRIC_COUNTER, "outcome=\"rendered\"", "Documents drawn for who asked.", OF(rendered)},
    {"print_documents_total", METRIC_COUNTER, "outcome=\"refused\"", NULL, OF(refused)},
    {"print_unknown_glyphs_total", METRIC_COUNTER, NULL, "Signs that no font of this machine has.", OF(unknown_glyphs)},
    {"print_polled_jobs_total", METRIC_COUNTER, "outcome=\"given\"", "Jobs of printers that poll.", OF(jobs_given)},
    {"print_polled_jobs_total", METRIC_COUNTER, "outcome=\"printed\"", NULL, OF(jobs_printed)},
    {"print_polled_jobs_total", METRIC_COUNTER, "outcome=\"failed\"", NULL, OF(jobs_failed)},
    {0},
};

/* --- One document ------------------------------------------------------------------------------------------------- */

static enum err write_png(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                          struct buf *bytes, struct error *out)
{
    struct raster raster;
    enum err err = raster_draw(arena, document, printer->width_dots, &raster, out);
    return err == OK ? raster_png(arena, &raster, bytes, out) : err;
}

enum err render_now(struct arena *arena, enum render_format format, const char *json,
                    const struct escpos_printer *printer, struct buf *bytes, int *unknown_glyphs, struct error *out)
{
    struct document document;
    enum err err = document_read(arena, json, &document, out);
    *unknown_glyphs = 0;
    if (err != OK)
        return err;
    switch (format) {
    case RENDER_PDF:
        return pdf_write(arena, &document, bytes, unknown_glyphs, out);
    case RENDER_ESCPOS:
        return escpos_write(arena, &document, printer, bytes, out);
    case RENDER_PNG:
        return write_png(arena, &document, printer, bytes, out);
    case RENDER_EPOS:
        return epos_write(arena, &document, printer, bytes, out);
    }
    return err;
}

/* --- The queue ---------------------------------------------------------------------------------------------------- */

static void run(void *data)
{
    struct render *r = data;
    r->err = render_now(r->arena, r->format, r->json, r->printer, &r->bytes, &r->unknown_glyphs, &r->error);
}

static void start_next(struct print_service *service);

static void finish(struct render *r)
{
    arena_free(r->arena);
    buf_release(&r->bytes);
    http_release(r->req);
}

static void then(void *data, bool done)
{
    struct render *r = data;
    struct print_service *service = services_find(r->req->services, &print_service_key);
    const struct error away = error_of(ERR_BUSY);
    bool good = done && r->err == OK;
    service->stats.rendered += good;
    service->stats.unknown_glyphs += (uint64_t)(r->unknown_glyphs > 0 ? r->unknown_glyphs : 0);
    if (r->unknown_glyphs > 0)
        log_warning("a document has signs that no font here knows", LOG_INT("signs", r->unknown_glyphs));
    r->then(r->req, &r->bytes, good ? NULL : done ? &r->error : &away, r->data);
    finish(r);
    start_next(service);
}

/* Who has left meanwhile is not drawn for. */
static void start_next(struct print_service *service)
{
    while (service->first) {
        struct render *r = service->first;
        service->first = r->next;
        service->last = service->first ? service->last : NULL;
        service->waiting--;
        if (http_answered(r->req)) {
            finish(r);
            continue;
        }
        bool started = thread_run(r->req, &service->limit, run, then, r);
        assert(started); /* one at a time is what this queue is for */
        return;
    }
}

void render(struct http_req *req, enum render_format format, const char *json, const struct escpos_printer *printer,
            render_then_fn *then_fn, void *data)
{
    struct print_service *service = services_find(req->services, &print_service_key);
    if (service->waiting >= RENDER_QUEUE_MAX) {
        service->stats.refused++;
        struct error busy;
        struct buf none;
        (void)error_set(&busy, req->arena, ERR_BUSY, "Too many documents are being drawn; try again in a moment.");
        buf_init(&none, 0);
        then_fn(req, &none, &busy, data);
        return;
    }
    struct render *r = arena_zalloc(req->arena, sizeof *r);
    *r = (struct render){.req = req, .format = format, .json = json, .printer = printer, .then = then_fn, .data = data};
    r->arena = arena_new();
    buf_init(&r->bytes, PDF_BYTES_MAX);
    http_hold(req);
    if (service->last)
        service->last->next = r;
    else
        service->first = r;
    service->last = r;
    service->waiting++;
    if (service->limit.running == 0)
        start_next(service);
}
