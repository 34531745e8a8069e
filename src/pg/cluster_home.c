#include "pg/cluster_home.h"

#include "base/buf.h"
#include "base/str.h"
#include "config/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OLDEST_MAJOR = 15, TAIL_BYTES = 2000, SPARE_CONNECTIONS = 60 };
enum { LOG_FILE_MB = 10, LOGS_MB_MAX = 100, LOG_FILES_MAX = 200 };

static bool exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

/* mkdir -p; what is new gets this mode. */
static enum err make_directories(struct arena *arena, const char *path, mode_t mode, struct error *out)
{
    char *copy = arena_strdup(arena, path);
    for (char *p = copy + 1;; p++) {
        if (*p != '/' && *p)
            continue;
        bool last = !*p;
        *p = '\0';
        if (mkdir(copy, mode) < 0 && errno != EEXIST)
            return error_set(out, arena, ERR_BAD_INPUT,
                             "The directory %s cannot be made: %s. Choose another place with --data-dir.", copy,
                             strerror(errno));
        if (last)
            return OK;
        *p = '/';
    }
}

static enum err own_directory(struct cluster *c, const char *path, struct error *out)
{
    enum err err = make_directories(c->arena, path, 0700, out);
    if (err != OK)
        return err;
    if ((geteuid() == 0 && chown(path, c->uid, c->gid) < 0) || chmod(path, 0700) < 0)
        return error_set(out, c->arena, ERR_BAD_INPUT, "The directory %s cannot be given to PostgreSQL's user: %s.",
                         path, strerror(errno));
    return OK;
}

/* PostgreSQL refuses to run as root. Who it runs as then: the owner of what is there, else somebody harmless. */
static enum err choose_user(struct cluster *c, struct error *out)
{
    static const char *const candidates[] = {"postgres", "maitred", "nobody"};
    struct stat info;
    c->uid = geteuid();
    c->gid = getegid();
    if (c->uid != 0)
        return OK;
    if (stat(c->home_dir, &info) == 0 && info.st_uid != 0) {
        c->uid = info.st_uid;
        c->gid = info.st_gid;
        return OK;
    }
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        const struct passwd *user = getpwnam(candidates[i]);
        if (user && user->pw_uid != 0) {
            c->uid = user->pw_uid;
            c->gid = user->pw_gid;
            return OK;
        }
    }
    return error_set(out, c->arena, ERR_BAD_INPUT,
                     "PostgreSQL does not run as root, and there is no user postgres, maitred or nobody to run it as.");
}

pid_t cluster_spawn(const struct cluster *c, const char *log, const char *const argv[])
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL); /* NOLINT(cert-err33-c): some cannot be changed */
    setsid();
    umask(077);
    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(c->gid) < 0 || setuid(c->uid) < 0))
        _exit(126);
    if (chdir(c->socket_dir) < 0)
        _exit(125);
    int in = open("/dev/null", O_RDONLY);
    int to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (in < 0 || to < 0)
        _exit(125);
    dup2(in, STDIN_FILENO);
    dup2(to, STDOUT_FILENO);
    dup2(to, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
        close(fd); /* the daemon's sockets are none of its business */
    unsetenv("PGOPTIONS");
    unsetenv("PGDATA");
    execv(argv[0], (char *const *)(void *)argv); /* NOLINT(clang-diagnostic-cast-qual): execv changes nothing */
    _exit(127);
}

static const char *read_tail(struct arena *arena, const char *log)
{
    FILE *in = fopen(log, "re");
    if (!in)
        return "";
    char text[TAIL_BYTES + 1];
    if (fseek(in, -TAIL_BYTES, SEEK_END) < 0)
        rewind(in);
    size_t length = fread(text, 1, TAIL_BYTES, in);
    (void)fclose(in);
    while (length > 0 && text[length - 1] == '\n')
        length--;
    text[length] = '\0';
    return arena_strdup(arena, text);
}

const char *cluster_reason(const struct cluster *c, const char *log)
{
    char line[1024];
    const char *text = read_tail(c->arena, log);
    FILE *in = fopen(arena_printf(c->arena, "%s/current_logfiles", c->home_dir), "re");
    if (in && fgets(line, sizeof line, in) && !strncmp(line, "stderr ", 7) && strstr(text, "redirecting log output")) {
        line[strcspn(line, "\n")] = '\0';
        text = read_tail(c->arena, arena_printf(c->arena, "%s/%s", c->home_dir, line + 7));
    }
    if (in)
        (void)fclose(in);
    const char *reason = NULL;
    for (const char *at = text; (at = strstr(at, "FATAL:")); at++)
        reason = at + strlen("FATAL:");
    if (!reason) {
        const char *last = strrchr(text, '\n');
        reason = last ? last + 1 : text;
    }
    while (*reason == ' ')
        reason++;
    return *reason ? arena_strndup(c->arena, reason, strcspn(reason, "\n")) : "it left no message";
}

enum err cluster_home_prepare(struct cluster *c, const struct settings *settings, struct error *out)
{
    c->data_dir = path_data_dir(c->arena, settings);
    c->home_dir = arena_printf(c->arena, "%s/postgres", c->data_dir);
    c->socket_dir = arena_printf(c->arena, "%s/socket", c->data_dir);

    struct sockaddr_un address;
    if (strlen(c->socket_dir) + sizeof "/.s.PGSQL.5432.lock" > sizeof address.sun_path)
        return error_set(out, c->arena, ERR_BAD_INPUT,
                         "data_dir %s is too long for a socket in it: at most %d characters.", c->data_dir,
                         (int)(sizeof address.sun_path - sizeof "/socket/.s.PGSQL.5432.lock"));

    int64_t workers = settings->workers ? settings->workers : get_nprocs();
    int64_t wanted = workers * (settings->db_connections + settings->db_slow_connections + 3) +
                     settings->jobs_concurrency + settings->migrate_parallel + SPARE_CONNECTIONS;
    c->max_connections = (int)(wanted < 100 ? 100 : wanted > 2000 ? 2000 : wanted);

    enum err err = make_directories(c->arena, c->data_dir, 0755, out);
    if (err == OK)
        err = choose_user(c, out);
    if (err == OK)
        err = own_directory(c, c->socket_dir, out);
    return err;
}

/* A data directory is served by the major version that made it; a new one gets the newest that is installed. */
static int major_of_home(const struct cluster *c)
{
    char text[16] = "";
    FILE *in = fopen(arena_printf(c->arena, "%s/PG_VERSION", c->home_dir), "re");
    if (!in)
        return 0;
    if (!fgets(text, sizeof text, in))
        text[0] = '\0';
    (void)fclose(in);
    return (int)strtol(text, NULL, 10);
}

static enum err find_programs(struct cluster *c, struct error *out)
{
    int wanted = major_of_home(c), best = 0;
    DIR *dir = opendir("/usr/lib/postgresql");
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        int major = (int)strtol(entry->d_name, NULL, 10);
        const char *bin = arena_printf(c->arena, "/usr/lib/postgresql/%s/bin", entry->d_name);
        if (major < OLDEST_MAJOR || major <= best || (wanted && major != wanted) ||
            !exists(arena_printf(c->arena, "%s/postgres", bin)) || !exists(arena_printf(c->arena, "%s/initdb", bin)))
            continue;
        best = major;
        c->program_dir = bin;
    }
    if (dir)
        closedir(dir);
    /* Elsewhere than on Debian the programs are in PATH. */
    const char *path = getenv("PATH");
    for (const char *p = path; !best && p && *p;) {
        size_t length = strcspn(p, ":");
        const char *bin = arena_strndup(c->arena, p, length);
        if (exists(arena_printf(c->arena, "%s/postgres", bin)) && exists(arena_printf(c->arena, "%s/initdb", bin))) {
            c->program_dir = bin;
            return OK;
        }
        p += length + (p[length] == ':');
    }
    if (best)
        return OK;
    if (wanted)
        return error_set(
            out, c->arena, ERR_BAD_INPUT,
            "%s was made by PostgreSQL %d, which is not installed: apt-get install postgresql-%d, or move to "
            "a newer one with pg_upgrade.",
            c->home_dir, wanted, wanted);
    return error_set(out, c->arena, ERR_BAD_INPUT,
                     "PostgreSQL %d or later is not installed: apt-get install postgresql, or set DATABASE_URL.",
                     OLDEST_MAJOR);
}

static void remove_tree(const char *path)
{
    const char *const argv[] = {"/bin/rm", "-rf", "--", path, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        execv(argv[0], (char *const *)(void *)argv); /* NOLINT(clang-diagnostic-cast-qual) */
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* initdb into a directory beside, then a rename: a start that was killed half-way leaves nothing that looks finished.
 */
static enum err initialise(struct cluster *c, struct error *out)
{
    const char *fresh = arena_printf(c->arena, "%s.new", c->home_dir);
    const char *log = arena_printf(c->arena, "%s/initdb.log", c->socket_dir);
    remove_tree(fresh);
    enum err err = own_directory(c, fresh, out);
    if (err != OK)
        return err;

    const char *const argv[] = {arena_printf(c->arena, "%s/initdb", c->program_dir),
                                "-D",
                                fresh,
                                "-U",
                                "maitred",
                                "-A",
                                "trust",
                                "-E",
                                "UTF8",
                                "--locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions",
                                NULL};
    (void)unlink(log);
    int status = 0;
    pid_t pid = cluster_spawn(c, log, argv);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid < 0 || status != 0) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == 125)
            return error_set(out, c->arena, ERR_BAD_INPUT,
                             "PostgreSQL's user cannot enter %s: choose a data_dir below a directory that others may "
                             "enter, such as /var/lib/maitred.",
                             c->data_dir);
        return error_set(out, c->arena, ERR_DB_INTERNAL, "initdb failed: %s (all of it in %s).", cluster_reason(c, log),
                         log);
    }

    FILE *conf = fopen(arena_printf(c->arena, "%s/postgresql.conf", fresh), "ae");
    FILE *hba = fopen(arena_printf(c->arena, "%s/pg_hba.conf", fresh), "we");
    if (conf)
        (void)fputs("\n# maitred.conf is written at each start; local.conf is yours and wins.\n"
                    "include 'maitred.conf'\ninclude_if_exists 'local.conf'\n",
                    conf);
    if (hba)
        (void)fputs("# The socket's directory lets nobody else in.\nlocal all all trust\nlocal replication all trust\n",
                    hba);
    FILE *local = fopen(arena_printf(c->arena, "%s/local.conf", fresh), "ae");
    bool written = conf && hba && local;
    if (conf)
        written = fclose(conf) == 0 && written;
    if (hba)
        written = fclose(hba) == 0 && written;
    if (local)
        written = fclose(local) == 0 && written;
    if (written && geteuid() == 0)
        written = chown(arena_printf(c->arena, "%s/local.conf", fresh), c->uid, c->gid) == 0;
    if (!written || rename(fresh, c->home_dir) < 0)
        return error_set(out, c->arena, ERR_DB_INTERNAL, "%s cannot be written: %s.", c->home_dir, strerror(errno));
    (void)unlink(log);
    return OK;
}

/* Sized to the machine, modestly: the daemon and others want memory too. local.conf may say otherwise. */
static enum err write_conf(struct cluster *c, struct error *out)
{
    struct sysinfo machine;
    int64_t memory_mb = sysinfo(&machine) == 0 ? (int64_t)(machine.totalram * (uint64_t)machine.mem_unit >> 20) : 1024;
    int64_t shared_mb = memory_mb / 8 < 64 ? 64 : memory_mb / 8 > 4096 ? 4096 : memory_mb / 8;
    const char *path = arena_printf(c->arena, "%s/maitred.conf", c->home_dir);
    const char *fresh = arena_printf(c->arena, "%s.new", path);
    FILE *conf = fopen(fresh, "we");
    if (!conf)
        return error_set(out, c->arena, ERR_DB_INTERNAL, "%s cannot be written: %s.", fresh, strerror(errno));
    (void)fprintf(
        conf,
        "# Written by maitred at each start. Put your own settings into local.conf.\n"
        "listen_addresses = ''\n"
        "unix_socket_directories = '%s'\n"
        "unix_socket_permissions = 0700\n"
        "port = 5432\n"
        "wal_level = logical\n"
        "max_replication_slots = 20\n"
        "max_wal_senders = 20\n"
        "max_slot_wal_keep_size = 1GB       # an abandoned slot must not fill the disk\n"
        "max_connections = %d\n"
        "max_locks_per_transaction = 1024   # a tenant is some hundred relations, made or dropped in one transaction\n"
        "shared_buffers = %lldMB\n"
        "effective_cache_size = %lldMB\n"
        "maintenance_work_mem = %lldMB\n"
        "random_page_cost = 1.1\n"
        "jit = off                          # many short statements\n"
        "wal_compression = on\n"
        "max_wal_size = 2GB\n"
        "idle_in_transaction_session_timeout = 5min\n"
        "timezone = 'UTC'\n"
        "log_timezone = 'UTC'\n"
        "logging_collector = on\n"
        "log_directory = 'log'\n"
        "log_filename = 'postgresql-%%Y%%m%%d-%%H%%M%%S.log'  # maitred serve removes the oldest beyond %d MB\n"
        "log_rotation_age = 1d\n"
        "log_rotation_size = %dMB\n"
        "log_min_error_statement = panic    # statements hold personal data,\n"
        "temp_file_limit = 2GB             # of one session: sorting must not fill the disk\n"
        "log_error_verbosity = terse        # details hold rows,\n"
        "log_parameter_max_length = 0       # parameters hold what people typed\n"
        "log_parameter_max_length_on_error = 0\n",
        c->socket_dir, c->max_connections, (long long)shared_mb, (long long)(memory_mb / 2),
        (long long)(shared_mb / 4 < 64 ? 64 : shared_mb / 4), LOGS_MB_MAX, LOG_FILE_MB);
    bool failed = ferror(conf) != 0;
    failed = fclose(conf) != 0 || failed;
    if (failed || chmod(fresh, 0600) < 0 || (geteuid() == 0 && chown(fresh, c->uid, c->gid) < 0) ||
        rename(fresh, path) < 0)
        return error_set(out, c->arena, ERR_DB_INTERNAL, "%s cannot be written: %s.", path, strerror(errno));
    return OK;
}

struct log_file {
    char *path;
    struct stat info;
};

static int newest_first(const void *a, const void *b)
{
    const struct stat *x = &((const struct log_file *)a)->info, *y = &((const struct log_file *)b)->info;
    if (x->st_mtim.tv_sec != y->st_mtim.tv_sec)
        return x->st_mtim.tv_sec < y->st_mtim.tv_sec ? 1 : -1;
    return (x->st_mtim.tv_nsec < y->st_mtim.tv_nsec) - (x->st_mtim.tv_nsec > y->st_mtim.tv_nsec);
}

/* PostgreSQL starts a new file at a size, but removes none. The newest is being written to and stays. */
void cluster_home_trim_logs(const struct cluster *c)
{
    enum { FILES_MAX = 1024 };
    struct log_file files[FILES_MAX];
    int count = 0;
    int64_t total = 0;
    char folder[4200], path[8500];
    (void)snprintf(folder, sizeof folder, "%s/log", c->home_dir);
    DIR *logs = opendir(folder);
    for (const struct dirent *entry; logs && count < FILES_MAX && (entry = readdir(logs));) {
        struct log_file *file = &files[count];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strncmp(entry->d_name, "postgresql-", 11) != 0 || lstat(path, &file->info) < 0 ||
            !S_ISREG(file->info.st_mode))
            continue;
        file->path = strdup(path);
        if (!file->path)
            abort();
        count++;
    }
    if (logs)
        (void)closedir(logs);
    qsort(files, (size_t)count, sizeof *files, newest_first);
    for (int i = 0; i < count; i++) {
        total += files[i].info.st_size;
        if (i > 0 && (i >= LOG_FILES_MAX || total > (int64_t)LOGS_MB_MAX << 20))
            (void)unlink(files[i].path);
        free(files[i].path);
    }
}

enum err cluster_home_fill(struct cluster *c, struct error *out)
{
    enum err err = find_programs(c, out);
    if (err == OK && !exists(arena_printf(c->arena, "%s/PG_VERSION", c->home_dir))) {
        if (exists(c->home_dir) && rmdir(c->home_dir) < 0)
            return error_set(
                out, c->arena, ERR_BAD_INPUT,
                "%s is there but is no PostgreSQL data directory: move it away, or choose another data_dir.",
                c->home_dir);
        err = initialise(c, out);
    }
    if (err == OK)
        err = write_conf(c, out);
    return err;
}
