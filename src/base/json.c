#include "base/json.h"

/* What each byte becomes: 0 stays, 'u' is a \u00xx escape, anything else stands behind a backslash. */
static const char escapes[256] = {
    [0] = 'u',  [1] = 'u',  [2] = 'u',  [3] = 'u',  [4] = 'u',  [5] = 'u',   [6] = 'u',     [7] = 'u',  [8] = 'b',
    [9] = 't',  [10] = 'n', [11] = 'u', [12] = 'f', [13] = 'r', [14] = 'u',  [15] = 'u',    [16] = 'u', [17] = 'u',
    [18] = 'u', [19] = 'u', [20] = 'u', [21] = 'u', [22] = 'u', [23] = 'u',  [24] = 'u',    [25] = 'u', [26] = 'u',
    [27] = 'u', [28] = 'u', [29] = 'u', [30] = 'u', [31] = 'u', ['"'] = '"', ['\\'] = '\\',
};

void json_quote(struct buf *out, struct str text)
{
    buf_char(out, '"');
    const char *from = text.at;
    const char *end = text.at + text.len;
    for (const char *p = from; p < end; p++) {
        char escape = escapes[(unsigned char)*p];
        if (__builtin_expect(!escape, 1))
            continue;
        buf_add(out, from, (size_t)(p - from));
        if (escape == 'u') {
            static const char hex[] = "0123456789abcdef";
            char code[6] = {'\\', 'u', '0', '0', hex[(*p >> 4) & 0xf], hex[*p & 0xf]};
            buf_add(out, code, sizeof code);
        } else {
            char code[2] = {'\\', escape};
            buf_add(out, code, sizeof code);
        }
        from = p + 1;
    }
    buf_add(out, from, (size_t)(end - from));
    buf_char(out, '"');
}

static void value_starts(struct json_writer *w)
{
    if (w->comma)
        buf_char(w->out, ',');
    w->comma = true;
}

void json_open(struct json_writer *w, char bracket)
{
    value_starts(w);
    buf_char(w->out, bracket);
    w->comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
    buf_char(w->out, bracket);
    w->comma = true;
}

void json_key(struct json_writer *w, const char *key)
{
    value_starts(w);
    json_quote(w->out, str_of(key));
    buf_char(w->out, ':');
    w->comma = false;
}

void json_text(struct json_writer *w, const char *text)
{
    if (!text) {
        json_nothing(w);
        return;
    }
    json_str(w, str_of(text));
}

void json_member(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

void json_str(struct json_writer *w, struct str text)
{
    value_starts(w);
    json_quote(w->out, text);
}

void json_int(struct json_writer *w, int64_t value)
{
    value_starts(w);
    buf_int(w->out, value);
}

void json_bool(struct json_writer *w, bool value)
{
    json_raw(w, value ? STR("true") : STR("false"));
}

void json_nothing(struct json_writer *w)
{
    json_raw(w, STR("null"));
}

void json_raw(struct json_writer *w, struct str json)
{
    value_starts(w);
    buf_str(w->out, json);
}
