#include "jobs/queue.h"

#include "base/buf.h"
#include "base/str.h"
#include "pg/direct.h"

#include <stdlib.h>

enum { LOCK_SPARE_S = 30, ARRAYS_MAX_BYTES = 65536 };

/* $1 runner, $2 kinds, $3 their timeouts. A suspended tenant's jobs wait until it is active again. */
static const char *const sql_take =
    "update maitred.jobs j set status = 'running', attempts = attempts + 1, locked_by = $1,"
    " locked_until = clock_timestamp() + make_interval(secs => k.seconds)"
    " from unnest($2::text[], $3::int[]) as k (kind, seconds)"
    " where j.id = (select w.id from maitred.jobs w where w.status = 'waiting' and w.run_at <= now() and w.kind = any "
    "($2::text[])"
    "   and (w.tenant is null or exists (select from public.tenants t where t.schema_name = w.tenant and t.status = "
    "'active'))"
    "   order by w.priority desc, w.run_at limit 1 for update skip locked)"
    " and k.kind = j.kind"
    " returning j.id, j.kind, j.tenant, j.payload, j.attempts, j.max_attempts";

/* $1 job, $2 runner, $3 attempt: a job that was taken from us is no longer ours to finish. */
/* What was said is gone once it is said: a mail holds links and codes that still open something, and names. */
static const char *const sql_done =
    "update maitred.jobs set status = 'done', finished_at = now(), locked_by = null, "
    "locked_until = null, last_error = null, payload = case kind when 'erase_outbox' "
    "then '{}' else payload - '{text,html,subject,reply_to,title,message,link,code,data}'"
    "::text[] end"
    " where id = $1 and locked_by = $2 and attempts = $3::int and status = 'running'";

/* Back-off doubles from 5 s to an hour, spread by half in both directions, so that what failed together does not come
 * back together. A waiting job with the same key has replaced this one. $4 message, $5 whether trying again is
 * pointless. */
static const char *const sql_failed =
    "update maitred.jobs j set last_error = $4, locked_by = null, locked_until = null,"
    " status = case when $5::boolean or j.attempts >= j.max_attempts then 'dead'"
    "   when j.key is not null and exists (select from maitred.jobs w where coalesce(w.tenant, '') = "
    "coalesce(j.tenant, '')"
    "     and w.kind = j.kind and w.key = j.key and w.status = 'waiting') then 'cancelled' else 'waiting' end,"
    " run_at = now() + make_interval(secs => least(3600, 5 * power(2, least(j.attempts, 20) - 1)) * (0.5 + random())),"
    " finished_at = case when $5::boolean or j.attempts >= j.max_attempts then now() end"
    " where j.id = $1 and j.locked_by = $2 and j.attempts = $3::int and j.status = 'running'";

static const char *const sql_recover =
    "update maitred.jobs j set last_error = 'The job worker died or the job took too long.', locked_by = null, "
    "locked_until = null,"
    " status = case when j.attempts >= j.max_attempts then 'dead'"
    "   when j.key is not null and exists (select from maitred.jobs w where coalesce(w.tenant, '') = "
    "coalesce(j.tenant, '')"
    "     and w.kind = j.kind and w.key = j.key and w.status = 'waiting') then 'cancelled' else 'waiting' end,"
    " run_at = now(), finished_at = case when j.attempts >= j.max_attempts then now() end"
    " where j.id = (select id from maitred.jobs where status = 'running' and locked_until < clock_timestamp()"
    "   order by locked_until limit 1 for update skip locked)"
    " returning j.id";

static const char *const sql_give_back =
    "update maitred.jobs j set attempts = attempts - 1, locked_by = null, locked_until = null, run_at = now(),"
    " status = case when j.key is not null and exists (select from maitred.jobs w where coalesce(w.tenant, '') = "
    "coalesce(j.tenant, '')"
    "     and w.kind = j.kind and w.key = j.key and w.status = 'waiting') then 'cancelled' else 'waiting' end"
    " where status = 'running' and (locked_by = $1 or starts_with(locked_by, $1 || '/'))";

/* A schedule that was late (the daemon was off) runs once, not once for each time it missed. */
static const char *const sql_schedules =
    "with due as (select name, kind, payload, every, per_tenant, next_run_at from maitred.schedules where next_run_at "
    "<= now()"
    "   for update skip locked),"
    " moved as (update maitred.schedules s set last_run_at = now(), next_run_at = due.next_run_at + due.every"
    "     * (floor(extract(epoch from now() - due.next_run_at) / extract(epoch from due.every)) + 1)"
    "   from due where s.name = due.name)"
    " insert into maitred.jobs (tenant, kind, payload, key)"
    " select t.schema_name, due.kind, due.payload, 'schedule:' || due.name"
    " from due left join public.tenants t on due.per_tenant and t.status = 'active'"
    " where not due.per_tenant or t.id is not null"
    " on conflict (coalesce(tenant, ''), kind, key) where key is not null and status = 'waiting' do nothing";

static const char *const sql_tidy = "delete from maitred.jobs where (status in ('done', 'cancelled') and "
                                    "coalesce(finished_at, run_at) < now() - interval '7 days')"
                                    " or (status = 'dead' and finished_at < now() - interval '90 days')";

static const char *const sql_next_due =
    "select coalesce(least($2::float8, greatest(0, extract(epoch from min(at) - now()) * 1000)), $2::float8)::int from "
    "("
    " select min(run_at) from maitred.jobs where status = 'waiting' and kind = any ($1::text[]) and run_at > now()"
    " union all select min(next_run_at) from maitred.schedules) as next (at)";

static const char *const sql_unknown = "select kind, count(*) from maitred.jobs where status = 'waiting' and run_at <= "
                                       "now() and kind <> all ($1::text[]) group by kind";

/* The table of kinds as two PostgreSQL arrays. Names are plain words. */
static void kind_arrays(struct arena *arena, const char **names, const char **timeouts)
{
    struct buf name, timeout;
    buf_init(&name, ARRAYS_MAX_BYTES);
    buf_init(&timeout, ARRAYS_MAX_BYTES);
    for (const struct job_kind *kind = job_kinds; kind->name; kind++) {
        buf_printf(&name, "%s%s", name.len ? "," : "{", kind->name);
        buf_printf(&timeout, "%s%d", timeout.len ? "," : "{", kind->timeout_s + LOCK_SPARE_S);
    }
    *names = arena_printf(arena, "%s}", name.len ? buf_cstr(&name) : "{");
    *timeouts = arena_printf(arena, "%s}", timeout.len ? buf_cstr(&timeout) : "{");
    buf_release(&name);
    buf_release(&timeout);
}

static void release_json(void *json)
{
    json_decref(json);
}

enum err queue_take(struct arena *arena, PGconn *conn, const char *runner, struct job *job, bool *taken,
                    struct error *out)
{
    const char *values[] = {runner, NULL, NULL};
    PGresult *r = NULL;
    kind_arrays(arena, &values[1], &values[2]);
    enum err err = direct_query(arena, conn, sql_take, 3, values, &r, out);
    if (err != OK)
        return err;
    *taken = PQntuples(r) > 0;
    if (!*taken)
        return OK;
    *job = (struct job){.arena = arena,
                        .conn = conn,
                        .id = direct_text(r, 0, 0),
                        .kind = direct_text(r, 0, 1),
                        .tenant = PQgetisnull(r, 0, 2) ? NULL : direct_text(r, 0, 2),
                        .payload_text = direct_text(r, 0, 3),
                        .attempt = (int)strtol(direct_text(r, 0, 4), NULL, 10),
                        .max_attempts = (int)strtol(direct_text(r, 0, 5), NULL, 10)};
    job->payload = json_loads(job->payload_text, JSON_DECODE_ANY, NULL);
    if (job->payload)
        arena_on_release(arena, release_json, job->payload);
    return OK;
}

enum err queue_finish(struct arena *arena, PGconn *conn, const char *runner, const struct job *job,
                      const struct error *failure, struct error *out)
{
    const char *values[] = {job->id, runner, arena_printf(arena, "%d", job->attempt), NULL, NULL};
    if (!failure)
        return direct_query(arena, conn, sql_done, 3, values, NULL, out);
    values[3] =
        failure->details ? arena_printf(arena, "%s (%s)", failure->message, failure->details) : failure->message;
    values[4] = failure->err == ERR_BAD_INPUT ? "t" : "f";
    return direct_query(arena, conn, sql_failed, 5, values, NULL, out);
}

enum err queue_recover(struct arena *arena, PGconn *conn, size_t *recovered, struct error *out)
{
    PGresult *r = NULL;
    enum err err = OK;
    do {
        err = direct_query(arena, conn, sql_recover, 0, NULL, &r, out);
        *recovered += err == OK && PQntuples(r) > 0;
    } while (err == OK && PQntuples(r) > 0);
    return err;
}

enum err queue_give_back(struct arena *arena, PGconn *conn, const char *runner, struct error *out)
{
    const char *const values[] = {runner};
    return direct_query(arena, conn, sql_give_back, 1, values, NULL, out);
}

enum err queue_run_schedules(struct arena *arena, PGconn *conn, struct error *out)
{
    return direct_query(arena, conn, sql_schedules, 0, NULL, NULL, out);
}

enum err queue_tidy(struct arena *arena, PGconn *conn, struct error *out)
{
    return direct_query(arena, conn, sql_tidy, 0, NULL, NULL, out);
}

enum err queue_next_due(struct arena *arena, PGconn *conn, int most_ms, int *due_ms, struct error *out)
{
    const char *values[] = {NULL, NULL}, *timeouts = NULL;
    PGresult *r = NULL;
    kind_arrays(arena, &values[0], &timeouts);
    values[1] = arena_printf(arena, "%d", most_ms);
    enum err err = direct_query(arena, conn, sql_next_due, 2, values, &r, out);
    if (err == OK)
        *due_ms = (int)strtol(direct_text(r, 0, 0), NULL, 10);
    return err;
}

enum err queue_unknown_kinds(struct arena *arena, PGconn *conn, PGresult **rows, struct error *out)
{
    const char *values[] = {NULL}, *timeouts = NULL;
    kind_arrays(arena, &values[0], &timeouts);
    return direct_query(arena, conn, sql_unknown, 1, values, rows, out);
}
