/* The supervisor: opens the database, migrates, listens, forks, and keeps everything alive.
 *
 * It has one thread and no loop: it sleeps until a signal or a tick and then looks at its children. What a worker needs
 * (conninfo, certificates, the platform token) is read before the fork, so that workers may have fewer rights.
 */
#include "serve/serve.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/epoch.h"
#include "base/log.h"
#include "base/suspect.h"
#include "config/paths.h"
#include "http/proxies.h"
#include "jobs/jobs.h"
#include "notify/mail.h"
#include "pg/cluster_home.h"
#include "pg/database.h"
#include "realtime/hub.h"
#include "serve/kinds.h"
#include "serve/stats.h"
#include "serve/wal.h"
#include "serve/worker.h"
#include "storage/storage.h"
#include "tenant/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 500,
    BACKOFF_FIRST_MS = 100,
    BACKOFF_MAX_MS = 10000,
    STEADY_MS = 10000, /* a process that lived this long starts again at once */
    LISTEN_RETRY_MS = 10000,
    TRIM_LOGS_MS = 60000,
    LISTEN_BACKLOG = 4096,
    READY_TIMEOUT_MS = 30000,
    SLOTS_MAX = STATS_WORKERS_MAX,
};

enum role { ROLE_WEB, ROLE_JOBS, ROLE_WAL };

static const char *const role_names[] = {"web", "jobs", "wal"};

struct child {
    enum role role;
    int index; /* slot in the shared counters */
    pid_t pid; /* 0: not running */
    int64_t started_ms, restart_at_ms;
    int backoff_ms;
    bool retiring; /* an older generation: not started again */
    bool aborted;  /* was told to end because it hangs */
};

struct supervisor {
    struct arena *arena;
    pid_t pid; /* our own, for the children to compare */
    const struct serve_request *request;
    struct settings settings;
    struct database database;
    const char *web_conninfo, *web_dir, *certificate, *key;
    struct shared_stats *stats;
    struct suspect_board *suspects;
    int listen_fd;
    struct wal_socket wal; /* also while realtime is off: a reload may switch it on */
    const char *daemon_name;
    struct child children[SLOTS_MAX];
    int child_count;
    int64_t cluster_retry_at_ms, logs_trimmed_ms;
    int cluster_backoff_ms;
    bool stopping;
};

/* --- preparing ---------------------------------------------------------------------------------------------------- */

static void setup_log(const struct settings *settings, const char *process)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    enum log_level level = LOG_INFO;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_eq(settings->log_level, names[i]))
            level = (enum log_level)i;
    log_setup(level, settings->log_json, process);
}

static enum err read_pem(struct arena *arena, const char *file, const char **out, struct error *error)
{
    enum { PEM_MAX_BYTES = 256 * 1024 };
    FILE *in = fopen(file, "re");
    if (!in)
        return error_set(error, arena, ERR_BAD_INPUT, "%s: %s.", file, strerror(errno));
    char *text = arena_alloc(arena, PEM_MAX_BYTES);
    size_t n = fread(text, 1, PEM_MAX_BYTES - 1, in);
    fclose(in);
    text[n] = '\0';
    if (!strstr(text, "-----BEGIN"))
        return error_set(error, arena, ERR_BAD_INPUT, "%s: this is not a PEM file.", file);
    *out = text;
    return OK;
}

/* The operator's token: given, or made once and kept where only the operator reads. */
static enum err platform_token(struct arena *arena, struct settings *settings, struct error *error)
{
    if (*settings->platform_token)
        return OK;
    const char *dir = path_data_dir(arena, settings);
    const char *file = arena_printf(arena, "%s/platform.token", dir);
    char token[128] = "";
    FILE *in = fopen(file, "re");
    if (in) {
        if (!fgets(token, sizeof token, in))
            token[0] = '\0';
        fclose(in);
        token[strcspn(token, "\r\n")] = '\0';
    }
    if (strlen(token) < 20) {
        unsigned char bytes[32];
        random_bytes(bytes, sizeof bytes);
        const char *made = encode_base64url(arena, bytes, sizeof bytes);
        mkdir(dir, 0755);
        int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0)
            return error_set(error, arena, ERR_BAD_INPUT, "%s cannot be written: %s. Set data_dir or platform_token.",
                             file, strerror(errno));
        dprintf(fd, "%s\n", made);
        close(fd);
        snprintf(token, sizeof token, "%s", made);
    }
    settings->platform_token = arena_strdup(arena, token);
    return OK;
}

/* Binds the listening socket that all workers share. A daemon that is just stopping may still hold the port: wait. */
static enum err listen_on(struct supervisor *s, struct error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[16];
    snprintf(port, sizeof port, "%d", (int)s->settings.port);
    int failed = getaddrinfo(s->settings.listen_address, port, &hints, &found);
    if (failed)
        return error_set(error, s->arena, ERR_BAD_INPUT, "listen_address %s: %s.", s->settings.listen_address,
                         gai_strerror(failed));
    int64_t until = clock_monotonic_ms() + LISTEN_RETRY_MS;
    int reason = 0;
    int fd = -1;
    do {
        for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
            int on = 1;
            fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
            if (fd < 0) {
                reason = errno;
                continue;
            }
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, LISTEN_BACKLOG)) {
                reason = errno;
                close(fd);
                fd = -1;
            }
        }
        if (fd < 0 && reason == EADDRINUSE)
            usleep(100 * 1000);
    } while (fd < 0 && reason == EADDRINUSE && clock_monotonic_ms() < until);
    freeaddrinfo(found);
    if (fd < 0)
        return error_set(error, s->arena, ERR_BAD_INPUT, "Cannot listen on %s port %s: %s. Choose another with --port.",
                         s->settings.listen_address, port, strerror(reason));
    s->listen_fd = fd;
    return OK;
}

static enum err read_settings(struct supervisor *s, struct arena *arena, struct settings *settings, struct error *error)
{
    enum err err =
        settings_load(arena, s->request->config_file, s->request->options, s->request->option_count, settings, error);
    if (err != OK)
        return err;
    struct proxies *proxies;
    err = proxies_read(arena, "trusted_proxies", settings->trusted_proxies, &proxies, error);
    if (err == OK)
        err = proxies_read(arena, "print_networks", settings->print_networks, &proxies, error);
    if (err == OK)
        err = origins_check(arena, settings->cors_origins, error);
    if (err != OK)
        return err;
    if (!*settings->tls_certificate != !*settings->tls_key)
        return error_set(error, arena, ERR_BAD_INPUT, "TLS needs both tls_certificate and tls_key.");
    if (*settings->tls_certificate) {
        err = read_pem(arena, settings->tls_certificate, &s->certificate, error);
        if (err == OK)
            err = read_pem(arena, settings->tls_key, &s->key, error);
    } else {
        s->certificate = s->key = NULL;
    }
    if (err == OK)
        err = wal_daemon_name(arena, settings, &s->daemon_name, error);
    return err == OK ? platform_token(arena, settings, error) : err;
}

/* --- children ----------------------------------------------------------------------------------------------------- */

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Workers run as whoever runs PostgreSQL when we are root, provided that user can read the pages. */
static void drop_rights(const struct supervisor *s)
{
    if (geteuid() != 0 || !s->database.is_private || s->database.cluster.uid == 0)
        return;
    gid_t gid = s->database.cluster.gid;
    uid_t uid = s->database.cluster.uid;
    if (setgroups(1, &gid) || setegid(gid) || seteuid(uid))
        abort();
    const char *db_dir = path_share(s->arena, s->settings.db_dir, "db", "db");
    bool readable = (!s->web_dir || !access(s->web_dir, X_OK)) && (!db_dir || !eaccess(db_dir, R_OK | X_OK)) &&
                    (!s->web_dir || !eaccess(s->web_dir, R_OK | X_OK));
    if (seteuid(0) || setegid(0))
        abort();
    if (!readable) {
        log_warning("workers keep root's rights", LOG_STR("reason", "their user cannot read the program's folders"),
                    LOG_STR("web_dir", s->web_dir));
        return;
    }
    /* Ours to make in the data directory, the workers' to fill. */
    const char *const folders[] = {
        *s->settings.outbox_dir ? NULL : notify_outbox(s->arena, &s->settings),
        *s->settings.storage_directory ? NULL : storage_folder(s->arena, &s->settings),
    };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (folders[i] && chown(folders[i], uid, gid))
            log_warning("a folder cannot be handed over", LOG_STR("folder", folders[i]),
                        LOG_STR("reason", strerror(errno)));
    if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
        abort();
}

/* A foreign database gets no publication and no slot. */
static bool has_hub(const struct supervisor *s)
{
    return s->settings.realtime && !*s->settings.schema;
}

static int run_child(struct supervisor *s, const struct child *child, int ready_fd)
{
    char name[32];
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* drain when the supervisor was killed */
    if (getppid() != s->pid)          /* it was, before that took effect. The supervisor itself may be process 1 */
        return 0;
    snprintf(name, sizeof name, "%s-%d", role_names[child->role], child->index);
    setup_log(&s->settings, name);
    prctl(PR_SET_NAME, name);
    drop_rights(s);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* changing the user cleared it */
    reset_signals();
    if (child->role == ROLE_JOBS) {
        close(s->listen_fd);
        return jobs_run(&(struct jobs_options){
            .settings = &s->settings, .owner_conninfo = s->database.owner_conninfo, .kinds = serve_kinds});
    }
    if (child->role == ROLE_WAL) {
        close(s->listen_fd);
        return hub_run(&(struct hub_options){.settings = &s->settings,
                                             .owner_conninfo = s->database.owner_conninfo,
                                             .listen_fd = s->wal.fd,
                                             .daemon_name = s->daemon_name,
                                             .stats = &s->stats->hub});
    }
    return worker_run(&(struct worker_options){.index = child->index,
                                               .listen_fd = s->listen_fd,
                                               .ready_fd = ready_fd,
                                               .settings = &s->settings,
                                               .web_conninfo = s->web_conninfo,
                                               .owner_conninfo = s->database.owner_conninfo,
                                               .web_dir = s->web_dir,
                                               .tls_certificate_pem = s->certificate,
                                               .tls_key_pem = s->key,
                                               .hub_address = has_hub(s) ? s->wal.address : NULL,
                                               .stats = s->stats,
                                               .suspects = s->suspects});
}

static void start_child(struct supervisor *s, struct child *child, int ready_fd)
{
    child->started_ms = clock_monotonic_ms();
    pid_t pid = fork();
    if (pid == 0)
        _exit(run_child(s, child, ready_fd));
    if (pid < 0) {
        log_error("fork failed", LOG_STR("reason", strerror(errno)));
        child->restart_at_ms = child->started_ms + BACKOFF_MAX_MS;
        return;
    }
    child->pid = pid;
}

/* A free slot; slots of retired children are used again. */
static struct child *new_child(struct supervisor *s, enum role role)
{
    for (int i = 0; i < s->child_count; i++) {
        if (s->children[i].pid == 0 && s->children[i].retiring) {
            s->children[i] = (struct child){.role = role, .index = i};
            return &s->children[i];
        }
    }
    if (s->child_count == SLOTS_MAX)
        return NULL;
    struct child *child = &s->children[s->child_count];
    *child = (struct child){.role = role, .index = s->child_count++};
    return child;
}

static int64_t worker_count(const struct settings *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return settings->workers ? settings->workers : cores > 0 ? cores : 1;
}

static void start_generation(struct supervisor *s, int ready_fd)
{
    int64_t workers = worker_count(&s->settings);
    for (int64_t i = 0; i < workers; i++) {
        struct child *child = new_child(s, ROLE_WEB);
        if (child)
            start_child(s, child, i == 0 ? ready_fd : -1);
    }
    struct child *jobs = *s->settings.schema ? NULL : new_child(s, ROLE_JOBS);
    if (jobs)
        start_child(s, jobs, -1);
    struct child *wal = has_hub(s) ? new_child(s, ROLE_WAL) : NULL;
    if (wal)
        start_child(s, wal, -1);
}

static void signal_children(struct supervisor *s, int signal)
{
    for (int i = 0; i < s->child_count; i++)
        if (s->children[i].pid)
            kill(s->children[i].pid, signal);
}

static int running_children(const struct supervisor *s)
{
    int running = 0;
    for (int i = 0; i < s->child_count; i++)
        running += s->children[i].pid != 0;
    return running;
}

static void child_died(struct supervisor *s, struct child *child, int status)
{
    int64_t now = clock_monotonic_ms();
    child->pid = 0;
    child->aborted = false;
    const char *suspect = suspect_remember(s->suspects, child->index, now);
    if (suspect)
        log_error("request ended a process", LOG_STR("request", suspect));
    s->stats->workers[child->index].alive = false;
    if (child->role == ROLE_WAL && !child->retiring)
        s->stats->hub.alive = s->stats->hub.live = false;
    if (s->stopping || child->retiring)
        return;
    s->stats->restarts++;
    bool steady = now - child->started_ms >= STEADY_MS;
    child->backoff_ms = steady ? 0 : child->backoff_ms ? child->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (child->backoff_ms > BACKOFF_MAX_MS)
        child->backoff_ms = BACKOFF_MAX_MS;
    child->restart_at_ms = now + child->backoff_ms;
    log_error("process died", LOG_STR("role", role_names[child->role]), LOG_INT("slot", child->index),
              LOG_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
              LOG_STR("signal", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : NULL),
              LOG_INT("restart_in_ms", child->backoff_ms));
}

static void reap(struct supervisor *s)
{
    for (int i = 0; i < s->child_count; i++) {
        int status;
        struct child *child = &s->children[i];
        if (child->pid && waitpid(child->pid, &status, WNOHANG) == child->pid)
            child_died(s, child, status);
    }
}

static void restart_dead(struct supervisor *s)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; i < s->child_count; i++) {
        struct child *child = &s->children[i];
        if (!child->pid && !child->retiring && now >= child->restart_at_ms)
            start_child(s, child, -1);
    }
}

/* A process that hangs answers nobody; and PostgreSQL keeps the WAL, and even its checkpoints, for a WAL worker that
 * does not read. It is ended, so that another takes its place: first by a signal that lets it say whose request it was
 * working on, then by one that cannot be missed. */
static void kill_hanging(struct supervisor *s)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; s->settings.hang_timeout_s && i < s->child_count; i++) {
        struct child *child = &s->children[i];
        int64_t beat_ms = child->role == ROLE_WAL   ? s->stats->hub.beat_ms
                          : child->role == ROLE_WEB ? s->stats->workers[child->index].beat_ms
                                                    : now;
        if (beat_ms < child->started_ms)
            beat_ms = child->started_ms;
        if (!child->pid || child->retiring || now - beat_ms < s->settings.hang_timeout_s * 1000)
            continue;
        log_error("process hangs", LOG_STR("role", role_names[child->role]), LOG_INT("slot", child->index),
                  LOG_INT("silent_ms", now - beat_ms));
        kill(child->pid, child->aborted ? SIGKILL : SIGABRT);
        child->aborted = true;
    }
}

static void watch_cluster(struct supervisor *s)
{
    struct error error;
    int64_t now = clock_monotonic_ms();
    if (!s->database.is_private || now < s->cluster_retry_at_ms)
        return;
    if (cluster_running(&s->database.cluster)) {
        s->cluster_backoff_ms = 0;
        if (now >= s->logs_trimmed_ms + TRIM_LOGS_MS) {
            s->logs_trimmed_ms = now;
            cluster_home_trim_logs(&s->database.cluster);
        }
        return;
    }
    log_error("PostgreSQL died; starting it again");
    if (cluster_revive(&s->database.cluster, &error) == OK)
        return;
    log_error("PostgreSQL does not start", LOG_STR("reason", error.message));
    s->cluster_backoff_ms = s->cluster_backoff_ms ? s->cluster_backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (s->cluster_backoff_ms > BACKOFF_MAX_MS)
        s->cluster_backoff_ms = BACKOFF_MAX_MS;
    s->cluster_retry_at_ms = now + s->cluster_backoff_ms;
}

static bool wait_until_ready(int fd);

/* Retires the children whose place in `which` says so. */
static void retire(struct supervisor *s, const bool *which)
{
    for (int i = 0; i < s->child_count; i++) {
        struct child *child = &s->children[i];
        if (!which[i])
            continue;
        child->retiring = true;
        if (child->pid)
            kill(child->pid, child->role == ROLE_WEB ? SIGUSR2 : SIGTERM);
    }
}

static void replace_settings(struct supervisor *s, const struct settings *settings, const char *certificate,
                             const char *key, const char *daemon_name)
{
    s->settings = *settings;
    s->daemon_name = daemon_name;
    s->certificate = certificate;
    s->key = key;
    setup_log(&s->settings, "supervisor");
}

/* New settings, new workers; once they answer, the old ones finish what they have. New ones that do not come up (a key
 * that is not the certificate's) go, and everything stays as it was. What only a restart can change is said. */
static void reload(struct supervisor *s)
{
    const char *certificate = s->certificate, *key = s->key, *name = s->daemon_name;
    const struct settings before = s->settings;
    struct settings fresh;
    struct error error;
    bool old[SLOTS_MAX] = {0}, young[SLOTS_MAX] = {0};
    int ready[2];
    if (read_settings(s, s->arena, &fresh, &error) != OK) {
        replace_settings(s, &before, certificate, key, name);
        log_error("settings not reloaded", LOG_STR("reason", error.message));
        return;
    }
    if (worker_count(&fresh) + 2 > SLOTS_MAX - running_children(s) || pipe2(ready, O_CLOEXEC)) {
        replace_settings(s, &before, certificate, key, name);
        log_error("settings not reloaded", LOG_STR("reason", "workers of earlier reloads have not ended yet"));
        return;
    }
    if (fresh.port != s->settings.port || !text_eq(fresh.listen_address, s->settings.listen_address) ||
        !text_eq(fresh.database_url, s->settings.database_url) || !text_eq(fresh.data_dir, s->settings.data_dir))
        log_warning("address, port, data_dir and database_url change with a restart only");
    for (int i = 0; i < s->child_count; i++)
        old[i] = s->children[i].pid || !s->children[i].retiring;
    replace_settings(s, &fresh, s->certificate, s->key, s->daemon_name);
    start_generation(s, ready[1]);
    close(ready[1]);
    for (int i = 0; i < s->child_count; i++)
        young[i] = !old[i];
    if (wait_until_ready(ready[0])) {
        retire(s, old);
        log_info("reloaded");
    } else {
        retire(s, young);
        replace_settings(s, &before, certificate, key, name);
        log_error("settings not reloaded", LOG_STR("reason", "the new workers do not come up; the old ones go on"));
    }
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* Whether the worker at the other end has said so: it may also have died, or we are asked to stop. */
static bool wait_until_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t until = clock_monotonic_ms() + READY_TIMEOUT_MS;
    sigset_t pending;
    int ready = 0;
    do { /* a signal that asks to stop need not wait */
        ready = poll(&p, 1, TICK_MS);
        sigpending(&pending);
    } while (ready <= 0 && clock_monotonic_ms() < until && !sigismember(&pending, SIGTERM) &&
             !sigismember(&pending, SIGINT));
    char byte;
    bool said = ready == 1 && read(fd, &byte, 1) == 1;
    close(fd);
    return said;
}

static void supervise(struct supervisor *s, const sigset_t *signals)
{
    int64_t kill_at_ms = 0;
    for (;;) {
        const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
        int signal = sigtimedwait(signals, NULL, &tick);
        reap(s);
        if (signal == SIGHUP && !s->stopping) {
            reload(s);
        } else if ((signal == SIGTERM || signal == SIGINT) && !s->stopping) {
            s->stopping = true;
            log_info("stopping");
            close(s->listen_fd);
            signal_children(s, SIGTERM);
            kill_at_ms = clock_monotonic_ms() + (s->settings.drain_timeout_s + 5) * 1000;
        } else if ((signal == SIGTERM || signal == SIGINT) && kill_at_ms) {
            kill_at_ms = 1; /* asked twice: at once */
        }
        if (s->stopping) {
            if (!running_children(s))
                return;
            if (clock_monotonic_ms() >= kill_at_ms)
                signal_children(s, SIGKILL);
            continue;
        }
        watch_cluster(s);
        kill_hanging(s);
        restart_dead(s);
    }
}

/* One tenant that cannot be migrated must not keep the others closed: it is reported, and the daemon starts. */
static enum err migrate(struct supervisor *s, struct error *error)
{
    struct migrate_report report = {0};
    const struct migrate_options options = {.db_dir = path_share(s->arena, s->settings.db_dir, "db", "db"),
                                            .parallel = (int)s->settings.migrate_parallel,
                                            .to = -1};
    enum err err = migrate_up(s->arena, s->database.owner_conninfo, &options, &report, error);
    if (err != OK && report.tenants_failed) {
        log_error("tenants not migrated", LOG_INT("failed", report.tenants_failed), LOG_STR("reason", error->message));
        err = OK;
    }
    if (err == OK)
        log_info("migrated", LOG_INT("platform", report.platform), LOG_INT("functions", report.functions),
                 LOG_INT("tenants", report.tenants_changed), LOG_INT("migrations", report.migrations));
    return err;
}

/* A database that maitred did not make is served as it is: nothing is created, migrated or asked for. Workers log in as
 * whoever database_url names, who must be a member of the roles in the tokens. */
static enum err prepare_foreign(struct supervisor *s, struct error *error)
{
    enum { SECRET_MIN_BYTES = 32 };
    if (!*s->settings.database_url)
        return error_set(error, s->arena, ERR_BAD_INPUT, "schema needs database_url: the database to serve.");
    if (strlen(s->settings.jwt_secret) < SECRET_MIN_BYTES)
        return error_set(error, s->arena, ERR_BAD_INPUT, "schema needs jwt_secret, of at least %d characters.",
                         SECRET_MIN_BYTES);
    s->database = (struct database){.owner_conninfo = s->settings.database_url};
    s->web_conninfo = s->settings.database_url;
    return listen_on(s, error);
}

static enum err prepare(struct supervisor *s, struct error *error)
{
    enum err err = read_settings(s, s->arena, &s->settings, error);
    if (err != OK)
        return err;
    setup_log(&s->settings, "supervisor");
    if (*s->settings.schema)
        return prepare_foreign(s, error);
    err = database_open(s->arena, &s->settings, CLUSTER_DAEMON, &s->database, error);
    if (err != OK)
        return err;
    err = migrate(s, error);
    if (err == OK)
        err = database_web_conninfo(&s->database, s->arena, &s->web_conninfo, error);
    if (err == OK)
        err = listen_on(s, error);
    if (err == OK)
        err = wal_listen(s->arena, &s->wal, error);
    if (err != OK)
        database_close(&s->database);
    return err;
}

enum err serve_run(const struct serve_request *request, struct arena *arena, struct error *out)
{
    struct supervisor *s = calloc(1, sizeof *s);
    sigset_t signals;
    int ready[2];
    if (!s)
        abort();
    s->pid = getpid();
    s->request = request;
    s->arena = arena;
    s->stats = stats_share();
    s->suspects = suspect_board_new();
    epoch_share();
    enum err err = prepare(s, out);
    if (err != OK) {
        free(s);
        return err;
    }
    s->web_dir = path_share(s->arena, s->settings.web_dir, "web", "web/dist");

    /* Blocked before the first fork: no signal is lost between two sigtimedwait calls. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    if (pipe2(ready, O_CLOEXEC))
        abort();
    start_generation(s, ready[1]);
    close(ready[1]);
    if (wait_until_ready(ready[0]))
        log_info("ready", LOG_STR("address", s->settings.listen_address), LOG_INT("port", s->settings.port),
                 LOG_STR("scheme", s->certificate ? "https" : "http"));
    supervise(s, &signals);
    database_close(&s->database);
    log_info("stopped");
    free(s);
    return OK;
}
