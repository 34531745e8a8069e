/* Messages of before: what was sent to a private topic from SQL, for a channel that joins later.
 *
 * The question is answered by the rows, the live messages come from the WAL, and the two meet: a row may be read before
 * its message arrives, and a message may arrive before the answer. So what is live waits for the answer, and what was
 * in the answer is not said again.
 */
#include "base/encode.h"
#include "base/exact.h"
#include "base/json.h"
#include "realtime/internal.h"

enum { HELD_MAX = 64 }; /* live messages that wait; more are sent at once, before the older ones */

struct held {
    struct websocket_message *message;
    char id[UUID_TEXT_BYTES];
};

struct recall {
    struct channel_wait *wait; /* NULL: answered */
    struct held *held;
    size_t held_count, said_count;
    char said[RECALL_MAX][UUID_TEXT_BYTES];
};

static void copy_id(char to[UUID_TEXT_BYTES], struct str id)
{
    size_t len = id.len < UUID_TEXT_BYTES ? id.len : 0;
    if (len)
        memcpy(to, id.at, len);
    to[len] = '\0';
}

static bool was_said(const struct recall *recall, struct str id)
{
    for (size_t i = 0; id.len && i < recall->said_count; i++)
        if (str_is(id, recall->said[i]))
            return true;
    return false;
}

bool recall_keeps(struct channel *channel, struct str id, struct websocket_message *message)
{
    struct recall *recall = channel->recall;
    if (!recall)
        return false;
    if (!recall->wait)
        return was_said(recall, id);
    if (recall->held_count == HELD_MAX)
        return false;
    if (!recall->held)
        recall->held = allocate(HELD_MAX, sizeof *recall->held);
    struct held *held = &recall->held[recall->held_count++];
    held->message = websocket_message_ref(message);
    copy_id(held->id, id);
    return true;
}

static void say(struct channel *channel, const json_t *message)
{
    struct recall *recall = channel->recall;
    const char *id = json_string_value(json_object_get(message, "id"));
    const json_t *payload = json_object_get(message, "payload");
    char *text = json_is_null(payload) ? copy_text("{}") : exact_dump(payload, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *hex = json_string_value(json_object_get(message, "bytes"));
    struct arena *arena = arena_new();
    char meta[128];
    snprintf(meta, sizeof meta, "{\"replayed\":true,\"id\":\"%s\"}", id ? id : "");
    if (text)
        cast_to_channel(channel, &(struct cast){.event = json_string_value(json_object_get(message, "event")),
                                                .meta = str_of(meta),
                                                .payload = hex ? cast_bytes(arena, str_of(hex)) : str_of(text),
                                                .is_json = !hex});
    free(text);
    arena_free(arena);
    if (id && recall->said_count < RECALL_MAX)
        copy_id(recall->said[recall->said_count++], str_of(id));
}

static void let_go(struct channel *channel)
{
    struct recall *recall = channel->recall;
    for (size_t i = 0; i < recall->held_count; i++) {
        if (cast_is_heard(channel) && !was_said(recall, str_of(recall->held[i].id)))
            websocket_send(channel->client->ws, recall->held[i].message);
        websocket_message_unref(recall->held[i].message);
    }
    free(recall->held);
    recall->held = NULL;
    recall->held_count = 0;
}

static void answered(void *data, const PGresult *row)
{
    struct channel_wait *wait = data;
    struct channel *channel = wait->channel;
    free(wait);
    if (!channel)
        return;
    channel->recall->wait = NULL;
    json_error_t error;
    json_t *list = row ? exact_load(str_of(PQgetvalue(row, 0, 0)), 0, &error) : NULL, *message;
    size_t i;
    json_array_foreach(list, i, message)
    {
        if (cast_is_heard(channel))
            say(channel, message);
    }
    json_decref(list);
    let_go(channel);
}

void recall_begin(struct channel *channel, int64_t since_ms, int limit)
{
    char since_text[32], limit_text[32];
    snprintf(since_text, sizeof since_text, "%lld", (long long)since_ms);
    snprintf(limit_text, sizeof limit_text, "%d", limit);
    const struct change_value values[] = {
        {.state = VALUE_TEXT, .text = str_of(channel->topic->name + sizeof "realtime:" - 1)},
        {.state = VALUE_TEXT, .text = str_of(since_text)},
        {.state = VALUE_TEXT, .text = str_of(limit_text)}};
    struct channel_wait *wait = allocate(1, sizeof *wait);
    wait->channel = channel;
    channel->recall = allocate(1, sizeof *channel->recall);
    channel->recall->wait = wait;
    question_ask(channel->who, NULL, "select app.realtime_replay($1, $2::bigint, $3::int)", values, 3, answered, wait);
}

void recall_free(struct channel *channel)
{
    struct recall *recall = channel->recall;
    if (!recall)
        return;
    if (recall->wait)
        recall->wait->channel = NULL;
    for (size_t i = 0; i < recall->held_count; i++)
        websocket_message_unref(recall->held[i].message);
    free(recall->held);
    free(recall);
}
