#include "rest/operator.h"

#include <stddef.h>

const struct operator operators[] = {
    {"eq", "=", OPERAND_VALUE, true},
    {"neq", "<>", OPERAND_VALUE, false},
    {"gt", ">", OPERAND_VALUE, true},
    {"gte", ">=", OPERAND_VALUE, true},
    {"lt", "<", OPERAND_VALUE, true},
    {"lte", "<=", OPERAND_VALUE, true},
    {"like", "like", OPERAND_PATTERN, true},
    {"ilike", "ilike", OPERAND_PATTERN, true},
    {"match", "~", OPERAND_VALUE, true},
    {"imatch", "~*", OPERAND_VALUE, true},
    {"in", "=", OPERAND_LIST, false},
    {"is", "is", OPERAND_KEYWORD, false},
    {"isdistinct", "is distinct from", OPERAND_VALUE, false},
    {"cs", "@>", OPERAND_VALUE, false},
    {"cd", "<@", OPERAND_VALUE, false},
    {"ov", "&&", OPERAND_VALUE, false},
    {"sl", "<<", OPERAND_VALUE, false},
    {"sr", ">>", OPERAND_VALUE, false},
    {"nxr", "&<", OPERAND_VALUE, false},
    {"nxl", "&>", OPERAND_VALUE, false},
    {"adj", "-|-", OPERAND_VALUE, false},
    {"fts", "to_tsquery", OPERAND_SEARCH, false},
    {"plfts", "plainto_tsquery", OPERAND_SEARCH, false},
    {"phfts", "phraseto_tsquery", OPERAND_SEARCH, false},
    {"wfts", "websearch_to_tsquery", OPERAND_SEARCH, false},
    {NULL, NULL, OPERAND_VALUE, false},
};

const struct operator* operator_find(struct str name)
{
    for (const struct operator* op = operators; op->name; op++)
        if (str_is(name, op->name))
            return op;
    return NULL;
}

static const struct {
    const char *word, *sql;
} keywords[] = {
    {"null", "null"}, {"not_null", "not null"}, {"true", "true"}, {"false", "false"}, {"unknown", "unknown"},
};

const char *operator_keyword(struct str word)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (word.len == strlen(keywords[i].word) && !strncasecmp(word.at, keywords[i].word, word.len))
            return keywords[i].sql;
    return NULL;
}

struct str operand_pattern(struct arena *arena, struct str value)
{
    char *text = arena_strndup(arena, value.at, value.len);
    for (size_t i = 0; i < value.len; i++)
        if (text[i] == '*')
            text[i] = '%';
    return str_n(text, value.len);
}

/* One element of an array literal, always quoted: NULL, spaces, braces and commas lose their meaning. */
static char *put_element(char *to, struct str element)
{
    *to++ = '"';
    for (size_t i = 0; i < element.len; i++) {
        if (element.at[i] == '"' || element.at[i] == '\\')
            *to++ = '\\';
        *to++ = element.at[i];
    }
    *to++ = '"';
    return to;
}

/* "text" up to a comma or the end; NULL when the quote is only a character. */
static const char *take_quoted(const char *p, const char *end, char *piece, size_t *length)
{
    for (p++; p < end && *p != '"'; p++) {
        if (*p == '\\' && p + 1 < end)
            p++;
        piece[(*length)++] = *p;
    }
    return p < end && (p + 1 == end || p[1] == ',') ? p + 1 : NULL;
}

bool operand_list(struct arena *arena, struct str value, struct str *out)
{
    if (value.len < 2 || value.at[0] != '(' || value.at[value.len - 1] != ')')
        return false;
    const char *p = value.at + 1;
    const char *end = value.at + value.len - 1;
    while (p < end && *p == ' ')
        p++;
    while (end > p && end[-1] == ' ')
        end--;
    char *text = arena_alloc(arena, value.len * 3 + 4); /* each byte at most doubles, each comma adds two quotes */
    char *piece = arena_alloc(arena, value.len);
    char *to = text;
    *to++ = '{';
    while (p < end) {
        size_t n = 0;
        const char *quoted = *p == '"' ? take_quoted(p, end, piece, &n) : NULL;
        if (quoted) {
            p = quoted;
        } else {
            for (n = 0; p < end && *p != ','; p++)
                piece[n++] = *p;
        }
        to = put_element(to, str_n(piece, n));
        if (p == end)
            break;
        *to++ = ',';
        if (++p == end) /* a comma at the end: one more, empty element */
            to = put_element(to, STR(""));
    }
    *to++ = '}';
    *to = '\0';
    *out = str_n(text, (size_t)(to - text));
    return true;
}
