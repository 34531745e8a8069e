/* maitred tenant create | list | show | suspend | resume | rename | drop | add-module */
#include "auth/password.h"
#include "base/encode.h"
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

enum { PASSWORD_MIN = 8, PASSWORD_BYTES = 12, JSON_MAX_BYTES = 64 * 1024 * 1024 };

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

/* {email, full_name, hashed_password, …} of the first administrator, or NULL when --admin-email is not given. */
static enum err admin_json(struct cli *cli, const char **admin, const char **made_password, struct error *out)
{
    const char *email = cli_value(cli, "admin-email"), *password = cli_value(cli, "admin-password");
    unsigned char bytes[PASSWORD_BYTES];
    *admin = *made_password = NULL;
    if (!email)
        return OK;
    if (!password) {
        random_bytes(bytes, sizeof bytes);
        password = *made_password = encode_base64url(cli->arena, bytes, sizeof bytes);
    }
    if (strlen(password) < PASSWORD_MIN || strlen(password) > AUTH_PASSWORD_BYTES_MAX)
        return error_set(out, cli->arena, ERR_BAD_INPUT, "A password has %d to %d characters.", PASSWORD_MIN,
                         AUTH_PASSWORD_BYTES_MAX);
    static const char *const optional[][2] = {
        {"full_name", "admin-name"}, {"currency", "currency"}, {"timezone", "timezone"}, {"locale", "locale"}};
    json_t *json = json_pack("{s:s, s:s}", "email", email, "hashed_password", auth_password_hash(cli->arena, password));
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (cli_given(cli, optional[i][1]))
            json_object_set_new(json, optional[i][0], json_string(cli_value(cli, optional[i][1])));
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!text)
        return error_set(out, cli->arena, ERR_BAD_INPUT, "The administrator's texts must be UTF-8.");
    *admin = arena_strdup(cli->arena, text);
    free(text);
    return OK;
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
    const char *password = NULL;
    enum err err = admin_json(cli, &request.admin_json, &password, &error);
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
    if (cli->json) {
        print_json(cli, &row, true);
        return EXIT_DONE;
    }
    print_row(cli, &row);
    printf("modules: %s\n", row.modules);
    if (request.admin_json)
        printf("login: %s", cli_value(cli, "admin-email"));
    if (password)
        printf(", password: %s (shown once)", password);
    printf("%s", request.admin_json ? "\n" : "");
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
    if (cli_given(cli, "keys")) {
        struct buf out;
        buf_init(&out, JSON_MAX_BYTES);
        struct json_writer w = json_writer(&out);
        switchboard_write_json(&w, cli->arena, &row, true, (int)cli->settings.port);
        json_t *json = json_loads(buf_cstr(&out), 0, NULL);
        static const char *const keys[] = {"anon_key", "service_role_key", "publishable_key", "secret_key"};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            printf("%s  %s\n", keys[i], json_string_value(json_object_get(json, keys[i])));
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
    if (code == EXIT_DONE && !cli->json)
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
