/* `maitred serve`: the supervisor, its web workers, its WAL worker and its job worker.
 *
 *   supervisor ──forks──▶ web worker × n   worker.h: one loop each, shared nothing but sockets and counters
 *     │   │                     │ wal.h: a Unix socket
 *     │   ├────forks──▶ WAL worker         realtime/hub.h: reads the WAL, tells the web workers
 *     │   └────forks──▶ job worker         jobs/jobs.h
 *     └ watches the private PostgreSQL
 *
 * Signals: SIGTERM and SIGINT drain and stop; SIGHUP reads the settings anew and replaces the workers one generation by
 * the next, so that no request is lost. A process that dies is started again, with back-off while it keeps dying.
 */
#ifndef MAITRED_SERVE_SERVE_H
#define MAITRED_SERVE_SERVE_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <stddef.h>

struct serve_request {
    const char *config_file; /* NULL: the usual place */
    const struct setting_option *options;
    size_t option_count;
};

/* Runs until it is told to stop: OK after a clean stop, or why it could not start (the texts of `out` live in `arena`).
 */
enum err serve_run(const struct serve_request *request, struct arena *arena, struct error *out) MUST_CHECK;

#endif
