#include "auth/form.h"

#include "base/encode.h"

/* One `name=value` into the object. */
static bool add_field(struct arena *arena, struct str field, json_t *fields)
{
    const char *equals = memchr(field.at, '=', field.len);
    struct str name = equals ? str_n(field.at, (size_t)(equals - field.at)) : field;
    struct str value = equals ? str_n(equals + 1, field.len - name.len - 1) : str_n("", 0);
    struct str plain_name;
    struct str plain_value;
    if (!decode_percent(arena, name, true, &plain_name) || !decode_percent(arena, value, true, &plain_value) ||
        !text_is_utf8(plain_name) || !text_is_utf8(plain_value))
        return false;
    if (json_object_get(fields, plain_name.at))
        return true;
    return json_object_set_new(fields, plain_name.at, json_stringn(plain_value.at, plain_value.len)) == 0;
}

json_t *form_parse(struct arena *arena, struct str text)
{
    json_t *fields = json_object();
    const char *at = text.at;
    const char *end = text.at + text.len;
    while (at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        size_t length = next ? (size_t)(next - at) : (size_t)(end - at);
        if (length && (json_object_size(fields) >= FORM_FIELDS_MAX || !add_field(arena, str_n(at, length), fields))) {
            json_decref(fields);
            return NULL;
        }
        at += length + 1;
    }
    return fields;
}

char *form_escape(struct arena *arena, const char *text)
{
    return encode_percent(arena, str_of(text), "");
}

const char *form_html(struct arena *arena, const char *text)
{
    static const char special[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    size_t length = text ? strlen(text) : 0;
    char *out = arena_alloc(arena, length * 6 + 1), *to = out;
    for (size_t i = 0; i < length; i++) {
        const char *at = strchr(special, text[i]);
        const char *name = at ? names[at - special] : NULL;
        size_t size = name ? strlen(name) : 1;
        memcpy(to, name ? name : text + i, size);
        to += size;
    }
    *to = '\0';
    return out;
}
