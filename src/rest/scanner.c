#include "rest/scanner.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

static enum err fail(struct scanner *s, const char *expecting, char quote)
{
    size_t length = (size_t)(s->end - s->begin);
    size_t shown = length > 200 ? 200 : length;
    *s->error = error_of(ERR_BAD_QUERY);
    s->error->message = arena_printf(s->arena, "\"failed to parse %s (%.*s)\" (line 1, column %zu)", s->what,
                                     (int)shown, s->begin, (size_t)(s->at - s->begin) + s->shift + 1);
    if (scan_end(s)) {
        s->error->details = arena_printf(s->arena, "unexpected end of input expecting %s", expecting);
    } else {
        size_t n = 1; /* the whole character, not its first byte */
        while (s->at + n < s->end && ((unsigned char)s->at[n] & 0xc0) == 0x80)
            n++;
        s->error->details =
            arena_printf(s->arena, "unexpected %c%.*s%c expecting %s", quote, (int)n, s->at, quote, expecting);
    }
    return ERR_BAD_QUERY;
}

enum err scan_fail(struct scanner *s, const char *expecting)
{
    return fail(s, expecting, '"');
}

enum err scan_fail_end(struct scanner *s, const char *expecting)
{
    return fail(s, expecting, '\'');
}

static bool is_name_char(unsigned char c)
{
    return isalnum(c) || c == '_' || c == ' ' || c == '$' || c >= 0x80;
}

enum err scan_quoted(struct scanner *s, struct str *out)
{
    char *text = arena_alloc(s->arena, (size_t)(s->end - s->at) + 1);
    size_t n = 0;
    for (s->at++; !scan_end(s) && *s->at != '"'; s->at++) {
        if (*s->at == '\\' && s->at + 1 < s->end)
            s->at++;
        text[n++] = *s->at;
    }
    if (scan_end(s))
        return scan_fail(s, "\"\\\"\"");
    s->at++;
    text[n] = '\0';
    *out = str_n(text, n);
    return OK;
}

enum err scan_name(struct scanner *s, const char *expecting, const char **name)
{
    if (scan_peek(s) == '"') {
        struct str text;
        enum err err = scan_quoted(s, &text);
        if (!err)
            *name = text.at;
        return err;
    }
    const char *from = s->at;
    while (!scan_end(s) && (is_name_char((unsigned char)*s->at) || (*s->at == '-' && scan_peek_at(s, 1) != '>')))
        s->at++;
    const char *to = s->at;
    while (from < to && *from == ' ')
        from++;
    while (from < to && to[-1] == ' ')
        to--;
    if (from == to)
        return scan_fail(s, expecting);
    *name = arena_strndup(s->arena, from, (size_t)(to - from));
    return OK;
}

/* An index only when nothing else of a key follows: ->0 is one, ->0a is a key. */
static bool take_index(struct scanner *s, int64_t *index)
{
    const char *p = s->at;
    if (p < s->end && *p == '-')
        p++;
    const char *digits = p;
    while (p < s->end && isdigit((unsigned char)*p))
        p++;
    if (p == digits || p - digits > 9 || (p < s->end && !strchr("-:.,)", *p)))
        return false;
    if (p < s->end && *p == '-' && !(p + 1 < s->end && p[1] == '>'))
        return false;
    *index = strtoll(s->at, NULL, 10);
    s->at = p;
    return true;
}

enum err scan_json_path(struct scanner *s, struct json_step **path)
{
    struct json_step *first = NULL, **last = &first;
    while (scan_peek(s) == '-' && scan_peek_at(s, 1) == '>') {
        struct json_step *step = arena_zalloc(s->arena, sizeof *step);
        s->at += 2;
        step->as_text = scan_take(s, ">");
        if (!take_index(s, &step->index)) {
            if (scan_peek(s) == '"') {
                struct str key;
                enum err err = scan_quoted(s, &key);
                if (err)
                    return err;
                step->key = key.at;
            } else {
                const char *from = s->at;
                if (scan_take(s, "-")) /* only a number begins with it; a key that does stands in quotes */
                    return scan_fail(s, "digit");
                while (!scan_end(s) && !strchr(":.,()", *s->at) && !(*s->at == '-' && scan_peek_at(s, 1) == '>'))
                    s->at++;
                if (s->at == from)
                    return scan_fail(s, "\"-\", digit or any non reserved character different from: .,>()");
                step->key = arena_strndup(s->arena, from, (size_t)(s->at - from));
            }
        }
        *last = step;
        last = &step->next;
    }
    *path = first;
    return OK;
}

enum err scan_field(struct scanner *s, struct field *field)
{
    struct field found = {0};
    enum err err = scan_name(s, "field name (* or [a..z0..9_$])", &found.name);
    if (!err)
        err = scan_json_path(s, &found.path);
    if (!err)
        *field = found;
    return err;
}
