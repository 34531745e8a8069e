/* A hash map from bytes to pointers. Keys are the value's: they stand as long as the value is in the map. The hash is
 * keyed, so that nobody outside can choose names that collide. */
#ifndef MAITRED_REALTIME_MAP_H
#define MAITRED_REALTIME_MAP_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct map_slot {
    uint64_t hash;
    struct str key;
    void *value; /* NULL: free; MAP_GONE: was taken out */
};

struct map {
    struct map_slot *slots;
    size_t size; /* a power of two, or 0 */
    size_t used; /* with those taken out */
    size_t count;
};

void *map_get(const struct map *map, struct str key);

/* The key must not be there yet. */
void map_put(struct map *map, struct str key, void *value);

/* Returns the value, or NULL. Allowed while walking. */
void *map_take(struct map *map, struct str key);

/* Walks: start with *at = 0; NULL at the end. Nothing may be put in meanwhile. */
void *map_next(const struct map *map, size_t *at);

/* Frees the slots, not the values; the map is empty then. */
void map_release(struct map *map);

/* The bytes of a number or pointer as a key; it must stay where it is. */
#define MAP_KEY_OF(variable) str_n((const char *)&(variable), sizeof(variable))

#endif
