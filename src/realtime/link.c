/* What the service has asked for is kept here (watched, listened, tracked, asked) and said to every hub anew; a line
 * carries nothing that could get lost with it, but casts.
 *
 *   DOWN ──timer: connect──▶ UP, everything said ──STATE──▶ greeted
 *    ▲                        └──────── on_lost ──────────────┘
 *    └──────────────────────────────────┘
 */
#include "realtime/link.h"

#include "base/clock.h"
#include "base/encode.h"
#include "realtime/line.h"
#include "realtime/presence.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uthash.h>
#include <utlist.h>

enum {
    RETRY_FIRST_MS = 50,
    RETRY_LAST_MS = 1000,
    PATIENCE_MS = 2000, /* a hub that is away for less is nobody's business */
    PENDING_MAX_BYTES = 32 * 1024 * 1024,
    REF_BYTES = 40,
    HANDLES = 3,
};

/* A table that is watched: schema, zero, table. */
struct watched {
    UT_hash_handle hh;
    int count;
    size_t first_length, key_length;
    char key[];
};

/* A topic that is listened to: tenant, zero, topic, zero. */
struct listened {
    UT_hash_handle hh;
    int count;
    bool known;  /* `present` is what clients were told: differences matter */
    bool synced; /* and the hub of this line has said the same */
    struct presence_owner *present;
    const char *topic; /* in the key */
    size_t key_length;
    char key[];
};

struct tracked {
    UT_hash_handle hh;
    uint64_t member;
    char ref[REF_BYTES];
    const char *tenant, *topic, *key;
    struct str meta;
    char texts[];
};

struct asked {
    UT_hash_handle hh;
    uint32_t request;
    struct cursor since; /* moves on with what was replayed */
    size_t count;
    struct buf tables; /* as SUBSCRIBE has them */
};

struct who {
    uint32_t request;
    struct listened *listened;
    struct who *next, *prev;
};

/* A table as the hub has described it last. */
struct described {
    UT_hash_handle hh;
    uint32_t id, hub_version;
    struct arena *arena;
    struct relation *relation; /* with a version of our own: hubs begin anew */
};

struct realtime_link {
    uv_loop_t *loop;
    struct link_events events;
    struct sockaddr_un address;
    socklen_t address_bytes;
    uint64_t name;
    struct line *line; /* NULL: down */
    uv_timer_t retry, patience;
    uv_prepare_t prepare;
    int handles, retry_ms;
    bool greeted, was_greeted, closing;
    bool said_live, said_state;
    struct cursor told;
    uint64_t next_ref;
    uint32_t next_version;
    struct watched *watched;
    struct listened *listened;
    struct tracked *tracked;
    struct asked *asked;
    struct who *who;
    struct described *described;
    struct presence *presence;
    struct listened *hearing; /* whose difference is being taken */
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort(); /* as the arena does */
    return memory;
}

/* --- saying ------------------------------------------------------------------------------------------------------- */

static void say_pair(struct realtime_link *link, enum wire_kind kind, struct str first, struct str second)
{
    if (!link->line)
        return;
    struct buf *out = line_out(link->line);
    size_t begun = wire_begin(out, kind);
    wire_str(out, first);
    wire_str(out, second);
    wire_end(out, begun);
}

static void say_track(struct realtime_link *link, const struct tracked *t, const char *old_ref)
{
    if (!link->line)
        return;
    struct buf *out = line_out(link->line);
    size_t begun = wire_begin(out, WIRE_TRACK);
    wire_str(out, str_of(t->tenant));
    wire_str(out, str_of(t->topic));
    wire_str(out, str_of(t->key));
    wire_str(out, str_of(t->ref));
    wire_str(out, str_of(old_ref));
    wire_str(out, t->meta);
    wire_end(out, begun);
}

static void say_subscribe(struct realtime_link *link, const struct asked *a)
{
    if (!link->line)
        return;
    struct buf *out = line_out(link->line);
    size_t begun = wire_begin(out, WIRE_SUBSCRIBE);
    wire_u32(out, a->request);
    wire_cursor(out, a->since);
    wire_u32(out, (uint32_t)a->count);
    buf_add(out, a->tables.at, a->tables.len);
    wire_end(out, begun);
}

static struct str watched_schema(const struct watched *w)
{
    return str_n(w->key, w->first_length);
}

static struct str watched_table(const struct watched *w)
{
    return str_n(w->key + w->first_length + 1, w->key_length - w->first_length - 1);
}

/* A new line: everything that a hub has to know of us. */
static void say_everything(struct realtime_link *link)
{
    struct buf *out = line_out(link->line);
    size_t begun = wire_begin(out, WIRE_HELLO);
    wire_u32(out, WIRE_VERSION);
    wire_u64(out, link->name);
    wire_u8(out, link->was_greeted);
    wire_cursor(out, link->told);
    wire_end(out, begun);
    for (struct watched *w = link->watched; w; w = w->hh.next)
        say_pair(link, WIRE_WATCH, watched_schema(w), watched_table(w));
    for (struct listened *l = link->listened; l; l = l->hh.next) {
        l->synced = false;
        say_pair(link, WIRE_LISTEN, str_of(l->key), str_of(l->topic));
    }
    for (struct tracked *t = link->tracked; t; t = t->hh.next)
        say_track(link, t, "");
    wire_end(out, wire_begin(out, WIRE_READY));
    for (struct asked *a = link->asked; a; a = a->hh.next)
        say_subscribe(link, a);
    line_exempt(link->line);
}

/* --- the line ----------------------------------------------------------------------------------------------------- */

static void forget_described(struct realtime_link *link, struct described *d)
{
    HASH_DEL(link->described, d);
    arena_free(d->arena);
    free(d);
}

static void tell_state(struct realtime_link *link, bool live, bool missed, const char *reason)
{
    if (link->said_state && link->said_live == live && !missed)
        return;
    link->said_state = true;
    link->said_live = live;
    link->events.state(link->events.data, live, missed, reason);
}

static void on_patience(uv_timer_t *timer)
{
    tell_state(timer->data, false, false, "The process that reads the changes is being started.");
}

static void on_retry(uv_timer_t *timer);

static void retry_later(struct realtime_link *link)
{
    uv_timer_start(&link->retry, on_retry, (uint64_t)link->retry_ms, 0);
    link->retry_ms = link->retry_ms * 2 > RETRY_LAST_MS ? RETRY_LAST_MS : link->retry_ms * 2;
}

static void on_lost(void *data, bool slow)
{
    struct realtime_link *link = data;
    (void)slow;
    line_free(link->line);
    link->line = NULL;
    if (link->greeted)
        uv_timer_start(&link->patience, on_patience, PATIENCE_MS, 0);
    link->greeted = false;
    retry_later(link);
}

static bool on_message(void *data, enum wire_kind kind, struct wire_reader *r);

static void on_retry(uv_timer_t *timer)
{
    struct realtime_link *link = timer->data;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&link->address, link->address_bytes)) {
        if (fd >= 0)
            close(fd);
        retry_later(link); /* nobody listens, or too many wait: a Unix socket says so at once */
        return;
    }
    link->line = line_new(link->loop, fd, PENDING_MAX_BYTES,
                          &(struct line_events){.message = on_message, .lost = on_lost, .data = link});
    say_everything(link);
}

/* --- hearing: changes --------------------------------------------------------------------------------------------- */

static struct described *find_described(struct realtime_link *link, uint32_t id)
{
    struct described *d = NULL;
    HASH_FIND(hh, link->described, &id, sizeof id, d);
    return d;
}

static const struct relation *find_relation(void *data, uint32_t id, uint32_t version)
{
    const struct described *d = find_described(data, id);
    return d && d->hub_version == version ? d->relation : NULL;
}

static bool same_relation(const struct relation *a, const struct relation *b)
{
    if (!text_eq(a->schema, b->schema) || !text_eq(a->table, b->table) || a->column_count != b->column_count)
        return false;
    for (int i = 0; i < a->column_count; i++) {
        const struct change_column *x = &a->columns[i];
        const struct change_column *y = &b->columns[i];
        if (!text_eq(x->name, y->name) || x->type != y->type || !text_eq(x->type_name, y->type_name) ||
            x->key != y->key)
            return false;
    }
    return true;
}

static bool hear_relation(struct realtime_link *link, struct wire_reader *r)
{
    struct arena *arena = arena_new();
    struct relation *relation = wire_read_relation(r, arena);
    if (!relation || !wire_read_end(r)) {
        arena_free(arena);
        return false;
    }
    struct described *d = find_described(link, relation->id);
    uint32_t hub_version = relation->version;
    /* A table described anew is another version also when it looks the same: its policies or rights have changed. */
    if (d && d->hub_version == hub_version && same_relation(d->relation, relation)) {
        arena_free(arena);
    } else {
        if (d)
            forget_described(link, d);
        d = zeroed(sizeof *d);
        d->id = relation->id;
        d->arena = arena;
        d->relation = relation;
        relation->version = ++link->next_version;
        HASH_ADD(hh, link->described, id, sizeof d->id, d);
    }
    d->hub_version = hub_version;
    return true;
}

static void told_up_to(struct realtime_link *link, struct cursor cursor)
{
    if (cursor_compare(link->told, cursor) < 0)
        link->told = cursor;
}

static bool hear_change(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    const struct change *change = wire_read_change(r, arena, find_relation, link);
    if (!change || !wire_read_end(r))
        return false;
    if (cursor_compare(change->cursor, link->told) > 0) {
        link->told = change->cursor;
        link->events.change(link->events.data, change);
    }
    return true;
}

static struct asked *find_asked(struct realtime_link *link, uint32_t request)
{
    struct asked *a = NULL;
    HASH_FIND(hh, link->asked, &request, sizeof request, a);
    return a;
}

static void forget_asked(struct realtime_link *link, struct asked *a)
{
    HASH_DEL(link->asked, a);
    buf_release(&a->tables);
    free(a);
}

static bool hear_replayed(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    uint32_t request = wire_read_u32(r);
    const struct change *change = wire_read_change(r, arena, find_relation, link);
    struct asked *a = find_asked(link, request);
    if (!change || !wire_read_end(r) || !a)
        return false;
    a->since = change->cursor;
    link->events.replayed(link->events.data, request, change);
    return true;
}

static bool hear_subscribed(struct realtime_link *link, struct wire_reader *r)
{
    uint32_t request = wire_read_u32(r);
    uint8_t outcome = wire_read_u8(r);
    struct cursor upto = wire_read_cursor(r);
    struct asked *a = find_asked(link, request);
    if (!wire_read_end(r) || !a || outcome > WIRE_UNAVAILABLE)
        return false;
    forget_asked(link, a);
    told_up_to(link, upto);
    link->events.subscribed(link->events.data, request, (enum wire_outcome)outcome, upto);
    return true;
}

static bool hear_state(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    bool live = wire_read_u8(r) != 0;
    bool missed = wire_read_u8(r) != 0;
    const char *reason = wire_read_text(r, arena);
    if (!wire_read_end(r))
        return false;
    link->greeted = link->was_greeted = true;
    link->retry_ms = RETRY_FIRST_MS;
    if (!live && !*reason)
        return true; /* the hub does not know yet; patience goes on */
    uv_timer_stop(&link->patience);
    if (missed)
        link->told = (struct cursor){0}; /* TOLD says where it goes on, maybe in another history */
    tell_state(link, live, missed, live ? NULL : reason);
    return true;
}

static bool hear_told(struct realtime_link *link, struct wire_reader *r)
{
    struct cursor cursor = wire_read_cursor(r);
    if (!wire_read_end(r))
        return false;
    told_up_to(link, cursor);
    return true;
}

/* --- hearing: topics ---------------------------------------------------------------------------------------------- */

static struct listened *find_listened(struct realtime_link *link, const char *tenant, const char *topic)
{
    struct buf key;
    struct listened *l = NULL;
    buf_init(&key, SIZE_MAX);
    buf_add(&key, tenant, strlen(tenant) + 1);
    buf_add(&key, topic, strlen(topic) + 1);
    HASH_FIND(hh, link->listened, key.at, key.len, l);
    buf_release(&key);
    return l;
}

static bool hear_cast(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    const char *tenant = wire_read_text(r, arena);
    const char *topic = wire_read_text(r, arena);
    uint8_t flags = wire_read_u8(r);
    struct str body = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (find_listened(link, tenant, topic))
        link->events.cast(link->events.data, tenant, topic, flags, body);
    return true;
}

static void on_difference(void *data, struct str tenant, struct str topic, const struct presence_entry *joins,
                          size_t join_count, const struct presence_entry *leaves, size_t leave_count)
{
    struct realtime_link *link = data;
    struct buf joined;
    struct buf left;
    (void)tenant, (void)topic; /* as `hearing` has them, with zeros */
    buf_init(&joined, SIZE_MAX);
    buf_init(&left, SIZE_MAX);
    presence_write_json(&joined, joins, join_count);
    presence_write_json(&left, leaves, leave_count);
    (void)buf_cstr(&joined), (void)buf_cstr(&left);
    link->events.diff(link->events.data, link->hearing->key, link->hearing->topic, str_n(joined.at, joined.len),
                      str_n(left.at, left.len));
    buf_release(&joined);
    buf_release(&left);
}

/* After every message that touches one topic. */
static void tell_difference(struct realtime_link *link, struct listened *l, bool aloud)
{
    link->hearing = l;
    l->count++; /* the service may stop listening in the callback */
    presence_take(link->presence, aloud ? on_difference : NULL, link);
    link->hearing = NULL;
    link_unlisten(link, l->key, l->topic);
}

static bool hear_members(struct wire_reader *r, struct listened *l, const char *tenant, const char *topic)
{
    for (uint32_t n = wire_read_u32(r); n && !r->broken; n--) {
        struct presence_entry entry;
        entry.key = wire_read_str(r);
        entry.ref = wire_read_str(r);
        entry.meta = wire_read_str(r);
        if (!r->broken && l)
            (void)presence_join(l->present, str_of(tenant), str_of(topic), &entry, STR(""));
    }
    return !r->broken;
}

static bool hear_present(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    const char *tenant = wire_read_text(r, arena);
    const char *topic = wire_read_text(r, arena);
    struct listened *l = find_listened(link, tenant, topic);
    if (l)
        presence_mark(l->present);
    if (!hear_members(r, l, tenant, topic) || !wire_read_end(r))
        return false;
    if (!l)
        return true;
    presence_sweep(l->present);
    bool was_known = l->known;
    l->synced = l->known = true;
    tell_difference(link, l, was_known);
    return true;
}

static bool hear_diff(struct realtime_link *link, struct wire_reader *r, struct arena *arena)
{
    const char *tenant = wire_read_text(r, arena);
    const char *topic = wire_read_text(r, arena);
    struct listened *l = find_listened(link, tenant, topic);
    if (!hear_members(r, l, tenant, topic))
        return false;
    for (uint32_t n = wire_read_u32(r); n && !r->broken; n--) {
        struct str ref = wire_read_str(r);
        if (!r->broken && l)
            (void)presence_leave(link->presence, ref);
    }
    if (!wire_read_end(r))
        return false;
    if (l)
        tell_difference(link, l, l->known);
    return true;
}

/* --- hearing ------------------------------------------------------------------------------------------------------ */

static bool hear(struct realtime_link *link, enum wire_kind kind, struct wire_reader *r, struct arena *arena)
{
    switch (kind) {
    case WIRE_STATE:
        return hear_state(link, r, arena);
    case WIRE_TOLD:
        return hear_told(link, r);
    case WIRE_RELATION:
        return hear_relation(link, r);
    case WIRE_CHANGE:
        return hear_change(link, r, arena);
    case WIRE_REPLAYED:
        return hear_replayed(link, r, arena);
    case WIRE_SUBSCRIBED:
        return hear_subscribed(link, r);
    case WIRE_CAST:
        return hear_cast(link, r, arena);
    case WIRE_PRESENT:
        return hear_present(link, r, arena);
    case WIRE_DIFF:
        return hear_diff(link, r, arena);
    default:
        return false;
    }
}

static bool on_message(void *data, enum wire_kind kind, struct wire_reader *r)
{
    struct arena *arena = arena_new();
    bool understood = hear(data, kind, r, arena);
    arena_free(arena);
    return understood;
}

/* Who is present, for those whose topic is known by now. */
static void answer_who(uv_prepare_t *prepare)
{
    struct realtime_link *link = prepare->data;
    struct who *who;
    struct who *next;
    DL_FOREACH_SAFE (link->who, who, next) {
        struct listened *l = who->listened;
        if (!l->synced)
            continue;
        size_t count;
        struct buf state;
        struct arena *arena = arena_new();
        const struct presence_entry *entries =
            presence_list(link->presence, arena, str_of(l->key), str_of(l->topic), &count);
        buf_init(&state, SIZE_MAX);
        presence_write_json(&state, entries, count);
        (void)buf_cstr(&state);
        DL_DELETE(link->who, who);
        link->events.who(link->events.data, who->request, str_n(state.at, state.len));
        buf_release(&state);
        arena_free(arena);
        free(who);
        link_unlisten(link, l->key, l->topic);
        next = link->who; /* the callback may have asked for more */
    }
}

/* --- watching, subscribing ---------------------------------------------------------------------------------------- */

static struct watched *find_watched(struct realtime_link *link, const char *schema, const char *table)
{
    struct buf key;
    struct watched *w = NULL;
    buf_init(&key, SIZE_MAX);
    buf_add(&key, schema, strlen(schema) + 1);
    buf_text(&key, table);
    HASH_FIND(hh, link->watched, key.at, key.len, w);
    buf_release(&key);
    return w;
}

void link_watch(struct realtime_link *link, const char *schema, const char *table)
{
    struct watched *w = find_watched(link, schema, table);
    if (!w) {
        size_t first = strlen(schema);
        size_t second = strlen(table);
        w = zeroed(sizeof *w + first + second + 2);
        w->first_length = first;
        w->key_length = first + 1 + second;
        memcpy(w->key, schema, first);
        memcpy(w->key + first + 1, table, second);
        HASH_ADD_KEYPTR(hh, link->watched, w->key, w->key_length, w);
        say_pair(link, WIRE_WATCH, watched_schema(w), watched_table(w));
    }
    w->count++;
}

void link_unwatch(struct realtime_link *link, const char *schema, const char *table)
{
    struct watched *w = find_watched(link, schema, table);
    assert(w);
    if (--w->count)
        return;
    say_pair(link, WIRE_UNWATCH, watched_schema(w), watched_table(w));
    HASH_DEL(link->watched, w);
    free(w);
}

void link_subscribe(struct realtime_link *link, uint32_t request, struct cursor since, const struct link_table *tables,
                    size_t count)
{
    assert(!find_asked(link, request));
    struct asked *a = zeroed(sizeof *a);
    a->request = request;
    a->since = since;
    a->count = count;
    buf_init(&a->tables, WIRE_MESSAGE_MAX_BYTES / 2);
    for (size_t i = 0; i < count; i++) {
        wire_str(&a->tables, str_of(tables[i].schema));
        wire_str(&a->tables, str_of(tables[i].table));
    }
    HASH_ADD(hh, link->asked, request, sizeof a->request, a);
    say_subscribe(link, a);
}

/* --- topics ------------------------------------------------------------------------------------------------------- */

void link_cast(struct realtime_link *link, const char *tenant, const char *topic, uint8_t flags, struct str body)
{
    if (!link->greeted || body.len > WIRE_CAST_MAX_BYTES)
        return;
    struct buf *out = line_out(link->line);
    size_t begun = wire_begin(out, WIRE_CAST);
    wire_str(out, str_of(tenant));
    wire_str(out, str_of(topic));
    wire_u8(out, flags);
    wire_str(out, body);
    wire_end(out, begun);
}

static struct listened *listen_to(struct realtime_link *link, const char *tenant, const char *topic)
{
    struct listened *l = find_listened(link, tenant, topic);
    if (!l) {
        size_t first = strlen(tenant) + 1;
        size_t second = strlen(topic) + 1;
        l = zeroed(sizeof *l + first + second);
        l->key_length = first + second;
        memcpy(l->key, tenant, first);
        memcpy(l->key + first, topic, second);
        l->topic = l->key + first;
        l->present = presence_owner_new(link->presence);
        HASH_ADD_KEYPTR(hh, link->listened, l->key, l->key_length, l);
        say_pair(link, WIRE_LISTEN, str_of(tenant), str_of(topic));
    }
    l->count++;
    return l;
}

static void forget_listened(struct realtime_link *link, struct listened *l)
{
    HASH_DEL(link->listened, l);
    presence_owner_free(l->present);
    presence_take(link->presence, NULL, NULL);
    free(l);
}

void link_listen(struct realtime_link *link, const char *tenant, const char *topic)
{
    (void)listen_to(link, tenant, topic);
}

void link_unlisten(struct realtime_link *link, const char *tenant, const char *topic)
{
    struct listened *l = find_listened(link, tenant, topic);
    assert(l);
    if (--l->count)
        return;
    say_pair(link, WIRE_UNLISTEN, str_of(tenant), str_of(topic));
    forget_listened(link, l);
}

void link_who(struct realtime_link *link, uint32_t request, const char *tenant, const char *topic)
{
    struct who *who = zeroed(sizeof *who);
    who->request = request;
    who->listened = listen_to(link, tenant, topic); /* until it is answered */
    DL_APPEND(link->who, who);
}

static struct tracked *find_tracked(struct realtime_link *link, uint64_t member)
{
    struct tracked *t = NULL;
    HASH_FIND(hh, link->tracked, &member, sizeof member, t);
    return t;
}

static const char *keep(char **at, struct str text)
{
    char *copy = *at;
    if (text.len)
        memcpy(copy, text.at, text.len);
    *at += text.len + 1;
    return copy;
}

void link_track(struct realtime_link *link, uint64_t member, const char *tenant, const char *topic, const char *key,
                struct str meta)
{
    struct tracked *old = find_tracked(link, member);
    if (meta.len > WIRE_META_MAX_BYTES || !str_starts(meta, "{"))
        return;
    struct tracked *t = zeroed(sizeof *t + strlen(tenant) + strlen(topic) + strlen(key) + meta.len + 4);
    char *at = t->texts;
    t->member = member;
    t->tenant = keep(&at, str_of(tenant));
    t->topic = keep(&at, str_of(topic));
    t->key = keep(&at, str_of(key));
    t->meta = str_n(keep(&at, meta), meta.len);
    (void)snprintf(t->ref, sizeof t->ref, "%016llx%llx", (unsigned long long)link->name,
                   (unsigned long long)++link->next_ref);
    say_track(link, t, old ? old->ref : "");
    if (old) {
        HASH_DEL(link->tracked, old);
        free(old);
    }
    HASH_ADD(hh, link->tracked, member, sizeof t->member, t);
}

void link_untrack(struct realtime_link *link, uint64_t member)
{
    struct tracked *t = find_tracked(link, member);
    if (!t)
        return;
    if (link->line) {
        struct buf *out = line_out(link->line);
        size_t begun = wire_begin(out, WIRE_UNTRACK);
        wire_str(out, str_of(t->ref));
        wire_end(out, begun);
    }
    HASH_DEL(link->tracked, t);
    free(t);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct realtime_link *link_new(uv_loop_t *loop, const char *address, const struct link_events *events)
{
    struct realtime_link *link = zeroed(sizeof *link);
    size_t length = strlen(address);
    assert(length < sizeof link->address.sun_path);
    link->loop = loop;
    link->events = *events;
    link->address.sun_family = AF_UNIX;
    memcpy(link->address.sun_path + 1, address, length);
    link->address_bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    random_bytes(&link->name, sizeof link->name);
    link->retry_ms = RETRY_FIRST_MS;
    link->presence = presence_new(&(struct presence_limits){0}); /* the hub's limits hold */
    link->handles = HANDLES;
    uv_timer_init(loop, &link->retry);
    uv_timer_init(loop, &link->patience);
    uv_prepare_init(loop, &link->prepare);
    link->retry.data = link->patience.data = link->prepare.data = link;
    uv_timer_start(&link->retry, on_retry, 0, 0);
    uv_timer_start(&link->patience, on_patience, PATIENCE_MS, 0);
    uv_prepare_start(&link->prepare, answer_who);
    uv_unref((uv_handle_t *)&link->prepare);
    return link;
}

static void freed(uv_handle_t *handle)
{
    struct realtime_link *link = handle->data;
    if (--link->handles == 0)
        free(link);
}

void link_free(struct realtime_link *link)
{
    if (!link || link->closing)
        return;
    link->closing = true;
    line_free(link->line);
    link->line = NULL;
    struct who *who;
    struct who *next;
    DL_FOREACH_SAFE (link->who, who, next) {
        DL_DELETE(link->who, who);
        free(who);
    }
    while (link->listened)
        forget_listened(link, link->listened);
    while (link->asked)
        forget_asked(link, link->asked);
    while (link->described)
        forget_described(link, link->described);
    for (struct watched *w = link->watched, *n; w; w = n) {
        n = w->hh.next;
        HASH_DEL(link->watched, w);
        free(w);
    }
    for (struct tracked *t = link->tracked, *n; t; t = n) {
        n = t->hh.next;
        HASH_DEL(link->tracked, t);
        free(t);
    }
    presence_free(link->presence);
    uv_close((uv_handle_t *)&link->retry, freed);
    uv_close((uv_handle_t *)&link->patience, freed);
    uv_close((uv_handle_t *)&link->prepare, freed);
}
