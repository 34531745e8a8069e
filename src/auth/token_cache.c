#include "auth/token_cache.h"

#include "base/encode.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

struct cached_identity {
    struct identity identity;
    unsigned refs;
    uint64_t hash;
    struct str token;
    const char *schema;
    struct cached_identity *next_in_bucket;
    struct cached_identity *newer, *older;
    char texts[]; /* what identity, token and schema point to */
};

struct token_cache {
    unsigned char seed[crypto_shorthash_KEYBYTES]; /* nobody outside can choose tokens that collide */
    size_t count, max, mask;
    struct cached_identity *newest, *oldest;
    struct cached_identity **buckets;
};

struct token_cache *token_cache_new(size_t entries_max)
{
    size_t buckets = 16;
    while (buckets < entries_max * 2)
        buckets *= 2;
    struct token_cache *cache = calloc(1, sizeof *cache);
    if (!cache || !(cache->buckets = calloc(buckets, sizeof(struct cached_identity *))))
        abort();
    cache->max = entries_max;
    cache->mask = buckets - 1;
    random_bytes(cache->seed, sizeof cache->seed);
    return cache;
}

void cached_identity_unref(void *data)
{
    struct cached_identity *entry = data;
    assert(entry->refs);
    if (--entry->refs == 0)
        free(entry);
}

struct identity *cached_identity_get(struct cached_identity *entry)
{
    return &entry->identity;
}

static void unlink_age(struct token_cache *cache, struct cached_identity *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
    entry->newer = entry->older = NULL;
}

static void link_newest(struct token_cache *cache, struct cached_identity *entry)
{
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void evict(struct token_cache *cache, struct cached_identity *entry)
{
    struct cached_identity **at = &cache->buckets[entry->hash & cache->mask];
    while (*at != entry)
        at = &(*at)->next_in_bucket;
    *at = entry->next_in_bucket;
    unlink_age(cache, entry);
    cache->count--;
    cached_identity_unref(entry);
}

void token_cache_clear(struct token_cache *cache)
{
    while (cache->oldest)
        evict(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): evict moves oldest on */
}

void token_cache_free(struct token_cache *cache)
{
    if (!cache)
        return;
    token_cache_clear(cache);
    free(cache->buckets);
    free(cache);
}

size_t token_cache_count(const struct token_cache *cache)
{
    return cache->count;
}

/* The secret is part of it: when it changes, no token signed with the old one is found again. */
static uint64_t hash_of(const struct token_cache *cache, struct str secret, struct str token)
{
    uint64_t hash;
    uint64_t of_secret;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)token.at, token.len, cache->seed);
    crypto_shorthash((unsigned char *)&of_secret, (const unsigned char *)secret.at, secret.len, cache->seed);
    return hash ^ of_secret;
}

struct cached_identity *token_cache_find(struct token_cache *cache, const char *schema, struct str secret,
                                         struct str token)
{
    uint64_t hash = hash_of(cache, secret, token);
    struct cached_identity *entry = cache->buckets[hash & cache->mask];
    while (entry &&
           !(entry->hash == hash && equal_in_constant_time(entry->token, token) && text_eq(entry->schema, schema)))
        entry = entry->next_in_bucket;
    if (!entry)
        return NULL;
    unlink_age(cache, entry);
    link_newest(cache, entry);
    entry->refs++;
    return entry;
}

/* Copies a text to *at, which moves on behind it. */
static const char *put(char **at, struct str text)
{
    char *copy = *at;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    *at += text.len + 1;
    return copy;
}

struct cached_identity *token_cache_add(struct token_cache *cache, const char *schema, struct str secret,
                                        struct str token, const struct identity *identity)
{
    const char *const texts[] = {identity->role,     identity->claims_json, identity->user_id, identity->session_id,
                                 identity->app_role, identity->aal,         identity->person};
    const char *copies[sizeof texts / sizeof *texts] = {NULL};
    size_t bytes = token.len + 1 + strlen(schema) + 1;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        bytes += texts[i] ? strlen(texts[i]) + 1 : 0;
    struct cached_identity *entry = malloc(sizeof *entry + bytes);
    if (!entry)
        abort();
    *entry = (struct cached_identity){.identity = *identity, .refs = 2, .hash = hash_of(cache, secret, token)};
    char *at = entry->texts;
    entry->token = str_n(put(&at, token), token.len);
    entry->schema = put(&at, str_of(schema));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        copies[i] = texts[i] ? put(&at, str_of(texts[i])) : NULL;
    entry->identity.role = copies[0];
    entry->identity.claims_json = copies[1];
    entry->identity.user_id = copies[2];
    entry->identity.session_id = copies[3];
    entry->identity.app_role = copies[4];
    entry->identity.aal = copies[5];
    entry->identity.person = copies[6];

    struct cached_identity **bucket = &cache->buckets[entry->hash & cache->mask];
    entry->next_in_bucket = *bucket;
    *bucket = entry;
    link_newest(cache, entry);
    if (++cache->count > cache->max)
        evict(cache, cache->oldest);
    return entry;
}
