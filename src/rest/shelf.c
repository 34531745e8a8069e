#include "rest/shelf.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "pg/pg.h"

#include <stdlib.h>

enum {
    LOAD_TIMEOUT_MS = 60000,
    YOUNG_MS = 3000,  /* a catalogue younger than this is not read again because a name is missing */
    SHAPES_MAX = 256, /* least recently used go */
};

struct waiter {
    struct waiter *next;
    shelf_fn *fn;
    void *data;
};

struct slot {
    struct slot *next;
    struct shelf *shelf;
    struct arena *keys; /* owns the texts of `key` */
    struct shelf_key key;
    struct catalogue *catalogue;
    struct waiter *waiters;
    int64_t used_ms;
    bool loading, again; /* again: a reload was asked for while one was under way */
    bool example_gone;   /* key.schema was dropped or has another shape now: whoever asks next is the example */
};

/* A load under way. */
struct load {
    struct slot *slot;
    struct arena *arena;
    struct shelf_key key; /* the slot's, as it was when the load began; in the arena */
    struct suspect suspect;
};

struct shelf {
    const struct services *services;
    struct slot *slots; /* most recently made first; shapes are few */
    struct shelf_stats stats;
};

struct shelf *shelf_new(const struct services *services)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        abort();
    shelf->services = services;
    return shelf;
}

static void free_slot(struct slot *slot)
{
    catalogue_unref(slot->catalogue);
    arena_free(slot->keys);
    free(slot);
}

void shelf_free(struct shelf *shelf)
{
    while (shelf->slots) {
        struct slot *slot = shelf->slots;
        shelf->slots = slot->next;
        while (slot->waiters) {
            struct waiter *waiter = slot->waiters;
            slot->waiters = waiter->next;
            free(waiter);
        }
        free_slot(slot);
    }
    free(shelf);
}

static void drop_oldest(struct shelf *shelf)
{
    struct slot **oldest = NULL;
    for (struct slot **at = &shelf->slots; *at; at = &(*at)->next)
        if (!(*at)->loading && (!oldest || (*at)->used_ms < (*oldest)->used_ms))
            oldest = at;
    if (!oldest)
        return;
    struct slot *slot = *oldest;
    *oldest = slot->next;
    shelf->stats.count--;
    free_slot(slot);
}

static const char *const *copy_list(struct arena *arena, const char *const *list)
{
    size_t n = 0;
    if (!list)
        return NULL;
    while (list[n])
        n++;
    const char **copy = arena_array(arena, n + 1, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_strdup(arena, list[i]);
    return copy;
}

static struct shelf_key copy_key(struct arena *arena, const struct shelf_key *key)
{
    return (struct shelf_key){.name = arena_strdup(arena, key->name),
                              .schema = arena_strdup(arena, key->schema),
                              .functions = arena_strdup(arena, key->functions),
                              .search_path = arena_strdup(arena, key->search_path),
                              .modules = copy_list(arena, key->modules)};
}

/* From now on the shape is read from this tenant's schema. */
static void take_as_example(struct slot *slot, const struct shelf_key *key)
{
    struct arena *keys = arena_new();
    slot->key = copy_key(keys, key);
    arena_free(slot->keys);
    slot->keys = keys;
    slot->example_gone = false;
}

static struct slot *find_slot(struct shelf *shelf, const struct shelf_key *key)
{
    for (struct slot *slot = shelf->slots; slot; slot = slot->next)
        if (text_eq(slot->key.name, key->name))
            return slot;
    if (shelf->stats.count >= SHAPES_MAX)
        drop_oldest(shelf);
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        abort();
    slot->shelf = shelf;
    slot->keys = arena_new();
    slot->key = copy_key(slot->keys, key);
    slot->next = shelf->slots;
    shelf->slots = slot;
    shelf->stats.count++;
    return slot;
}

static void tell_waiters(struct slot *slot, const struct error *error)
{
    struct waiter *waiters = slot->waiters;
    struct catalogue *catalogue = slot->catalogue ? catalogue_ref(slot->catalogue) : NULL;
    slot->waiters = NULL;
    while (waiters) {
        struct waiter *waiter = waiters;
        waiters = waiter->next;
        waiter->fn(waiter->data, catalogue, error);
        free(waiter);
    }
    catalogue_unref(catalogue);
}

static void start_load(struct slot *slot);

static void put_on_shelf(struct load *load, struct pg_batch *batch)
{
    struct slot *slot = load->slot;
    const PGresult *results[CATALOGUE_QUERY_COUNT];
    for (int i = 0; i < CATALOGUE_QUERY_COUNT; i++)
        results[i] = pg_batch_result(batch, i);
    int64_t began = clock_monotonic_us();
    const PGresult *house[HOUSE_QUERY_COUNT];
    for (int i = 0; load->key.modules && i < HOUSE_QUERY_COUNT; i++)
        house[i] = pg_batch_result(batch, CATALOGUE_QUERY_COUNT + i);
    struct catalogue *fresh =
        catalogue_build(load->key.schema, results, load->key.modules ? house : NULL, load->key.modules);
    catalogue_unref(slot->catalogue);
    slot->catalogue = fresh;
    slot->shelf->stats.loaded++;
    log_debug("catalogue loaded", LOG_STR("shape", load->key.name), LOG_INT("tables", fresh->table_count),
              LOG_INT("functions", fresh->function_count), LOG_INT("build_us", clock_monotonic_us() - began));
}

/* The last question is asked of the tenant itself, after the others. One that was dropped has no tables, and one in
 * whose schema something was made by hand has more: that says nothing about the others of this shape, whose catalogue
 * stays. */
static bool has_shape(const struct load *load, struct pg_batch *batch)
{
    if (!load->key.modules)
        return true;
    const PGresult *shape = pg_batch_result(batch, CATALOGUE_QUERY_COUNT + HOUSE_SHAPE);
    return PQntuples(pg_batch_result(batch, CATALOGUE_FACTS)) && PQntuples(shape) &&
           text_eq(PQgetvalue(shape, 0, 0), load->key.name);
}

static void catalogue_arrives(struct pg_batch *batch, void *data)
{
    struct load *load = data;
    struct slot *slot = load->slot;
    struct arena *arena = load->arena;
    const struct error *error = pg_batch_error(batch);
    struct error failure = error_of(ERR_CATALOGUE);
    slot->loading = false;
    if (!error && !has_shape(load, batch)) {
        slot->example_gone = true;
        error = &failure;
    } else if (!error) {
        put_on_shelf(load, batch);
    } else {
        slot->shelf->stats.failed++;
        log_warning("catalogue could not be loaded", LOG_STR("shape", slot->key.name), LOG_STR("code", error->code),
                    LOG_STR("reason", error->message));
        failure = error_of(error->err == ERR_DB_CONNECT || error->err == ERR_DB_INTERNAL || error->err == ERR_BUSY
                               ? error->err
                               : ERR_CATALOGUE);
    }
    tell_waiters(slot, error ? &failure : NULL);
    arena_free(arena);
    if (slot->again) {
        slot->again = false;
        start_load(slot);
    }
}

/* Reading a catalogue is everybody's work, so it has a name of its own: the schema. */
static struct suspect suspect_of(const char *schema)
{
    return (struct suspect){.tenant = schema, .method = "catalogue", .path = "", .query = STR(""), .body = STR("")};
}

static int refused(const char *schema)
{
    const struct suspect suspect = suspect_of(schema);
    return suspect_refused(&suspect, clock_monotonic_ms());
}

int shelf_refused(struct shelf *shelf, const struct shelf_key *key)
{
    int wait_s = refused(key->schema); /* hardly ever: so it is asked first */
    const struct slot *slot = wait_s ? find_slot(shelf, key) : NULL;
    return slot && !slot->catalogue && !slot->loading ? wait_s : 0;
}

static void start_load(struct slot *slot)
{
    if (refused(slot->key.schema) && !slot->waiters)
        return; /* the old one serves on */
    struct arena *arena = arena_new();
    struct load *load = arena_zalloc(arena, sizeof *load);
    const char **values = arena_array(arena, 2, sizeof *values);
    *load = (struct load){.slot = slot, .arena = arena, .key = copy_key(arena, &slot->key)};
    values[0] = load->key.schema;
    values[1] = load->key.functions;
    load->suspect = suspect_of(load->key.schema);
    struct pg_session session = {.search_path = load->key.search_path, .read_only = true, .suspect = &load->suspect};
    struct pg_batch *batch = pg_batch_new(slot->shelf->services->owner, arena, &session);
    for (int i = 0; i < CATALOGUE_QUERY_COUNT; i++)
        pg_batch_add(batch, &(struct pg_statement){.sql = catalogue_queries[i],
                                                   .param_count = catalogue_query_params[i],
                                                   .values = values});
    for (int i = 0; load->key.modules && i < HOUSE_QUERY_COUNT; i++)
        pg_batch_add(batch, &(struct pg_statement){.sql = house_queries[i]});
    slot->loading = true;
    pg_batch_submit(batch, LOAD_TIMEOUT_MS, catalogue_arrives, load);
}

static void wait_for(struct slot *slot, const struct shelf_key *key, shelf_fn *fn, void *data)
{
    struct waiter *waiter = malloc(sizeof *waiter);
    if (!waiter)
        abort();
    *waiter = (struct waiter){.next = slot->waiters, .fn = fn, .data = data};
    slot->waiters = waiter;
    if (slot->loading)
        return;
    take_as_example(slot, key); /* whoever asks is there */
    start_load(slot);
}

struct catalogue *shelf_get(struct shelf *shelf, const struct shelf_key *key, shelf_fn *fn, void *data)
{
    struct slot *slot = find_slot(shelf, key);
    slot->used_ms = clock_monotonic_ms();
    if (slot->example_gone && !slot->loading) {
        take_as_example(slot, key);
        start_load(slot);
    }
    if (slot->catalogue)
        return slot->catalogue;
    wait_for(slot, key, fn, data);
    return NULL;
}

bool shelf_refresh(struct shelf *shelf, const struct shelf_key *key, const struct catalogue *old, shelf_fn *fn,
                   void *data)
{
    struct slot *slot = find_slot(shelf, key);
    bool young = slot->catalogue == old && clock_monotonic_ms() - old->loaded_ms < YOUNG_MS;
    if (refused(key->schema) || (young && !slot->loading)) /* one that is being read is worth waiting for */
        return false;
    wait_for(slot, key, fn, data);
    return true;
}

void shelf_reload(struct shelf *shelf)
{
    for (struct slot *slot = shelf->slots; slot; slot = slot->next) {
        if (slot->loading)
            slot->again = true;
        else if (slot->catalogue)
            start_load(slot);
    }
}

struct shelf_stats shelf_stats(const struct shelf *shelf)
{
    return shelf->stats;
}
