/* pgoutput's messages: bytes that PostgreSQL 15 has sent, bytes made by hand, and all of them cut short. */
#include "../unit.h"

#include "base/str.h"
#include "pg/pgoutput.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Captured with pg_logical_slot_peek_binary_changes: a table guests (id int primary key, name text, mood cap.mood, note
 * text, at timestamptz), a table whole (a int, b text) with REPLICA IDENTITY FULL. */
static const char captured_begin[] = "420000000001cf8d08000303c637ed8bf100000418";
static const char captured_commit[] = "43000000000001cf8d080000000001cf8d38000303c637ed8bf1";
static const char captured_type[] = "5900004677636170006d6f6f6400";
static const char captured_relation[] =
    "520000467b63617000677565737473006400050169640000000017ffffffff006e616d650000000019ffffffff006d6f6f640000004677ffff"
    "ffff006e6f74650000000019ffffffff00617400000004a0ffffffff";
static const char captured_insert[] = "49000046824e00027400000001377400000005736576656e";
static const char captured_update[] =
    "550000467b4e00057400000001316e7400000004676c616475740000001a323032362d30312d30322030333a30343a30352e3637382b3030";
static const char captured_update_key[] =
    "550000467b4b00057400000001316e6e6e6e4e000574000000013274000000045a6fc3ab7400000004676c616475740000001a323032362d30"
    "312d30322030333a30343a30352e3637382b3030";
static const char captured_update_whole[] =
    "55000046824f00027400000001377400000005736576656e4e00027400000001377400000003564949";
static const char captured_delete[] = "440000467b4b00057400000001326e6e6e6e";
static const char captured_truncate[] = "5400000002030000467b00004682";
static const char captured_message[] = "4d010000000001cf90706d616974726564000000000568656c6c6f";
/* By hand: an origin; a binary value; a table without columns and a row of it. */
static const char made_origin[] = "4f00000000000000116f7468657200";
static const char made_binary[] = "490000000a4e0001620000000200ff";
static const char made_bare_relation[] = "520000000a730074006e0000";
static const char made_bare_insert[] = "490000000a4e0000";

static const char *const all[] = {captured_begin,  captured_commit,    captured_type,       captured_relation,
                                  captured_insert, captured_update,    captured_update_key, captured_update_whole,
                                  captured_delete, captured_truncate,  captured_message,    made_origin,
                                  made_binary,     made_bare_relation, made_bare_insert};

enum { COUNT = sizeof all / sizeof *all, LONGEST = 512 };

static struct pgoutput_room room;

static size_t unhex(const char *hex, unsigned char *out)
{
    size_t length = strlen(hex) / 2;
    assert_true(length <= LONGEST);
    for (size_t i = 0; i < length; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        out[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    return length;
}

static unsigned char kept[LONGEST];

static struct pgoutput_message decode(const char *hex)
{
    struct pgoutput_message m;
    const char *reason = NULL;
    size_t length = unhex(hex, kept);
    if (!pgoutput_decode(kept, length, &room, &m, &reason))
        fail_msg("%s: %s", hex, reason);
    return m;
}

static void assert_value(const struct pgoutput_value *v, const char *text)
{
    assert_int_equal(v->kind, PGOUTPUT_TEXT);
    assert_int_equal(v->length, strlen(text));
    assert_memory_equal(v->at, text, v->length);
}

static void a_transaction_has_a_place_and_a_time(void **state)
{
    (void)state;
    struct pgoutput_message begin = decode(captured_begin), commit = decode(captured_commit);
    assert_int_equal(begin.kind, PGOUTPUT_BEGIN);
    assert_int_equal(begin.begin.commit_lsn, 0x1cf8d08);
    assert_int_equal(begin.begin.xid, 0x418);
    assert_int_equal(begin.begin.committed_us / 1000000, 1795259606); /* 2026-11-21 11:13:26 UTC */
    assert_int_equal(commit.commit.commit_lsn, begin.begin.commit_lsn);
    assert_int_equal(commit.commit.end_lsn, 0x1cf8d38);
    assert_int_equal(commit.commit.committed_us, begin.begin.committed_us);
    struct pgoutput_message origin = decode(made_origin);
    assert_int_equal(origin.origin.commit_lsn, 0x11);
    assert_string_equal(origin.origin.name, "other");
}

static void a_table_is_described(void **state)
{
    (void)state;
    struct pgoutput_message type = decode(captured_type);
    assert_int_equal(type.type.id, 0x4677);
    assert_string_equal(type.type.schema, "cap");
    assert_string_equal(type.type.name, "mood");
    struct pgoutput_message m = decode(captured_relation);
    assert_int_equal(m.relation.id, 0x467b);
    assert_string_equal(m.relation.schema, "cap");
    assert_string_equal(m.relation.table, "guests");
    assert_int_equal(m.relation.identity, 'd');
    assert_int_equal(m.relation.count, 5);
    static const char *const names[] = {"id", "name", "mood", "note", "at"};
    static const uint32_t types[] = {23, 25, 0x4677, 25, 1184};
    for (int i = 0; i < 5; i++) {
        assert_string_equal(m.relation.columns[i].name, names[i]);
        assert_int_equal(m.relation.columns[i].type, types[i]);
        assert_int_equal(m.relation.columns[i].modifier, -1);
        assert_int_equal(m.relation.columns[i].key, i == 0);
    }
    assert_int_equal(decode(made_bare_relation).relation.count, 0);
}

static void rows_come_with_their_values(void **state)
{
    (void)state;
    struct pgoutput_message m = decode(captured_insert);
    assert_int_equal(m.change.relation, 0x4682);
    assert_null(m.change.before.values);
    assert_int_equal(m.change.after.count, 2);
    assert_value(&m.change.after.values[0], "7");
    assert_value(&m.change.after.values[1], "seven");
    m = decode(made_binary);
    assert_int_equal(m.change.after.values[0].kind, PGOUTPUT_BINARY);
    assert_int_equal(m.change.after.values[0].length, 2);
    m = decode(made_bare_insert);
    assert_int_equal(m.change.after.count, 0);
    assert_non_null(m.change.after.values);
}

static void an_update_says_what_it_replaced(void **state)
{
    (void)state;
    struct pgoutput_message m = decode(captured_update);
    assert_int_equal(m.change.old_kind, PGOUTPUT_OLD_NONE);
    assert_null(m.change.before.values);
    assert_int_equal(m.change.after.values[1].kind, PGOUTPUT_NULL);
    assert_value(&m.change.after.values[2], "glad");
    assert_int_equal(m.change.after.values[3].kind, PGOUTPUT_UNCHANGED); /* 3,000 bytes, toasted */
    assert_value(&m.change.after.values[4], "2026-01-02 03:04:05.678+00");
    m = decode(captured_update_key);
    assert_int_equal(m.change.old_kind, PGOUTPUT_OLD_KEY);
    assert_value(&m.change.before.values[0], "1");
    assert_int_equal(m.change.before.values[1].kind, PGOUTPUT_NULL);
    assert_value(&m.change.after.values[0], "2");
    assert_value(&m.change.after.values[1], "Zo\xc3\xab");
    m = decode(captured_update_whole);
    assert_int_equal(m.change.old_kind, PGOUTPUT_OLD_ROW);
    assert_value(&m.change.before.values[1], "seven");
    assert_value(&m.change.after.values[1], "VII");
}

static void a_delete_leaves_its_key(void **state)
{
    (void)state;
    struct pgoutput_message m = decode(captured_delete);
    assert_int_equal(m.kind, PGOUTPUT_DELETE);
    assert_int_equal(m.change.old_kind, PGOUTPUT_OLD_KEY);
    assert_value(&m.change.before.values[0], "2");
    assert_null(m.change.after.values);
}

static void truncates_and_messages(void **state)
{
    (void)state;
    struct pgoutput_message m = decode(captured_truncate);
    assert_int_equal(m.truncate.count, 2);
    assert_true(m.truncate.cascade && m.truncate.restart_identity);
    assert_int_equal(m.truncate.relations[0], 0x467b);
    assert_int_equal(m.truncate.relations[1], 0x4682);
    m = decode(captured_message);
    assert_true(m.message.transactional);
    assert_int_equal(m.message.lsn, 0x1cf9070);
    assert_string_equal(m.message.prefix, "maitred");
    assert_int_equal(m.message.length, 5);
    assert_memory_equal(m.message.content, "hello", 5);
}

/* The bytes end where a page ends that may not be touched: reading beyond them ends the test. */
static void what_is_cut_short_is_refused(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    assert_int_equal(mprotect(memory + page, page, PROT_NONE), 0);
    for (int i = 0; i < COUNT; i++) {
        unsigned char whole[LONGEST];
        size_t length = unhex(all[i], whole);
        for (size_t part = 0; part < length; part++) {
            struct pgoutput_message m = {.kind = PGOUTPUT_TYPE};
            const char *reason = NULL;
            unsigned char *at = memory + page - part;
            memcpy(at, whole, part);
            assert_false(pgoutput_decode(at, part, &room, &m, &reason));
            assert_non_null(reason);
            assert_int_equal(m.kind, PGOUTPUT_TYPE); /* left alone */
        }
    }
    munmap(memory, 2 * page);
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        unsigned char whole[LONGEST + 1];
        struct pgoutput_message m;
        const char *reason = NULL;
        size_t length = unhex(all[i], whole);
        whole[length] = '\0';
        assert_false(pgoutput_decode(whole, length + 1, &room, &m, &reason));
        assert_string_equal(reason, "something is left behind its end");
    }
}

static void nonsense_is_refused(void **state)
{
    static const struct {
        const char *hex, *reason;
    } cases[] = {
        {"", "it is empty"},
        {"5a00", "it is of an unknown kind"},
        {"530000000000", "it is of an unknown kind"},                                /* STREAM START: version 2 */
        {"490000000a4e000178", "a value is of an unknown kind"},                     /* x */
        {"490000000a4f0000", "a row is of an unknown kind"},                         /* an old row in an INSERT */
        {"490000000a4effff", "a row has more columns than bytes"},                   /* 65,535 columns */
        {"490000000a4e000174ffffffff41", "it ends in a value"},                      /* 4 GB in one byte */
        {"520000000a730074006e7fff", "a table has more columns than bytes"},         /* 32,767 columns */
        {"54ffffffff00", "more tables are truncated than named"},                    /* 4 billion tables */
        {"420000000001cf8d087fffffffffffffff00000418", "a time lies beyond measure"} /* beyond the year 294,000 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[LONGEST];
        struct pgoutput_message m;
        const char *reason = "";
        assert_false(pgoutput_decode(bytes, unhex(cases[i].hex, bytes), &room, &m, &reason));
        assert_string_equal(reason, cases[i].reason);
    }
}

static int tidy(void **state)
{
    (void)state;
    pgoutput_room_release(&room);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transaction_has_a_place_and_a_time),
        cmocka_unit_test(a_table_is_described),
        cmocka_unit_test(rows_come_with_their_values),
        cmocka_unit_test(an_update_says_what_it_replaced),
        cmocka_unit_test(a_delete_leaves_its_key),
        cmocka_unit_test(truncates_and_messages),
        cmocka_unit_test(what_is_cut_short_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests_name("pgoutput", tests, NULL, tidy);
}
