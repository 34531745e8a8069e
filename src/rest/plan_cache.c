/* A hash table with chains and one list in order of use. */
#include "rest/template.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *chain;
    struct entry *newer, *older;
    uint64_t hash;
    struct plan *plan;
    size_t key_length;
    char key[];
};

struct plan_cache {
    size_t count, max, mask;
    struct entry *newest, *oldest;
    struct entry **buckets;
};

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

/* Eight bytes a step, multiplied and folded. */
uint64_t hash_bytes(const void *bytes, size_t length, uint64_t seed)
{
    const unsigned char *p = bytes;
    uint64_t h = seed ^ (length * 0x9e3779b97f4a7c15u);
    for (; length >= 8; p += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    uint64_t tail = 0;
    if (length)
        memcpy(&tail, p, length);
    h = (h ^ tail) * 0xc4ceb9fe1a85ec53u;
    h ^= h >> 29;
    h *= 0xff51afd7ed558ccdu;
    return h ^ h >> 32;
}

struct plan_cache *plan_cache_new(size_t plans_max)
{
    struct plan_cache *cache = must(calloc(1, sizeof *cache));
    size_t buckets = 64;
    while (buckets < plans_max)
        buckets *= 2;
    cache->max = plans_max;
    cache->mask = buckets - 1;
    cache->buckets = must(calloc(buckets, sizeof(struct entry *)));
    return cache;
}

static void unlink_use(struct plan_cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct plan_cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void drop(struct plan_cache *cache, struct entry *entry)
{
    struct entry **at = &cache->buckets[entry->hash & cache->mask];
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    unlink_use(cache, entry);
    plan_unref(entry->plan);
    free(entry);
    cache->count--;
}

void plan_cache_free(struct plan_cache *cache)
{
    while (cache->oldest)
        drop(cache, cache->oldest);
    free(cache->buckets);
    free(cache);
}

static struct entry *find(const struct plan_cache *cache, struct str key, uint64_t hash)
{
    for (struct entry *e = cache->buckets[hash & cache->mask]; e; e = e->chain)
        if (e->hash == hash && e->key_length == key.len && !memcmp(e->key, key.at, key.len))
            return e;
    return NULL;
}

struct plan *plan_cache_get(struct plan_cache *cache, struct str key, const struct catalogue *catalogue)
{
    struct entry *entry = find(cache, key, hash_bytes(key.at, key.len, 0));
    if (!entry)
        return NULL;
    if (entry->plan->catalogue != catalogue) {
        drop(cache, entry);
        return NULL;
    }
    if (cache->newest != entry) {
        unlink_use(cache, entry);
        link_newest(cache, entry);
    }
    return plan_ref(entry->plan);
}

void plan_cache_put(struct plan_cache *cache, struct str key, struct plan *plan)
{
    uint64_t hash = hash_bytes(key.at, key.len, 0);
    struct entry *entry = find(cache, key, hash);
    if (entry)
        drop(cache, entry);
    while (cache->count >= cache->max)
        drop(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): drop() has unlinked what it freed */
    entry = must(malloc(sizeof *entry + key.len));
    *entry = (struct entry){.hash = hash, .plan = plan_ref(plan), .key_length = key.len};
    memcpy(entry->key, key.at, key.len);
    entry->chain = cache->buckets[hash & cache->mask];
    cache->buckets[hash & cache->mask] = entry;
    link_newest(cache, entry);
    cache->count++;
}

size_t plan_cache_size(const struct plan_cache *cache)
{
    return cache->count;
}
