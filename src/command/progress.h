/* How far long work has come: a bar on a terminal, plain lines otherwise (one a tenth, and every failure). */
#ifndef MAITRED_COMMAND_PROGRESS_H
#define MAITRED_COMMAND_PROGRESS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *what; /* "migrating tenants" */
    bool terminal;
    int64_t started_ms, shown_ms;
    size_t tenths;
    bool open; /* the cursor stands behind a bar */
};

struct progress progress_new(const char *what);

/* Suits migrate_progress_fn; `data` is a struct progress. */
void progress_step(void *data, size_t done, size_t total, const char *subject, const struct error *failed);
void progress_end(struct progress *progress);

#endif
