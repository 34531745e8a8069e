/* Tokens that were verified once. A token is looked up by its whole text within its tenant; entries are immutable and
 * reference counted, the least recently used one goes when the cache is full. One cache a worker, one thread. */
#ifndef MAITRED_AUTH_TOKEN_CACHE_H
#define MAITRED_AUTH_TOKEN_CACHE_H

#include "auth/identity.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct token_cache;
struct cached_identity;

struct token_cache *token_cache_new(size_t entries_max);
void token_cache_free(struct token_cache *cache);

/* The entry, with a reference for the caller, or NULL. `secret` is the tenant's present one: a token verified under a
 * former secret is not found. */
struct cached_identity *token_cache_find(struct token_cache *cache, const char *schema, struct str secret,
                                         struct str token);

/* Copies everything that `identity` points to. Returns the entry with a reference for the caller. */
struct cached_identity *token_cache_add(struct token_cache *cache, const char *schema, struct str secret,
                                        struct str token, const struct identity *identity);

/* Valid as long as the caller's reference. */
struct identity *cached_identity_get(struct cached_identity *entry);
void cached_identity_unref(void *entry);

/* Forgets every entry (a key was revoked). */
void token_cache_clear(struct token_cache *cache);
size_t token_cache_count(const struct token_cache *cache);

#endif
