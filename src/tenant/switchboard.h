/* Rows of the switchboard as people and programs ask for them: list, show, suspend, resume, rename, drop. Blocks. */
#ifndef MAITRED_TENANT_SWITCHBOARD_H
#define MAITRED_TENANT_SWITCHBOARD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

struct tenant_row {
    const char *id, *name, *schema, *domain, *status;
    const char *modules; /* "core,payments" */
    const char *theme_json, *settings_json;
    const char *created_at; /* ISO 8601, UTC */
    const char *jwt_secret;
    const char *size_bytes;                   /* of its tables; NULL where nobody asked */
    const char *admin_email, *admin_password; /* set by who provisioned, to be told once; NULL otherwise */
};

/* All tenants by name, or the one that `which` (schema, domain or id) names: ERR_NOT_FOUND when there is none. */
enum err switchboard_list(struct arena *arena, PGconn *conn, struct tenant_row **rows, size_t *count,
                          struct error *out) MUST_CHECK;
enum err switchboard_find(struct arena *arena, PGconn *conn, const char *which, struct tenant_row *row,
                          struct error *out) MUST_CHECK;

/* Requests of a suspended tenant are refused, its jobs wait; nothing is lost. */
enum err switchboard_suspend(struct arena *arena, PGconn *conn, const char *which, bool suspend, struct tenant_row *row,
                             struct error *out) MUST_CHECK;

/* A new name, domain or theme (NULL: stays). The schema stays: policies and tokens carry it. */
enum err switchboard_rename(struct arena *arena, PGconn *conn, const char *which, const char *name, const char *domain,
                            const char *theme_json, struct tenant_row *row, struct error *out) MUST_CHECK;

/* Everything of the tenant goes, in one transaction. */
enum err switchboard_drop(struct arena *arena, PGconn *conn, const char *which, struct error *out) MUST_CHECK;

/* One tenant as a JSON object; with its API keys where the reader may have them. `base_url` NULL: no address. */
void switchboard_write_json(struct json_writer *w, struct arena *arena, const struct tenant_row *row, bool with_keys,
                            int port);

/* Whether these are usable; the reason otherwise. The database checks again. */
enum err switchboard_check_domain(struct arena *arena, const char *domain, struct error *out) MUST_CHECK;
enum err switchboard_check_schema(struct arena *arena, const char *schema, struct error *out) MUST_CHECK;
enum err switchboard_check_theme(struct arena *arena, const char *theme_json, struct error *out) MUST_CHECK;

#endif
