/* One thread talks to the queue; the crew does the work. In each round it says what is finished and takes what is next,
 * in one transaction, so that a quick job costs a share of a round trip and of a commit, and a slow one is told of as
 * soon as it is over. A job that is finished is never kept back to make the next round fuller: whoever is killed then
 * does it again.
 *
 * Quick jobs are taken some ahead of the threads (PREFETCH_US of work); what a thread has not begun within GIVE_BACK_MS
 * goes back for others to take. Nothing is taken ahead while jobs are slow. */
#include "jobs/jobs.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/log.h"
#include "jobs/crew.h"
#include "jobs/queue.h"
#include "pg/direct.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    POLL_MS = 5000, /* announce_job() counts on it */
    RECONNECT_MS = 1000,
    STOPPING_MS = 100,
    REPORT_MS = 60000,
    TIDY_MS = 3600000,
    TIDY_AGAIN_MS = 1000,
    HOLD_MS = 15000,
    GIVE_BACK_MS = 1000,
    PREFETCH_US = 20000,
    PREFETCH_MAX = 256,
    QUICK_US = 5000,
    SLOW_US = 1000000,
    HELD_MAX = CREW_MAX + PREFETCH_MAX,
    ROUND_ENDS = INT_MAX,
};

struct runner {
    const struct jobs_options *options;
    struct kinds kinds;
    struct crew *crew;
    char name[128];
    int wake_fd, signal_fd;
    bool once, stopping;
    PGconn *conn;
    struct piece *held[HELD_MAX]; /* everything taken and not told of yet */
    size_t held_count, untold_count;
    struct piece *untold, **untold_end;                         /* finished; the queue does not know yet */
    int busy[KINDS_MAX];                                        /* held, by kind */
    int64_t run_us;                                             /* a moving average */
    bool hungry;                                                /* there may be something to take */
    int64_t look_ms, hold_ms, give_back_ms, report_ms, tidy_ms; /* when these come next */
    size_t ran;
};

/* --- What is held ------------------------------------------------------------------------------------------------- */

static void hold(struct runner *runner, struct piece *piece)
{
    piece->slot = runner->held_count;
    runner->held[runner->held_count++] = piece;
    runner->busy[piece->kind]++;
}

static void let_go(struct runner *runner, struct piece *list)
{
    for (struct piece *piece = list; piece; piece = piece->next) {
        runner->held[piece->slot] = runner->held[--runner->held_count];
        runner->held[piece->slot]->slot = piece->slot;
        runner->busy[piece->kind]--;
    }
    piece_free(list);
}

static void collect(struct runner *runner)
{
    struct piece *list = crew_collect(runner->crew);
    *runner->untold_end = list;
    for (; list; list = list->next) {
        runner->untold_end = &list->next;
        runner->untold_count++;
        runner->ran++;
        runner->run_us = runner->run_us ? (runner->run_us * 7 + list->run_us) / 8 : list->run_us;
    }
}

/* How many more to take: as many as threads are free, and some more while jobs are quick. */
static int appetite(const struct runner *runner)
{
    int threads = crew_threads(runner->crew), ahead = 0;
    int at_hand = (int)(runner->held_count - runner->untold_count);
    if (runner->stopping || !runner->hungry)
        return 0;
    if (runner->run_us && runner->run_us < QUICK_US) {
        int64_t fits = threads * (int64_t)PREFETCH_US / (runner->run_us + 1);
        ahead = fits > PREFETCH_MAX ? PREFETCH_MAX : (int)fits;
    }
    int most = threads + ahead - at_hand, room = HELD_MAX - (int)runner->held_count;
    if (at_hand > threads + ahead / 2)
        return 0; /* rather many at once */
    return most > room ? room : most;
}

/* --- One round with the queue ------------------------------------------------------------------------------------- */

static enum err turn(struct runner *runner, struct arena *arena, struct error *out)
{
    if (runner->untold)
        runner->hungry =
            true; /* what is finished makes room for what comes after it: in a lane, of a kind with a limit */
    int room[KINDS_MAX], most = appetite(runner), some = 0, taken_count = 0;
    struct piece *taken = NULL;
    for (size_t k = 0; k < runner->kinds.count; k++) {
        int at_once = runner->kinds.kind[k]->at_once;
        room[k] = at_once ? at_once - runner->busy[k] : ROOM_FOR_ALL;
        some += room[k] > 0;
    }
    if (some == 0)
        most = 0;
    if (!runner->untold && most <= 0)
        return OK;
    enum err err =
        queue_turn(arena, runner->conn, runner->name, &runner->kinds, runner->untold, room, most, &taken, out);
    if (err != OK)
        return err;
    let_go(runner, runner->untold);
    runner->untold = NULL;
    runner->untold_end = &runner->untold;
    runner->untold_count = 0;
    for (struct piece *piece = taken; piece; piece = piece->next, taken_count++)
        hold(runner, piece);
    crew_give(runner->crew, taken);
    if (most > 0)
        runner->hungry = taken_count > 0;
    return OK;
}

/* --- Looking after the queue -------------------------------------------------------------------------------------- */

static enum err renew_holds(struct runner *runner, struct arena *arena, int64_t now_ms, struct error *out)
{
    const struct piece *old[HELD_MAX];
    size_t count = 0;
    for (size_t i = 0; i < runner->held_count; i++) {
        const struct piece *piece = runner->held[i];
        int64_t age_ms = now_ms - piece->taken_ms;
        int64_t most_ms = ((int64_t)piece->job.seconds + queue_hold_s(runner->kinds.kind[piece->kind])) * 1000;
        if (age_ms >= HOLD_MS && age_ms < most_ms) /* beyond that the thread is lost, and somebody else tries */
            old[count++] = piece;
    }
    return count ? queue_hold(arena, runner->conn, runner->name, old, count, out) : OK;
}

static enum err give_back(struct runner *runner, struct arena *arena, int64_t before_ms, struct error *out)
{
    struct piece *list = crew_take_back(runner->crew, before_ms);
    if (!list)
        return OK;
    enum err err = queue_give_back(arena, runner->conn, runner->name, list, out);
    if (err == OK)
        let_go(runner, list);
    else
        crew_give(runner->crew, list);
    runner->run_us = SLOW_US; /* until quick ones show that it pays again */
    return err;
}

static enum err report_unknown(struct runner *runner, struct arena *arena, struct error *out)
{
    PGresult *unknown = NULL;
    enum err err = queue_unknown_kinds(arena, runner->conn, &runner->kinds, &unknown, out);
    for (int i = 0; err == OK && i < PQntuples(unknown); i++)
        log_warning("jobs of an unknown kind wait", LOG_STR("kind", direct_text(unknown, i, 0)),
                    LOG_STR("jobs", direct_text(unknown, i, 1)));
    return err;
}

static enum err look_after(struct runner *runner, struct arena *arena, int64_t now_ms, struct error *out)
{
    long recovered = 0, forgotten = 0;
    enum err err = OK;
    if (now_ms >= runner->hold_ms) {
        err = renew_holds(runner, arena, now_ms, out);
        runner->hold_ms = now_ms + HOLD_MS;
    }
    if (err == OK && now_ms >= runner->give_back_ms) {
        err = give_back(runner, arena, now_ms - GIVE_BACK_MS, out);
        runner->give_back_ms = now_ms + GIVE_BACK_MS;
    }
    if (err != OK || now_ms < runner->look_ms)
        return err;
    err = queue_look_after(arena, runner->conn, &recovered, out);
    if (recovered)
        log_warning("jobs of lost workers recovered", LOG_INT("jobs", recovered));
    if (err == OK && now_ms >= runner->report_ms && !runner->once) {
        err = report_unknown(runner, arena, out);
        runner->report_ms = now_ms + REPORT_MS;
    }
    if (err == OK && now_ms >= runner->tidy_ms && !runner->once) {
        err = queue_tidy(arena, runner->conn, &forgotten, out);
        runner->tidy_ms = now_ms + (forgotten ? TIDY_AGAIN_MS : TIDY_MS);
    }
    runner->hungry = true;
    runner->look_ms = now_ms + POLL_MS;
    return err;
}

/* --- The loop ----------------------------------------------------------------------------------------------------- */

static enum err connect_queue(struct runner *runner, struct arena *arena, struct error *out)
{
    if (runner->conn && PQstatus(runner->conn) != CONNECTION_OK) {
        PQfinish(runner->conn);
        runner->conn = NULL;
    }
    if (runner->conn)
        return OK;
    enum err err = direct_open(arena, runner->options->owner_conninfo, &runner->conn, out);
    if (err == OK)
        err = direct_run(arena, runner->conn, "listen maitred_jobs", out);
    runner->look_ms = 0;
    return err;
}

/* Whatever can be done now; then `sleep_ms` says how long nothing more is expected (ROUND_ENDS: ever, for run-once). */
static enum err round_of(struct runner *runner, struct arena *arena, int *sleep_ms, struct error *out)
{
    int64_t now_ms = clock_monotonic_ms();
    enum err err = connect_queue(runner, arena, out);
    if (err == OK && !runner->stopping)
        err = look_after(runner, arena, now_ms, out);
    collect(runner);
    if (err == OK)
        err = turn(runner, arena, out);
    if (err != OK)
        return err;
    bool at_rest = runner->held_count == 0 && !runner->hungry;
    if (runner->once && at_rest) {
        *sleep_ms = ROUND_ENDS;
        return OK;
    }
    int due_ms = runner->stopping ? STOPPING_MS : POLL_MS;
    if (at_rest && !runner->stopping) {
        err = queue_next_due(arena, runner->conn, &runner->kinds, POLL_MS, &due_ms, out);
        runner->look_ms = now_ms + due_ms; /* schedules are looked at then */
    } else if (appetite(runner) > 0) {
        due_ms = -1; /* no sleep at all */
    } else if ((int)runner->held_count > crew_threads(runner->crew)) {
        due_ms = GIVE_BACK_MS;
    }
    *sleep_ms = due_ms;
    return err;
}

/* Whether jobs were announced: libpq keeps what came beside the answer of a statement, and poll() knows nothing of it.
 */
static bool is_called(struct runner *runner)
{
    bool called = false;
    if (!runner->conn)
        return false;
    (void)PQconsumeInput(runner->conn);
    for (PGnotify *notify; (notify = PQnotifies(runner->conn)); called = true)
        PQfreemem(notify);
    return called;
}

static void wait_for_news(struct runner *runner, int sleep_ms)
{
    uint64_t count;
    struct pollfd fds[] = {{.fd = runner->wake_fd, .events = POLLIN},
                           {.fd = runner->signal_fd, .events = POLLIN},
                           {.fd = runner->conn ? PQsocket(runner->conn) : -1, .events = POLLIN}};
    bool called = is_called(runner);
    /* A job that is due in a moment is taken a moment later, not a moment too early. */
    (void)poll(fds, 3, called ? 0 : sleep_ms + 1);
    if (fds[0].revents)
        (void)!read(runner->wake_fd, &count, sizeof count);
    if (fds[1].revents) {
        runner->stopping = true;
        runner->signal_fd = -1; /* once */
    }
    if (is_called(runner) || called)
        runner->hungry = true;
}

static void runner_init(struct runner *runner, const struct jobs_options *options)
{
    char host[64] = "localhost", id[UUID_TEXT_BYTES];
    (void)gethostname(host, sizeof host - 1);
    random_uuid(id); /* process numbers come again, in containers at once */
    *runner = (struct runner){.options = options, .signal_fd = -1, .hungry = true};
    runner->untold_end = &runner->untold;
    runner->tidy_ms = clock_monotonic_ms() + REPORT_MS;
    (void)snprintf(runner->name, sizeof runner->name, "%s:%d:%.8s", host, (int)getpid(), id);
    kinds_gather(&runner->kinds, options->kinds);
    runner->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void runner_release(struct runner *runner)
{
    piece_free(runner->untold);
    PQfinish(runner->conn);
    (void)close(runner->wake_fd);
}

/* Blocked before the threads begin, so that signals come out of the descriptor alone. */
static int watch_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

static void one_round(struct runner *runner)
{
    struct arena *arena = arena_new();
    struct error error;
    int sleep_ms = RECONNECT_MS;
    if (round_of(runner, arena, &sleep_ms, &error) != OK) {
        log_warning("the queue cannot be reached", LOG_STR("reason", error.message));
        PQfinish(runner->conn);
        runner->conn = NULL;
        sleep_ms = RECONNECT_MS;
    }
    arena_free(arena);
    wait_for_news(runner, sleep_ms);
}

/* What no thread has begun goes back at once; what is under way may end, for as long as a drain lasts. */
static bool drain(struct runner *runner)
{
    struct error error;
    struct arena *arena = arena_new();
    int64_t until_ms = clock_monotonic_ms() + runner->options->settings->drain_timeout_s * 1000;
    crew_stop(runner->crew);
    if (runner->conn)
        (void)!give_back(runner, arena, INT64_MAX, &error);
    while ((crew_running(runner->crew) > 0 || runner->held_count > 0) && clock_monotonic_ms() < until_ms)
        one_round(runner);
    bool all = crew_running(runner->crew) == 0;
    if (runner->held_count > 0) {
        enum err err = connect_queue(runner, arena, &error);
        if (err == OK)
            err = queue_give_back(arena, runner->conn, runner->name, NULL, &error);
        log_warning("stopping with jobs under way; they will run again",
                    LOG_STR("result", err == OK ? "given back" : error.message));
    }
    arena_free(arena);
    return all;
}

int jobs_run(const struct jobs_options *options)
{
    struct runner runner;
    runner_init(&runner, options);
    int signal_fd = runner.signal_fd = watch_signals();
    if (signal_fd < 0 || runner.wake_fd < 0) {
        log_error("job worker cannot watch for signals", LOG_STR("reason", strerror(errno)));
        return 1;
    }
    runner.crew = crew_new(options->settings, options->owner_conninfo, &runner.kinds,
                           (int)options->settings->jobs_concurrency, runner.wake_fd);
    if (!runner.crew) {
        log_error("job worker cannot start threads");
        return 1;
    }
    while (!runner.stopping)
        one_round(&runner);
    if (!drain(&runner))
        _exit(0); /* threads are still inside jobs */
    crew_free(runner.crew);
    runner_release(&runner);
    (void)close(signal_fd);
    return 0;
}

enum err jobs_run_once(struct arena *arena, const struct jobs_options *options, size_t *ran, struct error *out)
{
    struct runner runner;
    int sleep_ms = 0;
    enum err err = OK;
    runner_init(&runner, options);
    runner.once = true;
    runner.crew = crew_new(options->settings, options->owner_conninfo, &runner.kinds, 1, runner.wake_fd);
    if (!runner.crew) {
        runner_release(&runner);
        return error_set(out, arena, ERR_INTERNAL, "No thread can be started.");
    }
    while ((err = round_of(&runner, arena, &sleep_ms, out)) == OK && sleep_ms != ROUND_ENDS)
        wait_for_news(&runner, sleep_ms);
    crew_stop(runner.crew);
    crew_free(runner.crew);
    runner_release(&runner);
    if (err == OK)
        *ran = runner.ran;
    return err;
}
