/* pgoutput's messages: whatever the bytes, nothing beyond them is read, and what is handed over lies inside. */
#include "pg/pgoutput.h"

#include <stdlib.h>
#include <string.h>

static const char *first, *last;

static void inside(const char *at, size_t length)
{
    if (length && (at < first || at > last || length > (size_t)(last - at)))
        abort();
}

static void tuple(const struct pgoutput_tuple *t)
{
    for (int i = 0; t->values && i < t->count; i++)
        inside(t->values[i].at, t->values[i].length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pgoutput_room room;
    struct pgoutput_message m;
    const char *reason = NULL;
    first = (const char *)data;
    last = first + size;
    if (!pgoutput_decode(data, size, &room, &m, &reason)) {
        if (!reason)
            abort();
        return 0;
    }
    switch (m.kind) {
    case PGOUTPUT_RELATION:
        inside(m.relation.schema, strlen(m.relation.schema) + 1);
        inside(m.relation.table, strlen(m.relation.table) + 1);
        for (int i = 0; i < m.relation.count; i++)
            inside(m.relation.columns[i].name, strlen(m.relation.columns[i].name) + 1);
        break;
    case PGOUTPUT_INSERT:
    case PGOUTPUT_UPDATE:
    case PGOUTPUT_DELETE:
        tuple(&m.change.before);
        tuple(&m.change.after);
        break;
    case PGOUTPUT_MESSAGE:
        inside(m.message.prefix, strlen(m.message.prefix) + 1);
        inside(m.message.content, m.message.length);
        break;
    default:
        break;
    }
    /* Cut short by a byte it must be refused: no message is the beginning of another. */
    if (size && pgoutput_decode(data, size - 1, &room, &m, &reason))
        abort();
    return 0;
}
