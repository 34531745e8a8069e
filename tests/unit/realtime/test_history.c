/* The ring of changes, the tables they name, and the text of a place. */
#include "../unit.h"

#include "realtime/history.h"
#include "realtime/relations.h"

#include <stdio.h>
#include <stdlib.h>

static const struct relation *tell(struct relations *relations, uint32_t id, const char *schema, const char *table,
                                   struct pgoutput_column *columns, int count)
{
    struct pgoutput_message m = {.kind = PGOUTPUT_RELATION};
    m.relation.id = id;
    m.relation.schema = schema;
    m.relation.table = table;
    m.relation.count = count;
    m.relation.columns = columns;
    return relations_tell(relations, &m);
}

static void places_have_a_text(void **state)
{
    static const char *const wrong[] = {"",     ".",    "1",     "1.",   ".1",
                                        "1.x",  "g.1",  "1.1 ",  " 1.1", "1.4294967296",
                                        "-1.1", "1.-1", "1.1.1", "A.1",  "11111111111111111.1",
                                        "0x1.1"};
    static const struct cursor right[] = {{0, 0}, {0x1a2b3c4d, 3}, {UINT64_MAX, UINT32_MAX}};
    struct cursor read = {7, 7};
    char text[CURSOR_TEXT_BYTES];
    (void)state;
    cursor_write(text, right[1]);
    assert_string_equal(text, "1a2b3c4d.3");
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        cursor_write(text, right[i]);
        assert_true(cursor_read(text, &read));
        assert_int_equal(cursor_compare(read, right[i]), 0);
    }
    read = (struct cursor){7, 7};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (cursor_read(wrong[i], &read))
            fail_msg("%s was read", wrong[i]);
    assert_false(cursor_read(NULL, &read));
    assert_int_equal(read.commit_lsn, 7);
}

static void tables_alike_share_their_columns(void **state)
{
    struct pgoutput_column columns[] = {{true, "id", 23, -1}, {false, "name", 25, -1}};
    struct relations *relations = relations_new();
    (void)state;
    relations_name_type(relations, 23, "int4");
    const struct relation *a = tell(relations, 1, "tenant_a", "guests", columns, 2);
    const struct relation *b = tell(relations, 2, "tenant_b", "guests", columns, 2);
    assert_ptr_equal(a->columns, b->columns);
    assert_ptr_equal(relations_find(relations, 1), a);
    assert_null(relations_find(relations, 3));
    assert_string_equal(a->columns[0].type_name, "int4");
    assert_string_equal(a->columns[1].type_name, "unknown");
    assert_true(a->columns[0].key && !a->columns[1].key);
    relations_free(relations);
}

static void a_table_told_again_has_a_higher_version(void **state)
{
    struct pgoutput_column columns[] = {{true, "id", 23, -1}, {false, "name", 25, -1}};
    struct relations *relations = relations_new();
    (void)state;
    const struct relation *before = relation_ref(tell(relations, 1, "t", "guests", columns, 2));
    const struct relation *again = tell(relations, 1, "t", "guests", columns, 2);
    assert_true(again->version > before->version); /* its policies may be others */
    assert_ptr_equal(again->columns, before->columns);
    columns[1].name = "full_name";
    const struct relation *after = tell(relations, 1, "t", "guests", columns, 2);
    assert_ptr_not_equal(after, before);
    assert_true(after->version > before->version + 1);
    assert_string_equal(before->columns[1].name, "name"); /* who holds it still reads it */
    assert_string_equal(after->columns[1].name, "full_name");
    assert_string_equal(tell(relations, 1, "t", "visitors", columns, 2)->table, "visitors");
    columns[1].type = 1043;
    relations_name_type(relations, 1043, "mood");
    assert_string_equal(tell(relations, 1, "t", "guests", columns, 2)->columns[1].type_name, "mood");
    relations_name_type(relations, 1043, "temper"); /* ALTER TYPE … RENAME */
    assert_string_equal(tell(relations, 1, "t", "guests", columns, 2)->columns[1].type_name, "temper");
    relations_free(relations);
    assert_string_equal(before->table, "guests"); /* also beyond them all */
    relation_unref(before);
}

static void some_tables_are_hidden(void **state)
{
    static const struct {
        const char *schema;
        bool hidden;
    } cases[] = {{"maitred", true},  {"", true},
                 {"pg_toast", true}, {"information_schema", true},
                 {"public", false},  {"tenant_maitred", false}};
    struct relations *relations = relations_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(relation_is_hidden(tell(relations, (uint32_t)i + 1, cases[i].schema, "x", NULL, 0)),
                         cases[i].hidden);
    relations_free(relations);
}

/* --- the ring ------------------------------------------------------------------------------------------------------
 */

struct ring {
    struct relations *relations;
    const struct relation *table, *other;
    struct history *history;
    char text[65536];
};

static void begin(struct ring *ring, size_t bytes)
{
    struct pgoutput_column columns[] = {{true, "id", 23, -1}, {false, "note", 25, -1}};
    ring->relations = relations_new();
    ring->table = tell(ring->relations, 1, "t", "guests", columns, 2);
    ring->other = tell(ring->relations, 2, "t", "other", columns, 1);
    ring->history = history_new(bytes, (struct cursor){100, UINT32_MAX});
    for (size_t i = 0; i < sizeof ring->text; i++)
        ring->text[i] = (char)('a' + i % 26);
}

static void end(struct ring *ring)
{
    history_free(ring->history);
    relations_free(ring->relations);
}

/* A row whose note is n bytes of the text, beginning at its number. */
static void add(struct ring *ring, uint64_t n, size_t length, int64_t now_ms)
{
    struct change_value after[2] = {{.state = VALUE_TEXT, .text = STR("7")},
                                    {.state = VALUE_TEXT, .text = {.at = ring->text + n % 26, .len = length}}};
    history_add(ring->history,
                &(struct change){.cursor = {200 + n, 1},
                                 .committed_us = (int64_t)n,
                                 .kind = CHANGE_INSERT,
                                 .relation = ring->table,
                                 .after = after},
                now_ms);
}

struct seen {
    struct ring *ring;
    uint64_t first, last;
    size_t count;
};

static void look(void *data, const struct change *change)
{
    struct seen *seen = data;
    uint64_t n = change->cursor.commit_lsn - 200;
    assert_true(!seen->count || n == seen->last + 1);
    assert_int_equal(change->committed_us, n);
    assert_null(change->before);
    assert_true(str_eq(change->after[0].text, STR("7")));
    assert_memory_equal(change->after[1].text.at, seen->ring->text + n % 26, change->after[1].text.len);
    seen->first = seen->count++ ? seen->first : n;
    seen->last = n;
}

static struct seen all_behind(struct ring *ring, struct cursor since)
{
    struct seen seen = {.ring = ring};
    history_tell(ring->history, since, NULL, look, &seen);
    return seen;
}

static void the_oldest_goes_when_it_is_full(void **state)
{
    struct ring ring;
    (void)state;
    begin(&ring, 4096);
    srand(7);
    for (uint64_t n = 1; n <= 5000; n++) {
        add(&ring, n, (size_t)rand() % 1500, 0);
        struct cursor oldest = history_oldest(ring.history);
        struct seen seen = all_behind(&ring, oldest);
        assert_true(seen.count >= 1 && seen.count == history_count(ring.history));
        assert_int_equal(seen.last, n);
        assert_int_equal(seen.first, oldest.commit_lsn > 200 ? oldest.commit_lsn - 200 + 1 : 1);
        assert_true(history_bytes(ring.history) <= 4096);
    }
    end(&ring);
}

static void many_are_kept_and_found(void **state)
{
    struct ring ring;
    (void)state;
    begin(&ring, 16 * 1024 * 1024);
    for (uint64_t n = 1; n <= 50000; n++)
        add(&ring, n, 20, 0);
    assert_int_equal(history_count(ring.history), 50000);
    assert_int_equal(history_oldest(ring.history).commit_lsn, 100);
    for (uint64_t n = 0; n <= 50000; n += 9999) {
        struct seen seen = all_behind(&ring, (struct cursor){200 + n, 1});
        assert_int_equal(seen.count, 50000 - n);
        assert_true(!seen.count || seen.first == n + 1);
    }
    end(&ring);
}

static void what_is_larger_than_all_empties_it(void **state)
{
    struct ring ring;
    struct cursor first;
    (void)state;
    begin(&ring, 4096);
    add(&ring, 1, 10, 0);
    add(&ring, 2, 5000, 0);
    assert_int_equal(history_count(ring.history), 0);
    assert_false(history_first(ring.history, &first));
    assert_int_equal(history_oldest(ring.history).commit_lsn, 202);
    add(&ring, 3, 10, 0);
    assert_int_equal(all_behind(&ring, history_oldest(ring.history)).count, 1);
    end(&ring);
}

static void what_is_too_old_goes(void **state)
{
    struct ring ring;
    struct cursor first;
    (void)state;
    begin(&ring, 4096);
    for (uint64_t n = 1; n <= 10; n++)
        add(&ring, n, 10, (int64_t)n * 1000);
    history_expire(ring.history, 4000);
    assert_true(history_first(ring.history, &first));
    assert_int_equal(first.commit_lsn, 204);
    assert_int_equal(history_oldest(ring.history).commit_lsn, 203);
    history_expire(ring.history, 1000000);
    assert_int_equal(history_count(ring.history), 0);
    assert_int_equal(history_oldest(ring.history).commit_lsn, 210);
    assert_int_equal(history_bytes(ring.history), 0);
    end(&ring);
}

static void look_closely(void *data, const struct change *change)
{
    ++*(int *)data;
    assert_int_equal(change->kind, CHANGE_UPDATE);
    assert_int_equal(change->after[0].state, VALUE_NULL);
    assert_int_equal(change->after[1].state, VALUE_UNCHANGED);
    assert_true(str_eq(change->before[0].text, STR("")));
    assert_int_equal(change->before[0].state, VALUE_TEXT);
    assert_int_equal(change->before[1].state, VALUE_ABSENT);
}

static bool is_guests(void *data, const struct relation *relation)
{
    (void)data;
    return text_eq(relation->table, "guests");
}

static void values_keep_their_states(void **state)
{
    struct ring ring;
    struct change_value after[] = {{.state = VALUE_NULL}, {.state = VALUE_UNCHANGED}};
    struct change_value before[] = {{.state = VALUE_TEXT, .text = STR("")}, {.state = VALUE_ABSENT}};
    int seen = 0;
    (void)state;
    begin(&ring, 4096);
    history_add(ring.history, &(struct change){.cursor = {201, 1}, .kind = CHANGE_TRUNCATE, .relation = ring.other}, 0);
    history_add(
        ring.history,
        &(struct change){
            .cursor = {201, 2}, .kind = CHANGE_UPDATE, .relation = ring.table, .after = after, .before = before},
        0);
    history_tell(ring.history, (struct cursor){0}, is_guests, look_closely, &seen);
    assert_int_equal(seen, 1);
    end(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_have_a_text),
        cmocka_unit_test(tables_alike_share_their_columns),
        cmocka_unit_test(a_table_told_again_has_a_higher_version),
        cmocka_unit_test(some_tables_are_hidden),
        cmocka_unit_test(the_oldest_goes_when_it_is_full),
        cmocka_unit_test(many_are_kept_and_found),
        cmocka_unit_test(what_is_larger_than_all_empties_it),
        cmocka_unit_test(what_is_too_old_goes),
        cmocka_unit_test(values_keep_their_states),
    };
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
