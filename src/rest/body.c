#include "rest/body.h"

#include "base/encode.h"
#include "base/json.h"
#include "rest/query.h"

#include <jansson.h>
#include <stdlib.h>

enum { CSV_COLUMNS_MAX = 1600 };

static enum err fail(struct arena *arena, struct error *out, const char *message)
{
    return error_set(out, arena, ERR_BAD_BODY, "%s", message);
}

static void release_json(void *json)
{
    json_decref(json);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void object_keys(struct arena *arena, json_t *object, struct body *body)
{
    const char *key;
    json_t *value;
    body->keys = arena_array(arena, json_object_size(object) + 1, sizeof *body->keys);
    json_object_foreach(object, key, value) body->keys[body->key_count++] =
        key; /* lives as long as the object, which the arena holds */
    if (body->key_count)
        qsort(body->keys, body->key_count, sizeof *body->keys, compare);
}

static bool same_keys(json_t *object, const struct body *body)
{
    if (json_object_size(object) != body->key_count)
        return false;
    for (size_t i = 0; i < body->key_count; i++)
        if (!json_object_get(object, body->keys[i]))
            return false;
    return true;
}

static enum err read_json(struct arena *arena, struct str raw, bool equal_keys, struct body *body, struct error *out)
{
    json_error_t where;
    json_t *json = json_loadb(raw.at, raw.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &where);
    if (!json) {
        (void)fail(arena, out, "Empty or invalid json");
        out->details = arena_printf(arena, "%s (line %d, column %d)", where.text, where.line, where.column);
        return ERR_BAD_BODY;
    }
    arena_on_release(arena, release_json, json);
    struct body read = {.kind = BODY_JSON, .text = str_n(arena_strndup(arena, raw.at, raw.len), raw.len)};
    if (json_is_object(json)) {
        read.is_object = true;
        read.rows = 1;
        object_keys(arena, json, &read);
    } else if (json_is_array(json)) {
        read.is_array = true;
        read.rows = json_array_size(json);
        for (size_t i = 0; i < read.rows; i++) {
            json_t *item = json_array_get(json, i);
            if (!json_is_object(item)) {
                if (equal_keys)
                    return fail(arena, out, "All object keys must match");
                read.key_count = 0;
                break;
            }
            if (!i)
                object_keys(arena, item, &read);
            else if (equal_keys && !same_keys(item, &read))
                return fail(arena, out, "All object keys must match");
        }
    }
    *body = read;
    return OK;
}

/* One CSV field (RFC 4180). Returns the place behind it, or NULL when a quote does not close. */
static const char *csv_field(struct arena *arena, const char *p, const char *end, struct str *field, bool *quoted)
{
    *quoted = p < end && *p == '"';
    if (!*quoted) {
        const char *from = p;
        while (p < end && *p != ',' && *p != '\n' && *p != '\r')
            p++;
        *field = str_n(from, (size_t)(p - from));
        return p;
    }
    char *text = arena_alloc(arena, (size_t)(end - p) + 1);
    size_t n = 0;
    for (p++;; p++) {
        if (p == end)
            return NULL;
        if (*p == '"') {
            if (p + 1 < end && p[1] == '"')
                p++;
            else
                break;
        }
        text[n++] = *p;
    }
    *field = str_n(text, n);
    return p + 1;
}

/* The first line names the columns; a bare NULL is null. Values become strings: the column's type reads them. */
static enum err read_csv(struct arena *arena, struct str raw, struct body *body, struct error *out)
{
    const char *p = raw.at, *end = raw.at + raw.len;
    struct str header[CSV_COLUMNS_MAX];
    size_t columns = 0, rows = 0;
    struct buf json;
    buf_init(&json, raw.len * 64 + 4096);
    buf_char(&json, '[');
    for (bool first_line = true; p < end; first_line = false) {
        size_t n = 0;
        for (;;) {
            struct str field;
            bool quoted;
            p = csv_field(arena, p, end, &field, &quoted);
            if (!p || (p < end && *p != ',' && *p != '\n' && *p != '\r') || n == CSV_COLUMNS_MAX ||
                (!first_line && n == columns))
                goto broken;
            if (first_line) {
                header[n] = field;
            } else {
                buf_text(&json, n ? "," : rows ? ",{" : "{");
                json_quote(&json, header[n]);
                buf_char(&json, ':');
                if (!quoted && str_is(field, "NULL"))
                    buf_text(&json, "null");
                else
                    json_quote(&json, field);
            }
            n++;
            if (p < end && *p == ',') {
                p++;
                continue;
            }
            break;
        }
        if (p < end && *p == '\r')
            p++;
        if (p < end && *p == '\n')
            p++;
        if (first_line) {
            columns = n;
        } else {
            if (n != columns)
                goto broken;
            buf_char(&json, '}');
            rows++;
        }
    }
    buf_char(&json, ']');
    if (json.overflow)
        goto broken;
    {
        enum err err = read_json(arena, str_n(json.at, json.len), true, body, out);
        buf_release(&json);
        return err;
    }
broken:
    buf_release(&json);
    return fail(arena, out, "All lines must have same number of fields");
}

static enum err read_form(struct arena *arena, struct str raw, struct body *body, struct error *out)
{
    struct buf json;
    struct query_pair pair;
    enum err err;
    buf_init(&json, raw.len * 8 + 4096);
    buf_char(&json, '{');
    while (query_next_pair(&raw, &pair)) {
        struct str name, value;
        if (!decode_percent(arena, pair.name, true, &name) || !decode_percent(arena, pair.value, true, &value) ||
            !text_is_utf8(name) || !text_is_utf8(value)) {
            buf_release(&json);
            return fail(arena, out, "The form is not well-formed: percent-encoded UTF-8 is expected");
        }
        if (json.len > 1)
            buf_char(&json, ',');
        json_quote(&json, name);
        buf_char(&json, ':');
        json_quote(&json, value);
    }
    buf_char(&json, '}');
    err = json.overflow ? fail(arena, out, "The form is too large")
                        : read_json(arena, str_n(json.at, json.len), true, body, out);
    buf_release(&json);
    return err;
}

static bool is_type(const char *content_type, const char *type)
{
    size_t n = strlen(type);
    return !strncasecmp(content_type, type, n) &&
           (!content_type[n] || content_type[n] == ';' || content_type[n] == ' ');
}

enum err body_parse(struct arena *arena, struct str raw, const char *content_type, bool equal_keys, struct body *body,
                    struct error *out)
{
    if (!raw.len) {
        *body = (struct body){.kind = BODY_NONE};
        return OK;
    }
    const char *type = content_type ? content_type : "application/json";
    if (is_type(type, "application/octet-stream")) {
        struct buf hex; /* as bytea reads it */
        static const char digits[] = "0123456789abcdef";
        buf_init(&hex, raw.len * 2 + 2);
        buf_text(&hex, "\\x");
        for (size_t i = 0; i < raw.len; i++) {
            buf_char(&hex, digits[(unsigned char)raw.at[i] >> 4]);
            buf_char(&hex, digits[raw.at[i] & 0xf]);
        }
        *body = (struct body){.kind = BODY_BYTES, .text = str_n(arena_strndup(arena, hex.at, hex.len), hex.len)};
        buf_release(&hex);
        return OK;
    }
    if (!text_is_utf8(raw))
        return fail(arena, out, "The request body is not valid UTF-8");
    if (is_type(type, "text/csv"))
        return read_csv(arena, raw, body, out);
    if (is_type(type, "application/x-www-form-urlencoded"))
        return read_form(arena, raw, body, out);
    if (is_type(type, "text/plain") || is_type(type, "text/xml") || is_type(type, "application/xml")) {
        *body = (struct body){.kind = is_type(type, "text/plain") ? BODY_TEXT : BODY_XML,
                              .text = str_n(arena_strndup(arena, raw.at, raw.len), raw.len)};
        return OK;
    }
    /* Anything else is tried as JSON: fetch() without a content type sends text/plain;charset=UTF-8, curl -d a form. */
    if (!is_type(type, "application/json") && !is_type(type, "application/vnd.pgrst.object+json") &&
        !is_type(type, "application/vnd.pgrst.array+json") && !strstr(type, "json"))
        return error_set(out, arena, ERR_BAD_BODY, "Content-Type not acceptable: %.100s", type);
    return read_json(arena, raw, equal_keys, body, out);
}
