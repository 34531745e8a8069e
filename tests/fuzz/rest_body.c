/* Fuzzes request bodies: JSON, CSV and forms. What is accepted goes to PostgreSQL as one JSON text, so it must be one.
 *
 * First byte: the content type. tests/fuzz/rest_run.sh builds and runs it. */
#include "rest/body.h"

#include "base/encode.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {NULL,
                                        "application/json",
                                        "text/csv",
                                        "application/x-www-form-urlencoded",
                                        "application/octet-stream",
                                        "text/plain; charset=utf-8",
                                        "image/png"};
    struct body body;
    struct error error;
    if (!size)
        return 0;
    struct arena *arena = arena_new();
    enum err err = body_parse(arena, str_n((const char *)data + 1, size - 1),
                              types[data[0] % (sizeof types / sizeof *types)], data[0] & 0x80, &body, &error);
    if (err && err != ERR_BAD_BODY && err != ERR_TOO_LARGE)
        abort();
    if (!err && body.kind != BODY_NONE && (body.text.at[body.text.len] || !text_is_utf8(body.text)))
        abort();
    if (!err && body.kind == BODY_JSON) {
        json_t *json = json_loadb(body.text.at, body.text.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
        if (!json || json_is_array(json) != body.is_array || json_is_object(json) != body.is_object)
            abort();
        json_decref(json);
    }
    for (size_t i = 1; !err && i < body.key_count; i++)
        if (strcmp(body.keys[i - 1], body.keys[i]) >= 0)
            abort(); /* sorted, without doubles */
    arena_free(arena);
    return 0;
}
