/* Calls of platforms. One that is theirs is always stored and answered with 200, whatever it holds: an update that is
 * refused comes again and again, and everything behind it waits. */
#include "bots/hooks.h"

#include "base/encode.h"
#include "base/json_kept.h"
#include "base/jwt.h"
#include "bots/platform.h"
#include "net/sign.h"

static const char *digest_of(const struct hook_call *call)
{
    unsigned char digest[32];
    digest_sha256(call->body, digest);
    return encode_hex(call->req->arena, digest, sizeof digest);
}

/* --- Telegram: it shows the word that setWebhook told it -------------------------------------------------------- */

static bool telegram_verify(const struct hook_call *call)
{
    return sign_same(http_header(call->req, "X-Telegram-Bot-Api-Secret-Token"), call->secret.at);
}

static const char *telegram_event_id(const struct hook_call *call)
{
    const json_t *id = json_object_get(hook_json(call), "update_id");
    return json_is_integer(id) ? arena_printf(call->req->arena, "%lld", (long long)json_integer_value(id))
                               : arena_printf(call->req->arena, "unreadable:%s", digest_of(call));
}

static const char *telegram_lane(const struct hook_call *call)
{
    return chat_lane(call->req->arena, call->endpoint, telegram_chat(call->req->arena, hook_json(call)));
}

/* --- WhatsApp: the body is signed with the app's secret; one call holds messages of several guests -----------------
 */

static bool whatsapp_verify(const struct hook_call *call)
{
    return sign_meta_is_good(call->req->arena, call->secret.at, http_header(call->req, "X-Hub-Signature-256"),
                             call->body);
}

static const char *whatsapp_event_id(const struct hook_call *call)
{
    return arena_printf(call->req->arena, "call:%s", digest_of(call));
}

static const char *whatsapp_lane(const struct hook_call *call)
{
    return arena_printf(call->req->arena, "batch/%s", call->endpoint);
}

/* GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=… is not signed: it shows the word of set_bot_credentials
 * (app.door_word), and gets its challenge back. */
static const char *whatsapp_greet(const struct hook_call *call)
{
    enum { WORD_CHARACTERS = 40 };
    unsigned char mac[32];
    struct arena *arena = call->req->arena;
    hmac_sha256(call->secret, str_of(arena_printf(arena, "verify:%s", call->endpoint)), mac);
    const char *word = arena_strndup(arena, encode_hex(arena, mac, sizeof mac), WORD_CHARACTERS);
    return sign_same(http_query_param(call->req, "hub.verify_token"), word)
               ? http_query_param(call->req, "hub.challenge")
               : NULL;
}

const struct hook_provider bot_hooks[] = {
    {"telegram", telegram_verify, telegram_event_id, "bot_update", telegram_lane},
    {"whatsapp", whatsapp_verify, whatsapp_event_id, "bot_batch", whatsapp_lane, whatsapp_greet},
    {0},
};
