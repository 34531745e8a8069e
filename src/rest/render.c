#include "rest/render.h"

#include "base/json.h"

#include <ctype.h>
#include <string.h>

/* Built-in types by their fixed numbers (pg_type.dat). Every other type is a string, as in to_json(). */
static const struct {
    Oid type;
    enum encoding encoding;
} encodings[] = {
    {16, ENCODE_BOOL},     {20, ENCODE_RAW},     {21, ENCODE_RAW},         {23, ENCODE_RAW},
    {114, ENCODE_RAW},     {3802, ENCODE_RAW},   {700, ENCODE_NUMBER},     {701, ENCODE_NUMBER},
    {1700, ENCODE_NUMBER}, {2950, ENCODE_PLAIN}, {1082, ENCODE_PLAIN},     {1083, ENCODE_PLAIN},
    {1266, ENCODE_PLAIN},  {1186, ENCODE_PLAIN}, {1114, ENCODE_TIMESTAMP}, {1184, ENCODE_TIMESTAMPTZ},
};

enum encoding render_encoding(Oid type)
{
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        if (encodings[i].type == type)
            return encodings[i].encoding;
    return ENCODE_STRING;
}

struct render_column *render_columns(struct arena *arena, const PGresult *result, int from, int *count)
{
    int n = PQnfields(result) - from;
    struct render_column *columns = arena_array(arena, (size_t)n + 1, sizeof *columns);
    for (int i = 0; i < n; i++) {
        struct buf prefix;
        buf_init(&prefix, 1024);
        buf_char(&prefix, ',');
        json_quote(&prefix, str_of(PQfname(result, i + from)));
        buf_char(&prefix, ':');
        Oid type = PQftype(result, i + from);
        columns[i] = (struct render_column){.prefix = arena_strndup(arena, prefix.at, prefix.len),
                                            .prefix_length = (unsigned)prefix.len,
                                            .encoding = render_encoding(type),
                                            .type = type};
        buf_release(&prefix);
    }
    *count = n;
    return columns;
}

bool render_fits(const struct render_column *columns, int count, const PGresult *result, int from)
{
    if (PQnfields(result) - from != count)
        return false;
    for (int i = 0; i < count; i++)
        if (PQftype(result, i + from) != columns[i].type)
            return false;
    return true;
}

static void quoted(struct buf *out, const char *text, size_t length)
{
    char *to = buf_room(out, length + 2);
    if (!to)
        return;
    to[0] = '"';
    memcpy(to + 1, text, length);
    to[length + 1] = '"';
    out->len += length + 2;
}

/* 2026-11-21 07:30:00.5+00 becomes 2026-11-21T07:30:00.5+00:00; "infinity" stays, " BC" goes behind the offset. */
static void timestamp(struct buf *out, const char *text, size_t length, bool zoned)
{
    char *to = buf_room(out, length + 8);
    if (!to)
        return;
    size_t n = 0;
    bool in_time = false;
    char *offset = NULL;
    to[n++] = '"';
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == ' ' && !in_time) {
            c = 'T';
            in_time = true;
        } else if (in_time && (c == '+' || c == '-')) {
            offset = to + n;
        } else if (c == ' ' && zoned && offset && to + n - offset == 3) {
            memcpy(to + n, ":00", 3);
            n += 3;
            offset = NULL;
        }
        to[n++] = c;
    }
    if (zoned && offset && to + n - offset == 3) {
        memcpy(to + n, ":00", 3);
        n += 3;
    }
    to[n++] = '"';
    out->len += n;
}

void render_text(struct buf *out, enum encoding encoding, struct str value)
{
    const char *text = value.at;
    size_t length = value.len;
    switch (encoding) {
    case ENCODE_RAW:
        buf_add(out, text, length);
        break;
    case ENCODE_NUMBER:
        if (length && isdigit((unsigned char)text[length - 1])) /* not NaN, Infinity, -Infinity */
            buf_add(out, text, length);
        else
            quoted(out, text, length);
        break;
    case ENCODE_BOOL:
        if (length && *text == 't')
            buf_add(out, "true", 4);
        else
            buf_add(out, "false", 5);
        break;
    case ENCODE_PLAIN:
        quoted(out, text, length);
        break;
    case ENCODE_TIMESTAMP:
        timestamp(out, text, length, false);
        break;
    case ENCODE_TIMESTAMPTZ:
        timestamp(out, text, length, true);
        break;
    case ENCODE_STRING:
    default:
        json_quote(out, str_n(text, length));
        break;
    }
}

void render_value(struct buf *out, enum encoding encoding, const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column))
        buf_add(out, "null", 4);
    else
        render_text(out, encoding, str_n(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)));
}

void render_row(struct buf *out, const struct render_column *columns, int count, const PGresult *result, int row,
                int from, bool strip)
{
    bool first = true;
    buf_char(out, '{');
    for (int i = 0; i < count; i++) {
        const struct render_column *column = &columns[i];
        if (strip && PQgetisnull(result, row, i + from))
            continue;
        buf_add(out, column->prefix + first, column->prefix_length - first);
        first = false;
        render_value(out, column->encoding, result, row, i + from);
    }
    buf_char(out, '}');
}

static void csv_value(struct buf *out, const char *text, size_t length, bool null, bool guarded)
{
    bool quote = !length && !null;
    for (size_t i = 0; i < length && !quote; i++)
        quote = text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    if (!quote) {
        if (guarded)
            buf_char(out, '\'');
        buf_add(out, text, length);
        return;
    }
    buf_char(out, '"');
    if (guarded)
        buf_char(out, '\'');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            buf_char(out, '"');
        buf_char(out, text[i]);
    }
    buf_char(out, '"');
}

void render_csv_header(struct buf *out, const PGresult *result, int from)
{
    for (int i = from; i < PQnfields(result); i++) {
        const char *name = PQfname(result, i);
        if (i > from)
            buf_char(out, ',');
        csv_value(out, name, strlen(name), false, false);
    }
}

/* A guest who calls himself =HYPERLINK(…) must not run in the manager's spreadsheet. A telephone number or an amount is
 * no formula, whatever it begins with. */
static bool is_formula(const PGresult *result, int column, const char *text)
{
    Oid type = PQftype(result, column);
    if (type != 25 && type != 1042 && type != 1043 && type != 19)
        return false;
    if (*text == '+' || *text == '-')
        return text[strspn(text, "+-0123456789 ()./,")] != '\0';
    return *text && strchr("=@\t\r", *text);
}

void render_csv_row(struct buf *out, const PGresult *result, int row, int from, bool guarded)
{
    buf_char(out, '\n');
    for (int i = from; i < PQnfields(result); i++) {
        if (i > from)
            buf_char(out, ',');
        const char *text = PQgetvalue(result, row, i);
        bool null = PQgetisnull(result, row, i);
        csv_value(out, text, (size_t)PQgetlength(result, row, i), null,
                  guarded && !null && is_formula(result, i, text));
    }
}
