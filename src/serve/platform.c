/* These requests are rare and long, and use what blocks: each runs on the thread pool with a connection of its own, a
 * bounded number at a time. Handlers check the token and what can be checked without the database; `run_<door>` does
 * the work on the thread; platform_done answers. */
#include "serve/platform.h"

#include "auth/first_admin.h"
#include "base/encode.h"
#include "base/exact.h"
#include "base/json.h"
#include "base/json_outline.h"
#include "config/paths.h"
#include "http/services.h"
#include "jobs/desk.h"
#include "pg/direct.h"
#include "tenant/migrate.h"
#include "tenant/provision.h"
#include "tenant/registry.h"
#include "tenant/switchboard.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>

enum { WORK_MAX = 32, INPUT_VALUES_MAX = 100000, ANSWER_MAX_BYTES = 64 * 1024 * 1024 };

enum query { QUERY_CONFIRM, QUERY_TENANT, QUERY_STATUS, QUERY_KIND, QUERY_LIMIT, QUERY_COUNT };
static const char *const query_names[QUERY_COUNT] = {"confirm", "tenant", "status", "kind", "limit"};

struct platform_work {
    uv_work_t work;
    struct http_req *req;
    struct arena
        *arena; /* of the thread: the request's own belongs to the loop, which may answer a timeout meanwhile */
    const char *subject; /* :tenant or :job */
    const char *query[QUERY_COUNT];
    const struct settings *settings;
    const char *conninfo;
    json_t *input; /* the body, or NULL */
    enum err (*run)(struct platform_work *work, PGconn *conn, struct error *out);
    enum err err;
    struct error error;
    int status;
    struct buf body;
};

static int in_flight; /* of this worker; touched on the loop's thread alone */

/* --- Frame ----------------------------------------------------------------------------------------------------------
 */

static bool has_token(struct http_req *req, const struct settings *settings)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_header(req, "Authorization");
    struct str given =
        header && !strncasecmp(header, scheme, sizeof scheme - 1) ? str_of(header + sizeof scheme - 1) : str_of(NULL);
    if (*settings->platform_token && equal_in_constant_time(given, str_of(settings->platform_token)))
        return true;
    http_set_header(req, "WWW-Authenticate", "Bearer");
    http_fail(req, &(struct error){
                       .err = ERR_UNAUTHORIZED,
                       .status = 401,
                       .code = "MD401",
                       .message = "This needs the platform's bearer token.",
                       .hint = "It is the setting platform_token, or the file platform.token in the data directory."});
    return false;
}

static void run_work(uv_work_t *uv)
{
    struct platform_work *work = uv->data;
    PGconn *conn = NULL;
    work->err = direct_open(work->arena, work->conninfo, &conn, &work->error);
    if (work->err == OK)
        work->err = direct_run(work->arena, conn, "set client_min_messages = warning", &work->error);
    if (work->err == OK)
        work->err = work->run(work, conn, &work->error);
    PQfinish(conn);
}

static void platform_done(uv_work_t *uv, int status)
{
    struct platform_work *work = uv->data;
    (void)status; /* nobody cancels it */
    in_flight--;
    if (work->err == OK)
        http_answer(work->req, work->status, work->status == 204 ? NULL : "application/json; charset=utf-8",
                    &work->body);
    else
        http_fail(work->req, &work->error);
    buf_release(&work->body);
    http_release(work->req);
    arena_free(work->arena);
    malloc_trim(0); /* the texts of all migrations are megabytes, and nobody asks for as much again soon */
}

static void release_json(void *json)
{
    json_decref(json);
}

/* The token, the body if one is wanted, then the thread. */
static void submit(struct http_req *req, bool wants_body,
                   enum err (*run)(struct platform_work *work, PGconn *conn, struct error *out))
{
    const struct services *services = req->services;
    json_t *input = NULL;
    if (!has_token(req, services->settings))
        return;
    if (wants_body && req->body.len > 0) {
        json_error_t reason = {.text = "it holds too many values"};
        if (json_fits(req->body, INPUT_VALUES_MAX))
            input = exact_load(req->body, JSON_REJECT_DUPLICATES, &reason);
        if (!json_is_object(input)) {
            json_decref(input);
            http_fail_with(req, ERR_BAD_BODY, "The body is no JSON object: %s.",
                           input ? "it is something else" : reason.text);
            return;
        }
        arena_on_release(req->arena, release_json, input);
    }
    if (in_flight >= WORK_MAX) {
        http_fail_with(req, ERR_BUSY, "Too many platform requests at once.");
        return;
    }
    struct arena *arena = arena_new();
    struct platform_work *work = arena_zalloc(arena, sizeof *work);
    *work = (struct platform_work){.req = req,
                                   .arena = arena,
                                   .subject = req->params[0],
                                   .settings = services->settings,
                                   .conninfo = tenant_registry_conninfo(services->tenants),
                                   .input = input,
                                   .run = run,
                                   .status = 200};
    for (size_t i = 0; i < QUERY_COUNT; i++)
        work->query[i] = http_query_param(req, query_names[i]);
    work->work.data = work;
    buf_init(&work->body, ANSWER_MAX_BYTES);
    http_hold(req);
    in_flight++;
    uv_queue_work(services->loop, &work->work, run_work, platform_done);
}

/* A text member of the body; NULL when absent or null. Another type is an error. */
static enum err text_member(struct platform_work *work, const char *name, const char **text, struct error *out)
{
    const json_t *value = work->input ? json_object_get(work->input, name) : NULL;
    *text = NULL;
    if (!value || json_is_null(value))
        return OK;
    if (!json_is_string(value)) {
        error_set(out, work->arena, ERR_BAD_INPUT, "\"%s\" is a text.", name);
        out->details = arena_printf(work->arena, "{\"field\":\"%s\"}", name);
        return ERR_BAD_INPUT;
    }
    *text = json_string_value(value);
    return OK;
}

static const char *dump(struct arena *arena, const json_t *json)
{
    char *text = exact_dump(json, JSON_COMPACT);
    if (!text)
        abort();
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

/* An object member as JSON text; NULL when absent. */
static enum err object_member(struct platform_work *work, const char *name, const char **text, struct error *out)
{
    const json_t *value = work->input ? json_object_get(work->input, name) : NULL;
    *text = NULL;
    if (!value || json_is_null(value))
        return OK;
    if (!json_is_object(value)) {
        error_set(out, work->arena, ERR_BAD_INPUT, "\"%s\" is an object.", name);
        out->details = arena_printf(work->arena, "{\"field\":\"%s\"}", name);
        return ERR_BAD_INPUT;
    }
    *text = dump(work->arena, value);
    return OK;
}

static enum err write_tenant(struct platform_work *work, const struct tenant_row *row, bool with_keys)
{
    struct json_writer w = json_writer(&work->body);
    switchboard_write_json(&w, work->arena, row, with_keys, (int)work->settings->port);
    return OK;
}

/* --- Provisioning ---------------------------------------------------------------------------------------------------
 */

/* ["a","b"] → "a,b" */
static enum err module_list(struct platform_work *work, const char **modules, struct error *out)
{
    const json_t *list = work->input ? json_object_get(work->input, "modules") : NULL;
    struct buf text;
    size_t i;
    json_t *item;
    *modules = NULL;
    if (!list || json_is_null(list))
        return OK;
    buf_init(&text, 4096);
    bool good = json_is_array(list);
    json_array_foreach(list, i, item)
    {
        good = good && json_is_string(item) && !strchr(json_string_value(item), ',');
        if (good)
            buf_printf(&text, "%s%s", i ? "," : "", json_string_value(item));
    }
    *modules = arena_strdup(work->arena, buf_cstr(&text));
    buf_release(&text);
    if (good)
        return OK;
    error_set(out, work->arena, ERR_BAD_INPUT, "\"modules\" is a list of names.");
    out->details = "{\"field\":\"modules\"}";
    return ERR_BAD_INPUT;
}

static enum err run_provision(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct provision_request request = {0};
    struct first_admin admin = {0};
    struct sources sources;
    struct tenant_row row;
    enum err err = text_member(work, "name", &request.name, out);
    if (err == OK)
        err = text_member(work, "domain", &request.domain, out);
    if (err == OK)
        err = text_member(work, "schema_name", &request.schema, out);
    if (err == OK)
        err = object_member(work, "theme_config", &request.theme_json, out);
    if (err == OK)
        err = object_member(work, "settings", &request.settings_json, out);
    if (err == OK)
        err = module_list(work, &request.modules, out);
    if (err == OK)
        err = auth_first_admin(work->arena, json_object_get(work->input, "admin"), request.domain, &admin, out);
    request.admin_json = admin.json;
    if (err == OK)
        err = sources_read(work->arena, path_share(work->arena, work->settings->db_dir, "db", "db"), &sources, out);
    if (err == OK)
        err = provision_tenant(work->arena, conn, &sources, &request, &row, out);
    if (err != OK)
        return err;
    work->status = 201;
    row.admin_email = admin.email;
    row.admin_password = admin.password;
    return write_tenant(work, &row, true);
}

/* POST /api/v1/sys/provision */
static void platform_provision(struct http_req *req)
{
    submit(req, true, run_provision);
}

/* --- Tenants --------------------------------------------------------------------------------------------------------
 */

static enum err run_list(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row *rows = NULL;
    size_t count = 0;
    enum err err = switchboard_list(work->arena, conn, &rows, &count, out);
    if (err != OK)
        return err;
    struct json_writer w = json_writer(&work->body);
    json_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        switchboard_write_json(&w, work->arena, &rows[i], false, (int)work->settings->port);
    json_close(&w, ']');
    return OK;
}

/* GET /api/v1/sys/tenants */
static void platform_list(struct http_req *req)
{
    submit(req, false, run_list);
}

static enum err run_show(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_find(work->arena, conn, work->subject, &row, out);
    return err == OK ? write_tenant(work, &row, true) : err;
}

/* GET /api/v1/sys/tenants/:tenant */
static void platform_show(struct http_req *req)
{
    submit(req, false, run_show);
}

static enum err run_change(struct platform_work *work, PGconn *conn, struct error *out)
{
    const char *name = NULL, *domain = NULL, *theme = NULL;
    struct tenant_row row;
    enum err err = text_member(work, "name", &name, out);
    if (err == OK)
        err = text_member(work, "domain", &domain, out);
    if (err == OK)
        err = object_member(work, "theme_config", &theme, out);
    if (err == OK)
        err = switchboard_rename(work->arena, conn, work->subject, name, domain, theme, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* PATCH /api/v1/sys/tenants/:tenant {name, domain, theme_config} */
static void platform_change(struct http_req *req)
{
    submit(req, true, run_change);
}

static enum err run_drop(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_find(work->arena, conn, work->subject, &row, out);
    if (err != OK)
        return err;
    const char *confirm = work->query[QUERY_CONFIRM];
    if (!confirm || !text_eq(confirm, row.schema)) {
        error_set(out, work->arena, ERR_BAD_INPUT,
                  "Dropping a tenant deletes all its data: repeat its schema as ?confirm=%s.", row.schema);
        return ERR_BAD_INPUT;
    }
    work->status = 204;
    return switchboard_drop(work->arena, conn, row.schema, out);
}

/* DELETE /api/v1/sys/tenants/:tenant?confirm=<schema> */
static void platform_drop(struct http_req *req)
{
    submit(req, false, run_drop);
}

static enum err run_suspend(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_suspend(work->arena, conn, work->subject, true, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* POST /api/v1/sys/tenants/:tenant/suspend */
static void platform_suspend(struct http_req *req)
{
    submit(req, false, run_suspend);
}

static enum err run_resume(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_suspend(work->arena, conn, work->subject, false, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* POST /api/v1/sys/tenants/:tenant/resume */
static void platform_resume(struct http_req *req)
{
    submit(req, false, run_resume);
}

static enum err run_modules(struct platform_work *work, PGconn *conn, struct error *out)
{
    const char *modules = NULL;
    struct sources sources;
    struct tenant_row row;
    enum err err = module_list(work, &modules, out);
    if (err == OK && !modules)
        err = error_set(out, work->arena, ERR_BAD_INPUT, "\"modules\" is a list of names.");
    if (err == OK)
        err = sources_read(work->arena, path_share(work->arena, work->settings->db_dir, "db", "db"), &sources, out);
    if (err == OK)
        err = provision_modules(work->arena, conn, &sources, work->subject, modules, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* POST /api/v1/sys/tenants/:tenant/modules {modules} */
static void platform_modules(struct http_req *req)
{
    submit(req, true, run_modules);
}

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
static void platform_migrations(struct http_req *req)
{
    submit(req, false, run_migrations);
}

static enum err run_migrate(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct migrate_options options = {.db_dir = path_share(work->arena, work->settings->db_dir, "db", "db"),
                                      .parallel = (int)work->settings->migrate_parallel,
                                      .to = -1};
    struct migrate_report report;
    (void)conn;
    enum err err = text_member(work, "tenant", &options.tenant, out);
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
static void platform_migrate(struct http_req *req)
{
    submit(req, true, run_migrate);
}

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
static void platform_jobs(struct http_req *req)
{
    submit(req, false, run_jobs);
}

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
static void platform_retry(struct http_req *req)
{
    submit(req, false, run_retry);
}

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
static void platform_cancel(struct http_req *req)
{
    submit(req, false, run_cancel);
}

const struct http_route platform_routes[] = {
    {HTTP_POST, "/api/v1/sys/provision", platform_provision, 0},
    {HTTP_GET, "/api/v1/sys/tenants", platform_list, 0},
    {HTTP_GET, "/api/v1/sys/tenants/:tenant", platform_show, 0},
    {HTTP_PATCH, "/api/v1/sys/tenants/:tenant", platform_change, 0},
    {HTTP_DELETE, "/api/v1/sys/tenants/:tenant", platform_drop, 0},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/suspend", platform_suspend, 0},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/resume", platform_resume, 0},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/modules", platform_modules, 0},
    {HTTP_GET, "/api/v1/sys/migrations", platform_migrations, 0},
    {HTTP_POST, "/api/v1/sys/migrations", platform_migrate, 0},
    {HTTP_GET, "/api/v1/sys/jobs", platform_jobs, 0},
    {HTTP_POST, "/api/v1/sys/jobs/:job/retry", platform_retry, 0},
    {HTTP_POST, "/api/v1/sys/jobs/:job/cancel", platform_cancel, 0},
    {0},
};
