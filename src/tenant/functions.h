/* The functions below db/app and db/api: put in place when their file has changed. */
#ifndef MAITRED_TENANT_FUNCTIONS_H
#define MAITRED_TENANT_FUNCTIONS_H

#include "tenant/sources.h"

#include <libpq-fe.h>

/* Applies the changed files of one kind ("app": create or replace; "api": dropped by name, with all overloads, and made
 * again), all in one transaction, and drops api functions whose file is gone. `applied` counts both. */
enum err functions_apply(struct arena *arena, PGconn *conn, const struct sources *sources, const char *kind,
                         size_t *applied, struct error *out) MUST_CHECK;

#endif
