/* maitred secrets turn: a new key for secrets at rest, and every secret sealed anew with it. Keys before it stay: who
 * reads an older dump, or was a moment late, can still open. */
#include "command/cli.h"
#include "pg/direct.h"
#include "seal/seal.h"
#include "tenant/switchboard.h"

#include <stdlib.h>
#include <unistd.h>

enum { HEARD_TRIES = 60 };

struct turned {
    size_t sealed, lost;
};

/* Every worker has to hear of the key before anything is sealed with it (app.seal_keys). */
static enum err await_key(struct cli *cli, PGconn *conn, const char *number, struct error *error)
{
    for (int i = 0; i < HEARD_TRIES; i++) {
        PGresult *r = NULL;
        enum err err = direct_query(cli->arena, conn, "select app.seal_keys() ->> 'seals' = $1", 1, &number, &r, error);
        if (err != OK || *direct_text(r, 0, 0) == 't')
            return err;
        sleep(1);
    }
    return error_set(error, cli->arena, ERR_CONFLICT, "Another key came meanwhile: somebody else is turning them.");
}

static enum err turn_tenant(struct cli *cli, PGconn *conn, const struct seal_keys *keys, const char *schema,
                            struct turned *turned, struct error *error)
{
    PGresult *rows = NULL;
    enum err err =
        direct_run(cli->arena, conn,
                   arena_printf(cli->arena, "set search_path = %s", direct_tenant_path(cli->arena, schema)), error);
    if (err == OK)
        err = direct_query(cli->arena, conn, "select tenant, place, row_key, sealed from app.sealed_texts()", 0, NULL,
                           &rows, error);
    for (int i = 0; err == OK && i < PQntuples(rows); i++) {
        const struct seal_place place = {direct_text(rows, i, 0), direct_text(rows, i, 1), direct_text(rows, i, 2)};
        const char *before = direct_text(rows, i, 3);
        if (seal_is_newest(keys, before))
            continue;
        const char *secret = seal_open(keys, cli->arena, &place, before);
        if (!secret) {
            turned->lost++;
            continue;
        }
        const char *const values[] = {place.column, place.row, before,
                                      seal_close(keys, cli->arena, &place, str_of(secret))};
        PGresult *r = NULL;
        err = direct_query(cli->arena, conn, "select app.seal_anew($1, $2, $3, $4)", 4, values, &r, error);
        if (err == OK && *direct_text(r, 0, 0) == 't')
            turned->sealed++; /* else somebody stored another secret meanwhile, sealed by the new key */
    }
    return err;
}

static enum err turn(struct cli *cli, PGconn *conn, struct turned *turned, struct error *error)
{
    PGresult *r = NULL, *tenants = NULL;
    const struct seal_keys *keys = NULL;
    enum err err = direct_query(cli->arena, conn, "select app.add_seal_key()", 0, NULL, &r, error);
    if (err == OK)
        err = await_key(cli, conn, direct_text(r, 0, 0), error);
    if (err == OK)
        err = seal_keys_load(cli->arena, conn, &keys, error);
    if (err == OK)
        err = direct_query(cli->arena, conn, "select schema_name from public.tenants order by schema_name", 0, NULL,
                           &tenants, error);
    for (int i = 0; err == OK && i < PQntuples(tenants); i++)
        err = turn_tenant(cli, conn, keys, direct_text(tenants, i, 0), turned, error);
    return err;
}

enum exit_code command_secrets_turn(struct cli *cli)
{
    struct database database;
    struct error error;
    struct turned turned = {0};
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = turn(cli, conn, &turned, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json)
        printf("{\"sealed\":%zu,\"lost\":%zu}\n", turned.sealed, turned.lost);
    else
        printf("%zu secrets are sealed with a new key.\n", turned.sealed);
    if (turned.lost && !cli->json)
        printf("%zu do not open here: they were sealed in another installation, or moved. Store them again.\n",
               turned.lost);
    return EXIT_DONE;
}
