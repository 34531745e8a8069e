/* One thread looks after the queue (LISTEN, schedules, lost runners, what is unknown); the others take jobs and run
 * them. A thread that finds nothing sleeps until it is woken: by a notification, by the time of the next job, or by the
 * poll. */
#include "jobs/jobs.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "jobs/queue.h"
#include "pg/direct.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    POLL_MS = 5000,
    RECONNECT_MS = 1000,
    REPORT_MS = 60000,
    TIDY_MS = 3600000,
    THREADS_MAX = 64,
};

struct runner {
    const struct settings *settings;
    const char *conninfo;
    char name[128]; /* host:process */
    pthread_mutex_t mutex;
    pthread_cond_t woken;
    uint64_t wake_count;
    bool stopping;
    atomic_int running; /* threads that are not through yet */
};

struct runner_thread {
    struct runner *runner;
    int index;
    pthread_t thread;
};

/* --- Running one job ------------------------------------------------------------------------------------------------
 */

static const struct job_kind *find_kind(const char *name)
{
    const struct job_kind *kind = job_kinds;
    while (kind->name && !text_eq(kind->name, name))
        kind++;
    return kind->name ? kind : NULL;
}

static enum err prepare_session(struct job *job, int timeout_s, struct error *out)
{
    const char *path =
        job->tenant ? arena_printf(job->arena, "%s, api, app, public", direct_identifier(job->arena, job->tenant))
                    : "maitred, api, app, public";
    const char *const values[] = {path, arena_printf(job->arena, "%ds", timeout_s),
                                  job->tenant ? "{\"role\":\"service_role\"}" : ""};
    return direct_query(job->arena, job->conn,
                        "select set_config('search_path', $1, false), set_config('statement_timeout', $2, false),"
                        " set_config('request.jwt.claims', $3, false)",
                        3, values, NULL, out);
}

/* Takes and runs one job. False: there was none. */
static enum err run_one(const struct settings *settings, PGconn *conn, const char *name, bool *ran, struct error *out,
                        struct arena *error_arena)
{
    struct arena *arena = arena_new();
    struct job job;
    struct error failure;
    enum err err = queue_take(arena, conn, name, &job, ran, out);
    if (err == OK && *ran) {
        const struct job_kind *kind = find_kind(job.kind);
        job.settings = settings;
        int64_t started_ms = clock_monotonic_ms();
        job.deadline_ms = started_ms + (int64_t)kind->timeout_s * 1000;
        enum err result = OK;
        if (!json_is_object(job.payload))
            result = error_set(&failure, arena, ERR_BAD_INPUT, "The payload is no JSON object.");
        if (result == OK)
            result = prepare_session(&job, kind->timeout_s, &failure);
        if (result == OK)
            result = kind->handler(&job, &failure);
        if (PQtransactionStatus(conn) != PQTRANS_IDLE) {
            struct error ignored;
            (void)!direct_run(arena, conn, "rollback", &ignored); /* a handler that failed in the middle of one */
        }
        if (result == OK)
            log_debug("job done", LOG_STR("kind", job.kind), LOG_STR("job", job.id), LOG_STR("tenant", job.tenant),
                      LOG_INT("ms", clock_monotonic_ms() - started_ms));
        else
            log_warning("job failed", LOG_STR("kind", job.kind), LOG_STR("job", job.id), LOG_STR("tenant", job.tenant),
                        LOG_INT("attempt", job.attempt), LOG_INT("of", job.max_attempts),
                        LOG_STR("reason", failure.message));
        err = direct_run(arena, conn, "reset all", out);
        if (err == OK)
            err = queue_finish(arena, conn, name, &job, result == OK ? NULL : &failure, out);
    }
    if (err != OK)
        out->message = arena_strdup(error_arena, out->message);
    arena_free(arena);
    return err;
}

/* --- Threads --------------------------------------------------------------------------------------------------------
 */

/* Sleeps until somebody wakes us after `seen`, or ms have passed. */
static void sleep_until_woken(struct runner *runner, uint64_t seen, int ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&runner->mutex);
    while (!runner->stopping && runner->wake_count == seen &&
           pthread_cond_timedwait(&runner->woken, &runner->mutex, &until) == 0)
        ;
    pthread_mutex_unlock(&runner->mutex);
}

static uint64_t wake_count(struct runner *runner, bool *stopping)
{
    pthread_mutex_lock(&runner->mutex);
    uint64_t count = runner->wake_count;
    *stopping = runner->stopping;
    pthread_mutex_unlock(&runner->mutex);
    return count;
}

static void wake(struct runner *runner, bool stop)
{
    pthread_mutex_lock(&runner->mutex);
    runner->wake_count++;
    runner->stopping = runner->stopping || stop;
    pthread_cond_broadcast(&runner->woken);
    pthread_mutex_unlock(&runner->mutex);
}

static void *work(void *data)
{
    struct runner_thread *self = data;
    struct runner *runner = self->runner;
    PGconn *conn = NULL;
    char name[160];
    bool stopping = false;
    (void)snprintf(name, sizeof name, "%s/%d", runner->name, self->index);
    for (;;) {
        uint64_t seen = wake_count(runner, &stopping);
        if (stopping)
            break;
        struct arena *arena = arena_new();
        struct error error;
        bool ran = false;
        enum err err = OK;
        if (conn && PQstatus(conn) != CONNECTION_OK) {
            PQfinish(conn);
            conn = NULL;
        }
        if (!conn)
            err = direct_open(arena, runner->conninfo, &conn, &error);
        if (err == OK)
            err = run_one(runner->settings, conn, name, &ran, &error, arena);
        if (err != OK)
            log_warning("jobs wait", LOG_STR("reason", error.message));
        arena_free(arena);
        if (!ran)
            sleep_until_woken(runner, seen, err == OK ? POLL_MS : RECONNECT_MS);
    }
    PQfinish(conn);
    atomic_fetch_sub(&runner->running, 1);
    return NULL;
}

/* --- Looking after the queue -------------------------------------------------------------------------------------- */

static enum err look_after(struct arena *arena, PGconn *conn, int64_t now_ms, int64_t *report_ms, int64_t *tidy_ms,
                           int *sleep_ms, struct error *out)
{
    size_t recovered = 0;
    enum err err = queue_run_schedules(arena, conn, out);
    if (err == OK)
        err = queue_recover(arena, conn, &recovered, out);
    if (recovered)
        log_warning("jobs of lost workers recovered", LOG_INT("jobs", recovered));
    if (err == OK && now_ms >= *report_ms) {
        PGresult *unknown = NULL;
        err = queue_unknown_kinds(arena, conn, &unknown, out);
        for (int i = 0; err == OK && i < PQntuples(unknown); i++)
            log_warning("jobs of an unknown kind wait", LOG_STR("kind", direct_text(unknown, i, 0)),
                        LOG_STR("jobs", direct_text(unknown, i, 1)));
        *report_ms = now_ms + REPORT_MS;
    }
    if (err == OK && now_ms >= *tidy_ms) {
        err = queue_tidy(arena, conn, out);
        *tidy_ms = now_ms + TIDY_MS;
    }
    if (err == OK)
        err = queue_next_due(arena, conn, POLL_MS, sleep_ms, out);
    return err;
}

/* Until a signal comes. */
static void watch_queue(struct runner *runner, int signal_fd)
{
    PGconn *conn = NULL;
    int64_t report_ms = 0, tidy_ms = clock_monotonic_ms() + REPORT_MS;
    for (;;) {
        struct arena *arena = arena_new();
        struct error error;
        int sleep_ms = RECONNECT_MS;
        enum err err = OK;
        if (!conn) {
            err = direct_open(arena, runner->conninfo, &conn, &error);
            if (err == OK)
                err = direct_run(arena, conn, "set client_min_messages = warning; listen maitred_jobs", &error);
        }
        if (err == OK)
            err = look_after(arena, conn, clock_monotonic_ms(), &report_ms, &tidy_ms, &sleep_ms, &error);
        if (err != OK) {
            log_warning("the queue cannot be reached", LOG_STR("reason", error.message));
            PQfinish(conn);
            conn = NULL;
        }
        arena_free(arena);
        wake(runner, false);

        struct pollfd fds[] = {{.fd = signal_fd, .events = POLLIN},
                               {.fd = conn ? PQsocket(conn) : -1, .events = POLLIN}};
        /* A job that is due in a moment is taken a moment later, not a moment too early. */
        (void)poll(fds, 2, sleep_ms + 1);
        if (fds[0].revents)
            break;
        if (conn) {
            (void)PQconsumeInput(conn);
            for (PGnotify *notify; (notify = PQnotifies(conn));)
                PQfreemem(notify);
        }
    }
    PQfinish(conn);
}

static void give_back(struct runner *runner)
{
    struct arena *arena = arena_new();
    struct error error;
    PGconn *conn = NULL;
    enum err err = direct_open(arena, runner->conninfo, &conn, &error);
    if (err == OK)
        err = queue_give_back(arena, conn, runner->name, &error);
    log_warning("stopping with jobs under way; they will run again",
                LOG_STR("result", err == OK ? "given back" : error.message));
    PQfinish(conn);
    arena_free(arena);
}

int jobs_run(const struct settings *settings, const char *owner_conninfo)
{
    struct runner runner = {.settings = settings, .conninfo = owner_conninfo, .mutex = PTHREAD_MUTEX_INITIALIZER};
    struct runner_thread threads[THREADS_MAX];
    char host[64] = "localhost";
    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(runner.name, sizeof runner.name, "%s:%d", host, (int)getpid());

    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&runner.woken, &monotonic);
    pthread_condattr_destroy(&monotonic);

    /* Blocked before the threads begin, so that signals come out of the descriptor alone. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (signal_fd < 0) {
        log_error("job worker cannot watch for signals", LOG_STR("reason", strerror(errno)));
        return 1;
    }

    int wanted = settings->jobs_concurrency > THREADS_MAX ? THREADS_MAX : (int)settings->jobs_concurrency, started = 0;
    for (; started < wanted; started++) {
        threads[started] = (struct runner_thread){.runner = &runner, .index = started};
        atomic_fetch_add(&runner.running, 1);
        if (pthread_create(&threads[started].thread, NULL, work, &threads[started]) != 0) {
            atomic_fetch_sub(&runner.running, 1);
            break;
        }
    }
    if (started == 0) {
        log_error("job worker cannot start threads");
        return 1;
    }
    watch_queue(&runner, signal_fd);

    wake(&runner, true);
    int64_t until_ms = clock_monotonic_ms() + settings->drain_timeout_s * 1000;
    while (atomic_load(&runner.running) > 0 && clock_monotonic_ms() < until_ms)
        usleep(10000);
    if (atomic_load(&runner.running) > 0) {
        give_back(&runner);
        _exit(0); /* threads are still inside handlers */
    }
    for (int i = 0; i < started; i++)
        pthread_join(threads[i].thread, NULL);
    pthread_cond_destroy(&runner.woken);
    (void)close(signal_fd);
    return 0;
}

enum err jobs_run_once(struct arena *arena, const struct settings *settings, const char *owner_conninfo, size_t *ran,
                       struct error *out)
{
    PGconn *conn = NULL;
    char name[64];
    size_t recovered = 0, count = 0;
    (void)snprintf(name, sizeof name, "once:%d", (int)getpid());
    enum err err = direct_open(arena, owner_conninfo, &conn, out);
    if (err == OK)
        err = queue_run_schedules(arena, conn, out);
    if (err == OK)
        err = queue_recover(arena, conn, &recovered, out);
    for (bool more = true; err == OK && more;) {
        err = run_one(settings, conn, name, &more, out, arena);
        count += err == OK && more;
    }
    PQfinish(conn);
    if (err == OK)
        *ran = count;
    return err;
}
