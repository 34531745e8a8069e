/* Public answers that are kept: what everybody may see, asked for again and again (a menu).
 *
 * Of those who ask for the same at the same moment one fetches it. The others wait for that answer; or, when there is
 * one that has merely become old, get that. So neither a change nor the end of a term sends a crowd to the database.
 */
#ifndef MAITRED_REST_ANSWER_CACHE_H
#define MAITRED_REST_ANSWER_CACHE_H

#include "base/str.h"
#include "rest/freshness.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CACHED_HEADERS_MAX = 8 };

struct cached_answer {
    unsigned refs;
    int status;
    const char *content_type;
    const char *etag;
    struct {
        const char *name, *value;
    } headers[CACHED_HEADERS_MAX];
    int header_count;
    const char *bytes;
    size_t length;
    const char *zipped; /* the same as gzip, or NULL: made by the cache where it is worth while */
    size_t zipped_length;
};

struct answer_cache;

struct answer_cache *answer_cache_new(size_t bytes_max);
void answer_cache_free(struct answer_cache *cache);

enum cache_news {
    CACHE_ANSWER, /* here it is */
    CACHE_AGAIN,  /* ask the cache again: it was overtaken by a change, or its client has left */
    CACHE_ALONE,  /* there will be none to share: fetch your own */
};

/* Somebody who waits: the caller's memory. `told` runs once, unless the waiter leaves. The answer is a reference. */
struct cache_waiter {
    struct cache_waiter *next, **self; /* self NULL: not waiting */
    void (*told)(void *data, enum cache_news news, struct cached_answer *answer);
    void *data;
};
void cache_waiter_leave(struct cache_waiter *waiter);

/* The right to fetch, and the duty to put or give up. */
struct cache_fetch;

enum cache_found {
    CACHE_HIT,   /* *answer is a reference */
    CACHE_FETCH, /* *fetch is the caller's */
    CACHE_WAIT,  /* waiter->told says more, from another call into the cache */
};
/* `epoch`: which one it is for what the answer is made of (base/epoch.h). Answers of other epochs are gone. */
enum cache_found answer_cache_get(struct answer_cache *cache, struct str key, uint64_t epoch, int64_t now_ms,
                                  struct cache_waiter *waiter, struct cached_answer **answer,
                                  struct cache_fetch **fetch);

/* Keeps a copy of everything until now + ttl, or until `freshness` (or NULL) does not hold any more. Too large ones are
 * not kept. Ends the fetch and sets it to NULL. */
void answer_cache_put(struct answer_cache *cache, struct cache_fetch **fetch, const struct cached_answer *answer,
                      int64_t now_ms, int64_t ttl_ms, struct freshness *freshness);

/* Ends the fetch without an answer and sets it to NULL; nothing when it is NULL. */
void answer_cache_give_up(struct cache_fetch **fetch, enum cache_news news);

void cached_answer_unref(void *answer);

/* What is kept, in bytes. */
size_t answer_cache_bytes(const struct answer_cache *cache);

/* Forgets everything (the tables have changed), also what is being fetched now. */
void answer_cache_clear(struct answer_cache *cache);

#endif
