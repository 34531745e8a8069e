/* maitred psql TENANT */
#include "base/buf.h"
#include "base/str.h"
#include "command/cli.h"
#include "command/session.h"
#include "pg/direct.h"
#include "tenant/switchboard.h"

#include <stdio.h>

/* The environment libpq would read for this conninfo, so that no password shows in the list of processes. */
enum err session_environment(struct arena *arena, const char *conninfo, const char *options, const char *const **out,
                             struct error *error)
{
    enum { VARIABLES_MAX = 64 };
    char *reason = NULL;
    PQconninfoOption *parts = PQconninfoParse(conninfo, &reason);
    if (!parts) {
        PQfreemem(reason);
        return error_set(error, arena, ERR_BAD_INPUT, "The connection string cannot be read.");
    }
    const char **list = arena_array(arena, VARIABLES_MAX, sizeof *list);
    size_t n = 0;
    for (const PQconninfoOption *part = parts; part->keyword && n < VARIABLES_MAX - 3; part++)
        if (part->envvar && part->val && *part->val && !text_eq(part->keyword, "options"))
            list[n++] = arena_printf(arena, "%s=%s", part->envvar, part->val);
    PQconninfoFree(parts);
    list[n++] = arena_printf(arena, "PGOPTIONS=%s", options);
    list[n++] = "PGAPPNAME=maitred";
    *out = list;
    return OK;
}

const char *session_option(struct arena *arena, const char *name, const char *value)
{
    struct buf text;
    buf_init(&text, 65536);
    buf_printf(&text, " -c %s=", name);
    for (const char *p = value; *p; p++) {
        if (*p == ' ' || *p == '\\')
            buf_char(&text, '\\');
        buf_char(&text, *p);
    }
    const char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

const char *session_search_path(struct arena *arena, const char *schema)
{
    return session_option(arena, "search_path", arena_printf(arena, "%s, api, app, public, pg_temp", schema));
}

/* Claims as the daemon would set them for this user. */
static enum err claims_of(struct cli *cli, PGconn *conn, const char *schema, const char *who, const char **claims,
                          struct error *error)
{
    const char *const values[] = {who};
    PGresult *r = NULL;
    const char *sql =
        arena_printf(cli->arena,
                     "select jsonb_build_object('sub', id, 'role', 'authenticated', 'email', email, 'app_role', role,"
                     " 'organization_id', organization_id, 'aal', 'aal1') from %s.users"
                     " where (lower(email) = lower($1) or id::text = $1) and deleted_at is null",
                     direct_identifier(cli->arena, schema));
    enum err err = direct_query(cli->arena, conn, sql, 1, values, &r, error);
    if (err != OK)
        return err;
    if (PQntuples(r) == 0)
        return error_set(error, cli->arena, ERR_NOT_FOUND, "There is no user %s in %s.", who, schema);
    *claims = direct_text(r, 0, 0);
    return OK;
}

enum exit_code command_psql(struct cli *cli)
{
    enum { ARGUMENTS_MAX = 64 };
    const char *role = cli_value(cli, "role"), *who = cli_value(cli, "as"), *claims = NULL;
    const char *const *environment = NULL;
    struct database database;
    struct tenant_row row = {0};
    struct error error;
    PGconn *conn = NULL;
    if (role && !text_eq(role, "anon") && !text_eq(role, "authenticated") && !text_eq(role, "service_role"))
        return cli_usage(cli, "--role is anon, authenticated or service_role.");
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, &error);
    if (err == OK && who)
        err = claims_of(cli, conn, row.schema, who, &claims, &error);
    if (err == OK && (role || who)) {
        role = role ? role : "authenticated";
        claims = claims ? claims : arena_printf(cli->arena, "{\"role\":\"%s\"}", role);
    }
    if (err == OK) {
        const char *options = session_search_path(cli->arena, row.schema);
        if (role)
            options = arena_printf(cli->arena, "%s%s%s", options, session_option(cli->arena, "role", role),
                                   session_option(cli->arena, "request.jwt.claims", claims));
        err = session_environment(cli->arena, database.owner_conninfo, options, &environment, &error);
    }
    if (err != OK) {
        cli_disconnect(&database, conn);
        return cli_fail(&error);
    }
    const char *argv[ARGUMENTS_MAX] = {cli_postgres_program(cli, &database, "psql"), "-v",
                                       arena_printf(cli->arena, "PROMPT1=%s%s%s%%R%%x%%# ", row.schema,
                                                    role ? " as " : "",
                                                    who    ? who
                                                    : role ? role
                                                           : "")};
    size_t n = 3;
    if (cli_given(cli, "file")) {
        argv[n++] = "-v";
        argv[n++] = "ON_ERROR_STOP=1";
    }
    for (size_t i = 0; i < cli->given_count && n < ARGUMENTS_MAX - 4; i++) { /* as psql itself: one after the other */
        bool command = text_eq(cli->given[i].name, "command");
        if (!command && !text_eq(cli->given[i].name, "file"))
            continue;
        argv[n++] = command ? "-c" : "-f";
        argv[n++] = cli->given[i].value;
    }
    for (int i = 1; i < cli->argument_count && n < ARGUMENTS_MAX - 1; i++)
        argv[n++] = cli->arguments[i];
    int code = cli_run_program(argv, environment);
    cli_disconnect(&database, conn);
    return code < 0 ? EXIT_FAILED : (enum exit_code)code;
}
