/* The migration engine: platform, functions, tenants.
 *
 * Order of `up`: platform migrations, private functions (db/app), tenants (several at once, each in a transaction of
 * its own), public functions (db/api); then workers are told. Every step is complete or not there at all, so an
 * interrupted run is simply started again. One migrator works at a time (advisory lock); others wait. Blocks.
 */
#ifndef MAITRED_TENANT_MIGRATE_H
#define MAITRED_TENANT_MIGRATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

/* Session lock of the migrator; provisioning takes it shared, for its transaction. */
#define MIGRATE_LOCK_KEY "7165014712"

/* Called for each tenant that is done (never from two threads at once), and with schema NULL when a phase begins.
 * `failed` says why a tenant was left as it was. */
typedef void migrate_progress_fn(void *data, size_t done, size_t total, const char *schema, const struct error *failed);

struct migrate_options {
    const char *db_dir; /* path_share(…, "db") */
    int parallel;       /* tenants at once */
    const char *tenant; /* schema or domain of the only one; NULL: all */
    const char *module; /* only this one; "platform" for the platform's; NULL: all */
    int to;             /* a version; -1: up to the newest, down by one */
    bool accept_edits;
    migrate_progress_fn *progress; /* may be NULL */
    void *data;
};

struct migrate_report {
    size_t platform;  /* platform migrations that ran */
    size_t functions; /* function files that were put in place or dropped */
    size_t tenants, tenants_changed, tenants_failed;
    size_t migrations; /* tenant migrations that ran, over all tenants */
};

/* Both fill `report` as far as they came. When tenants failed, the others are done and the error says how many. */
enum err migrate_up(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                    struct migrate_report *report, struct error *out) MUST_CHECK;
enum err migrate_down(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                      struct migrate_report *report, struct error *out) MUST_CHECK;

/* How things stand, one row a module and tenant: schema ("" for the platform), module, applied, newest, pending
 * (counts), edited (an applied migration whose file has another text), error (of the last run, or NULL). */
struct migrate_state {
    const char *schema, *module;
    int newest;
    size_t applied, pending, edited, unknown; /* unknown: applied, but without a file here */
    const char *error;
};
enum err migrate_status(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                        struct migrate_state **states, size_t *count, struct error *out) MUST_CHECK;
void migrate_write_json(struct json_writer *w, const struct migrate_state *states, size_t count); /* a list */

#endif
