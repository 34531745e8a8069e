/* A file may call what a later file makes (argument defaults, SQL bodies of procedures that run at once), so files that
 * fail because something is missing are tried again after the others, until a round brings nothing new. */
#include "tenant/functions.h"

#include "base/buf.h"
#include "base/str.h"
#include "pg/direct.h"
#include "tenant/apply.h"

#include <ctype.h>
#include <strings.h>

/* The names a file creates: "create [or replace] function|procedure <schema>.<name>(". */
static const char *const *created_names(struct arena *arena, const struct function_file *f)
{
    static const char *const words[] = {"function", "procedure"};
    const char **names = arena_array(arena, 64, sizeof *names);
    size_t count = 0;
    for (const char *at = f->text; (at = strcasestr(at, "create ")) && count < 63; at++) {
        const char *p = at + strlen("create ");
        if (at > f->text && at[-1] != '\n')
            continue;
        if (!strncasecmp(p, "or replace ", 11))
            p += 11;
        for (size_t w = 0; w < 2; w++) {
            size_t length = strlen(words[w]);
            if (strncasecmp(p, words[w], length) != 0 || !isspace((unsigned char)p[length]))
                continue;
            p += length + 1;
            size_t used = strcspn(p, "( \n\t");
            const char *dot = memchr(p, '.', used);
            if (dot) {
                used -= (size_t)(dot + 1 - p);
                p = dot + 1;
            }
            names[count++] = arena_strndup(arena, p, used);
            break;
        }
    }
    return names;
}

/* The names that belong to a file, as a PostgreSQL array. In api a file's own name is one of them. */
static const char *names_of(struct arena *arena, const struct function_file *f)
{
    const char *const *names = created_names(arena, f);
    struct buf text;
    buf_init(&text, 65536);
    buf_text(&text, "{");
    if (text_eq(f->kind, "api"))
        buf_text(&text, direct_identifier(arena, f->name));
    for (; *names; names++)
        buf_printf(&text, "%s%s", text.len > 1 ? "," : "", direct_identifier(arena, *names));
    buf_text(&text, "}");
    const char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* Files of db/app write into two schemas, app and auth. The row (ctid) is another one after every change of a function.
 */
static const char *const sql_of_names =
    "select p.oid, p.ctid, p.proname, format('drop %s %s', case prokind when 'p' then 'procedure' when 'a' then "
    "'aggregate'"
    " else 'function' end, p.oid::regprocedure),"
    " case n.nspname when 'app' then format('revoke all on %s %s from public, anon, authenticated, service_role, "
    "maitred_auth',"
    " case prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure) end"
    " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
    " where n.nspname = any (case $1 when 'app' then '{app,auth}'::name[] else array[$1::name] end)"
    " and p.proname = any ($2::text[])";

enum { NAMES_OID, NAMES_ROW, NAMES_NAME, NAMES_DROP, NAMES_REVOKE };

/* Drops all functions of these names. */
static enum err drop_names(struct arena *arena, PGconn *conn, const char *kind, const char *names, struct error *out)
{
    const char *const values[] = {kind, names};
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, sql_of_names, 2, values, &r, out);
    for (int i = 0; err == OK && i < PQntuples(r); i++)
        err = direct_run(arena, conn, direct_text(r, i, NAMES_DROP), out);
    return err;
}

/* Whether another file makes a function of this name (an overload). */
static bool made_elsewhere(struct arena *arena, const struct sources *sources, const struct function_file *self,
                           const char *name)
{
    for (size_t i = 0; i < sources->function_count; i++) {
        const struct function_file *f = &sources->functions[i];
        if (f == self || !text_eq(f->kind, self->kind) || !strstr(f->text, name))
            continue;
        for (const char *const *made = created_names(arena, f); *made; made++)
            if (text_eq(*made, name))
                return true;
    }
    return false;
}

/* A changed signature makes `create or replace` add an overload beside the old one, and calls become ambiguous. What
 * has one of the file's names and was not touched by it goes. */
static enum err drop_leftovers(struct arena *arena, PGconn *conn, const struct sources *sources,
                               const struct function_file *f, const char *names, const PGresult *before,
                               struct error *out)
{
    const char *const values[] = {f->kind, names};
    PGresult *after = NULL;
    enum err err = direct_query(arena, conn, sql_of_names, 2, values, &after, out);
    for (int i = 0; err == OK && i < PQntuples(after); i++) {
        bool untouched = false;
        for (int j = 0; j < PQntuples(before); j++)
            untouched = untouched || (text_eq(direct_text(after, i, NAMES_OID), direct_text(before, j, NAMES_OID)) &&
                                      text_eq(direct_text(after, i, NAMES_ROW), direct_text(before, j, NAMES_ROW)));
        if (untouched && !made_elsewhere(arena, sources, f, direct_text(after, i, NAMES_NAME)))
            err = direct_run(arena, conn, direct_text(after, i, NAMES_DROP), out);
    }
    return err;
}

/* `create or replace` keeps the grants of the old version: a right that the file no longer gives has to go. A file
 * grants what it makes; an overload that another file makes keeps its rights. */
static enum err revoke_rights(struct arena *arena, PGconn *conn, const struct sources *sources,
                              const struct function_file *f, const PGresult *before, struct error *out)
{
    enum err err = OK;
    for (int i = 0; err == OK && i < PQntuples(before); i++)
        if (!PQgetisnull(before, i, NAMES_REVOKE) &&
            !made_elsewhere(arena, sources, f, direct_text(before, i, NAMES_NAME)))
            err = direct_run(arena, conn, direct_text(before, i, NAMES_REVOKE), out);
    return err;
}

static enum err apply_file(struct arena *arena, PGconn *conn, const struct sources *sources,
                           const struct function_file *f, struct error *out)
{
    const char *names = names_of(arena, f);
    const char *const values[] = {f->kind, names};
    PGresult *before = NULL;
    enum err err = OK;

    if (text_eq(f->kind, "api"))
        err = drop_names(arena, conn, f->kind, names, out);
    else
        err = direct_query(arena, conn, sql_of_names, 2, values, &before, out);
    if (err == OK && before)
        err = revoke_rights(arena, conn, sources, f, before, out);
    if (err == OK && before) /* revoking has touched them */
        err = direct_query(arena, conn, sql_of_names, 2, values, &before, out);
    if (err == OK)
        err = apply_text(arena, conn, f->file, 1, f->text, out);
    if (err == OK && before)
        err = drop_leftovers(arena, conn, sources, f, names, before, out);
    if (err != OK)
        return err;
    const char *const row[] = {f->kind, f->module, f->name, f->checksum};
    return direct_query(
        arena, conn,
        "insert into maitred.functions (kind, module, name, checksum) values ($1, $2, $3, $4)"
        " on conflict (kind, module, name) do update set checksum = excluded.checksum, applied_at = now()",
        4, row, NULL, out);
}

/* Whether something the file needs is not there yet. */
static bool is_missing(const struct error *error)
{
    return direct_is(error, "42883") || direct_is(error, "42P01") || direct_is(error, "42704");
}

static enum err try_file(struct arena *arena, PGconn *conn, const struct sources *sources,
                         const struct function_file *f, struct error *out)
{
    enum err err = direct_run(arena, conn, "savepoint file", out);
    if (err != OK)
        return err;
    err = apply_file(arena, conn, sources, f, out);
    if (err == OK)
        return direct_run(arena, conn, "release savepoint file", out);
    struct error ignored;
    if (direct_run(arena, conn, "rollback to savepoint file", &ignored) != OK || !direct_is(out, "42P13"))
        return err;
    /* The result type or a parameter's name changed: it has to go first, which works when no policy, trigger or default
     * uses it. */
    if (drop_names(arena, conn, f->kind, names_of(arena, f), &ignored) != OK) {
        out->hint =
            "Something uses the function. Give the new version another name, or drop what uses it in a migration.";
        return err;
    }
    return apply_file(arena, conn, sources, f, out);
}

static const char *ledger_checksum(const PGresult *ledger, const struct function_file *f)
{
    for (int i = 0; i < PQntuples(ledger); i++)
        if (text_eq(direct_text(ledger, i, 1), f->name) && text_eq(direct_text(ledger, i, 0), f->module))
            return direct_text(ledger, i, 2);
    return "";
}

static bool has_file(const struct sources *sources, const char *kind, const char *module, const char *name)
{
    for (size_t i = 0; i < sources->function_count; i++) {
        const struct function_file *f = &sources->functions[i];
        if (text_eq(f->kind, kind) && text_eq(f->name, name) && (!module || text_eq(f->module, module)))
            return true;
    }
    return false;
}

static enum err forget_gone(struct arena *arena, PGconn *conn, const struct sources *sources, const char *kind,
                            const PGresult *ledger, size_t *applied, struct error *out)
{
    enum err err = OK;
    for (int i = 0; err == OK && i < PQntuples(ledger); i++) {
        const char *module = direct_text(ledger, i, 0), *name = direct_text(ledger, i, 1);
        if (has_file(sources, kind, module, name))
            continue;
        /* A file that only moved to another module left its function in place. */
        if (text_eq(kind, "api") && !has_file(sources, kind, NULL, name))
            err = drop_names(arena, conn, kind, arena_printf(arena, "{%s}", direct_identifier(arena, name)), out);
        const char *const row[] = {kind, module, name};
        if (err == OK)
            err =
                direct_query(arena, conn, "delete from maitred.functions where kind = $1 and module = $2 and name = $3",
                             3, row, NULL, out);
        (*applied)++;
    }
    return err;
}

enum err functions_apply(struct arena *arena, PGconn *conn, const struct sources *sources, const char *kind,
                         size_t *applied, struct error *out)
{
    const char *const values[] = {kind};
    const struct function_file **pending = arena_array(arena, sources->function_count + 1, sizeof(void *));
    size_t count = 0, done = 0;
    PGresult *ledger = NULL;
    enum err err = direct_query(arena, conn, "select module, name, checksum from maitred.functions where kind = $1", 1,
                                values, &ledger, out);
    if (err != OK)
        return err;
    for (size_t i = 0; i < sources->function_count; i++) {
        const struct function_file *f = &sources->functions[i];
        if (text_eq(f->kind, kind) && !text_eq(ledger_checksum(ledger, f), f->checksum))
            pending[count++] = f;
    }
    err = direct_run(arena, conn,
                     text_eq(kind, "api")
                         ? "begin; set local search_path = api, app, public; set local check_function_bodies = off"
                         : "begin; set local search_path = app, public; set local check_function_bodies = off",
                     out);
    if (err == OK)
        err = forget_gone(arena, conn, sources, kind, ledger, &done, out);

    while (err == OK && count > 0) {
        size_t left = 0;
        for (size_t i = 0; i < count && err == OK; i++) {
            err = try_file(arena, conn, sources, pending[i], out);
            if (err != OK && is_missing(out)) {
                pending[left++] = pending[i];
                err = left == count ? err : OK; /* nothing new in this round: this is it */
            } else if (err == OK) {
                done++;
            }
        }
        count = left;
    }
    if (err == OK)
        err = direct_run(arena, conn, "commit", out);
    if (err != OK) {
        struct error ignored;
        (void)!direct_run(arena, conn, "rollback", &ignored);
        return err;
    }
    *applied = done;
    return OK;
}
