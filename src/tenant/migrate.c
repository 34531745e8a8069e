#include "tenant/migrate.h"

#include "base/str.h"
#include "pg/direct.h"
#include "tenant/apply.h"
#include "tenant/functions.h"
#include "tenant/sources.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const char *const sql_bootstrap = "set client_min_messages = warning;"
                                         "create schema if not exists maitred;"
                                         "create table if not exists maitred.migrations (version int primary key, name "
                                         "text not null, checksum text not null,"
                                         " applied_at timestamptz not null default now())";

/* $1 is a schema or domain, or null. */
static const char *const sql_tenants =
    "select t.id, t.schema_name, coalesce(s.shape, ''),"
    " array_to_string(array(select m.name from maitred.modules m where m.name = any (t.modules) order by m.position), "
    "',')"
    " from public.tenants t left join maitred.tenant_shapes s on s.tenant_id = t.id"
    " where $1::text is null or $1 in (t.schema_name, t.domain) order by t.schema_name collate \"C\"";

static const char *const sql_announce = "notify maitred_tenants; notify pgrst, 'reload schema'";

/* --- The session of a migrator ------------------------------------------------------------------------------------ */

static enum err take_lock(struct arena *arena, PGconn *conn, const struct migrate_options *options, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, "select pg_try_advisory_lock(" MIGRATE_LOCK_KEY ")", 0, NULL, &r, out);
    if (err != OK || text_eq(direct_text(r, 0, 0), "t"))
        return err;
    if (options->progress)
        options->progress(options->data, 0, 0, NULL,
                          &(struct error){.message = "another migration is running; waiting"});
    return direct_query(arena, conn, "select pg_advisory_lock(" MIGRATE_LOCK_KEY ")", 0, NULL, NULL, out);
}

/* Closing the connection lets the lock go. */
static enum err begin_session(struct arena *arena, const char *conninfo, const struct migrate_options *options,
                              PGconn **conn, struct error *out)
{
    enum err err = direct_open(arena, conninfo, conn, out);
    if (err == OK)
        err = take_lock(arena, *conn, options, out);
    if (err == OK)
        err = direct_run(arena, *conn, sql_bootstrap, out);
    return err;
}

static void roll_back(struct arena *arena, PGconn *conn)
{
    struct error ignored;
    (void)!direct_run(arena, conn, "rollback", &ignored);
}

/* --- Platform ------------------------------------------------------------------------------------------------------
 */

static enum err platform_ledger(struct arena *arena, PGconn *conn, PGresult **ledger, struct error *out)
{
    return direct_query(arena, conn, "select version, name, checksum from maitred.migrations order by version", 0, NULL,
                        ledger, out);
}

static int find_version(const PGresult *ledger, int column, int version)
{
    for (int i = 0; i < PQntuples(ledger); i++)
        if (strtol(direct_text(ledger, i, column), NULL, 10) == version)
            return i;
    return -1;
}

static enum err run_platform(struct arena *arena, PGconn *conn, const struct migration *m, bool up, struct error *out)
{
    const char *const values[] = {arena_printf(arena, "%d", m->version), m->name, m->checksum};
    enum err err = direct_run(arena, conn, "begin", out);
    if (err == OK)
        err = up ? apply_text(arena, conn, m->file, m->up_line, m->up, out)
                 : apply_text(arena, conn, m->file, m->down_line, m->down, out);
    if (err == OK && up)
        err = direct_query(arena, conn,
                           "insert into maitred.migrations (version, name, checksum) values ($1, $2, $3)"
                           " on conflict (version) do update set checksum = excluded.checksum",
                           3, values, NULL, out);
    if (err == OK && !up)
        err = direct_query(arena, conn, "delete from maitred.migrations where version = $1", 1, values, NULL, out);
    if (err == OK)
        err = direct_run(arena, conn, "commit", out);
    if (err != OK)
        roll_back(arena, conn);
    return err;
}

static enum err platform_up(struct arena *arena, PGconn *conn, const struct sources *sources,
                            const struct migrate_options *options, size_t *applied, struct error *out)
{
    PGresult *ledger = NULL;
    enum err err = platform_ledger(arena, conn, &ledger, out);
    bool only_here = options->module && text_eq(options->module, "platform");
    for (size_t i = 0; i < sources->platform_count && err == OK; i++) {
        const struct migration *m = &sources->platform[i];
        int row = find_version(ledger, 0, m->version);
        if (row >= 0 && text_eq(direct_text(ledger, row, 2), m->checksum))
            continue;
        if (row >= 0 && options->accept_edits) {
            const char *const values[] = {m->checksum, arena_printf(arena, "%d", m->version)};
            err = direct_query(arena, conn, "update maitred.migrations set checksum = $1 where version = $2", 2, values,
                               NULL, out);
        } else if (row >= 0) {
            err = error_set(out, arena, ERR_CONFLICT, "%s was edited after it had been applied.", m->file);
            out->hint =
                "Take the edit back and put the change into a new migration; `maitred migrate up --accept-edits` "
                "accepts an edit that changes nothing, such as a comment.";
        } else if (!only_here || options->to < 0 || m->version <= options->to) {
            err = run_platform(arena, conn, m, true, out);
            *applied += err == OK;
        }
    }
    return err;
}

static enum err platform_down(struct arena *arena, PGconn *conn, const struct sources *sources, int to,
                              size_t *reverted, struct error *out)
{
    PGresult *ledger = NULL;
    enum err err = platform_ledger(arena, conn, &ledger, out);
    for (int row = err == OK ? PQntuples(ledger) - 1 : -1; row >= 0 && err == OK; row--) {
        int version = (int)strtol(direct_text(ledger, row, 0), NULL, 10);
        const struct migration *m = NULL;
        if (to >= 0 ? version <= to : *reverted > 0)
            break;
        for (size_t i = 0; i < sources->platform_count; i++)
            if (sources->platform[i].version == version)
                m = &sources->platform[i];
        if (!m || !m->down)
            return error_set(out, arena, ERR_CONFLICT, "platform/%04d_%s cannot be taken back: %s.", version,
                             direct_text(ledger, row, 1), m ? "its file has no `-- down`" : "there is no file for it");
        err = run_platform(arena, conn, m, false, out);
        *reverted += err == OK;
    }
    return err;
}

/* --- Tenants, several at once --------------------------------------------------------------------------------------
 */

struct work {
    const char *conninfo;
    const struct sources *sources;
    const struct migrate_options *options;
    bool up;
    struct apply_target *targets; /* that have something to do */
    size_t count;
    atomic_size_t next;
    pthread_mutex_t mutex; /* the rest */
    struct migrate_report *report;
    size_t done, skipped;
    struct error failure; /* of the first that failed, texts in `arena` */
    struct arena *arena;
};

static enum err migrate_tenant(struct arena *arena, PGconn *conn, struct work *work, const struct apply_target *target,
                               size_t *ran, struct error *out)
{
    const struct apply_limits limits = {
        .module = work->options->module, .to = work->options->to, .accept_edits = work->options->accept_edits};
    const char *const values[] = {target->id};
    PGresult *row = NULL;
    enum err err = direct_run(arena, conn, "begin", out);
    /* The row is held, so that nobody drops or renames the tenant meanwhile. */
    if (err == OK)
        err = direct_query(arena, conn, "select from public.tenants where id = $1 for no key update", 1, values, &row,
                           out);
    if (err == OK && PQntuples(row) == 0)
        return direct_run(arena, conn, "commit", out); /* it was dropped */
    if (err == OK)
        err = work->up ? apply_up(arena, conn, work->sources, target, &limits, ran, out)
                       : apply_down(arena, conn, work->sources, target, &limits, ran, out);
    if (err == OK)
        err = direct_run(arena, conn, "commit", out);
    if (err != OK) {
        const char *const reason[] = {target->id, out->message};
        struct error ignored;
        roll_back(arena, conn);
        (void)!direct_query(arena, conn,
                            "insert into maitred.tenant_shapes (tenant_id, shape, error) values ($1, '', $2)"
                            " on conflict (tenant_id) do update set error = excluded.error, updated_at = now()",
                            2, reason, NULL, &ignored);
    }
    return err;
}

static void report_tenant(struct work *work, const struct apply_target *target, size_t ran, const struct error *failed)
{
    pthread_mutex_lock(&work->mutex);
    work->done++;
    work->report->migrations += ran;
    work->report->tenants_changed += ran > 0;
    if (failed) {
        if (work->report->tenants_failed++ == 0) {
            work->failure = *failed;
            work->failure.code = arena_strdup(work->arena, failed->code);
            work->failure.message = arena_printf(work->arena, "%s: %s", target->schema, failed->message);
            work->failure.details = failed->details ? arena_strdup(work->arena, failed->details) : NULL;
            work->failure.hint = failed->hint ? arena_strdup(work->arena, failed->hint) : NULL;
        }
    }
    if (work->options->progress)
        work->options->progress(work->options->data, work->skipped + work->done, work->report->tenants, target->schema,
                                failed);
    pthread_mutex_unlock(&work->mutex);
}

static void *migrate_thread(void *data)
{
    struct work *work = data;
    PGconn *conn = NULL;
    for (;;) {
        size_t i = atomic_fetch_add(&work->next, 1);
        if (i >= work->count)
            break;
        struct arena *arena = arena_new();
        struct error error;
        size_t ran = 0;
        enum err err = OK;
        if (conn && PQstatus(conn) != CONNECTION_OK) {
            PQfinish(conn);
            conn = NULL;
        }
        if (!conn) {
            err = direct_open(arena, work->conninfo, &conn, &error);
            if (err == OK)
                err = direct_run(arena, conn, "set client_min_messages = warning", &error);
        }
        if (err == OK)
            err = migrate_tenant(arena, conn, work, &work->targets[i], &ran, &error);
        report_tenant(work, &work->targets[i], err == OK ? ran : 0, err == OK ? NULL : &error);
        arena_free(arena);
    }
    PQfinish(conn);
    return NULL;
}

static enum err no_tenant(struct arena *arena, const char *which, struct error *out)
{
    return error_set(out, arena, ERR_NOT_FOUND, "There is no tenant %s; `maitred tenant list` names all.", which);
}

/* Module lists repeat over tenants: the expected shape of each is computed once. */
struct expectation {
    const char *modules, *shape;
};

static const char *expected_shape(struct arena *arena, const struct sources *sources, struct expectation *known,
                                  size_t *known_count, size_t known_max, const char *modules)
{
    for (size_t i = 0; i < *known_count; i++)
        if (text_eq(known[i].modules, modules))
            return known[i].shape;
    const char *shape = apply_expected_shape(arena, sources, apply_split(arena, modules));
    if (*known_count < known_max)
        known[(*known_count)++] = (struct expectation){modules, shape};
    return shape;
}

static enum err migrate_tenants(struct arena *arena, PGconn *conn, const char *conninfo, const struct sources *sources,
                                const struct migrate_options *options, bool up, struct migrate_report *report,
                                struct error *out)
{
    enum { KNOWN_MAX = 64, THREADS_MAX = 64 };
    struct expectation known[KNOWN_MAX];
    size_t known_count = 0;
    const char *const values[] = {options->tenant};
    PGresult *rows = NULL;
    enum err err = direct_query(arena, conn, sql_tenants, 1, values, &rows, out);
    if (err != OK)
        return err;
    if (options->tenant && PQntuples(rows) == 0)
        return no_tenant(arena, options->tenant, out);

    struct work work = {.conninfo = conninfo,
                        .sources = sources,
                        .options = options,
                        .up = up,
                        .report = report,
                        .arena = arena,
                        .mutex = PTHREAD_MUTEX_INITIALIZER};
    report->tenants = (size_t)PQntuples(rows);
    work.targets = arena_array(arena, report->tenants + 1, sizeof *work.targets);
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *modules = direct_text(rows, i, 3);
        if (up &&
            text_eq(direct_text(rows, i, 2), expected_shape(arena, sources, known, &known_count, KNOWN_MAX, modules))) {
            work.skipped++;
            continue;
        }
        work.targets[work.count++] = (struct apply_target){
            .id = direct_text(rows, i, 0), .schema = direct_text(rows, i, 1), .modules = apply_split(arena, modules)};
    }
    if (work.count == 0)
        return OK;
    if (options->progress)
        options->progress(options->data, work.skipped, report->tenants, NULL, NULL);

    pthread_t threads[THREADS_MAX];
    size_t wanted = options->parallel < 1 ? 1 : (size_t)options->parallel, started = 0;
    wanted = wanted > THREADS_MAX ? THREADS_MAX : wanted > work.count ? work.count : wanted;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, migrate_thread, &work) == 0)
        started++;
    migrate_thread(&work); /* this thread works too */
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&work.mutex);

    if (report->tenants_failed == 0)
        return OK;
    *out = work.failure;
    out->message = arena_printf(arena, "%zu of %zu tenants failed and were left as they were; the first: %s",
                                report->tenants_failed, report->tenants, work.failure.message);
    return out->err;
}

/* --- The commands ---------------------------------------------------------------------------------------------------
 */

enum err migrate_up(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                    struct migrate_report *report, struct error *out)
{
    struct sources sources;
    PGconn *conn = NULL;
    *report = (struct migrate_report){0};
    bool platform_only = options->module && text_eq(options->module, "platform");

    enum err err = sources_read(arena, options->db_dir, &sources, out);
    if (err == OK)
        err = begin_session(arena, owner_conninfo, options, &conn, out);
    if (err == OK)
        err = platform_up(arena, conn, &sources, options, &report->platform, out);
    size_t app = 0, api = 0;
    if (err == OK && !platform_only)
        err = functions_apply(arena, conn, &sources, "app", &app, out);
    struct error failure;
    enum err tenants = OK;
    if (err == OK && !platform_only)
        tenants = migrate_tenants(arena, conn, owner_conninfo, &sources, options, true, report, &failure);
    if (err == OK && !platform_only)
        err = functions_apply(arena, conn, &sources, "api", &api, out);
    report->functions = app + api;
    if (err == OK && (report->platform || report->functions || report->tenants_changed))
        err = direct_run(arena, conn, sql_announce, out);
    PQfinish(conn);
    if (err == OK && tenants != OK) {
        *out = failure;
        err = tenants;
    }
    return err;
}

enum err migrate_down(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                      struct migrate_report *report, struct error *out)
{
    struct sources sources;
    PGconn *conn = NULL;
    *report = (struct migrate_report){0};
    if (options->to >= 0 && !options->module)
        return error_set(out, arena, ERR_BAD_INPUT, "A version belongs to a module: say --module too.");

    enum err err = sources_read(arena, options->db_dir, &sources, out);
    if (err == OK)
        err = begin_session(arena, owner_conninfo, options, &conn, out);
    if (err == OK && options->module && text_eq(options->module, "platform"))
        err = platform_down(arena, conn, &sources, options->to, &report->platform, out);
    else if (err == OK)
        err = migrate_tenants(arena, conn, owner_conninfo, &sources, options, false, report, out);
    struct error ignored;
    if (report->platform || report->tenants_changed)
        (void)!direct_run(arena, conn, sql_announce, &ignored);
    PQfinish(conn);
    return err;
}

/* Compares one module's files with ledger rows [first, first + n) whose columns start at `column`: version, checksum.
 */
static struct migrate_state compare(const struct migration *files, size_t file_count, const PGresult *ledger, int first,
                                    int n, int column)
{
    struct migrate_state state = {.applied = (size_t)n};
    size_t known = 0;
    for (size_t i = 0; i < file_count; i++) {
        int row = first;
        while (row < first + n && strtol(direct_text(ledger, row, column), NULL, 10) != files[i].version)
            row++;
        state.newest = files[i].version;
        if (row == first + n)
            state.pending++;
        else
            known++;
        if (row < first + n && !text_eq(direct_text(ledger, row, column + 1), files[i].checksum))
            state.edited++;
    }
    state.unknown = (size_t)n - known;
    return state;
}

static const char *const sql_tenant_ledger =
    "select t.schema_name, m.module, m.version, m.checksum from maitred.tenant_migrations m"
    " join public.tenants t on t.id = m.tenant_id order by t.schema_name collate \"C\", m.module collate \"C\", "
    "m.version";

enum err migrate_status(struct arena *arena, const char *owner_conninfo, const struct migrate_options *options,
                        struct migrate_state **states, size_t *count, struct error *out)
{
    struct sources sources;
    PGconn *conn = NULL;
    PGresult *platform = NULL, *tenants = NULL, *ledger = NULL, *errors = NULL;
    const char *const values[] = {options->tenant};
    enum err err = sources_read(arena, options->db_dir, &sources, out);
    if (err == OK)
        err = direct_open(arena, owner_conninfo, &conn, out);
    if (err == OK)
        err = direct_run(arena, conn, sql_bootstrap, out);
    if (err == OK)
        err = platform_ledger(arena, conn, &platform, out);
    /* Before the ledgers' own migration there are no tenants to tell of. */
    bool fresh = err == OK && PQntuples(platform) < (int)sources.platform_count;
    if (err == OK && !fresh) {
        err = direct_query(arena, conn, sql_tenants, 1, values, &tenants, out);
        if (err == OK && options->tenant && PQntuples(tenants) == 0)
            err = no_tenant(arena, options->tenant, out);
        if (err == OK)
            err = direct_query(arena, conn, sql_tenant_ledger, 0, NULL, &ledger, out);
        if (err == OK)
            err = direct_query(
                arena, conn,
                "select t.schema_name, s.error from maitred.tenant_shapes s join public.tenants t on t.id ="
                " s.tenant_id where s.error is not null",
                0, NULL, &errors, out);
    }
    PQfinish(conn);
    if (err != OK)
        return err;

    size_t room = 1, n = 0;
    const char *const **modules = arena_array(arena, tenants ? (size_t)PQntuples(tenants) + 1 : 1, sizeof *modules);
    for (int i = 0; tenants && i < PQntuples(tenants); i++) {
        modules[i] = apply_split(arena, direct_text(tenants, i, 3));
        for (const char *const *m = modules[i]; *m; m++)
            room++;
    }
    struct migrate_state *list = arena_array(arena, room, sizeof *list);
    struct migrate_state found = {
        .schema = "", .module = "platform", .newest = sources.platform[sources.platform_count - 1].version};
    for (size_t i = 0; i < sources.platform_count; i++) {
        int row = find_version(platform, 0, sources.platform[i].version);
        found.pending += row < 0;
        found.edited += row >= 0 && !text_eq(direct_text(platform, row, 2), sources.platform[i].checksum);
    }
    found.applied = (size_t)PQntuples(platform);
    found.unknown = found.applied + found.pending - sources.platform_count;
    list[n++] = found;

    int at = 0; /* the ledger is in the tenants' order */
    for (int i = 0; tenants && i < PQntuples(tenants); i++) {
        const char *schema = direct_text(tenants, i, 1), *error = NULL;
        for (int e = 0; e < PQntuples(errors); e++)
            if (text_eq(direct_text(errors, e, 0), schema))
                error = direct_text(errors, e, 1);
        while (at < PQntuples(ledger) && strcmp(direct_text(ledger, at, 0), schema) < 0)
            at++;
        int end = at;
        while (end < PQntuples(ledger) && text_eq(direct_text(ledger, end, 0), schema))
            end++;
        for (const char *const *m = modules[i]; *m; m++) {
            int first = at, rows = 0;
            while (first < end && !text_eq(direct_text(ledger, first, 1), *m))
                first++;
            while (first + rows < end && text_eq(direct_text(ledger, first + rows, 1), *m))
                rows++;
            size_t file_count = 0;
            const struct migration *files = sources_module(&sources, *m, &file_count);
            list[n] = compare(files, file_count, ledger, first, rows, 2);
            list[n].schema = schema;
            list[n].module = *m;
            list[n++].error = error;
        }
        at = end;
    }
    *states = list;
    *count = n;
    return OK;
}

void migrate_write_json(struct json_writer *w, const struct migrate_state *states, size_t count)
{
    json_open(w, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(w, '{');
        json_member(w, "schema_name", *states[i].schema ? states[i].schema : NULL);
        json_member(w, "module", states[i].module);
        json_key(w, "newest");
        json_int(w, states[i].newest);
        json_key(w, "applied");
        json_int(w, (int64_t)states[i].applied);
        json_key(w, "pending");
        json_int(w, (int64_t)states[i].pending);
        json_key(w, "edited");
        json_int(w, (int64_t)states[i].edited);
        json_key(w, "unknown");
        json_int(w, (int64_t)states[i].unknown);
        json_member(w, "error", states[i].error);
        json_close(w, '}');
    }
    json_close(w, ']');
}
