#include "base/exact.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdlib.h>

/* U+FDD0, a noncharacter: no text means anything by it. One that begins with it all the same is marked itself. */
#define MARK "\xef\xb7\x90"
enum { MARK_BYTES = 3, DIGITS_PLAIN_MAX = 18 };

static size_t digits(const char *at, const char *end)
{
    const char *from = at;
    while (at < end && isdigit((unsigned char)*at))
        at++;
    return (size_t)(at - from);
}

/* The length of the number (RFC 8259) that begins here, 0 when it is none. plain: jansson gives it back as it is. */
static size_t number_length(const char *from, const char *end, bool *plain)
{
    const char *at = from + (from < end && *from == '-');
    size_t whole = digits(at, end);
    if (!whole || (whole > 1 && *at == '0'))
        return 0;
    *plain = whole <= DIGITS_PLAIN_MAX && !(at > from && *at == '0');
    at += whole;
    if (at < end && *at == '.') {
        size_t fraction = digits(at + 1, end);
        if (!fraction)
            return 0;
        at += 1 + fraction;
        *plain = false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        const char *exponent = at + 1 + (at + 1 < end && (at[1] == '+' || at[1] == '-'));
        size_t length = digits(exponent, end);
        if (!length)
            return 0;
        at = exponent + length;
        *plain = false;
    }
    return (size_t)(at - from);
}

/* Behind the quote that closes the text which begins at `from`, a quote. */
static const char *text_end(const char *from, const char *end)
{
    for (const char *at = from + 1; at < end; at++) {
        if (*at == '\\')
            at++;
        else if (*at == '"')
            return at + 1;
    }
    return end;
}

static bool begins_with_mark(const char *text, const char *end)
{
    return (end - text >= MARK_BYTES && !memcmp(text, MARK, MARK_BYTES)) ||
           (end - text >= 6 && !strncasecmp(text, "\\ufdd0", 6));
}

json_t *exact_load(struct str text, size_t flags, json_error_t *error)
{
    struct buf marked;
    const char *end = text.at + text.len;
    /* a number of one character may grow by six */
    buf_init(&marked, text.len * 7 + 64);
    for (const char *at = text.at; at < end;) {
        bool plain = true;
        size_t number = *at == '-' || isdigit((unsigned char)*at) ? number_length(at, end, &plain) : 0;
        if (*at == '"') {
            const char *behind = text_end(at, end);
            buf_char(&marked, '"');
            if (begins_with_mark(at + 1, end))
                buf_text(&marked, MARK "s");
            buf_add(&marked, at + 1, (size_t)(behind - at - 1));
            at = behind;
        } else if (number && !plain) {
            buf_text(&marked, "\"" MARK "n");
            buf_add(&marked, at, number);
            buf_char(&marked, '"');
            at += number;
        } else {
            size_t length = number ? number : 1;
            buf_add(&marked, at, length);
            at += length;
        }
    }
    json_t *value = json_loadb(marked.len ? marked.at : "", marked.len, flags, error);
    buf_release(&marked);
    return value;
}

char *exact_dump(const json_t *value, size_t flags)
{
    char *text = json_dumps(value, flags);
    if (!text)
        return NULL;
    /* the marks go, so it only becomes shorter */
    char *to = text;
    const char *end = text + strlen(text);
    for (const char *at = text; at < end;) {
        if (*at != '"') {
            *to++ = *at++;
            continue;
        }
        const char *behind = text_end(at, end);
        const char *inner = at + 1;
        bool marked = begins_with_mark(inner, end) && behind - inner > MARK_BYTES + 1;
        size_t length = marked ? (size_t)(behind - 1 - (inner + MARK_BYTES + 1)) : 0;
        bool plain;
        /* looked at again: a text that never came through exact_load must not become more than a text */
        if (length && inner[MARK_BYTES] == 'n' && number_length(inner + MARK_BYTES + 1, behind - 1, &plain) == length) {
            memmove(to, inner + MARK_BYTES + 1, length);
            to += length;
        } else {
            if (marked && inner[MARK_BYTES] == 's')
                inner += MARK_BYTES + 1;
            *to++ = '"';
            memmove(to, inner, (size_t)(behind - inner));
            to += behind - inner;
        }
        at = behind;
    }
    *to = '\0';
    return text;
}

bool exact_number(const json_t *value, double *number)
{
    const char *text = json_string_value(value);
    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    if (!text || strncmp(text, MARK "n", MARK_BYTES + 1) != 0)
        return false;
    *number = strtod(text + MARK_BYTES + 1, NULL);
    return true;
}

bool exact_holds_nul(const json_t *value)
{
    const char *key;
    size_t i;
    json_t *member;
    if (json_is_string(value))
        return strlen(json_string_value(value)) != json_string_length(value);
    json_array_foreach(value, i, member)
    {
        if (exact_holds_nul(member))
            return true;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (exact_holds_nul(member))
            return true;
    }
    return false;
}
