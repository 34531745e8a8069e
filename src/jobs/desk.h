/* The queue as people see it: list, try again, take back. Blocks. */
#ifndef MAITRED_JOBS_DESK_H
#define MAITRED_JOBS_DESK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#include <libpq-fe.h>
#include <stddef.h>

struct jobs_filter {
    const char *status, *kind, *tenant; /* NULL: all */
    int limit;
};

struct job_row {
    const char *id, *tenant, *kind, *lane, *status, *run_at, *attempts, *max_attempts, *last_error, *created_at,
        *payload;
};

/* Newest first. */
enum err jobs_list(struct arena *arena, PGconn *conn, const struct jobs_filter *filter, struct job_row **rows,
                   size_t *count, struct error *out) MUST_CHECK;

/* A waiting, dead or cancelled job runs now, with all its attempts again. */
enum err jobs_retry(struct arena *arena, PGconn *conn, const char *id, struct job_row *row,
                    struct error *out) MUST_CHECK;

/* A waiting job will not run. */
enum err jobs_cancel(struct arena *arena, PGconn *conn, const char *id, struct job_row *row,
                     struct error *out) MUST_CHECK;

void jobs_write_json(struct json_writer *w, const struct job_row *row);

#endif
