/* A channel: a topic that a client has joined.
 *
 *   phx_join ─▶ rights (private) ─▶ tables ─▶ hub says from where ─▶ phx_reply ─▶ replayed changes, system ─▶ live
 *
 * A channel takes part in broadcasts and presence once its join was answered; its subscriptions live when the hub has
 * confirmed them, which may be later when there is none just now.
 */
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/jwt.h"
#include "realtime/internal.h"

struct join {
    char *ref;
    json_t *asked; /* config.postgres_changes */
    struct wait *wait;
    struct entry *first, **last; /* replayed */
    struct cursor since;
    int64_t started_ms, replay_since_ms;
    int replay_limit; /* 0: no replay of messages */
    bool rights_known, subscribing;
    struct table **tables; /* of each of `asked`; NULL: makes no sense */
    struct buf faults;     /* JSON texts, one behind the other, for the system messages */
};

static void join_go(struct channel *channel);

/* --- topics ------------------------------------------------------------------------------------------------------- */

struct topic *topic_find(struct realm *realm, const char *key)
{
    return map_get(&realm->topics, str_of(key));
}

static struct topic *topic_of(struct realm *realm, bool is_private, const char *name)
{
    size_t length = strlen(name);
    char *key = allocate(length + 3, 1);
    key[0] = is_private ? 'p' : 'o';
    key[1] = ':';
    memcpy(key + 2, name, length);
    struct topic *topic = map_get(&realm->topics, str_n(key, length + 2));
    if (topic) {
        free(key);
        return topic;
    }
    topic = allocate(1, sizeof *topic);
    topic->realm = realm;
    topic->key = str_n(key, length + 2);
    topic->name = allocate(length + sizeof "realtime:", 1);
    memcpy(topic->name, "realtime:", 9);
    memcpy(topic->name + 9, name, length + 1);
    map_put(&realm->topics, topic->key, topic);
    if (realm->service->link)
        link_listen(realm->service->link, realm->key.at, topic->key.at);
    return topic;
}

static void topic_leave(struct channel *channel)
{
    struct topic *topic = channel->topic;
    struct realm *realm = topic->realm;
    *channel->topic_self = channel->topic_next;
    if (channel->topic_next)
        channel->topic_next->topic_self = channel->topic_self;
    if (topic->channels)
        return;
    if (realm->service->link)
        link_unlisten(realm->service->link, realm->key.at, topic->key.at);
    map_take(&realm->topics, topic->key);
    free((char *)topic->key.at);
    free(topic->name);
    free(topic);
}

/* --- what a channel says ------------------------------------------------------------------------------------------ */

struct channel *channel_find(struct client *client, const char *topic)
{
    for (struct channel *c = client->channels; c; c = c->next)
        if (text_eq(c->topic->name, topic))
            return c;
    return NULL;
}

static void say(struct channel *channel, const char *event, struct str payload)
{
    client_send(channel->client, channel->join_ref, NULL, channel->topic->name, event, payload);
}

void channel_system(struct channel *channel, const char *extension, const char *status, const char *message,
                    const struct cursor *cursor)
{
    struct buf text;
    buf_init(&text, 65536);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    json_key(&w, "extension");
    json_text(&w, extension);
    json_key(&w, "status");
    json_text(&w, status);
    json_key(&w, "message");
    json_text(&w, message);
    json_key(&w, "channel");
    json_text(&w, channel->topic->name + sizeof "realtime:" - 1);
    if (cursor && cursor->commit_lsn) {
        char at[CURSOR_TEXT_BYTES];
        cursor_write(at, *cursor);
        json_key(&w, "cursor");
        json_text(&w, at);
    }
    json_close(&w, '}');
    say(channel, "system", str_n(text.at, text.len));
    buf_release(&text);
}

void channel_close(struct channel *channel, const char *event)
{
    client_send(channel->client, channel->join_ref, channel->join_ref, channel->topic->name, event, STR("{}"));
    channel_free(channel);
}

void channel_end(struct channel *channel, const char *reason)
{
    channel_system(channel, "system", "error", reason, NULL);
    channel_close(channel, "phx_close");
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static void filter_unref(struct table *table, struct shared_filter *filter)
{
    if (!filter || --filter->refs)
        return;
    map_take(&table->filters, filter->text);
    arena_free(filter->arena);
}

struct column_check {
    const struct table_info *info;
    enum role role;
    const char *hidden, *computed;
};

static void check_column(void *data, const char *name)
{
    struct column_check *check = data;
    int column = info_column(check->info, name);
    if (column < 0 || !column_in(&check->info->roles[check->role].selects, column))
        check->hidden = name;
    else if (check->info->columns[column].computed)
        check->computed = name;
}

/* A filter on a column that may not be read would give its values away. */
static struct column_check check_filter(const struct filter *filter, const struct table_info *info, enum role role)
{
    struct column_check check = {.info = info, .role = role};
    filter_each_column(filter, check_column, &check);
    return check;
}

static enum err filter_take(struct table *table, const char *text, struct arena *errors, struct shared_filter **filter,
                            struct error *error)
{
    struct shared_filter *known = map_get(&table->filters, str_of(text));
    if (known) {
        known->refs++;
        *filter = known;
        return OK;
    }
    struct arena *arena = arena_new();
    struct filter *parsed;
    enum err err =
        filter_parse(arena, text, table->info->filter_columns, (size_t)table->info->column_count, &parsed, error);
    if (err != OK) {
        error->message = arena_strdup(errors, error->message);
        arena_free(arena);
        return err;
    }
    known = arena_zalloc(arena, sizeof *known);
    *known =
        (struct shared_filter){.arena = arena, .text = str_of(arena_strdup(arena, text)), .filter = parsed, .refs = 1};
    map_put(&table->filters, known->text, known);
    *filter = known;
    return OK;
}

/* --- subscriptions of a join -------------------------------------------------------------------------------------- */

static const char *asked_text(const json_t *asked, const char *name)
{
    const char *text = json_string_value(json_object_get(asked, name));
    return text && *text ? text : NULL;
}

static void fault(struct join *join, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fault(struct join *join, const char *format, ...)
{
    va_list args;
    char text[512];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_text(&join->faults, text);
    buf_char(&join->faults, '\0');
}

static unsigned events_of(const char *event)
{
    static const struct {
        const char *name;
        enum change_kind kind;
    } kinds[] = {{"INSERT", CHANGE_INSERT}, {"UPDATE", CHANGE_UPDATE}, {"DELETE", CHANGE_DELETE}};
    if (!event || text_eq(event, "*"))
        return 1u << CHANGE_INSERT | 1u << CHANGE_UPDATE | 1u << CHANGE_DELETE | 1u << CHANGE_TRUNCATE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcasecmp(event, kinds[i].name))
            return 1u << kinds[i].kind | 1u << CHANGE_TRUNCATE;
    return 0;
}

/* The same for the same wish, so that one message serves everybody with that wish. Exact in a double. */
static uint64_t id_of(const json_t *asked)
{
    static const char *const names[] = {"event", "schema", "table", "filter"};
    struct buf text;
    unsigned char digest[32];
    uint64_t id = 0;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = json_string_value(json_object_get(asked, names[i]));
        buf_text(&text, value ? value : "");
        buf_char(&text, '\n');
    }
    size_t i;
    json_t *column;
    json_array_foreach(json_object_get(asked, "select"), i, column)
    {
        buf_text(&text, json_is_string(column) ? json_string_value(column) : "");
        buf_char(&text, '\n');
    }
    digest_sha256(str_n(text.at, text.len), digest);
    memcpy(&id, digest, sizeof id);
    buf_release(&text);
    return (id >> 12) | 1;
}

/* The table an entry asks for, "" for all; NULL with the fault noted. */
static const char *table_asked(struct channel *channel, const json_t *asked)
{
    const char *schema = asked_text(asked, "schema"), *table = asked_text(asked, "table");
    const struct realm *realm = channel->client->realm;
    if (schema && !text_eq(schema, "public") && !text_eq(schema, "*") && !text_eq(schema, realm->key.at)) {
        fault(channel->join, "there is no schema \"%.100s\"", schema);
        return NULL;
    }
    if (!events_of(asked_text(asked, "event"))) {
        fault(channel->join, "\"%.100s\" is no event: INSERT, UPDATE, DELETE or *", asked_text(asked, "event"));
        return NULL;
    }
    if (!table || text_eq(table, "*")) {
        if (asked_text(asked, "filter") || json_array_size(json_object_get(asked, "select"))) {
            fault(channel->join, "a filter needs a table");
            return NULL;
        }
        return "";
    }
    return table;
}

static bool take_select(struct channel *channel, struct subscription *s, const json_t *list)
{
    const struct table_info *info = s->table->info;
    const struct role_info *role = &info->roles[channel->who->role];
    size_t i;
    json_t *name;
    if (!json_array_size(list))
        return true;
    s->select = allocate(1, sizeof *s->select);
    json_array_foreach(list, i, name)
    {
        int column = json_is_string(name) ? info_column(info, json_string_value(name)) : -1;
        if (column < 0 || !column_in(&role->selects, column)) {
            fault(channel->join, "there is no column \"%.100s\"", json_is_string(name) ? json_string_value(name) : "?");
            return false;
        }
        column_add(s->select, column);
    }
    return true;
}

/* Fills in what the table's description is needed for. */
static bool take_wish(struct channel *channel, struct subscription *s, const json_t *asked)
{
    const struct table_info *info = s->table->info;
    const char *text = asked_text(asked, "filter");
    if (!*s->table->name)
        return true;
    if (!info || !info->roles[channel->who->role].any) { /* not to be told from each other by those who may not know */
        fault(channel->join, "there is no table \"%.100s\", or it is not yours to read", s->table->name);
        return false;
    }
    if (!info->row && !info->roles[channel->who->role].proved) {
        fault(channel->join, "the table \"%.100s\" has no primary key", s->table->name);
        return false;
    }
    if (text) {
        struct arena *arena = arena_new();
        struct error error;
        bool good = filter_take(s->table, text, arena, &s->filter, &error) == OK;
        struct column_check check = {0};
        if (good)
            check = check_filter(s->filter->filter, info, channel->who->role);
        if (!good)
            fault(channel->join, "%.300s", error.message);
        else if (check.hidden)
            fault(channel->join, "there is no column \"%.100s\"", check.hidden);
        else if (check.computed)
            fault(channel->join, "the column \"%.100s\" is computed: no filter can use it", check.computed);
        arena_free(arena);
        if (!good || check.hidden || check.computed)
            return false;
    }
    return take_select(channel, s, json_object_get(asked, "select"));
}

static void release_wish(struct subscription *s)
{
    filter_unref(s->table, s->filter);
    free(s->select);
    table_unref(s->table);
}

static void subscriptions_make(struct channel *channel)
{
    struct join *join = channel->join;
    size_t count = json_array_size(join->asked);
    channel->subscriptions = count ? allocate(count, sizeof *channel->subscriptions) : NULL;
    for (size_t i = 0; i < count; i++) {
        const json_t *asked = json_array_get(join->asked, i);
        if (!join->tables[i])
            continue;
        struct subscription *s = &channel->subscriptions[channel->subscription_count];
        const char *since = asked_text(asked, "since");
        *s = (struct subscription){.channel = channel,
                                   .table = join->tables[i],
                                   .id = id_of(asked),
                                   .events = events_of(asked_text(asked, "event"))};
        join->tables[i] = NULL;
        if (since && !cursor_read(since, &s->since)) {
            fault(join, "\"%.100s\" is no cursor", since);
            release_wish(s);
            continue;
        }
        if (!take_wish(channel, s, asked)) {
            release_wish(s);
            continue;
        }
        if (s->since.commit_lsn && (!join->since.commit_lsn || cursor_compare(s->since, join->since) < 0))
            join->since = s->since;
        table_watch(s->table);
        subscription_enter(s);
        channel->subscription_count++;
        channel->client->service->stats.subscriptions++;
    }
    free(join->tables);
    join->tables = NULL;
}

static void subscriptions_free(struct channel *channel)
{
    for (unsigned i = 0; i < channel->subscription_count; i++) {
        struct subscription *s = &channel->subscriptions[i];
        subscription_leave(s);
        table_unwatch(s->table);
        release_wish(s);
        channel->client->service->stats.subscriptions--;
    }
    free(channel->subscriptions);
    channel->subscriptions = NULL;
    channel->subscription_count = 0;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void join_free(struct channel *channel)
{
    struct join *join = channel->join;
    size_t count = join->tables ? json_array_size(join->asked) : 0;
    for (size_t i = 0; i < count; i++)
        if (join->tables[i])
            table_unref(join->tables[i]);
    if (join->wait)
        wait_free(channel->client->service, join->wait);
    for (struct entry *entry = join->first, *next; entry; entry = next) {
        next = entry->next;
        channel->replaying--;
        entry_free(entry);
    }
    free(join->tables);
    free(join->ref);
    json_decref(join->asked);
    buf_release(&join->faults);
    free(join);
    channel->join = NULL;
}

void channel_free(struct channel *channel)
{
    struct client *client = channel->client;
    struct realtime_service *service = client->service;
    if (channel->join)
        join_free(channel);
    changes_forget(channel);
    subscriptions_free(channel);
    if (channel->rights_wait)
        channel->rights_wait->channel = NULL;
    if (channel->replay_wait)
        channel->replay_wait->channel = NULL;
    if (channel->presence_wait)
        wait_free(service, channel->presence_wait);
    if (channel->tracked && service->link)
        link_untrack(service->link, channel->member);
    topic_leave(channel);
    *channel->self = channel->next;
    if (channel->next)
        channel->next->self = channel->self;
    client->channel_count--;
    realm_leave(client->realm);
    asker_unref(channel->who);
    free(channel->join_ref);
    free(channel->presence_key);
    free(channel);
}

/* --- presence ----------------------------------------------------------------------------------------------------- */

static void presence_begin(struct channel *channel)
{
    struct realtime_service *service = channel->client->service;
    channel->presence = true;
    if (channel->presence_wait || (channel->is_private && !channel->reads_presence))
        return;
    if (!service->link) {
        say(channel, "presence_state", STR("{}"));
        return;
    }
    channel->presence_wait = wait_new(service, WAIT_PRESENCE);
    channel->presence_wait->channel = channel;
    link_who(service->link, channel->presence_wait->request, channel->client->realm->key.at, channel->topic->key.at);
}

void channel_who(struct wait *wait, struct str state)
{
    struct channel *channel = wait->channel;
    channel->presence_wait = NULL;
    say(channel, "presence_state", state);
}

static void say_diff(struct topic *topic, struct str joins, struct str leaves)
{
    struct buf payload;
    struct websocket_message *messages[2] = {NULL, NULL};
    buf_init(&payload, OUT_MAX_BYTES);
    buf_text(&payload, "{\"joins\":");
    buf_str(&payload, joins);
    buf_text(&payload, ",\"leaves\":");
    buf_str(&payload, leaves);
    buf_char(&payload, '}');
    for (struct channel *c = topic->channels; c; c = c->topic_next) {
        if (!c->joined || !c->presence || c->presence_wait || (c->is_private && !c->reads_presence))
            continue;
        struct websocket_message **message = &messages[c->client->version == FRAME_V2];
        if (!*message) {
            struct buf frame;
            buf_init(&frame, OUT_MAX_BYTES);
            frame_write(&frame, c->client->version, NULL, NULL, topic->name, "presence_diff",
                        str_n(payload.at, payload.len));
            *message = websocket_message_new(false, &frame);
        }
        websocket_send(c->client->ws, *message);
    }
    for (int i = 0; i < 2; i++)
        if (messages[i])
            websocket_message_unref(messages[i]);
    buf_release(&payload);
}

/* Who leaves is said first, alone: realtime-js (presenceAdapter.ts) takes the references off those who were there when
 * it tells of a join under their key, and does not find them again for the leave in the same message. */
void channels_diff(struct realm *realm, const char *key, struct str joins, struct str leaves)
{
    struct topic *topic = topic_find(realm, key);
    bool come = !str_is(joins, "{}"), go = !str_is(leaves, "{}");
    if (topic && go)
        say_diff(topic, STR("{}"), leaves);
    if (topic && come)
        say_diff(topic, joins, STR("{}"));
}

static void presence_track(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    json_t *meta = json_object_get(frame->payload, "payload");
    char *text = meta ? json_dumps(meta, JSON_COMPACT) : copy_text("{}");
    if (!json_is_object(meta) && meta) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "presence wants an object");
    } else if (!text || strlen(text) > WIRE_META_MAX_BYTES) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "PayloadTooLarge: that is too much for presence");
    } else {
        if (!channel->presence)
            presence_begin(channel);
        if (client->service->link)
            link_track(client->service->link, channel->member, client->realm->key.at, channel->topic->key.at,
                       channel->presence_key, str_of(text));
        channel->tracked = true;
        client_reply(client, frame->join_ref, frame->ref, frame->topic, true, STR("{}"));
    }
    free(text);
}

static void presence_message(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    const char *event = json_string_value(json_object_get(frame->payload, "event"));
    if (channel->is_private && !channel->writes_presence) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "Unauthorized: you may not write presence to this topic");
    } else if (event && !strcasecmp(event, "track")) {
        presence_track(channel, frame);
    } else if (event && !strcasecmp(event, "untrack")) {
        if (channel->tracked && client->service->link)
            link_untrack(client->service->link, channel->member);
        channel->tracked = false;
        client_reply(client, frame->join_ref, frame->ref, frame->topic, true, STR("{}"));
    } else {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "presence knows track and untrack");
    }
}

/* --- joining ------------------------------------------------------------------------------------------------------ */

static void say_messages_live(struct channel *channel)
{
    channel->ready_asked = false;
    channel_system(channel, "system", "ok", "Replication connection established", NULL);
}

void channels_messages_live(struct realm *realm)
{
    struct topic *topic;
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));)
        for (struct channel *c = topic->channels; c; c = c->topic_next)
            if (c->joined && c->ready_asked)
                say_messages_live(c);
}

static void write_asked(struct json_writer *w, const json_t *asked)
{
    static const char *const names[] = {"event", "schema", "table", "filter"};
    json_open(w, '{');
    json_key(w, "id");
    json_int(w, (int64_t)id_of(asked));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *value = json_object_get(asked, names[i]);
        if (json_is_string(value)) {
            json_key(w, names[i]);
            json_text(w, json_string_value(value));
        }
    }
    json_close(w, '}');
}

/* cursor: where the client stands now; none when that is not known. */
static void join_reply(struct channel *channel, const struct cursor *cursor)
{
    struct join *join = channel->join;
    struct realm *realm = channel->client->realm;
    struct buf text;
    size_t i;
    json_t *asked;
    if (channel->joined)
        return;
    buf_init(&text, OUT_MAX_BYTES);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    json_key(&w, "postgres_changes");
    json_open(&w, '[');
    json_array_foreach(join->asked, i, asked)
    {
        write_asked(&w, asked);
    }
    json_close(&w, ']');
    if (cursor && cursor->commit_lsn) {
        char at[CURSOR_TEXT_BYTES];
        cursor_write(at, *cursor);
        json_key(&w, "cursor");
        json_text(&w, at);
    }
    json_close(&w, '}');
    channel->joined = true;
    client_reply(channel->client, channel->join_ref, join->ref, channel->topic->name, true, str_n(text.at, text.len));
    buf_release(&text);
    realm->service->stats.joins++;
    if (join->replay_limit)
        cast_replay(channel, join->replay_since_ms, join->replay_limit);
    if (channel->presence)
        presence_begin(channel);
    if (channel->ready_asked && realm->messages->current)
        say_messages_live(channel);
}

static void say_faults(struct channel *channel)
{
    struct buf *faults = &channel->join->faults;
    for (size_t at = 0; at < faults->len; at += strlen(faults->at + at) + 1) {
        char message[700];
        snprintf(message, sizeof message, "Unable to subscribe to changes with given parameters: %s", faults->at + at);
        channel_system(channel, "postgres_changes", "error", message, NULL);
    }
    buf_release(faults);
}

static void join_refuse(struct channel *channel, const char *reason)
{
    channel->client->service->stats.refused++;
    client_refuse(channel->client, channel->join_ref, channel->join->ref, channel->topic->name, reason);
    channel_free(channel);
}

static void take_rights(struct channel *channel, struct rights rights)
{
    channel->reads_broadcast = rights.reads_broadcast;
    channel->writes_broadcast = rights.writes_broadcast;
    channel->reads_presence = rights.reads_presence;
    channel->writes_presence = rights.writes_presence;
}

static void rights_known(void *data, const PGresult *row)
{
    struct channel_wait *wait = data;
    struct channel *channel = wait->channel;
    char reason[TOPIC_MAX_BYTES + 128];
    free(wait);
    if (!channel)
        return;
    channel->rights_wait = NULL;
    take_rights(channel, rights_read(row));
    bool reads = channel->reads_broadcast || channel->reads_presence;
    snprintf(reason, sizeof reason, "Unauthorized: You do not have permissions to read from this Channel topic: %s",
             channel->topic->name + sizeof "realtime:" - 1);
    if (channel->joined) { /* a token was replaced */
        if (!reads)
            channel_end(channel, reason);
        return;
    }
    channel->join->rights_known = true;
    if (reads)
        join_go(channel);
    else
        join_refuse(channel, reason);
}

static void ask_rights(struct channel *channel)
{
    if (channel->rights_wait)
        channel->rights_wait->channel = NULL;
    channel->rights_wait = allocate(1, sizeof *channel->rights_wait);
    channel->rights_wait->channel = channel;
    rights_ask(channel->who, channel->topic->name + sizeof "realtime:" - 1, rights_known, channel->rights_wait);
}

static void find_tables(struct channel *channel)
{
    struct join *join = channel->join;
    size_t count = json_array_size(join->asked);
    join->tables = allocate(count + 1, sizeof(struct table *));
    for (size_t i = 0; i < count; i++) {
        const char *name = table_asked(channel, json_array_get(join->asked, i));
        join->tables[i] = name ? table_of(channel->client->realm, name) : NULL;
    }
}

/* Whether all tables are known; loads those that are not. */
static bool tables_are_known(struct join *join, bool *unreachable)
{
    bool known = true;
    for (size_t i = 0; i < json_array_size(join->asked); i++) {
        struct table *table = join->tables[i];
        if (!table || !*table->name || (table->info && !table->loading))
            continue;
        if (table->missing && !table->loading && join->subscribing)
            continue; /* it was looked for while we waited */
        *unreachable = *unreachable || table->unreachable;
        table_load(table);
        known = false;
    }
    return known;
}

static void ask_hub(struct channel *channel)
{
    struct join *join = channel->join;
    struct realm *realm = channel->client->realm;
    struct link_table tables[SUBSCRIPTIONS_MAX];
    for (unsigned i = 0; i < channel->subscription_count; i++)
        tables[i] = (struct link_table){.schema = realm->key.at, .table = channel->subscriptions[i].table->name};
    join->wait = wait_new(realm->service, WAIT_JOIN);
    join->wait->channel = channel;
    link_subscribe(realm->service->link, join->wait->request, join->since, tables, channel->subscription_count);
}

static void join_go(struct channel *channel)
{
    struct join *join = channel->join;
    struct realtime_service *service = channel->client->service;
    bool unreachable = false;
    if (channel->is_private && !join->rights_known) {
        ask_rights(channel);
        return;
    }
    if (!join->tables)
        find_tables(channel);
    bool known = tables_are_known(join, &unreachable);
    bool second = join->subscribing;
    join->subscribing = true;
    if (!known) {
        if (second && unreachable)
            join_refuse(channel, "DatabaseUnavailable: the database cannot be asked just now");
        return;
    }
    subscriptions_make(channel);
    if (channel->subscription_count && service->link) {
        ask_hub(channel);
        return;
    }
    join_reply(channel, NULL);
    say_faults(channel);
    if (channel->subscription_count)
        channel_system(channel, "postgres_changes", "error", service->reason, NULL);
    join_free(channel);
}

void channels_go_on(struct realm *realm)
{
    struct topic *topic;
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));) {
        for (struct channel *c = topic->channels, *next; c; c = next) {
            next = c->topic_next;
            if (c->join && c->join->tables)
                join_go(c);
        }
    }
}

void channel_replayed(struct wait *wait, const struct change *change)
{
    struct join *join = wait->channel->join;
    struct entry *entry = entry_for_replay(wait->channel, change);
    *join->last = entry;
    join->last = &entry->next;
}

static void append_replayed(struct channel *channel)
{
    struct join *join = channel->join;
    struct entry *entry = join->first;
    join->first = NULL;
    join->last = &join->first;
    while (entry) {
        struct entry *next = entry->next;
        changes_append(channel->client->realm, entry);
        entry = next;
    }
}

void channel_subscribed(struct wait *wait, enum wire_outcome outcome, struct cursor upto)
{
    struct channel *channel = wait->channel;
    struct join *join = channel->join;
    struct realtime_service *service = channel->client->service;
    join->wait = NULL;
    if (outcome == WIRE_UNAVAILABLE) { /* asked again when changes come: channels_live */
        join_reply(channel, NULL);
        say_faults(channel);
        channel_system(channel, "postgres_changes", "error", service->reason, NULL);
        return;
    }
    bool resumed = outcome == WIRE_COMPLETE && join->since.commit_lsn;
    uint64_t serial = ++service->serial;
    for (unsigned i = 0; i < channel->subscription_count; i++)
        channel->subscriptions[i].from_serial = serial;
    join_reply(channel, resumed ? &join->since : &upto);
    say_faults(channel);
    if (outcome == WIRE_GONE)
        channel_system(channel, "postgres_changes", "refetch", "What was missed is not kept any more: fetch anew.",
                       &upto);
    append_replayed(channel);
    channel_system(channel, "postgres_changes", "ok", "Subscribed to PostgreSQL", resumed ? NULL : &upto);
    join_free(channel);
}

void channels_live(struct realm *realm)
{
    struct topic *topic;
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));)
        for (struct channel *c = topic->channels; c; c = c->topic_next)
            if (c->join && c->joined && !c->join->wait && c->subscription_count)
                ask_hub(c);
}

void channels_look_after(struct realm *realm)
{
    struct topic *topic;
    int64_t now_ms = clock_monotonic_ms(), now_s = clock_now_s();
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));) {
        for (struct channel *c = topic->channels, *next; c; c = next) {
            const char *why;
            next = c->topic_next;
            if (c->join && c->join->wait && !c->joined && now_ms - c->join->started_ms >= JOIN_PATIENCE_MS)
                join_reply(c, NULL);
            if (asker_is_over(c->who, now_s, &why))
                channel_end(c, why);
        }
    }
}

/* --- phx_join ----------------------------------------------------------------------------------------------------- */

static const char *check_join(struct client *client, const struct frame *frame, const char *name, bool is_private)
{
    const struct settings *settings = client->service->services->settings;
    const json_t *config = json_object_get(frame->payload, "config");
    if (!*name)
        return "TopicNameRequired: You must provide a topic name";
    if (strlen(name) > TOPIC_MAX_BYTES)
        return "TopicNameTooLong: a topic has at most 200 bytes";
    if (client->channel_count >= settings->realtime_channels_max)
        return "ChannelRateLimitReached: Too many channels";
    if (!is_private && !settings->realtime_public_channels)
        return "PrivateOnly: only private channels may be joined here";
    if (json_array_size(json_object_get(config, "postgres_changes")) > SUBSCRIPTIONS_MAX)
        return "TooManySubscriptions: a channel has at most 100 postgres_changes";
    return NULL;
}

/* Who joins: by the token of the message, else by the address's key. */
static struct asker *who_joins(struct client *client, const struct frame *frame, struct arena *arena,
                               const char **reason)
{
    const char *token = json_string_value(json_object_get(frame->payload, "access_token"));
    struct identity *who;
    struct error error;
    if (!token || !*token) {
        if (!asker_is_over(client->who, clock_now_s(), reason))
            return asker_ref(client->who);
        return NULL;
    }
    if (auth_identify_token(client->service->services->auth, client->tenant, arena, str_of(token), &who, &error) !=
        OK) {
        *reason = arena_printf(arena, "InvalidJWTToken: %s", error.message);
        return NULL;
    }
    return asker_of(client->realm, who);
}

static int64_t whole_number(const json_t *number)
{
    return json_is_number(number) ? (int64_t)json_number_value(number) : 0;
}

static void take_config(struct channel *channel, const json_t *config)
{
    const json_t *broadcast = json_object_get(config, "broadcast"), *presence = json_object_get(config, "presence");
    const json_t *replay = json_object_get(broadcast, "replay"), *enabled = json_object_get(presence, "enabled");
    const char *key = json_string_value(json_object_get(presence, "key"));
    char uuid[UUID_TEXT_BYTES];
    channel->ack = json_is_true(json_object_get(broadcast, "ack"));
    channel->self_too = json_is_true(json_object_get(broadcast, "self"));
    channel->ready_asked = json_is_true(json_object_get(broadcast, "replication_ready"));
    channel->presence = !json_is_false(enabled) && (enabled || presence);
    random_uuid(uuid);
    channel->presence_key = copy_text(key && *key && strlen(key) <= TOPIC_MAX_BYTES ? key : uuid);
    if (channel->is_private && json_is_object(replay)) {
        int64_t limit = whole_number(json_object_get(replay, "limit"));
        channel->join->replay_since_ms = whole_number(json_object_get(replay, "since"));
        channel->join->replay_limit = limit < 1 || limit > 25 ? 25 : (int)limit;
    }
    json_t *asked = json_object_get(config, "postgres_changes");
    channel->join->asked = json_is_array(asked) ? json_incref(asked) : json_array();
}

void channel_join(struct client *client, const struct frame *frame)
{
    const json_t *config = json_object_get(frame->payload, "config");
    const char *name = frame->topic + sizeof "realtime:" - 1;
    bool is_private = json_is_true(json_object_get(config, "private"));
    struct channel *before = channel_find(client, frame->topic);
    struct arena *arena = arena_new();
    if (before) /* joined again: the new one stands for both */
        channel_close(before, "phx_close");
    const char *reason = check_join(client, frame, name, is_private);
    struct asker *who = reason ? NULL : who_joins(client, frame, arena, &reason);
    if (!who) {
        client->service->stats.refused++;
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, reason);
        arena_free(arena);
        return;
    }
    arena_free(arena);

    struct channel *channel = allocate(1, sizeof *channel);
    channel->client = client;
    channel->who = who;
    channel->is_private = is_private;
    channel->join_ref = copy_text(frame->join_ref ? frame->join_ref : frame->ref);
    channel->member = ++client->service->serial;
    channel->join = allocate(1, sizeof *channel->join);
    channel->join->ref = copy_text(frame->ref);
    channel->join->started_ms = clock_monotonic_ms();
    channel->join->last = &channel->join->first;
    buf_init(&channel->join->faults, 1 << 20);
    take_config(channel, config);

    channel->next = client->channels;
    channel->self = &client->channels;
    if (channel->next)
        channel->next->self = &channel->next;
    client->channels = channel;
    client->channel_count++;
    channel->topic = topic_of(client->realm, is_private, name);
    channel->topic_next = channel->topic->channels;
    channel->topic_self = &channel->topic->channels;
    if (channel->topic_next)
        channel->topic_next->topic_self = &channel->topic_next;
    channel->topic->channels = channel;
    realm_enter(client->realm);
    join_go(channel);
}

/* --- what comes for a channel ------------------------------------------------------------------------------------- */

/* Another token: the channel's subscriptions go on as somebody else. */
static void take_token(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    struct arena *arena = arena_new();
    const char *reason = "access_token wants a token";
    const json_t *token = json_object_get(frame->payload, "access_token");
    struct asker *who = json_is_string(token) ? who_joins(client, frame, arena, &reason) : NULL;
    const char *hidden = NULL;
    for (unsigned i = 0; who && i < channel->subscription_count; i++) {
        const struct subscription *s = &channel->subscriptions[i];
        if (s->filter && s->table->info)
            hidden = check_filter(s->filter->filter, s->table->info, who->role).hidden;
        if (hidden)
            break;
    }
    if (!who || hidden) {
        channel_end(channel, hidden ? "Unauthorized: the filter reads what this token may not" : reason);
        asker_unref(who);
        arena_free(arena);
        return;
    }
    arena_free(arena);
    for (unsigned i = 0; i < channel->subscription_count; i++)
        subscription_leave(&channel->subscriptions[i]);
    asker_unref(channel->who);
    channel->who = who;
    for (unsigned i = 0; i < channel->subscription_count; i++)
        subscription_enter(&channel->subscriptions[i]);
    if (channel->is_private)
        ask_rights(channel);
}

static void broadcast_message(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    struct cast cast = {0};
    char *text = NULL;
    if (channel->is_private && !channel->writes_broadcast) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "Unauthorized: you may not write broadcasts to this topic");
        return;
    }
    if (frame->is_binary_cast) {
        cast = (struct cast){.event = frame->cast_event,
                             .meta = frame->cast_meta,
                             .payload = frame->cast_payload,
                             .is_json = frame->cast_is_json};
    } else {
        json_t *payload = json_object_get(frame->payload, "payload");
        text = payload ? json_dumps(payload, JSON_COMPACT | JSON_ENCODE_ANY) : copy_text("{}");
        cast = (struct cast){.event = json_string_value(json_object_get(frame->payload, "event")),
                             .payload = str_of(text),
                             .is_json = true};
    }
    if (!cast.event || cast.payload.len > WIRE_CAST_MAX_BYTES) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      cast.event ? "PayloadTooLarge: a broadcast has at most a mebibyte"
                                 : "a broadcast needs an event");
    } else {
        cast_everywhere(client->realm, channel->topic->key.at, &cast, channel->self_too ? NULL : channel);
        if (channel->ack)
            client_reply(client, frame->join_ref, frame->ref, frame->topic, true, STR("{}"));
    }
    free(text);
}

void channel_message(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    if (text_eq(frame->event, "phx_leave")) {
        client_reply(client, frame->join_ref, frame->ref, frame->topic, true, STR("{}"));
        channel_close(channel, "phx_close");
    } else if (!channel->joined) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "the channel is not joined yet");
    } else if (frame->is_binary_cast || text_eq(frame->event, "broadcast")) {
        broadcast_message(channel, frame);
    } else if (text_eq(frame->event, "presence")) {
        presence_message(channel, frame);
    } else if (text_eq(frame->event, "access_token")) {
        take_token(channel, frame);
    } else {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "UnknownEvent: a channel does not know this event");
    }
}
