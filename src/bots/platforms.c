#include "bots/platform.h"

#include "base/str.h"

static const struct bot_platform *const platforms[] = {&bot_telegram, &bot_whatsapp};

const struct bot_platform *bot_platform(const char *name)
{
    for (size_t i = 0; name && i < sizeof platforms / sizeof *platforms; i++)
        if (text_eq(platforms[i]->name, name))
            return platforms[i];
    return NULL;
}

const char *chat_lane(struct arena *arena, const char *endpoint, const char *chat)
{
    return arena_printf(arena, "chat/%s/%.200s", endpoint, chat);
}
