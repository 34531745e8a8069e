/* Migrations and jobs. */
#include "config/paths.h"
#include "jobs/desk.h"
#include "platform/door.h"
#include "tenant/migrate.h"

#include <stdlib.h>

/* --- Migrations -----------------------------------------------------------------------------------------------------
 */

static enum err run_migrations(struct platform_work *work, PGconn *conn, struct error *out)
{
    const struct migrate_options options = {.db_dir = path_share(work->arena, work->settings->db_dir, "db", "db"),
                                            .tenant = work->query[QUERY_TENANT],
                                            .to = -1};
    struct migrate_state *states = NULL;
    size_t count = 0;
    (void)conn;
    enum err err = migrate_status(work->arena, work->conninfo, &options, &states, &count, out);
    if (err != OK)
        return err;
    struct json_writer w = json_writer(&work->body);
    migrate_write_json(&w, states, count);
    return OK;
}

/* GET /api/v1/sys/migrations?tenant= */
const struct platform_door platform_migrations = {run_migrations};

static enum err run_migrate(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct migrate_options options = {.db_dir = path_share(work->arena, work->settings->db_dir, "db", "db"),
                                      .parallel = (int)work->settings->migrate_parallel,
                                      .to = -1};
    struct migrate_report report;
    (void)conn;
    enum err err = platform_text(work, "tenant", &options.tenant, out);
    if (err == OK)
        err = migrate_up(work->arena, work->conninfo, &options, &report, out);
    if (err != OK)
        return err;
    struct json_writer w = json_writer(&work->body);
    json_open(&w, '{');
    json_key(&w, "platform");
    json_int(&w, (int64_t)report.platform);
    json_key(&w, "functions");
    json_int(&w, (int64_t)report.functions);
    json_key(&w, "tenants");
    json_int(&w, (int64_t)report.tenants);
    json_key(&w, "tenants_changed");
    json_int(&w, (int64_t)report.tenants_changed);
    json_key(&w, "migrations");
    json_int(&w, (int64_t)report.migrations);
    json_close(&w, '}');
    return OK;
}

/* POST /api/v1/sys/migrations {tenant} */
const struct platform_door platform_migrate = {run_migrate, .wants_body = true};

/* --- Jobs ------------------------------------------------------------------------------------------------------------
 */

static enum err run_jobs(struct platform_work *work, PGconn *conn, struct error *out)
{
    const char *limit = work->query[QUERY_LIMIT];
    const struct jobs_filter filter = {.status = work->query[QUERY_STATUS],
                                       .kind = work->query[QUERY_KIND],
                                       .tenant = work->query[QUERY_TENANT],
                                       .limit = limit ? (int)strtol(limit, NULL, 10) : 0};
    struct job_row *rows = NULL;
    size_t count = 0;
    enum err err = jobs_list(work->arena, conn, &filter, &rows, &count, out);
    if (err != OK)
        return err;
    struct json_writer w = json_writer(&work->body);
    json_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        jobs_write_json(&w, &rows[i]);
    json_close(&w, ']');
    return OK;
}

/* GET /api/v1/sys/jobs?status=&kind=&tenant=&limit= */
const struct platform_door platform_jobs = {run_jobs};

static enum err run_retry(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct job_row row;
    enum err err = jobs_retry(work->arena, conn, work->subject, &row, out);
    struct json_writer w = json_writer(&work->body);
    if (err == OK)
        jobs_write_json(&w, &row);
    return err;
}

/* POST /api/v1/sys/jobs/:job/retry */
const struct platform_door platform_retry = {run_retry};

static enum err run_cancel(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct job_row row;
    enum err err = jobs_cancel(work->arena, conn, work->subject, &row, out);
    struct json_writer w = json_writer(&work->body);
    if (err == OK)
        jobs_write_json(&w, &row);
    return err;
}

/* POST /api/v1/sys/jobs/:job/cancel */
const struct platform_door platform_cancel = {run_cancel};
