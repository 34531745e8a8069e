/* Fuzzes form input: whatever is accepted, escaped again and read again, is the same. tests/fuzz/auth_run.sh builds and
 * runs it. */
#include "auth/form.h"
#include "base/encode.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    json_t *fields = form_parse(arena, str_n((const char *)data, size));
    if (fields) {
        const char *again = "";
        const char *name;
        const json_t *value;
        json_object_foreach(fields, name, value)
        {
            const char *text = json_string_value(value);
            if (!text || !text_is_utf8(str_of(text)) || !text_is_utf8(str_of(name)))
                abort();
            again = arena_printf(arena, "%s%s%s=%s", again, *again ? "&" : "", form_escape(arena, name),
                                 form_escape(arena, text));
        }
        json_t *same = form_parse(arena, str_of(again));
        if (!json_equal(fields, same))
            abort();
        json_decref(same);
    }
    json_decref(fields);
    arena_free(arena);
    return 0;
}
