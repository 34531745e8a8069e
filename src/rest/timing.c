/* What a developer sees of a request besides its rows: Server-Timing (where plans may be asked for), Content-Location.
 */
#include "rest/internal.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static const char *const phases[TIMING_PHASES] = {"jwt", "parse", "plan", "transaction", "response"};

static bool is_timed(const struct errand *x)
{
    return x->service->services->settings->explain;
}

void timing_begin(struct errand *x)
{
    if (!is_timed(x))
        return;
    x->stamp_us = clock_monotonic_us();
    x->spent_us[TIMING_JWT] = x->req->auth_us;
}

void timing_mark(struct errand *x, enum timing phase)
{
    if (!is_timed(x))
        return;
    int64_t now_us = clock_monotonic_us();
    x->spent_us[phase] += now_us - x->stamp_us;
    x->stamp_us = now_us;
}

void timing_header(struct errand *x)
{
    if (!is_timed(x))
        return;
    timing_mark(x, TIMING_RESPONSE);
    struct buf text;
    buf_init(&text, 1024);
    for (size_t i = 0; i < TIMING_PHASES; i++)
        buf_printf(&text, "%s%s;dur=%.3f", i ? ", " : "", phases[i], (double)x->spent_us[i] / 1000);
    http_set_header(x->req, "Server-Timing", buf_cstr(&text));
    buf_release(&text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The pairs in the order of the alphabet: one address for what is asked in any order. */
void set_content_location(struct errand *x)
{
    struct http_req *req = x->req;
    enum { PAIRS_MAX = 64 };
    const char *pairs[PAIRS_MAX];
    size_t count = 0;
    if (!req->tenant->foreign || !x->get)
        return;
    char *query = arena_strndup(req->arena, req->query.at, req->query.len), *rest = query, *pair;
    while ((pair = strsep(&rest, "&"))) {
        if (count == PAIRS_MAX)
            return;
        if (*pair)
            pairs[count++] = pair;
    }
    qsort(pairs, count, sizeof *pairs, by_text);
    struct buf text;
    buf_init(&text, 16 << 10);
    buf_text(&text, req->path + strlen("/rest/v1"));
    for (size_t i = 0; i < count; i++) {
        buf_char(&text, i ? '&' : '?');
        buf_text(&text, pairs[i]);
    }
    if (!text.overflow)
        http_set_header(req, "Content-Location", buf_cstr(&text));
    buf_release(&text);
}
