/* maitred tenant export | import. The file is a tar of
 *
 *     tenant.json   row, signing secret, ledger of migrations
 *     schema.dump   pg_dump's custom format of the one schema
 *
 * both of one snapshot. Import restores the schema in one transaction before the row appears, so nobody reaches half a
 * tenant; migrations that are newer than the export run afterwards. */
#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "command/session.h"
#include "config/paths.h"
#include "pg/direct.h"
#include "tenant/migrate.h"
#include "tenant/switchboard.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const sql_export =
    "select jsonb_pretty(jsonb_build_object('format', 1, 'tenant', to_jsonb(t), 'jwt_secret', k.jwt_secret,"
    " 'shape', (select shape from maitred.tenant_shapes s where s.tenant_id = t.id),"
    " 'has_own_objects', (select has_own_objects from maitred.tenant_shapes s where s.tenant_id = t.id),"
    " 'migrations', (select coalesce(jsonb_agg(jsonb_build_object('module', m.module, 'version', m.version, 'name', "
    "m.name,"
    "   'checksum', m.checksum, 'applied_at', m.applied_at)), '[]') from maitred.tenant_migrations m where m.tenant_id "
    "= t.id)))"
    " from public.tenants t join maitred.tenant_keys k on k.tenant_id = t.id where t.id = $1";

/* $1: the file, $2: another domain or null, $3: another schema or null: then it is a copy, with an id and keys of its
 * own, so that tokens of the original mean nothing to it. */
static const char *const sql_import =
    "with file as (select $1::jsonb as j),"
    " row as (insert into public.tenants select (jsonb_populate_record(null::public.tenants,"
    "   (j -> 'tenant') || jsonb_strip_nulls(jsonb_build_object('domain', $2::text, 'schema_name', $3::text,"
    "   'id', case when $3::text is not null then gen_random_uuid() end)))).* from file returning id),"
    " keys as (insert into maitred.tenant_keys (tenant_id, jwt_secret) select row.id, j ->> 'jwt_secret' from file, "
    "row where $3::text is null returning 1),"
    " new_keys as (insert into maitred.tenant_keys (tenant_id) select row.id from row where $3::text is not null "
    "returning 1),"
    " shape as (insert into maitred.tenant_shapes (tenant_id, shape, has_own_objects)"
    " select row.id, coalesce(j ->> 'shape', ''), coalesce((j ->> 'has_own_objects')::boolean, false) from file, row "
    "returning 1)"
    " insert into maitred.tenant_migrations (tenant_id, module, version, name, checksum, applied_at)"
    " select row.id, m.module, m.version, m.name, m.checksum, m.applied_at from file, row,"
    " jsonb_to_recordset(j -> 'migrations') as m (module text, version int, name text, checksum text, applied_at "
    "timestamptz)";

struct bundle {
    const char *dir, *json, *dump;
    const char *plain, *renamed; /* the dump as SQL, and the same for another schema; only for a copy */
};

static enum err open_bundle(struct arena *arena, struct bundle *bundle, struct error *error)
{
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(arena, "%s/maitred-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(dir))
        return error_set(error, arena, ERR_BAD_INPUT, "%s cannot be made: %s.", dir, strerror(errno));
    *bundle = (struct bundle){.dir = dir,
                              .json = arena_printf(arena, "%s/tenant.json", dir),
                              .dump = arena_printf(arena, "%s/schema.dump", dir),
                              .plain = arena_printf(arena, "%s/schema.sql", dir),
                              .renamed = arena_printf(arena, "%s/renamed.sql", dir)};
    return OK;
}

static void remove_bundle(const struct bundle *bundle)
{
    if (!bundle->dir)
        return;
    (void)unlink(bundle->json);
    (void)unlink(bundle->dump);
    (void)unlink(bundle->plain);
    (void)unlink(bundle->renamed);
    (void)rmdir(bundle->dir);
}

static enum err run_tool(struct cli *cli, const struct database *database, const char *const argv[],
                         struct error *error)
{
    const char *const *environment = NULL;
    enum err err = session_environment(cli->arena, database->owner_conninfo, "", &environment, error);
    if (err == OK && cli_run_program(argv, environment) != 0)
        err = error_set(error, cli->arena, ERR_SQL, "%s failed; its message stands above.", argv[0]);
    return err;
}

static enum err write_text(struct arena *arena, const char *path, const char *text, struct error *error)
{
    FILE *out = fopen(path, "we");
    bool good = out && fputs(text, out) >= 0;
    if (out)
        good = fclose(out) == 0 && good;
    return good ? OK : error_set(error, arena, ERR_BAD_INPUT, "%s cannot be written: %s.", path, strerror(errno));
}

/* tar fills what is there already: the file holds secrets, and is its owner's alone from the first byte on. */
static enum err make_private(struct arena *arena, const char *path, struct error *error)
{
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, arena, ERR_BAD_INPUT, "%s cannot be written: %s.", path, strerror(errno));
    (void)close(fd);
    return OK;
}

static enum err export_tenant(struct cli *cli, const struct database *database, PGconn *conn,
                              const struct bundle *bundle, struct tenant_row *row, struct error *error)
{
    const char *file = cli->arguments[1];
    if (!cli_given(cli, "force") && access(file, F_OK) == 0) {
        error_set(error, cli->arena, ERR_CONFLICT, "%s is there already.", file);
        error->hint = "--force writes over it.";
        return ERR_CONFLICT;
    }
    const char *fresh = arena_printf(cli->arena, "%s.part", file);
    PGresult *r = NULL;
    enum err err = direct_run(cli->arena, conn, "begin isolation level repeatable read read only", error);
    if (err == OK)
        err = switchboard_find(cli->arena, conn, cli->arguments[0], row, error);
    if (err != OK)
        return err;
    const char *const id[] = {row->id};
    err = direct_query(cli->arena, conn, sql_export, 1, id, &r, error);
    if (err == OK)
        err = write_text(cli->arena, bundle->json, direct_text(r, 0, 0), error);
    if (err == OK)
        err = direct_query(cli->arena, conn, "select pg_export_snapshot()", 0, NULL, &r, error);
    if (err != OK)
        return err;
    const char *const dump[] = {cli_postgres_program(cli, database, "pg_dump"),
                                "-Fc",
                                "--no-owner",
                                "-n",
                                row->schema,
                                "--snapshot",
                                direct_text(r, 0, 0),
                                "-f",
                                bundle->dump,
                                NULL};
    const char *const tar[] = {"tar",       "--force-local", "-cf",         fresh, "-C",
                               bundle->dir, "tenant.json",   "schema.dump", NULL};
    err = run_tool(cli, database, dump, error);
    if (err == OK)
        err = make_private(cli->arena, fresh, error);
    if (err == OK)
        err = run_tool(cli, database, tar, error);
    if (err == OK && rename(fresh, file) != 0)
        err = error_set(error, cli->arena, ERR_BAD_INPUT, "%s cannot be written: %s.", file, strerror(errno));
    if (err != OK)
        (void)unlink(fresh);
    return err;
}

/* A tenant out of the database into a bundle, or the other way round. */
typedef enum err carry_fn(struct cli *cli, const struct database *database, PGconn *conn, const struct bundle *bundle,
                          struct tenant_row *row, struct error *error);

static enum exit_code with_bundle(struct cli *cli, carry_fn *carry, struct tenant_row *row)
{
    struct bundle bundle = {0};
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = open_bundle(cli->arena, &bundle, &error);
    if (err == OK)
        err = carry(cli, &database, conn, &bundle, row, &error);
    remove_bundle(&bundle);
    cli_disconnect(&database, conn);
    return err == OK ? EXIT_DONE : cli_fail(&error);
}

enum exit_code command_tenant_export(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_bundle(cli, export_tenant, &row);
    if (code == EXIT_DONE)
        printf("%s is in %s. The file holds secrets and personal data.\n", row.name, cli->arguments[1]);
    return code;
}

static enum err import_row(struct cli *cli, PGconn *conn, const char *text, struct error *error)
{
    const char *const values[] = {text, cli_value(cli, "domain"), cli_value(cli, "schema")};
    enum err err = direct_query(cli->arena, conn, sql_import, 3, values, NULL, error);
    if (err != OK && direct_is(error, "23505")) {
        error_set(error, cli->arena, ERR_CONFLICT, "Its schema or domain is taken.");
        error->hint = "--domain gives it another domain, --schema another schema (a copy beside the original).";
        return ERR_CONFLICT;
    }
    return err;
}

/* tar's own complaints about what is no archive say nothing to people. */
static bool is_archive(const char *path)
{
    enum { MAGIC_AT = 257, HEADER_BYTES = 512 };
    char header[HEADER_BYTES];
    FILE *in = fopen(path, "re");
    bool good = in && fread(header, 1, sizeof header, in) == sizeof header && !memcmp(header + MAGIC_AT, "ustar", 5);
    if (in)
        (void)fclose(in);
    return good;
}

static bool part_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80U;
}

/* One line of a dump with each whole word `from` written as `to`. */
static void write_renamed(FILE *out, const char *line, const char *from, const char *to)
{
    size_t length = strlen(from);
    const char *rest = line;
    for (const char *at; (at = strstr(rest, from)) != NULL; rest = at + length) {
        bool whole = (at == line || !part_of_name(at[-1])) && !part_of_name(at[length]);
        (void)fwrite(rest, 1, (size_t)(at - rest), out);
        (void)fputs(whole ? to : from, out);
    }
    (void)fputs(rest, out);
}

/* Names, defaults and the guards in policies carry the schema; rows (between COPY and \\.) are data and stay. */
static enum err rename_schema(struct arena *arena, const struct bundle *bundle, const char *from, const char *to,
                              struct error *error)
{
    FILE *in = fopen(bundle->plain, "re"), *out = fopen(bundle->renamed, "we");
    char *line = NULL;
    size_t room = 0;
    bool rows = false, good = in && out;
    while (good && getline(&line, &room, in) > 0) {
        if (rows)
            (void)fputs(line, out);
        else
            write_renamed(out, line, from, to);
        rows = rows ? strcmp(line, "\\.\n") != 0 : !strncmp(line, "COPY ", 5) && strstr(line, " FROM stdin;\n") != NULL;
    }
    good = good && !ferror(in) && !ferror(out);
    free(line);
    if (in)
        (void)fclose(in);
    if (out)
        good = fclose(out) == 0 && good;
    return good ? OK
                : error_set(error, arena, ERR_BAD_INPUT, "%s cannot be written: %s.", bundle->renamed, strerror(errno));
}

/* The schema comes back under its own name, or under another one. */
static enum err restore_schema(struct cli *cli, const struct database *database, PGconn *conn,
                               const struct bundle *bundle, const char *schema, struct error *error)
{
    const char *copy = cli_value(cli, "schema"), *pg_restore = cli_postgres_program(cli, database, "pg_restore");
    const char *const restore[] = {pg_restore, "--single-transaction", "--no-owner", "--exit-on-error", "-d",
                                   PQdb(conn), bundle->dump,           NULL};
    const char *const write[] = {pg_restore, "--no-owner", "-f", bundle->plain, bundle->dump, NULL};
    const char *const read[] = {cli_postgres_program(cli, database, "psql"),
                                "-qX",
                                "-o",
                                "/dev/null",
                                "-v",
                                "ON_ERROR_STOP=1",
                                "--single-transaction",
                                "-d",
                                PQdb(conn),
                                "-f",
                                bundle->renamed,
                                NULL};
    if (!copy)
        return run_tool(cli, database, restore, error);
    enum err err = run_tool(cli, database, write, error);
    if (err == OK)
        err = rename_schema(cli->arena, bundle, schema, copy, error);
    return err == OK ? run_tool(cli, database, read, error) : err;
}

static enum err import_tenant(struct cli *cli, const struct database *database, PGconn *conn,
                              const struct bundle *bundle, struct tenant_row *row, struct error *error)
{
    const char *const tar[] = {"tar",         "--force-local", "-xf", cli->arguments[0], "-C", bundle->dir,
                               "tenant.json", "schema.dump",   NULL};
    PGresult *r = NULL;
    const char *copy = cli_value(cli, "schema");
    enum err err = copy ? switchboard_check_schema(cli->arena, copy, error) : OK;
    if (err == OK && !is_archive(cli->arguments[0]))
        err = error_set(error, cli->arena, ERR_BAD_INPUT, "%s is no export of a tenant.", cli->arguments[0]);
    if (err == OK)
        err = run_tool(cli, database, tar, error);
    if (err != OK)
        return err;
    json_t *file = json_load_file(bundle->json, 0, NULL);
    const char *schema = json_string_value(json_object_get(json_object_get(file, "tenant"), "schema_name"));
    if (json_integer_value(json_object_get(file, "format")) != 1 || !schema ||
        switchboard_check_schema(cli->arena, schema, error) != OK) {
        json_decref(file);
        return error_set(error, cli->arena, ERR_BAD_INPUT, "%s is no export of a tenant that this version can read.",
                         cli->arguments[0]);
    }
    const char *was = arena_strdup(cli->arena, schema);
    const char *const values[] = {copy ? copy : was};
    char *dumped = json_dumps(file, 0);
    const char *text = arena_strdup(cli->arena, dumped ? dumped : "");
    free(dumped);
    json_decref(file);

    err = direct_query(cli->arena, conn, "select from pg_namespace where nspname = $1", 1, values, &r, error);
    if (err == OK && PQntuples(r) > 0)
        err = error_set(error, cli->arena, ERR_CONFLICT, "The schema %s is there already.", values[0]);
    if (err != OK)
        return err;
    err = restore_schema(cli, database, conn, bundle, was, error);
    if (err == OK)
        err = import_row(cli, conn, text, error);
    if (err == OK)
        return switchboard_find(cli->arena, conn, values[0], row, error);
    struct error ignored;
    (void)!direct_run(
        cli->arena, conn,
        arena_printf(cli->arena, "drop schema if exists %s cascade", direct_identifier(cli->arena, values[0])),
        &ignored);
    return err;
}

/* A bundle of an older version is brought up to date. */
static enum err import_and_migrate(struct cli *cli, const struct database *database, PGconn *conn,
                                   const struct bundle *bundle, struct tenant_row *row, struct error *error)
{
    struct migrate_report report;
    enum err err = import_tenant(cli, database, conn, bundle, row, error);
    if (err != OK)
        return err;
    const struct migrate_options options = {.db_dir = path_share(cli->arena, cli->settings.db_dir, "db", "db"),
                                            .parallel = 1,
                                            .tenant = row->schema,
                                            .to = -1};
    return migrate_up(cli->arena, database->owner_conninfo, &options, &report, error);
}

enum exit_code command_tenant_import(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_bundle(cli, import_and_migrate, &row);
    if (code != EXIT_DONE)
        return code;
    if (cli->json)
        printf("{\"schema_name\":\"%s\",\"domain\":\"%s\"}\n", row.schema, row.domain);
    else
        printf("%s (%s) is back at %s.\n", row.name, row.schema, row.domain);
    return EXIT_DONE;
}
