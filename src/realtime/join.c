/* Joining a channel, and the subscriptions it asks for.
 *
 *   phx_join ─▶ rights (private) ─▶ tables ─▶ hub says from where ─▶ phx_reply ─▶ replayed changes, system ─▶ live
 *
 * The subscriptions live when the hub has confirmed them, which may be later than the answer when there is none just
 * now: `join` stays until then.
 */
#include "base/clock.h"
#include "base/encode.h"
#include "base/exact.h"
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
    bool closed_to_anon;   /* a table was asked for that who has not signed in may not read */
    struct table **tables; /* of each of `asked`; NULL: makes no sense */
    struct buf faults;     /* JSON texts, one behind the other, for the system messages */
};

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

const char *subscription_hidden_column(const struct subscription *s, enum role role)
{
    return s->filter && s->table->info ? check_filter(s->filter->filter, s->table->info, role).hidden : NULL;
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
        channel->join->closed_to_anon = channel->who->role == ROLE_ANON;
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

void subscriptions_free(struct channel *channel)
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

void join_free(struct channel *channel)
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

/* --- joining ------------------------------------------------------------------------------------------------------ */

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
        recall_begin(channel, join->replay_since_ms, join->replay_limit);
    if (channel->presence)
        channel_presence_begin(channel);
    if (channel->ready_asked && realm->messages->current)
        channel_messages_live(channel);
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
        channel_ask_rights(channel);
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
    /* A page that joins before its token is loaded would wait for ever for what it never hears: refused, clients join
     * again, with the token that they have by then. */
    if (join->closed_to_anon && !channel->subscription_count) {
        join_refuse(channel,
                    "Unauthorized: none of these tables is to be read without signing in; join with an access token");
        return;
    }
    join_reply(channel, NULL);
    say_faults(channel);
    if (channel->subscription_count)
        channel_system(channel, "postgres_changes", "error", service->reason, NULL);
    join_free(channel);
}

void join_rights_known(struct channel *channel, const char *refusal)
{
    channel->join->rights_known = true;
    if (refusal)
        join_refuse(channel, refusal);
    else
        join_go(channel);
}

void join_look_after(struct channel *channel, int64_t now_ms)
{
    if (channel->join->wait && now_ms - channel->join->started_ms >= JOIN_PATIENCE_MS)
        join_reply(channel, NULL);
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

static int64_t whole_number(const json_t *number)
{
    const double most = 1e15; /* no double beyond int64_t is cast */
    double value = 0;
    return exact_number(number, &value) && value >= -most && value <= most ? (int64_t)value : 0;
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
        channel->join->replay_limit = limit < 1 || limit > RECALL_MAX ? RECALL_MAX : (int)limit;
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
    struct asker *who = reason ? NULL : channel_asker(client, frame, arena, &reason);
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
