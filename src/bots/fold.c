#include "bots/fold.h"

#include "base/encode.h"
#include "base/str.h"

#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum { TEXT_BYTES_MAX = 65536 };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion" /* ICU's macros count in bytes of either sign */
#pragma GCC diagnostic ignored "-Wsign-conversion"

/* The character at *at, which moves behind it; negative: no UTF-8. */
static UChar32 next_character(const char *text, int32_t *at, size_t length)
{
    UChar32 c;
    int32_t i = *at;
    U8_NEXT(text, i, (int32_t)length, c);
    *at = i;
    return c;
}

static int32_t put_character(char *out, int32_t to, UChar32 c)
{
    U8_APPEND_UNSAFE(out, to, c);
    return to;
}

#pragma GCC diagnostic pop

/* What is written and not said: short vowels and tatweel of Arabic, joiners, marks of direction. */
static bool is_silent(UChar32 c)
{
    return (c >= 0x064B && c <= 0x0652) || c == 0x0640 || (u_charType(c) == U_FORMAT_CHAR);
}

static UChar32 folded(UChar32 c)
{
    int digit = u_charDigitValue(c);
    if (digit >= 0)
        return '0' + digit;
    c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
    switch (c) {
    case 0x0451: /* ё */
        return 0x0435;
    case 0x0622: /* the alefs, as they are typed in a hurry */
    case 0x0623:
    case 0x0625:
        return 0x0627;
    case 0x2019:
        return '\'';
    default:
        return c;
    }
}

const char *fold_text(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    if (length > TEXT_BYTES_MAX)
        length = TEXT_BYTES_MAX;
    char *out = arena_alloc(arena, length * 2 + 8);
    int32_t at = 0, to = 0, room = (int32_t)(length * 2 + 4);
    bool gap = false;
    while (at < (int32_t)length) {
        UChar32 c = next_character(text, &at, length);
        if (c < 0 || is_silent(c))
            continue;
        if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
            gap = to > 0;
            continue;
        }
        if (gap)
            out[to++] = ' ';
        gap = false;
        if (to + 4 > room)
            break;
        to = put_character(out, to, folded(c));
    }
    out[to] = '\0';
    return out;
}

size_t text_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

const char *text_cut(struct arena *arena, const char *text, size_t most)
{
    if (text_characters(text) <= most)
        return text;
    const char *end = text;
    for (size_t count = 0; *end; end++)
        if (((unsigned char)*end & 0xC0) != 0x80 && count++ == most - 1)
            break;
    return arena_printf(arena, "%.*s…", (int)(end - text), text);
}

const char *clean_answer(struct arena *arena, const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length > TEXT_BYTES_MAX || !text_is_utf8(str_of(text)))
        return NULL;
    char *out = arena_alloc(arena, length + 1);
    int32_t at = 0, to = 0;
    bool gap = false;
    while (at < (int32_t)length) {
        int32_t from = at;
        UChar32 c = next_character(text, &at, length);
        if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
            gap = to > 0;
            continue;
        }
        if (u_charType(c) == U_FORMAT_CHAR && c != 0x200D && c != 0x200C)
            continue;
        if (gap)
            out[to++] = ' ';
        gap = false;
        memcpy(out + to, text + from, (size_t)(at - from));
        to += at - from;
    }
    out[to] = '\0';
    return to && text_characters(out) <= most ? out : NULL;
}
