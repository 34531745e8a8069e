/* The threads of a job worker and what lies between them and the queue: pieces wait here for a thread, and finished
 * ones wait here to be told of. One thread, the runner's, gives and collects; the crew's threads do the work. */
#ifndef MAITRED_JOBS_CREW_H
#define MAITRED_JOBS_CREW_H

#include "jobs/queue.h"

enum { CREW_MAX = 64 };

struct crew;

/* `threads` of them (fewer when the system has no more; NULL: none). `wake_fd` is an eventfd that becomes readable when
 * a piece is finished. Pair: crew_free. */
struct crew *crew_new(const struct settings *settings, const char *conninfo, const struct kinds *kinds, int threads,
                      int wake_fd);

int crew_threads(const struct crew *crew);

/* Gives a list of pieces to the threads, in this order. */
void crew_give(struct crew *crew, struct piece *list);

/* Takes the finished ones away: a list, in the order in which they were finished. */
struct piece *crew_collect(struct crew *crew);

/* Takes those away that no thread has begun and that were taken before `before_ms`. */
struct piece *crew_take_back(struct crew *crew, int64_t before_ms);

/* Lets the threads end when they are done with what they do; what waits for others is told (job->stopping). */
void crew_stop(struct crew *crew);

/* How many threads have not ended yet. */
int crew_running(struct crew *crew);

/* After crew_stop, when all have ended. */
void crew_free(struct crew *crew);

#endif
