/* The sweep: what no row speaks of, after a while. */
#include "storage/backend.h"
#include "storage/place.h"
#include "storage/storage.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/log.h"
#include "pg/direct.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes come before their row: a version that was kept a moment ago may be about to be spoken of. Nothing that a
 * request does between the two takes longer than its time-outs, which are seconds. */
enum { GRACE_S = 3600, SWEEP_SECONDS = 3600, VERSIONS_TEXT_MAX = BACKEND_PAGE * (UUID_TEXT_BYTES + 1) + 8 };

struct sweep {
    struct job *job;
    PGconn *conn;
    struct keeping keeping;
    const struct backend *backend;
    struct error *out;
    enum err err;
    int64_t removed;
};

static const char *array_of(struct arena *arena, const char *const *versions, size_t count)
{
    struct buf text;
    buf_init(&text, VERSIONS_TEXT_MAX);
    buf_char(&text, '{');
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i ? "," : "", versions[i]);
    buf_char(&text, '}');
    const char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

static bool is_in_use(const PGresult *used, const char *version)
{
    for (int i = 0; i < PQntuples(used); i++)
        if (!strcasecmp(PQgetvalue(used, i, 0), version))
            return true;
    return false;
}

/* Any doubt (a question that was not answered) leaves the files where they are. */
static bool sweep_page(void *data, const char *const *versions, size_t count)
{
    struct sweep *sweep = data;
    struct arena *arena = arena_new();
    PGresult *used = NULL;
    const char *const values[] = {array_of(arena, versions, count)};
    sweep->err = direct_query(sweep->job->arena, sweep->conn, "select app.storage_in_use($1::uuid[])", 1, values, &used,
                              sweep->out);
    for (size_t i = 0; sweep->err == OK && i < count; i++) {
        if (is_in_use(used, versions[i]))
            continue;
        sweep->err = sweep->backend->remove(&sweep->keeping, versions[i], sweep->out);
        sweep->removed += sweep->err == OK;
    }
    arena_free(arena);
    return sweep->err == OK;
}

/* Whether a file that says what another is to be is needed still: that one has changed lately. */
static bool is_about_fresh(int dir, const char *name, int64_t before_s)
{
    char companion[UUID_TEXT_BYTES];
    struct stat about;
    if (strlen(name) != UUID_TEXT_BYTES - 1 + strlen(".json"))
        return false;
    memcpy(companion, name, UUID_TEXT_BYTES - 1);
    companion[UUID_TEXT_BYTES - 1] = '\0';
    return !fstatat(dir, companion, &about, AT_SYMLINK_NOFOLLOW) && about.st_ctim.tv_sec >= before_s;
}

/* What began to come in and was never finished. */
static int64_t sweep_incoming(const struct sweep *sweep, int64_t before_s)
{
    int64_t removed = 0;
    DIR *dir = opendir(place_incoming(sweep->job->arena, sweep->keeping.root, sweep->keeping.tenant, "."));
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat about;
        if (entry->d_name[0] != '.' && !fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) &&
            S_ISREG(about.st_mode) && about.st_ctim.tv_sec < before_s &&
            !is_about_fresh(dirfd(dir), entry->d_name, before_s) && !unlinkat(dirfd(dir), entry->d_name, 0))
            removed++;
    }
    if (dir)
        closedir(dir);
    return removed;
}

/* Every few hours for each tenant: {"grace_s"?} says from what age on (tests: at once). */
static enum work_result storage_sweep(struct job *job, struct error *out)
{
    struct sweep sweep = {.job = job, .out = out, .err = OK, .backend = backend_of(job->settings)};
    const json_t *said = json_object_get(job->payload, "grace_s");
    int64_t grace_s = json_is_integer(said) ? json_integer_value(said) : GRACE_S;
    int64_t now_s = clock_now_s();
    PGresult *has = NULL;
    sweep.conn = work_database(job, out);
    if (!sweep.conn || !job->tenant)
        return WORK_LATER;
    if (direct_query(job->arena, sweep.conn, "select to_regclass('storage_objects')", 0, NULL, &has, out) != OK)
        return WORK_LATER;
    if (!*direct_text(has, 0, 0))
        return WORK_DONE; /* the module is not there */
    sweep.keeping = (struct keeping){job->arena, job->settings, place_root(job->arena, job->settings), job->tenant};
    enum err err = sweep.backend->list(&sweep.keeping, now_s - grace_s, sweep_page, &sweep, out);
    if (err == OK)
        err = sweep.err;
    if (err != OK)
        return WORK_LATER;
    sweep.removed += sweep_incoming(&sweep, now_s - grace_s - (said ? 0 : job->settings->storage_upload_expires_s));
    if (sweep.removed)
        log_info("files were swept", LOG_STR("tenant", job->tenant), LOG_INT("files", sweep.removed));
    return WORK_DONE;
}

/* Name, run, longest seconds, most at once, in order. */
const struct job_kind storage_kinds[] = {
    {"storage_sweep", storage_sweep, SWEEP_SECONDS, 1, false},
    {0},
};
