#include "ask/thread.h"

#include "http/services.h"

#include <assert.h>

struct thread_work {
    uv_work_t work;
    struct http_req *req;
    struct thread_limit *limit;
    void (*run)(void *data);
    void (*then)(void *data, bool done);
    void *data;
};

static void thread_work(uv_work_t *uv)
{
    const struct thread_work *work = uv->data;
    work->run(work->data);
}

static void thread_worked(uv_work_t *uv, int status)
{
    struct thread_work *work = uv->data;
    work->limit->running--;
    work->then(work->data, status == 0);
    http_release(work->req);
}

bool thread_run(struct http_req *req, struct thread_limit *limit, void (*run)(void *data),
                void (*then)(void *data, bool done), void *data)
{
    const struct services *services = req->services;
    if (limit->running >= limit->at_once) {
        limit->turned_away++;
        return false;
    }
    struct thread_work *work = arena_alloc(req->arena, sizeof *work);
    *work = (struct thread_work){.req = req, .limit = limit, .run = run, .then = then, .data = data};
    work->work.data = work;
    http_hold(req);
    limit->running++;
    int queued = uv_queue_work(services->loop, &work->work, thread_work, thread_worked);
    assert(queued == 0);
    return true;
}
