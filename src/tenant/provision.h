/* A new tenant in one transaction: row, keys, schema, tables, first administrator, default data. All or nothing.
 * Blocks. */
#ifndef MAITRED_TENANT_PROVISION_H
#define MAITRED_TENANT_PROVISION_H

#include "tenant/sources.h"
#include "tenant/switchboard.h"

struct provision_request {
    const char *name, *domain;
    const char *schema;     /* NULL: made from the name */
    const char *modules;    /* "dining,pool"; what they need and core and payments come along; NULL: all there are */
    const char *theme_json; /* NULL: {} */
    const char *settings_json;
    const char *admin_json; /* {email, hashed_password (bcrypt), full_name, …}; NULL: bare, nobody and no default data,
                               for whoever loads rows of their own */
};

/* ERR_CONFLICT when the domain or the schema is taken. Several may run at once. */
enum err provision_tenant(struct arena *arena, PGconn *conn, const struct sources *sources,
                          const struct provision_request *request, struct tenant_row *row,
                          struct error *out) MUST_CHECK;

/* Gives a tenant more modules, with their tables and default data. */
enum err provision_modules(struct arena *arena, PGconn *conn, const struct sources *sources, const char *which,
                           const char *modules, struct tenant_row *row, struct error *out) MUST_CHECK;

/* "Pizza Bella" → "tenant_pizza_bella". */
const char *provision_schema_of(struct arena *arena, const char *name);

#endif
