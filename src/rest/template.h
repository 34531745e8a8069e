/* Requests of one kind: their key, and the values in which they differ.
 *
 * `id=eq.7&select=name` and `id=eq.8&select=name` are one kind: the right side of a plain filter is cut out of the key.
 * A plan that was made for the first serves the second with other parameters.
 */
#ifndef MAITRED_REST_TEMPLATE_H
#define MAITRED_REST_TEMPLATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "rest/plan.h"

/* Adds the query string to a key, without the values that a plan takes as parameters. */
void template_add_query(struct buf *key, struct str query, bool call);

/* What parameters are taken from, besides the plan's constants. */
struct template_values {
    struct str query; /* raw */
    const struct body *body;
    const char *key, *key_method, *key_path, *key_hash; /* idempotency */
};

/* The values of a statement's parameters, decoded, in the arena. ERR_BAD_QUERY when a value cannot be read. */
enum err template_bind(struct arena *arena, const struct plan_statement *statement,
                       const struct template_values *values, const char ***bound, struct error *out) MUST_CHECK;

/* Plans by key, least recently used go first. One a worker. Pair: plan_cache_free. */
struct plan_cache;
struct plan_cache *plan_cache_new(size_t plans_max);
void plan_cache_free(struct plan_cache *cache);

/* A reference for the caller, or NULL. A plan made from another catalogue is dropped. */
struct plan *plan_cache_get(struct plan_cache *cache, struct str key, const struct catalogue *catalogue);
void plan_cache_put(struct plan_cache *cache, struct str key, struct plan *plan);
size_t plan_cache_size(const struct plan_cache *cache);

/* Not cryptographic. */
uint64_t hash_bytes(const void *bytes, size_t length, uint64_t seed);

#endif
