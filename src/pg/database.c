#include "pg/database.h"

#include "base/encode.h"
#include "base/log.h"
#include "base/str.h"
#include "pg/direct.h"

#include <stdlib.h>

enum { OLDEST_VERSION = 150000, PASSWORD_BYTES = 24 };

static const char *const sql_rights =
    "select current_setting('server_version_num'), current_setting('server_version'), current_user, current_database(),"
    " rolsuper or rolcreaterole, has_database_privilege(current_database(), 'create'), pg_is_in_recovery()"
    " from pg_roles where rolname = current_user";

static enum err check_server(struct arena *arena, const char *conninfo, struct error *out)
{
    PGconn *conn = NULL;
    PGresult *r = NULL;
    enum err err = direct_open(arena, conninfo, &conn, out);
    if (err != OK)
        return err;
    err = direct_query(arena, conn, sql_rights, 0, NULL, &r, out);
    if (err != OK)
        goto done;
    const char *user = direct_text(r, 0, 2), *name = direct_text(r, 0, 3);
    if (strtol(direct_text(r, 0, 0), NULL, 10) < OLDEST_VERSION)
        err = error_set(out, arena, ERR_BAD_INPUT, "database_url leads to PostgreSQL %s; maitred needs 15 or later.",
                        direct_text(r, 0, 1));
    else if (text_eq(direct_text(r, 0, 6), "t"))
        err = error_set(out, arena, ERR_BAD_INPUT,
                        "database_url leads to a standby, which cannot be written. Name all hosts and add "
                        "target_session_attrs=read-write.");
    else if (!text_eq(direct_text(r, 0, 5), "t"))
        err = error_set(out, arena, ERR_BAD_INPUT,
                        "The role %s may not create schemas in database %s: grant create on database \"%s\" to \"%s\".",
                        user, name, name, user);
    else if (!text_eq(direct_text(r, 0, 4), "t"))
        err =
            error_set(out, arena, ERR_BAD_INPUT,
                      "The role %s may not create roles (anon, authenticated, service_role, authenticator): alter role "
                      "\"%s\" createrole.",
                      user, user);
done:
    PQfinish(conn);
    return err;
}

enum err database_open(struct arena *arena, const struct settings *settings, enum cluster_use use,
                       struct database *database, struct error *out)
{
    *database = (struct database){.is_private = !*settings->database_url};
    if (database->is_private) {
        enum err err = cluster_start(arena, settings, use, &database->cluster, out);
        if (err == OK)
            database->owner_conninfo = cluster_conninfo(&database->cluster, arena, "maitred");
        return err;
    }
    const char *const none[][2] = {{NULL, NULL}};
    enum err err = direct_conninfo(arena, settings->database_url, none, &database->owner_conninfo, out);
    return err == OK ? check_server(arena, database->owner_conninfo, out) : err;
}

void database_close(struct database *database)
{
    if (database->is_private)
        cluster_stop(&database->cluster);
}

/* One password for all daemons: whoever comes first makes it. */
static enum err authenticator_password(struct arena *arena, PGconn *conn, const char **password, struct error *out)
{
    unsigned char bytes[PASSWORD_BYTES];
    PGresult *r = NULL;
    enum err err = direct_run(arena, conn, "begin; lock table maitred.secrets in exclusive mode", out);
    if (err == OK)
        err = direct_query(arena, conn, "select value from maitred.secrets where name = 'authenticator_password'", 0,
                           NULL, &r, out);
    if (err == OK && PQntuples(r) > 0) {
        *password = direct_text(r, 0, 0);
    } else if (err == OK) {
        random_bytes(bytes, sizeof bytes);
        *password = encode_hex(arena, bytes, sizeof bytes);
        const char *const values[] = {*password};
        err =
            direct_query(arena, conn, "insert into maitred.secrets (name, value) values ('authenticator_password', $1)",
                         1, values, NULL, out);
        if (err == OK)
            err = direct_run(
                arena, conn,
                arena_printf(arena, "alter role authenticator password %s", direct_literal(arena, *password)), out);
    }
    return err == OK ? direct_run(arena, conn, "commit", out) : err;
}

/* PostgreSQL writes the message of each error into its log, and the value that was wrong into the message: strangers
 * would fill the disk with it, and what people typed would lie there. Workers answer and log errors themselves. Only a
 * superuser may say so; elsewhere `maitred doctor` tells. */
static void keep_out_of_log(struct arena *arena, PGconn *conn)
{
    static const char *const sql =
        "select exists (select from pg_db_role_setting where setrole = 'authenticator'::regrole"
        " and 'log_min_messages=fatal' = any (setconfig)), rolsuper from pg_roles where rolname = current_user";
    struct error ignored;
    PGresult *r = NULL;
    if (direct_query(arena, conn, sql, 0, NULL, &r, &ignored) == OK && text_eq(direct_text(r, 0, 0), "f") &&
        text_eq(direct_text(r, 0, 1), "t") &&
        direct_run(arena, conn, "alter role authenticator set log_min_messages = fatal", &ignored) != OK)
        log_warning("what clients send wrongly is written into PostgreSQL's log", LOG_STR("reason", ignored.message));
}

enum err database_web_conninfo(const struct database *database, struct arena *arena, const char **out,
                               struct error *error)
{
    PGconn *conn = NULL;
    const char *password = NULL;
    enum err err = direct_open(arena, database->owner_conninfo, &conn, error);
    if (err == OK)
        keep_out_of_log(arena, conn);
    if (database->is_private) {
        PQfinish(conn);
        *out = cluster_conninfo(&database->cluster, arena, "authenticator");
        return err;
    }
    if (err == OK)
        err = authenticator_password(arena, conn, &password, error);
    PQfinish(conn);
    if (err != OK)
        return err;
    const char *const pairs[][2] = {{"user", "authenticator"}, {"password", password}, {NULL, NULL}};
    const char *conninfo = NULL;
    err = direct_conninfo(arena, database->owner_conninfo, pairs, &conninfo, error);
    if (err == OK)
        err = direct_open(arena, conninfo, &conn, error);
    if (err != OK) {
        error->hint = "Role authenticator belongs to the whole server: another installation of maitred on it, or an "
                      "administrator, may have changed its password. The one used here is in maitred.secrets.";
        return err;
    }
    PQfinish(conn);
    *out = conninfo;
    return OK;
}
