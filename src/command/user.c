/* maitred user create TENANT EMAIL | import TENANT FILE */
#include "auth/password.h"
#include "base/str.h"
#include "command/cli.h"
#include "pg/direct.h"
#include "tenant/switchboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSWORD_MIN = 8 };

/* $1: name, slug or id, or null for the only one. */
static const char *const sql_organization =
    "select id, name from organizations where $1::text is null or $1 in (id::text, slug, name) order by name limit 2";

static const char *const sql_user =
    "insert into users (organization_id, email, full_name, role, hashed_password, email_verified, email_confirmed_at,"
    " last_password_change) values ($1, lower($2), coalesce($3, $2), $4, $5, true, now(), now()) returning id";

static const char *const sql_staff =
    "insert into staff (id, organization_id, department, position) values ($1, $2, $3, initcap($4))";

/* Enough to notice a slip of the pen before a password is asked for; the database decides. */
static bool looks_like_email(const char *text)
{
    const char *at = strchr(text, '@');
    return at && at > text && at[1] && !strchr(at + 1, '@') && !strpbrk(text, " \t");
}

/* A bare tenant gets what provisioning would have given it, without the owner. */
static enum err seed(struct cli *cli, PGconn *conn, const char *name, const char **id, struct error *error)
{
    const char *const values[] = {name};
    PGresult *r = NULL;
    enum err err = direct_query(cli->arena, conn, "select app.seed_organization($1)", 1, values, &r, error);
    if (err == OK)
        *id = direct_text(r, 0, 0);
    return err;
}

static enum err find_organization(struct cli *cli, PGconn *conn, const char *tenant, bool needed, const char **id,
                                  struct error *error)
{
    const char *const values[] = {cli_value(cli, "organization")};
    PGresult *r = NULL;
    enum err err = direct_query(cli->arena, conn, sql_organization, 1, values, &r, error);
    if (err != OK)
        return err;
    *id = PQntuples(r) == 1 ? direct_text(r, 0, 0) : NULL;
    if (*id || (!needed && !values[0]))
        return OK;
    if (PQntuples(r) > 1)
        return error_set(error, cli->arena, ERR_BAD_INPUT,
                         "The tenant has several organizations: say which with --organization.");
    return values[0] ? error_set(error, cli->arena, ERR_NOT_FOUND, "There is no organization %s.", values[0])
                     : seed(cli, conn, tenant, id, error);
}

static enum err create(struct cli *cli, PGconn *conn, const char *password, const char **id, struct error *error)
{
    const char *role = cli_given(cli, "role") ? cli_value(cli, "role") : "staff";
    if (text_eq(role, "superadmin")) /* as one of the specifications writes it */
        role = "super_admin";
    bool works_here = !text_eq(role, "customer") && !text_eq(role, "super_admin");
    const char *department = cli_value(cli, "department"), *organization = NULL;
    struct tenant_row row = {0};
    PGresult *r = NULL;
    if (!department)
        department = text_eq(role, "kitchen") ? "kitchen" : "service";
    enum err err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, error);
    if (err == OK)
        err = direct_run(
            cli->arena, conn,
            arena_printf(cli->arena, "begin; set local search_path = %s", direct_tenant_path(cli->arena, row.schema)),
            error);
    if (err == OK)
        err = find_organization(cli, conn, row.name, works_here, &organization, error);
    const char *const user[] = {text_eq(role, "super_admin") ? NULL : organization, cli->arguments[1],
                                cli_value(cli, "name"), role, auth_password_hash(cli->arena, password)};
    if (err == OK)
        err = direct_query(cli->arena, conn, sql_user, 5, user, &r, error);
    if (err != OK && direct_is(error, "23505"))
        err = error_set(error, cli->arena, ERR_CONFLICT, "%s has a user %s already.", row.schema, cli->arguments[1]);
    else if (err != OK && direct_is(error, "23514")) {
        bool by_role = strstr(error->message, "role") != NULL;
        err = error_set(error, cli->arena, ERR_BAD_INPUT,
                        by_role ? "There is no role \"%s\"." : "\"%s\" is no e-mail address.",
                        by_role ? role : cli->arguments[1]);
        error->hint = by_role ? "`maitred user create --help` lists the roles." : NULL;
    }
    if (err == OK && works_here) {
        const char *const staff[] = {direct_text(r, 0, 0), organization, department, role};
        err = direct_query(cli->arena, conn, sql_staff, 4, staff, NULL, error);
    }
    if (err == OK) {
        *id = direct_text(r, 0, 0);
        err = direct_run(cli->arena, conn, "commit", error);
    }
    return err;
}

enum exit_code command_user_create(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    const char *id = NULL;
    if (!looks_like_email(cli->arguments[1]))
        return cli_usage(cli, "\"%s\" is no e-mail address.", cli->arguments[1]);
    const char *password = cli_password(cli, "Password");
    if (!password || strlen(password) < PASSWORD_MIN || strlen(password) > AUTH_PASSWORD_BYTES_MAX)
        return cli_usage(cli, "A password has %d to %d characters: --password, or a line of standard input.",
                         PASSWORD_MIN, AUTH_PASSWORD_BYTES_MAX);
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = create(cli, conn, password, &id, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    printf(cli->json ? "{\"id\":\"%s\"}\n" : "User %s was made.\n", id);
    return EXIT_DONE;
}

/* One line a user: {"user": …, "identities": […]}. All of them or, when a line is no JSON, none. */
static enum err import_lines(struct cli *cli, PGconn *conn, FILE *file, size_t counts[3], struct error *error)
{
    struct tenant_row row = {0};
    char *line = NULL;
    size_t size = 0, number = 0;
    enum err err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, error);
    if (err == OK)
        err = direct_run(
            cli->arena, conn,
            arena_printf(cli->arena, "begin; set local search_path = %s", direct_tenant_path(cli->arena, row.schema)),
            error);
    while (err == OK && getline(&line, &size, file) >= 0) {
        struct arena *arena = arena_new();
        PGresult *r = NULL;
        const char *const values[] = {line};
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        if (*line)
            err = direct_query(arena, conn, "select app.import_user($1::jsonb)", 1, values, &r, error);
        if (*line && err == OK) {
            const char *said = direct_text(r, 0, 0);
            int which = text_eq(said, "made") ? 0 : text_eq(said, "known") ? 1 : 2;
            counts[which]++;
            if (which == 2)
                (void)fprintf(stderr, "line %zu %s\n", number, said);
        } else if (err != OK) {
            err = error_set(error, cli->arena, ERR_BAD_INPUT, "Line %zu is no user: %s", number, error->message);
        }
        arena_free(arena);
    }
    free(line);
    return err == OK ? direct_run(cli->arena, conn, "commit", error) : err;
}

enum exit_code command_user_import(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    size_t counts[3] = {0};
    bool piped = text_eq(cli->arguments[1], "-");
    FILE *file = piped ? stdin : fopen(cli->arguments[1], "re");
    if (!file)
        return cli_usage(cli, "%s cannot be read.", cli->arguments[1]);
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err == OK) {
        err = import_lines(cli, conn, file, counts, &error);
        cli_disconnect(&database, conn);
    }
    if (!piped)
        (void)fclose(file);
    if (err != OK)
        return cli_fail(&error);
    printf(cli->json ? "{\"made\":%zu,\"known\":%zu,\"left\":%zu}\n" : "%zu users made, %zu known already, %zu left.\n",
           counts[0], counts[1], counts[2]);
    return EXIT_DONE;
}
