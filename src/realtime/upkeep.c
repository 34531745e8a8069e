/* The loop and the round on the pool never touch the same members at the same time: while `busy` the round has the
 * connection and `found`, and the loop has the rest. */
#include "realtime/upkeep.h"

#include "base/arena.h"
#include "base/log.h"
#include "pg/direct.h"
#include "realtime/feed_sql.h"

#include <stdlib.h>

enum { ROUND_MS = 10000, SWEEP_ROUNDS = 6 };

struct findings {
    int64_t retained_bytes;
    int others;
};

struct upkeep {
    uv_loop_t *loop;
    struct arena *arena;
    const char *conninfo, *slot, *daemon, *slot_idle_s, *announce;
    uv_timer_t *timer;
    uv_work_t work;
    bool busy, orphan;
    struct findings known;
    /* the round's */
    PGconn *conn;
    struct findings found;
    unsigned rounds;
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static enum err look(struct upkeep *u, struct arena *arena, struct error *error)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, u->conn, FEED_SQL_LOOK, 2, (const char *const[]){u->slot, u->daemon}, &r, error);
    if (err == OK) {
        u->found.retained_bytes = PQgetisnull(r, 0, 0) ? -1 : strtoll(PQgetvalue(r, 0, 0), NULL, 10);
        u->found.others = atoi(PQgetvalue(r, 0, 1)); /* NOLINT(cert-err34-c): a count */
    }
    return err;
}

static enum err sweep(struct upkeep *u, struct arena *arena, struct error *error)
{
    PGresult *r = NULL;
    enum err err =
        direct_query(arena, u->conn, FEED_SQL_SWEEP, 2, (const char *const[]){u->slot_idle_s, u->daemon}, &r, error);
    for (int i = 0; err == OK && i < PQntuples(r); i++)
        log_warning("replication slot of a lost daemon dropped", LOG_STR("slot", PQgetvalue(r, i, 0)));
    return err;
}

static void round_run(uv_work_t *work)
{
    struct upkeep *u = work->data;
    struct arena *arena = arena_new();
    struct error error;
    enum err err = u->conn ? OK : direct_open(arena, u->conninfo, &u->conn, &error);
    if (err == OK)
        err = direct_run(arena, u->conn, u->announce, &error);
    if (err == OK)
        err = direct_run(arena, u->conn, FEED_SQL_TABLES, &error);
    if (err == OK)
        err = look(u, arena, &error);
    if (err == OK && u->rounds % SWEEP_ROUNDS == 0)
        err = sweep(u, arena, &error);
    if (err != OK) {
        log_warning("realtime upkeep", LOG_STR("reason", error.message));
        PQfinish(u->conn);
        u->conn = NULL;
    }
    u->rounds++;
    arena_free(arena);
}

static void take_apart(struct upkeep *u)
{
    PQfinish(u->conn);
    arena_free(u->arena);
}

static void round_done(uv_work_t *work, int status)
{
    struct upkeep *u = work->data;
    (void)status;
    u->busy = false;
    if (u->orphan)
        take_apart(u);
    else
        u->known = u->found;
}

static void on_timer(uv_timer_t *timer)
{
    struct upkeep *u = timer->data;
    if (u->busy)
        return;
    u->work.data = u;
    u->busy = uv_queue_work(u->loop, &u->work, round_run, round_done) == 0;
}

struct upkeep *upkeep_new(uv_loop_t *loop, const struct upkeep_options *options)
{
    struct arena *arena = arena_new();
    struct upkeep *u = arena_zalloc(arena, sizeof *u);
    const char *daemon = direct_literal(arena, options->daemon);
    *u = (struct upkeep){.loop = loop,
                         .arena = arena,
                         .conninfo = arena_strdup(arena, options->conninfo),
                         .slot = arena_strdup(arena, options->slot),
                         .daemon = arena_strdup(arena, options->daemon),
                         .slot_idle_s = arena_printf(arena, "%d", options->slot_idle_s),
                         .announce = arena_printf(arena, FEED_SQL_ANNOUNCE(daemon)),
                         .known = {.retained_bytes = -1},
                         .found = {.retained_bytes = -1}};
    u->timer = calloc(1, sizeof *u->timer);
    if (!u->timer)
        abort();
    u->timer->data = u;
    uv_timer_init(loop, u->timer);
    uv_timer_start(u->timer, on_timer, 0, ROUND_MS);
    return u;
}

void upkeep_free(struct upkeep *u)
{
    if (!u)
        return;
    uv_timer_stop(u->timer);
    uv_close((uv_handle_t *)u->timer, free_handle);
    if (u->busy) {
        u->orphan = true; /* round_done comes, also when it can be cancelled */
        (void)uv_cancel((uv_req_t *)&u->work);
    } else {
        take_apart(u);
    }
}

int64_t upkeep_retained_bytes(const struct upkeep *u)
{
    return u->known.retained_bytes;
}

int upkeep_others(const struct upkeep *u)
{
    return u->known.others;
}
