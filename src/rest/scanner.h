/* Reading one decoded right side, character by character, with errors in the dialect's words. */
#ifndef MAITRED_REST_SCANNER_H
#define MAITRED_REST_SCANNER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "rest/query.h"

struct scanner {
    struct arena *arena;
    const char *begin, *at, *end;
    const char *what; /* "select parameter", for messages */
    struct error *error;
    int depth;    /* open parentheses */
    int items;    /* of the select list */
    size_t shift; /* characters of the key that messages count, too: or(…), not.and(…) */
};

static inline struct scanner scanner_of(struct arena *arena, struct str text, const char *what, struct error *error)
{
    return (struct scanner){
        .arena = arena, .begin = text.at, .at = text.at, .end = text.at + text.len, .what = what, .error = error};
}

static inline bool scan_end(const struct scanner *s)
{
    return s->at == s->end;
}

/* The next character, or zero at the end (texts hold no zero byte). */
static inline char scan_peek(const struct scanner *s)
{
    return s->at < s->end ? *s->at : '\0';
}

static inline char scan_peek_at(const struct scanner *s, size_t ahead)
{
    return (size_t)(s->end - s->at) > ahead ? s->at[ahead] : '\0';
}

/* Takes the literal when it comes next. */
static inline bool scan_take(struct scanner *s, const char *literal)
{
    size_t n = strlen(literal);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, literal, n) != 0)
        return false;
    s->at += n;
    return true;
}

/* Closing parentheses too many at the end change nothing of what was said, and are written often. */
static inline void scan_surplus(struct scanner *s)
{
    const char *from = s->at;
    while (scan_take(s, ")"))
        ;
    if (!scan_end(s))
        s->at = from;
}

/* "failed to parse … (line 1, column n)", details "unexpected … expecting …". Returns ERR_BAD_QUERY. */
enum err scan_fail(struct scanner *s, const char *expecting);

/* The same where something else may only end: the character stands in single quotes, as the dialect has it. */
enum err scan_fail_end(struct scanner *s, const char *expecting);

/* A name: "quoted", or letters, digits, _, $, spaces and dashes (not those of ->); trimmed. */
enum err scan_name(struct scanner *s, const char *expecting, const char **name) MUST_CHECK;

/* What stands between double quotes, with \" and \\ undone. The opening quote comes next. */
enum err scan_quoted(struct scanner *s, struct str *out) MUST_CHECK;

/* A name with a JSON path behind it. */
enum err scan_field(struct scanner *s, struct field *field) MUST_CHECK;
enum err scan_json_path(struct scanner *s, struct json_step **path) MUST_CHECK;

/* An operator with modifiers and the dot behind it: not.eq., like(any)., fts(german). */
enum err scan_operator(struct scanner *s, struct condition *condition) MUST_CHECK;

/* Whether the text starts like a filter: [not.]operator followed by a dot or a modifier. */
bool scan_looks_like_filter(struct str text);

/* Grammars, each over a whole right side. */
enum err scan_select(struct scanner *s, struct node *node) MUST_CHECK;
enum err scan_order(struct scanner *s, struct order_term **terms) MUST_CHECK;
enum err scan_filter(struct scanner *s, struct condition *condition) MUST_CHECK;
enum err scan_logic(struct scanner *s, struct condition *tree) MUST_CHECK;

#endif
