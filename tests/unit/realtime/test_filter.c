/* Filters of postgres_changes, as RealtimePostgresFilterBuilder.ts writes them. */
#include "../unit.h"

#include "realtime/filter.h"
#include "realtime/map.h"

#include <stdio.h>

static const struct filter_column filter_columns[] = {{"id", 20},     {"name", 25},  {"price", 1700}, {"weight", 701},
                                                      {"open", 16},   {"day", 1082}, {"at", 1184},    {"who", 2950},
                                                      {"tags", 1009}, {"hour", 1083}};
enum { COLUMNS = sizeof filter_columns / sizeof *filter_columns };

static struct change_column row_columns[COLUMNS];
static const struct relation relation = {.id = 1, .version = 1, .column_count = COLUMNS, .columns = row_columns};

/* A row: texts in the columns' order, NULL for null. */
struct row {
    const char *texts[COLUMNS];
};

static const struct row pizza = {{"42", "Margherita, große", "9.50", "0.25", "t", "2026-11-21",
                                  "2026-11-21 12:30:00.5+01", "0b7c1e52-8d5c-4c8e-9d0e-2f6a3b4c5d6e", "{a,b}",
                                  "12:30:00"}};
static const struct row nothing = {{NULL}};

static void fill(const struct row *row, struct change_value *values)
{
    for (int i = 0; i < COLUMNS; i++) {
        row_columns[i] = (struct change_column){.name = filter_columns[i].name, .type = filter_columns[i].type};
        values[i] =
            (struct change_value){.state = row->texts[i] ? VALUE_TEXT : VALUE_NULL, .text = str_of(row->texts[i])};
    }
}

static bool fits(const char *text, const struct row *row)
{
    struct arena *arena = arena_new();
    struct change_value values[COLUMNS];
    struct filter *filter;
    struct error error;
    fill(row, values);
    if (filter_parse(arena, text, filter_columns, COLUMNS, &filter, &error) != OK)
        fail_msg("%s: %s", text, error.message);
    bool yes = filter_fits(filter, &relation, values);
    arena_free(arena);
    return yes;
}

static void values_compare_by_their_type(void **state)
{
    static const struct {
        const char *filter;
        bool fits, fits_null;
    } cases[] = {
        {"id=eq.42", true, false},
        {"id=eq.042", true, false},
        {"id=neq.42", false, false},
        {"id=gt.9", true, false},
        {"id=lt.100000000000000000000", true, false},
        {"id=lte.42", true, false},
        {"id=gte.43", false, false},
        {"id=gt.-50", true, false},
        {"id=in.(1,42,3)", true, false},
        {"id=in.(1,2)", false, false},
        {"id=not.in.(1,2)", true, false},
        {"price=eq.9.5", true, false},
        {"price=gt.9.49999999999999999999", true, false},
        {"price=lt.9.500000000000000000001", true, false},
        {"price=gt.10", false, false},
        {"weight=eq.2.5e-1", true, false},
        {"weight=lt.NaN", true, false},
        {"open=eq.true", true, false},
        {"open=is.true", true, false},
        {"open=is.false", false, false},
        {"open=is.null", false, true},
        {"open=not.is.null", true, false},
        {"day=eq.2026-11-21", true, false},
        {"day=lt.2026-12-01", true, false},
        {"day=gt.0044-03-15 BC", true, false},
        {"at=eq.2026-11-21T11:30:00.500Z", true, false},
        {"at=gt.2026-11-21T11:30:00Z", true, false},
        {"at=lt.2026-11-21 12:30:01+01", true, false},
        {"at=lt.infinity", true, false},
        {"hour=gte.12:30", true, false},
        {"who=eq.0B7C1E52-8D5C-4C8E-9D0E-2F6A3B4C5D6E", true, false},
        {"name=eq.\"Margherita, große\"", true, false},
        {"name=eq.margherita", false, false},
        {"name=like.Margherita%", true, false},
        {"name=like.%gro_e", true, false},
        {"name=like.%gro__e", false, false},
        {"name=like.%", true, false},
        {"name=like.Marg%a%e", true, false},
        {"name=ilike.\"MARGHERITA, GROßE\"", true, false},
        {"name=not.like.Funghi%", true, false},
        {"name=match.^Marg.*e$", true, false},
        {"name=imatch.^marg", true, false},
        {"name=match.^marg", false, false},
        {"name=isdistinct.x", true, true},
        {"name=isdistinct.null", true, false},
        {"name=not.isdistinct.null", false, true},
        {"tags=eq.\"{a,b}\"", true, false},
        {"id=gt.1,price=lt.10,open=is.true", true, false},
        {"id=gt.1,price=lt.9,open=is.true", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (fits(cases[i].filter, &pizza) != cases[i].fits)
            fail_msg("%s: expected %d", cases[i].filter, cases[i].fits);
        if (fits(cases[i].filter, &nothing) != cases[i].fits_null)
            fail_msg("%s: expected %d for nulls", cases[i].filter, cases[i].fits_null);
    }
}

static void what_makes_no_sense_is_named(void **state)
{
    static const struct {
        const char *filter, *message;
    } cases[] = {
        {"", "column=operator.value"},      {"id", "column=operator.value"}, {"nope=eq.1", "\"nope\""},
        {"id=almost.1", "\"almost\""},      {"id=eq.one", "\"one\""},        {"id=eq.", "\"id\""},
        {"id=in.1", "parentheses"},         {"id=in.(1", "\"id\""},          {"name=eq.\"open", "\"name\""},
        {"who=eq.nobody", "\"who\""},       {"day=eq.yesterday", "\"day\""}, {"open=is.perhaps", "null, true, false"},
        {"tags=lt.{a}", "no order"},        {"name=match.(", "\"name\""},    {"name=match.(a)\\1", "back references"},
        {"name=match.a{99}", "repetition"}, {"id=eq.1;drop", "\"1;drop\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct filter *filter = NULL;
        struct error error = {0};
        if (filter_parse(arena, cases[i].filter, filter_columns, COLUMNS, &filter, &error) == OK)
            fail_msg("%s was taken", cases[i].filter);
        if (!strstr(error.message, cases[i].message))
            fail_msg("%s: %s", cases[i].filter, error.message);
        arena_free(arena);
    }
}

static void what_is_not_known_fits_nothing(void **state)
{
    struct arena *arena = arena_new();
    struct change_value values[COLUMNS];
    struct filter *filter;
    struct error error;
    (void)state;
    fill(&pizza, values);
    assert_int_equal(filter_parse(arena, "name=neq.x", filter_columns, COLUMNS, &filter, &error), OK);
    assert_true(filter_fits(filter, &relation, values));
    values[1].state = VALUE_UNCHANGED;
    assert_false(filter_fits(filter, &relation, values));
    values[1].state = VALUE_ABSENT;
    assert_false(filter_fits(filter, &relation, values));
    arena_free(arena);
}

/* A column that moved: an ALTER TABLE between two changes. */
static void columns_are_found_by_name(void **state)
{
    struct arena *arena = arena_new();
    struct change_value values[COLUMNS];
    struct filter *filter;
    struct error error;
    (void)state;
    fill(&pizza, values);
    assert_int_equal(filter_parse(arena, "id=eq.42", filter_columns, COLUMNS, &filter, &error), OK);
    assert_true(filter_fits(filter, &relation, values));
    struct change_column moved[] = {{.name = "name"}, {.name = "id"}};
    const struct relation later = {.id = 1, .version = 2, .column_count = 2, .columns = moved};
    struct change_value row[] = {values[1], values[0]};
    assert_true(filter_fits(filter, &later, row));
    moved[1].name = "number";
    const struct relation last = {.id = 1, .version = 3, .column_count = 2, .columns = moved};
    assert_false(filter_fits(filter, &last, row));
    arena_free(arena);
}

static void a_map_keeps_what_is_put_in(void **state)
{
    enum { MANY = 1000 };
    static char keys[MANY][16];
    struct map map = {0};
    size_t at = 0, seen = 0;
    (void)state;
    assert_null(map_get(&map, STR("nothing")));
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof keys[i], "key %d", i);
        map_put(&map, str_of(keys[i]), keys[i]);
    }
    for (int i = 0; i < MANY; i += 2)
        assert_ptr_equal(map_take(&map, str_of(keys[i])), keys[i]);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(map_get(&map, str_of(keys[i])), i % 2 ? keys[i] : NULL);
    for (const char *key; (key = map_next(&map, &at)); seen++)
        map_take(&map, str_of(key));
    assert_int_equal(seen, MANY / 2);
    assert_int_equal(map.count, 0);
    map_put(&map, STR(""), keys[0]);
    assert_ptr_equal(map_get(&map, STR("")), keys[0]);
    map_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_compare_by_their_type),   cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(what_is_not_known_fits_nothing), cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(a_map_keeps_what_is_put_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
