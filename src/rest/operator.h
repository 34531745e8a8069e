/* The operators of filters: one table.
 *
 * To add an operator, add a row to `operators` in operator.c: its name in the dialect, its SQL, how its right side is
 * read.
 */
#ifndef MAITRED_REST_OPERATOR_H
#define MAITRED_REST_OPERATOR_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

enum operand {
    OPERAND_VALUE,   /* one parameter */
    OPERAND_PATTERN, /* one parameter in which * stands for % */
    OPERAND_LIST,    /* (a,b,"c") becomes one array parameter */
    OPERAND_KEYWORD, /* null, true …: written into the SQL, from a closed list */
    OPERAND_SEARCH,  /* full-text search: a function makes a tsquery of the parameter */
};

struct operator
{
    const char *name;
    const char *sql; /* the operator; for OPERAND_SEARCH the function */
    enum operand operand;
    bool quantified; /* may stand as op(any) and op(all) */
};

extern const struct operator operators[]; /* ends with name == NULL */

/* The operator with this name, or NULL. */
const struct operator* operator_find(struct str name);

/* The SQL for a keyword of `is` ("null", "not null", "true" …), or NULL when there is no such keyword. */
const char *operator_keyword(struct str word);

/* `*` becomes `%`; terminated. */
struct str operand_pattern(struct arena *arena, struct str value);

/* `(a,"b,c")` becomes the array literal `{"a","b,c"}`, terminated. False when the parentheses or quotes do not close.
 */
bool operand_list(struct arena *arena, struct str value, struct str *out) __attribute__((warn_unused_result));

#endif
