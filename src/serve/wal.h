/* What the supervisor prepares for the WAL worker (realtime/hub.h): this daemon's name, and the socket on which web
 * workers reach it. */
#ifndef MAITRED_SERVE_WAL_H
#define MAITRED_SERVE_WAL_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

/* A random name in the abstract namespace, bound and listening: it outlives each hub, and goes with the daemon. */
struct wal_socket {
    int fd;              /* -1: none */
    const char *address; /* without the zero byte in front, as realtime/link.h takes it */
};

enum err wal_listen(struct arena *arena, struct wal_socket *out, struct error *error) MUST_CHECK;

/* Names the slot: daemon_name, or what tells this daemon from others of its database, also after a restart. */
enum err wal_daemon_name(struct arena *arena, const struct settings *settings, const char **out,
                         struct error *error) MUST_CHECK;

#endif
