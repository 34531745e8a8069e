/* The last changes, in a ring of bytes: whoever comes back has what it missed told again. What is too much makes the
 * oldest go; a change that is larger than all of the ring empties it.
 */
#ifndef MAITRED_REALTIME_HISTORY_H
#define MAITRED_REALTIME_HISTORY_H

#include "realtime/change.h"

struct history;

/* Memory is touched as it fills. `start`: changes behind it are going to be kept. */
struct history *history_new(size_t bytes, struct cursor start);
void history_free(struct history *history);

/* Keeps a copy; holds its relation (relations.h). Cursors must grow. */
void history_add(struct history *history, const struct change *change, int64_t now_ms);

/* Lets go what was added before this time. */
void history_expire(struct history *history, int64_t before_ms);

/* Forgets all and begins at `start`. */
void history_restart(struct history *history, struct cursor start);

/* Everything that was added behind this place is there. */
struct cursor history_oldest(const struct history *history);

/* The place of the oldest change that is there; false: there is none. */
bool history_first(const struct history *history, struct cursor *out);

size_t history_count(const struct history *history);
size_t history_bytes(const struct history *history); /* in use */

/* Tells the changes behind `since`, oldest first, of the relations that `wanted` (NULL: all) says yes to. */
void history_tell(const struct history *history, struct cursor since,
                  bool (*wanted)(void *data, const struct relation *relation),
                  void (*tell)(void *data, const struct change *change), void *data);

#endif
