/* A WebSocket of the dialect: who is at the other end, what it says, how often. */
#include "base/clock.h"
#include "base/json.h"
#include "realtime/internal.h"

enum { PING_EVERY_S = 30, OFFENCES_MAX = 20, CLOSE_POLICY = 1008 };

/* --- sending ------------------------------------------------------------------------------------------------------ */

void client_send(struct client *client, const char *join_ref, const char *ref, const char *topic, const char *event,
                 struct str payload)
{
    struct buf frame;
    buf_init(&frame, OUT_MAX_BYTES);
    frame_write(&frame, client->version, join_ref, ref, topic, event, payload);
    struct websocket_message *message = websocket_message_new(false, &frame);
    websocket_send(client->ws, message);
    websocket_message_unref(message);
}

void client_reply(struct client *client, const char *join_ref, const char *ref, const char *topic, bool ok,
                  struct str response)
{
    struct buf payload;
    buf_init(&payload, OUT_MAX_BYTES);
    buf_text(&payload, ok ? "{\"status\":\"ok\",\"response\":" : "{\"status\":\"error\",\"response\":");
    buf_str(&payload, response);
    buf_char(&payload, '}');
    client_send(client, join_ref, ref, topic, "phx_reply", str_n(payload.at, payload.len));
    buf_release(&payload);
}

void client_refuse(struct client *client, const char *join_ref, const char *ref, const char *topic, const char *reason)
{
    struct buf response;
    buf_init(&response, 65536);
    buf_text(&response, "{\"reason\":");
    json_quote(&response, str_of(reason));
    buf_char(&response, '}');
    client_reply(client, join_ref, ref, topic, false, str_n(response.at, response.len));
    buf_release(&response);
}

/* --- what it says ------------------------------------------------------------------------------------------------- */

/* Refills at `rate` a second, up to two seconds' worth. */
static bool take_token(struct bucket *bucket, double rate)
{
    int64_t now_ms = clock_monotonic_ms();
    bucket->tokens += bucket->at_ms ? (double)(now_ms - bucket->at_ms) * rate / 1000 : 2 * rate;
    bucket->tokens = bucket->tokens > 2 * rate ? 2 * rate : bucket->tokens;
    bucket->at_ms = now_ms;
    if (bucket->tokens < 1)
        return false;
    bucket->tokens--;
    return true;
}

/* Who goes on like this is not listened to any more. */
static void offend(struct client *client, const struct frame *frame, const char *reason)
{
    client_refuse(client, frame ? frame->join_ref : NULL, frame ? frame->ref : NULL, frame ? frame->topic : "phoenix",
                  reason);
    if (++client->offences < OFFENCES_MAX || client->closing)
        return;
    client->closing = true;
    websocket_close(client->ws, CLOSE_POLICY, "too much that makes no sense, or too fast");
}

static void take_frame(struct client *client, const struct frame *frame)
{
    const struct settings *settings = client->service->services->settings;
    bool is_join = !frame->is_binary_cast && text_eq(frame->event, "phx_join");
    if (!take_token(&client->messages, (double)settings->realtime_messages_per_s)) {
        offend(client, frame, "MessageRateLimitReached: Too many messages per second");
        return;
    }
    if (!frame->is_binary_cast && text_eq(frame->topic, "phoenix")) {
        if (text_eq(frame->event, "heartbeat"))
            client_reply(client, frame->join_ref, frame->ref, "phoenix", true, STR("{}"));
        else
            offend(client, frame, "phoenix knows heartbeat");
        return;
    }
    struct channel *channel = channel_find(client, frame->topic);
    if (is_join && !str_starts(str_of(frame->topic), "realtime:")) {
        offend(client, frame, "unmatched topic");
    } else if (is_join && !take_token(&client->joins, (double)settings->realtime_joins_per_s)) {
        client->service->stats.refused++;
        offend(client, frame, "ClientJoinRateLimitReached: Too many joins per second");
    } else if (is_join && client->service->draining) {
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "this worker is going; connect again");
    } else if (is_join) {
        channel_join(client, frame);
    } else if (channel) {
        channel_message(channel, frame);
    } else { /* a leave that crosses a close is nobody's fault */
        client_refuse(client, frame->join_ref, frame->ref, frame->topic, "unmatched topic");
    }
}

static void on_message(struct websocket *ws, void *data, bool binary, struct str bytes)
{
    struct client *client = data;
    struct arena *arena = arena_new();
    struct frame frame = {0};
    struct error error;
    (void)ws;
    if (client->closing) {
        arena_free(arena);
        return;
    }
    /* Reading costs by the byte, whatever is said. */
    double rate = (double)client->service->services->settings->realtime_received_bytes_per_s;
    if (client->who->level < LEVEL_SERVICE && !bucket_spend(&client->received, rate, 4 * rate, (double)bytes.len))
        offend(client, NULL, "MessageRateLimitReached: Too many bytes per second");
    else if (frame_read(arena, client->version, binary, bytes, &frame, &error) == OK)
        take_frame(client, &frame);
    else
        offend(client, NULL, error.message);
    arena_free(arena);
}

/* --- coming and going --------------------------------------------------------------------------------------------- */

static void client_free(struct client *client)
{
    tenant_unref(client->tenant);
    asker_unref(client->who);
    free(client);
}

static void on_closed(struct websocket *ws, void *data)
{
    struct client *client = data;
    (void)ws;
    client->ws = NULL;
    while (client->channels)
        channel_free(client->channels);
    *client->self = client->next;
    if (client->next)
        client->next->self = client->self;
    client->service->stats.sockets--;
    client_free(client);
}

static void *on_opened(struct websocket *ws, void *ctx)
{
    struct client *client = ctx;
    struct realtime_service *service = client->service;
    client->ws = ws;
    client->next = service->clients;
    client->self = &service->clients;
    if (client->next)
        client->next->self = &client->next;
    service->clients = client;
    service->stats.sockets++;
    return client;
}

static void on_gone(void *ctx)
{
    client_free(ctx);
}

/* GET /realtime/v1/websocket?apikey=…&vsn=… */
void client_open(struct http_req *req)
{
    static const struct websocket_handler handler = {.message = on_message, .closed = on_closed};
    const struct services *services = req->services;
    const struct settings *settings = services->settings;
    const char *key = http_query_param(req, "apikey"), *version = http_query_param(req, "vsn");
    struct identity *who;
    struct error error;
    if (!key)
        key = http_header(req, "apikey");
    if (!key || !*key) {
        http_fail_with(req, ERR_UNAUTHORIZED, "The parameter apikey is missing.");
        return;
    }
    if (auth_identify_token(auth_service_in(services), req->tenant, req->arena, str_of(key), &who, &error) != OK) {
        http_fail(req, &error);
        return;
    }
    if (version && !text_eq(version, "1.0.0") && !text_eq(version, "2.0.0")) {
        http_fail_with(req, ERR_BAD_INPUT, "vsn is 1.0.0 or 2.0.0.");
        return;
    }
    if (realtime_service_in(services)->draining) {
        const struct error busy = error_of(ERR_BUSY);
        http_fail(req, &busy);
        return;
    }
    if (!websocket_asked(req)) {
        http_set_header(req, "Upgrade", "websocket");
        const struct error upgrade = error_of(ERR_UPGRADE);
        http_fail(req, &upgrade);
        return;
    }
    struct client *client = allocate(1, sizeof *client);
    client->service = realtime_service_in(services);
    client->realm = realm_of(realtime_service_in(services), req->tenant);
    client->tenant = tenant_ref(req->tenant);
    client->who = asker_of(client->realm, who);
    client->version = version && *version == '2' ? FRAME_V2 : FRAME_V1;
    websocket_accept(req,
                     &(struct websocket_options){.message_max_bytes = (size_t)settings->realtime_message_bytes,
                                                 .pending_max_bytes = (size_t)settings->realtime_pending_bytes,
                                                 .ping_every_s = PING_EVERY_S},
                     &handler, on_opened, client, on_gone);
}
