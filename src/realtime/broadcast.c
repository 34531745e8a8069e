/* Broadcasts: from a channel, from POST /realtime/v1/api/broadcast, from SQL (rows of realtime_messages) and from other
 * workers, to the channels of a topic. Public and private channels of one name are two topics.
 *
 * Between workers a broadcast is: event, meta, then the payload as it is; flag 1: the payload is JSON, 2: neither staff
 * nor service sent it.
 */
#include "base/exact.h"
#include "base/json.h"
#include "base/json_kept.h"
#include "base/json_outline.h"
#include "realtime/internal.h"

enum { CAST_IS_JSON = 1, CAST_BY_OUTSIDER = 2, POST_MESSAGES_MAX = 100, POST_VALUES_MAX = 100000 };

/* --- to channels -------------------------------------------------------------------------------------------------- */

static void write_text(struct buf *frame, enum frame_version version, const char *topic, const struct cast *cast)
{
    struct buf payload;
    buf_init(&payload, OUT_MAX_BYTES);
    struct json_writer w = json_writer(&payload);
    json_open(&w, '{');
    json_key(&w, "type");
    json_text(&w, "broadcast");
    json_key(&w, "event");
    json_text(&w, cast->event);
    json_key(&w, "payload");
    json_raw(&w, cast->payload);
    if (cast->meta.len) {
        json_key(&w, "meta");
        json_raw(&w, cast->meta);
    }
    json_close(&w, '}');
    frame_write(frame, version, NULL, NULL, topic, "broadcast", str_n(payload.at, payload.len));
    buf_release(&payload);
}

/* NULL: it cannot be said in this version (bytes to a version 1 client). */
static struct websocket_message *write_cast(enum frame_version version, const char *topic, const struct cast *cast)
{
    struct buf frame;
    bool binary = false;
    buf_init(&frame, OUT_MAX_BYTES);
    if (version == FRAME_V2)
        binary = frame_write_cast(&frame, topic, cast->event, cast->meta, cast->is_json, cast->payload);
    if (!binary && cast->is_json)
        write_text(&frame, version, topic, cast);
    return binary || cast->is_json ? websocket_message_new(binary, &frame) : NULL;
}

bool cast_is_heard(const struct channel *channel)
{
    return channel->joined && (!channel->is_private || channel->reads_broadcast);
}

void cast_to_channel(struct channel *channel, const struct cast *cast)
{
    struct websocket_message *message = write_cast(channel->client->version, channel->topic->name, cast);
    if (!message)
        return;
    websocket_send(channel->client->ws, message);
    websocket_message_unref(message);
}

void cast_locally(struct realm *realm, const char *topic_key, const struct cast *cast, const struct channel *except)
{
    struct topic *topic = topic_find(realm, topic_key);
    struct websocket_message *messages[2] = {NULL, NULL};
    bool tried[2] = {false, false};
    for (struct channel *c = topic ? topic->channels : NULL; c; c = c->topic_next) {
        int v = c->client->version == FRAME_V2;
        if (c == except || !cast_is_heard(c))
            continue;
        if (!tried[v])
            messages[v] = write_cast(c->client->version, topic->name, cast);
        tried[v] = true;
        if (messages[v] && !recall_keeps(c, cast->id, messages[v]))
            websocket_send(c->client->ws, messages[v]);
    }
    for (int v = 0; v < 2; v++)
        if (messages[v])
            websocket_message_unref(messages[v]);
}

void cast_everywhere(struct realm *realm, const char *topic_key, const struct cast *cast, const struct channel *except)
{
    struct realtime_service *service = realm->service;
    service->stats.casts++;
    cast_locally(realm, topic_key, cast, except);
    if (!service->link)
        return;
    struct buf body;
    buf_init(&body, WIRE_CAST_MAX_BYTES * 2);
    wire_str(&body, str_of(cast->event));
    wire_str(&body, cast->meta);
    buf_str(&body, cast->payload);
    link_cast(service->link, realm->key.at, topic_key,
              (uint8_t)((cast->is_json ? CAST_IS_JSON : 0) | (cast->by_outsider ? CAST_BY_OUTSIDER : 0)),
              str_n(body.at, body.len));
    buf_release(&body);
}

void cast_arrived(struct realm *realm, const char *topic_key, uint8_t flags, struct str body)
{
    struct wire_reader reader = {.at = body.at, .end = body.at + body.len};
    struct arena *arena = arena_new();
    struct cast cast = {.event = wire_read_text(&reader, arena)};
    cast.meta = wire_read_str(&reader);
    cast.payload = str_n(reader.at, (size_t)(reader.end - reader.at));
    cast.is_json = flags & CAST_IS_JSON;
    cast.by_outsider = flags & CAST_BY_OUTSIDER;
    /* Who sends here and is heard there: the budget counts where the bytes are written. */
    if (!reader.broken && (!cast.by_outsider || spread_is_affordable(realm, NULL, topic_key, cast.payload.len)))
        cast_locally(realm, topic_key, &cast, NULL);
    arena_free(arena);
}

/* --- from SQL ----------------------------------------------------------------------------------------------------- */

static struct str value_of(const struct change *change, const char *column)
{
    for (int i = 0; i < change->relation->column_count; i++)
        if (text_eq(change->relation->columns[i].name, column))
            return change->after[i].state == VALUE_TEXT ? change->after[i].text : str_n("", 0);
    return str_n("", 0);
}

/* \x and two digits a byte, as PostgreSQL writes a bytea. In the arena. */
struct str cast_bytes(struct arena *arena, struct str hex)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = hex.len >= 2 ? (hex.len - 2) / 2 : 0;
    char *bytes = arena_alloc(arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        const char *high = strchr(digits, hex.at[2 + 2 * i]), *low = strchr(digits, hex.at[3 + 2 * i]);
        bytes[i] = (char)((high ? high - digits : 0) << 4 | (low ? low - digits : 0));
    }
    bytes[length] = '\0';
    return str_n(bytes, length);
}

/* Each worker hears of the row itself: nothing is passed on. */
void cast_message_row(struct realm *realm, const struct change *change)
{
    struct str event = value_of(change, "event"), topic = value_of(change, "topic"), id = value_of(change, "id");
    struct str payload = value_of(change, "payload"), hex = value_of(change, "binary_payload");
    if (!event.len || !topic.len || !str_is(value_of(change, "extension"), "broadcast"))
        return;
    struct arena *arena = arena_new();
    const char *key =
        arena_printf(arena, "%c:%.*s", str_is(value_of(change, "private"), "t") ? 'p' : 'o', STR_ARG(topic));
    const struct cast cast = {.event = arena_strndup(arena, event.at, event.len),
                              .meta = str_of(arena_printf(arena, "{\"id\":\"%.*s\"}", STR_ARG(id))),
                              .payload = hex.len       ? cast_bytes(arena, hex)
                                         : payload.len ? payload
                                                       : STR("{}"),
                              .id = id,
                              .is_json = !hex.len};
    realm->service->stats.casts++;
    cast_locally(realm, key, &cast, NULL);
    arena_free(arena);
}

/* --- POST --------------------------------------------------------------------------------------------------------- */

struct posted {
    const char *key;
    struct cast cast;
    bool is_private, allowed;
};

struct post {
    struct http_req *req;
    struct realm *realm;
    struct asker *who;
    struct posted *messages;
    size_t count, known;
};

static struct realtime_service *service_of(struct http_req *req)
{
    return realtime_service_in(req->services);
}

static void post_answer(struct post *post)
{
    size_t sent = 0;
    bool spent = false, outsider = post->who->level < LEVEL_STAFF;
    for (size_t i = 0; i < post->count; i++) {
        if (!post->messages[i].allowed)
            continue;
        post->messages[i].cast.by_outsider = outsider;
        if (outsider &&
            !spread_is_affordable(post->realm, NULL, post->messages[i].key, post->messages[i].cast.payload.len)) {
            spent = true;
            continue;
        }
        cast_everywhere(post->realm, post->messages[i].key, &post->messages[i].cast, NULL);
        sent++;
    }
    if (sent || !post->count)
        http_answer(post->req, 202, NULL, NULL);
    else if (spent)
        http_fail_with(post->req, ERR_TOO_MANY, "So many bytes were broadcast here that others must wait a moment.");
    else
        http_fail_with(post->req, ERR_FORBIDDEN, "You may not broadcast to this topic.");
    asker_unref(post->who);
    http_release(post->req);
}

struct post_right {
    struct post *post;
    struct posted *message;
};

static void post_right_known(void *data, const PGresult *row)
{
    struct post_right *right = data;
    struct post *post = right->post;
    right->message->allowed = rights_read(row).writes_broadcast;
    if (++post->known == post->count)
        post_answer(post);
}

static void post_go(struct http_req *req, struct posted *messages, size_t count)
{
    struct realtime_service *service = service_of(req);
    struct post *post = arena_zalloc(req->arena, sizeof *post);
    http_hold(req); /* questions under way write into its arena */
    *post = (struct post){.req = req, .realm = realm_of(service, req->tenant), .messages = messages, .count = count};
    post->who = asker_of(post->realm, req->who);
    for (size_t i = 0; i < count; i++) {
        messages[i].allowed = !messages[i].is_private && service->services->settings->realtime_public_channels;
        post->known += !messages[i].is_private;
    }
    if (post->known == count) {
        post_answer(post);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!messages[i].is_private)
            continue;
        struct post_right *right = arena_alloc(req->arena, sizeof *right);
        *right = (struct post_right){.post = post, .message = &messages[i]};
        rights_ask(post->who, messages[i].key + 2, post_right_known, right);
    }
}

static const char *key_of(struct arena *arena, bool is_private, const char *topic)
{
    return arena_printf(arena, "%c:%s", is_private ? 'p' : 'o', topic);
}

static void free_text(void *text)
{
    free(text);
}

static const char *read_posted(struct arena *arena, const json_t *said, struct posted *message)
{
    const char *topic = json_string_value(json_object_get(said, "topic"));
    const char *event = json_string_value(json_object_get(said, "event"));
    const json_t *payload = json_object_get(said, "payload");
    char *text = payload ? exact_dump(payload, JSON_COMPACT | JSON_ENCODE_ANY) : copy_text("{}");
    if (text)
        arena_on_release(arena, free_text, text);
    if (!topic || !*topic || strlen(topic) > TOPIC_MAX_BYTES || exact_holds_nul(json_object_get(said, "topic")))
        return "A message needs a topic of at most 200 bytes.";
    if (!event || !*event || strlen(event) > TOPIC_MAX_BYTES || exact_holds_nul(json_object_get(said, "event")))
        return "A message needs an event of at most 200 bytes.";
    if (!text || strlen(text) > WIRE_CAST_MAX_BYTES)
        return "A message has at most a mebibyte.";
    message->is_private = json_is_true(json_object_get(said, "private"));
    message->key = key_of(arena, message->is_private, topic);
    message->cast = (struct cast){.event = event, .payload = str_of(text), .is_json = true};
    return NULL;
}

/* POST /realtime/v1/api/broadcast {"messages": [{"topic", "event", "payload", "private"}]} */
void broadcast_many(struct http_req *req)
{
    json_error_t error;
    json_t *body = json_fits(req->body, POST_VALUES_MAX)
                       ? exact_load(req->body, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error)
                       : NULL;
    (void)json_kept(req->arena, body);
    const json_t *list = json_object_get(body, "messages");
    if (!json_is_array(list) || json_array_size(list) > POST_MESSAGES_MAX) {
        http_fail_with(req, ERR_BAD_INPUT,
                       "The body is {\"messages\": [{\"topic\", \"event\", \"payload\", \"private\"}]}, "
                       "with at most %d messages.",
                       POST_MESSAGES_MAX);
        return;
    }
    size_t count = json_array_size(list);
    struct posted *messages = arena_array(req->arena, count + 1, sizeof *messages);
    for (size_t i = 0; i < count; i++) {
        const char *wrong = read_posted(req->arena, json_array_get(list, i), &messages[i]);
        if (wrong) {
            http_fail_with(req, ERR_BAD_INPUT, "%s", wrong);
            return;
        }
    }
    post_go(req, messages, count);
}

/* POST /realtime/v1/api/broadcast/:topic/events/:event[?private=true], with the payload as the body. */
void broadcast_one(struct http_req *req)
{
    const char *type = http_header(req, "Content-Type"), *is_private = http_query_param(req, "private");
    bool binary = type && !strncasecmp(type, "application/octet-stream", 24);
    struct posted *message = arena_zalloc(req->arena, sizeof *message);
    json_error_t error;
    bool readable = !binary && req->body.len <= WIRE_CAST_MAX_BYTES && json_fits(req->body, POST_VALUES_MAX);
    json_t *body = !readable ? NULL : exact_load(req->body, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    bool is_json = body != NULL;
    json_decref(body);
    if (strlen(req->params[0]) > TOPIC_MAX_BYTES || strlen(req->params[1]) > TOPIC_MAX_BYTES ||
        req->body.len > WIRE_CAST_MAX_BYTES) {
        http_fail_with(req, ERR_BAD_INPUT, "Topic and event have at most 200 bytes, the payload a mebibyte.");
        return;
    }
    if (!binary && !is_json) {
        http_fail_with(req, ERR_BAD_INPUT, "The body is no JSON.");
        return;
    }
    message->is_private = is_private && text_eq(is_private, "true");
    message->key = key_of(req->arena, message->is_private, req->params[0]);
    message->cast = (struct cast){.event = req->params[1], .payload = req->body, .is_json = is_json};
    post_go(req, message, 1);
}
