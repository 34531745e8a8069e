/* Signatures of one webhook checked in a row, as the door checks them: checks a second (bench/pay.sh).
 *   pay BODY_FILE SECRET SECONDS */
#include "net/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static long run(struct str body, const char *secret, const char *header, double until)
{
    long count = 0;
    while (now() < until) {
        struct arena *arena = arena_new(); /* a request has one */
        if (!sign_stripe_is_good(arena, secret, header, body, (int64_t)time(NULL)))
            exit(1);
        arena_free(arena);
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    static char bytes[65536];
    FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
    if (!file)
        return 2;
    const struct str body = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    struct arena *arena = arena_new();
    const char *header = sign_stripe(arena, argv[2], (int64_t)time(NULL), body);
    run(body, argv[2], header, now() + 0.5);
    double start = now();
    long count = run(body, argv[2], header, start + atof(argv[3]));
    printf("%.0f\n", (double)count / (now() - start));
    arena_free(arena);
    return 0;
}
