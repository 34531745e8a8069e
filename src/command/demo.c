/* maitred demo: the demo tenants. A file db/demo/<name>.sql fills its tenant, run by psql in one transaction with the
 * tenant's search_path; without a file the tenant has the modules' default data. */
#include "auth/password.h"
#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "command/session.h"
#include "config/paths.h"
#include "pg/direct.h"
#include "tenant/migrate.h"
#include "tenant/provision.h"

#include <stdio.h>
#include <unistd.h>

#define DEMO_PASSWORD "maitred-demo"

/* To add a demo tenant, add a row and, for its past, db/demo/<name>.sql. */
static const struct demo {
    const char *name, *title, *modules, *theme, *timezone;
} demos[] = {
    {"pizza", "Pizza Bella", "dining,labor,procurement,bots,storage,spec_names", "{\"primary_color\":\"#c0392b\"}",
     "Europe/Rome"},
    {"resort", "Lakeside Resort", "dining,stays,pool,labor,bots,storage,spec_names", "{\"primary_color\":\"#1f7a8c\"}",
     "Europe/Vienna"},
    {"escape", "Escape House", "experiences,labor,storage,spec_names", "{\"primary_color\":\"#5b3fd6\"}",
     "Europe/Berlin"},
    {0},
};

static bool wanted(const struct cli *cli, const char *name)
{
    for (int i = 0; i < cli->argument_count; i++)
        if (text_eq(cli->arguments[i], name))
            return true;
    return cli->argument_count == 0;
}

static enum err fill(struct cli *cli, const struct database *database, const char *file, const char *schema,
                     struct error *error)
{
    const char *const argv[] = {cli_postgres_program(cli, database, "psql"),
                                "-X",
                                "-q",
                                "-1",
                                "-v",
                                "ON_ERROR_STOP=1",
                                "-o",
                                "/dev/null",
                                "-f",
                                file,
                                NULL};
    const char *const *environment = NULL;
    const char *options =
        arena_printf(cli->arena, "%s -c client_min_messages=warning", session_search_path(cli->arena, schema));
    enum err err = session_environment(cli->arena, database->owner_conninfo, options, &environment, error);
    if (err == OK && cli_run_program(argv, environment) != 0)
        err = error_set(error, cli->arena, ERR_SQL, "%s did not go through.", file);
    return err;
}

static enum err make(struct cli *cli, const struct database *database, PGconn *conn, const struct sources *sources,
                     const struct demo *demo, struct error *error)
{
    struct tenant_row row = {0};
    const char *file = arena_printf(cli->arena, "%s/demo/%s.sql", sources->dir, demo->name);
    const struct provision_request request = {
        .name = demo->title,
        .domain = arena_printf(cli->arena, "%s.localhost", demo->name),
        .schema = arena_printf(cli->arena, "tenant_%s", demo->name),
        .modules = demo->modules,
        .theme_json = demo->theme,
        .admin_json =
            arena_printf(cli->arena,
                         "{\"email\":\"owner@%s.localhost\",\"full_name\":\"Olivia Owner\",\"hashed_password\":\"%s\","
                         "\"timezone\":\"%s\",\"currency\":\"EUR\"}",
                         demo->name, auth_password_hash(cli->arena, DEMO_PASSWORD), demo->timezone),
    };
    enum err err = provision_tenant(cli->arena, conn, sources, &request, &row, error);
    if (err != OK || access(file, R_OK) != 0)
        return err;
    err = fill(cli, database, file, row.schema, error);
    if (err != OK) {
        struct error ignored;
        (void)!switchboard_drop(cli->arena, conn, row.schema, &ignored); /* half a demo is none */
    }
    return err;
}

/* Who may log in, as far as it helps to know. */
static enum err print_logins(struct cli *cli, PGconn *conn, const struct demo *demo, struct json_writer *w,
                             struct error *error)
{
    PGresult *r = NULL;
    enum err err =
        direct_query(cli->arena, conn,
                     arena_printf(cli->arena,
                                  "select email, role from (select distinct on (role) email, role from tenant_%s.users"
                                  " where role <> 'customer' and email is not null and hashed_password is not null"
                                  " and deleted_at is null order by role, created_at, email) one"
                                  " order by array_position(array['owner','admin','manager','waiter','kitchen'], role)",
                                  demo->name),
                     0, NULL, &r, error);
    if (err != OK)
        return err;
    const char *url = arena_printf(cli->arena, "http://%s.localhost:%d/", demo->name, (int)cli->settings.port);
    json_open(w, '{');
    json_member(w, "tenant", arena_printf(cli->arena, "tenant_%s", demo->name));
    json_member(w, "url", url);
    json_key(w, "logins");
    json_open(w, '[');
    if (!cli->json)
        printf("%-16s %s\n", demo->title, url);
    for (int i = 0; i < PQntuples(r); i++) {
        json_text(w, direct_text(r, i, 0));
        if (!cli->json)
            printf("%-16s   %s (%s)\n", "", direct_text(r, i, 0), direct_text(r, i, 1));
    }
    json_close(w, ']');
    json_member(w, "password", DEMO_PASSWORD);
    json_close(w, '}');
    return OK;
}

/* Where to go first: a free table's page, the kitchen, the floor. */
static enum err print_pages(struct cli *cli, PGconn *conn, const struct demo *demo, struct error *error)
{
    PGresult *r = NULL;
    if (cli->json || !strstr(demo->modules, "dining"))
        return OK;
    enum err err =
        direct_query(cli->arena, conn,
                     arena_printf(cli->arena,
                                  "select code, table_number from tenant_%s.restaurant_tables"
                                  " where is_active order by (status = 'available') desc, table_number limit 1",
                                  demo->name),
                     0, NULL, &r, error);
    if (err != OK || PQntuples(r) == 0)
        return err;
    const char *url = arena_printf(cli->arena, "http://%s.localhost:%d", demo->name, (int)cli->settings.port);
    printf("%-16s   guests at table %s   %s/t/%s\n", "", direct_text(r, 0, 1), url, direct_text(r, 0, 0));
    printf("%-16s   kitchen             %s/kitchen\n", "", url);
    printf("%-16s   waiters             %s/floor\n", "", url);
    return OK;
}

enum exit_code command_demo(struct cli *cli)
{
    struct migrate_options options = {.db_dir = path_share(cli->arena, cli->settings.db_dir, "db", "db"),
                                      .parallel = (int)cli->settings.migrate_parallel,
                                      .to = -1};
    struct migrate_report report;
    struct database database;
    struct sources sources;
    struct error error;
    PGconn *conn = NULL;
    for (int i = 0; i < cli->argument_count; i++) {
        const struct demo *demo = demos;
        while (demo->name && !text_eq(demo->name, cli->arguments[i]))
            demo++;
        if (!demo->name)
            return cli_usage(cli, "There is no demo tenant \"%s\"; there are pizza, resort and escape.",
                             cli->arguments[i]);
    }
    enum err err = cli_database(cli, &database, &error);
    if (err != OK)
        return cli_fail(&error);
    err = sources_read(cli->arena, options.db_dir, &sources, &error);
    if (err == OK)
        err = migrate_up(cli->arena, database.owner_conninfo, &options, &report, &error);
    if (err == OK)
        err = direct_open(cli->arena, database.owner_conninfo, &conn, &error);
    struct buf out;
    buf_init(&out, (size_t)1024 * 1024);
    struct json_writer w = json_writer(&out);
    json_open(&w, '[');
    for (const struct demo *demo = demos; demo->name && err == OK; demo++) {
        struct tenant_row row = {0};
        if (!wanted(cli, demo->name))
            continue;
        if (switchboard_find(cli->arena, conn, arena_printf(cli->arena, "tenant_%s", demo->name), &row, &error) != OK) {
            if (!cli->json)
                (void)fprintf(stderr, "making %s …\n", demo->title);
            err = make(cli, &database, conn, &sources, demo, &error);
        }
        if (err == OK)
            err = print_logins(cli, conn, demo, &w, &error);
        if (err == OK)
            err = print_pages(cli, conn, demo, &error);
        (void)fflush(stdout); /* in step with what goes to standard error */
    }
    json_close(&w, ']');
    cli_disconnect(&database, conn);
    if (err == OK && cli->json)
        printf("%s\n", buf_cstr(&out));
    else if (err == OK)
        printf("%-16s   password for all: %s\n", "", DEMO_PASSWORD);
    buf_release(&out);
    return err == OK ? EXIT_DONE : cli_fail(&error);
}
