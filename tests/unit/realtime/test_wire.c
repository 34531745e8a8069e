/* What is written is read again, and nothing else is. */
#include "../unit.h"

#include "realtime/wire.h"

#include <stdlib.h>

static struct change_column columns[] = {{"id", 2950, "uuid", true},
                                         {"note", 25, "text", false},
                                         {"photo", 17, "bytea", false},
                                         {"at", 1184, "timestamptz", false}};
static struct relation orders = {
    .id = 4711, .version = 3, .schema = "tenant_a", .table = "orders", .column_count = 4, .columns = columns};

static const struct relation *find_orders(void *data, uint32_t id, uint32_t version)
{
    return id == orders.id && version == orders.version ? data : NULL;
}

static struct change an_update(struct change_value *after, struct change_value *before)
{
    after[0] = (struct change_value){VALUE_TEXT, STR("a-uuid")};
    after[1] = (struct change_value){VALUE_TEXT, STR("")};
    after[2] = (struct change_value){VALUE_UNCHANGED, STR("")};
    after[3] = (struct change_value){VALUE_NULL, STR("")};
    before[0] = (struct change_value){VALUE_TEXT, STR("another")};
    for (int i = 1; i < 4; i++)
        before[i] = (struct change_value){VALUE_ABSENT, STR("")};
    return (struct change){.cursor = {0x1234567890, 7},
                           .committed_us = -5,
                           .kind = CHANGE_UPDATE,
                           .relation = &orders,
                           .after = after,
                           .before = before};
}

static void same_values(const struct change_value *a, const struct change_value *b)
{
    for (int i = 0; i < orders.column_count; i++) {
        assert_int_equal(a[i].state, b[i].state);
        if (a[i].state == VALUE_TEXT)
            assert_true(str_eq(a[i].text, b[i].text));
    }
}

/* One whole message, as its reader. */
static struct wire_reader only_message(const struct buf *out, enum wire_kind expected)
{
    struct wire_reader reader;
    enum wire_kind kind;
    size_t used;
    bool broken = false;
    assert_true(wire_next(str_n(out->at, out->len), &kind, &reader, &used, &broken));
    assert_int_equal(kind, expected);
    assert_int_equal(used, out->len);
    return reader;
}

static void a_change_travels(void **state)
{
    struct buf out;
    struct change_value after[4];
    struct change_value before[4];
    struct change sent = an_update(after, before);
    struct arena *arena = arena_new();
    (void)state;
    buf_init(&out, SIZE_MAX);
    size_t begun = wire_begin(&out, WIRE_CHANGE);
    wire_change(&out, &sent, SIZE_MAX);
    wire_end(&out, begun);

    struct wire_reader r = only_message(&out, WIRE_CHANGE);
    const struct change *got = wire_read_change(&r, arena, find_orders, &orders);
    assert_non_null(got);
    assert_true(wire_read_end(&r));
    assert_int_equal(cursor_compare(got->cursor, sent.cursor), 0);
    assert_int_equal(got->committed_us, -5);
    assert_int_equal(got->kind, CHANGE_UPDATE);
    assert_ptr_equal(got->relation, &orders);
    same_values(got->after, after);
    same_values(got->before, before);
    buf_release(&out);
    arena_free(arena);
}

static void what_is_too_long_counts_as_not_known(void **state)
{
    struct buf out;
    struct change_value after[4];
    struct change_value before[4];
    struct change sent = an_update(after, before);
    struct arena *arena = arena_new();
    (void)state;
    sent.before = NULL;
    buf_init(&out, SIZE_MAX);
    wire_change(&out, &sent, 5); /* "a-uuid" has six */
    struct wire_reader r = {out.at, out.at + out.len, false};
    const struct change *got = wire_read_change(&r, arena, find_orders, &orders);
    assert_non_null(got);
    assert_int_equal(got->after[0].state, VALUE_UNCHANGED);
    assert_int_equal(got->after[1].state, VALUE_TEXT);
    assert_null(got->before);
    buf_release(&out);
    arena_free(arena);
}

static void a_relation_travels(void **state)
{
    struct buf out;
    struct arena *arena = arena_new();
    (void)state;
    buf_init(&out, SIZE_MAX);
    wire_relation(&out, &orders);
    struct wire_reader r = {out.at, out.at + out.len, false};
    const struct relation *got = wire_read_relation(&r, arena);
    assert_non_null(got);
    assert_true(wire_read_end(&r));
    assert_int_equal(got->id, orders.id);
    assert_int_equal(got->version, orders.version);
    assert_string_equal(got->schema, "tenant_a");
    assert_string_equal(got->table, "orders");
    assert_int_equal(got->column_count, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(got->columns[i].name, columns[i].name);
        assert_string_equal(got->columns[i].type_name, columns[i].type_name);
        assert_int_equal(got->columns[i].type, columns[i].type);
        assert_int_equal(got->columns[i].key, columns[i].key);
    }
    buf_release(&out);
    arena_free(arena);
}

/* Copies, so that the sanitizers see a byte read beyond the end. */
static char *exactly(const struct buf *out, size_t length)
{
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, out->at, length);
    return copy;
}

static void a_message_cut_anywhere_is_broken(void **state)
{
    struct buf change;
    struct buf relation;
    struct change_value after[4];
    struct change_value before[4];
    struct change sent = an_update(after, before);
    (void)state;
    buf_init(&change, SIZE_MAX);
    buf_init(&relation, SIZE_MAX);
    wire_change(&change, &sent, SIZE_MAX);
    wire_relation(&relation, &orders);
    for (size_t length = 0; length < change.len; length++) {
        struct arena *arena = arena_new();
        char *bytes = exactly(&change, length);
        struct wire_reader r = {bytes, bytes + length, false};
        assert_null(wire_read_change(&r, arena, find_orders, &orders));
        assert_true(r.broken);
        free(bytes);
        arena_free(arena);
    }
    for (size_t length = 0; length < relation.len; length++) {
        struct arena *arena = arena_new();
        char *bytes = exactly(&relation, length);
        struct wire_reader r = {bytes, bytes + length, false};
        assert_null(wire_read_relation(&r, arena));
        assert_true(r.broken);
        free(bytes);
        arena_free(arena);
    }
    buf_release(&change);
    buf_release(&relation);
}

static void nonsense_is_broken(void **state)
{
    struct buf out;
    struct change_value after[4];
    struct change_value before[4];
    struct change sent = an_update(after, before);
    struct arena *arena = arena_new();
    (void)state;

    buf_init(&out, SIZE_MAX); /* a table that was never described */
    wire_change(&out, &sent, SIZE_MAX);
    out.at[12 + 8 + 1]++;
    struct wire_reader r = {out.at, out.at + out.len, false};
    assert_null(wire_read_change(&r, arena, find_orders, &orders));
    out.at[12 + 8 + 1]--;

    out.at[12 + 8] = 99; /* no such kind */
    r = (struct wire_reader){out.at, out.at + out.len, false};
    assert_null(wire_read_change(&r, arena, find_orders, &orders));
    buf_release(&out);

    wire_u32(&out, 1), wire_u32(&out, 1), wire_str(&out, STR("s")), wire_str(&out, STR("t"));
    wire_u32(&out, 0x40000000); /* columns */
    r = (struct wire_reader){out.at, out.at + out.len, false};
    assert_null(wire_read_relation(&r, arena));
    buf_release(&out);

    wire_str(&out, str_n("a\0b", 3));
    r = (struct wire_reader){out.at, out.at + out.len, false};
    assert_string_equal(wire_read_text(&r, arena), "");
    assert_true(r.broken);
    assert_int_equal(wire_read_u32(&r), 0); /* broken stays broken */
    buf_release(&out);
    arena_free(arena);
}

static void messages_come_in_any_pieces(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, SIZE_MAX);
    for (uint32_t i = 0; i < 3; i++) {
        size_t begun = wire_begin(&out, WIRE_TOLD);
        wire_cursor(&out, (struct cursor){i, i});
        wire_end(&out, begun);
    }
    struct wire_reader r;
    enum wire_kind kind;
    size_t used = 0;
    bool broken = false;
    size_t one = out.len / 3;
    for (size_t length = 0; length < one; length++)
        assert_false(wire_next(str_n(out.at, length), &kind, &r, &used, &broken));
    assert_false(broken);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(wire_next(str_n(out.at + i * one, out.len - i * one), &kind, &r, &used, &broken));
        assert_int_equal(used, one);
        assert_int_equal(wire_read_cursor(&r).commit_lsn, i);
        assert_true(wire_read_end(&r));
    }
    uint32_t lengths[] = {0, WIRE_MESSAGE_MAX_BYTES + 1, UINT32_MAX};
    for (int i = 0; i < 3; i++) {
        broken = false;
        memcpy(out.at, &lengths[i], sizeof lengths[i]);
        assert_false(wire_next(str_n(out.at, out.len), &kind, &r, &used, &broken));
        assert_true(broken);
    }
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_travels),   cmocka_unit_test(what_is_too_long_counts_as_not_known),
        cmocka_unit_test(a_relation_travels), cmocka_unit_test(a_message_cut_anywhere_is_broken),
        cmocka_unit_test(nonsense_is_broken), cmocka_unit_test(messages_come_in_any_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
