/* Who wants to hear of what: sets of listeners for names of two parts (schema and table, tenant and topic). */
#ifndef MAITRED_REALTIME_WATCHERS_H
#define MAITRED_REALTIME_WATCHERS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct watchers;

struct watchers *watchers_new(void);
void watchers_free(struct watchers *watchers);

/* Whether something changed. Names are copied; `who` is only compared. */
bool watchers_add(struct watchers *watchers, struct str first, struct str second, void *who);
bool watchers_remove(struct watchers *watchers, struct str first, struct str second, void *who);
void watchers_forget(struct watchers *watchers, void *who); /* everywhere */

/* Valid until the next change. */
void *const *watchers_of(const struct watchers *watchers, struct str first, struct str second, size_t *count);

/* All names that `who` stands at; fn changes nothing here. */
void watchers_each(const struct watchers *watchers, const void *who,
                   void (*fn)(void *data, struct str first, struct str second), void *data);

size_t watchers_count(const struct watchers *watchers); /* names */

#endif
