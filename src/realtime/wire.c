#include "realtime/wire.h"

#include <assert.h>
#include <string.h>

enum { LENGTH_BYTES = sizeof(uint32_t), HAS_AFTER = 1, HAS_BEFORE = 2 };

/* --- writing ------------------------------------------------------------------------------------------------------ */

size_t wire_begin(struct buf *out, enum wire_kind kind)
{
    size_t begun = out->len;
    wire_u32(out, 0);
    wire_u8(out, (uint8_t)kind);
    return begun;
}

void wire_end(struct buf *out, size_t begun)
{
    if (out->overflow)
        return;
    size_t length = out->len - begun - LENGTH_BYTES;
    assert(length <= WIRE_MESSAGE_MAX_BYTES); /* what goes into a message is capped where it enters */
    uint32_t value = (uint32_t)length;
    memcpy(out->at + begun, &value, sizeof value);
}

void wire_u8(struct buf *out, uint8_t value)
{
    buf_add(out, &value, sizeof value);
}

void wire_u32(struct buf *out, uint32_t value)
{
    buf_add(out, &value, sizeof value);
}

void wire_u64(struct buf *out, uint64_t value)
{
    buf_add(out, &value, sizeof value);
}

void wire_str(struct buf *out, struct str text)
{
    wire_u32(out, (uint32_t)text.len);
    buf_str(out, text);
}

void wire_cursor(struct buf *out, struct cursor cursor)
{
    wire_u64(out, cursor.commit_lsn);
    wire_u32(out, cursor.index);
}

static void write_values(struct buf *out, const struct change_value *values, int count, size_t text_max)
{
    for (int i = 0; values && i < count; i++) {
        bool too_long = values[i].state == VALUE_TEXT && values[i].text.len > text_max;
        wire_u8(out, (uint8_t)(too_long ? VALUE_UNCHANGED : values[i].state));
        if (values[i].state == VALUE_TEXT && !too_long)
            wire_str(out, values[i].text);
    }
}

void wire_change(struct buf *out, const struct change *change, size_t text_max)
{
    const struct relation *relation = change->relation;
    wire_cursor(out, change->cursor);
    wire_u64(out, (uint64_t)change->committed_us);
    wire_u8(out, (uint8_t)change->kind);
    wire_u32(out, relation->id);
    wire_u32(out, relation->version);
    wire_u8(out, (uint8_t)((change->after ? HAS_AFTER : 0) | (change->before ? HAS_BEFORE : 0)));
    write_values(out, change->after, relation->column_count, text_max);
    write_values(out, change->before, relation->column_count, text_max);
}

void wire_relation(struct buf *out, const struct relation *relation)
{
    wire_u32(out, relation->id);
    wire_u32(out, relation->version);
    wire_str(out, str_of(relation->schema));
    wire_str(out, str_of(relation->table));
    wire_u32(out, (uint32_t)relation->column_count);
    for (int i = 0; i < relation->column_count; i++) {
        const struct change_column *column = &relation->columns[i];
        wire_str(out, str_of(column->name));
        wire_u32(out, column->type);
        wire_str(out, str_of(column->type_name));
        wire_u8(out, column->key);
    }
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool take(struct wire_reader *r, void *out, size_t size)
{
    if (r->broken || (size_t)(r->end - r->at) < size) {
        r->broken = true;
        memset(out, 0, size);
        return false;
    }
    memcpy(out, r->at, size);
    r->at += size;
    return true;
}

uint8_t wire_read_u8(struct wire_reader *r)
{
    uint8_t value;
    take(r, &value, sizeof value);
    return value;
}

uint32_t wire_read_u32(struct wire_reader *r)
{
    uint32_t value;
    take(r, &value, sizeof value);
    return value;
}

uint64_t wire_read_u64(struct wire_reader *r)
{
    uint64_t value;
    take(r, &value, sizeof value);
    return value;
}

struct str wire_read_str(struct wire_reader *r)
{
    uint32_t length = wire_read_u32(r);
    if (r->broken || (size_t)(r->end - r->at) < length) {
        r->broken = true;
        return STR("");
    }
    struct str text = str_n(r->at, length);
    r->at += length;
    return text;
}

const char *wire_read_text(struct wire_reader *r, struct arena *arena)
{
    struct str text = wire_read_str(r);
    if (memchr(text.at, '\0', text.len)) {
        r->broken = true;
        return "";
    }
    return arena_strndup(arena, text.at, text.len);
}

struct cursor wire_read_cursor(struct wire_reader *r)
{
    struct cursor cursor;
    cursor.commit_lsn = wire_read_u64(r);
    cursor.index = wire_read_u32(r);
    return cursor;
}

bool wire_read_end(struct wire_reader *r)
{
    return !r->broken && r->at == r->end;
}

struct relation *wire_read_relation(struct wire_reader *r, struct arena *arena)
{
    enum { COLUMN_LEAST_BYTES = 13 };
    struct relation *relation = arena_zalloc(arena, sizeof *relation);
    relation->id = wire_read_u32(r);
    relation->version = wire_read_u32(r);
    relation->schema = wire_read_text(r, arena);
    relation->table = wire_read_text(r, arena);
    uint32_t count = wire_read_u32(r);
    if (r->broken || count > (size_t)(r->end - r->at) / COLUMN_LEAST_BYTES) {
        r->broken = true;
        return NULL;
    }
    relation->column_count = (int)count;
    relation->columns = arena_array(arena, count, sizeof *relation->columns);
    for (uint32_t i = 0; i < count; i++) {
        struct change_column *column = &relation->columns[i];
        column->name = wire_read_text(r, arena);
        column->type = wire_read_u32(r);
        column->type_name = wire_read_text(r, arena);
        column->key = wire_read_u8(r) != 0;
    }
    return r->broken ? NULL : relation;
}

static struct change_value *read_values(struct wire_reader *r, struct arena *arena, int count)
{
    struct change_value *values = arena_array(arena, (size_t)count, sizeof *values);
    for (int i = 0; i < count && !r->broken; i++) {
        uint8_t state = wire_read_u8(r);
        if (state > VALUE_ABSENT)
            r->broken = true;
        values[i].state = (enum value_state)state;
        if (state == VALUE_TEXT)
            values[i].text = wire_read_str(r);
    }
    return values;
}

struct change *wire_read_change(struct wire_reader *r, struct arena *arena, wire_find_relation_fn *find, void *data)
{
    struct change *change = arena_zalloc(arena, sizeof *change);
    change->cursor = wire_read_cursor(r);
    change->committed_us = (int64_t)wire_read_u64(r);
    uint8_t kind = wire_read_u8(r);
    uint32_t id = wire_read_u32(r);
    uint32_t version = wire_read_u32(r);
    uint8_t parts = wire_read_u8(r);
    if (!r->broken && kind >= CHANGE_INSERT && kind <= CHANGE_TRUNCATE && parts <= (HAS_AFTER | HAS_BEFORE))
        change->relation = find(data, id, version);
    if (!change->relation) {
        r->broken = true;
        return NULL;
    }
    change->kind = (enum change_kind)kind;
    if (parts & HAS_AFTER)
        change->after = read_values(r, arena, change->relation->column_count);
    if (parts & HAS_BEFORE)
        change->before = read_values(r, arena, change->relation->column_count);
    return r->broken ? NULL : change;
}

bool wire_next(struct str received, enum wire_kind *kind, struct wire_reader *reader, size_t *used, bool *broken)
{
    uint32_t length;
    if (received.len < LENGTH_BYTES)
        return false;
    memcpy(&length, received.at, sizeof length);
    if (length == 0 || length > WIRE_MESSAGE_MAX_BYTES) {
        *broken = true;
        return false;
    }
    if (received.len - LENGTH_BYTES < length)
        return false;
    const char *message = received.at + LENGTH_BYTES;
    *kind = (enum wire_kind)(uint8_t)*message;
    *reader = (struct wire_reader){.at = message + 1, .end = message + length};
    *used = LENGTH_BYTES + length;
    return true;
}
