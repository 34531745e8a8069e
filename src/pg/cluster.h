/* The private PostgreSQL: initialised, started, watched and stopped by the daemon; used by commands without one.
 *
 *     <data_dir>/lock          who uses it (record locks, see cluster_lock.h)
 *     <data_dir>/postgres/     PostgreSQL's own data directory, 0700, with its log in log/
 *     <data_dir>/socket/       0700; the only way in, trusted inside
 *
 * The postmaster is a child with a session of its own, so that Ctrl-C reaches the daemon alone, which drains first. It
 * outlives a daemon that is killed: the next start finds postmaster.pid and takes it over. As root everything of
 * PostgreSQL's runs as an unprivileged user. Functions here block; they run before the loop or beside it.
 */
#ifndef MAITRED_PG_CLUSTER_H
#define MAITRED_PG_CLUSTER_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>
#include <sys/types.h>

enum cluster_use {
    CLUSTER_DAEMON,  /* one at a time; a second daemon is refused; stopping stops the cluster */
    CLUSTER_COMMAND, /* any number, beside a daemon or without; the last one out stops what no daemon wants */
};

struct cluster {
    struct arena *arena;
    const char *data_dir, *home_dir, *socket_dir; /* home_dir: PostgreSQL's data directory */
    const char *program_dir;                      /* of initdb, postgres */
    uid_t uid;                                    /* who runs PostgreSQL */
    gid_t gid;
    int max_connections;
    enum cluster_use use;
    int lock_fd;
    pid_t pid;       /* the postmaster */
    bool child;      /* it is our child: we reap it */
    bool taken_over; /* it ran before we came */
};

/* Makes what is missing, starts PostgreSQL or takes a running one over, waits until it answers and the database
 * "maitred" is there. `cluster` must stay where it is until cluster_stop; texts live in `arena`. */
enum err cluster_start(struct arena *arena, const struct settings *settings, enum cluster_use use,
                       struct cluster *cluster, struct error *out) MUST_CHECK;

/* Fast shutdown (sessions are ended, everything is written), waits for it, lets the lock go. */
void cluster_stop(struct cluster *cluster);

/* Whether the postmaster lives. Reaps it when it was our child. Cheap: call it from a timer. */
bool cluster_running(struct cluster *cluster);

/* Starts it again after it died; the lock is still held. For the supervisor, with back-off. */
enum err cluster_revive(struct cluster *cluster, struct error *out) MUST_CHECK;

/* How `user` (maitred: the owner; authenticator: web workers) connects. */
const char *cluster_conninfo(const struct cluster *cluster, struct arena *arena, const char *user);

#endif
