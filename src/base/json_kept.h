/* What jansson has read, for as long as an arena lives. */
#ifndef MAITRED_BASE_JSON_KEPT_H
#define MAITRED_BASE_JSON_KEPT_H

#include "base/arena.h"

#include <jansson.h>

/* Hands the caller's reference to the arena and returns the value; NULL stays NULL. */
json_t *json_kept(struct arena *arena, json_t *value);

/* A member's text; NULL where it is missing or no text, or where `object` is NULL. Lives as long as the object. */
static inline const char *json_text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

#endif
