/* Money as the house writes it (a decimal text, "10.99") and as providers count it (whole smallest units). */
#ifndef MAITRED_PAY_AMOUNT_H
#define MAITRED_PAY_AMOUNT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* "10.99" with two decimals is 1099. false: no such number, more decimals than there are, negative, or beyond 2^53. */
bool amount_to_units(const char *text, int decimals, int64_t *units);

/* The other way; always with all decimals. */
const char *amount_of_units(struct arena *arena, int64_t units, int decimals);

#endif
