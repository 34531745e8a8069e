#include "tenant/sources.h"

#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };

/* A growing array in the arena; old copies stay until the arena goes, which is soon. */
struct list {
    void *items;
    size_t count, room, size;
};

static void *list_add(struct arena *arena, struct list *list)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        void *items = arena_array(arena, room, list->size);
        if (list->count)
            memcpy(items, list->items, list->count * list->size);
        list->items = items;
        list->room = room;
    }
    return (char *)list->items + list->size * list->count++;
}

static enum err read_file(struct arena *arena, const char *path, const char **text, struct error *out)
{
    struct stat info;
    FILE *in = fopen(path, "re");
    if (!in || fstat(fileno(in), &info) < 0) {
        error_set(out, arena, ERR_BAD_INPUT, "%s cannot be read: %s.", path, strerror(errno));
        if (in)
            (void)fclose(in);
        return ERR_BAD_INPUT;
    }
    size_t size = info.st_size > 0 ? (size_t)info.st_size : 0;
    char *bytes = arena_alloc(arena, size + 1);
    size_t got = size <= FILE_MAX_BYTES ? fread(bytes, 1, size, in) : 0;
    (void)fclose(in);
    if (got != size || memchr(bytes, 0, size))
        return error_set(out, arena, ERR_BAD_INPUT, "%s is no SQL text of at most %d bytes.", path, FILE_MAX_BYTES);
    bytes[size] = '\0';
    *text = bytes;
    return OK;
}

static const char *checksum(struct arena *arena, const char *text)
{
    unsigned char digest[32];
    digest_sha256(str_of(text), digest);
    return encode_hex(arena, digest, sizeof digest);
}

/* The start of the line that holds `mark` and nothing else, or NULL. `line` counts from 1. */
static const char *find_mark(const char *text, const char *mark, int *line)
{
    size_t length = strlen(mark);
    int number = 1;
    for (const char *at = text; at && *at; number++) {
        const char *end = strchr(at, '\n');
        size_t used = end ? (size_t)(end - at) : strlen(at);
        while (used > 0 && (at[used - 1] == ' ' || at[used - 1] == '\r'))
            used--;
        if (used == length && !memcmp(at, mark, length)) {
            *line = number;
            return at;
        }
        at = end ? end + 1 : NULL;
    }
    return NULL;
}

static const char *next_line(const char *at)
{
    const char *end = strchr(at, '\n');
    return end ? end + 1 : at + strlen(at);
}

static enum err parse_migration(struct arena *arena, struct migration *m, const char *text, struct error *out)
{
    int up_line = 0, down_line = 0;
    const char *up = find_mark(text, "-- up", &up_line);
    if (!up)
        return error_set(out, arena, ERR_BAD_INPUT, "%s has no line `-- up`.", m->file);
    const char *body = next_line(up);
    const char *down = find_mark(body, "-- down", &down_line);
    m->up = arena_strndup(arena, body, down ? (size_t)(down - body) : strlen(body));
    m->up_line = up_line + 1;
    m->down = down ? arena_strdup(arena, next_line(down)) : NULL;
    m->down_line = up_line + down_line + 1;
    m->checksum = checksum(arena, m->up);
    return OK;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Names in a directory, sorted bytewise (not by locale: the order must be the same everywhere). */
static int byte_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static size_t names_in(struct arena *arena, const char *path, const char ***names)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, visible, byte_order);
    *names = NULL;
    if (count <= 0) {
        free(entries);
        return 0;
    }
    *names = arena_array(arena, (size_t)count, sizeof **names);
    for (int i = 0; i < count; i++) {
        (*names)[i] = arena_strdup(arena, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

static bool is_sql(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && text_eq(name + length - 4, ".sql");
}

static enum err read_migrations(struct arena *arena, const char *dir, const char *below, const char *module,
                                struct list *list, struct error *out)
{
    const char **names = NULL;
    size_t count = names_in(arena, arena_printf(arena, "%s/%s", dir, below), &names);
    const struct migration *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!is_sql(names[i]))
            continue;
        char *rest = NULL;
        long version = strtol(names[i], &rest, 10);
        struct migration m = {.module = module, .file = arena_printf(arena, "%s/%s", below, names[i])};
        if (rest == names[i] || *rest != '_' || version <= 0 || version > 1000000)
            return error_set(out, arena, ERR_BAD_INPUT, "%s: a migration is called NNNN_verb_noun.sql.", m.file);
        if (last && last->version == version)
            return error_set(out, arena, ERR_BAD_INPUT, "%s and %s have the same number.", last->file, m.file);
        m.version = (int)version;
        m.name = arena_strndup(arena, rest + 1, strlen(rest + 1) - 4);
        const char *text = NULL;
        enum err err = read_file(arena, arena_printf(arena, "%s/%s", dir, m.file), &text, out);
        if (err == OK)
            err = parse_migration(arena, &m, text, out);
        if (err != OK)
            return err;
        struct migration *added = list_add(arena, list);
        *added = m;
        last = added;
    }
    return OK;
}

static enum err read_functions(struct arena *arena, const char *dir, const char *kind, struct list *list,
                               struct error *out)
{
    const char **modules = NULL;
    size_t module_count = names_in(arena, arena_printf(arena, "%s/%s", dir, kind), &modules);
    for (size_t i = 0; i < module_count; i++) {
        const char **names = NULL;
        size_t count = names_in(arena, arena_printf(arena, "%s/%s/%s", dir, kind, modules[i]), &names);
        for (size_t j = 0; j < count; j++) {
            if (!is_sql(names[j]))
                continue;
            struct function_file f = {.kind = kind, .module = modules[i]};
            f.name = arena_strndup(arena, names[j], strlen(names[j]) - 4);
            f.file = arena_printf(arena, "%s/%s/%s", kind, modules[i], names[j]);
            enum err err = read_file(arena, arena_printf(arena, "%s/%s", dir, f.file), &f.text, out);
            if (err != OK)
                return err;
            f.checksum = checksum(arena, f.text);
            *(struct function_file *)list_add(arena, list) = f;
        }
    }
    return OK;
}

enum err sources_read(struct arena *arena, const char *dir, struct sources *sources, struct error *out)
{
    if (!dir)
        return error_set(out, arena, ERR_BAD_INPUT,
                         "The directory with migrations and functions was not found: name it with --db-dir.");
    struct list platform = {.size = sizeof(struct migration)};
    struct list tenant = {.size = sizeof(struct migration)};
    struct list functions = {.size = sizeof(struct function_file)};

    enum err err = read_migrations(arena, dir, "platform", "platform", &platform, out);
    if (err == OK && platform.count == 0)
        err = error_set(out, arena, ERR_BAD_INPUT, "%s holds no platform migrations: is --db-dir right?", dir);
    const char **modules = NULL;
    size_t count = names_in(arena, arena_printf(arena, "%s/tenant", dir), &modules);
    for (size_t i = 0; i < count && err == OK; i++)
        err = read_migrations(arena, dir, arena_printf(arena, "tenant/%s", modules[i]), modules[i], &tenant, out);
    if (err == OK)
        err = read_functions(arena, dir, "app", &functions, out);
    if (err == OK)
        err = read_functions(arena, dir, "api", &functions, out);
    if (err != OK)
        return err;
    *sources = (struct sources){.dir = dir,
                                .platform = platform.items,
                                .platform_count = platform.count,
                                .tenant = tenant.items,
                                .tenant_count = tenant.count,
                                .functions = functions.items,
                                .function_count = functions.count};
    return OK;
}

const struct migration *sources_module(const struct sources *sources, const char *module, size_t *count)
{
    size_t first = 0;
    while (first < sources->tenant_count && !text_eq(sources->tenant[first].module, module))
        first++;
    *count = 0;
    while (first + *count < sources->tenant_count && text_eq(sources->tenant[first + *count].module, module))
        (*count)++;
    return sources->tenant + first;
}
