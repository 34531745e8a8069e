#include "rest/body.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/json_outline.h"
#include "rest/query.h"

#include <stdlib.h>

static enum err fail(struct arena *arena, struct error *out, const char *message)
{
    return error_set(out, arena, ERR_BAD_BODY, "%s", message);
}

static enum err too_much(struct arena *arena, struct error *out, const char *reason)
{
    return error_set(out, arena, ERR_TOO_LARGE, "The body holds %s; send it in parts.", reason);
}

static enum err read_json(struct arena *arena, struct str raw, bool equal_keys, struct body *body, struct error *out)
{
    static const struct json_bounds bounds = {.values = BODY_VALUES_MAX, .names = BODY_KEYS_MAX};
    struct body read = {.kind = BODY_JSON, .text = str_n(arena_strndup(arena, raw.at, raw.len), raw.len)};
    struct json_outline outline;
    struct json_fault fault;
    if (!json_outline_read(arena, read.text, &bounds, &outline, &fault)) {
        if (fault.too_much)
            return too_much(arena, out, fault.reason);
        (void)fail(arena, out, "Empty or invalid json");
        if (fault.at) /* else it is no JSON at all, which the message has said */
            out->details = arena_printf(arena, "%s (byte %zu)", fault.reason, fault.at);
        return ERR_BAD_BODY;
    }
    if (outline.is_array && equal_keys && !(outline.all_objects && outline.same_names))
        return fail(arena, out, "All object keys must match");
    read.is_object = outline.is_object;
    read.is_array = outline.is_array;
    read.rows = outline.is_object || outline.is_array ? outline.rows : 0;
    if (outline.is_object || outline.all_objects) {
        read.key_count = outline.name_count;
        read.keys = arena_array(arena, outline.name_count + 1, sizeof *read.keys);
        read.longest = arena_array(arena, outline.name_count + 1, sizeof *read.longest);
        for (size_t i = 0; i < outline.name_count; i++) {
            read.keys[i] = outline.names[i].text;
            read.longest[i] = outline.names[i].longest;
        }
    }
    *body = read;
    return OK;
}

/* One CSV field (RFC 4180): where it stands, still with its doubled quotes. Returns the place behind it, or NULL when a
 * quote does not close. */
static const char *csv_field(const char *p, const char *end, struct str *field, bool *quoted)
{
    *quoted = p < end && *p == '"';
    const char *from = *quoted ? ++p : p;
    if (!*quoted) {
        while (p < end && *p != ',' && *p != '\n' && *p != '\r')
            p++;
        *field = str_n(from, (size_t)(p - from));
        return p;
    }
    while ((p = memchr(p, '"', (size_t)(end - p))) != NULL) {
        if (p + 1 == end || p[1] != '"') {
            *field = str_n(from, (size_t)(p - from));
            return p + 1;
        }
        p += 2;
    }
    return NULL;
}

/* The field as a JSON string: a quote inside stands there twice. `spare` has room for any field. */
static void csv_quote(struct buf *json, struct str field, bool quoted, char *spare)
{
    if (!quoted || !memchr(field.at, '"', field.len)) {
        json_quote(json, field);
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < field.len; i++) {
        spare[n++] = field.at[i];
        i += field.at[i] == '"';
    }
    json_quote(json, str_n(spare, n));
}

/* The first line names the columns; a bare NULL is null. Values become strings: the column's type reads them. */
static enum err read_csv(struct arena *arena, struct str raw, struct body *body, struct error *out)
{
    const char *p = raw.at, *end = raw.at + raw.len;
    struct str header[BODY_KEYS_MAX]; /* as JSON: they are written once a row */
    size_t columns = 0, rows = 0;
    char *spare = arena_alloc(arena, raw.len + 1);
    struct buf json;
    buf_init(&json, raw.len * BODY_JSON_GROWTH_MAX + 4096);
    buf_char(&json, '[');
    for (bool first_line = true; p < end; first_line = false) {
        size_t n = 0;
        for (;;) {
            struct str field;
            bool quoted;
            p = csv_field(p, end, &field, &quoted);
            if (!p || (p < end && *p != ',' && *p != '\n' && *p != '\r') || (!first_line && n == columns))
                goto broken;
            if (n == BODY_KEYS_MAX)
                goto beyond;
            if (first_line) {
                size_t from = json.len;
                csv_quote(&json, field, quoted, spare);
                header[n] = str_n(arena_strndup(arena, json.at + from, json.len - from), json.len - from);
                json.len = from;
            } else {
                buf_text(&json, n ? "," : rows ? ",{" : "{");
                buf_str(&json, header[n]);
                buf_char(&json, ':');
                if (!quoted && str_is(field, "NULL"))
                    buf_text(&json, "null");
                else
                    csv_quote(&json, field, quoted, spare);
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
        if (json.overflow || rows * (columns + 1) > BODY_VALUES_MAX)
            goto beyond;
    }
    buf_char(&json, ']');
    if (json.overflow)
        goto beyond;
    {
        enum err err = read_json(arena, str_n(json.at, json.len), true, body, out);
        buf_release(&json);
        return err;
    }
beyond:
    buf_release(&json);
    return too_much(arena, out, "more columns or cells than can be taken at once");
broken:
    buf_release(&json);
    return fail(arena, out, "All lines must have same number of fields");
}

static enum err read_form(struct arena *arena, struct str raw, struct body *body, struct error *out)
{
    struct buf json;
    struct query_pair pair;
    enum err err;
    size_t pairs = 0;
    buf_init(&json, raw.len * BODY_JSON_GROWTH_MAX + 4096);
    buf_char(&json, '{');
    while (query_next_pair(&raw, &pair)) {
        struct str name, value;
        if (++pairs > BODY_KEYS_MAX) {
            buf_release(&json);
            return too_much(arena, out, "more fields than can be taken at once");
        }
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
    if (!err)
        body->form = true;
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
        static const char digits[] = "0123456789abcdef";
        char *hex = arena_alloc(arena, raw.len * 2 + 3), *to = hex; /* as bytea reads it */
        *to++ = '\\';
        *to++ = 'x';
        for (size_t i = 0; i < raw.len; i++) {
            *to++ = digits[(unsigned char)raw.at[i] >> 4];
            *to++ = digits[raw.at[i] & 0xf];
        }
        *to = '\0';
        *body = (struct body){.kind = BODY_BYTES, .text = str_n(hex, (size_t)(to - hex))};
        return OK;
    }
    if (!text_is_utf8(raw))
        return fail(arena, out, "The request body is not valid UTF-8");
    if (is_type(type, "text/csv")) {
        enum err err = read_csv(arena, raw, body, out);
        body->csv = !err;
        return err;
    }
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
