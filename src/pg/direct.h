/* PostgreSQL where waiting is fine: commands, migrations, jobs, work on the thread pool. One connection, one thread.
 *
 * The event loop uses pg/pg.h instead. Results and error texts live in the arena that is passed in.
 */
#ifndef MAITRED_PG_DIRECT_H
#define MAITRED_PG_DIRECT_H

#include "base/arena.h"
#include "base/error.h"

#include <libpq-fe.h>

/* Connects; gives up after some seconds. Pair: PQfinish. Notices of the server are dropped. */
enum err direct_open(struct arena *arena, const char *conninfo, PGconn **out, struct error *error) MUST_CHECK;

/* Runs one or several statements whose rows nobody wants. */
enum err direct_run(struct arena *arena, PGconn *conn, const char *sql, struct error *error) MUST_CHECK;

/* Runs one statement with text parameters (NULL: SQL null). `result` may be NULL. */
enum err direct_query(struct arena *arena, PGconn *conn, const char *sql, int param_count, const char *const *values,
                      PGresult **result, struct error *error) MUST_CHECK;

/* What the server or the connection said, as an error; returns its err. `result` may be NULL. */
enum err direct_error(struct arena *arena, PGconn *conn, const PGresult *result, struct error *error);

/* Whether the error carries this SQLSTATE. */
bool direct_is(const struct error *error, const char *sqlstate);

/* A value as text, "" for null. */
const char *direct_text(const PGresult *result, int row, int column);

/* Quoted for use inside SQL, in the arena. */
const char *direct_identifier(struct arena *arena, const char *name);
const char *direct_literal(struct arena *arena, const char *text);

/* The search_path of work inside a tenant, quoted: its tables, then functions. */
const char *direct_tenant_path(struct arena *arena, const char *schema);

/* A keyword/value connection string from `base` (of either form) with some keywords replaced; pairs end with NULL, a
 * NULL value takes the keyword out. */
enum err direct_conninfo(struct arena *arena, const char *base, const char *const pairs[][2], const char **out,
                         struct error *error) MUST_CHECK;

#endif
