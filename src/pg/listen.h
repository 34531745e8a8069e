/* LISTEN on a connection of its own, kept alive: it connects again with back-off, and asks the server for an answer now
 * and then, so that a connection which died silently does not stay unnoticed. */
#ifndef MAITRED_PG_LISTEN_H
#define MAITRED_PG_LISTEN_H

#include <uv.h>

struct pg_listener;

/* channel NULL: listening has begun, or begun again: whatever was sent before may have been missed. */
typedef void pg_notify_fn(void *data, const char *channel, const char *payload);

/* `channels` ends with NULL; it and `conninfo` are copied. Callbacks come from the loop. */
struct pg_listener *pg_listener_new(uv_loop_t *loop, const char *conninfo, const char *const *channels,
                                    pg_notify_fn *fn, void *data);

/* No callback comes any more; the handles go at the next turns of the loop. */
void pg_listener_free(struct pg_listener *listener);

#endif
