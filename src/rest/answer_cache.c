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
    uint64_t hash, epoch;
    int64_t expires_ms;
    size_t size;
    struct str key;
    struct freshness *freshness; /* or NULL: it goes by the clock alone */
};

struct cache_fetch {
    struct cache_fetch *next, **self;
    struct cache_waiter *waiters;
    uint64_t hash, epoch;
    uint64_t cleared; /* the cache's when it began */
    struct str key;   /* behind the fetch */
};

struct answer_cache {
    size_t bytes, bytes_max;
    uint64_t cleared; /* how often */
    struct entry *newest, *oldest;
    struct cache_fetch *fetches; /* as many as there are requests at the database, at most */
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
    freshness_unref(entry->freshness);
    cached_answer_unref(entry);
}

void answer_cache_clear(struct answer_cache *cache)
{
    cache->cleared++;
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

/* --- who fetches, and who waits ----------------------------------------------------------------------------------- */

static struct cache_fetch *find_fetch(const struct answer_cache *cache, struct str key, uint64_t hash, uint64_t epoch)
{
    for (struct cache_fetch *f = cache->fetches; f; f = f->next)
        if (f->hash == hash && f->epoch == epoch && f->cleared == cache->cleared && str_eq(f->key, key))
            return f;
    return NULL;
}

static struct cache_fetch *begin_fetch(struct answer_cache *cache, struct str key, uint64_t hash, uint64_t epoch)
{
    struct cache_fetch *f = malloc(sizeof *f + key.len);
    if (!f)
        abort();
    *f = (struct cache_fetch){
        .next = cache->fetches, .self = &cache->fetches, .hash = hash, .epoch = epoch, .cleared = cache->cleared};
    f->key = str_n(memcpy(f + 1, key.at, key.len), key.len);
    if (f->next)
        f->next->self = &f->next;
    cache->fetches = f;
    return f;
}

static void wait_for(struct cache_fetch *fetch, struct cache_waiter *waiter)
{
    waiter->next = fetch->waiters;
    waiter->self = &fetch->waiters;
    if (waiter->next)
        waiter->next->self = &waiter->next;
    fetch->waiters = waiter;
}

void cache_waiter_leave(struct cache_waiter *waiter)
{
    if (!waiter->self)
        return;
    *waiter->self = waiter->next;
    if (waiter->next)
        waiter->next->self = waiter->self;
    waiter->self = NULL;
}

/* Who is told may ask again: the fetch is gone by then, and a new one has waiters of its own. */
static void end_fetch(struct cache_fetch **fetch, enum cache_news news, struct entry *entry)
{
    struct cache_fetch *f = *fetch;
    struct cache_waiter *waiters = f->waiters;
    *fetch = NULL;
    *f->self = f->next;
    if (f->next)
        f->next->self = f->self;
    free(f);
    if (waiters)
        waiters->self = &waiters; /* the list is ours now; whoever leaves meanwhile leaves it */
    if (entry)
        entry->answer.refs++; /* what they are given stays, whatever they do to the cache */
    while (waiters) {
        struct cache_waiter *waiter = waiters;
        cache_waiter_leave(waiter);
        if (entry)
            entry->answer.refs++;
        waiter->told(waiter->data, news, entry ? &entry->answer : NULL);
    }
    if (entry)
        cached_answer_unref(entry);
}

void answer_cache_give_up(struct cache_fetch **fetch, enum cache_news news)
{
    if (*fetch)
        end_fetch(fetch, news, NULL);
}

enum cache_found answer_cache_get(struct answer_cache *cache, struct str key, uint64_t epoch, int64_t now_ms,
                                  struct cache_waiter *waiter, struct cached_answer **answer,
                                  struct cache_fetch **fetch)
{
    uint64_t hash = hash_bytes(key.at, key.len, 1);
    struct entry *entry = find(cache, key, hash);
    struct cache_fetch *under_way = NULL;
    if (entry &&
        (entry->epoch != epoch || now_ms >= entry->expires_ms + GRACE_MS || !freshness_holds(entry->freshness))) {
        drop(cache, entry);
        entry = NULL;
    }
    if (!entry || now_ms >= entry->expires_ms) {
        under_way = find_fetch(cache, key, hash, epoch);
        if (!under_way) {
            *fetch = begin_fetch(cache, key, hash, epoch);
            return CACHE_FETCH;
        }
    }
    if (!entry) {
        wait_for(under_way, waiter);
        return CACHE_WAIT;
    }
    entry->answer.refs++;
    *answer = &entry->answer;
    return CACHE_HIT;
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

/* A copy of the answer as the newest entry, or NULL when it is too large. */
static struct entry *keep(struct answer_cache *cache, struct str key, uint64_t hash, const struct cached_answer *answer)
{
    size_t size =
        sizeof(struct entry) + key.len + answer->length + strlen(answer->content_type) + strlen(answer->etag) + 2;
    for (int i = 0; i < answer->header_count; i++)
        size += strlen(answer->headers[i].name) + strlen(answer->headers[i].value) + 2;
    if (size > cache->bytes_max / 8)
        return NULL;
    size_t zipped_length = 0;
    char *zipped = zip(answer, &zipped_length);
    size += zipped ? zipped_length : 0;
    struct entry *entry = find(cache, key, hash);
    if (entry)
        drop(cache, entry);
    while (cache->oldest && cache->bytes + size > cache->bytes_max)
        drop(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): drop() has unlinked what it freed */
    entry = malloc(size);
    if (!entry)
        abort();
    char *to = (char *)(entry + 1);
    *entry = (struct entry){.answer = *answer, .hash = hash, .size = size};
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
    return entry;
}

void answer_cache_put(struct answer_cache *cache, struct cache_fetch **fetch, const struct cached_answer *answer,
                      int64_t now_ms, int64_t ttl_ms, struct freshness *freshness)
{
    if ((*fetch)->cleared != cache->cleared || !freshness_holds(freshness)) {
        end_fetch(fetch, CACHE_AGAIN, NULL);
        return;
    }
    while (cache->oldest && now_ms >= cache->oldest->expires_ms + GRACE_MS)
        drop(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): drop() has unlinked what it freed */
    struct entry *entry = keep(cache, (*fetch)->key, (*fetch)->hash, answer);
    if (entry) {
        entry->expires_ms = now_ms + ttl_ms;
        entry->epoch = (*fetch)->epoch;
        entry->freshness = freshness_ref(freshness);
    }
    end_fetch(fetch, entry ? CACHE_ANSWER : CACHE_ALONE, entry);
}

size_t answer_cache_bytes(const struct answer_cache *cache)
{
    return cache->bytes;
}
