/* Changes on their way to subscribers.
 *
 *   changes_arrive ─▶ queue of the tenant ─table is known─▶ entry_start: verdicts for each asker ─all there─▶ deliver
 *
 * An entry is delivered when it is the first of its tenant's queue and every asker with a fitting subscription has a
 * verdict; subscribers that came after it (`from_serial`) do not count. A message is written once for all channels of
 * one topic with the same ids and columns.
 */
#include "base/clock.h"
#include "base/json.h"
#include "realtime/internal.h"

static void deliver_ready(struct realm *realm);

/* --- subscriptions ------------------------------------------------------------------------------------------------ */

void subscription_enter(struct subscription *s)
{
    struct table *table = s->table;
    struct asker *asker = s->channel->who;
    struct group *group = map_get(&table->groups, MAP_KEY_OF(asker->id));
    if (!group) {
        group = allocate(1, sizeof *group);
        *group = (struct group){.asker = asker_ref(asker), .table = table};
        map_put(&table->groups, MAP_KEY_OF(asker->id), group);
    }
    s->group = group;
    s->next = group->subscriptions;
    s->self = &group->subscriptions;
    if (s->next)
        s->next->self = &s->next;
    group->subscriptions = s;
}

void subscription_leave(struct subscription *s)
{
    struct group *group = s->group;
    if (!group)
        return;
    *s->self = s->next;
    if (s->next)
        s->next->self = s->self;
    s->group = NULL;
    if (group->subscriptions)
        return;
    map_take(&group->table->groups, MAP_KEY_OF(group->asker->id));
    asker_unref(group->asker);
    free(group);
}

static bool fits(struct subscription *s, const struct entry *entry)
{
    const struct change *change = &entry->change;
    if (entry->only ? entry->only != s->channel || !s->since.commit_lsn || cursor_compare(change->cursor, s->since) <= 0
                    : !s->from_serial || s->from_serial > entry->serial)
        return false;
    if (!(s->events & 1u << change->kind))
        return false;
    struct shared_filter *filter = s->filter;
    if (!filter || change->kind == CHANGE_TRUNCATE)
        return true;
    if (filter->memo_serial != entry->serial) {
        filter->memo_serial = entry->serial;
        filter->memo =
            filter_fits(filter->filter, &entry->relation->relation, change->after ? change->after : change->before);
    }
    return filter->memo;
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

static struct change_value *copy_values(struct arena *arena, const struct change_value *values, int count,
                                        size_t *bytes)
{
    if (!values)
        return NULL;
    struct change_value *copy = arena_array(arena, (size_t)count + 1, sizeof *copy);
    for (int i = 0; i < count; i++) {
        copy[i] = values[i];
        if (values[i].state == VALUE_TEXT) {
            copy[i].text.at = arena_strndup(arena, values[i].text.at, values[i].text.len);
            *bytes += values[i].text.len + sizeof *copy;
        }
    }
    return copy;
}

static void relation_unref(struct table *table, struct relation_copy *copy)
{
    if (--copy->refs)
        return;
    struct relation_copy **at = &table->relations;
    while (*at != copy)
        at = &(*at)->next;
    *at = copy->next;
    arena_free(copy->arena);
}

static struct relation_copy *relation_take(struct table *table, const struct relation *relation)
{
    struct relation_copy *copy = table->relations;
    while (copy && (copy->relation.id != relation->id || copy->relation.version != relation->version))
        copy = copy->next;
    if (copy) {
        copy->refs++;
        return copy;
    }
    struct arena *arena = arena_new();
    size_t count = (size_t)relation->column_count;
    struct change_column *columns = arena_array(arena, count + 1, sizeof *columns);
    copy = arena_zalloc(arena, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        columns[i] = relation->columns[i];
        columns[i].name = arena_strdup(arena, relation->columns[i].name);
        columns[i].type_name = NULL;
    }
    copy->arena = arena;
    copy->refs = 1;
    copy->relation = *relation;
    copy->relation.schema = table->realm->key.at;
    copy->relation.table = arena_strdup(arena, relation->table);
    copy->relation.columns = columns;
    copy->places = arena_array(arena, count + 1, sizeof *copy->places);
    copy->next = table->relations;
    table->relations = copy;
    return copy;
}

static void bind_columns(struct relation_copy *copy, const struct table_info *info)
{
    if (copy->bound == info)
        return;
    copy->bound = info;
    for (int i = 0; i < copy->relation.column_count; i++)
        copy->places[i] = info_column(info, copy->relation.columns[i].name);
}

static struct entry *entry_new(struct realm *realm, const struct change *change)
{
    struct arena *arena = arena_new();
    struct entry *entry = arena_zalloc(arena, sizeof *entry);
    int columns = change->relation->column_count;
    entry->arena = arena;
    entry->serial = ++realm->service->serial;
    entry->table = table_of(realm, change->relation->table);
    entry->table->relation = change->relation->id;
    entry->table->version = change->relation->version;
    entry->relation = relation_take(entry->table, change->relation);
    entry->change = *change;
    entry->change.relation = &entry->relation->relation;
    entry->bytes = sizeof *entry;
    entry->change.after = copy_values(arena, change->after, columns, &entry->bytes);
    entry->change.before = copy_values(arena, change->before, columns, &entry->bytes);
    entry->refs = 1;
    return entry;
}

static void entry_unref(struct entry *entry)
{
    if (--entry->refs)
        return;
    struct verdict *verdict;
    for (size_t at = 0; (verdict = map_next(&entry->verdicts, &at));)
        asker_unref(verdict->asker);
    map_release(&entry->verdicts);
    relation_unref(entry->table, entry->relation);
    table_unref(entry->table);
    arena_free(entry->arena);
}

void entry_free(struct entry *entry)
{
    entry_unref(entry);
}

struct entry *entry_for_replay(struct channel *channel, const struct change *change)
{
    struct entry *entry = entry_new(channel->client->realm, change);
    entry->only = channel;
    entry->replay = true;
    channel->replaying++;
    return entry;
}

/* --- verdicts ----------------------------------------------------------------------------------------------------- */

static void want_verdict(struct entry *entry, struct asker *asker)
{
    if (map_get(&entry->verdicts, MAP_KEY_OF(asker->id)))
        return;
    struct verdict *verdict = arena_zalloc(entry->arena, sizeof *verdict);
    verdict->entry = entry;
    verdict->asker = asker_ref(asker);
    map_put(&entry->verdicts, MAP_KEY_OF(asker->id), verdict);
    entry->refs++;
    entry->asking++;
    decide(verdict);
}

static void want_verdicts_of(struct entry *entry, struct table *table)
{
    struct group *group;
    for (size_t at = 0; table && (group = map_next(&table->groups, &at));) {
        struct subscription *s = group->subscriptions;
        while (s && !fits(s, entry))
            s = s->next;
        if (s)
            want_verdict(entry, group->asker);
    }
}

/* --- computed columns --------------------------------------------------------------------------------------------- */

static void computed(void *data, const PGresult *row)
{
    struct entry *entry = data;
    int count = row ? PQnfields(row) : 0;
    entry->computed = row ? arena_array(entry->arena, (size_t)count + 1, sizeof *entry->computed) : NULL;
    for (int i = 0; i < count; i++) {
        struct change_value *value = &entry->computed[i];
        value->state = PQgetisnull(row, 0, i) ? VALUE_NULL : VALUE_TEXT;
        value->text.len = (size_t)PQgetlength(row, 0, i);
        value->text.at = arena_strndup(entry->arena, PQgetvalue(row, 0, i), value->text.len);
    }
    entry_settled(entry);
}

/* Generated columns follow from the others: their expressions are asked about the values that the WAL holds, once for
 * all who read them. Where one of those values was left out, so are they. */
static void compute(struct entry *entry)
{
    struct realm *realm = entry->table->realm;
    struct table_info *info = entry->table->info;
    struct change_value needs[COLUMNS_MAX];
    int found = 0;
    if (entry->computing || !info->computed.ask || !entry->change.after || !entry->verdicts.count)
        return;
    for (int i = 0; i < entry->relation->relation.column_count; i++) {
        const struct change_value *value = &entry->change.after[i];
        for (int n = 0; n < info->computed.needs_count; n++) {
            if (info->computed.needs[n] == entry->relation->places[i] &&
                (value->state == VALUE_TEXT || value->state == VALUE_NULL)) {
                needs[n] = *value;
                found++;
            }
        }
    }
    if (found < info->computed.needs_count)
        return;
    if (!realm->clerk)
        realm->clerk = asker_of(
            realm, &(const struct identity){.role = "service_role", .claims_json = "{\"role\":\"service_role\"}"});
    entry->computing = true;
    entry->asking++;
    entry->refs++;
    question_ask(realm->clerk, info, info->computed.ask, needs, info->computed.needs_count, computed, entry);
}

/* Asks for what is not known yet. Returns whether everything is. */
static bool entry_start(struct entry *entry)
{
    struct realm *realm = entry->table->realm;
    if (!table_is_ready(entry->table)) {
        if (!entry->table->missing)
            table_load(entry->table);
        if (!entry->table->missing)
            return false;
    }
    if (entry->table->missing) /* dropped since */
        return true;
    bind_columns(entry->relation, entry->table->info);
    entry->asking++; /* decide() may settle at once */
    if (entry->only) {
        for (unsigned i = 0; i < entry->only->subscription_count; i++)
            if (fits(&entry->only->subscriptions[i], entry))
                want_verdict(entry, entry->only->who);
    } else {
        want_verdicts_of(entry, entry->table);
        want_verdicts_of(entry, map_get(&realm->tables, STR("")));
    }
    compute(entry);
    entry->asking--;
    return entry->asking == 0;
}

void entry_settled(struct entry *entry)
{
    struct realm *realm = entry->table->realm;
    bool first = realm->first == entry;
    entry->asking--;
    bool ready = entry->asking == 0 && first && !entry->dropped;
    entry_unref(entry);
    if (ready)
        deliver_ready(realm);
}

/* --- delivery ----------------------------------------------------------------------------------------------------- */

/* A channel that gets the change, and as what. */
struct hit {
    struct hit *before; /* another message of this change for the same channel */
    struct channel *channel;
    const struct column_set *select;
    const struct verdict *verdict;
    int count;
    uint64_t ids[CHANNEL_IDS_MAX];
};

struct rendered {
    struct column_set columns;
    const struct change_value *again;
    struct buf data;
};

struct written {
    const struct topic *topic;
    const struct rendered *rendered;
    enum frame_version version;
    int count;
    uint64_t ids[CHANNEL_IDS_MAX];
    struct websocket_message *message;
};

enum { RENDERED_KEPT = 8, WRITTEN_KEPT = 8 };

struct delivery {
    struct entry *entry;
    struct hit *hits;
    size_t hit_count, hit_size;
    struct rendered rendered[RENDERED_KEPT];
    int rendered_count;
    struct written written[WRITTEN_KEPT];
    int written_count;
};

static void add_hit(struct delivery *d, struct subscription *s, const struct verdict *verdict)
{
    struct channel *channel = s->channel;
    struct hit *hit = channel->hit_serial == d->entry->serial ? channel->hit : NULL;
    while (hit && (hit->count == CHANNEL_IDS_MAX || hit->verdict != verdict ||
                   (hit->select != s->select &&
                    !(hit->select && s->select && !memcmp(hit->select, s->select, sizeof *hit->select)))))
        hit = hit->before;
    for (int i = 0; hit && i < hit->count; i++)
        if (hit->ids[i] == s->id)
            return;
    if (!hit) {
        assert(d->hit_count < d->hit_size);
        hit = &d->hits[d->hit_count++];
        *hit = (struct hit){.before = channel->hit_serial == d->entry->serial ? channel->hit : NULL,
                            .channel = channel,
                            .select = s->select,
                            .verdict = verdict};
        channel->hit = hit;
        channel->hit_serial = d->entry->serial;
    }
    hit->ids[hit->count++] = s->id;
}

static void collect_subscription(struct delivery *d, struct subscription *s, const struct verdict *verdict)
{
    if (!s->channel->joined || !fits(s, d->entry))
        return;
    if (d->hit_count == d->hit_size) {
        size_t size = d->hit_size ? d->hit_size * 2 : 64;
        struct hit *grown = allocate(size, sizeof *grown);
        for (size_t i = 0; i < d->hit_count; i++) { /* they point to each other, and channels to them */
            grown[i] = d->hits[i];
            if (grown[i].before)
                grown[i].before = grown + (grown[i].before - d->hits);
            grown[i].channel->hit = &grown[i];
        }
        free(d->hits);
        d->hits = grown;
        d->hit_size = size;
    }
    add_hit(d, s, verdict);
}

static const struct verdict *verdict_of(const struct entry *entry, const struct asker *asker)
{
    const struct verdict *verdict = map_get(&entry->verdicts, MAP_KEY_OF(asker->id));
    return verdict && verdict->state == VERDICT_YES ? verdict : NULL;
}

static void collect(struct delivery *d, struct table *table)
{
    struct group *group;
    for (size_t at = 0; table && (group = map_next(&table->groups, &at));) {
        const struct verdict *verdict = verdict_of(d->entry, group->asker);
        for (struct subscription *s = verdict ? group->subscriptions : NULL; s; s = s->next)
            collect_subscription(d, s, verdict);
    }
}

static const struct rendered *render(struct delivery *d, const struct hit *hit)
{
    struct column_set columns = d->entry->table->info->roles[hit->verdict->asker->role].selects;
    for (size_t i = 0; hit->select && i < sizeof columns.bits / sizeof *columns.bits; i++)
        columns.bits[i] &= hit->select->bits[i];
    for (int i = 0; i < d->rendered_count; i++)
        if (d->rendered[i].again == hit->verdict->again && !memcmp(&d->rendered[i].columns, &columns, sizeof columns))
            return &d->rendered[i];
    struct rendered *rendered = &d->rendered[d->rendered_count < RENDERED_KEPT ? d->rendered_count++ : 0];
    buf_release(&rendered->data);
    for (int i = 0; i < d->written_count; i++) /* it may be written from what is rendered anew now */
        if (d->written[i].rendered == rendered)
            d->written[i].topic = NULL;
    *rendered = (struct rendered){.columns = columns, .again = hit->verdict->again};
    buf_init(&rendered->data, OUT_MAX_BYTES);
    record_write(&rendered->data, d->entry, hit->verdict, &columns);
    return rendered;
}

static struct websocket_message *write_message(const struct rendered *rendered, const struct hit *hit)
{
    struct buf payload, frame;
    buf_init(&payload, OUT_MAX_BYTES);
    buf_init(&frame, OUT_MAX_BYTES);
    buf_text(&payload, "{\"ids\":[");
    for (int i = 0; i < hit->count; i++)
        buf_printf(&payload, "%s%llu", i ? "," : "", (unsigned long long)hit->ids[i]);
    buf_text(&payload, "],\"data\":");
    buf_str(&payload, str_n(rendered->data.at, rendered->data.len));
    buf_char(&payload, '}');
    frame_write(&frame, hit->channel->client->version, NULL, NULL, hit->channel->topic->name, "postgres_changes",
                str_n(payload.at, payload.len));
    buf_release(&payload);
    return websocket_message_new(false, &frame);
}

static void send_hit(struct delivery *d, const struct hit *hit)
{
    struct client *client = hit->channel->client;
    const struct rendered *rendered = render(d, hit);
    struct written *written = NULL;
    for (int i = 0; i < d->written_count && !written; i++) {
        struct written *w = &d->written[i];
        if (w->topic == hit->channel->topic && w->rendered == rendered && w->version == client->version &&
            w->count == hit->count && !memcmp(w->ids, hit->ids, (size_t)hit->count * sizeof *hit->ids))
            written = w;
    }
    if (!written) {
        written = &d->written[d->written_count < WRITTEN_KEPT ? d->written_count++ : 0];
        if (written->message)
            websocket_message_unref(written->message);
        *written = (struct written){.topic = hit->channel->topic,
                                    .rendered = rendered,
                                    .version = client->version,
                                    .count = hit->count,
                                    .message = write_message(rendered, hit)};
        memcpy(written->ids, hit->ids, (size_t)hit->count * sizeof *hit->ids);
    }
    websocket_send(client->ws, written->message);
}

static void tell_truncated(struct delivery *d)
{
    char message[256];
    snprintf(message, sizeof message, "The table \"%s\" was emptied: fetch it anew.", d->entry->table->name);
    for (size_t i = 0; i < d->hit_count; i++)
        if (!d->hits[i].before)
            channel_system(d->hits[i].channel, "postgres_changes", "refetch", message, &d->entry->change.cursor);
}

static void deliver(struct entry *entry)
{
    struct delivery *d = allocate(1, sizeof *d);
    struct realm *realm = entry->table->realm;
    struct realtime_stats *stats = &realm->service->stats;
    d->entry = entry;
    if (entry->only) {
        const struct verdict *verdict = verdict_of(entry, entry->only->who);
        for (unsigned i = 0; verdict && i < entry->only->subscription_count; i++)
            collect_subscription(d, &entry->only->subscriptions[i], verdict);
    } else {
        collect(d, entry->table);
        collect(d, map_get(&realm->tables, STR("")));
    }
    if (entry->change.kind == CHANGE_TRUNCATE)
        tell_truncated(d);
    for (size_t i = 0; i < d->hit_count && entry->change.kind != CHANGE_TRUNCATE; i++)
        send_hit(d, &d->hits[i]);
    stats->deliveries += d->hit_count;
    if (d->hit_count && !entry->replay) {
        int64_t took_us = clock_now_us() - entry->change.committed_us;
        stats->delivery_us_sum += took_us > 0 ? (uint64_t)took_us : 0;
        stats->delivery_count++;
    }
    for (int i = 0; i < d->written_count; i++)
        websocket_message_unref(d->written[i].message);
    for (int i = 0; i < d->rendered_count; i++)
        buf_release(&d->rendered[i].data);
    free(d->hits);
    free(d);
}

static void unqueue(struct realm *realm, struct entry *entry)
{
    struct realtime_service *service = realm->service;
    service->queued--;
    service->queued_bytes -= entry->bytes;
    entry->dropped = true;
    if (entry->only)
        entry->only->replaying--;
    entry->only = NULL;
    entry_unref(entry);
}

static void deliver_ready(struct realm *realm)
{
    if (realm->delivering)
        return;
    realm->delivering = true;
    while (realm->first) {
        struct entry *entry = realm->first;
        if (entry->replay && !entry->only) { /* its channel has gone */
            /* nobody wants it */
        } else if (entry->asking || !entry_start(entry)) {
            break;
        } else if (!entry->table->missing) {
            deliver(entry);
        }
        realm->first = entry->next;
        if (!realm->first)
            realm->last = &realm->first;
        unqueue(realm, entry);
    }
    realm->delivering = false;
}

/* --- the queue ---------------------------------------------------------------------------------------------------- */

static void drop_queue(struct realm *realm)
{
    struct entry *entry = realm->first;
    realm->first = NULL;
    realm->last = &realm->first;
    while (entry) {
        struct entry *next = entry->next;
        unqueue(realm, entry);
        entry = next;
    }
}

void changes_refetch(struct realm *realm, const char *why)
{
    struct topic *topic;
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));)
        for (struct channel *c = topic->channels; c; c = c->topic_next)
            if (c->subscription_count && c->joined)
                channel_system(c, "postgres_changes", "refetch", why, NULL);
}

void changes_append(struct realm *realm, struct entry *entry)
{
    struct realtime_service *service = realm->service;
    entry->next = NULL;
    *realm->last = entry;
    realm->last = &entry->next;
    service->queued++;
    service->queued_bytes += entry->bytes;
    if (service->queued > QUEUE_MAX_ENTRIES || service->queued_bytes > QUEUE_MAX_BYTES) {
        drop_queue(realm);
        changes_refetch(realm, "Too many changes at once: fetch anew.");
        return;
    }
    if (realm->first == entry)
        deliver_ready(realm);
    else
        entry_start(entry); /* so that its questions travel already */
}

void changes_forget(struct channel *channel)
{
    for (struct entry *entry = channel->replaying ? channel->client->realm->first : NULL; entry; entry = entry->next) {
        if (entry->only == channel) {
            entry->only = NULL;
            channel->replaying--;
        }
    }
}

void changes_table_loaded(struct table *table)
{
    struct realm *realm = table->realm;
    for (struct entry *entry = realm->first, *next; entry; entry = next) {
        next = entry->next;
        if (entry->table == table && entry != realm->first && (!entry->replay || entry->only))
            entry_start(entry);
    }
    deliver_ready(realm);
}

void changes_go_on(struct realm *realm)
{
    deliver_ready(realm);
}

static bool is_subscribed(const struct table *table)
{
    return table && table->groups.count;
}

void changes_arrive(struct realtime_service *service, const struct change *change)
{
    struct realm *realm = realm_find(service, change->relation->schema);
    if (!realm)
        return;
    service->stats.changes_in++;
    struct table *table = map_get(&realm->tables, str_of(change->relation->table));
    if (table)
        table_changed(table);
    if (table && table->readers)
        decisions_drop_readers(realm, table);
    if (table && table == realm->messages && change->kind == CHANGE_INSERT)
        cast_message_row(realm, change);
    if (is_subscribed(table) || is_subscribed(map_get(&realm->tables, STR(""))))
        changes_append(realm, entry_new(realm, change));
}
