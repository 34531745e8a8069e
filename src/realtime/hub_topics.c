/* Casts and presence, from one worker to the others and from one daemon to the others. */
#include "realtime/hub_internal.h"

#include "base/log.h"

/* --- casts -------------------------------------------------------------------------------------------------------- */

/* The bytes in `scratch`, to everybody who listens but one. */
static void relay(struct hub *hub, struct str tenant, struct str topic, const struct conn *except)
{
    size_t count;
    void *const *who = watchers_of(hub->listening, tenant, topic, &count);
    for (size_t i = 0; i < count; i++) {
        struct conn *conn = who[i];
        if (conn != except)
            buf_str(line_out(conn->line), scratch_text(hub));
    }
}

bool hub_hear_cast(struct hub *hub, const struct conn *from, struct wire_reader *r)
{
    struct str fields = str_n(r->at, (size_t)(r->end - r->at));
    struct str tenant = wire_read_str(r);
    struct str topic = wire_read_str(r);
    (void)wire_read_u8(r);
    struct str body = wire_read_str(r);
    if (!wire_read_end(r) || body.len > WIRE_CAST_MAX_BYTES)
        return false;
    hub->casts++;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_CAST);
    buf_str(&hub->scratch, fields);
    wire_end(&hub->scratch, begun);
    relay(hub, tenant, topic, from);
    if (from)
        peers_say(hub->peers, scratch_text(hub), false);
    return true;
}

/* --- presence ----------------------------------------------------------------------------------------------------- */

static void write_entries(struct buf *out, const struct presence_entry *entries, size_t count)
{
    wire_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_str(out, entries[i].key);
        wire_str(out, entries[i].ref);
        wire_str(out, entries[i].meta);
    }
}

static void write_track(struct buf *out, struct str tenant, struct str topic, const struct presence_entry *entry,
                        struct str replaced)
{
    size_t begun = wire_begin(out, WIRE_TRACK);
    wire_str(out, tenant);
    wire_str(out, topic);
    wire_str(out, entry->key);
    wire_str(out, entry->ref);
    wire_str(out, replaced);
    wire_str(out, entry->meta);
    wire_end(out, begun);
}

static void say_untrack(struct hub *hub, struct str ref)
{
    if (!peers_any(hub->peers))
        return;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_UNTRACK);
    wire_str(&hub->scratch, ref);
    wire_end(&hub->scratch, begun);
    peers_say(hub->peers, scratch_text(hub), false);
}

static void untrack_there(void *data, struct str tenant, struct str topic, const struct presence_entry *entry)
{
    (void)tenant, (void)topic;
    say_untrack(data, entry->ref);
}

/* All of a worker's members leave, here and at the other daemons. */
void hub_all_leave(struct hub *hub, struct presence_owner *present)
{
    if (peers_any(hub->peers))
        presence_each(present, untrack_there, hub);
    presence_owner_free(present);
}

void hub_say_present(struct conn *conn, struct str tenant, struct str topic)
{
    size_t count;
    struct arena *arena = arena_new();
    const struct presence_entry *entries = presence_list(conn->hub->presence, arena, tenant, topic, &count);
    struct buf *out = line_out(conn->line);
    size_t begun = wire_begin(out, WIRE_PRESENT);
    wire_str(out, tenant);
    wire_str(out, topic);
    write_entries(out, entries, count);
    wire_end(out, begun);
    arena_free(arena);
}

static void say_present_to(void *data, struct str tenant, struct str topic)
{
    hub_say_present(data, tenant, topic);
}

/* Presence is told from now on. */
void hub_settle(struct conn *conn)
{
    if (conn->settled)
        return;
    conn->settled = true;
    watchers_each(conn->hub->listening, conn, say_present_to, conn);
    line_exempt(conn->line);
}

void hub_on_difference(void *data, struct str tenant, struct str topic, const struct presence_entry *joins,
                       size_t join_count, const struct presence_entry *leaves, size_t leave_count)
{
    struct hub *hub = data;
    size_t count;
    void *const *who = watchers_of(hub->listening, tenant, topic, &count);
    if (!count)
        return;
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_DIFF);
    wire_str(&hub->scratch, tenant);
    wire_str(&hub->scratch, topic);
    write_entries(&hub->scratch, joins, join_count);
    wire_u32(&hub->scratch, (uint32_t)leave_count);
    for (size_t i = 0; i < leave_count; i++)
        wire_str(&hub->scratch, leaves[i].ref);
    wire_end(&hub->scratch, begun);
    for (size_t i = 0; i < count; i++) {
        struct conn *conn = who[i];
        if (conn->settled)
            buf_str(line_out(conn->line), scratch_text(hub));
    }
}

bool hub_hear_track(struct hub *hub, struct presence_owner *owner, bool ours, struct wire_reader *r)
{
    struct presence_entry entry;
    struct str tenant = wire_read_str(r);
    struct str topic = wire_read_str(r);
    entry.key = wire_read_str(r);
    entry.ref = wire_read_str(r);
    struct str replaced = wire_read_str(r);
    entry.meta = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (entry.meta.len > WIRE_META_MAX_BYTES || entry.key.len > WIRE_NAME_MAX_BYTES ||
        topic.len > WIRE_NAME_MAX_BYTES || !str_starts(entry.meta, "{")) {
        hub->refused++;
        return true;
    }
    enum presence_outcome outcome = presence_join(owner, tenant, topic, &entry, replaced);
    if (outcome == PRESENCE_FULL)
        hub->refused++;
    if (outcome == PRESENCE_JOINED && ours && peers_any(hub->peers)) {
        hub->scratch.len = 0;
        write_track(&hub->scratch, tenant, topic, &entry, replaced);
        peers_say(hub->peers, scratch_text(hub), false);
    }
    return true;
}

bool hub_hear_untrack(struct hub *hub, bool ours, struct wire_reader *r)
{
    struct str ref = wire_read_str(r);
    if (!wire_read_end(r))
        return false;
    if (presence_leave(hub->presence, ref) && ours)
        say_untrack(hub, ref);
    return true;
}

/* --- other daemons ------------------------------------------------------------------------------------------------ */

/* Who is present with other daemons (name "": all of them)? */
void hub_ask_all(struct hub *hub, const char *name)
{
    hub->scratch.len = 0;
    size_t begun = wire_begin(&hub->scratch, WIRE_ASK);
    wire_str(&hub->scratch, str_of(name));
    wire_end(&hub->scratch, begun);
    peers_say(hub->peers, scratch_text(hub), false);
}

static void write_member(void *data, struct str tenant, struct str topic, const struct presence_entry *entry)
{
    write_track(data, tenant, topic, entry, STR(""));
}

/* Everybody who is present with us, for those who may have missed something. */
void hub_say_all(struct hub *hub)
{
    if (!peers_any(hub->peers))
        return;
    hub->scratch.len = 0;
    wire_end(&hub->scratch, wire_begin(&hub->scratch, WIRE_ALL));
    for (struct conn *conn = hub->conns; conn; conn = conn->next)
        presence_each(conn->present, write_member, &hub->scratch);
    for (struct limbo *l = hub->limbo; l; l = l->next)
        presence_each(l->present, write_member, &hub->scratch);
    wire_end(&hub->scratch, wire_begin(&hub->scratch, WIRE_ALL_END));
    peers_say(hub->peers, scratch_text(hub), true);
    buf_release(&hub->scratch);
}

void hub_on_peer(void *data, const char *name)
{
    struct hub *hub = data;
    log_info("another daemon is there", LOG_STR("daemon", name));
    hub_ask_all(hub, name);
}

void hub_on_peer_gone(void *data, const char *name)
{
    struct hub *hub = data;
    struct daemon *daemon = NULL;
    log_info("another daemon is gone", LOG_STR("daemon", name));
    HASH_FIND(hh, hub->daemons, name, strlen(name), daemon);
    if (!daemon)
        return;
    presence_owner_free(daemon->present);
    HASH_DEL(hub->daemons, daemon);
    free(daemon);
}

void hub_on_peers_lost(void *data)
{
    hub_say_all(data);
}

static struct daemon *daemon_of(struct hub *hub, struct str name)
{
    struct daemon *daemon = NULL;
    HASH_FIND(hh, hub->daemons, name.at, name.len, daemon);
    if (daemon)
        return daemon;
    daemon = zeroed(sizeof *daemon + name.len + 1);
    memcpy(daemon->name, name.at, name.len);
    daemon->name_length = name.len;
    daemon->present = presence_owner_new(hub->presence);
    HASH_ADD_KEYPTR(hh, hub->daemons, daemon->name, daemon->name_length, daemon);
    return daemon;
}

static bool hear_daemon(struct hub *hub, struct daemon *daemon, enum wire_kind kind, struct wire_reader *r)
{
    switch (kind) {
    case WIRE_CAST:
        return hub_hear_cast(hub, NULL, r);
    case WIRE_TRACK:
        return hub_hear_track(hub, daemon->present, false, r);
    case WIRE_UNTRACK:
        return hub_hear_untrack(hub, false, r);
    case WIRE_ASK: {
        struct str name = wire_read_str(r);
        if (wire_read_end(r) && (!name.len || str_is(name, hub->options->daemon_name)))
            hub_say_all(hub);
        return !r->broken;
    }
    case WIRE_ALL:
        presence_mark(daemon->present);
        return wire_read_end(r);
    case WIRE_ALL_END:
        presence_sweep(daemon->present);
        return wire_read_end(r);
    default:
        return false;
    }
}

/* SQL may say something under our prefix, too: what makes no sense is left alone. Before the feed is live, it reads its
 * history again: those messages are old. */
void hub_on_feed_message(void *data, const char *prefix, struct str content)
{
    struct hub *hub = data;
    struct wire_reader head = {.at = content.at, .end = content.at + content.len};
    if (!text_eq(prefix, PEERS_PREFIX) || !hub->was_live)
        return;
    uint32_t version = wire_read_u32(&head);
    struct str name = wire_read_str(&head);
    if (head.broken || version != WIRE_VERSION || !name.len || str_is(name, hub->options->daemon_name))
        return;
    peers_heard(hub->peers, name);
    struct daemon *daemon = daemon_of(hub, name);
    struct str rest = str_n(head.at, (size_t)(head.end - head.at));
    size_t used;
    bool broken = false;
    enum wire_kind kind;
    struct wire_reader reader;
    while (!broken && wire_next(rest, &kind, &reader, &used, &broken)) {
        rest = str_n(rest.at + used, rest.len - used);
        broken = !hear_daemon(hub, daemon, kind, &reader);
    }
    if (broken || rest.len)
        log_warning("a message of another daemon makes no sense", LOG_STR("daemon", daemon->name));
}
