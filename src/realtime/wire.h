/* What the WAL worker (the hub) and the web workers of one daemon say to each other, over a Unix stream socket.
 *
 * A message is u32 length (of what follows), u8 kind, fields. Integers are in the machine's order; texts are u32 length
 * and bytes. Both ends are the same program, started by one supervisor; readers check every length all the same.
 *
 *   worker → hub                                          hub → worker
 *   HELLO      version, line, again, told                 STATE      live, missed, reason
 *   WATCH      schema, table ("" = all of the schema)     TOLD       cursor: everything watched was said up to here
 *   UNWATCH    schema, table                              RELATION   a relation; before its first change
 *   LISTEN     tenant, topic                              CHANGE     a change of a watched table
 *   UNLISTEN   tenant, topic                              REPLAYED   request, a change
 *   TRACK      tenant, topic, key, ref, old ref, meta     SUBSCRIBED request, outcome, upto
 *   UNTRACK    ref                                        CAST       tenant, topic, flags, body
 *   READY                                                 PRESENT    tenant, topic, n, n × (key, ref, meta)
 *   SUBSCRIBE  request, since, n, n × (schema, table)     DIFF       tenant, topic, n, n × (key, ref, meta), n, n × ref
 *   CAST       tenant, topic, flags, body
 *
 * A worker begins with HELLO, then says what it watches, listens to and tracks, then READY. `line` is a random number
 * that a worker keeps for its life; `again` says that it has had a hub before, `told` up to where.
 *
 * Order is the promise: the hub answers SUBSCRIBE in one piece. What it sends as REPLAYED lies in (since, upto], and
 * every CHANGE of those tables behind SUBSCRIBED lies beyond upto. A subscription that begins at SUBSCRIBED loses
 * nothing and gets nothing twice.
 *
 * STATE without reason, and not live: not known yet.
 *
 * A line that broke goes on where it was: behind READY the hub says every change of the watched tables in (told, now]
 * as CHANGE, or STATE with `missed` when that is not kept any more. It waits for that until the feed is live, that is,
 * has read its history again. The worker has seen a change exactly when it lies at or before the last of CHANGE, TOLD
 * and SUBSCRIBED.
 *
 * Presence is a set of refs (unique texts that the tracking worker makes, so that they outlive the hub). PRESENT
 * answers LISTEN, DIFFs continue it; a worker keeps the set of each topic it listens to. After a hub was started again,
 * workers get PRESENT only when the others had time to come back: the difference to their set is what really happened.
 * TRACK with an old ref replaces that one.
 *
 * Daemons say to each other, in logical messages of the WAL with the prefix "maitred": version, the daemon's name, and
 * then messages as above: CAST, TRACK, UNTRACK, and
 *   ASK        name ("" = all): say all who are present with you
 *   ALL        what follows until ALL_END, all of it TRACK, is everybody who is present with me
 *   ALL_END
 * A set may be spread over several logical messages, in order.
 */
#ifndef MAITRED_REALTIME_WIRE_H
#define MAITRED_REALTIME_WIRE_H

#include "base/arena.h"
#include "realtime/change.h"

enum wire_kind {
    WIRE_HELLO = 1,
    WIRE_WATCH,
    WIRE_UNWATCH,
    WIRE_LISTEN,
    WIRE_UNLISTEN,
    WIRE_TRACK,
    WIRE_UNTRACK,
    WIRE_READY,
    WIRE_SUBSCRIBE,
    WIRE_CAST,
    WIRE_STATE,
    WIRE_TOLD,
    WIRE_RELATION,
    WIRE_CHANGE,
    WIRE_REPLAYED,
    WIRE_SUBSCRIBED,
    WIRE_PRESENT,
    WIRE_DIFF,
    WIRE_ASK,
    WIRE_ALL,
    WIRE_ALL_END,
};

enum wire_outcome {
    WIRE_COMPLETE,    /* everything since the cursor was replayed (or none was asked for) */
    WIRE_GONE,        /* what was missed is not kept any more: fetch anew */
    WIRE_UNAVAILABLE, /* no logical decoding here; the reason was said in STATE */
};

enum {
    WIRE_VERSION = 1,
    WIRE_MESSAGE_MAX_BYTES = 64 * 1024 * 1024,
    WIRE_CAST_MAX_BYTES = 1024 * 1024, /* body of a CAST */
    WIRE_META_MAX_BYTES = 64 * 1024,
    WIRE_NAME_MAX_BYTES = 4096, /* a topic, a key, a table */
};

/* Writing: begin, fields, end. */
size_t wire_begin(struct buf *out, enum wire_kind kind);
void wire_end(struct buf *out, size_t begun);
void wire_u8(struct buf *out, uint8_t value);
void wire_u32(struct buf *out, uint32_t value);
void wire_u64(struct buf *out, uint64_t value);
void wire_str(struct buf *out, struct str text);
void wire_cursor(struct buf *out, struct cursor cursor);

/* The fields of a change without its relation, which RELATION has said before; and of a relation. Texts longer than
 * `text_max` go as VALUE_UNCHANGED: what is too long to be said counts as not known. */
void wire_change(struct buf *out, const struct change *change, size_t text_max);
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
bool wire_read_end(struct wire_reader *r); /* whether all fields were read, and nothing is left */
struct relation *wire_read_relation(struct wire_reader *r, struct arena *arena);

/* `find` gives the relation that was said under this id and version, or NULL (the message is broken then). Values point
 * into the message. */
typedef const struct relation *wire_find_relation_fn(void *data, uint32_t id, uint32_t version);
struct change *wire_read_change(struct wire_reader *r, struct arena *arena, wire_find_relation_fn *find, void *data);

/* Takes a whole message off the front of what was received; `*used` is how many bytes it took. Returns false when there
 * is none yet, or sets `broken` when the length is beyond measure. */
bool wire_next(struct str received, enum wire_kind *kind, struct wire_reader *reader, size_t *used, bool *broken);

#endif
