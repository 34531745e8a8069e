/* Work behind a request that blocks (hashing, provisioning, a provider): on a thread of the loop's pool, a bounded
 * number of each sort at a time. */
#ifndef MAITRED_ASK_THREAD_H
#define MAITRED_ASK_THREAD_H

#include "http/http.h"

#include <stdbool.h>
#include <stdint.h>

/* One a sort of work and worker; zero at first, but for at_once. Touched on the loop's thread alone. */
struct thread_limit {
    int at_once, running;
    uint64_t turned_away;
};

/* Runs `run` on a thread, then `then` on the loop, each with `data`; the request is held until `then` has returned.
 * `run` must not touch the request: the loop may answer it meanwhile. `done` false: the loop is going away, `run` did
 * not run. Returns false, and counts, when so many are running that this one is not begun: nothing was started. */
bool thread_run(struct http_req *req, struct thread_limit *limit, void (*run)(void *data),
                void (*then)(void *data, bool done), void *data) MUST_CHECK;

#endif
