/* The job worker: takes what has to happen outside a request from maitred.jobs. Any number of them may run, anywhere.
 */
#ifndef MAITRED_JOBS_JOBS_H
#define MAITRED_JOBS_JOBS_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <jansson.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* One job in the hands of its handler. */
struct job {
    struct arena *arena; /* of this attempt */
    const struct settings *settings;
    PGconn *conn; /* the owner's; outside a transaction, search_path set to the tenant's (or the platform's) */
    const char *id, *kind;
    const char *tenant; /* schema, or NULL: the platform's */
    json_t *payload;    /* an object */
    const char *payload_text;
    int attempt, max_attempts;
    int64_t deadline_ms; /* monotonic: the handler should have given up by then */
};

/* Runs on a thread of the worker and may block up to the kind's timeout. OK: the job is done. Anything else: it is
 * tried again later, until max_attempts; then it is dead and waits for a person. ERR_BAD_INPUT: it is dead at once. */
typedef enum err job_handler_fn(struct job *job, struct error *out);

struct job_kind {
    const char *name;
    job_handler_fn *handler;
    int timeout_s; /* the lock on the job lasts this long and some seconds */
};

/* Ends with name == NULL. To add a kind, add a row to the table in kinds.c. */
extern const struct job_kind job_kinds[];

/* The process body: works until SIGTERM or SIGINT, then finishes what is under way. Returns the exit code. */
int jobs_run(const struct settings *settings, const char *owner_conninfo);

/* Runs what is due now, schedules included, and returns how many jobs ran. For `maitred jobs run-once` and tests. */
enum err jobs_run_once(struct arena *arena, const struct settings *settings, const char *owner_conninfo, size_t *ran,
                       struct error *out) MUST_CHECK;

#endif
