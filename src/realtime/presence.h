/* Who is present where: a set of members for each topic of each tenant.
 *
 * A member is known by its ref, a text that is unique everywhere. Each belongs to an owner, with whom it leaves: the
 * hub has one for each worker and each other daemon, a worker's copy one for each topic. Changes are kept until they
 * are taken, as one difference a topic; what came and went in between is no change.
 */
#ifndef MAITRED_REALTIME_PRESENCE_H
#define MAITRED_REALTIME_PRESENCE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct presence;
struct presence_owner;

struct presence_limits {
    size_t members_per_topic, topics_per_tenant, bytes_per_tenant; /* 0: without limit */
};

struct presence *presence_new(const struct presence_limits *limits);
void presence_free(struct presence *presence); /* with its owners */

struct presence_owner *presence_owner_new(struct presence *presence);
void presence_owner_free(struct presence_owner *owner); /* all of its members leave */

/* As the tracking worker says it. `meta` is a JSON object. All texts are copied. */
struct presence_entry {
    struct str key, ref, meta;
};

enum presence_outcome { PRESENCE_JOINED, PRESENCE_KNOWN /* and now this owner's */, PRESENCE_FULL };

/* `replaced` is the ref of the member whose place it takes, or empty. When it is full nothing changes. */
enum presence_outcome presence_join(struct presence_owner *owner, struct str tenant, struct str topic,
                                    const struct presence_entry *entry, struct str replaced);
bool presence_leave(struct presence *presence, struct str ref);

/* Marks all of an owner's members; those that were not joined again until the sweep leave then. */
void presence_mark(struct presence_owner *owner);
void presence_sweep(struct presence_owner *owner);

/* Takes the differences. Entries are valid during the call. `fn` NULL: nobody wants to know. */
typedef void presence_diff_fn(void *data, struct str tenant, struct str topic, const struct presence_entry *joins,
                              size_t join_count, const struct presence_entry *leaves, size_t leave_count);
void presence_take(struct presence *presence, presence_diff_fn *fn, void *data);

/* Everybody who is present, taken or not; the array is the arena's, the texts stay until the next change. */
const struct presence_entry *presence_list(const struct presence *presence, struct arena *arena, struct str tenant,
                                           struct str topic, size_t *count);

/* All members of an owner. */
void presence_each(const struct presence_owner *owner,
                   void (*fn)(void *data, struct str tenant, struct str topic, const struct presence_entry *entry),
                   void *data);

size_t presence_count(const struct presence *presence);

/* As clients know it: {"key":{"metas":[{…,"phx_ref":"…"}]}}, keys in order, metas as they came. */
void presence_write_json(struct buf *out, const struct presence_entry *entries, size_t count);

#endif
