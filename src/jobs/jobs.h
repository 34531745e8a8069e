/* The job worker: takes what has to happen outside a request from maitred.jobs. Any number of them may run, anywhere.
 */
#ifndef MAITRED_JOBS_JOBS_H
#define MAITRED_JOBS_JOBS_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"
#include "work/work.h"

/* What a job worker is made of. `kinds` are tables as work.h describes them, ended by NULL. */
struct jobs_options {
    const struct settings *settings;
    const char *owner_conninfo;
    const struct job_kind *const *kinds;
};

/* The process body: works until SIGTERM or SIGINT, then finishes what is under way. Returns the exit code. */
int jobs_run(const struct jobs_options *options);

/* Runs what is due now, schedules included, and returns how many jobs ran. For `maitred jobs run-once` and tests. */
enum err jobs_run_once(struct arena *arena, const struct jobs_options *options, size_t *ran,
                       struct error *out) MUST_CHECK;

#endif
