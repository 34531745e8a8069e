#include "command/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR_CELLS = 30, REDRAW_MS = 80 };

struct progress progress_new(const char *what)
{
    return (struct progress){.what = what, .terminal = isatty(STDERR_FILENO) == 1, .started_ms = clock_monotonic_ms()};
}

static void draw(struct progress *p, size_t done, size_t total)
{
    size_t filled = total ? done * BAR_CELLS / total : 0;
    int64_t spent_ms = clock_monotonic_ms() - p->started_ms;
    int64_t left_s = done ? spent_ms * (int64_t)(total - done) / (int64_t)done / 1000 : 0;
    (void)fprintf(stderr, "\r%s [", p->what);
    for (size_t i = 0; i < BAR_CELLS; i++)
        (void)fputs(i < filled ? "█" : "░", stderr);
    (void)fprintf(stderr, "] %zu/%zu", done, total);
    if (done < total && spent_ms > 2000)
        (void)fprintf(stderr, "  %lld s left", (long long)left_s);
    (void)fputs("\033[K", stderr);
    (void)fflush(stderr);
    p->open = true;
}

static void close_bar(struct progress *p)
{
    if (p->open)
        (void)fputs("\r\033[K", stderr);
    p->open = false;
}

void progress_step(void *data, size_t done, size_t total, const char *subject, const struct error *failed)
{
    struct progress *p = data;
    if (failed) {
        close_bar(p);
        if (subject)
            (void)fprintf(stderr, "%s: %s\n", subject, failed->message);
        else
            (void)fprintf(stderr, "%s\n", failed->message);
        return;
    }
    if (total == 0)
        return;
    if (p->terminal) {
        int64_t now_ms = clock_monotonic_ms();
        if (now_ms - p->shown_ms >= REDRAW_MS || done == total)
            draw(p, done, total);
        if (now_ms - p->shown_ms >= REDRAW_MS)
            p->shown_ms = now_ms;
    } else if (done * 10 / total > p->tenths) {
        p->tenths = done * 10 / total;
        (void)fprintf(stderr, "%s: %zu of %zu\n", p->what, done, total);
    }
}

void progress_end(struct progress *p)
{
    close_bar(p);
}
