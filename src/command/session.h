/* Sessions of programs that we start: psql, pg_dump, pg_restore. */
#ifndef MAITRED_COMMAND_SESSION_H
#define MAITRED_COMMAND_SESSION_H

#include "base/arena.h"
#include "base/error.h"

/* Variables (NAME=value, NULL at the end) that lead libpq to the same server; `options` becomes PGOPTIONS. */
enum err session_environment(struct arena *arena, const char *conninfo, const char *options, const char *const **out,
                             struct error *error) MUST_CHECK;

/* " -c name=value", escaped for PGOPTIONS. */
const char *session_option(struct arena *arena, const char *name, const char *value);
const char *session_search_path(struct arena *arena, const char *schema);

#endif
