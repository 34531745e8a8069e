/* The WAL side of the hub: a logical slot, decoded, with the last minutes of history.
 *
 *   ABSENT ──wal_level, rights, slot──▶ STREAMING ──connection lost──▶ WAITING ──back-off──▶ STREAMING
 *                                          └──slot lost (max_slot_wal_keep_size)──▶ made anew: history starts again
 *
 * The slot is this daemon's own and outlives it. What is confirmed to PostgreSQL trails what was read by the length of
 * the history, so that a WAL worker that is started again reads the same history from the WAL: it is the durable copy.
 */
#ifndef MAITRED_REALTIME_FEED_H
#define MAITRED_REALTIME_FEED_H

#include "realtime/change.h"

#include <uv.h>

struct feed;

struct feed_options {
    const char *conninfo; /* of the owner */
    const char *slot;     /* "maitred_" and the daemon's name; one a daemon */
    size_t history_bytes; /* longest history, by size … */
    int history_s;        /* … and by age */
    int slot_idle_s;      /* after so long slots are dropped whose daemons are gone; 0: an hour */
};

struct feed_events {
    /* Changes in order. Everything is valid during the call only. */
    void (*change)(void *data, const struct change *change);
    /* pg_logical_emit_message(): what another daemon, or SQL, has to say. Once at most: what was said before this feed
     * was made is not told, for it may have been told to the one before. */
    void (*message)(void *data, const char *prefix, struct str content);
    /* live: changes come, and whatever was committed before the connection was made has been handed over (a feed that
     * starts first reads its history again; `change` is called for that, too, before the first `live`). So
     * feed_position is then "now". Else `reason` says in a sentence why not. `restarted`: history is gone, everybody
     * must refetch. */
    void (*state)(void *data, bool live, bool restarted, const char *reason);
    void *data;
};

struct feed *feed_new(uv_loop_t *loop, const struct feed_options *options, const struct feed_events *events);
void feed_free(struct feed *feed);

/* The place up to which changes were handed over, and the oldest place from which all of them can be told again: what
 * lies behind `oldest` is kept. */
struct cursor feed_position(const struct feed *feed);
struct cursor feed_oldest(const struct feed *feed);

/* Tells the changes in (since, feed_position] again, oldest first; only those `wanted` says yes to. Returns false, and
 * tells nothing, when since lies before feed_oldest or beyond feed_position. */
bool feed_replay(struct feed *feed, struct cursor since, bool (*wanted)(void *data, const struct relation *relation),
                 void (*tell)(void *data, const struct change *change), void *data);

struct feed_stats {
    bool live;
    uint64_t changes, transactions, bytes, history_entries, history_bytes, restarts, slots_lost;
    int64_t lag_us;              /* between the last commit and its being read here */
    int64_t slot_retained_bytes; /* WAL that PostgreSQL keeps for the slot; -1: not known */
    int others;                  /* daemons beside this one that live on the same database */
};
struct feed_stats feed_stats(const struct feed *feed);

#endif
