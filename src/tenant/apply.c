#include "tenant/apply.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"
#include "pg/direct.h"

#include <stdlib.h>

enum { SQL_MAX_BYTES = 1024 * 1024 };

const char *const *apply_split(struct arena *arena, const char *list)
{
    size_t count = 1;
    for (const char *p = list; *p; p++)
        count += *p == ',';
    const char **parts = arena_array(arena, count + 1, sizeof *parts);
    size_t n = 0;
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        if (length)
            parts[n++] = arena_strndup(arena, at, length);
        at += length + (at[length] == ',');
    }
    return parts;
}

static bool holds(const char *const *list, const char *text)
{
    for (; *list; list++)
        if (text_eq(*list, text))
            return true;
    return false;
}

/* The same text as SQL_STORE_SHAPE makes of the ledger. */
const char *apply_expected_shape(struct arena *arena, const struct sources *sources, const char *const *modules)
{
    struct buf text;
    buf_init(&text, SQL_MAX_BYTES);
    for (size_t i = 0; i < sources->tenant_count; i++) {
        const struct migration *m = &sources->tenant[i];
        if (holds(modules, m->module))
            buf_printf(&text, "%s/%d:%s\n", m->module, m->version, m->checksum);
    }
    unsigned char digest[32];
    digest_sha256(str_n(text.at ? text.at : "", text.len), digest);
    buf_release(&text);
    return encode_hex(arena, digest, sizeof digest);
}

static const char *const sql_store_shape =
    "insert into maitred.tenant_shapes (tenant_id, shape)"
    " select $1::uuid, encode(sha256(convert_to(coalesce(string_agg(module || '/' || version || ':' || checksum || "
    "E'\\n',"
    " '' order by module collate \"C\", version), ''), 'UTF8')), 'hex') from maitred.tenant_migrations where tenant_id "
    "= $1"
    " on conflict (tenant_id) do update set shape = excluded.shape, error = null, updated_at = now()";

enum err apply_text(struct arena *arena, PGconn *conn, const char *file, int line, const char *sql, struct error *out)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    enum err err = OK;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        err = direct_error(arena, conn, result, out);
        /* The position counts characters, from 1; file and line say more. */
        const char *text = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
        const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
        long position = text ? strtol(text, NULL, 10) : 0;
        for (const char *p = sql; *p && position > 1; p++) {
            line += *p == '\n';
            position -= ((unsigned char)*p & 0xC0) != 0x80;
        }
        out->message = text ? arena_printf(arena, "%s:%d: %s", file, line, out->message)
                            : arena_printf(arena, "%s: %s", file, out->message);
        if (!out->details && context)
            out->details = arena_strdup(arena, context);
    }
    PQclear(result);
    return err;
}

/* What the ledger says of one tenant. */
struct applied {
    const char *module, *name, *checksum;
    int version;
    long long run; /* when it was applied, in microseconds: the same for all of one run */
};

static enum err read_ledger(struct arena *arena, PGconn *conn, const struct apply_target *target, struct applied **rows,
                            size_t *count, struct error *out)
{
    const char *const values[] = {target->id};
    PGresult *r = NULL;
    enum err err =
        direct_query(arena, conn,
                     "select module, version, name, checksum, (extract(epoch from applied_at) * 1000000)::bigint"
                     " from maitred.tenant_migrations"
                     " where tenant_id = $1 order by module collate \"C\", version",
                     1, values, &r, out);
    if (err != OK)
        return err;
    *count = (size_t)PQntuples(r);
    *rows = arena_array(arena, *count + 1, sizeof **rows);
    for (size_t i = 0; i < *count; i++)
        (*rows)[i] = (struct applied){.module = direct_text(r, (int)i, 0),
                                      .version = (int)strtol(direct_text(r, (int)i, 1), NULL, 10),
                                      .name = direct_text(r, (int)i, 2),
                                      .checksum = direct_text(r, (int)i, 3),
                                      .run = strtoll(direct_text(r, (int)i, 4), NULL, 10)};
    return OK;
}

static enum err set_path(struct arena *arena, PGconn *conn, const struct apply_target *target, struct error *out)
{
    return direct_run(arena, conn,
                      arena_printf(arena,
                                   "set local search_path = %s; set local check_function_bodies = off;"
                                   " set local maitred.engine = on",
                                   direct_tenant_path(arena, target->schema)),
                      out);
}

static enum err store_shape(struct arena *arena, PGconn *conn, const struct apply_target *target, struct error *out)
{
    const char *const values[] = {target->id};
    return direct_query(arena, conn, sql_store_shape, 1, values, NULL, out);
}

/* The tables' files write policies; they hold from here on. Where the private functions lack it (sources of somebody
 * else, tests of the engine), tables look after themselves. Columns added to tables with column grants get theirs. */
static enum err enable_row_security(struct arena *arena, PGconn *conn, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn,
                                "select to_regprocedure('app.enable_row_security()') is not null"
                                " and to_regprocedure('app.extend_column_grants(regclass)') is not null",
                                0, NULL, &r, out);
    if (err == OK && text_eq(direct_text(r, 0, 0), "t"))
        err = direct_run(arena, conn, "select app.enable_row_security(), app.extend_column_grants()", out);
    return err;
}

/* Views of module spec_names would stand in the way of whoever changes a column under them; enable_row_security makes
 * them anew. */
static enum err forget_views(struct arena *arena, PGconn *conn, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, "select to_regprocedure('app.forget_documented_names()') is not null", 0,
                                NULL, &r, out);
    if (err == OK && text_eq(direct_text(r, 0, 0), "t"))
        err = direct_run(arena, conn, "select app.forget_documented_names()", out);
    return err;
}

static const struct applied *find_applied(const struct applied *rows, size_t count, const struct migration *m)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].version == m->version && text_eq(rows[i].module, m->module))
            return &rows[i];
    return NULL;
}

static enum err accept_edit(struct arena *arena, PGconn *conn, const struct apply_target *target,
                            const struct migration *m, struct error *out)
{
    const char *const values[] = {m->checksum, target->id, m->module, arena_printf(arena, "%d", m->version)};
    return direct_query(
        arena, conn,
        "update maitred.tenant_migrations set checksum = $1 where tenant_id = $2 and module = $3 and version = $4", 4,
        values, NULL, out);
}

enum err apply_up(struct arena *arena, PGconn *conn, const struct sources *sources, const struct apply_target *target,
                  const struct apply_limits *limits, size_t *applied, struct error *out)
{
    struct applied *rows = NULL;
    size_t row_count = 0, done = 0;
    struct buf ledger;
    buf_init(&ledger, SQL_MAX_BYTES);

    enum err err = read_ledger(arena, conn, target, &rows, &row_count, out);
    if (err == OK)
        err = set_path(arena, conn, target, out);
    for (const char *const *module = target->modules; *module && err == OK; module++) {
        size_t count = 0;
        const struct migration *m = sources_module(sources, *module, &count);
        if (limits->module && !text_eq(limits->module, *module))
            continue;
        for (; count > 0 && err == OK; m++, count--) {
            const struct applied *row = find_applied(rows, row_count, m);
            if (row && text_eq(row->checksum, m->checksum))
                continue;
            if (row && limits->accept_edits) {
                err = accept_edit(arena, conn, target, m, out);
            } else if (row) {
                err = error_set(out, arena, ERR_CONFLICT, "%s was edited after it had been applied.", m->file);
                out->hint = "Take the edit back and put the change into a new migration; `maitred migrate up "
                            "--accept-edits` accepts an edit that changes nothing, such as a comment.";
            } else if (limits->to < 0 || m->version <= limits->to) {
                if (!done)
                    err = forget_views(arena, conn, out);
                if (err == OK)
                    err = apply_text(arena, conn, m->file, m->up_line, m->up, out);
                buf_printf(&ledger, "%s(%s, %s, %d, %s, '%s')", done++ ? ", " : "", direct_literal(arena, target->id),
                           direct_literal(arena, m->module), m->version, direct_literal(arena, m->name), m->checksum);
            }
        }
    }
    if (err == OK && done)
        err =
            direct_run(arena, conn,
                       arena_printf(arena,
                                    "insert into maitred.tenant_migrations (tenant_id, module, version, name, checksum)"
                                    " values %s",
                                    buf_cstr(&ledger)),
                       out);
    if (err == OK && done)
        err = enable_row_security(arena, conn, out);
    if (err == OK)
        err = store_shape(arena, conn, target, out);
    if (err == OK)
        *applied = done;
    buf_release(&ledger);
    return err;
}

static const struct migration *find_source(const struct sources *sources, const struct applied *row)
{
    size_t count = 0;
    const struct migration *m = sources_module(sources, row->module, &count);
    for (; count > 0; m++, count--)
        if (m->version == row->version)
            return m;
    return NULL;
}

/* Where a module stands in the tenant's order; modules it no longer has come last, hence go first. */
static size_t order_of(const struct apply_target *target, const char *module)
{
    size_t i = 0;
    while (target->modules[i] && !text_eq(target->modules[i], module))
        i++;
    return i;
}

/* Of the latest run; within it the last version of the last module in order. */
static bool is_newer(const struct apply_target *target, const struct applied *a, const struct applied *b)
{
    size_t order_a = order_of(target, a->module), order_b = order_of(target, b->module);
    if (order_a == order_b)
        return a->version > b->version;
    return a->run != b->run ? a->run > b->run : order_a > order_b;
}

enum err apply_down(struct arena *arena, PGconn *conn, const struct sources *sources, const struct apply_target *target,
                    const struct apply_limits *limits, size_t *reverted, struct error *out)
{
    struct applied *rows = NULL;
    size_t count = 0, done = 0;
    enum err err = read_ledger(arena, conn, target, &rows, &count, out);
    if (err == OK)
        err = set_path(arena, conn, target, out);
    while (err == OK) {
        struct applied *newest = NULL;
        for (size_t i = 0; i < count; i++) {
            struct applied *row = &rows[i];
            if (row->module && (!limits->module || text_eq(limits->module, row->module)) &&
                (limits->to < 0 || row->version > limits->to) && (!newest || is_newer(target, row, newest)))
                newest = row;
        }
        if (!newest || (limits->to < 0 && done == 1))
            break;
        const struct migration *m = find_source(sources, newest);
        if (!m || !m->down)
            return error_set(out, arena, ERR_CONFLICT, "%s/%04d_%s cannot be taken back: %s.", newest->module,
                             newest->version, newest->name,
                             m ? "its file has no `-- down`" : "there is no file for it");
        if (!done)
            err = forget_views(arena, conn, out);
        if (err == OK)
            err = apply_text(arena, conn, m->file, m->down_line, m->down, out);
        const char *const values[] = {target->id, m->module, arena_printf(arena, "%d", m->version)};
        if (err == OK)
            err = direct_query(
                arena, conn,
                "delete from maitred.tenant_migrations where tenant_id = $1 and module = $2 and version = $3", 3,
                values, NULL, out);
        newest->module = NULL;
        done++;
    }
    if (err == OK && done)
        err = enable_row_security(arena, conn, out);
    if (err == OK)
        err = store_shape(arena, conn, target, out);
    if (err == OK)
        *reverted = done;
    return err;
}
