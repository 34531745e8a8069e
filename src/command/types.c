/* maitred types TENANT: the TypeScript of its tables, views, functions and answers. */
#include "base/buf.h"
#include "base/str.h"
#include "command/cli.h"
#include "command/typescript.h"
#include "pg/direct.h"
#include "tenant/switchboard.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX_BYTES = 64 * 1024 * 1024 };

/* Whether the tenant's REST door shows this schema besides its own (its setting "schemas"). */
static bool shows(const struct tenant_row *row, const char *schema)
{
    json_t *settings = row->settings_json ? json_loads(row->settings_json, 0, NULL) : NULL;
    bool found = false;
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(settings, "schemas"), i, one) found =
        found || text_eq(json_string_value(one), schema);
    json_decref(settings);
    return found;
}

/* The description of one schema; the functions of `modules` ("core,payments", NULL: none) are in it. */
static enum err describe(struct cli *cli, PGconn *conn, const char *schema, const char *modules, json_t **out,
                         struct error *error)
{
    const char *const values[] = {schema, modules};
    PGresult *r = NULL;
    enum err err =
        direct_query(cli->arena, conn, "select app.describe_types($1, string_to_array($2, ','))", 2, values, &r, error);
    if (err != OK)
        return err;
    json_error_t reason;
    *out = json_loads(direct_text(r, 0, 0), 0, &reason);
    return *out ? OK : error_set(error, cli->arena, ERR_INTERNAL, "The description is no JSON: %s.", reason.text);
}

static enum err write_types(struct cli *cli, PGconn *conn, struct error *error)
{
    struct described_schema schemas[CLI_GIVEN_MAX];
    struct tenant_row row = {0};
    size_t count = 0;
    enum err err = switchboard_find(cli->arena, conn, cli->arguments[0], &row, error);
    for (size_t i = 0; err == OK && i < cli->given_count; i++) {
        const char *schema = cli->given[i].value;
        if (!shows(&row, schema)) {
            err = error_set(error, cli->arena, ERR_NOT_FOUND, "%s shows no schema %s.", row.schema, schema);
            error->hint = "The tenant's setting \"schemas\" lists what its REST door shows besides its own.";
        } else {
            json_t *description = NULL;
            err = describe(cli, conn, schema, NULL, &description, error);
            schemas[count] = (struct described_schema){schema, description};
            count += err == OK;
        }
    }
    if (err == OK && !count) {
        json_t *description = NULL;
        err = describe(cli, conn, row.schema, row.modules, &description, error);
        schemas[0] = (struct described_schema){"public", description};
        count = err == OK;
    }
    if (err == OK) {
        struct buf out;
        buf_init(&out, FILE_MAX_BYTES);
        typescript_write(&out, schemas, count);
        (void)fwrite(buf_cstr(&out), 1, out.len, stdout);
        buf_release(&out);
    }
    for (size_t i = 0; i < count; i++)
        json_decref((json_t *)schemas[i].description);
    return err;
}

enum exit_code command_types(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = write_types(cli, conn, &error);
    cli_disconnect(&database, conn);
    return err == OK ? EXIT_DONE : cli_fail(&error);
}
