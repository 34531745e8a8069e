/* What the files of the hub share: hub.c (lines, time, life), hub_changes.c (what comes from the feed), hub_topics.c
 * (casts and presence, in this daemon and between daemons). */
#ifndef MAITRED_REALTIME_HUB_INTERNAL_H
#define MAITRED_REALTIME_HUB_INTERNAL_H

#include "realtime/feed.h"
#include "realtime/hub.h"
#include "realtime/line.h"
#include "realtime/peers.h"
#include "realtime/presence.h"
#include "realtime/watchers.h"

#include <stdlib.h>
#include <sys/types.h>
#include <uthash.h>
#include <utlist.h>

/* A relation that the worker knows: the version said last. */
struct known {
    UT_hash_handle hh;
    uint32_t id, version;
};

struct asked_table {
    const char *schema, *table;
};

struct asked {
    struct asked *next, *prev;
    struct arena *arena;
    uint32_t request;
    struct cursor since;
    int64_t deadline_ms;
    size_t count;
    struct asked_table *tables;
};

struct conn {
    struct hub *hub;
    struct conn *next, *prev;
    struct line *line;
    uint64_t name; /* the link's, for its life */
    bool greeted, again, ready, settled, resumed;
    struct cursor told, said_told;
    struct known *known;
    struct asked *asked;
    size_t asked_count;
    struct presence_owner *present;
};

/* The members of a worker that was dropped, while it may come back. */
struct limbo {
    struct limbo *next, *prev;
    uint64_t name;
    int64_t until_ms;
    struct presence_owner *present;
};

/* Another daemon, as its messages describe it. */
struct daemon {
    UT_hash_handle hh;
    struct presence_owner *present;
    size_t name_length;
    char name[];
};

enum feed_condition { FEED_UNKNOWN, FEED_LIVE, FEED_AWAY, FEED_ABSENT };

struct hub {
    uv_loop_t *loop;
    const struct hub_options *options;
    uid_t listener_uid;
    uv_poll_t listener;
    uv_timer_t tick;
    uv_prepare_t prepare;
    uv_idle_t idle; /* runs while there is more to do in the next turn */
    int handles;
    bool closing, was_live, all_said;
    int64_t started_ms;
    struct conn *conns;
    struct limbo *limbo;
    struct feed *feed;
    enum feed_condition condition;
    char reason[256];
    struct watchers *watching, *listening;
    struct presence *presence;
    struct peers *peers;
    struct daemon *daemons;
    struct buf scratch; /* one encoded message for many lines */
    uint64_t lines, casts, dropped, refused, oversized;
};

static inline void *zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort(); /* as the arena does */
    return memory;
}

static inline struct str scratch_text(const struct hub *hub)
{
    return str_n(hub->scratch.at, hub->scratch.len);
}

/* hub_changes.c */
void hub_say_state(struct conn *conn, bool missed);
void hub_say_told(struct conn *conn);
void hub_on_change(void *data, const struct change *change);
void hub_on_feed_state(void *data, bool live, bool restarted, const char *reason);
void hub_resume(struct conn *conn); /* when the line and the feed are ready; else nothing */
bool hub_hear_subscribe(struct conn *conn, struct wire_reader *r);
bool hub_serve_asked(struct conn *conn, int64_t now_ms); /* whether more could be answered in the next turn */
void hub_forget_asked(struct conn *conn, struct asked *a);

/* hub_topics.c */
bool hub_hear_cast(struct hub *hub, const struct conn *from, struct wire_reader *r); /* from NULL: another daemon */
bool hub_hear_track(struct hub *hub, struct presence_owner *owner, bool ours, struct wire_reader *r);
bool hub_hear_untrack(struct hub *hub, bool ours, struct wire_reader *r);
void hub_all_leave(struct hub *hub, struct presence_owner *present); /* frees the owner */
void hub_say_present(struct conn *conn, struct str tenant, struct str topic);
void hub_settle(struct conn *conn); /* presence is told to it from now on */
presence_diff_fn hub_on_difference;
void hub_ask_all(struct hub *hub, const char *name);
void hub_say_all(struct hub *hub);
void hub_on_peer(void *data, const char *name);
void hub_on_peer_gone(void *data, const char *name);
void hub_on_peers_lost(void *data);
void hub_on_feed_message(void *data, const char *prefix, struct str content);

#endif
