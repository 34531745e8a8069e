/* Stands before the JSON library of a daemon under test (LD_PRELOAD): a text that holds the word ends the process, as a
 * fault of ours would. "trapdoor-loop" holds it up instead. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jansson.h>
#include <string.h>

static void fall(const char *text, size_t length)
{
    static volatile int *nowhere;
    if (memmem(text, length, "trapdoor-loop", 13))
        for (;;)
            *(volatile const char *)text;
    if (memmem(text, length, "trapdoor", 8))
        *nowhere = 1;
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
