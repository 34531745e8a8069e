/* What a document costs: CPU of one thread for a receipt as PDF and as dots, after the first, which reads the fonts.
 *
 *     print FORMAT ROUNDS < description.json > the last one
 *
 * Writes microseconds of CPU, bytes and resident memory to standard error. FORMAT: pdf, escpos, png. */
#include "print/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { INPUT_BYTES_MAX = 4 * 1024 * 1024 };

static double cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool draw(enum render_format format, const char *json, struct buf *bytes)
{
    const struct escpos_printer printer = {.width_dots = 576, .cuts = true};
    struct arena *arena = arena_new();
    struct error error;
    int unknown;
    buf_init(bytes, 16 * 1024 * 1024);
    enum err err = render_now(arena, format, json, &printer, bytes, &unknown, &error);
    if (err != OK)
        fprintf(stderr, "print: %s\n", error.message);
    arena_free(arena);
    return err == OK;
}

int main(int argc, char **argv)
{
    char *json = calloc(1, INPUT_BYTES_MAX + 1);
    int rounds = argc > 2 ? atoi(argv[2]) : 1;
    enum render_format format = argc < 2 || text_eq(argv[1], "pdf") ? RENDER_PDF
                                : text_eq(argv[1], "png")           ? RENDER_PNG
                                                                    : RENDER_ESCPOS;
    struct buf bytes;
    struct rusage usage;
    if (!json || fread(json, 1, INPUT_BYTES_MAX, stdin) == 0)
        return 2;
    double began = cpu_us();
    if (!draw(format, json, &bytes))
        return 1;
    double first = cpu_us() - began;
    began = cpu_us();
    for (int i = 0; i < rounds; i++) {
        buf_release(&bytes);
        if (!draw(format, json, &bytes))
            return 1;
    }
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "first_us=%.0f each_us=%.0f bytes=%zu rss_kb=%ld\n", first, (cpu_us() - began) / rounds, bytes.len,
            usage.ru_maxrss);
    fwrite(bytes.at, 1, bytes.len, stdout);
    buf_release(&bytes);
    free(json);
    return 0;
}
