/* A web worker's line to the hub. It comes back by itself after the hub was started again, says anew what is watched
 * and tracked, and has everything that was missed told again, or says that it cannot be.
 */
#ifndef MAITRED_REALTIME_LINK_H
#define MAITRED_REALTIME_LINK_H

#include "realtime/wire.h"

#include <uv.h>

struct realtime_link;

/* All from the loop, never from inside a call of this header; what is handed over is valid during the call. Texts end
 * with zero (not those inside a change). A relation's version is the link's own: it grows whenever the WAL describes
 * the table anew, and when another hub does. A hub that is started again within two seconds is not told as a state. */
struct link_events {
    void (*change)(void *data, const struct change *change);
    void (*replayed)(void *data, uint32_t request, const struct change *change);
    void (*subscribed)(void *data, uint32_t request, enum wire_outcome outcome, struct cursor upto);
    void (*cast)(void *data, const char *tenant, const char *topic, uint8_t flags, struct str body);
    void (*diff)(void *data, const char *tenant, const char *topic, struct str joins, struct str leaves);
    void (*who)(void *data, uint32_t request, struct str state);
    /* live: whether changes come (else reason). `missed`: some were lost between two hubs: everybody must refetch. */
    void (*state)(void *data, bool live, bool missed, const char *reason);
    void *data;
};

/* `address` is the hub's socket as the supervisor has bound it (an abstract name without the leading zero byte). */
struct realtime_link *link_new(uv_loop_t *loop, const char *address, const struct link_events *events);
void link_free(struct realtime_link *link); /* not from inside a callback */

/* Counted: the hub is told of the first and of the last. */
void link_watch(struct realtime_link *link, const char *schema, const char *table);
void link_unwatch(struct realtime_link *link, const char *schema, const char *table);

struct link_table {
    const char *schema, *table;
};

/* Answered by `replayed` × n and `subscribed`, also when the line breaks in between (then asked again).
 * since.commit_lsn 0: from now on. Watch the tables first. */
void link_subscribe(struct realtime_link *link, uint32_t request, struct cursor since, const struct link_table *tables,
                    size_t count);

/* To the members of the topic on all other workers and daemons; the caller serves its own. Dropped while the line is
 * down: broadcast promises nothing. */
void link_cast(struct realtime_link *link, const char *tenant, const char *topic, uint8_t flags, struct str body);

/* Counted by the caller: the first member of a topic in this worker listens, the last stops. Casts and diffs come for
 * topics that are listened to. */
void link_listen(struct realtime_link *link, const char *tenant, const char *topic);
void link_unlisten(struct realtime_link *link, const char *tenant, const char *topic);

/* Presence: `member` is unique in this worker. meta is a JSON object of at most WIRE_META_MAX_BYTES. Tracking again
 * replaces the meta. `who` is answered with {"key":{"metas":[{…,"phx_ref":"…"}]}}; a diff's joins and leaves look the
 * same, and continue it. Longer metas, and topics that are full, are refused in silence. */
void link_track(struct realtime_link *link, uint64_t member, const char *tenant, const char *topic, const char *key,
                struct str meta);
void link_untrack(struct realtime_link *link, uint64_t member);
void link_who(struct realtime_link *link, uint32_t request, const char *tenant, const char *topic);

#endif
