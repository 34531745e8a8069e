/* A web worker: one process, one thread, one loop. */
#ifndef MAITRED_SERVE_WORKER_H
#define MAITRED_SERVE_WORKER_H

#include "config/settings.h"
#include "serve/stats.h"

struct worker_options {
    int index; /* its slot in the shared counters */
    int listen_fd;
    int ready_fd; /* one byte is written when requests are answered; -1: nobody waits */
    const struct settings *settings;
    const char *web_conninfo;                      /* authenticator */
    const char *owner_conninfo;                    /* the owner of the schemas */
    const char *web_dir;                           /* built pages, or NULL */
    const char *tls_certificate_pem, *tls_key_pem; /* NULL: plain HTTP */
    const char *hub_address;                       /* of the hub's socket (realtime/link.h), or NULL: no realtime */
    struct shared_stats *stats;
    struct suspect_board *suspects;
};

/* Runs until SIGTERM has drained it. Returns the exit code. */
int worker_run(const struct worker_options *options);

#endif
