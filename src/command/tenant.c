/* maitred tenant create | list | show | suspend | resume | rename | drop | add-module */
#include "auth/first_admin.h"
#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "config/paths.h"
#include "pg/direct.h"
#include "tenant/provision.h"
#include "tenant/switchboard.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { JSON_MAX_BYTES = 64 * 1024 * 1024 };

static void print_json(struct cli *cli, const struct tenant_row *row, bool with_keys)
{
    struct buf out;
    buf_init(&out, JSON_MAX_BYTES);
    struct json_writer w = json_writer(&out);
    switchboard_write_json(&w, cli->arena, row, with_keys, (int)cli->settings.port);
    printf("%s\n", buf_cstr(&out));
    buf_release(&out);
}

static void print_row(struct cli *cli, const struct tenant_row *row)
{
    if (cli->json) {
        print_json(cli, row, false);
        return;
    }
    printf("%s (%s) at %s: %s\n", row->name, row->schema, row->domain, row->status);
}

/* The first administrator, from what the options say of them. */
static enum err first_admin(struct cli *cli, struct first_admin *admin, struct error *out)
{
    static const char *const members[][2] = {{"email", "admin-email"},    {"password", "admin-password"},
                                             {"full_name", "admin-name"}, {"currency", "currency"},
                                             {"timezone", "timezone"},    {"locale", "locale"}};
    json_t *given = json_pack("{s:s}", "email", arena_printf(cli->arena, "owner@%s", cli->arguments[1]));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (cli_given(cli, members[i][1]))
            json_object_set_new(given, members[i][0], json_string(cli_value(cli, members[i][1])));
    const char *quiet = getenv("MAITRED_ADMIN_PASSWORD");
    if (!cli_given(cli, "admin-password") && quiet && *quiet)
        json_object_set_new(given, "password", json_string(quiet));
    enum err err = auth_first_admin(cli->arena, given, cli->arguments[1], admin, out);
    json_decref(given);
    return err;
}

enum exit_code command_tenant_create(struct cli *cli)
{
    struct provision_request request = {.name = cli->arguments[0],
                                        .domain = cli->arguments[1],
                                        .schema = cli_value(cli, "schema"),
                                        .modules = cli_value(cli, "modules"),
                                        .theme_json = cli_value(cli, "theme")};
    struct database database;
    struct sources sources;
    struct tenant_row row = {0};
    struct error error;
    PGconn *conn = NULL;
    struct first_admin admin = {0};
    enum err err = cli_given(cli, "bare") ? OK : first_admin(cli, &admin, &error);
    request.admin_json = admin.json;
    if (err == OK)
        err = sources_read(cli->arena, path_share(cli->arena, cli->settings.db_dir, "db", "db"), &sources, &error);
    if (err == OK)
        err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = provision_tenant(cli->arena, conn, &sources, &request, &row, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    row.admin_email = admin.email;
    row.admin_password = admin.password;
    if (cli->json) {
        print_json(cli, &row, true);
        return EXIT_DONE;
    }
    print_row(cli, &row);
    printf("modules: %s\n", row.modules);
    if (admin.email)
        printf("login: %s", admin.email);
    if (admin.password)
        printf(", password: %s (shown once)", admin.password);
    printf("%s", admin.email ? "\n" : "");
    return EXIT_DONE;
}

enum exit_code command_tenant_list(struct cli *cli)
{
    struct tenant_row *rows = NULL;
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    size_t count = 0;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = switchboard_list(cli->arena, conn, &rows, &count, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json) {
        struct buf out;
        buf_init(&out, JSON_MAX_BYTES);
        struct json_writer w = json_writer(&out);
        json_open(&w, '[');
        for (size_t i = 0; i < count; i++)
            switchboard_write_json(&w, cli->arena, &rows[i], false, (int)cli->settings.port);
        json_close(&w, ']');
        printf("%s\n", buf_cstr(&out));
        buf_release(&out);
        return EXIT_DONE;
    }
    const char **cells = arena_array(cli->arena, (count + 1) * 5, sizeof *cells);
    static const char *const heading[] = {"name", "schema", "domain", "status", "modules"};
    memcpy(cells, heading, sizeof heading);
    for (size_t i = 0; i < count; i++) {
        const char *const row[] = {rows[i].name, rows[i].schema, rows[i].domain, rows[i].status, rows[i].modules};
        memcpy(cells + (i + 1) * 5, row, sizeof row);
    }
    cli_table(cells, count + 1, 5);
    return EXIT_DONE;
}

/* One tenant by its first argument, through `act`. */
static enum exit_code with_tenant(struct cli *cli,
                                  enum err (*act)(struct cli *cli, PGconn *conn, struct tenant_row *row,
                                                  struct error *error),
                                  struct tenant_row *row)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = act(cli, conn, row, &error);
    cli_disconnect(&database, conn);
    return err == OK ? EXIT_DONE : cli_fail(&error);
}

static enum err act_find(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    return switchboard_find(cli->arena, conn, cli->arguments[0], row, error);
}

enum exit_code command_tenant_show(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_tenant(cli, act_find, &row);
    if (code != EXIT_DONE)
        return code;
    if (cli->json) {
        print_json(cli, &row, cli_given(cli, "keys"));
        return EXIT_DONE;
    }
    const char *cells[] = {
        "name",    row.name,
        "id",      row.id,
        "schema",  row.schema,
        "domain",  row.domain,
        "status",  row.status,
        "modules", row.modules,
        "created", row.created_at,
        "size",    arena_printf(cli->arena, "%.1f MB", strtod(row.size_bytes ? row.size_bytes : "0", NULL) / 1e6)};
    cli_table(cells, sizeof cells / sizeof *cells / 2, 2);
    if (!cli_given(cli, "keys"))
        printf("\nAPI keys: `maitred tenant show --keys %s`\n", row.domain);
    if (cli_given(cli, "keys")) {
        struct buf out;
        buf_init(&out, JSON_MAX_BYTES);
        struct json_writer w = json_writer(&out);
        switchboard_write_json(&w, cli->arena, &row, true, (int)cli->settings.port);
        json_t *json = json_loads(buf_cstr(&out), 0, NULL);
        static const char *const keys[] = {"anon_key", "service_role_key", "publishable_key", "secret_key"};
        enum { KEYS = sizeof keys / sizeof *keys };
        const char *key_cells[2 * (size_t)KEYS];
        for (size_t i = 0; i < KEYS; i++) {
            key_cells[2 * i] = keys[i];
            key_cells[2 * i + 1] = json_string_value(json_object_get(json, keys[i]));
        }
        cli_table(key_cells, KEYS, 2);
        json_decref(json);
        buf_release(&out);
    }
    return EXIT_DONE;
}

static enum err act_suspend(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    return switchboard_suspend(cli->arena, conn, cli->arguments[0], true, row, error);
}

enum exit_code command_tenant_suspend(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_tenant(cli, act_suspend, &row);
    if (code == EXIT_DONE)
        print_row(cli, &row);
    return code;
}

static enum err act_resume(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    return switchboard_suspend(cli->arena, conn, cli->arguments[0], false, row, error);
}

enum exit_code command_tenant_resume(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_tenant(cli, act_resume, &row);
    if (code == EXIT_DONE)
        print_row(cli, &row);
    return code;
}

static enum err act_rename(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    return switchboard_rename(cli->arena, conn, cli->arguments[0], cli_value(cli, "name"), cli_value(cli, "domain"),
                              cli_value(cli, "theme"), row, error);
}

enum exit_code command_tenant_rename(struct cli *cli)
{
    struct tenant_row row = {0};
    if (!cli_given(cli, "name") && !cli_given(cli, "domain") && !cli_given(cli, "theme"))
        return cli_usage(cli, "Say what is to change: --name, --domain or --theme.");
    enum exit_code code = with_tenant(cli, act_rename, &row);
    if (code == EXIT_DONE)
        print_row(cli, &row);
    return code;
}

static enum err act_drop(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    enum err err = act_find(cli, conn, row, error);
    if (err != OK)
        return err;
    if (!cli_given(cli, "yes") &&
        !cli_confirm(arena_printf(cli->arena, "Delete tenant %s (%s) with all its data?", row->name, row->schema))) {
        error_set(error, cli->arena, ERR_BAD_INPUT, "Nothing was deleted.");
        error->hint = "Without a terminal say --yes. `maitred tenant export` makes a copy first.";
        return ERR_BAD_INPUT;
    }
    return switchboard_drop(cli->arena, conn, row->schema, error);
}

enum exit_code command_tenant_drop(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_tenant(cli, act_drop, &row);
    if (code == EXIT_DONE && cli->json)
        print_json(cli, &row, false);
    else if (code == EXIT_DONE)
        printf("%s (%s) is gone.\n", row.name, row.schema);
    return code;
}

static enum err act_add_module(struct cli *cli, PGconn *conn, struct tenant_row *row, struct error *error)
{
    struct sources sources;
    const char *modules = cli->arguments[1];
    for (int i = 2; i < cli->argument_count; i++)
        modules = arena_printf(cli->arena, "%s,%s", modules, cli->arguments[i]);
    enum err err = sources_read(cli->arena, path_share(cli->arena, cli->settings.db_dir, "db", "db"), &sources, error);
    return err == OK ? provision_modules(cli->arena, conn, &sources, cli->arguments[0], modules, row, error) : err;
}

enum exit_code command_tenant_add_module(struct cli *cli)
{
    struct tenant_row row = {0};
    enum exit_code code = with_tenant(cli, act_add_module, &row);
    if (code == EXIT_DONE && cli->json)
        print_json(cli, &row, false);
    else if (code == EXIT_DONE)
        printf("%s has now: %s\n", row.name, row.modules);
    return code;
}
