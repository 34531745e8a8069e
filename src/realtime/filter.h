/* Filters of postgres_changes: `column=[not.]operator.value`, joined by commas, all of which must hold
 * (RealtimePostgresFilterBuilder.ts). Values are compared by the column's type, as PostgreSQL would.
 */
#ifndef MAITRED_REALTIME_FILTER_H
#define MAITRED_REALTIME_FILTER_H

#include "base/arena.h"
#include "base/error.h"
#include "realtime/change.h"

struct filter;

struct filter_column {
    const char *name;
    uint32_t type; /* of a domain, the type below it */
};

/* ERR_BAD_INPUT with a sentence that names what is wrong. Lives in the arena, which it also attaches to. */
enum err filter_parse(struct arena *arena, const char *text, const struct filter_column *columns, size_t count,
                      struct filter **filter, struct error *out) MUST_CHECK;

/* Calls fn with each column that the filter reads. */
void filter_each_column(const struct filter *filter, void (*fn)(void *data, const char *column), void *data);

/* Whether the values fit. A value that is not known (not of the key, toasted) fits nothing. */
bool filter_fits(struct filter *filter, const struct relation *relation, const struct change_value *values);

#endif
