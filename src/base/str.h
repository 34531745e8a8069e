/* A piece of text that somebody else owns: pointer and length, not necessarily terminated. */
#ifndef MAITRED_BASE_STR_H
#define MAITRED_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct str {
    const char *at;
    size_t len;
};

#define STR(literal) ((struct str){.at = (literal), .len = sizeof(literal) - 1})

/* A str over a terminated text; NULL gives the empty str. */
static inline struct str str_of(const char *text)
{
    return (struct str){.at = text ? text : "", .len = text ? strlen(text) : 0};
}

static inline struct str str_n(const char *at, size_t len)
{
    return (struct str){.at = at, .len = len};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_of(text));
}

static inline bool str_starts(struct str a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.len >= n && memcmp(a.at, prefix, n) == 0;
}

static inline bool text_eq(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, (s).at

#endif
