/* What a web worker keeps for realtime: for the files of this room only.
 *
 *   service ── realm (a tenant) ─┬─ topic ── channel ── client (a WebSocket)
 *                                ├─ asker (role and claims) ── questions to the database
 *                                ├─ table ─┬─ info (columns, rights, rules)      from SQL
 *                                │         ├─ group (an asker) ── subscriptions
 *                                │         └─ decisions
 *                                └─ queue of entries (changes), in the order of their commits
 *
 * Everything is of one thread. What something else under way still needs is counted (`refs`).
 */
#ifndef MAITRED_REALTIME_INTERNAL_H
#define MAITRED_REALTIME_INTERNAL_H

#include "auth/auth.h"
#include "auth/identity.h"
#include "http/services.h"
#include "http/websocket.h"
#include "realtime/filter.h"
#include "realtime/frame.h"
#include "realtime/link.h"
#include "realtime/map.h"
#include "realtime/realtime.h"
#include "tenant/table_watch.h"
#include "tenant/tenant.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

enum {
    QUESTION_TIMEOUT_MS = 8000,
    QUESTIONS_A_BATCH = 32,
    BATCHES_AT_ONCE = 16, /* of a worker: requests have the pool, too */
    RETRY_AFTER_MS = 500,
    JOIN_PATIENCE_MS = 3000, /* how long a join waits for the hub before it is answered without a cursor */
    DECISION_MS = 30000,
    DECISIONS_MAX = 100000,    /* of a table */
    QUEUE_MAX_ENTRIES = 20000, /* changes waiting for decisions, of a worker */
    QUEUE_MAX_BYTES = 128 * 1024 * 1024,
    CHANNEL_IDS_MAX = 16, /* ids in one message; more go in a second one */
    COLUMNS_MAX = 256,
    SUBSCRIPTIONS_MAX = 100, /* of a channel */
    TOPIC_MAX_BYTES = 200,
    OUT_MAX_BYTES = 64 * 1024 * 1024,
};

enum role { ROLE_ANON, ROLE_AUTHENTICATED, ROLE_SERVICE, ROLE_COUNT };

struct column_set {
    uint64_t bits[COLUMNS_MAX / 64];
};

/* --- service, realm ----------------------------------------------------------------------------------------------- */

struct realtime_service {
    const struct services *services;
    struct realtime_link *link;   /* NULL: there is no hub */
    struct table_watcher watcher; /* what others in the worker are given */
    uv_timer_t sweep, drain;
    struct map realms, waits;
    struct client *clients;
    uint32_t requests; /* of the link, counted */
    uint64_t serial;   /* of changes, members, askers, subscriptions */
    size_t queued, queued_bytes;
    int batches;                     /* of questions, under way */
    struct asker *turn, **turn_last; /* those who wait for one */
    bool live, draining;
    int drain_ticks; /* left */
    char reason[256];
    struct realtime_stats stats;
};

/* Tokens that come back with time: a rate. */
struct bucket {
    double tokens;
    int64_t at_ms;
};

struct realm {
    struct realtime_service *service;
    struct tenant *tenant; /* as the last join found it */
    struct str key;        /* schema */
    struct map topics, tables, askers;
    struct entry *first, **last;
    struct asker *clerk;    /* the service role, who computes what is not in the WAL */
    struct table *messages; /* realtime_messages, while a channel is there */
    struct bucket spread;   /* of what outsiders say in this tenant: budget.c */
    int channels;
    bool delivering;
};

struct realm *realm_of(struct realtime_service *service, struct tenant *tenant); /* made when there is none */
struct realm *realm_find(struct realtime_service *service, const char *schema);
void realm_enter(struct realm *realm); /* a channel comes … */
void realm_leave(struct realm *realm); /* … and goes */

/* What an answer of the link is for. The channel may be gone by then (NULL). */
enum wait_kind { WAIT_JOIN, WAIT_PRESENCE, WAIT_WATCH };

struct wait {
    enum wait_kind kind;
    uint32_t request;
    struct channel *channel;
    struct table *table;
};

struct wait *wait_new(struct realtime_service *service, enum wait_kind kind);
void wait_free(struct realtime_service *service, struct wait *wait);

/* --- askers ------------------------------------------------------------------------------------------------------- */

/* Equal role and claims are one asker: whatever the database says to one it says to all. */
struct asker {
    uint64_t id;
    unsigned refs;
    struct realm *realm;
    struct str key; /* role, zero, claims */
    enum role role;
    enum auth_level level;
    const char *role_name, *claims;
    char *user_id, *session_id;
    int64_t expires_at_s;
    struct question *first, **last;
    struct asker *next_turn;
    bool under_way, waiting;
    int64_t retry_at_ms; /* 0: not waiting for the database to come back */
};

struct asker *asker_of(struct realm *realm, const struct identity *who); /* with a reference */
struct asker *asker_ref(struct asker *asker);
void asker_unref(struct asker *asker);
struct pg_session asker_session(const struct asker *asker, bool read_only);
bool asker_is_over(const struct asker *asker, int64_t now_s, const char **why);

/* A statement asked as somebody; one row at most. `answered` runs once: row is NULL when there is none or when the
 * database refuses. While the database is away it is asked again. */
struct question {
    struct question *next;
    struct asker *asker;
    struct table_info *info; /* whose text sql is */
    const char *sql;
    int count;
    const char **values; /* behind the question */
    bool alone;          /* its batch failed: nobody else's fault */
    void (*answered)(void *data, const PGresult *row);
    void *data;
};

void question_ask(struct asker *asker, struct table_info *info, const char *sql, const struct change_value *values,
                  int count, void (*answered)(void *data, const PGresult *row), void *data);
void askers_retry(struct realm *realm, int64_t now_ms);

/* --- tables ------------------------------------------------------------------------------------------------------- */

struct role_info {
    struct column_set selects;
    bool any; /* something may be selected */
    bool proved;
    const char *ask;
    int *needs; /* columns that `ask` takes */
    int needs_count;
    struct table **reads; /* whose changes end decisions */
    int reads_count;
};

struct table_info {
    struct arena *arena;
    unsigned refs;
    uint32_t relation, version; /* of the latest description in the WAL when it was asked for */
    int column_count;
    struct info_column {
        const char *name, *type;
        const char *json; /* "name": */
        uint32_t base, element;
        bool key, computed; /* computed: generated, not in the WAL */
    } * columns;
    struct filter_column *filter_columns;
    int *key;
    int key_count;
    const char *row; /* " from … where key", NULL without a key */
    struct {
        const char *ask; /* NULL: there are none */
        int *needs, *gives;
        int needs_count, gives_count;
    } computed;
    struct row_statement {
        struct row_statement *next;
        const char *text;
    } * row_statements;
    struct role_info roles[ROLE_COUNT];
};

struct table {
    struct table_watch seen; /* first: what others hold of it */
    struct realm *realm;
    char *name; /* "": all of them */
    unsigned refs;
    unsigned watchers;
    unsigned readers; /* tables whose decisions depend on this one */
    bool current;     /* the hub has confirmed the watch, which it was asked to (`confirm`) */
    bool confirm;
    struct wait *wait;
    struct table_info *info;
    bool loading, missing, unreachable;
    int64_t retry_at_ms;        /* after it was unreachable */
    uint32_t relation, version; /* the WAL's latest description; 0: none yet */
    struct map groups, filters, decisions;
    struct relation_copy *relations;
};

struct table *table_of(struct realm *realm, const char *name); /* with a reference */
struct table *table_ref(struct table *table);
void table_unref(struct table *table);
void table_watch(struct table *table); /* counted */
void table_unwatch(struct table *table);
void table_watch_from_now(struct table *table); /* a watch of ours, not a subscriber's: confirmed by `current` */
void table_confirmed(struct table *table);
void table_live(struct table *table, bool missed); /* changes come, or do not come, from now on */
void table_changed(struct table *table);
struct table_watcher table_watcher_of(struct realtime_service *service);
void table_rewatch(struct table *table); /* asks again for what could not be confirmed */
void table_load(struct table *table);
bool table_is_ready(const struct table *table); /* info fits the WAL's latest description */
void table_info_unref(struct table_info *info);
int info_column(const struct table_info *info, const char *name);

static inline bool column_in(const struct column_set *set, int column)
{
    return set->bits[column / 64] >> (column % 64) & 1;
}

static inline void column_add(struct column_set *set, int column)
{
    set->bits[column / 64] |= (uint64_t)1 << (column % 64);
}

/* --- clients and channels ----------------------------------------------------------------------------------------- */

struct client {
    struct realtime_service *service;
    struct client *next, **self;
    struct websocket *ws;
    struct realm *realm;
    struct tenant *tenant;
    struct asker *who; /* by the apikey of the address */
    enum frame_version version;
    struct channel *channels;
    int channel_count;
    int offences;
    struct bucket messages, joins, received, spread;
    bool closing;
};

void client_send(struct client *client, const char *join_ref, const char *ref, const char *topic, const char *event,
                 struct str payload);
void client_reply(struct client *client, const char *join_ref, const char *ref, const char *topic, bool ok,
                  struct str response);
void client_refuse(struct client *client, const char *join_ref, const char *ref, const char *topic, const char *reason);

struct topic {
    struct realm *realm;
    struct str key; /* "p:" (private) or "o:" and the name */
    struct channel *channels;
    char *name;
};

struct subscription {
    struct channel *channel;
    struct table *table;
    struct group *group;
    struct subscription *next, **self; /* in the group */
    struct shared_filter *filter;
    struct column_set *select; /* NULL: all */
    uint64_t id;
    uint64_t from_serial; /* of changes; 0: not yet */
    struct cursor since;
    unsigned events; /* bits of 1 << change_kind */
};

struct channel {
    struct client *client;
    struct channel *next, **self;             /* of the client */
    struct channel *topic_next, **topic_self; /* of the topic */
    struct topic *topic;
    char *join_ref;
    struct asker *who;
    struct subscription *subscriptions;
    struct join *join; /* until its subscriptions live */
    struct channel_wait *rights_wait;
    struct recall *recall; /* or NULL: no messages of before were asked for */
    struct wait *presence_wait;
    char *presence_key;
    uint64_t member;
    struct hit *hit; /* of the change being delivered */
    uint64_t hit_serial;
    unsigned replaying; /* entries in the queue for it alone */
    unsigned short subscription_count;
    bool joined; /* the join was answered */
    bool is_private, ack, self_too, presence, tracked;
    bool reads_broadcast, writes_broadcast, reads_presence, writes_presence;
    bool ready_asked; /* config.broadcast.replication_ready */
};

/* What a question that a channel has asked comes back to. */
struct channel_wait {
    struct channel *channel; /* NULL: it has gone */
};

/* Frames for a channel; `frame` is valid during the call. */
void channel_join(struct client *client, const struct frame *frame);
void channel_message(struct channel *channel, const struct frame *frame);
struct channel *channel_find(struct client *client, const char *topic);

/* join.c: until the subscriptions live. */
void join_free(struct channel *channel);
void join_rights_known(struct channel *channel, const char *refusal);
void join_look_after(struct channel *channel, int64_t now_ms);
void subscriptions_free(struct channel *channel);
const char *subscription_hidden_column(const struct subscription *subscription, enum role role); /* or NULL */

/* Who asks for a channel: by the token of the message, else by the address's key. NULL and the reason; else with a
 * reference. */
struct asker *channel_asker(struct client *client, const struct frame *frame, struct arena *arena, const char **reason);
void channel_ask_rights(struct channel *channel); /* goes on in join_rights_known */
void channel_presence_begin(struct channel *channel);
void channel_messages_live(struct channel *channel);

void channel_close(struct channel *channel, const char *event); /* says phx_close or phx_error */
void channel_end(struct channel *channel, const char *reason);  /* system error, then phx_close */
void channel_free(struct channel *channel);                     /* says nothing */
void channel_system(struct channel *channel, const char *extension, const char *status, const char *message,
                    const struct cursor *cursor);
void channels_go_on(struct realm *realm); /* joins that waited for a table */
void channel_subscribed(struct wait *wait, enum wire_outcome outcome, struct cursor upto);
void channel_replayed(struct wait *wait, const struct change *change);
void channel_who(struct wait *wait, struct str state);
void channels_diff(struct realm *realm, const char *topic, struct str joins, struct str leaves);
void channels_look_after(struct realm *realm); /* now and then: patience, tokens that are over */
void channels_live(struct realm *realm);       /* the feed has come (back) */
void channels_messages_live(struct realm *realm);

struct topic *topic_find(struct realm *realm, const char *key);
struct topic *topic_of(struct realm *realm, bool is_private, const char *name); /* made when there is none */

/* --- changes ------------------------------------------------------------------------------------------------------ */

struct relation_copy {
    struct relation_copy *next;
    struct relation relation;
    struct arena *arena;
    unsigned refs;
    const struct table_info *bound; /* what places was made for */
    int *places;                    /* of each column in the info; -1: not there any more */
};

enum verdict_state { VERDICT_ASKING, VERDICT_YES, VERDICT_NO };

/* Whether an asker sees a change. */
struct verdict {
    struct entry *entry;
    struct asker *asker;
    enum verdict_state state;
    struct verdict *next_waiting;     /* for the same decision */
    const struct change_value *again; /* values that the WAL has left out, as the asker reads them; or NULL */
};

/* A change in the queue. */
struct entry {
    struct entry *next;
    uint64_t serial;
    struct arena *arena;
    struct table *table;
    struct relation_copy *relation;
    struct change change;
    struct channel *only;          /* a replay */
    struct change_value *computed; /* of each of the info's computed columns, when somebody wants the change */
    bool replay, dropped, computing;
    unsigned refs; /* verdicts being asked, and the queue */
    int asking;
    size_t bytes;
    struct map verdicts;
};

struct group {
    struct asker *asker;
    struct table *table;
    struct subscription *subscriptions;
};

struct shared_filter {
    struct arena *arena;
    struct str text;
    struct filter *filter;
    unsigned refs;
    uint64_t memo_serial;
    bool memo;
};

void subscription_enter(struct subscription *subscription); /* into the group of its channel's asker */
void subscription_leave(struct subscription *subscription);

void changes_arrive(struct realtime_service *service, const struct change *change);
struct entry *entry_for_replay(struct channel *channel, const struct change *change);
void entry_free(struct entry *entry);
void changes_append(struct realm *realm, struct entry *entry);
void changes_forget(struct channel *channel); /* its replay entries */
void changes_table_loaded(struct table *table);
void changes_go_on(struct realm *realm);
void changes_refetch(struct realm *realm, const char *why); /* everybody who has subscribed */
void entry_settled(struct entry *entry);

/* decide.c: fills the verdict, now or later (then entry_settled is called). */
void decide(struct verdict *verdict);
void decisions_drop(struct table *table);
void decisions_drop_readers(struct realm *realm, const struct table *authority);

/* record.c: the value of `data` in a change's message. */
void record_write(struct buf *out, struct entry *entry, const struct verdict *verdict,
                  const struct column_set *columns);

/* --- broadcasts --------------------------------------------------------------------------------------------------- */

struct cast {
    const char *event;
    struct str meta, payload; /* JSON object or empty; JSON text or bytes */
    struct str id;            /* of the row it comes from, or empty */
    bool is_json;
    bool by_outsider; /* neither staff nor service: what it spreads has a budget, in every worker */
};

/* budget.c: takes `cost` when something is left, which refills at `rate` a second up to `burst`. */
bool bucket_spend(struct bucket *bucket, double rate, double burst, double cost);
/* Whether so many bytes may go to a topic's channels: by the connection's budget (`own`, or NULL) and the tenant's. */
bool spread_is_affordable(struct realm *realm, struct bucket *own, const char *topic_key, size_t bytes);

/* To the topic's channels of this worker, but not to `except`. */
void cast_locally(struct realm *realm, const char *topic_key, const struct cast *cast, const struct channel *except);
/* And to everybody else's. */
void cast_everywhere(struct realm *realm, const char *topic_key, const struct cast *cast, const struct channel *except);
void cast_arrived(struct realm *realm, const char *topic_key, uint8_t flags, struct str body);
struct str cast_bytes(struct arena *arena, struct str hex); /* of a bytea as PostgreSQL writes it */
void cast_message_row(struct realm *realm, const struct change *change);
void cast_to_channel(struct channel *channel, const struct cast *cast);
bool cast_is_heard(const struct channel *channel); /* by who joined it */

/* recall.c: messages of before, for who comes later. Asks for the latest `limit` (1 to RECALL_MAX) since a time. */
enum { RECALL_MAX = 25 };
void recall_begin(struct channel *channel, int64_t since_ms, int limit);
/* True: not now (it is said behind the messages of before), or not again (it was one of them). */
bool recall_keeps(struct channel *channel, struct str id, struct websocket_message *message);
void recall_free(struct channel *channel);
http_handler_fn broadcast_many, broadcast_one;
http_handler_fn client_open;

/* The rights of an asker on a private channel's topic, when the database has said them. */
struct rights {
    bool reads_broadcast, writes_broadcast, reads_presence, writes_presence;
};
/* The row is for rights_read(). */
void rights_ask(struct asker *asker, const char *topic, void (*answered)(void *data, const PGresult *row), void *data);
struct rights rights_read(const PGresult *row);

static inline void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        abort();
    return memory;
}

char *copy_text(const char *text); /* NULL stays NULL */

#endif
