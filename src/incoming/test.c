#include "base/encode.h"
#include "base/exact.h"
#include "base/json_outline.h"
#include "base/jwt.h"
#include "incoming/incoming.h"

#include <stdlib.h>

enum { TOLERANCE_S = 300, VALUES_MAX = 10000, MAC_BYTES = 32 };

/* t=1767225600,v1=… */
static bool read_signature(const char *header, const char **seconds, size_t *length, const char **mac)
{
    if (!header || strncmp(header, "t=", 2) != 0)
        return false;
    *seconds = header + 2;
    *length = strspn(*seconds, "0123456789");
    if (!*length || *length > 12 || strncmp(*seconds + *length, ",v1=", 4) != 0)
        return false;
    *mac = *seconds + *length + 4;
    return true;
}

static bool test_verify(const struct hook_call *call)
{
    const struct services *services = call->req->services;
    struct arena *arena = call->req->arena;
    const char *seconds, *given;
    size_t length;
    if (!services->settings->hooks_test ||
        !read_signature(http_header(call->req, "X-Hook-Signature"), &seconds, &length, &given) ||
        llabs(strtoll(seconds, NULL, 10) - (long long)call->now_s) > TOLERANCE_S)
        return false;
    struct buf text;
    unsigned char mac[MAC_BYTES];
    buf_init(&text, call->body.len + length + 2);
    buf_add(&text, seconds, length);
    buf_char(&text, '.');
    buf_str(&text, call->body);
    hmac_sha256(call->secret, str_n(text.at, text.len), mac);
    buf_release(&text);
    return equal_in_constant_time(str_of(given), str_of(encode_hex(arena, mac, sizeof mac)));
}

static void release_json(void *json)
{
    json_decref(json);
}

static const char *test_event_id(const struct hook_call *call)
{
    json_error_t reason;
    json_t *body = json_fits(call->body, VALUES_MAX) ? exact_load(call->body, JSON_REJECT_DUPLICATES, &reason) : NULL;
    if (body)
        arena_on_release(call->req->arena, release_json, body);
    return json_string_value(json_object_get(body, "id"));
}

const struct hook_provider incoming_test[] = {
    {"test", test_verify, test_event_id, "hook_test"},
    {0},
};
