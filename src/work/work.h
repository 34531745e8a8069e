/* What a job is, and what a kind of job is: for the rooms that do the work. The queue itself is src/jobs.
 *
 * A room that has work for the job worker exports a table of kinds (struct job_kind, ended by a row without a name) and
 * is listed in serve/kinds.c, as its routes are in serve/dispatch.c.
 */
#ifndef MAITRED_WORK_WORK_H
#define MAITRED_WORK_WORK_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What becomes of a run. WORK_LATER and WORK_NEVER come with a reason in the run's `out`; people read it.
 *   WORK_DONE   it is done
 *   WORK_NEVER  trying again is pointless: it is dead, and waits for a person
 *   WORK_LATER  it is tried again after the queue's back-off, and not before job->later_at_s; dead when that was the
 * last of its tries */
enum work_result { WORK_DONE, WORK_NEVER, WORK_LATER };

struct work_session;

/* One job in the hands of its run. Everything lives until the run returns. */
struct job {
    struct arena *arena;
    const struct settings *settings;
    struct work_session *session; /* see work_database */
    const char *id, *kind;
    const char *tenant; /* schema, or NULL: the platform's */
    const char *lane;   /* or NULL */
    json_t *payload;    /* an object */
    const char *payload_text;
    int attempt, max_attempts;
    int seconds; /* of its kind */
    const atomic_bool
        *stopping;      /* true once the worker ends: who waits for others (net_request.given_up) waits no more */
    int64_t later_at_s; /* for WORK_LATER: seconds since 1970, by this machine's clock; 0: whenever */
};

/* On a thread of the job worker; may block up to the kind's seconds. */
typedef enum work_result work_run_fn(struct job *job, struct error *out);

/* To add a kind: a row in its room's table. What SQL enqueues has a row here (tests/contract/job_kinds.test.ts). */
struct job_kind {
    const char *name;
    work_run_fn *run;
    int seconds;   /* the longest run; SQL is stopped then, and the job is taken for lost soon after */
    int at_once;   /* at most so many in one job worker, so that slow ones leave room for others; 0: as many as it has
                      threads */
    bool in_order; /* runs in lanes (p_lane of app.enqueue): a job without one is an error */
};

/* The owner's connection, with search_path and claims of the job's tenant (or the platform's), outside a transaction,
 * its statements bounded by the kind's seconds. Opened and prepared when it is first asked for: a run that talks to
 * nobody here costs no round trip. NULL: the database cannot be reached, and `out` says why (WORK_LATER). */
PGconn *work_database(struct job *job, struct error *out);

/* For runs whose parts speak `enum err`: ERR_BAD_INPUT is WORK_NEVER, any other failure WORK_LATER. */
enum work_result work_result_of(enum err err);

/* One statement with the payload as $1, in work_database: the whole of a run that is decided in SQL. */
enum work_result work_sql(struct job *job, const char *sql, struct error *out);

/* One statement with these text parameters (NULL: SQL null), in work_database. `value`: its one value, JSON, in the
 * job's arena, NULL for SQL's null; NULL: nobody wants it. WORK_DONE, or WORK_LATER and `out`. */
enum work_result work_ask(struct job *job, const char *sql, int count, const char *const *values, json_t **value,
                          struct error *out);

/* A value as JSON text, for a parameter; in the job's arena. "null" for NULL. */
const char *work_written(struct job *job, const json_t *value);

#endif
