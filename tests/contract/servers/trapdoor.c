/* Stands before libraries of a daemon under test (LD_PRELOAD): what a catalogue or a body holds ends the process, as a fault of ours would. In a
 * catalogue (the JSON library reads it) it is the word "trapdoor". In a body it is a number: those with an exponent are read by strtod, and 6660e…
 * ends the process, 6661e… holds it up. What the daemon starts (PostgreSQL) goes without: a sanitizer that was put before it, too, hangs there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void stand_alone(void)
{
    (void)unsetenv("LD_PRELOAD");
}

static void fall(const char *text, size_t length)
{
    if (memmem(text, length, "trapdoor", 8))
        (void)raise(SIGSEGV);
}

json_t *json_loadb(const char *text, size_t length, size_t flags, json_error_t *error)
{
    json_t *(*next)(const char *, size_t, size_t, json_error_t *);
    *(void **)&next = dlsym(RTLD_NEXT, "json_loadb");
    fall(text, length);
    return next(text, length, flags, error);
}

json_t *json_loads(const char *text, size_t flags, json_error_t *error)
{
    json_t *(*next)(const char *, size_t, json_error_t *);
    *(void **)&next = dlsym(RTLD_NEXT, "json_loads");
    fall(text, strlen(text));
    return next(text, flags, error);
}

double strtod(const char *text, char **end)
{
    double (*next)(const char *, char **);
    *(void **)&next = dlsym(RTLD_NEXT, "strtod");
    if (!strncmp(text, "6661e", 5))
        for (;;)
            *(volatile const char *)text;
    if (!strncmp(text, "6660e", 5))
        (void)raise(SIGSEGV);
    return next(text, end);
}
