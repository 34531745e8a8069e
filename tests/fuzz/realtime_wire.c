/* Fuzzes what hub and workers say to each other. Whatever is accepted must come out the same when it is written again.
 *
 * First byte: how much of the input arrives at first. tests/fuzz/realtime_run.sh builds and runs it. */
#include "realtime/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct known {
    const struct relation *relation; /* described last */
};

static const struct relation *find(void *data, uint32_t id, uint32_t version)
{
    const struct relation *relation = ((struct known *)data)->relation;
    return relation && relation->id == id && relation->version == version ? relation : NULL;
}

static void same(const struct buf *again, const char *at, const char *end)
{
    if (again->len != (size_t)(end - at) || (again->len && memcmp(again->at, at, again->len) != 0))
        abort();
}

static void read_relation(struct wire_reader reader, struct arena *arena, struct known *known)
{
    struct buf again;
    struct wire_reader r = reader;
    const struct relation *relation = wire_read_relation(&r, arena);
    if (!relation != r.broken)
        abort();
    if (!relation)
        return;
    buf_init(&again, SIZE_MAX);
    wire_relation(&again, relation);
    if (again.len != (size_t)(r.at - reader.at)) /* booleans may differ in their bits, nothing in its length */
        abort();
    buf_release(&again);
    if (wire_read_end(&r))
        known->relation = relation;
}

static void read_change(struct wire_reader reader, struct arena *arena, struct known *known)
{
    struct buf again;
    struct wire_reader r = reader;
    const struct change *change = wire_read_change(&r, arena, find, known);
    if (!change != r.broken)
        abort();
    if (!change)
        return;
    buf_init(&again, SIZE_MAX);
    wire_change(&again, change, SIZE_MAX);
    same(&again, reader.at, r.at);
    buf_release(&again);
}

static void read_fields(struct wire_reader r, struct arena *arena)
{
    (void)wire_read_u8(&r), (void)wire_read_u32(&r), (void)wire_read_u64(&r), (void)wire_read_cursor(&r);
    while (!r.broken) {
        struct str text = wire_read_str(&r);
        for (size_t i = 0; i < text.len; i++) /* the sanitizer reads along */
            ((volatile const char *)text.at)[i];
        if (strlen(wire_read_text(&r, arena)) && r.broken)
            abort();
    }
}

static void read_all(struct str received, struct arena *arena, struct known *known)
{
    size_t used;
    bool broken = false;
    enum wire_kind kind;
    struct wire_reader r;
    while (wire_next(received, &kind, &r, &used, &broken)) {
        if (broken || used > received.len || r.end != received.at + used)
            abort();
        if (kind == WIRE_RELATION)
            read_relation(r, arena, known);
        else if (kind == WIRE_CHANGE)
            read_change(r, arena, known);
        else
            read_fields(r, arena);
        received = str_n(received.at + used, received.len - used);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct known known = {0};
    if (!size)
        return 0;
    struct arena *arena = arena_new();
    size_t whole = size - 1;
    size_t first = whole * data[0] / 255;
    char *part = malloc(first ? first : 1); /* exactly so long, so that one byte too far is seen */
    memcpy(part, data + 1, first);
    read_all(str_n(part, first), arena, &known);
    read_all(str_n((const char *)data + 1, whole), arena, &(struct known){0});
    arena_free(arena);
    free(part);
    return 0;
}
