/* What an answer has read, and whether it still stands: the changes of its tables, as the WAL tells them. */
#ifndef MAITRED_REST_FRESHNESS_H
#define MAITRED_REST_FRESHNESS_H

#include "http/services.h"
#include "tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

struct freshness;

/* Before the database is asked: what is read is at least as new as this. `reads` are the tenant's tables, ending with
 * NULL. One reference; NULL when the tables are not known or nobody tells of changes. */
struct freshness *freshness_begin(const struct services *services, struct tenant *tenant, const char *const *reads,
                                  int64_t now_ms);
struct freshness *freshness_ref(struct freshness *freshness); /* NULL stays NULL */
void freshness_unref(struct freshness *freshness);            /* or NULL */

/* Whether none of the tables has changed since, as far as is known. NULL: yes. */
bool freshness_holds(const struct freshness *freshness);

/* Whether every change since would be known: an answer may be kept as long as it holds. NULL: no. */
bool freshness_is_sure(const struct freshness *freshness);

#endif
