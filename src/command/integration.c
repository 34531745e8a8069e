/* maitred integration set | list | test: accounts of a tenant at other systems. The secret comes on standard input, so
 * that it stands in no list of processes and in no shell's history, and is sealed by the database before it is stored.
 */
#include "base/str.h"
#include "command/cli.h"
#include "pay/check.h"
#include "pg/direct.h"
#include "tenant/switchboard.h"
#include "tenant/tenant.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECRET_MAX_BYTES = 20000 };

static const char *read_secret(struct cli *cli)
{
    char *text = arena_alloc(cli->arena, SECRET_MAX_BYTES + 2);
    size_t length = fread(text, 1, SECRET_MAX_BYTES + 1, stdin);
    text[length] = '\0';
    return length > 0 && length <= SECRET_MAX_BYTES ? text : NULL;
}

/* Inside the tenant; the functions check what they are given. */
static enum err enter(struct cli *cli, PGconn *conn, struct error *error)
{
    struct tenant_row row = {0};
    enum err err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, error);
    return err == OK ? direct_run(cli->arena, conn,
                                  arena_printf(cli->arena, "begin; set local search_path = %s",
                                               direct_tenant_path(cli->arena, row.schema)),
                                  error)
                     : err;
}

static enum err set(struct cli *cli, PGconn *conn, const char *secret, struct error *error)
{
    const char *bot = cli_value(cli, "bot");
    const char *const integration[] = {cli->arguments[1], secret, cli_value(cli, "base-url"),
                                       cli_value(cli, "settings"), cli_value(cli, "organization")};
    const char *const account[] = {bot, cli->arguments[1], secret, cli_value(cli, "base-url")};
    enum err err = enter(cli, conn, error);
    if (err == OK && bot)
        err = direct_query(
            cli->arena, conn,
            "select api.set_bot_credentials((select b.id from bot_instances b where $1 in (b.id::text, b.name)"
            " order by b.created_at limit 1), $2, $3::jsonb, null, $4)",
            4, account, NULL, error);
    else if (err == OK)
        err = direct_query(cli->arena, conn,
                           "select api.set_integration_credentials($1, $2::jsonb, $3, $4::jsonb,"
                           " (select o.id from organizations o where $5 in (o.id::text, o.slug, o.name)))",
                           5, integration, NULL, error);
    return err == OK ? direct_run(cli->arena, conn, "commit", error) : err;
}

enum exit_code command_integration_set(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    const char *secret = read_secret(cli);
    if (!secret)
        return cli_usage(cli, "The secret is JSON on standard input, of 1 to %d bytes.", SECRET_MAX_BYTES);
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = set(cli, conn, secret, &error);
    if (err != OK && direct_is(&error, "22P02")) /* PostgreSQL's own message would show the secret */
        err = error_set(&error, cli->arena, ERR_BAD_INPUT, "What came on standard input, or --settings, is no JSON.");
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    printf(cli->json ? "{\"stored\":\"%s\"}\n" : "%s is stored, sealed.\n", cli->arguments[1]);
    return EXIT_DONE;
}

enum exit_code command_integration_list(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    PGresult *r = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = enter(cli, conn, &error);
    if (err == OK)
        err = direct_query(
            cli->arena, conn,
            "select coalesce(json_agg(x)::text, '[]'), string_agg(format('%s  %s  %s', x.organization,"
            " x.type, case when x.is_active then coalesce(x.base_url, '') else 'off' end), e'\\n')"
            " from (select o.name as organization, c.integration_type as type, c.base_url, c.is_active, c.updated_at"
            " from integration_credentials c join organizations o on o.id = c.organization_id"
            " union all select o.name, b.name || '/' || c.platform, c.webhook_url, c.is_active, c.updated_at"
            " from bot_platform_credentials c join bot_instances b on b.id = c.bot_id"
            " join organizations o on o.id = c.organization_id order by 1, 2) x",
            0, NULL, &r, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    printf("%s\n", cli->json               ? direct_text(r, 0, 0)
                   : *direct_text(r, 0, 1) ? direct_text(r, 0, 1)
                                           : "Nothing is stored.");
    return EXIT_DONE;
}

static void print_checks(const json_t *accounts)
{
    const json_t *account, *check;
    size_t i, n;
    json_array_foreach(accounts, i, account)
    {
        const char *last = json_string_value(json_object_get(account, "last_call"));
        printf("%s (%s)\n", json_string_value(json_object_get(account, "organization")),
               json_string_value(json_object_get(account, "mode")));
        json_array_foreach(json_object_get(account, "checks"), n, check)
        {
            bool works = json_is_true(json_object_get(check, "works"));
            printf("  %-4s %-10s %s\n", works ? "ok" : "NOT", json_string_value(json_object_get(check, "what")),
                   json_string_value(json_object_get(check, "said")));
        }
        printf("  last call of its webhook: %s\n", last ? last : "none yet");
    }
}

static bool all_work(const json_t *accounts)
{
    const json_t *account, *check;
    size_t i, n;
    bool works = true;
    json_array_foreach(accounts, i, account)
    {
        json_array_foreach(json_object_get(account, "checks"), n, check)
        {
            works = works && json_is_true(json_object_get(check, "works"));
        }
    }
    return works;
}

enum exit_code command_integration_test(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    struct tenant_row row = {0};
    json_t *accounts = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, &error);
    if (err == OK)
        err = direct_run(cli->arena, conn,
                         arena_printf(cli->arena, "set search_path = %s", direct_tenant_path(cli->arena, row.schema)),
                         &error);
    const struct tenant tenant = {.schema = row.schema, .domain = row.domain, .settings_json = row.settings_json};
    if (err == OK)
        err = pay_check(cli->arena, &cli->settings, conn, &tenant, cli->arguments[1], &accounts, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json) {
        char *text = json_dumps(accounts, JSON_COMPACT);
        printf("%s\n", text ? text : "[]");
        free(text);
    } else {
        print_checks(accounts);
    }
    return all_work(accounts) ? EXIT_DONE : EXIT_PARTLY;
}
