/* A channel: a topic that a client has joined (join.c). It takes part in broadcasts and presence once its join was
 * answered.
 */
#include "base/clock.h"
#include "base/exact.h"
#include "base/json.h"
#include "realtime/internal.h"

/* --- topics ------------------------------------------------------------------------------------------------------- */

struct topic *topic_find(struct realm *realm, const char *key)
{
    return map_get(&realm->topics, str_of(key));
}

struct topic *topic_of(struct realm *realm, bool is_private, const char *name)
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

/* --- the end ------------------------------------------------------------------------------------------------------ */

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
    recall_free(channel);
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

void channel_presence_begin(struct channel *channel)
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
    char *text = meta ? exact_dump(meta, JSON_COMPACT) : copy_text("{}");
    if (!json_is_object(meta) && meta) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "presence wants an object");
    } else if (!text || strlen(text) > WIRE_META_MAX_BYTES) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "PayloadTooLarge: that is too much for presence");
    } else if (channel->who->level < LEVEL_STAFF &&
               !spread_is_affordable(client->realm, &client->spread, channel->topic->key.at, strlen(text))) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "PresenceBudgetReached: so many bytes to so many channels take a moment");
    } else {
        if (!channel->presence)
            channel_presence_begin(channel);
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

/* --- rights and tokens ---------------------------------------------------------------------------------------------
 */

/* Who joins: by the token of the message, else by the address's key. */
struct asker *channel_asker(struct client *client, const struct frame *frame, struct arena *arena, const char **reason)
{
    const char *token = json_string_value(json_object_get(frame->payload, "access_token"));
    struct identity *who;
    struct error error;
    if (!token || !*token) {
        if (!asker_is_over(client->who, clock_now_s(), reason))
            return asker_ref(client->who);
        return NULL;
    }
    if (auth_identify_token(auth_service_in(client->service->services), client->tenant, arena, str_of(token), &who,
                            &error) != OK) {
        *reason = arena_printf(arena, "InvalidJWTToken: %s", error.message);
        return NULL;
    }
    return asker_of(client->realm, who);
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
    join_rights_known(channel, reads ? NULL : reason);
}

void channel_ask_rights(struct channel *channel)
{
    if (channel->rights_wait)
        channel->rights_wait->channel = NULL;
    channel->rights_wait = allocate(1, sizeof *channel->rights_wait);
    channel->rights_wait->channel = channel;
    rights_ask(channel->who, channel->topic->name + sizeof "realtime:" - 1, rights_known, channel->rights_wait);
}

void channels_look_after(struct realm *realm)
{
    struct topic *topic;
    int64_t now_ms = clock_monotonic_ms(), now_s = clock_now_s();
    for (size_t at = 0; (topic = map_next(&realm->topics, &at));) {
        for (struct channel *c = topic->channels, *next; c; c = next) {
            const char *why;
            next = c->topic_next;
            if (c->join && !c->joined)
                join_look_after(c, now_ms);
            if (asker_is_over(c->who, now_s, &why))
                channel_end(c, why);
        }
    }
}

void channel_messages_live(struct channel *channel)
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
                channel_messages_live(c);
}

/* --- what comes for a channel ------------------------------------------------------------------------------------- */

/* Another token: the channel's subscriptions go on as somebody else. */
static void take_token(struct channel *channel, const struct frame *frame)
{
    struct client *client = channel->client;
    struct arena *arena = arena_new();
    const char *reason = "access_token wants a token";
    const json_t *token = json_object_get(frame->payload, "access_token");
    struct asker *who = json_is_string(token) ? channel_asker(client, frame, arena, &reason) : NULL;
    const char *hidden = NULL;
    for (unsigned i = 0; who && i < channel->subscription_count; i++) {
        hidden = subscription_hidden_column(&channel->subscriptions[i], who->role);
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
        channel_ask_rights(channel);
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
        text = payload ? exact_dump(payload, JSON_COMPACT | JSON_ENCODE_ANY) : copy_text("{}");
        cast = (struct cast){.event = json_string_value(json_object_get(frame->payload, "event")),
                             .payload = str_of(text),
                             .is_json = true};
    }
    if (!cast.event || cast.payload.len > WIRE_CAST_MAX_BYTES) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      cast.event ? "PayloadTooLarge: a broadcast has at most a mebibyte"
                                 : "a broadcast needs an event");
    } else if (channel->who->level < LEVEL_STAFF &&
               !spread_is_affordable(client->realm, &client->spread, channel->topic->key.at, cast.payload.len)) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic,
                      "BroadcastBudgetReached: so many bytes to so many channels take a moment");
    } else {
        cast.by_outsider = channel->who->level < LEVEL_STAFF;
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
