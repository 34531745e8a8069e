/* Reading the files below db/, and the names that tenants may have. */
#include "../unit.h"

#include "base/str.h"
#include "tenant/apply.h"
#include "tenant/provision.h"
#include "tenant/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene {
    struct arena *arena;
    char dir[64];
};

static void put(const struct scene *scene, const char *path, const char *text)
{
    char *full = arena_printf(scene->arena, "%s/%s", scene->dir, path);
    for (char *p = full + strlen(scene->dir) + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        (void)mkdir(full, 0700);
        *p = '/';
    }
    FILE *out = fopen(full, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static int set_up(void **state)
{
    static struct scene scene;
    scene.arena = arena_new();
    (void)snprintf(scene.dir, sizeof scene.dir, "/tmp/maitred-sources-XXXXXX");
    assert_non_null(mkdtemp(scene.dir));
    put(&scene, "platform/0001_begin.sql", "-- up\nselect 1;\n-- down\nselect 2;\n");
    put(&scene, "tenant/core/0002_second.sql", "-- Why.\n-- up\nselect 'second';\n");
    put(&scene, "tenant/core/0001_first.sql", "-- up\nselect 'first';\n-- down\nselect 'back';\n");
    put(&scene, "tenant/dining/0001_tables.sql", "-- up\nselect 'tables';\n");
    put(&scene, "api/core/hello.sql", "create function api.hello() …");
    put(&scene, "app/core/help.sql", "create or replace function app.help() …");
    put(&scene, "app/core/README.md", "not SQL");
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    char *command = arena_printf(scene->arena, "rm -rf '%s'", scene->dir);
    int failed = system(command); /* NOLINT(cert-env33-c): our own temporary folder */
    arena_free(scene->arena);
    return failed;
}

static void files_are_read_in_order(void **state)
{
    struct scene *scene = *state;
    struct sources sources;
    struct error error;
    size_t count = 0;
    assert_int_equal(sources_read(scene->arena, scene->dir, &sources, &error), OK);
    assert_int_equal(sources.platform_count, 1);
    assert_string_equal(sources.platform[0].up, "select 1;\n");
    assert_string_equal(sources.platform[0].down, "select 2;\n");
    const struct migration *core = sources_module(&sources, "core", &count);
    assert_int_equal(count, 2);
    assert_string_equal(core[0].name, "first");
    assert_string_equal(core[1].up, "select 'second';\n");
    assert_null(core[1].down);
    assert_int_equal(core[1].up_line, 3);
    assert_int_equal(core[0].down_line, 4);
    assert_int_equal(sources.function_count, 2);
    assert_string_equal(sources.functions[0].kind, "app");
    assert_string_equal(sources.functions[1].name, "hello");
    (void)sources_module(&sources, "pool", &count);
    assert_int_equal(count, 0);
}

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *file, *text, *complaint;
    } cases[] = {
        {"tenant/core/0003_no_mark.sql", "select 1;\n", "tenant/core/0003_no_mark.sql has no line `-- up`."},
        {"tenant/core/third.sql", "-- up\n", "tenant/core/third.sql: a migration is called NNNN_verb_noun.sql."},
        {"tenant/core/0002_twice.sql", "-- up\n",
         "tenant/core/0002_second.sql and tenant/core/0002_twice.sql have the same number."},
    };
    struct scene *scene = *state;
    struct sources sources;
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(scene, cases[i].file, cases[i].text);
        assert_int_equal(sources_read(scene->arena, scene->dir, &sources, &error), ERR_BAD_INPUT);
        assert_string_equal(error.message, cases[i].complaint);
        assert_int_equal(unlink(arena_printf(scene->arena, "%s/%s", scene->dir, cases[i].file)), 0);
    }
    assert_int_equal(sources_read(scene->arena, NULL, &sources, &error), ERR_BAD_INPUT);
    assert_int_equal(sources_read(scene->arena, "/nonexistent", &sources, &error), ERR_BAD_INPUT);
}

static void a_shape_depends_on_modules_and_text(void **state)
{
    struct scene *scene = *state;
    struct sources sources;
    struct error error;
    static const char *const core[] = {"core", NULL}, *const both[] = {"core", "dining", NULL},
                             *const turned[] = {"dining", "core", NULL};
    assert_int_equal(sources_read(scene->arena, scene->dir, &sources, &error), OK);
    const char *before = apply_expected_shape(scene->arena, &sources, core);
    assert_string_not_equal(before, apply_expected_shape(scene->arena, &sources, both));
    assert_string_equal(apply_expected_shape(scene->arena, &sources, turned),
                        apply_expected_shape(scene->arena, &sources, both));
    put(scene, "tenant/core/0001_first.sql", "-- up\nselect 'first';\n-- down\nselect 'another way back';\n");
    assert_int_equal(sources_read(scene->arena, scene->dir, &sources, &error), OK);
    assert_string_equal(apply_expected_shape(scene->arena, &sources, core), before); /* down parts may be mended */
    put(scene, "tenant/core/0001_first.sql", "-- up\nselect 'edited';\n");
    assert_int_equal(sources_read(scene->arena, scene->dir, &sources, &error), OK);
    assert_string_not_equal(apply_expected_shape(scene->arena, &sources, core), before);
}

static void names_become_schemas(void **state)
{
    static const struct {
        const char *name, *schema;
    } cases[] = {{"Pizza Bella", "tenant_pizza_bella"},
                 {"  A--B!  ", "tenant_a_b"},
                 {"Müller & Söhne", "tenant_muller_sohne"},
                 {"Trattoria Ünï, Łódź", "tenant_trattoria_uni_lodz"},
                 {"\xc3 broken", "tenant_broken"},
                 {"Робот", "tenant"},
                 {"0123456789012345678901234567890123456789012345678901234567890123456789",
                  "tenant_01234567890123456789012345678901234567890123456789012345"}};
    struct scene *scene = *state;
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *schema = provision_schema_of(scene->arena, cases[i].name);
        assert_string_equal(schema, cases[i].schema);
        assert_int_equal(switchboard_check_schema(scene->arena, schema, &error), OK);
    }
}

static void domains_and_schemas_are_checked(void **state)
{
    static const char *const good[] = {"a", "pizza.localhost", "xn--mller-kva.example", "1.2.3.4"};
    static const char *const bad[] = {"", "Pizza.localhost", "-a", "a-", "a..b", "a b", "a:80", "a/b", "ä.de", ".a"};
    static const char *const reserved[] = {
        "public", "maitred", "api", "app",  "auth", "pg_catalog", "information_schema",
        "9lives", "Upper",   "a-b", "a\"b", ""};
    struct scene *scene = *state;
    struct error error;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(switchboard_check_domain(scene->arena, good[i], &error), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(switchboard_check_domain(scene->arena, bad[i], &error), ERR_BAD_INPUT);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        assert_int_equal(switchboard_check_schema(scene->arena, reserved[i], &error), ERR_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_read_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_shape_depends_on_modules_and_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_become_schemas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(domains_and_schemas_are_checked, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
