#include "realtime/map.h"

#include "base/encode.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SLOTS_LEAST = 8 };

static char gone;
#define MAP_GONE ((void *)&gone)

static uint64_t hash_of(struct str key)
{
    static unsigned char seed[crypto_shorthash_KEYBYTES];
    static bool seeded;
    uint64_t hash;
    if (!seeded) {
        random_bytes(seed, sizeof seed);
        seeded = true;
    }
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key.at, key.len, seed);
    return hash;
}

static struct map_slot *find(const struct map *map, uint64_t hash, struct str key)
{
    if (!map->size)
        return NULL;
    for (size_t i = hash & (map->size - 1);; i = (i + 1) & (map->size - 1)) {
        struct map_slot *slot = &map->slots[i];
        if (!slot->value)
            return NULL;
        if (slot->value != MAP_GONE && slot->hash == hash && str_eq(slot->key, key))
            return slot;
    }
}

static void add(struct map *map, uint64_t hash, struct str key, void *value)
{
    size_t i = hash & (map->size - 1);
    while (map->slots[i].value)
        i = (i + 1) & (map->size - 1);
    map->slots[i] = (struct map_slot){.hash = hash, .key = key, .value = value};
    map->used++;
    map->count++;
}

static void resize(struct map *map)
{
    struct map old = *map;
    size_t size = SLOTS_LEAST;
    while (size < (old.count + 1) * 2)
        size *= 2;
    *map = (struct map){.slots = calloc(size, sizeof *map->slots), .size = size};
    if (!map->slots)
        abort();
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].value && old.slots[i].value != MAP_GONE)
            add(map, old.slots[i].hash, old.slots[i].key, old.slots[i].value);
    free(old.slots);
}

void *map_get(const struct map *map, struct str key)
{
    const struct map_slot *slot = map->count ? find(map, hash_of(key), key) : NULL;
    return slot ? slot->value : NULL;
}

void map_put(struct map *map, struct str key, void *value)
{
    if ((map->used + 1) * 4 > map->size * 3)
        resize(map);
    add(map, hash_of(key), key, value);
}

void *map_take(struct map *map, struct str key)
{
    struct map_slot *slot = map->count ? find(map, hash_of(key), key) : NULL;
    if (!slot)
        return NULL;
    void *value = slot->value;
    *slot = (struct map_slot){.value = MAP_GONE};
    if (--map->count == 0) /* nobody's chain goes through a place any more */
        map_release(map);
    return value;
}

void *map_next(const struct map *map, size_t *at)
{
    while (*at < map->size) {
        void *value = map->slots[(*at)++].value;
        if (value && value != MAP_GONE)
            return value;
    }
    return NULL;
}

void map_release(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}
