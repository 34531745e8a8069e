/* What a feed does on the side, on the thread pool, every few seconds: says that its daemon lives, looks how much WAL
 * is kept for its slot, publishes what tables have come, drops the slots of daemons that are gone.
 */
#ifndef MAITRED_REALTIME_UPKEEP_H
#define MAITRED_REALTIME_UPKEEP_H

#include <stdint.h>
#include <uv.h>

struct upkeep;

struct upkeep_options {
    const char *conninfo;      /* of the owner */
    const char *slot, *daemon; /* names */
    int slot_idle_s;
};

/* Begins at once. */
struct upkeep *upkeep_new(uv_loop_t *loop, const struct upkeep_options *options);

/* Lets go; a round that is under way ends by itself, later in the loop. */
void upkeep_free(struct upkeep *upkeep);

/* As of the last round. */
int64_t upkeep_retained_bytes(const struct upkeep *upkeep); /* -1: not known */
int upkeep_others(const struct upkeep *upkeep);             /* daemons that live beside this one */

#endif
