/* One tenant's migrations, inside a transaction that the caller has opened: for the engine and for provisioning. */
#ifndef MAITRED_TENANT_APPLY_H
#define MAITRED_TENANT_APPLY_H

#include "base/arena.h"
#include "base/error.h"
#include "tenant/sources.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct apply_target {
    const char *id; /* uuid */
    const char *schema;
    const char *const *modules; /* in the order their migrations run; NULL-terminated */
};

struct apply_limits {
    const char *module; /* only this one; NULL: all */
    int to;             /* up: this version and below; down: what is above it; -1: up: all, down: the last one */
    bool accept_edits;  /* an applied migration whose file was edited gets the new checksum instead of an error */
};

/* Runs what is pending, writes the ledger and the shape. `applied` counts. */
enum err apply_up(struct arena *arena, PGconn *conn, const struct sources *sources, const struct apply_target *target,
                  const struct apply_limits *limits, size_t *applied, struct error *out) MUST_CHECK;

/* Takes applied migrations back, newest first. */
enum err apply_down(struct arena *arena, PGconn *conn, const struct sources *sources, const struct apply_target *target,
                    const struct apply_limits *limits, size_t *reverted, struct error *out) MUST_CHECK;

/* Runs the text of a file that begins at `line`; an error names file and line. */
enum err apply_text(struct arena *arena, PGconn *conn, const char *file, int line, const char *sql,
                    struct error *out) MUST_CHECK;

/* The shape (maitred.tenant_shapes) of a tenant with these modules that has every migration. */
const char *apply_expected_shape(struct arena *arena, const struct sources *sources, const char *const *modules);

/* "a,b" as a NULL-terminated array. */
const char *const *apply_split(struct arena *arena, const char *list);

#endif
