/* The registry against a real server, in a database of its own with the switchboard's tables: MAITRED_TEST_DATABASE
 * holds the conninfo of an owner (script/test sets it). */
#include "../unit.h"

#include "base/clock.h"
#include "base/jwt.h"
#include "base/log.h"
#include "base/str.h"
#include "pg/direct.h"
#include "tenant/registry.h"

#include <stdio.h>
#include <stdlib.h>

static const char *admin_conninfo;

struct scene {
    struct arena *arena;
    uv_loop_t loop;
    struct settings settings;
    struct services services;
    struct tenant_registry *tenants;
    const char *database, *conninfo;
    PGconn *conn;
    bool ready;
};

static const char *const tables =
    "create schema maitred;"
    "create table public.tenants (id uuid primary key default gen_random_uuid(), name text, schema_name text unique, "
    "domain text unique,"
    " theme_config jsonb default '{}', modules text[] default '{core}', status text default 'active', settings jsonb "
    "default '{}');"
    "create table maitred.tenant_keys (tenant_id uuid primary key references public.tenants on delete cascade,"
    " jwt_secret text default md5(random()::text), trusts_since timestamptz not null default now());"
    "create table maitred.tenant_shapes (tenant_id uuid primary key references public.tenants on delete cascade, shape "
    "text, has_own_objects boolean not null default false)";

static void sql(struct scene *scene, const char *statement)
{
    struct error error = {0};
    if (direct_run(scene->arena, scene->conn, statement, &error) != OK)
        fail_msg("%s: %s", statement, error.message);
}

static void add_tenant(struct scene *scene, const char *name)
{
    sql(scene,
        arena_printf(scene->arena,
                     "with t as (insert into public.tenants (name, schema_name, domain) values ('%1$s', 'tenant_%1$s',"
                     " '%1$s.localhost') returning id) insert into maitred.tenant_keys (tenant_id) select id from t",
                     name));
}

static void on_ready(void *data)
{
    struct scene *scene = data;
    scene->ready = true;
}

/* Turns the loop until the condition holds; a minute is a failure. */
static void turn_until(struct scene *scene, bool (*holds)(struct scene *scene))
{
    int64_t until_ms = clock_monotonic_ms() + 60000;
    while (!holds(scene)) {
        assert_true(clock_monotonic_ms() < until_ms);
        uv_run(&scene->loop, UV_RUN_ONCE);
    }
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct error error = {0};
    PGconn *admin = NULL;
    scene->arena = arena_new();
    scene->database = arena_printf(scene->arena, "registry_%llx", (unsigned long long)clock_now_us());
    const char *const pairs[][2] = {{"dbname", scene->database}, {NULL, NULL}};
    assert_int_equal(direct_open(scene->arena, admin_conninfo, &admin, &error), OK);
    assert_int_equal(direct_run(scene->arena, admin,
                                arena_printf(scene->arena, "create database %s template template0", scene->database),
                                &error),
                     OK);
    PQfinish(admin);
    assert_int_equal(direct_conninfo(scene->arena, admin_conninfo, pairs, &scene->conninfo, &error), OK);
    assert_int_equal(direct_open(scene->arena, scene->conninfo, &scene->conn, &error), OK);
    sql(scene, tables);
    add_tenant(scene, "pizza");

    uv_loop_init(&scene->loop);
    scene->settings.default_tenant = "";
    scene->settings.schema = "";
    scene->services = (struct services){.loop = &scene->loop, .settings = &scene->settings};
    scene->services.owner = pg_pool_new(&scene->loop, &(struct pg_pool_options){.name = "owner",
                                                                                .conninfo = scene->conninfo,
                                                                                .connections = 1,
                                                                                .depth = 4,
                                                                                .queue_max = 16,
                                                                                .queue_timeout_ms = 10000,
                                                                                .connection_age_s = 3600,
                                                                                .prepared_max = 16});
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    struct error error;
    PGconn *admin = NULL;
    pg_pool_free(scene->services.owner);
    tenant_registry_free(scene->tenants);
    uv_run(&scene->loop, UV_RUN_DEFAULT);
    uv_loop_close(&scene->loop);
    PQfinish(scene->conn);
    if (direct_open(scene->arena, admin_conninfo, &admin, &error) == OK)
        (void)!direct_run(scene->arena, admin,
                          arena_printf(scene->arena, "drop database %s with (force)", scene->database), &error);
    PQfinish(admin);
    arena_free(scene->arena);
    free(scene);
    return 0;
}

static bool is_ready(struct scene *scene)
{
    return scene->ready;
}

static void start(struct scene *scene)
{
    scene->tenants = tenant_registry_new(&scene->services, scene->conninfo, on_ready, scene);
    turn_until(scene, is_ready);
}

static bool knows(struct scene *scene, const char *host)
{
    struct tenant *tenant = tenant_by_host(scene->tenants, host);
    tenant_unref(tenant);
    return tenant != NULL;
}

static void a_host_leads_to_its_tenant(void **state)
{
    struct scene *scene = *state;
    start(scene);
    struct tenant *tenant = tenant_by_host(scene->tenants, "pizza.localhost");
    assert_non_null(tenant);
    assert_string_equal(tenant->schema, "tenant_pizza");
    assert_string_equal(tenant->search_path, "\"tenant_pizza\", api, app, public, pg_temp");
    assert_string_equal(tenant->modules[0], "core");
    assert_null(tenant->modules[1]);
    assert_false(tenant->suspended);
    struct jwt token;
    struct error error;
    assert_int_equal(jwt_parse(scene->arena, str_of(tenant->anon_key), &token, &error), OK);
    assert_true(jwt_verify_hs256(&token, tenant->jwt_secret));
    assert_string_equal(jwt_claim(&token, "tenant"), "tenant_pizza");
    tenant_unref(tenant);
    assert_false(knows(scene, "unknown.localhost"));
    assert_null(tenant_by_schema(scene->tenants, "tenant_unknown"));
}

static void unknown_hosts_reach_the_default_tenant(void **state)
{
    struct scene *scene = *state;
    scene->settings.default_tenant = "pizza.localhost";
    start(scene);
    assert_true(knows(scene, "unknown.localhost"));
    assert_true(knows(scene, ""));
}

static bool knows_bar(struct scene *scene)
{
    return knows(scene, "bar.localhost");
}

static bool knows_cafe(struct scene *scene)
{
    return knows(scene, "cafe.localhost");
}

static void changes_arrive_without_being_told(void **state)
{
    struct scene *scene = *state;
    start(scene);
    add_tenant(scene, "cafe"); /* nobody notifies: this is the probe */
    turn_until(scene, knows_cafe);
    assert_true(knows(scene, "pizza.localhost"));
}

static void a_tenant_in_use_outlives_its_change(void **state)
{
    struct scene *scene = *state;
    start(scene);
    struct tenant *before = tenant_by_host(scene->tenants, "pizza.localhost");
    sql(scene, "update public.tenants set domain = 'bar.localhost', status = 'suspended'; notify maitred_tenants");
    turn_until(scene, knows_bar);
    struct tenant *after = tenant_by_host(scene->tenants, "bar.localhost");
    assert_true(after->suspended);
    assert_false(knows(scene, "pizza.localhost"));
    assert_string_equal(before->domain, "pizza.localhost"); /* a request under way keeps what it began with */
    tenant_unref(before);
    tenant_unref(after);
}

static void what_did_not_change_is_kept(void **state)
{
    struct scene *scene = *state;
    start(scene);
    struct tenant *before = tenant_by_host(scene->tenants, "pizza.localhost");
    add_tenant(scene, "bar");
    sql(scene, "notify maitred_tenants");
    turn_until(scene, knows_bar);
    struct tenant *after = tenant_by_host(scene->tenants, "pizza.localhost");
    assert_ptr_equal(before, after);
    tenant_unref(before);
    tenant_unref(after);
}

static bool is_without_pizza(struct scene *scene)
{
    return !knows(scene, "pizza.localhost");
}

static void lost_connections_come_back(void **state)
{
    struct scene *scene = *state;
    start(scene);
    sql(scene, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> "
               "pg_backend_pid()");
    assert_true(knows(scene, "pizza.localhost")); /* the last reading stays */
    add_tenant(scene, "cafe");
    turn_until(scene, knows_cafe);
    sql(scene, "delete from public.tenants where schema_name = 'tenant_pizza'");
    turn_until(scene, is_without_pizza);
    assert_int_equal(tenant_count(scene->tenants), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_host_leads_to_its_tenant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_hosts_reach_the_default_tenant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_arrive_without_being_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_tenant_in_use_outlives_its_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_did_not_change_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_connections_come_back, set_up, tear_down),
    };
    admin_conninfo = getenv("MAITRED_TEST_DATABASE");
    if (!admin_conninfo) {
        (void)fputs("MAITRED_TEST_DATABASE is not set\n", stderr);
        return 77; /* skipped, as Meson reads it */
    }
    log_setup(LOG_ERROR, false, "test");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
