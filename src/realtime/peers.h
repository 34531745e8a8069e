/* The other daemons on the same database: who they are, and saying something to all of them.
 *
 * What is said goes through the WAL (pg_logical_emit_message), in order, and only while another daemon is alive, that
 * is, keeps its row in maitred.daemons fresh. It is heard by their feeds. What the database did not take is lost, which
 * is told: presence then has to be said as a whole.
 */
#ifndef MAITRED_REALTIME_PEERS_H
#define MAITRED_REALTIME_PEERS_H

#include "base/str.h"

#include <stdbool.h>
#include <uv.h>

#define PEERS_PREFIX "maitred" /* of the logical messages */

struct peers;

struct peers_events {
    void (*appeared)(void *data, const char *name);
    void (*gone)(void *data, const char *name); /* for half a minute nothing was seen of it */
    void (*lost)(void *data);                   /* what was said before may not have been heard; saying works again */
    void *data;
};

/* `self` is this daemon's name. Callbacks come from the loop. */
struct peers *peers_new(uv_loop_t *loop, const char *conninfo, const char *self, const struct peers_events *events);
void peers_free(struct peers *peers);

bool peers_any(const struct peers *peers);

/* A message came from that daemon: so it is there, whatever the table says. */
void peers_heard(struct peers *peers, struct str name);

/* Whole messages of wire.h, to all of them; dropped when there is nobody. Nothing `whole` is ever refused: it is
 * bounded where it is kept. */
void peers_say(struct peers *peers, struct str messages, bool whole);

#endif
