/* A tenant as the daemon keeps it in memory, and the registry that finds it by Host. */
#ifndef MAITRED_TENANT_TENANT_H
#define MAITRED_TENANT_TENANT_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The shape of tenant `t` with its row `s` in maitred.tenant_shapes. What was made by hand in a schema is nobody
 * else's. */
#define TENANT_SHAPE_SQL                                                                                               \
    "concat_ws('/', s.shape, case when s.has_own_objects then t.schema_name end) || ':' || "                           \
    "array_to_string(t.modules, ',')"

/* Immutable and reference counted: a change of the row makes a new one. All texts live as long as the tenant. */
struct tenant {
    const char *id; /* uuid */
    const char *name;
    const char *schema;
    const char *domain;
    const char *search_path; /* ready for set_config: "tenant_x, api, app, public, pg_temp", quoted */
    const char *theme_json;
    const char *settings_json;
    const char *const *modules;               /* NULL-terminated */
    const char *shape;                        /* key of the catalogue: same migrations, nothing made by hand */
    struct str jwt_secret;                    /* HS256 key */
    const char *anon_key, *service_key;       /* signed tokens, as supabase-js takes them */
    const char *publishable_key, *secret_key; /* sb_publishable_…, sb_secret_… */
    int64_t trusts_since_s;                   /* tokens of people that are older are refused */
    bool suspended;
    bool foreign;      /* a database that maitred did not make (setting `schema`): REST alone, tokens name no tenant */
    uint64_t affinity; /* hash of the schema, for the pool */
    unsigned refs;
};

struct tenant *tenant_ref(struct tenant *tenant);
void tenant_unref(struct tenant *tenant);

struct tenant_registry; /* one a worker; kept fresh by LISTEN and, in case that is lost, by polling */

/* The tenant that answers at this host (lower case, without port), or the default tenant where one is set, or NULL. The
 * reference is the caller's. */
struct tenant *tenant_by_host(struct tenant_registry *registry, const char *host);
struct tenant *tenant_by_schema(struct tenant_registry *registry, const char *schema);
size_t tenant_count(const struct tenant_registry *registry);

#endif
