/* The frame of the platform's doors: the operator's token, the body, a thread with a connection of its own, the answer.
 *
 * These requests are rare and long, and use what blocks: each runs on the thread pool, a bounded number at a time.
 */
#ifndef MAITRED_PLATFORM_DOOR_H
#define MAITRED_PLATFORM_DOOR_H

#include "base/json.h"
#include "config/settings.h"
#include "http/http.h"

#include <jansson.h>
#include <libpq-fe.h>

enum platform_query { QUERY_CONFIRM, QUERY_TENANT, QUERY_STATUS, QUERY_KIND, QUERY_LIMIT, QUERY_COUNT };

struct platform_work {
    struct http_req *req; /* the loop's: `run` does not touch it */
    struct arena
        *arena; /* of the thread: the request's own belongs to the loop, which may answer a timeout meanwhile */
    const char *subject; /* :tenant or :job */
    const char *query[QUERY_COUNT];
    const struct settings *settings;
    const char *conninfo; /* the owner's */
    json_t *input;        /* the body, or NULL */
    const struct platform_door *door;
    enum err err;
    struct error error;
    int status; /* 200, unless `run` says otherwise */
    struct buf body;
};

/* What a row of routes.c carries. `run` works on a thread with the owner's connection; it fills body and status, or
 * `out`, whose texts live in the work's arena. */
struct platform_door {
    enum err (*run)(struct platform_work *work, PGconn *conn, struct error *out);
    bool wants_body;
};

/* The handler of every row. */
http_handler_fn platform_door;

/* Members of the body; NULL when absent or null. Another type is an error. */
enum err platform_text(struct platform_work *work, const char *name, const char **text, struct error *out) MUST_CHECK;
enum err platform_object(struct platform_work *work, const char *name, const char **json, struct error *out) MUST_CHECK;

/* tenants.c, upkeep.c */
extern const struct platform_door platform_provision, platform_list, platform_show, platform_change, platform_drop,
    platform_suspend, platform_resume, platform_modules;
extern const struct platform_door platform_migrations, platform_migrate, platform_jobs, platform_retry, platform_cancel;

#endif
