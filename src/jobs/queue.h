/* The queue as statements: each function is one step of a job's life (README.md has the diagram). They block. */
#ifndef MAITRED_JOBS_QUEUE_H
#define MAITRED_JOBS_QUEUE_H

#include "jobs/jobs.h"

/* Takes the next job that is due and of a kind we know, for `runner`. `job` gets its texts in `arena`. False: none. */
enum err queue_take(struct arena *arena, PGconn *conn, const char *runner, struct job *job, bool *taken,
                    struct error *out) MUST_CHECK;

/* Ends an attempt: done, or waiting with back-off, or dead. `failure` NULL: it went well. Does nothing when the job was
 * taken from us meanwhile. */
enum err queue_finish(struct arena *arena, PGconn *conn, const char *runner, const struct job *job,
                      const struct error *failure, struct error *out) MUST_CHECK;

/* Jobs whose runner died go back (attempt counted), one by one. */
enum err queue_recover(struct arena *arena, PGconn *conn, size_t *recovered, struct error *out) MUST_CHECK;

/* What this runner holds goes back as if it had not been taken: a stop that could not wait. */
enum err queue_give_back(struct arena *arena, PGconn *conn, const char *runner, struct error *out) MUST_CHECK;

/* Puts the jobs of due schedules into the queue. */
enum err queue_run_schedules(struct arena *arena, PGconn *conn, struct error *out) MUST_CHECK;

/* Forgets finished jobs after a week, dead ones after three months. */
enum err queue_tidy(struct arena *arena, PGconn *conn, struct error *out) MUST_CHECK;

/* Milliseconds until the next waiting job is due, at most `most`. */
enum err queue_next_due(struct arena *arena, PGconn *conn, int most_ms, int *due_ms, struct error *out) MUST_CHECK;

/* Kinds that wait and that this program does not know: rows of kind, count. They are never lost: a newer program may.
 */
enum err queue_unknown_kinds(struct arena *arena, PGconn *conn, PGresult **rows, struct error *out) MUST_CHECK;

#endif
