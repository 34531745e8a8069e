/* Locks on <data_dir>/lock, one byte each:
 *
 *     0  turn    held while something is started or stopped; everybody waits for it
 *     1  users   shared by every command that uses the cluster
 *     2  daemon  held by the one daemon, for its life
 *
 * Record locks, not flock(2): a forked worker does not inherit them, so that workers which outlive a killed daemon for
 * a moment do not keep the next one out; and F_GETLK names the process that holds one. A command that ends stops the
 * cluster when neither a daemon nor another command is left.
 */
#include "pg/cluster.h"

#include "base/clock.h"
#include "base/str.h"
#include "pg/cluster_home.h"
#include "pg/direct.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOCK_TURN, LOCK_USERS, LOCK_DAEMON };
enum {
    POLL_US = 20000,
    START_TIMEOUT_MS = 300000, /* recovery after a crash takes its time */
    STOP_TIMEOUT_MS = 60000,
    ORPHANS_TIMEOUT_MS = 10000,
};

static int lock_byte(int fd, int command, short type, int byte)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int result;
    do {
        result = fcntl(fd, command, &lock);
    } while (result < 0 && errno == EINTR);
    return result;
}

/* The process that keeps us from this lock, or 0. */
static pid_t lock_holder(int fd, short type, int byte)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

static void nap(void)
{
    usleep(POLL_US);
}

/* Whether this process is of our cluster: PostgreSQL's processes all live in its data directory. */
static bool lives_in(pid_t pid, const char *home_dir)
{
    char link[64], where[4096], real[4096];
    (void)snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    ssize_t length = readlink(link, where, sizeof where - 1);
    if (length <= 0 || !realpath(home_dir, real))
        return false;
    where[length] = '\0';
    return text_eq(where, real);
}

static pid_t recorded_postmaster(const struct cluster *c)
{
    char path[4200], line[64] = "";
    (void)snprintf(path, sizeof path, "%s/postmaster.pid", c->home_dir);
    FILE *in = fopen(path, "re");
    if (!in)
        return 0;
    if (!fgets(line, sizeof line, in))
        line[0] = '\0';
    (void)fclose(in);
    long pid = strtol(line, NULL, 10);
    return pid > 0 ? (pid_t)pid : 0;
}

/* A postmaster that was killed leaves sessions behind for a moment (or for as long as their query runs), and with them
 * the shared memory that keeps a new one from starting. They are ended as the postmaster would have. */
static enum err end_orphans(const struct cluster *c, struct error *out)
{
    int64_t until_ms = clock_monotonic_ms() + ORPHANS_TIMEOUT_MS;
    for (;;) {
        bool found = false;
        DIR *proc = opendir("/proc");
        for (const struct dirent *entry; proc && (entry = readdir(proc));) {
            pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
            if (pid <= 0 || pid == getpid() || !lives_in(pid, c->home_dir))
                continue;
            found = true;
            bool patient = until_ms - clock_monotonic_ms() > ORPHANS_TIMEOUT_MS / 2;
            (void)kill(pid, patient ? SIGQUIT : SIGKILL);
        }
        if (proc)
            closedir(proc);
        if (!found)
            return OK;
        if (clock_monotonic_ms() > until_ms)
            return error_set(out, c->arena, ERR_DB_CONNECT, "Sessions of a former PostgreSQL on %s do not end.",
                             c->home_dir);
        nap();
    }
}

bool cluster_running(struct cluster *c)
{
    if (c->pid <= 0)
        return false;
    if (c->child) {
        pid_t gone = waitpid(c->pid, NULL, WNOHANG);
        if (gone == c->pid || (gone < 0 && errno == ECHILD && kill(c->pid, 0) < 0))
            c->pid = 0;
    } else if (!lives_in(c->pid, c->home_dir)) {
        c->pid = 0;
    }
    return c->pid > 0;
}

const char *cluster_conninfo(const struct cluster *c, struct arena *arena, const char *user)
{
    const char *const pairs[][2] = {
        {"host", c->socket_dir}, {"port", "5432"}, {"dbname", "maitred"}, {"user", user}, {NULL, NULL}};
    const char *conninfo = NULL;
    struct error ignored;
    enum err err = direct_conninfo(arena, "", pairs, &conninfo, &ignored);
    assert(err == OK);
    (void)err;
    return conninfo;
}

/* Whether the server answers a session of the owner on the maintenance database. */
static PGPing ping(const struct cluster *c)
{
    const char *const keywords[] = {"host", "port", "dbname", "user", "connect_timeout", NULL};
    const char *const values[] = {c->socket_dir, "5432", "postgres", "maitred", "5", NULL};
    return PQpingParams(keywords, values, 0);
}

static enum err wait_until_ready(struct cluster *c, const char *log, struct error *out)
{
    int64_t until_ms = clock_monotonic_ms() + START_TIMEOUT_MS;
    while (clock_monotonic_ms() < until_ms) {
        if (ping(c) == PQPING_OK)
            return OK;
        if (!cluster_running(c))
            return error_set(out, c->arena, ERR_DB_CONNECT,
                             "PostgreSQL did not start: %s (more in start.log and log/ of %s).", cluster_reason(c, log),
                             c->home_dir);
        nap();
    }
    return error_set(out, c->arena, ERR_DB_CONNECT,
                     "PostgreSQL did not become ready within %d s; its log is in %s/log.", START_TIMEOUT_MS / 1000,
                     c->home_dir);
}

static enum err create_database(struct cluster *c, struct error *out)
{
    const char *const pairs[][2] = {{"dbname", "postgres"}, {NULL, NULL}};
    const char *conninfo = NULL;
    PGconn *conn = NULL;
    PGresult *found = NULL;
    enum err err = direct_conninfo(c->arena, cluster_conninfo(c, c->arena, "maitred"), pairs, &conninfo, out);
    if (err == OK)
        err = direct_open(c->arena, conninfo, &conn, out);
    if (err != OK)
        return err;
    err = direct_query(c->arena, conn, "select from pg_database where datname = 'maitred'", 0, NULL, &found, out);
    if (err == OK && PQntuples(found) == 0)
        err = direct_run(c->arena, conn, "create database maitred template template0", out);
    PQfinish(conn);
    return err;
}

/* Takes a running postmaster over, or starts one. The turn is ours. */
static enum err bring_up(struct cluster *c, struct error *out)
{
    const char *log = arena_printf(c->arena, "%s/start.log", c->home_dir);
    enum err err = OK;
    c->child = false;
    c->taken_over = false;
    c->pid = recorded_postmaster(c);
    if (c->pid && lives_in(c->pid, c->home_dir)) {
        c->taken_over = true;
        err = wait_until_ready(c, log, out);
        if (err == OK)
            return OK;
        if (cluster_running(c))
            return err;
        /* It was just going down; start it below. */
    }
    err = end_orphans(c, out);
    if (err != OK)
        return err;
    /* Nobody lives there. A number in these files that a stranger (or a dead child nobody reaps) has by now would keep
     * PostgreSQL from starting. */
    (void)unlink(arena_printf(c->arena, "%s/postmaster.pid", c->home_dir));
    (void)unlink(arena_printf(c->arena, "%s/.s.PGSQL.5432.lock", c->socket_dir));
    (void)unlink(arena_printf(c->arena, "%s/.s.PGSQL.5432", c->socket_dir));

    const char *const argv[] = {arena_printf(c->arena, "%s/postgres", c->program_dir), "-D", c->home_dir, NULL};
    (void)unlink(log);
    c->taken_over = false;
    c->pid = cluster_spawn(c, log, argv);
    c->child = true;
    if (c->pid < 0) {
        c->pid = 0;
        return error_set(out, c->arena, ERR_DB_CONNECT, "PostgreSQL could not be started: %s.", strerror(errno));
    }
    return wait_until_ready(c, log, out);
}

static enum err enter(struct cluster *c, struct error *out)
{
    const char *path = arena_printf(c->arena, "%s/lock", c->data_dir);
    c->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (c->lock_fd < 0)
        return error_set(out, c->arena, ERR_BAD_INPUT, "%s cannot be opened: %s.", path, strerror(errno));
    if (c->use == CLUSTER_DAEMON && lock_byte(c->lock_fd, F_SETLK, F_WRLCK, LOCK_DAEMON) < 0) {
        error_set(out, c->arena, ERR_CONFLICT,
                  "A maitred daemon (process %d) already runs on %s. Stop it, or give this one another --data-dir.",
                  (int)lock_holder(c->lock_fd, F_WRLCK, LOCK_DAEMON), c->data_dir);
        (void)close(c->lock_fd);
        c->lock_fd = -1;
        return ERR_CONFLICT;
    }
    if (lock_byte(c->lock_fd, F_SETLKW, F_WRLCK, LOCK_TURN) < 0 ||
        (c->use == CLUSTER_COMMAND && lock_byte(c->lock_fd, F_SETLKW, F_RDLCK, LOCK_USERS) < 0)) {
        error_set(out, c->arena, ERR_BAD_INPUT, "%s cannot be locked: %s.", path, strerror(errno));
        (void)close(c->lock_fd);
        c->lock_fd = -1;
        return ERR_BAD_INPUT;
    }
    return OK;
}

/* Fast shutdown: sessions are ended, transactions rolled back, a checkpoint is written. */
static void shut_down(struct cluster *c)
{
    if (!cluster_running(c))
        return;
    (void)kill(c->pid, SIGINT);
    int64_t until_ms = clock_monotonic_ms() + STOP_TIMEOUT_MS;
    while (cluster_running(c)) {
        if (clock_monotonic_ms() > until_ms) {
            (void)kill(c->pid, SIGQUIT); /* at once; the next start recovers from the log */
            until_ms = INT64_MAX;
        }
        nap();
    }
}

static void leave(struct cluster *c)
{
    if (c->lock_fd >= 0)
        (void)close(c->lock_fd); /* lets all three locks go */
    c->lock_fd = -1;
}

enum err cluster_start(struct arena *arena, const struct settings *settings, enum cluster_use use, struct cluster *c,
                       struct error *out)
{
    *c = (struct cluster){.arena = arena, .use = use, .lock_fd = -1};
    enum err err = cluster_home_prepare(c, settings, out);
    if (err == OK)
        err = enter(c, out);
    if (err != OK)
        return err;
    pid_t daemon = use == CLUSTER_COMMAND ? lock_holder(c->lock_fd, F_WRLCK, LOCK_DAEMON) : 0;
    pid_t running = recorded_postmaster(c);
    if (daemon && running && lives_in(running, c->home_dir)) {
        c->pid = running;
        c->taken_over = true;
        err = wait_until_ready(c, "", out);
    } else {
        err = cluster_home_fill(c, out);
        if (err == OK)
            err = bring_up(c, out);
        if (err == OK)
            err = create_database(c, out);
    }
    if (err != OK) {
        if (c->child)
            shut_down(c);
        leave(c);
        return err;
    }
    (void)lock_byte(c->lock_fd, F_SETLK, F_UNLCK, LOCK_TURN);
    return OK;
}

enum err cluster_revive(struct cluster *c, struct error *out)
{
    if (cluster_running(c))
        return OK;
    if (lock_byte(c->lock_fd, F_SETLKW, F_WRLCK, LOCK_TURN) < 0)
        return error_set(out, c->arena, ERR_DB_CONNECT, "%s/lock cannot be locked: %s.", c->data_dir, strerror(errno));
    enum err err = bring_up(c, out);
    (void)lock_byte(c->lock_fd, F_SETLK, F_UNLCK, LOCK_TURN);
    return err;
}

void cluster_stop(struct cluster *c)
{
    if (c->lock_fd < 0)
        return;
    (void)lock_byte(c->lock_fd, F_SETLKW, F_WRLCK, LOCK_TURN);
    bool wanted = false;
    if (c->use == CLUSTER_COMMAND) {
        (void)lock_byte(c->lock_fd, F_SETLK, F_UNLCK, LOCK_USERS);
        wanted = lock_holder(c->lock_fd, F_WRLCK, LOCK_DAEMON) || lock_holder(c->lock_fd, F_WRLCK, LOCK_USERS);
    }
    if (!wanted)
        shut_down(c);
    leave(c);
}
