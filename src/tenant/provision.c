#include "tenant/provision.h"

#include "base/str.h"
#include "pg/direct.h"
#include "tenant/apply.h"
#include "tenant/migrate.h"

#include <ctype.h>
#include <iconv.h>
#include <locale.h>
#include <string.h>

enum { SCHEMA_BYTES_MAX = 63, SPELLING_BYTES_MAX = 4 };

/* $1: names; NULL: all. What they need comes along, and core and payments always. Returns the names in order and the
 * first unknown one. */
static const char *const sql_modules =
    "with recursive wanted (name) as ("
    " select unnest(coalesce(string_to_array($1, ','), array(select name from maitred.modules))) union select "
    "unnest('{core,payments}'::text[])"
    " union select unnest(m.requires) from wanted w join maitred.modules m on m.name = w.name)"
    " select (select string_agg(m.name, ',' order by m.position) from maitred.modules m where m.name in (select name "
    "from wanted)),"
    " (select min(w.name) from wanted w where w.name not in (select name from maitred.modules)),"
    " (select string_agg(name, ', ' order by position) from maitred.modules)";

/* on conflict: the loser of a race waits for the winner's commit and then learns that it came second. */
static const char *const sql_insert =
    "insert into public.tenants (name, schema_name, domain, modules, theme_config, settings)"
    " values ($1, $2, $3, string_to_array($4, ','), coalesce($5::jsonb, '{}'), coalesce($6::jsonb, '{}'))"
    " on conflict do nothing returning id";

/* "Söhne" as "Sohne", in any locale that we may run in; what has no Latin spelling becomes "?". NULL: not UTF-8. */
static char *latin_spelling(struct arena *arena, const char *name)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    iconv_t spell = iconv_open("ASCII//TRANSLIT", "UTF-8"); /* by the locale of this moment */
    size_t left = strlen(name), room = left * SPELLING_BYTES_MAX + 1;
    char *copy = arena_strdup(arena, name), *spelt = arena_array(arena, room, 1), *from = copy, *to = spelt;
    bool good = spell != (iconv_t)-1 && iconv(spell, &from, &left, &to, &room) != (size_t)-1;
    if (good)
        *to = '\0';
    if (spell != (iconv_t)-1)
        (void)iconv_close(spell);
    if (utf8) {
        (void)uselocale(before);
        freelocale(utf8);
    }
    return good ? spelt : NULL;
}

const char *provision_schema_of(struct arena *arena, const char *name)
{
    const char *spelt = latin_spelling(arena, name);
    char *schema = arena_strdup(arena, arena_printf(arena, "tenant_%s", spelt ? spelt : name));
    char *to = schema;
    for (const char *from = schema; *from && to - schema < SCHEMA_BYTES_MAX; from++) {
        char c = (char)tolower((unsigned char)*from);
        if (isalnum((unsigned char)c) && !((unsigned char)c & 0x80U))
            *to++ = c;
        else if (to > schema && to[-1] != '_')
            *to++ = '_';
    }
    while (to > schema && to[-1] == '_')
        to--;
    *to = '\0';
    return schema;
}

static enum err bad_field(struct arena *arena, const char *field, const char *message, struct error *out)
{
    error_set(out, arena, ERR_BAD_INPUT, "%s", message);
    out->details = arena_printf(arena, "{\"field\":\"%s\"}", field);
    return ERR_BAD_INPUT;
}

/* Module names without spaces, or an error that lists the right ones. */
static enum err resolve_modules(struct arena *arena, PGconn *conn, const char *modules, const char **resolved,
                                struct error *out)
{
    char *names = modules ? arena_strdup(arena, modules) : NULL;
    if (names) {
        char *to = names;
        for (const char *from = names; *from; from++)
            if (*from != ' ')
                *to++ = *from;
        *to = '\0';
    }
    const char *const values[] = {names};
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, sql_modules, 1, values, &r, out);
    if (err != OK && direct_is(out, "42P01")) {
        error_set(out, arena, ERR_CONFLICT, "The database has not been migrated yet: run `maitred migrate up`.");
        return ERR_CONFLICT;
    }
    if (err != OK)
        return err;
    if (!PQgetisnull(r, 0, 1) && *direct_text(r, 0, 1))
        return bad_field(
            arena, "modules",
            arena_printf(arena, "There is no module \"%s\"; there are %s.", direct_text(r, 0, 1), direct_text(r, 0, 2)),
            out);
    *resolved = direct_text(r, 0, 0);
    return OK;
}

/* Shared with other provisioners, against the migrator: what it applies to all tenants must reach this one too. */
static enum err begin(struct arena *arena, PGconn *conn, struct error *out)
{
    enum err err = direct_run(arena, conn,
                              "begin; set local client_min_messages = warning; set local lock_timeout = '20s';"
                              " select pg_advisory_xact_lock_shared(" MIGRATE_LOCK_KEY ")",
                              out);
    if (err != OK && direct_is(out, "55P03"))
        err = error_set(out, arena, ERR_BUSY, "A migration is running; try again when it is done.");
    return err;
}

static enum err end(struct arena *arena, PGconn *conn, enum err err, struct error *out)
{
    struct error ignored;
    if (err == OK)
        err = direct_run(arena, conn, "commit", out);
    if (err != OK)
        (void)!direct_run(arena, conn, "rollback", &ignored);
    return err;
}

static enum err insert_row(struct arena *arena, PGconn *conn, const struct provision_request *request,
                           const char *schema, const char *modules, const char **id, struct error *out)
{
    const char *const values[] = {request->name,         schema, request->domain, modules, request->theme_json,
                                  request->settings_json};
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, sql_insert, 6, values, &r, out);
    if (err != OK)
        return err;
    if (PQntuples(r) == 0) {
        PGresult *taken = NULL;
        const char *const domain[] = {request->domain};
        err = direct_query(arena, conn, "select from public.tenants where domain = $1", 1, domain, &taken, out);
        if (err != OK)
            return err;
        bool by_domain = PQntuples(taken) > 0;
        error_set(out, arena, ERR_CONFLICT, by_domain ? "The domain %s is taken." : "The schema %s is taken.",
                  by_domain ? request->domain : schema);
        out->details = by_domain ? "{\"field\":\"domain\"}" : "{\"field\":\"schema_name\"}";
        return ERR_CONFLICT;
    }
    *id = direct_text(r, 0, 0);
    return direct_query(arena, conn, "insert into maitred.tenant_keys (tenant_id) values ($1)", 1, id, NULL, out);
}

static enum err create_schema(struct arena *arena, PGconn *conn, const char *schema, struct error *out)
{
    const char *name = direct_identifier(arena, schema);
    enum err err = direct_run(arena, conn,
                              arena_printf(arena,
                                           "create schema %s; grant usage on schema %s to anon, authenticated, "
                                           "service_role, maitred_auth",
                                           name, name),
                              out);
    if (err != OK && direct_is(out, "42P06")) {
        error_set(out, arena, ERR_CONFLICT, "There is a schema %s already that belongs to no tenant.", schema);
        out->details = "{\"field\":\"schema_name\"}";
        return ERR_CONFLICT;
    }
    return err;
}

static const struct apply_limits everything = {.to = -1};

enum err provision_tenant(struct arena *arena, PGconn *conn, const struct sources *sources,
                          const struct provision_request *request, struct tenant_row *row, struct error *out)
{
    if (!request->name || !*request->name || strlen(request->name) > 200)
        return bad_field(arena, "name", "A tenant has a name of 1 to 200 characters.", out);
    if (!request->domain || !*request->domain)
        return bad_field(arena, "domain", "A tenant has a domain, the host name that leads to it.", out);
    const char *schema =
        request->schema && *request->schema ? request->schema : provision_schema_of(arena, request->name);
    enum err err = switchboard_check_domain(arena, request->domain, out);
    if (err == OK)
        err = switchboard_check_schema(arena, schema, out);
    if (err == OK && request->theme_json)
        err = switchboard_check_theme(arena, request->theme_json, out);
    const char *modules = NULL, *id = NULL;
    size_t applied = 0;
    if (err == OK)
        err = resolve_modules(arena, conn, request->modules, &modules, out);
    if (err != OK)
        return err;

    err = begin(arena, conn, out);
    if (err == OK)
        err = insert_row(arena, conn, request, schema, modules, &id, out);
    if (err == OK)
        err = create_schema(arena, conn, schema, out);
    if (err == OK)
        err = apply_up(arena, conn, sources,
                       &(struct apply_target){.id = id, .schema = schema, .modules = apply_split(arena, modules)},
                       &everything, &applied, out);
    if (err == OK && request->admin_json) {
        const char *const values[] = {request->admin_json, request->name};
        err = direct_query(arena, conn, "select app.seed_tenant($1::jsonb, $2)", 2, values, NULL, out);
    }
    if (err == OK)
        err = switchboard_find(arena, conn, id, row, out);
    return end(arena, conn, err, out);
}

/* What the module brings along for each organization; it may run again. Sources of somebody else (tests of the engine)
 * bring nothing. */
static enum err seed_module(struct arena *arena, PGconn *conn, const char *module, struct error *out)
{
    const char *const values[] = {module};
    PGresult *r = NULL;
    enum err err =
        direct_query(arena, conn, "select to_regprocedure('app.seed_new_module(text)') is not null", 0, NULL, &r, out);
    if (err != OK || !text_eq(direct_text(r, 0, 0), "t"))
        return err;
    return direct_query(arena, conn, "select app.seed_new_module($1)", 1, values, NULL, out);
}

enum err provision_modules(struct arena *arena, PGconn *conn, const struct sources *sources, const char *which,
                           const char *modules, struct tenant_row *row, struct error *out)
{
    struct tenant_row before;
    const char *resolved = NULL;
    size_t applied = 0;
    enum err err = switchboard_find(arena, conn, which, &before, out);
    if (err == OK)
        err = resolve_modules(arena, conn, arena_printf(arena, "%s,%s", before.modules, modules), &resolved, out);
    if (err != OK)
        return err;
    const char *const values[] = {before.id, resolved};
    err = begin(arena, conn, out);
    if (err == OK)
        err = direct_query(
            arena, conn,
            "update public.tenants set modules = string_to_array($2, ','), updated_at = now() where id = $1", 2, values,
            NULL, out);
    const char *const *wanted = apply_split(arena, resolved);
    if (err == OK)
        err = apply_up(arena, conn, sources,
                       &(struct apply_target){.id = before.id, .schema = before.schema, .modules = wanted}, &everything,
                       &applied, out);
    const char *const *had = apply_split(arena, before.modules);
    for (const char *const *module = wanted; *module && err == OK; module++) {
        bool is_new = true;
        for (const char *const *old = had; *old; old++)
            is_new = is_new && !text_eq(*old, *module);
        if (is_new)
            err = seed_module(arena, conn, *module, out);
    }
    if (err == OK)
        err = switchboard_find(arena, conn, before.id, row, out);
    return end(arena, conn, err, out);
}
