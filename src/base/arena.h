/* Memory by lifetime: everything a request or a job allocates goes at once, when its arena is freed.
 *
 * Allocation never fails: out of memory aborts the process (a worker is restarted by the supervisor). Sizes that come
 * from outside are capped where the bytes enter. Foreign resources (PGresult, json_t) attach with arena_on_release.
 * An arena belongs to one thread at a time.
 */
#ifndef MAITRED_BASE_ARENA_H
#define MAITRED_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena. Pair: arena_free. */
struct arena *arena_new(void);

/* Runs the release callbacks, newest first, and frees everything. NULL is allowed. */
void arena_free(struct arena *arena);

/* Uninitialised memory, aligned for any type. Never NULL; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size_bytes) __attribute__((malloc, alloc_size(2), returns_nonnull));

/* Zeroed memory. */
void *arena_zalloc(struct arena *arena, size_t size_bytes) __attribute__((malloc, alloc_size(2), returns_nonnull));

/* Zeroed memory for `count` things of `size_bytes` each; the product must not overflow (aborts). */
void *arena_array(struct arena *arena, size_t count, size_t size_bytes) __attribute__((malloc, returns_nonnull));

/* Copies that live as long as the arena. arena_strndup always terminates the copy. */
char *arena_strdup(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *arena, const char *text, size_t length) __attribute__((returns_nonnull));
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((returns_nonnull));

/* Calls release(resource) when the arena is freed. */
void arena_on_release(struct arena *arena, void (*release)(void *resource), void *resource);

#endif
