/* Entries lie in one block of memory one behind the other, each in one piece; where the rest of the block is too short
 * for the next one, it begins again at the front. A second ring holds where each begins, for the binary search by
 * cursor. An entry: its head, one word a value (length and state), the texts.
 */
#include "realtime/history.h"

#include "realtime/relations.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { UNIT = 8, FIRST_PLACES = 1024, STATE_BITS = 2 };

struct entry {
    size_t bytes;
    struct cursor cursor;
    int64_t committed_us, added_ms;
    const struct relation *relation;
    enum change_kind kind;
    bool has_after, has_before;
    uint32_t values[];
};

struct history {
    char *block;
    size_t block_bytes;
    size_t head, used; /* where the next entry may begin; bytes of all entries, gaps not counted */
    uint32_t *places;  /* a ring: of entry i, in UNITs */
    size_t place_count, first, count;
    struct cursor oldest;
};

struct history *history_new(size_t bytes, struct cursor start)
{
    struct history *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    h->block_bytes = bytes / UNIT * UNIT;
    h->block = mmap(NULL, h->block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    h->place_count = FIRST_PLACES;
    h->places = malloc(h->place_count * sizeof *h->places);
    if (h->block == MAP_FAILED || !h->places)
        abort();
    h->oldest = start;
    return h;
}

static struct entry *entry_at(const struct history *h, size_t i)
{
    size_t place = h->places[(h->first + i) & (h->place_count - 1)];
    return (struct entry *)(void *)(h->block + place * UNIT);
}

static void drop_first(struct history *h)
{
    struct entry *e = entry_at(h, 0);
    h->oldest = e->cursor;
    h->used -= e->bytes;
    relation_unref(e->relation);
    h->first = (h->first + 1) & (h->place_count - 1);
    h->count--;
}

void history_restart(struct history *h, struct cursor start)
{
    while (h->count)
        drop_first(h);
    h->head = 0;
    h->oldest = start;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    history_restart(h, (struct cursor){0});
    munmap(h->block, h->block_bytes);
    free(h->places);
    free(h);
}

void history_expire(struct history *h, int64_t before_ms)
{
    while (h->count && entry_at(h, 0)->added_ms < before_ms)
        drop_first(h);
}

static size_t texts_bytes(const struct change_value *values, int count)
{
    size_t bytes = 0;
    for (int i = 0; values && i < count; i++)
        bytes += sizeof(uint32_t) + (values[i].state == VALUE_TEXT ? values[i].text.len : 0);
    return bytes;
}

/* A place of so many bytes in one piece; whoever stands there goes. */
static struct entry *make_room(struct history *h, size_t bytes)
{
    for (;;) {
        size_t tail = h->count ? (size_t)((char *)entry_at(h, 0) - h->block) : h->block_bytes;
        if (!h->count) {
            h->head = 0;
            return (struct entry *)(void *)h->block;
        }
        if (h->head > tail) { /* free: from the head to the end, and before the tail */
            if (h->block_bytes - h->head >= bytes)
                return (struct entry *)(void *)(h->block + h->head);
            h->head = 0; /* too short an end */
        }
        if (tail - h->head > bytes) /* never full to the brim: head == tail would be empty or full */
            return (struct entry *)(void *)(h->block + h->head);
        drop_first(h);
    }
}

static void remember_place(struct history *h, const struct entry *e)
{
    if (h->count == h->place_count) {
        uint32_t *wider = malloc(2 * h->place_count * sizeof *wider);
        if (!wider)
            abort();
        for (size_t i = 0; i < h->count; i++)
            wider[i] = h->places[(h->first + i) & (h->place_count - 1)];
        free(h->places);
        h->places = wider;
        h->place_count *= 2;
        h->first = 0;
    }
    size_t place = (size_t)((const char *)e - h->block) / UNIT;
    h->places[(h->first + h->count) & (h->place_count - 1)] = (uint32_t)place;
    h->count++;
}

static char *write_values(const struct change_value *values, int count, uint32_t *words, char *texts)
{
    for (int i = 0; i < count; i++) {
        size_t length = values[i].state == VALUE_TEXT ? values[i].text.len : 0;
        words[i] = (uint32_t)(length << STATE_BITS) | (uint32_t)values[i].state;
        if (length)
            memcpy(texts, values[i].text.at, length);
        texts += length;
    }
    return texts;
}

void history_add(struct history *h, const struct change *change, int64_t now_ms)
{
    int columns = change->relation->column_count;
    size_t bytes = sizeof(struct entry) + texts_bytes(change->after, columns) + texts_bytes(change->before, columns);
    bytes = (bytes + UNIT - 1) / UNIT * UNIT;
    if (bytes >= h->block_bytes) {
        history_restart(h, change->cursor);
        return;
    }
    struct entry *e = make_room(h, bytes);
    *e = (struct entry){.bytes = bytes,
                        .cursor = change->cursor,
                        .committed_us = change->committed_us,
                        .added_ms = now_ms,
                        .relation = relation_ref(change->relation),
                        .kind = change->kind,
                        .has_after = change->after != NULL,
                        .has_before = change->before != NULL};
    char *texts = (char *)(e->values + ((size_t)e->has_after + (size_t)e->has_before) * (size_t)columns);
    if (change->after)
        texts = write_values(change->after, columns, e->values, texts);
    if (change->before)
        (void)write_values(change->before, columns, e->values + (e->has_after ? columns : 0), texts);
    remember_place(h, e);
    h->head = (size_t)((char *)e - h->block) + bytes;
    h->used += bytes;
}

struct cursor history_oldest(const struct history *h)
{
    return h->oldest;
}

bool history_first(const struct history *h, struct cursor *out)
{
    if (h->count)
        *out = entry_at(h, 0)->cursor;
    return h->count > 0;
}

size_t history_count(const struct history *h)
{
    return h->count;
}

size_t history_bytes(const struct history *h)
{
    return h->used;
}

static const char *read_values(const uint32_t *words, const char *texts, int count, struct change_value *out)
{
    for (int i = 0; i < count; i++) {
        size_t length = words[i] >> STATE_BITS;
        out[i] = (struct change_value){.state = (enum value_state)(words[i] & ((1 << STATE_BITS) - 1)),
                                       .text = {.at = texts, .len = length}};
        texts += length;
    }
    return texts;
}

void history_tell(const struct history *h, struct cursor since,
                  bool (*wanted)(void *data, const struct relation *relation),
                  void (*tell)(void *data, const struct change *change), void *data)
{
    size_t low = 0, high = h->count;
    struct change_value *values = NULL;
    int room = 0;
    while (low < high) { /* the first behind since */
        size_t middle = low + (high - low) / 2;
        if (cursor_compare(entry_at(h, middle)->cursor, since) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    for (; low < h->count; low++) {
        const struct entry *e = entry_at(h, low);
        int columns = e->relation->column_count;
        if (wanted && !wanted(data, e->relation))
            continue;
        if (!values || columns > room) {
            free(values);
            room = columns;
            values = malloc(((size_t)room * 2 + 1) * sizeof *values);
            if (!values)
                abort();
        }
        struct change change = {.cursor = e->cursor,
                                .committed_us = e->committed_us,
                                .kind = e->kind,
                                .relation = e->relation,
                                .after = e->has_after ? values : NULL,
                                .before = e->has_before ? values + columns : NULL};
        const uint32_t *words = e->values;
        const char *texts = (const char *)(words + ((size_t)e->has_after + (size_t)e->has_before) * (size_t)columns);
        if (change.after) {
            texts = read_values(words, texts, columns, change.after);
            words += columns;
        }
        if (change.before)
            (void)read_values(words, texts, columns, change.before);
        tell(data, &change);
    }
    free(values);
}
