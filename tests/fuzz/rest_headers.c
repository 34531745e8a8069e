/* Fuzzes Prefer, Accept and Range: reading ends, and what is echoed was understood. tests/fuzz/rest_run.sh runs it. */
#include "rest/preference.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct preference prefer, again;
    struct media media;
    struct error error;
    int64_t first, last;
    bool backwards;

    preference_parse(arena, text, &prefer);
    const char *applied = preference_applied(arena, &prefer, PREFER_INSERT | PREFER_UPDATE);
    preference_parse(arena, applied, &again);
    if (again.invalid || strcmp(applied, preference_applied(arena, &again, PREFER_INSERT | PREFER_UPDATE)) != 0)
        abort(); /* an echo means itself */
    if (media_parse(arena, text, &media, &error) && error.err != ERR_BAD_MEDIA)
        abort();
    (void)media_content_type(&media);
    if (range_parse(text, &first, &last, &backwards) && (first < 0 || (last < first && last != -1 && !backwards)))
        abort();
    arena_free(arena);
    return 0;
}
