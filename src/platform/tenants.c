/* Provisioning and tenants. */
#include "auth/first_admin.h"
#include "config/paths.h"
#include "platform/door.h"
#include "tenant/provision.h"
#include "tenant/switchboard.h"

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
    enum err err = platform_text(work, "name", &request.name, out);
    if (err == OK)
        err = platform_text(work, "domain", &request.domain, out);
    if (err == OK)
        err = platform_text(work, "schema_name", &request.schema, out);
    if (err == OK)
        err = platform_object(work, "theme_config", &request.theme_json, out);
    if (err == OK)
        err = platform_object(work, "settings", &request.settings_json, out);
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
const struct platform_door platform_provision = {run_provision, .wants_body = true};

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
const struct platform_door platform_list = {run_list};

static enum err run_show(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_find(work->arena, conn, work->subject, &row, out);
    return err == OK ? write_tenant(work, &row, true) : err;
}

/* GET /api/v1/sys/tenants/:tenant */
const struct platform_door platform_show = {run_show};

static enum err run_change(struct platform_work *work, PGconn *conn, struct error *out)
{
    const char *name = NULL, *domain = NULL, *theme = NULL;
    struct tenant_row row;
    enum err err = platform_text(work, "name", &name, out);
    if (err == OK)
        err = platform_text(work, "domain", &domain, out);
    if (err == OK)
        err = platform_object(work, "theme_config", &theme, out);
    if (err == OK)
        err = switchboard_rename(work->arena, conn, work->subject, name, domain, theme, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* PATCH /api/v1/sys/tenants/:tenant {name, domain, theme_config} */
const struct platform_door platform_change = {run_change, .wants_body = true};

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
const struct platform_door platform_drop = {run_drop};

static enum err run_suspend(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_suspend(work->arena, conn, work->subject, true, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* POST /api/v1/sys/tenants/:tenant/suspend */
const struct platform_door platform_suspend = {run_suspend};

static enum err run_resume(struct platform_work *work, PGconn *conn, struct error *out)
{
    struct tenant_row row;
    enum err err = switchboard_suspend(work->arena, conn, work->subject, false, &row, out);
    return err == OK ? write_tenant(work, &row, false) : err;
}

/* POST /api/v1/sys/tenants/:tenant/resume */
const struct platform_door platform_resume = {run_resume};

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
const struct platform_door platform_modules = {run_modules, .wants_body = true};
