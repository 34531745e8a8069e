/* The tables that the WAL has told of. A table that changes becomes a new relation with a higher version; the old one
 * lives as long as somebody holds it. Tenants' tables are alike, so what their columns are is kept once for all.
 */
#ifndef MAITRED_REALTIME_RELATIONS_H
#define MAITRED_REALTIME_RELATIONS_H

#include "pg/pgoutput.h"
#include "realtime/change.h"

struct relations;

struct relations *relations_new(void);
void relations_free(struct relations *relations); /* held ones live on */

/* A type's name; types that the WAL does not tell of (the built-in ones) have to be said before their first table. */
void relations_name_type(struct relations *relations, uint32_t type, const char *name);

/* A PGOUTPUT_RELATION message: the relation as it is from now on. A higher version each time, also when it looks the
 * same: PostgreSQL describes a table anew when its policies or rights have changed, too. */
const struct relation *relations_tell(struct relations *relations, const struct pgoutput_message *message);

/* NULL: never told of. */
const struct relation *relations_find(struct relations *relations, uint32_t id);

/* Whether nobody is to hear of its changes: the daemon's own tables and the catalogue. */
bool relation_is_hidden(const struct relation *relation);

const struct relation *relation_ref(const struct relation *relation);
void relation_unref(const struct relation *relation);

#endif
