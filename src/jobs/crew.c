#include "jobs/crew.h"

#include "base/clock.h"
#include "base/json_kept.h"
#include "base/log.h"
#include "work/session.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct list {
    struct piece *first, **end;
};

struct crew {
    const struct settings *settings;
    const char *conninfo;
    const struct kinds *kinds;
    int wake_fd;
    pthread_mutex_t mutex;
    pthread_cond_t given;
    struct list waiting, finished;
    atomic_bool stopping; /* written under the mutex; jobs look at it without */
    int threads, running;
    pthread_t thread[CREW_MAX];
};

static void list_init(struct list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_add(struct list *list, struct piece *piece)
{
    piece->next = NULL;
    *list->end = piece;
    list->end = &piece->next;
}

static struct piece *list_take_first(struct list *list)
{
    struct piece *piece = list->first;
    if (piece && !(list->first = piece->next))
        list->end = &list->first;
    if (piece)
        piece->next = NULL;
    return piece;
}

/* --- One piece ---------------------------------------------------------------------------------------------------- */

static enum work_result run(const struct job_kind *kind, struct job *job, struct error *failure)
{
    job->payload = json_kept(job->arena, json_loads(job->payload_text, 0, NULL));
    if (!json_is_object(job->payload)) {
        error_set(failure, job->arena, ERR_BAD_INPUT, "The payload is no JSON object.");
        return WORK_NEVER;
    }
    if (kind->in_order && !job->lane) {
        error_set(failure, job->arena, ERR_BAD_INPUT, "Jobs of this kind run in order, and this one has no lane.");
        return WORK_NEVER;
    }
    return kind->run(job, failure);
}

static void crew_do(struct crew *crew, struct work_session *session, struct piece *piece)
{
    const struct job_kind *kind = crew->kinds->kind[piece->kind];
    struct job *job = &piece->job;
    int64_t begun_us = clock_monotonic_us();
    job->settings = crew->settings;
    job->stopping = &crew->stopping;
    job->session = session;
    piece->result = run(kind, job, &piece->failure);
    work_session_leave(session, piece->arena);
    piece->run_us = clock_monotonic_us() - begun_us + 1;
    if (piece->result == WORK_DONE)
        log_debug("job done", LOG_STR("kind", job->kind), LOG_STR("job", job->id), LOG_STR("tenant", job->tenant),
                  LOG_INT("ms", piece->run_us / 1000));
    else
        log_warning("job failed", LOG_STR("kind", job->kind), LOG_STR("job", job->id), LOG_STR("tenant", job->tenant),
                    LOG_INT("attempt", job->attempt), LOG_INT("of", job->max_attempts),
                    LOG_STR("reason", piece->failure.message));
}

/* --- The threads -------------------------------------------------------------------------------------------------- */

/* NULL: it is time to end. */
static struct piece *next_piece(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    while (!crew->waiting.first && !crew->stopping)
        pthread_cond_wait(&crew->given, &crew->mutex);
    struct piece *piece = crew->stopping ? NULL : list_take_first(&crew->waiting);
    pthread_mutex_unlock(&crew->mutex);
    return piece;
}

static void *work(void *data)
{
    struct crew *crew = data;
    struct work_session session = {.conninfo = crew->conninfo};
    const uint64_t one = 1;
    for (struct piece *piece; (piece = next_piece(crew));) {
        crew_do(crew, &session, piece);
        pthread_mutex_lock(&crew->mutex);
        bool first = !crew->finished.first;
        list_add(&crew->finished, piece);
        pthread_mutex_unlock(&crew->mutex);
        if (first) /* the others are collected with it */
            (void)!write(crew->wake_fd, &one, sizeof one);
    }
    work_session_release(&session);
    pthread_mutex_lock(&crew->mutex);
    crew->running--;
    pthread_mutex_unlock(&crew->mutex);
    (void)!write(crew->wake_fd, &one, sizeof one);
    return NULL;
}

struct crew *crew_new(const struct settings *settings, const char *conninfo, const struct kinds *kinds, int threads,
                      int wake_fd)
{
    struct crew *crew = calloc(1, sizeof *crew);
    if (!crew)
        abort();
    crew->settings = settings;
    crew->conninfo = conninfo;
    crew->kinds = kinds;
    crew->wake_fd = wake_fd;
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->given, NULL);
    list_init(&crew->waiting);
    list_init(&crew->finished);
    pthread_mutex_lock(&crew->mutex);
    for (; crew->threads < threads && crew->threads < CREW_MAX; crew->threads++, crew->running++)
        if (pthread_create(&crew->thread[crew->threads], NULL, work, crew) != 0)
            break;
    pthread_mutex_unlock(&crew->mutex);
    if (crew->threads > 0)
        return crew;
    crew_free(crew);
    return NULL;
}

int crew_threads(const struct crew *crew)
{
    return crew->threads;
}

void crew_give(struct crew *crew, struct piece *list)
{
    int given = 0;
    pthread_mutex_lock(&crew->mutex);
    for (struct piece *next; list; list = next, given++) {
        next = list->next;
        list_add(&crew->waiting, list);
    }
    if (given > 1)
        pthread_cond_broadcast(&crew->given);
    else if (given)
        pthread_cond_signal(&crew->given);
    pthread_mutex_unlock(&crew->mutex);
}

struct piece *crew_collect(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    struct piece *list = crew->finished.first;
    list_init(&crew->finished);
    pthread_mutex_unlock(&crew->mutex);
    return list;
}

struct piece *crew_take_back(struct crew *crew, int64_t before_ms)
{
    struct list stay, back;
    list_init(&stay);
    list_init(&back);
    pthread_mutex_lock(&crew->mutex);
    for (struct piece *piece; (piece = list_take_first(&crew->waiting));)
        list_add(piece->taken_ms < before_ms ? &back : &stay, piece);
    for (struct piece *piece; (piece = list_take_first(&stay));)
        list_add(&crew->waiting, piece);
    pthread_mutex_unlock(&crew->mutex);
    return back.first;
}

void crew_stop(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    crew->stopping = true;
    pthread_cond_broadcast(&crew->given);
    pthread_mutex_unlock(&crew->mutex);
}

int crew_running(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    int running = crew->running;
    pthread_mutex_unlock(&crew->mutex);
    return running;
}

void crew_free(struct crew *crew)
{
    for (int i = 0; i < crew->threads; i++)
        pthread_join(crew->thread[i], NULL);
    piece_free(crew->waiting.first);
    piece_free(crew->finished.first);
    pthread_cond_destroy(&crew->given);
    pthread_mutex_destroy(&crew->mutex);
    free(crew);
}
