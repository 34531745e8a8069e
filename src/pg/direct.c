#include "pg/direct.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdlib.h>

static void drop_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

static void clear_result(void *result)
{
    PQclear(result);
}

/* libpq ends its messages with line breaks and may send several lines. */
static const char *one_line(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text ? text : "");
    size_t length = strlen(copy);
    while (length > 0 && (copy[length - 1] == '\n' || copy[length - 1] == ' '))
        copy[--length] = '\0';
    for (char *p = copy; *p; p++)
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    return copy;
}

enum err direct_open(struct arena *arena, const char *conninfo, PGconn **out, struct error *error)
{
    const char *const keywords[] = {"connect_timeout", "client_encoding", "application_name", "dbname", NULL};
    const char *const values[] = {"10", "UTF8", "maitred", conninfo, NULL};
    PGconn *conn = PQconnectdbParams(keywords, values, 1);
    if (!conn)
        return error_set(error, arena, ERR_DB_CONNECT, "The database cannot be reached: out of memory.");
    if (PQstatus(conn) != CONNECTION_OK) {
        error_set(error, arena, ERR_DB_CONNECT, "The database cannot be reached: %s",
                  one_line(arena, PQerrorMessage(conn)));
        PQfinish(conn);
        return ERR_DB_CONNECT;
    }
    PQsetNoticeReceiver(conn, drop_notice, NULL);
    *out = conn;
    return OK;
}

enum err direct_error(struct arena *arena, PGconn *conn, const PGresult *result, struct error *error)
{
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!sqlstate)
        return error_set(error, arena, ERR_DB_INTERNAL, "The database connection failed: %s",
                         one_line(arena, PQerrorMessage(conn)));
    const char *details = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    *error = error_of(ERR_SQL);
    error->code = arena_strdup(arena, sqlstate);
    error->status = error_status_of_sqlstate(sqlstate, false);
    error->message = one_line(arena, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    error->details = details ? arena_strdup(arena, details) : NULL;
    error->hint = hint ? arena_strdup(arena, hint) : NULL;
    return ERR_SQL;
}

bool direct_is(const struct error *error, const char *sqlstate)
{
    return error->code && text_eq(error->code, sqlstate);
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

enum err direct_run(struct arena *arena, PGconn *conn, const char *sql, struct error *error)
{
    PGresult *result = PQexec(conn, sql);
    enum err err = succeeded(result) ? OK : direct_error(arena, conn, result, error);
    PQclear(result);
    return err;
}

enum err direct_query(struct arena *arena, PGconn *conn, const char *sql, int param_count, const char *const *values,
                      PGresult **result, struct error *error)
{
    PGresult *got = PQexecParams(conn, sql, param_count, NULL, values, NULL, NULL, 0);
    if (!succeeded(got)) {
        enum err err = direct_error(arena, conn, got, error);
        PQclear(got);
        return err;
    }
    if (result) {
        arena_on_release(arena, clear_result, got);
        *result = got;
    } else {
        PQclear(got);
    }
    return OK;
}

const char *direct_text(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? "" : PQgetvalue(result, row, column);
}

static const char *quoted(struct arena *arena, const char *text, char quote)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 3);
    char *at = out;
    *at++ = quote;
    for (const char *p = text; *p; p++) {
        if (*p == quote)
            *at++ = quote;
        *at++ = *p;
    }
    *at++ = quote;
    *at = '\0';
    return out;
}

const char *direct_identifier(struct arena *arena, const char *name)
{
    return quoted(arena, name, '"');
}

/* standard_conforming_strings is on since PostgreSQL 9.1: only the quote needs doubling. */
const char *direct_literal(struct arena *arena, const char *text)
{
    return quoted(arena, text, '\'');
}

const char *direct_tenant_path(struct arena *arena, const char *schema)
{
    return arena_printf(arena, "%s, api, app, public, pg_temp", direct_identifier(arena, schema));
}

static void add_keyword(struct buf *out, const char *keyword, const char *value)
{
    buf_printf(out, "%s%s='", out->len ? " " : "", keyword);
    for (const char *p = value; *p; p++) {
        if (*p == '\'' || *p == '\\')
            buf_char(out, '\\');
        buf_char(out, *p);
    }
    buf_char(out, '\'');
}

enum err direct_conninfo(struct arena *arena, const char *base, const char *const pairs[][2], const char **out,
                         struct error *error)
{
    char *reason = NULL;
    PQconninfoOption *parts = PQconninfoParse(base, &reason);
    if (!parts) {
        error_set(error, arena, ERR_BAD_INPUT, "database_url cannot be read: %s", one_line(arena, reason));
        PQfreemem(reason);
        return ERR_BAD_INPUT;
    }
    struct buf text;
    buf_init(&text, 16384);
    for (PQconninfoOption *part = parts; part->keyword; part++) {
        bool replaced = false;
        for (size_t i = 0; pairs[i][0]; i++)
            replaced = replaced || text_eq(pairs[i][0], part->keyword);
        if (!replaced && part->val && *part->val)
            add_keyword(&text, part->keyword, part->val);
    }
    PQconninfoFree(parts);
    for (size_t i = 0; pairs[i][0]; i++)
        if (pairs[i][1])
            add_keyword(&text, pairs[i][0], pairs[i][1]);
    *out = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return OK;
}
