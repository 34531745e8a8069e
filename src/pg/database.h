/* Which database the daemon works on: its private cluster, or the server that database_url names. */
#ifndef MAITRED_PG_DATABASE_H
#define MAITRED_PG_DATABASE_H

#include "pg/cluster.h"

struct database {
    bool is_private;
    struct cluster cluster;     /* when is_private */
    const char *owner_conninfo; /* owns the schemas: migrations, provisioning, the switchboard, jobs */
};

/* Starts or finds the private cluster, or checks the server behind database_url: version 15 or later, and a role that
 * may create schemas and roles. `database` must stay where it is; texts live in `arena`. Blocks. Pair: database_close.
 */
enum err database_open(struct arena *arena, const struct settings *settings, enum cluster_use use,
                       struct database *database, struct error *out) MUST_CHECK;
void database_close(struct database *database);

/* How web workers connect: as authenticator, a role without rights of its own. On a server that database_url names, the
 * role gets a password the first time, which is kept in maitred.secrets. After the platform migrations have run. */
enum err database_web_conninfo(const struct database *database, struct arena *arena, const char **out,
                               struct error *error) MUST_CHECK;

#endif
