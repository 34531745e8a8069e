/* Public answers kept for a moment: what everybody may see, asked for again and again (a menu).
 *
 * An entry that has just expired is served to the others while one request fetches the next, so that expiry never sends
 * a crowd to the database.
 */
#ifndef MAITRED_REST_ANSWER_CACHE_H
#define MAITRED_REST_ANSWER_CACHE_H

#include "base/str.h"

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

/* A reference, or NULL when the caller shall fetch it. */
struct cached_answer *answer_cache_get(struct answer_cache *cache, struct str key, int64_t now_ms);

/* Keeps a copy of everything until now + ttl. Too large ones are not kept. */
void answer_cache_put(struct answer_cache *cache, struct str key, const struct cached_answer *answer, int64_t now_ms,
                      int64_t ttl_ms);

void cached_answer_unref(void *answer);

/* What is kept, in bytes. */
size_t answer_cache_bytes(const struct answer_cache *cache);

/* Forgets everything (the tables have changed). */
void answer_cache_clear(struct answer_cache *cache);

#endif
