#include "rest/answer_cache.h"

#include "rest/template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    BUCKETS = 1024,
    GRACE_MS = 5000,
    ZIP_MIN_BYTES = 1024, /* below it, headers outweigh what is saved */
    GZIP_WINDOW = 15 + 16,
};

/* One block: entry, key, texts, body. */
struct entry {
    struct cached_answer answer; /* first: a reference to it is one to the entry */
    struct entry *chain, *newer, *older;
    uint64_t hash;
    int64_t expires_ms;
    int64_t fetching_until_ms; /* somebody fetches the next one */
    size_t size;
    struct str key;
};

struct answer_cache {
    size_t bytes, bytes_max;
    struct entry *newest, *oldest;
    struct entry *buckets[BUCKETS];
};

struct answer_cache *answer_cache_new(size_t bytes_max)
{
    struct answer_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        abort();
    cache->bytes_max = bytes_max;
    return cache;
}

void cached_answer_unref(void *data)
{
    struct cached_answer *answer = data;
    assert(answer->refs);
    if (!--answer->refs)
        free(answer);
}

static void drop(struct answer_cache *cache, struct entry *entry)
{
    struct entry **at = &cache->buckets[entry->hash % BUCKETS];
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
    cache->bytes -= entry->size;
    cached_answer_unref(entry);
}

void answer_cache_clear(struct answer_cache *cache)
{
    while (cache->oldest)
        drop(cache, cache->oldest);
}

void answer_cache_free(struct answer_cache *cache)
{
    answer_cache_clear(cache);
    free(cache);
}

static struct entry *find(const struct answer_cache *cache, struct str key, uint64_t hash)
{
    for (struct entry *e = cache->buckets[hash % BUCKETS]; e; e = e->chain)
        if (e->hash == hash && str_eq(e->key, key))
            return e;
    return NULL;
}

struct cached_answer *answer_cache_get(struct answer_cache *cache, struct str key, int64_t now_ms)
{
    struct entry *entry = find(cache, key, hash_bytes(key.at, key.len, 1));
    if (!entry)
        return NULL;
    if (now_ms >= entry->expires_ms) {
        if (now_ms >= entry->expires_ms + GRACE_MS) {
            drop(cache, entry);
            return NULL;
        }
        if (now_ms >= entry->fetching_until_ms) {
            entry->fetching_until_ms = now_ms + GRACE_MS;
            return NULL;
        }
    }
    entry->answer.refs++;
    return &entry->answer;
}

static const char *put_text(char **to, const char *text)
{
    size_t n = strlen(text) + 1;
    char *at = memcpy(*to, text, n);
    *to += n;
    return at;
}

/* gzip, once for all who will ask; NULL when it is not worth while. malloc'ed. */
static char *zip(const struct cached_answer *answer, size_t *length)
{
    z_stream z = {0};
    if (answer->length < ZIP_MIN_BYTES || answer->length > UINT32_MAX / 2 ||
        deflateInit2(&z, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    size_t room = deflateBound(&z, answer->length);
    char *to = malloc(room);
    if (!to)
        abort();
    z.next_in = (unsigned char *)(uintptr_t)answer->bytes;
    z.avail_in = (unsigned)answer->length;
    z.next_out = (unsigned char *)to;
    z.avail_out = (unsigned)room;
    bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
    *length = z.total_out;
    deflateEnd(&z);
    if (whole && *length < answer->length * 9 / 10)
        return to;
    free(to);
    return NULL;
}

void answer_cache_put(struct answer_cache *cache, struct str key, const struct cached_answer *answer, int64_t now_ms,
                      int64_t ttl_ms)
{
    size_t size =
        sizeof(struct entry) + key.len + answer->length + strlen(answer->content_type) + strlen(answer->etag) + 2;
    for (int i = 0; i < answer->header_count; i++)
        size += strlen(answer->headers[i].name) + strlen(answer->headers[i].value) + 2;
    if (size > cache->bytes_max / 8)
        return;
    size_t zipped_length = 0;
    char *zipped = zip(answer, &zipped_length);
    size += zipped ? zipped_length : 0;
    uint64_t hash = hash_bytes(key.at, key.len, 1);
    struct entry *entry = find(cache, key, hash);
    if (entry)
        drop(cache, entry);
    while (cache->oldest && cache->bytes + size > cache->bytes_max)
        drop(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): drop() has unlinked what it freed */
    entry = malloc(size);
    if (!entry)
        abort();
    char *to = (char *)(entry + 1);
    *entry = (struct entry){.answer = *answer, .hash = hash, .expires_ms = now_ms + ttl_ms, .size = size};
    entry->answer.refs = 1;
    entry->key = str_n(memcpy(to, key.at, key.len), key.len);
    to += key.len;
    if (answer->length)
        memcpy(to, answer->bytes, answer->length);
    entry->answer.bytes = to;
    to += answer->length;
    entry->answer.zipped = zipped ? memcpy(to, zipped, zipped_length) : NULL;
    entry->answer.zipped_length = zipped ? zipped_length : 0;
    if (zipped)
        to += zipped_length;
    free(zipped);
    entry->answer.content_type = put_text(&to, answer->content_type);
    entry->answer.etag = put_text(&to, answer->etag);
    for (int i = 0; i < answer->header_count; i++) {
        entry->answer.headers[i].name = put_text(&to, answer->headers[i].name);
        entry->answer.headers[i].value = put_text(&to, answer->headers[i].value);
    }
    entry->chain = cache->buckets[hash % BUCKETS];
    cache->buckets[hash % BUCKETS] = entry;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
    cache->bytes += size;
}

size_t answer_cache_bytes(const struct answer_cache *cache)
{
    return cache->bytes;
}
