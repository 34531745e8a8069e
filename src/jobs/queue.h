/* The queue from a worker's side: maitred.job_… (db/platform/0231) on one connection. Everything here blocks. */
#ifndef MAITRED_JOBS_QUEUE_H
#define MAITRED_JOBS_QUEUE_H

#include "work/work.h"

#include <libpq-fe.h>
#include <stddef.h>

enum { KINDS_MAX = 256, ROOM_FOR_ALL = 1 << 20 };

/* The kinds of all rooms, side by side. */
struct kinds {
    const struct job_kind *kind[KINDS_MAX];
    size_t count;
};

/* A job in this process: from the moment it is taken until the queue knows what became of it. */
struct piece {
    struct arena *arena; /* its own: what the job and its run allocate */
    struct job job;
    size_t kind; /* of struct kinds */
    size_t slot; /* the runner's, among what it holds */
    int64_t taken_ms;
    int64_t run_us; /* how long it ran; 0: not over, or not begun */
    enum work_result result;
    struct error failure; /* unless WORK_DONE */
    struct piece *next;
};

void kinds_gather(struct kinds *kinds, const struct job_kind *const *tables);

/* Tells the queue what became of `finished` (a list, or NULL) and takes up to `most` new pieces, of kind k no more than
 * room[k]; in one transaction. `taken` is the list in the order of the queue, each with an arena of its own; the caller
 * releases both lists with piece_free. On failure nothing is taken and `finished` is to be told again. */
enum err queue_turn(struct arena *arena, PGconn *conn, const char *runner, const struct kinds *kinds,
                    const struct piece *finished, const int *room, int most, struct piece **taken,
                    struct error *out) MUST_CHECK;

/* How long a hold on a job of this kind lasts before it has to be renewed. */
int queue_hold_s(const struct job_kind *kind);

/* We are still at these. */
enum err queue_hold(struct arena *arena, PGconn *conn, const char *runner, const struct piece *const *pieces,
                    size_t count, struct error *out) MUST_CHECK;

/* Goes back as if it had not been taken: these (a list), or everything that this runner holds when NULL. */
enum err queue_give_back(struct arena *arena, PGconn *conn, const char *runner, const struct piece *pieces,
                         struct error *out) MUST_CHECK;

/* Due schedules become jobs; jobs of runners that died go back, so many as `recovered` says. */
enum err queue_look_after(struct arena *arena, PGconn *conn, long *recovered, struct error *out) MUST_CHECK;

/* Forgets old jobs, some thousands at a time; `forgotten` says how many. */
enum err queue_tidy(struct arena *arena, PGconn *conn, long *forgotten, struct error *out) MUST_CHECK;

/* Milliseconds until the next waiting job or schedule is due, at most `most_ms`. */
enum err queue_next_due(struct arena *arena, PGconn *conn, const struct kinds *kinds, int most_ms, int *due_ms,
                        struct error *out) MUST_CHECK;

/* Kinds that wait and that this program does not know: rows of kind, count. */
enum err queue_unknown_kinds(struct arena *arena, PGconn *conn, const struct kinds *kinds, PGresult **rows,
                             struct error *out) MUST_CHECK;

/* Frees the list and what its jobs allocated. */
void piece_free(struct piece *list);

#endif
