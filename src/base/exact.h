/* JSON whose numbers come out as they went in. jansson holds 64-bit integers and doubles alone: 12345678901234567890 it
 * refuses, and 19.99 it writes as 19.989999999999998, which is another decimal in SQL. So what a double or a small
 * integer does not hold goes through jansson as a marked text and is a number again when it is written.
 *
 * Everything that takes a client's JSON apart and writes it again reads and writes it here. */
#ifndef MAITRED_BASE_EXACT_H
#define MAITRED_BASE_EXACT_H

#include "base/str.h"

#include <jansson.h>
#include <stdbool.h>

/* As json_loadb and json_dumps. Numbers with a fraction, an exponent or more than 18 digits are marked texts within. */
json_t *exact_load(struct str text, size_t flags, json_error_t *error);
char *exact_dump(const json_t *value, size_t flags);

/* The value of a number, marked or not. False for anything else. */
bool exact_number(const json_t *value, double *number);

/* Whether a text or a key in it holds a zero character (only where JSON_ALLOW_NUL let it in): PostgreSQL cannot. */
bool exact_holds_nul(const json_t *value);

#endif
