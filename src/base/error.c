#include "base/error.h"

#include "base/json.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

static const struct error table[] = {
#define X(name, http_status, dialect_code, text)                                                                       \
    [name] = {.err = name, .status = http_status, .code = dialect_code, .message = text},
    ERRORS(X)
#undef X
};

struct error error_of(enum err err)
{
    assert(err > OK && err < ERR_COUNT);
    return table[err];
}

enum err error_set(struct error *out, struct arena *arena, enum err err, const char *format, ...)
{
    va_list args;
    *out = error_of(err);
    va_start(args, format);
    out->message = arena_vprintf(arena, format, args);
    va_end(args);
    return err;
}

/* Source: PostgREST's "HTTP status codes" table, with our own class MD. A longer prefix stands before a shorter one. */
static const struct {
    const char *prefix;
    int status;
} sqlstates[] = {
    {"23503", 409}, {"23505", 409}, {"23P01", 409}, {"42501", 403}, {"42P01", 404}, {"42883", 404}, {"42P17", 500},
    {"25006", 405}, {"21000", 500}, {"22023", 400}, {"57P01", 503}, {"57014", 504}, {"53400", 500}, {"P0001", 400},
    {"0L", 403},    {"0P", 403},    {"28", 403},    {"08", 503},    {"53", 503},    {"09", 500},    {"25", 500},
    {"2D", 500},    {"38", 500},    {"39", 500},    {"3B", 500},    {"40", 500},    {"54", 500},    {"55", 500},
    {"57", 500},    {"58", 500},    {"F0", 500},    {"HV", 500},    {"P0", 500},    {"XX", 500},
};

int error_status_of_sqlstate(const char *sqlstate, bool anonymous)
{
    if (!strncmp(sqlstate, "MD", 2) || !strncmp(sqlstate, "PT", 2)) {
        int status = atoi(sqlstate + 2);
        return status >= 200 && status <= 599 ? status : 500;
    }
    if (anonymous && text_eq(sqlstate, "42501"))
        return 401;
    for (size_t i = 0; i < sizeof sqlstates / sizeof *sqlstates; i++)
        if (!strncmp(sqlstate, sqlstates[i].prefix, strlen(sqlstates[i].prefix)))
            return sqlstates[i].status;
    return 400;
}

const char *error_text_cut(struct arena *arena, const char *text, size_t most)
{
    size_t length = text ? strnlen(text, most + 1) : 0;
    if (length <= most)
        return text;
    for (length = most; length && ((unsigned char)text[length] & 0xc0) == 0x80; length--)
        ;
    return arena_printf(arena, "%.*s…", (int)length, text);
}

const char *error_names(struct arena *arena, const char *const *names, size_t count)
{
    struct buf list;
    buf_init(&list, 64 * 1024);
    for (size_t i = 0; i < count && i < ERROR_NAMES_MAX; i++) {
        buf_text(&list, i ? ", " : "");
        buf_text(&list, error_text_cut(arena, names[i], ERROR_NAME_BYTES_MAX));
    }
    if (count > ERROR_NAMES_MAX)
        buf_printf(&list, " and %zu more", count - ERROR_NAMES_MAX);
    const char *text = arena_strdup(arena, buf_cstr(&list));
    buf_release(&list);
    return text;
}

static void write_field(struct buf *out, const char *name, const char *value)
{
    json_quote(out, str_of(name));
    buf_char(out, ':');
    if (value)
        json_quote(out, str_of(value));
    else
        buf_add(out, "null", 4);
}

void error_write_json(const struct error *error, struct buf *out)
{
    buf_char(out, '{');
    write_field(out, "code", error->code);
    buf_char(out, ',');
    write_field(out, "message", error->message);
    buf_char(out, ',');
    write_field(out, "details", error->details);
    buf_char(out, ',');
    write_field(out, "hint", error->hint);
    buf_char(out, '}');
}
