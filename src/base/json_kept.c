#include "base/json_kept.h"

static void release(void *value)
{
    json_decref(value);
}

json_t *json_kept(struct arena *arena, json_t *value)
{
    if (value)
        arena_on_release(arena, release, value);
    return value;
}
