#include "net/mask.h"

#include "base/encode.h"

enum { SECRET_LEAST_BYTES = 4 };

static const char *without(struct arena *arena, const char *text, const char *secret)
{
    for (const char *at; (at = strstr(text, secret));)
        text = arena_printf(arena, "%.*s***%s", (int)(at - text), text, at + strlen(secret));
    return text;
}

const char *net_mask(struct arena *arena, const char *text, const char *secret)
{
    if (!secret || strlen(secret) < SECRET_LEAST_BYTES)
        return text;
    text = without(arena, text, secret);
    return without(arena, text, encode_percent(arena, str_of(secret), ""));
}
