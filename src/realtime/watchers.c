#include "realtime/watchers.h"

#include <stdint.h>
#include <stdlib.h>
#include <uthash.h>

struct watchers_name {
    UT_hash_handle hh;
    void **who;
    size_t count, room;
    size_t first_length, key_length;
    char key[]; /* first, zero, second */
};

struct watchers {
    struct watchers_name *names;
};

enum { SMALL_KEY_BYTES = 256 };

struct watchers *watchers_new(void)
{
    struct watchers *watchers = calloc(1, sizeof *watchers);
    if (!watchers)
        abort(); /* as the arena does */
    return watchers;
}

static void remove_name(struct watchers *watchers, struct watchers_name *name)
{
    HASH_DEL(watchers->names, name);
    free(name->who);
    free(name);
}

void watchers_free(struct watchers *watchers)
{
    if (!watchers)
        return;
    while (watchers->names)
        remove_name(watchers, watchers->names);
    free(watchers);
}

static size_t key_of(char *key, struct str first, struct str second)
{
    if (first.len)
        memcpy(key, first.at, first.len);
    key[first.len] = '\0';
    if (second.len)
        memcpy(key + first.len + 1, second.at, second.len);
    return first.len + 1 + second.len;
}

static struct watchers_name *find(const struct watchers *watchers, struct str first, struct str second)
{
    char small[SMALL_KEY_BYTES];
    size_t length = first.len + 1 + second.len;
    char *key = length <= sizeof small ? small : malloc(length);
    if (!key)
        abort();
    struct watchers_name *name = NULL;
    key_of(key, first, second);
    HASH_FIND(hh, watchers->names, key, length, name);
    if (key != small)
        free(key);
    return name;
}

static struct watchers_name *add_name(struct watchers *watchers, struct str first, struct str second)
{
    struct watchers_name *name = calloc(1, sizeof *name + first.len + 1 + second.len);
    if (!name)
        abort();
    name->first_length = first.len;
    name->key_length = key_of(name->key, first, second);
    HASH_ADD_KEYPTR(hh, watchers->names, name->key, name->key_length, name);
    return name;
}

static size_t place_of(const struct watchers_name *name, const void *who)
{
    size_t at = 0;
    while (at < name->count && name->who[at] != who)
        at++;
    return at;
}

bool watchers_add(struct watchers *watchers, struct str first, struct str second, void *who)
{
    struct watchers_name *name = find(watchers, first, second);
    if (!name)
        name = add_name(watchers, first, second);
    if (place_of(name, who) < name->count)
        return false;
    if (name->count == name->room) {
        name->room = name->room ? name->room * 2 : 2;
        void **more = realloc(name->who, name->room * sizeof *more);
        if (!more)
            abort();
        name->who = more;
    }
    name->who[name->count++] = who;
    return true;
}

static bool take_out(struct watchers *watchers, struct watchers_name *name, const void *who)
{
    size_t at = place_of(name, who);
    if (at == name->count)
        return false;
    name->who[at] = name->who[--name->count];
    if (!name->count)
        remove_name(watchers, name);
    return true;
}

bool watchers_remove(struct watchers *watchers, struct str first, struct str second, void *who)
{
    struct watchers_name *name = find(watchers, first, second);
    return name && take_out(watchers, name, who);
}

void watchers_forget(struct watchers *watchers, void *who)
{
    struct watchers_name *name;
    struct watchers_name *next;
    HASH_ITER (hh, watchers->names, name, next)
        take_out(watchers, name, who);
}

void *const *watchers_of(const struct watchers *watchers, struct str first, struct str second, size_t *count)
{
    const struct watchers_name *name = find(watchers, first, second);
    *count = name ? name->count : 0;
    return name ? name->who : NULL;
}

void watchers_each(const struct watchers *watchers, const void *who,
                   void (*fn)(void *data, struct str first, struct str second), void *data)
{
    for (const struct watchers_name *name = watchers->names; name; name = name->hh.next)
        if (place_of(name, who) < name->count)
            fn(data, str_n(name->key, name->first_length),
               str_n(name->key + name->first_length + 1, name->key_length - name->first_length - 1));
}

size_t watchers_count(const struct watchers *watchers)
{
    return HASH_COUNT(watchers->names);
}
