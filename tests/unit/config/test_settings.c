/* Settings: file < environment < option, with limits. */
#include "../unit.h"

#include "config/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char file[] = "/tmp/maitred-settings-XXXXXX";

static enum err load(struct arena *arena, const char *text, const struct setting_option *options, size_t count,
                     struct settings *settings, struct error *error)
{
    FILE *out = fopen(file, "we");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    return settings_load(arena, file, options, count, settings, error);
}

static void an_option_beats_the_environment_beats_the_file(void **state)
{
    struct settings s;
    struct error error;
    const struct setting_option option = {"body-max-bytes", "4096"};
    struct arena *arena = arena_new();
    (void)state;
    setenv("MAITRED_WORKERS", "3", 1);
    assert_int_equal(
        load(arena, "# a comment\n workers = 2 \nport=9000\nbody_max_bytes = 2048\n", &option, 1, &s, &error), OK);
    assert_int_equal(s.port, 9000);
    assert_int_equal(s.workers, 3);
    assert_int_equal(s.body_max_bytes, 4096);
    assert_int_equal(s.db_queue, 512);
    for (size_t i = 0; setting_infos[i].name; i++)
        if (!strcmp(setting_infos[i].name, "workers"))
            assert_string_equal(setting_origin_name(setting_origin(i)), "environment");
    unsetenv("MAITRED_WORKERS");
    arena_free(arena);
}

static void wrong_values_say_where_and_what(void **state)
{
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"port = 0\n", ":1: port is a whole number from 1 to 65535, not \"0\"."},
        {"\nport = 80a\n", ":2: port is a whole number"},
        {"log_json = perhaps\n", "log_json is on or off"},
        {"nonsense = 1\n", "there is no setting nonsense"},
        {"port\n", "a line is `name = value`"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings s = {.port = 77};
        struct error error = {0};
        struct arena *arena = arena_new();
        assert_int_not_equal(load(arena, cases[i].text, NULL, 0, &s, &error), OK);
        assert_non_null(strstr(error.message, cases[i].complaint));
        assert_int_equal(s.port, 77); /* untouched */
        arena_free(arena);
    }
}

static void every_default_is_within_its_own_limits(void **state)
{
    struct settings s;
    struct error error;
    struct arena *arena = arena_new();
    (void)state;
    assert_int_equal(load(arena, "", NULL, 0, &s, &error), OK);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_option_beats_the_environment_beats_the_file),
        cmocka_unit_test(wrong_values_say_where_and_what),
        cmocka_unit_test(every_default_is_within_its_own_limits),
    };
    int fd = mkstemp(file);
    if (fd < 0)
        return 1;
    close(fd);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(file);
    return failed;
}
