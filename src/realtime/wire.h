/* What the WAL worker (the hub) and the web workers of one daemon say to each other, over a Unix stream socket.
 *
 * A message is u32 length (of what follows), u8 kind, fields. Integers are in the machine's order; texts are u32 length
 * and bytes. Both ends are the same program, started by one supervisor; readers check every length all the same.
 *
 *   worker → hub                                          hub → worker
 *   WATCH      schema, table ("" = all of the schema)     STATE      live, reason
 *   UNWATCH    schema, table                              RELATION   a relation; before its first change
 *   SUBSCRIBE  request, since, n × (schema, table)        CHANGE     a change of a watched table
 *   CAST       tenant, topic, flags, body                 REPLAYED   request, a change
 *   TRACK      member, tenant, topic, key, meta           SUBSCRIBED request, outcome, upto
 *   UNTRACK    member                                     CAST       tenant, topic, flags, body
 *   WHO        request, tenant, topic                     DIFF       tenant, topic, joins, leaves (JSON objects)
 *   LISTEN     tenant, topic  / UNLISTEN                  WHO        request, state (a JSON object)
 *
 * Order is the promise: the hub answers SUBSCRIBE in one piece. What it sends as REPLAYED lies in (since, upto], and
 * every CHANGE of those tables behind SUBSCRIBED lies beyond upto. A subscription that begins at SUBSCRIBED loses
 * nothing and gets nothing twice. DIFFs behind WHO's answer likewise continue the state it gave.
 */
#ifndef MAITRED_REALTIME_WIRE_H
#define MAITRED_REALTIME_WIRE_H

#include "base/arena.h"
#include "realtime/change.h"

enum wire_kind {
    WIRE_WATCH = 1,
    WIRE_UNWATCH,
    WIRE_SUBSCRIBE,
    WIRE_CAST,
    WIRE_TRACK,
    WIRE_UNTRACK,
    WIRE_WHO,
    WIRE_LISTEN,
    WIRE_UNLISTEN,
    WIRE_STATE,
    WIRE_RELATION,
    WIRE_CHANGE,
    WIRE_REPLAYED,
    WIRE_SUBSCRIBED,
    WIRE_DIFF,
};

enum wire_outcome {
    WIRE_COMPLETE,    /* everything since the cursor was replayed (or none was asked for) */
    WIRE_GONE,        /* what was missed is not kept any more: fetch anew */
    WIRE_UNAVAILABLE, /* no logical decoding here; the reason was said in STATE */
};

enum { WIRE_MESSAGE_MAX_BYTES = 64 * 1024 * 1024 };

/* Writing: begin, fields, end. */
size_t wire_begin(struct buf *out, enum wire_kind kind);
void wire_end(struct buf *out, size_t begun);
void wire_u8(struct buf *out, uint8_t value);
void wire_u32(struct buf *out, uint32_t value);
void wire_u64(struct buf *out, uint64_t value);
void wire_str(struct buf *out, struct str text);
void wire_cursor(struct buf *out, struct cursor cursor);

/* The fields of a change without its relation, which RELATION has said before; and of a relation. */
void wire_change(struct buf *out, const struct change *change);
void wire_relation(struct buf *out, const struct relation *relation);

/* Reading: a reader over one message. What does not fit sets `broken` and reads as zero or "". */
struct wire_reader {
    const char *at, *end;
    bool broken;
};

uint8_t wire_read_u8(struct wire_reader *r);
uint32_t wire_read_u32(struct wire_reader *r);
uint64_t wire_read_u64(struct wire_reader *r);
struct str wire_read_str(struct wire_reader *r);                        /* points into the message */
const char *wire_read_text(struct wire_reader *r, struct arena *arena); /* a copy with a zero */
struct cursor wire_read_cursor(struct wire_reader *r);
struct relation *wire_read_relation(struct wire_reader *r, struct arena *arena);

/* `find` gives the relation that was said under this id and version, or NULL (the message is broken then). Values point
 * into the message. */
typedef const struct relation *wire_find_relation_fn(void *data, uint32_t id, uint32_t version);
struct change *wire_read_change(struct wire_reader *r, struct arena *arena, wire_find_relation_fn *find, void *data);

/* Takes whole messages off the front of what was received. Returns false when there is none yet, or sets `broken` when
 * the length is beyond measure. `*used` is how many bytes the message took. */
bool wire_next(struct str received, enum wire_kind *kind, struct wire_reader *reader, size_t *used, bool *broken);

#endif
