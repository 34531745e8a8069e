#include "net/net.h"

#include "base/buf.h"
#include "base/encode.h"

enum { FORM_BYTES_MAX = 8388608, DEPTH_MAX = 16 };

static void add_value(struct arena *arena, const char *name, const json_t *value, int depth, struct buf *out)
{
    size_t i;
    const char *key;
    const json_t *item;
    if (json_is_object(value) || json_is_array(value)) {
        if (depth == DEPTH_MAX)
            return;
        json_object_foreach((json_t *)value, key, item) add_value(
            arena, arena_printf(arena, "%s[%s]", name, encode_percent(arena, str_of(key), "")), item, depth + 1, out);
        json_array_foreach(value, i, item)
            add_value(arena, arena_printf(arena, "%s[%zu]", name, i), item, depth + 1, out);
        return;
    }
    buf_printf(out, "%s%s=", out->len ? "&" : "", name);
    if (json_is_string(value))
        buf_text(out, encode_percent(arena, str_n(json_string_value(value), json_string_length(value)), ""));
    else if (json_is_integer(value))
        buf_int(out, json_integer_value(value));
    else if (json_is_real(value))
        buf_printf(out, "%.15g", json_real_value(value));
    else if (!json_is_null(value))
        buf_text(out, json_is_true(value) ? "true" : "false");
}

char *net_form(struct arena *arena, const json_t *object)
{
    struct buf text;
    const char *key;
    const json_t *value;
    buf_init(&text, FORM_BYTES_MAX);
    json_object_foreach((json_t *)object, key, value)
        add_value(arena, encode_percent(arena, str_of(key), ""), value, 0, &text);
    char *form = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return form;
}
