#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most requests fit the first chunk, which therefore comes in the same allocation as the arena itself. */
enum { FIRST_CHUNK_BYTES = 8 * 1024 - 64, CHUNK_BYTES = 32 * 1024, ALIGN = alignof(max_align_t) };

struct chunk {
    struct chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) char at[];
};

struct release {
    struct release *next;
    void (*fn)(void *);
    void *resource;
};

struct arena {
    struct chunk *current; /* newest first; the first one is `first` */
    struct release *releases;
    alignas(max_align_t) struct chunk first;
};

static void *take(size_t size)
{
    void *memory = malloc(size);
    if (!memory) {
        fputs("maitred: out of memory\n", stderr);
        abort();
    }
    return memory;
}

struct arena *arena_new(void)
{
    struct arena *arena = take(sizeof *arena + FIRST_CHUNK_BYTES);
    arena->current = &arena->first;
    arena->releases = NULL;
    arena->first = (struct chunk){.next = NULL, .size = FIRST_CHUNK_BYTES, .used = 0};
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    /* A callback may attach nothing new: what it frees was made before it. */
    for (struct release *r = arena->releases; r; r = r->next)
        r->fn(r->resource);
    for (struct chunk *c = arena->current; c != &arena->first;) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    assert(size < SIZE_MAX / 2);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct chunk *c = arena->current;
    if (c->size - c->used < size) {
        /* A large piece gets a chunk of its own behind the current one, so that the rest of that one is not lost. */
        size_t chunk_size = size > CHUNK_BYTES / 2 ? size : CHUNK_BYTES;
        struct chunk *fresh = take(sizeof *fresh + chunk_size);
        *fresh = (struct chunk){.size = chunk_size, .used = 0};
        if (chunk_size == size && c != &arena->first) {
            fresh->next = c->next;
            c->next = fresh;
        } else {
            fresh->next = c;
            arena->current = fresh;
        }
        c = fresh;
    }
    void *memory = c->at + c->used;
    c->used += size;
    return memory;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        abort();
    return arena_zalloc(arena, total);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    assert(length >= 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void arena_on_release(struct arena *arena, void (*fn)(void *), void *resource)
{
    struct release *r = arena_alloc(arena, sizeof *r);
    *r = (struct release){.next = arena->releases, .fn = fn, .resource = resource};
    arena->releases = r;
}
