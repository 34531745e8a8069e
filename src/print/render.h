/* Documents behind a request: drawn on a thread, one at a time in a worker, the others in a queue. */
#ifndef MAITRED_PRINT_RENDER_H
#define MAITRED_PRINT_RENDER_H

#include "base/buf.h"
#include "base/metric.h"
#include "http/http.h"
#include "http/services.h"
#include "print/escpos.h"

enum { RENDER_QUEUE_MAX = 64 };

enum render_format { RENDER_PDF, RENDER_ESCPOS, RENDER_PNG, RENDER_EPOS };

struct render;

/* Back on the loop: `bytes` is the callee's to empty (http_answer does), `error` is NULL when it went well. */
typedef void render_then_fn(struct http_req *req, struct buf *bytes, const struct error *error, void *data);

/* `json` (print/document.h), `printer` and `data` live as long as the request. Holds the request until `then` has
 * returned. Too many are waiting: `then` is called at once, with ERR_BUSY. */
void render(struct http_req *req, enum render_format format, const char *json, const struct escpos_printer *printer,
            render_then_fn *then, void *data);

/* The same, then and there, for threads of the job worker. ERR_INTERNAL: no document; ERR_BAD_INPUT: too long. */
enum err render_now(struct arena *arena, enum render_format format, const char *json,
                    const struct escpos_printer *printer, struct buf *bytes, int *unknown_glyphs,
                    struct error *out) MUST_CHECK;

struct print_stats {
    uint64_t rendered, refused, unknown_glyphs, jobs_given, jobs_printed, jobs_failed;
};

/* One a worker. */
struct print_service;
extern const struct service_key print_service_key;
struct print_service *print_service_new(void);
struct print_stats *print_stats_of(const struct services *services);
struct print_stats print_stats(const struct print_service *service);
extern const struct metric print_metrics[];

#endif
