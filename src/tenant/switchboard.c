#include "tenant/switchboard.h"

#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"
#include "pg/direct.h"
#include "tenant/apply.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>

#define COLUMNS                                                                                                        \
    "t.id, t.name, t.schema_name, t.domain, t.status, array_to_string(t.modules, ','), t.theme_config, t.settings,"    \
    " to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), k.jwt_secret"
#define TABLES " from public.tenants t join maitred.tenant_keys k on k.tenant_id = t.id "
#define WHICH  " $1 in (t.schema_name, t.domain, t.id::text) "

enum { COLUMN_COUNT = 10 };

static void read_row(const PGresult *r, int i, struct tenant_row *row)
{
    *row = (struct tenant_row){.id = direct_text(r, i, 0),
                               .name = direct_text(r, i, 1),
                               .schema = direct_text(r, i, 2),
                               .domain = direct_text(r, i, 3),
                               .status = direct_text(r, i, 4),
                               .modules = direct_text(r, i, 5),
                               .theme_json = direct_text(r, i, 6),
                               .settings_json = direct_text(r, i, 7),
                               .created_at = direct_text(r, i, 8),
                               .jwt_secret = direct_text(r, i, 9),
                               .size_bytes = PQnfields(r) > COLUMN_COUNT ? direct_text(r, i, COLUMN_COUNT) : NULL};
}

enum err switchboard_list(struct arena *arena, PGconn *conn, struct tenant_row **rows, size_t *count, struct error *out)
{
    PGresult *r = NULL;
    enum err err =
        direct_query(arena, conn, "select " COLUMNS TABLES "order by t.name, t.schema_name", 0, NULL, &r, out);
    if (err != OK)
        return err;
    struct tenant_row *list = arena_array(arena, (size_t)PQntuples(r) + 1, sizeof *list);
    for (int i = 0; i < PQntuples(r); i++)
        read_row(r, i, &list[i]);
    *rows = list;
    *count = (size_t)PQntuples(r);
    return OK;
}

static enum err not_found(struct arena *arena, const char *which, struct error *out)
{
    error_set(out, arena, ERR_NOT_FOUND, "There is no tenant %s.", which);
    out->hint = "A tenant is named by its schema, its domain or its id; `maitred tenant list` shows them.";
    return ERR_NOT_FOUND;
}

/* Runs a statement whose first parameter names the tenant and that returns its row. */
static enum err one_row(struct arena *arena, PGconn *conn, const char *sql, int count, const char *const *values,
                        struct tenant_row *row, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, sql, count, values, &r, out);
    if (err != OK && direct_is(out, "23505"))
        return error_set(out, arena, ERR_CONFLICT, "Another tenant has this domain already.");
    if (err != OK)
        return err;
    if (PQntuples(r) == 0)
        return not_found(arena, values[0], out);
    read_row(r, 0, row);
    return OK;
}

enum err switchboard_find(struct arena *arena, PGconn *conn, const char *which, struct tenant_row *row,
                          struct error *out)
{
    const char *const values[] = {which};
    return one_row(
        arena, conn,
        "select " COLUMNS ", (select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c"
        " where c.relnamespace = to_regnamespace(quote_ident(t.schema_name)) and c.relkind in ('r', 'm'))" TABLES
        /* people leave the tenant_ out; what is called so exactly goes first */
        "where t.id = (select o.id from public.tenants o where $1 in (o.schema_name, o.domain, o.id::text, "
        "substr(o.schema_name, 8))"
        " and (starts_with(o.schema_name, 'tenant_') or $1 in (o.schema_name, o.domain, o.id::text))"
        " order by $1 in (o.schema_name, o.domain, o.id::text) desc limit 1)",
        1, values, row, out);
}

enum err switchboard_suspend(struct arena *arena, PGconn *conn, const char *which, bool suspend, struct tenant_row *row,
                             struct error *out)
{
    const char *const values[] = {which, suspend ? "suspended" : "active"};
    return one_row(arena, conn,
                   "with t as (update public.tenants t set status = $2, updated_at = now() where" WHICH
                   "returning *) select " COLUMNS " from t join maitred.tenant_keys k on k.tenant_id = t.id",
                   2, values, row, out);
}

enum err switchboard_check_domain(struct arena *arena, const char *domain, struct error *out)
{
    size_t length = strlen(domain);
    bool good =
        length >= 1 && length <= 253 && isalnum((unsigned char)domain[0]) && isalnum((unsigned char)domain[length - 1]);
    for (const char *p = domain; *p && good; p++)
        good = islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '-' || (*p == '.' && p[1] != '.');
    if (good)
        return OK;
    error_set(out, arena, ERR_BAD_INPUT,
              "\"%s\" is no domain: lower case letters, digits, dots and dashes, without a port.", domain);
    out->details = "{\"field\":\"domain\"}";
    return ERR_BAD_INPUT;
}

enum err switchboard_check_schema(struct arena *arena, const char *schema, struct error *out)
{
    static const char *const reserved[] = {"public", "maitred", "auth", "app", "api", "information_schema",
                                           "tap",    "tests"};
    size_t length = strlen(schema);
    bool good = length >= 1 && length <= 63 && (islower((unsigned char)*schema) || *schema == '_');
    for (const char *p = schema; *p && good; p++)
        good = islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_';
    bool taken = str_starts(str_of(schema), "pg_");
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        taken = taken || text_eq(schema, reserved[i]);
    if (good && !taken)
        return OK;
    if (taken)
        error_set(out, arena, ERR_BAD_INPUT, "The schema name \"%s\" is reserved.", schema);
    else
        error_set(out, arena, ERR_BAD_INPUT,
                  "\"%s\" is no schema name: lower case letters, digits and underscores, at most 63, no digit first.",
                  schema);
    out->details = "{\"field\":\"schema_name\"}";
    return ERR_BAD_INPUT;
}

enum err switchboard_check_theme(struct arena *arena, const char *theme_json, struct error *out)
{
    json_t *theme = json_loads(theme_json, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_is_object(theme);
    json_decref(theme);
    if (good)
        return OK;
    error_set(out, arena, ERR_BAD_INPUT, "The theme is a JSON object, such as {\"primary_color\": \"#b3261e\"}.");
    out->details = "{\"field\":\"theme_config\"}";
    return ERR_BAD_INPUT;
}

enum err switchboard_rename(struct arena *arena, PGconn *conn, const char *which, const char *name, const char *domain,
                            const char *theme_json, struct tenant_row *row, struct error *out)
{
    const char *const values[] = {which, name, domain, theme_json};
    enum err err = domain ? switchboard_check_domain(arena, domain, out) : OK;
    if (err == OK && theme_json)
        err = switchboard_check_theme(arena, theme_json, out);
    if (err != OK)
        return err;
    return one_row(
        arena, conn,
        "with t as (update public.tenants t set name = coalesce($2, t.name), domain = coalesce($3, t.domain),"
        " theme_config = coalesce($4::jsonb, t.theme_config), updated_at = now() where" WHICH
        "returning *) select " COLUMNS " from t join maitred.tenant_keys k on k.tenant_id = t.id",
        4, values, row, out);
}

enum err switchboard_drop(struct arena *arena, PGconn *conn, const char *which, struct error *out)
{
    struct tenant_row row = {0};
    enum err err = switchboard_find(arena, conn, which, &row, out);
    if (err != OK)
        return err;
    const char *const id[] = {row.id}, *const schema[] = {row.schema};
    err =
        direct_run(arena, conn, "begin; set local client_min_messages = warning; set local lock_timeout = '30s'", out);
    if (err == OK)
        err = direct_query(arena, conn, "delete from public.tenants where id = $1", 1, id, NULL, out);
    if (err == OK)
        err = direct_query(arena, conn, "delete from maitred.jobs where tenant = $1", 1, schema, NULL, out);
    if (err ==
        OK) /* files are not the database's: a job of the platform takes them away, and does not name the house */
        err = direct_query(arena, conn,
                           "insert into maitred.jobs (kind, payload) values ('storage_forget', jsonb_build_object("
                           "'house', encode(sha256(convert_to($1, 'UTF8')), 'hex')))",
                           1, schema, NULL, out);
    if (err == OK)
        err = direct_run(
            arena, conn,
            arena_printf(arena, "drop schema if exists %s cascade; commit", direct_identifier(arena, row.schema)), out);
    if (err != OK) {
        struct error ignored;
        (void)!direct_run(arena, conn, "rollback", &ignored);
    }
    return err;
}

void switchboard_write_json(struct json_writer *w, struct arena *arena, const struct tenant_row *row, bool with_keys,
                            int port)
{
    json_open(w, '{');
    json_member(w, "id", row->id);
    json_member(w, "name", row->name);
    json_member(w, "schema_name", row->schema);
    json_member(w, "domain", row->domain);
    json_member(w, "status", row->status);
    json_key(w, "modules");
    json_open(w, '[');
    for (const char *const *module = apply_split(arena, row->modules); *module; module++)
        json_text(w, *module);
    json_close(w, ']');
    json_key(w, "theme_config");
    json_raw(w, str_of(row->theme_json));
    json_key(w, "settings");
    json_raw(w, str_of(row->settings_json));
    json_member(w, "created_at", row->created_at);
    json_key(w, "url");
    json_text(w, port == 80 ? arena_printf(arena, "http://%s/", row->domain)
                            : arena_printf(arena, "http://%s:%d/", row->domain, port));
    if (row->size_bytes) {
        json_key(w, "size_bytes");
        json_raw(w, str_of(row->size_bytes));
    }
    if (with_keys) {
        struct api_keys keys = api_keys_derive(arena, str_of(row->jwt_secret), row->schema);
        json_member(w, "anon_key", keys.anon);
        json_member(w, "service_role_key", keys.service);
        json_member(w, "publishable_key", keys.publishable);
        json_member(w, "secret_key", keys.secret);
    }
    if (row->admin_email) {
        json_key(w, "admin");
        json_open(w, '{');
        json_member(w, "email", row->admin_email);
        if (row->admin_password)
            json_member(w, "password", row->admin_password);
        json_close(w, '}');
    }
    json_close(w, '}');
}
