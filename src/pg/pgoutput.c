/* A reader that turns broken at the first byte that is missing and gives zeros from then on; it is looked at once, at
 * the end. Counts are checked against the bytes that are left before anything is allocated for them. */
#include "pg/pgoutput.h"

#include <stdlib.h>
#include <string.h>

static const int64_t postgres_epoch_us = INT64_C(946684800000000); /* 2000-01-01 */

struct reader {
    const unsigned char *at, *end;
    const char *broken; /* the first thing that was wrong */
};

static size_t left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

static bool spoil(struct reader *r, const char *why)
{
    if (!r->broken)
        r->broken = why;
    r->at = r->end;
    return false;
}

/* Big-endian, 1 to 8 bytes. */
static uint64_t number(struct reader *r, size_t bytes)
{
    uint64_t value = 0;
    if (left(r) < bytes) {
        spoil(r, "it ends in a number");
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | *r->at++;
    return value;
}

static char letter(struct reader *r)
{
    return (char)number(r, 1);
}

static uint32_t oid(struct reader *r)
{
    return (uint32_t)number(r, 4);
}

static int64_t instant(struct reader *r)
{
    int64_t us = (int64_t)number(r, 8), result;
    if (__builtin_add_overflow(us, postgres_epoch_us, &result))
        spoil(r, "a time lies beyond measure");
    return r->broken ? 0 : result;
}

static const char *text(struct reader *r)
{
    const unsigned char *zero = left(r) ? memchr(r->at, '\0', left(r)) : NULL;
    if (!zero) {
        spoil(r, "it ends in a name");
        return "";
    }
    const char *found = (const char *)r->at;
    r->at = zero + 1;
    return found;
}

static const char *block(struct reader *r, size_t length)
{
    if (left(r) < length) {
        spoil(r, "it ends in a value");
        return "";
    }
    const char *found = (const char *)r->at;
    r->at += length;
    return found;
}

/* `count` things of `size` bytes, in the first or second place of the room. */
static void *room_for(struct pgoutput_room *room, int place, size_t count, size_t size)
{
    size_t bytes = (count ? count : 1) * size; /* counts are of bytes that were received */
    if (room->bytes[place] < bytes) {
        free(room->at[place]);
        room->at[place] = malloc(bytes);
        if (!room->at[place])
            abort(); /* as the arena does */
        room->bytes[place] = bytes;
    }
    return room->at[place];
}

void pgoutput_room_release(struct pgoutput_room *room)
{
    free(room->at[0]);
    free(room->at[1]);
    *room = (struct pgoutput_room){0};
}

static void read_tuple(struct reader *r, struct pgoutput_room *room, int place, struct pgoutput_tuple *out)
{
    size_t count = (size_t)number(r, 2);
    if (count > left(r) || count > INT16_MAX) { /* a column is a byte at least */
        spoil(r, "a row has more columns than bytes");
        return;
    }
    struct pgoutput_value *values = room_for(room, place, count, sizeof *values);
    for (size_t i = 0; i < count && !r->broken; i++) {
        struct pgoutput_value *v = &values[i];
        *v = (struct pgoutput_value){.kind = (enum pgoutput_value_kind)letter(r), .at = ""};
        switch (v->kind) {
        case PGOUTPUT_NULL:
        case PGOUTPUT_UNCHANGED:
            break;
        case PGOUTPUT_TEXT:
        case PGOUTPUT_BINARY:
            v->length = (size_t)number(r, 4);
            v->at = block(r, v->length);
            break;
        default:
            spoil(r, "a value is of an unknown kind");
        }
    }
    *out = (struct pgoutput_tuple){.count = (int)count, .values = values};
}

static void read_change(struct reader *r, struct pgoutput_room *room, struct pgoutput_message *m)
{
    m->change.relation = oid(r);
    char which = letter(r);
    if (m->kind != PGOUTPUT_INSERT && (which == PGOUTPUT_OLD_KEY || which == PGOUTPUT_OLD_ROW)) {
        m->change.old_kind = (enum pgoutput_old)which;
        read_tuple(r, room, 0, &m->change.before);
        if (m->kind == PGOUTPUT_DELETE)
            return;
        which = letter(r);
    }
    if (m->kind != PGOUTPUT_DELETE && which == 'N')
        read_tuple(r, room, 1, &m->change.after);
    else
        spoil(r, "a row is of an unknown kind");
}

static void read_relation(struct reader *r, struct pgoutput_room *room, struct pgoutput_message *m)
{
    enum { COLUMN_LEAST_BYTES = 1 + 1 + 4 + 4 };
    m->relation.id = oid(r);
    m->relation.schema = text(r);
    m->relation.table = text(r);
    m->relation.identity = letter(r);
    size_t count = (size_t)number(r, 2);
    if (count > left(r) / COLUMN_LEAST_BYTES) {
        spoil(r, "a table has more columns than bytes");
        return;
    }
    struct pgoutput_column *columns = room_for(room, 0, count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        columns[i].key = (number(r, 1) & 1) != 0;
        columns[i].name = text(r);
        columns[i].type = oid(r);
        columns[i].modifier = (int32_t)oid(r);
    }
    m->relation.count = (int)count;
    m->relation.columns = columns;
}

static void read_truncate(struct reader *r, struct pgoutput_room *room, struct pgoutput_message *m)
{
    size_t count = oid(r);
    uint64_t options = number(r, 1);
    m->truncate.cascade = options & 1;
    m->truncate.restart_identity = options & 2;
    if (count > left(r) / 4) {
        spoil(r, "more tables are truncated than named");
        return;
    }
    m->truncate.relations = room_for(room, 0, count, sizeof *m->truncate.relations);
    for (size_t i = 0; i < count; i++)
        m->truncate.relations[i] = oid(r);
    m->truncate.count = (int)count;
}

static void read_message(struct reader *r, struct pgoutput_message *m)
{
    m->message.transactional = number(r, 1) & 1;
    m->message.lsn = number(r, 8);
    m->message.prefix = text(r);
    m->message.length = (size_t)number(r, 4);
    m->message.content = block(r, m->message.length);
}

bool pgoutput_decode(const void *bytes, size_t length, struct pgoutput_room *room, struct pgoutput_message *out,
                     const char **reason)
{
    struct reader reader = {.at = bytes, .end = (const unsigned char *)bytes + length}, *r = &reader;
    struct pgoutput_message m = {.kind = (enum pgoutput_kind)letter(r)};
    switch (m.kind) {
    case PGOUTPUT_BEGIN:
        m.begin.commit_lsn = number(r, 8);
        m.begin.committed_us = instant(r);
        m.begin.xid = oid(r);
        break;
    case PGOUTPUT_COMMIT:
        (void)number(r, 1); /* flags, none so far */
        m.commit.commit_lsn = number(r, 8);
        m.commit.end_lsn = number(r, 8);
        m.commit.committed_us = instant(r);
        break;
    case PGOUTPUT_ORIGIN:
        m.origin.commit_lsn = number(r, 8);
        m.origin.name = text(r);
        break;
    case PGOUTPUT_RELATION:
        read_relation(r, room, &m);
        break;
    case PGOUTPUT_TYPE:
        m.type.id = oid(r);
        m.type.schema = text(r);
        m.type.name = text(r);
        break;
    case PGOUTPUT_INSERT:
    case PGOUTPUT_UPDATE:
    case PGOUTPUT_DELETE:
        read_change(r, room, &m);
        break;
    case PGOUTPUT_TRUNCATE:
        read_truncate(r, room, &m);
        break;
    case PGOUTPUT_MESSAGE:
        read_message(r, &m);
        break;
    default:
        spoil(r, "it is of an unknown kind");
    }
    if (!r->broken && r->at != r->end)
        spoil(r, "something is left behind its end");
    if (r->broken) {
        *reason = length ? r->broken : "it is empty";
        return false;
    }
    *out = m;
    return true;
}
