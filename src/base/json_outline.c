#include "base/json_outline.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { PLAIN_NUMBER_BYTES = 300 /* a number so long, or one with an exponent, may be beyond a double */ };

/* Names in the order in which they came first, and their places in byte order. Objects of one array name the same
 * things in the same order, as a rule: the name behind the last one is tried before the others are searched. */
struct name {
    const char *text;
    size_t length, longest;
    size_t seen_in; /* the row that named it last, counted from 1 */
};

struct reader {
    struct arena *arena;
    const struct json_bounds *bounds;
    struct json_fault *fault;
    const char *from, *at, *end;
    size_t values;
    struct name *names;
    size_t *sorted;
    size_t name_count, name_room, last;
};

static bool fail(struct reader *r, const char *reason)
{
    *r->fault = (struct json_fault){.reason = reason, .at = (size_t)(r->at - r->from)};
    return false;
}

static bool too_much(struct reader *r, const char *what, size_t most)
{
    *r->fault = (struct json_fault){.too_much = true,
                                    .reason = arena_printf(r->arena, "more than %zu %s", most, what),
                                    .at = (size_t)(r->at - r->from)};
    return false;
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* --- Strings ------------------------------------------------------------------------------------------------------ */

/* Four hex digits, or -1. */
static int code_unit(const char *p, const char *end)
{
    int unit = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)p[i]))
            return -1;
        int c = tolower((unsigned char)p[i]);
        unit = unit * 16 + (isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    return unit;
}

static size_t put_utf8(char *to, int code)
{
    unsigned char bytes[4];
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const int lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
    bytes[0] = (unsigned char)(lead[n] | code);
    for (size_t i = 0; i < n && to; i++)
        to[i] = (char)bytes[i];
    return n;
}

/* What stands behind a backslash; `to` NULL: only counted. */
static bool read_escape(struct reader *r, char *to, size_t *n)
{
    static const char means[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    char plain = r->at < r->end ? means[(unsigned char)*r->at] : '\0';
    if (plain) {
        if (to)
            to[*n] = plain;
        (*n)++;
        r->at++;
        return true;
    }
    if (!take(r, 'u'))
        return fail(r, "invalid escape");
    int code = code_unit(r->at, r->end);
    if (code <= 0)
        return fail(r, code ? "invalid escape" : "\\u0000 is not allowed");
    r->at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        int low = code < 0xdc00 && r->end - r->at > 2 && r->at[0] == '\\' && r->at[1] == 'u'
                      ? code_unit(r->at + 2, r->end)
                      : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(r, "invalid Unicode escape");
        r->at += 6;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *n += put_utf8(to ? to + *n : NULL, code);
    return true;
}

/* Behind the opening quote; `to` NULL: only counted, else it has room for all that is left of the string. */
static bool read_string(struct reader *r, char *to, size_t *length)
{
    size_t n = 0;
    for (;;) {
        if (r->at == r->end)
            return fail(r, "premature end of input");
        char c = *r->at;
        if ((unsigned char)c < 0x20)
            return fail(r, "control character in a string");
        r->at++;
        if (c == '"')
            break;
        if (c == '\\') {
            if (!read_escape(r, to, &n))
                return false;
            continue;
        }
        if (to)
            to[n] = c;
        n++;
    }
    *length = n;
    return true;
}

/* --- Numbers and words -------------------------------------------------------------------------------------------- */

static bool digits(struct reader *r)
{
    const char *from = r->at;
    while (r->at < r->end && isdigit((unsigned char)*r->at))
        r->at++;
    return r->at > from;
}

static bool read_number(struct reader *r)
{
    const char *from = r->at;
    (void)take(r, '-');
    if (!take(r, '0') && !digits(r))
        return fail(r, "invalid token");
    if (take(r, '.') && !digits(r))
        return fail(r, "invalid number");
    bool exponent = r->at < r->end && (*r->at == 'e' || *r->at == 'E');
    if (exponent) {
        r->at++;
        if (!take(r, '+'))
            (void)take(r, '-');
        if (!digits(r))
            return fail(r, "invalid number");
    }
    if (r->at < r->end && (isalnum((unsigned char)*r->at) || strchr("_.+-", *r->at)))
        return fail(r, "invalid token");
    if (exponent || r->at - from > PLAIN_NUMBER_BYTES) {
        errno = 0;
        double value = strtod(from, NULL);
        if (errno == ERANGE && fabs(value) == HUGE_VAL)
            return fail(r, "real number overflow");
    }
    return true;
}

static bool read_word(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0 ||
        ((size_t)(r->end - r->at) > n && isalnum((unsigned char)r->at[n])))
        return fail(r, "invalid token");
    r->at += n;
    return true;
}

/* A string, number or word. `length`: see json_name. */
static bool read_plain(struct reader *r, size_t *length)
{
    const char *from = r->at;
    bool ok = true;
    if (take(r, '"'))
        return read_string(r, NULL, length);
    if (r->at == r->end)
        return fail(r, "premature end of input");
    switch (*r->at) {
    case 't':
        ok = read_word(r, "true");
        break;
    case 'f':
        ok = read_word(r, "false");
        break;
    case 'n':
        ok = read_word(r, "null");
        break;
    default:
        ok = read_number(r);
    }
    *length = (size_t)(r->at - from);
    return ok;
}

/* --- Names -------------------------------------------------------------------------------------------------------- */

static int compare(const struct name *name, const char *text, size_t length)
{
    size_t least = name->length < length ? name->length : length;
    int order = least ? memcmp(name->text, text, least) : 0;
    return order ? order : name->length < length ? -1 : name->length > length;
}

static void grow(struct reader *r)
{
    if (r->name_count < r->name_room)
        return;
    size_t room = r->name_room ? r->name_room * 2 : 16;
    struct name *names = arena_array(r->arena, room, sizeof *names);
    size_t *sorted = arena_array(r->arena, room, sizeof *sorted);
    if (r->name_count) {
        memcpy(names, r->names, r->name_count * sizeof *names);
        memcpy(sorted, r->sorted, r->name_count * sizeof *sorted);
    }
    r->names = names;
    r->sorted = sorted;
    r->name_room = room;
}

/* The name's place; a new one is added. */
static bool find_name(struct reader *r, const char *text, size_t length, size_t *place)
{
    size_t next = r->last + 1 < r->name_count ? r->last + 1 : 0;
    if (next < r->name_count && !compare(&r->names[next], text, length)) {
        *place = next;
        return true;
    }
    size_t low = 0, high = r->name_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(&r->names[r->sorted[middle]], text, length);
        if (!order) {
            *place = r->sorted[middle];
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (r->name_count >= r->bounds->names)
        return too_much(r, "names", r->bounds->names);
    grow(r);
    memmove(r->sorted + low + 1, r->sorted + low, (r->name_count - low) * sizeof *r->sorted);
    r->names[r->name_count] = (struct name){.text = arena_strndup(r->arena, text, length), .length = length};
    r->sorted[low] = *place = r->name_count++;
    return true;
}

/* A name without escapes is looked up where it stands. One with escapes is decoded in place of a copy that is as long
 * as it is written. */
static bool read_name(struct reader *r, size_t *place)
{
    const char *from = r->at;
    size_t length;
    if (!read_string(r, NULL, &length))
        return false;
    size_t written = (size_t)(r->at - from) - 1;
    if (length != written || memchr(from, '\\', written)) {
        char *text = malloc(written + 1);
        if (!text)
            abort();
        const char *behind = r->at;
        r->at = from;
        bool ok = read_string(r, text, &length) && find_name(r, text, length, place);
        free(text);
        if (ok)
            r->at = behind;
        return ok;
    }
    return find_name(r, from, length, place);
}

/* --- Structure ---------------------------------------------------------------------------------------------------- */

static bool count_value(struct reader *r)
{
    return ++r->values <= r->bounds->values || too_much(r, "values", r->bounds->values);
}

/* Behind a name: the colon. */
static bool read_colon(struct reader *r)
{
    skip_space(r);
    if (!take(r, ':'))
        return fail(r, "':' expected");
    skip_space(r);
    return true;
}

/* A name that is not kept, up to its value. */
static bool skip_name(struct reader *r)
{
    size_t ignored;
    if (!take(r, '"'))
        return fail(r, r->at == r->end ? "premature end of input" : "a name expected");
    return read_string(r, NULL, &ignored) && read_colon(r);
}

/* Behind a value inside of brackets: closes those that end here and goes to the next value, if there is one. */
static bool next_value(struct reader *r, const char *open, size_t *level)
{
    while (*level) {
        skip_space(r);
        if (take(r, open[*level - 1])) {
            --*level;
            continue;
        }
        if (!take(r, ','))
            return fail(r, r->at == r->end ? "premature end of input" : "',' or a closing bracket expected");
        skip_space(r);
        return open[*level - 1] == ']' || skip_name(r);
    }
    return true;
}

/* One value of any depth, of which nothing is kept. Brackets that are open stand on a stack of their own: the depth of
 * a text is the sender's choice, the C stack is ours. */
static bool skip_value(struct reader *r, size_t depth, size_t *length)
{
    char open[JSON_DEPTH_MAX];
    size_t level = 0, plain;
    const char *from = r->at;
    do {
        if (!count_value(r))
            return false;
        char c = r->at < r->end ? *r->at : '\0';
        if (c == '{' || c == '[') {
            if (depth + level >= JSON_DEPTH_MAX)
                return too_much(r, "levels of nesting", JSON_DEPTH_MAX);
            open[level++] = c == '{' ? '}' : ']';
            r->at++;
            skip_space(r);
            if (r->at == r->end || *r->at != open[level - 1]) {
                if (c == '{' && !skip_name(r))
                    return false;
                continue;
            }
        } else if (!read_plain(r, &plain)) {
            return false;
        }
        if (!next_value(r, open, &level))
            return false;
    } while (level);
    *length = *from == '{' || *from == '[' ? (size_t)(r->at - from) : plain;
    return true;
}

/* An object whose names are kept, behind its bracket. `named`: how many different ones it has. */
static bool read_row(struct reader *r, size_t row, size_t depth, size_t *named)
{
    *named = 0;
    r->last = SIZE_MAX; /* the first name comes next */
    skip_space(r);
    if (take(r, '}'))
        return true;
    for (;;) {
        size_t place = 0, length = 0;
        if (!take(r, '"'))
            return fail(r, r->at == r->end ? "premature end of input" : "string or '}' expected");
        if (!read_name(r, &place) || !read_colon(r) || !skip_value(r, depth, &length))
            return false;
        struct name *name = &r->names[place];
        *named += name->seen_in != row;
        name->seen_in = row;
        if (length > name->longest)
            name->longest = length;
        r->last = place;
        skip_space(r);
        if (take(r, '}'))
            return true;
        if (!take(r, ','))
            return fail(r, r->at == r->end ? "premature end of input" : "',' or '}' expected");
        skip_space(r);
    }
}

static bool read_list(struct reader *r, struct json_outline *o)
{
    size_t named, first = 0, length;
    o->all_objects = o->same_names = true;
    skip_space(r);
    if (take(r, ']'))
        return true;
    for (;;) {
        o->rows++;
        if (r->at < r->end && *r->at == '{') {
            r->at++;
            if (!count_value(r) || !read_row(r, o->rows, 2, &named))
                return false;
            if (o->rows == 1)
                first = named;
            o->same_names &= named == first && r->name_count == first;
        } else {
            o->all_objects = false;
            if (!skip_value(r, 1, &length))
                return false;
        }
        skip_space(r);
        if (take(r, ']'))
            return true;
        if (!take(r, ','))
            return fail(r, r->at == r->end ? "premature end of input" : "',' or ']' expected");
        skip_space(r);
    }
}

static void sort_names(struct reader *r, struct json_outline *o)
{
    o->name_count = r->name_count;
    o->names = arena_array(r->arena, r->name_count + 1, sizeof *o->names);
    for (size_t i = 0; i < r->name_count; i++) {
        const struct name *name = &r->names[r->sorted[i]];
        o->names[i] = (struct json_name){.text = name->text, .longest = name->longest};
    }
}

bool json_outline_read(struct arena *arena, struct str text, const struct json_bounds *bounds,
                       struct json_outline *outline, struct json_fault *fault)
{
    struct reader r = {
        .arena = arena, .bounds = bounds, .fault = fault, .from = text.at, .at = text.at, .end = text.at + text.len};
    struct json_outline o = {0};
    size_t ignored;
    bool ok;
    assert(!text.at[text.len]);
    skip_space(&r);
    if (take(&r, '{')) {
        o.is_object = true;
        o.rows = 1;
        ok = count_value(&r) && read_row(&r, 1, 1, &ignored);
    } else if (take(&r, '[')) {
        o.is_array = true;
        ok = count_value(&r) && read_list(&r, &o);
    } else {
        o.rows = 1;
        ok = skip_value(&r, 0, &ignored);
    }
    if (!ok)
        return false;
    skip_space(&r);
    if (r.at < r.end)
        return fail(&r, "end of file expected");
    o.values = r.values;
    sort_names(&r, &o);
    *outline = o;
    return true;
}

/* Every value but the first stands behind a comma, a colon or an opening bracket. */
bool json_fits(struct str text, size_t values)
{
    size_t count = 1;
    bool quoted = false;
    for (const char *p = text.at, *end = p + text.len; p < end && count <= values; p++) {
        if (quoted && *p == '\\' && p + 1 < end)
            p++;
        else if (*p == '"')
            quoted = !quoted;
        else if (!quoted && (*p == ',' || *p == '[' || *p == '{'))
            count++;
    }
    return count <= values;
}
