/* The sweep: what no row speaks of, after a while; and the files of houses that were dropped. */
#include "storage/backend.h"
#include "storage/place.h"
#include "storage/storage.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/json_kept.h"
#include "base/jwt.h"
#include "base/log.h"
#include "pg/direct.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes come before their row: a version that was kept a moment ago may be about to be spoken of. Nothing that a
 * request does between the two takes longer than its time-outs, which are seconds. */
enum {
    GRACE_S = 3600,
    SWEEP_SECONDS = 3600,
    FORGET_SECONDS = 3600,
    VERSIONS_TEXT_MAX = BACKEND_PAGE * (UUID_TEXT_BYTES + 1) + 8,
    UPLOADS_PAGE = 500
};

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

/* Whether the bytes of this version are being sent still: a resumable upload that could not be completed at once has
 * them here and there. */
static bool is_under_way(const struct keeping *k, const char *version)
{
    return access(place_incoming(k->arena, k->root, k->tenant, version), F_OK) == 0;
}

/* Any doubt (a question that was not answered) leaves the files where they are. What a page needs goes with it: a house
 * may have any number of files. Who is under way is looked at first: what is completed meanwhile has its row then. */
static bool sweep_page(void *data, const char *const *versions, size_t count)
{
    struct sweep *sweep = data;
    struct arena *arena = arena_new();
    struct keeping keeping = sweep->keeping;
    PGresult *used = NULL;
    const char **left = arena_array(arena, count, sizeof *left);
    size_t left_count = 0;
    keeping.arena = arena;
    for (size_t i = 0; i < count; i++)
        if (!is_under_way(&keeping, versions[i]))
            left[left_count++] = versions[i];
    const char *const values[] = {array_of(arena, left, left_count)};
    sweep->err =
        direct_query(arena, sweep->conn, "select app.storage_in_use($1::uuid[])", 1, values, &used, sweep->out);
    for (size_t i = 0; sweep->err == OK && i < left_count; i++) {
        if (is_in_use(used, left[i]))
            continue;
        sweep->err = sweep->backend->remove(&keeping, left[i], sweep->out);
        sweep->removed += sweep->err == OK;
    }
    if (sweep->err != OK)
        (void)error_set(sweep->out, sweep->job->arena, sweep->err, "%s", sweep->out->message);
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

/* Places in the quota whose upload is not on the disk any more (ended without the database, swept). */
static enum err free_places(const struct sweep *sweep, int64_t before_s)
{
    const char *after = NULL;
    enum err err = OK;
    for (int count = UPLOADS_PAGE; err == OK && count == UPLOADS_PAGE;) {
        struct arena *arena = arena_new();
        struct keeping keeping = sweep->keeping;
        PGresult *old = NULL;
        keeping.arena = arena;
        const char *const values[] = {arena_printf(arena, "%lld", (long long)before_s), after,
                                      arena_printf(arena, "%d", UPLOADS_PAGE)};
        err = direct_query(arena, sweep->conn, "select app.storage_old_uploads(to_timestamp($1::float8), $2, $3)", 3,
                           values, &old, sweep->out);
        count = err == OK ? PQntuples(old) : 0;
        for (int i = 0; err == OK && i < count; i++) {
            const char *id = direct_text(old, i, 0);
            if (!is_under_way(&keeping, id))
                err = direct_query(arena, sweep->conn, "select app.storage_end_upload($1)", 1, &id, NULL, sweep->out);
        }
        after = count ? arena_strdup(sweep->job->arena, direct_text(old, count - 1, 0)) : NULL;
        if (err != OK)
            (void)error_set(sweep->out, sweep->job->arena, err, "%s", sweep->out->message);
        arena_free(arena);
    }
    return err;
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
    if (free_places(&sweep, now_s - grace_s) != OK)
        return WORK_LATER;
    if (sweep.removed)
        log_info("files were swept", LOG_STR("tenant", job->tenant), LOG_INT("files", sweep.removed));
    return WORK_DONE;
}

/* --- A house that is gone ----------------------------------------------------------------------------------------- */

/* A folder with all that is in it; what cannot be removed stays. */
static void remove_folder(int above, const char *name)
{
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir && fd >= 0)
        close(fd);
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat about;
        if (text_eq(entry->d_name, ".") || text_eq(entry->d_name, "..") ||
            fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW))
            continue;
        if (S_ISDIR(about.st_mode))
            remove_folder(dirfd(dir), entry->d_name);
        else
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    (void)unlinkat(above, name, AT_REMOVEDIR);
}

static const char *digest_of(struct arena *arena, const char *text)
{
    unsigned char digest[32];
    digest_sha256(str_of(text), digest);
    return encode_hex(arena, digest, sizeof digest);
}

/* The folder gets a name that no schema has while nobody can make a tenant, unless there is one of that name again. */
static enum err set_aside(struct job *job, PGconn *conn, int root, const char *name, const char *aside,
                          struct error *out)
{
    const char *const values[] = {name};
    PGresult *there = NULL;
    enum err err = direct_run(job->arena, conn, "begin; lock table public.tenants in share mode", out);
    if (err == OK)
        err =
            direct_query(job->arena, conn, "select from public.tenants where schema_name = $1", 1, values, &there, out);
    if (err == OK && PQntuples(there) == 0 && renameat(root, name, root, aside))
        err = place_error(job->arena, "The files of a house cannot be set aside", out);
    if (err == OK)
        err = direct_run(job->arena, conn, "commit", out);
    return err;
}

/* {"house"}: the SHA-256 of the schema, for nothing of a tenant that was dropped names it any longer. Its files go. */
static enum work_result storage_forget(struct job *job, struct error *out)
{
    const char *house = json_text_at(job->payload, "house");
    const char *aside = house ? arena_printf(job->arena, ".gone-%s", house) : NULL;
    PGconn *conn = work_database(job, out);
    int root = open(place_root(job->arena, job->settings), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = root >= 0 ? fdopendir(dup(root)) : NULL;
    enum err err = OK;
    if (aside && dir)
        remove_folder(root, aside); /* of a run that was cut short */
    for (const struct dirent *entry; house && conn && dir && err == OK && (entry = readdir(dir));)
        if (text_eq(digest_of(job->arena, entry->d_name), house)) {
            err = set_aside(job, conn, root, entry->d_name, aside, out);
            if (err == OK)
                remove_folder(root, aside);
            break;
        }
    if (dir)
        closedir(dir);
    if (root >= 0)
        close(root);
    return conn && err == OK ? WORK_DONE : WORK_LATER;
}

/* Name, run, longest seconds, most at once, in order. */
const struct job_kind storage_kinds[] = {
    {"storage_forget", storage_forget, FORGET_SECONDS, 1, false},
    {"storage_sweep", storage_sweep, SWEEP_SECONDS, 1, false},
    {0},
};
