/* A reading replaces the whole index at once; a tenant whose row has not changed keeps its object, so its keys are not
 * derived again.
 *
 * Freshness:  notified ─┐
 *             ticked ───┴→ probe (one row: a digest of all row versions) ── changed → read ── installed
 * At most one batch is under way; what is asked for meanwhile sets `again`. Who awaits a reading is answered by the
 * first one that began after it asked.
 */
#include "tenant/registry.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/jwt.h"
#include "base/log.h"
#include "pg/direct.h"
#include "pg/listen.h"
#include "tenant/apply.h"

#include <assert.h>
#include <stdlib.h>

enum { PROBE_MS = 3000, RETRY_MS = 300, TIMEOUT_MS = 10000, WAITERS_MAX = 1024 };

/* xmin of a row changes with every update; the digest over all of them with any change of any row. */
static const char *const sql_probe =
    "select (select count(*) || ':' || coalesce(bit_xor(hashtextextended(id::text || xmin::text, 0)), 0) from "
    "public.tenants)"
    " || '/' || (select count(*) || ':' || coalesce(bit_xor(hashtextextended(tenant_id::text || xmin::text, 0)), 0) "
    "from maitred.tenant_keys)"
    " || '/' || (select count(*) || ':' || coalesce(bit_xor(hashtextextended(tenant_id::text || xmin::text, 0)), 0) "
    "from maitred.tenant_shapes)";

static const char *const sql_read = "select t.id, t.name, t.schema_name, t.domain, t.theme_config, t.settings, "
                                    "array_to_string(t.modules, ','), t.status,"
                                    " k.jwt_secret, extract(epoch from k.trusts_since)::bigint, " TENANT_SHAPE_SQL ", "
                                    "concat_ws('/', t.xmin, k.xmin, s.xmin)"
                                    " from public.tenants t join maitred.tenant_keys k on k.tenant_id = t.id"
                                    " left join maitred.tenant_shapes s on s.tenant_id = t.id";

enum { ID, NAME, SCHEMA, DOMAIN, THEME, SETTINGS_JSON, MODULES, STATUS, SECRET, TRUSTS_SINCE, SHAPE, VERSION };

/* A tenant with its memory. The public part comes first, so that the pointers are the same. */
struct entry {
    struct tenant tenant;
    struct arena *arena;
    const char *version;
};

struct waiter {
    struct waiter *next;
    uint64_t turn; /* the first reading that is good enough */
    void (*then)(void *data, bool current);
    void *data;
};

struct tenant_registry {
    const struct services *services;
    struct waiter *waiters;
    int waiter_count;
    uint64_t turn; /* readings begun */
    struct pg_listener *listener;
    char *conninfo;
    uv_timer_t *timer;
    void (*ready)(void *data);
    void *ready_data;
    bool is_ready, busy, again, freed;
    struct entry **by_domain, **by_schema; /* sorted */
    size_t count;
    struct tenant *fallback; /* the default tenant, counted in the index */
    char *probe;             /* the last digest */
    int64_t seen_ms;
    struct arena *arena; /* of the batch under way */
};

/* --- Tenants ------------------------------------------------------------------------------------------------------ */

struct tenant *tenant_ref(struct tenant *tenant)
{
    tenant->refs++;
    return tenant;
}

void tenant_unref(struct tenant *tenant)
{
    if (!tenant)
        return;
    assert(tenant->refs > 0);
    if (--tenant->refs == 0)
        arena_free(((struct entry *)tenant)->arena); /* the entry lies in its own arena */
}

/* FNV-1a: spreads well, and is the same in every worker. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037U;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    return hash;
}

static void give_keys(struct tenant *t, struct arena *arena)
{
    struct api_keys keys = api_keys_derive(arena, t->jwt_secret, t->schema);
    t->anon_key = keys.anon;
    t->service_key = keys.service;
    t->publishable_key = keys.publishable;
    t->secret_key = keys.secret;
}

static struct entry *entry_new(const PGresult *rows, int row)
{
    struct arena *arena = arena_new();
    struct entry *entry = arena_zalloc(arena, sizeof *entry);
    struct tenant *t = &entry->tenant;
    const char *texts[VERSION + 1];
    for (int column = 0; column <= VERSION; column++)
        texts[column] = arena_strdup(arena, PQgetvalue(rows, row, column));
    *t = (struct tenant){.id = texts[ID],
                         .name = texts[NAME],
                         .schema = texts[SCHEMA],
                         .domain = texts[DOMAIN],
                         .search_path = direct_tenant_path(arena, texts[SCHEMA]),
                         .theme_json = texts[THEME],
                         .settings_json = texts[SETTINGS_JSON],
                         .modules = apply_split(arena, texts[MODULES]),
                         .shape = texts[SHAPE],
                         .jwt_secret = str_of(texts[SECRET]),
                         .trusts_since_s = strtoll(texts[TRUSTS_SINCE], NULL, 10),
                         .suspended = !text_eq(texts[STATUS], "active"),
                         .affinity = hash_of(texts[SCHEMA]),
                         .refs = 1};
    give_keys(t, arena);
    entry->arena = arena;
    entry->version = texts[VERSION];
    return entry;
}

/* "a", "b": names of any characters. */
static void add_to_path(struct buf *path, const char *name)
{
    buf_text(path, path->len ? ", \"" : "\"");
    for (; *name; name++) {
        if (*name == '"')
            buf_char(path, '"');
        buf_char(path, *name);
    }
    buf_char(path, '"');
}

/* The only tenant of a daemon that serves a database as it is: it answers at every host. */
static struct entry *entry_of_settings(const struct settings *settings)
{
    struct arena *arena = arena_new();
    struct entry *entry = arena_zalloc(arena, sizeof *entry);
    struct tenant *t = &entry->tenant;
    const char *const *schemas = apply_split(arena, settings->schema);
    const char *const *extra = apply_split(arena, settings->extra_search_path);
    struct buf list, path;
    buf_init(&list, SIZE_MAX);
    buf_init(&path, SIZE_MAX);
    struct json_writer w = json_writer(&list);
    json_open(&w, '{');
    json_key(&w, "schemas");
    json_open(&w, '[');
    for (const char *const *name = schemas; *name; name++) {
        json_text(&w, *name);
        add_to_path(&path, *name);
    }
    json_close(&w, ']');
    if (*settings->pre_request) {
        json_key(&w, "pre_request");
        json_text(&w, settings->pre_request);
    }
    json_close(&w, '}');
    for (const char *const *name = extra; *name; name++)
        add_to_path(&path, *name);
    *t = (struct tenant){.id = "",
                         .name = schemas[0],
                         .schema = schemas[0],
                         .domain = "",
                         .search_path = arena_strdup(arena, buf_cstr(&path)),
                         .theme_json = "{}",
                         .settings_json = arena_strdup(arena, buf_cstr(&list)),
                         .modules = apply_split(arena, ""),
                         .shape = "",
                         .jwt_secret = str_of(arena_strdup(arena, settings->jwt_secret)),
                         .foreign = true,
                         .affinity = hash_of(schemas[0]),
                         .refs = 1};
    buf_release(&list);
    buf_release(&path);
    if (*settings->jwt_secret == '{') /* public keys are no secret: nothing that opens a door is made of them */
        t->anon_key = t->service_key = t->publishable_key = t->secret_key = "";
    else
        give_keys(t, arena);
    entry->arena = arena;
    entry->version = "";
    return entry;
}

/* --- The index ---------------------------------------------------------------------------------------------------- */

static int by_domain(const void *a, const void *b)
{
    return strcmp((*(struct entry *const *)a)->tenant.domain, (*(struct entry *const *)b)->tenant.domain);
}

static int by_schema(const void *a, const void *b)
{
    return strcmp((*(struct entry *const *)a)->tenant.schema, (*(struct entry *const *)b)->tenant.schema);
}

static struct entry *find(struct entry **index, size_t count, int (*order)(const void *, const void *),
                          const struct entry *key)
{
    if (count == 0)
        return NULL;
    struct entry **found = bsearch(&key, index, count, sizeof(struct entry *), order);
    return found ? *found : NULL;
}

static struct entry *find_domain(const struct tenant_registry *r, const char *domain)
{
    return find(r->by_domain, r->count, by_domain, &(struct entry){.tenant = {.domain = domain}});
}

static struct entry *find_schema(const struct tenant_registry *r, const char *schema)
{
    return find(r->by_schema, r->count, by_schema, &(struct entry){.tenant = {.schema = schema}});
}

struct tenant *tenant_by_host(struct tenant_registry *r, const char *host)
{
    struct entry *entry = find_domain(r, host);
    struct tenant *tenant = entry ? &entry->tenant : r->fallback;
    return tenant ? tenant_ref(tenant) : NULL;
}

struct tenant *tenant_by_schema(struct tenant_registry *r, const char *schema)
{
    struct entry *entry = find_schema(r, schema);
    return entry ? tenant_ref(&entry->tenant) : NULL;
}

size_t tenant_count(const struct tenant_registry *r)
{
    return r->count;
}

static void drop_index(struct entry **domains, struct entry **schemas, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tenant_unref(&schemas[i]->tenant);
    free(domains);
    free(schemas);
}

static void install(struct tenant_registry *r, const PGresult *rows)
{
    size_t count = (size_t)PQntuples(rows);
    struct entry **schemas = calloc(count + 1, sizeof(struct entry *));
    struct entry **domains = calloc(count + 1, sizeof(struct entry *));
    if (!schemas || !domains)
        abort();
    for (size_t i = 0; i < count; i++) {
        struct entry *old = find_schema(r, PQgetvalue(rows, (int)i, SCHEMA));
        if (old && text_eq(old->version, PQgetvalue(rows, (int)i, VERSION)) &&
            text_eq(old->tenant.id, PQgetvalue(rows, (int)i, ID))) {
            tenant_ref(&old->tenant);
            schemas[i] = old;
        } else {
            schemas[i] = entry_new(rows, (int)i);
        }
        domains[i] = schemas[i];
    }
    qsort(schemas, count, sizeof(struct entry *), by_schema);
    qsort(domains, count, sizeof(struct entry *), by_domain);
    drop_index(r->by_domain, r->by_schema, r->count);
    r->by_domain = domains;
    r->by_schema = schemas;
    r->count = count;

    const char *standard = r->services->settings->default_tenant;
    struct entry *entry = *standard ? find_schema(r, standard) : NULL;
    if (*standard && !entry)
        entry = find_domain(r, standard);
    r->fallback = entry ? &entry->tenant : NULL;
}

static void on_ready(uv_timer_t *timer)
{
    struct tenant_registry *r = timer->data;
    if (r->ready)
        r->ready(r->ready_data);
}

/* Nothing is read and nothing changes: one tenant, known from the start. */
static void install_settings(struct tenant_registry *r)
{
    r->by_domain = calloc(1, sizeof(struct entry *));
    r->by_schema = calloc(1, sizeof(struct entry *));
    if (!r->by_domain || !r->by_schema)
        abort();
    r->by_domain[0] = r->by_schema[0] = entry_of_settings(r->services->settings);
    r->count = 1;
    r->fallback = &r->by_schema[0]->tenant;
    r->is_ready = true;
    r->seen_ms = clock_monotonic_ms();
    uv_timer_start(r->timer, on_ready, 0, 0); /* never from inside tenant_registry_new */
    uv_ref((uv_handle_t *)r->timer);
}

/* --- Reading ------------------------------------------------------------------------------------------------------ */

static void on_tick(uv_timer_t *timer);
static pg_then_fn probe_answer;
static pg_then_fn read_answer;

static void sleep_for(struct tenant_registry *r, int ms)
{
    uv_timer_start(r->timer, on_tick, (uint64_t)ms, 0);
}

static void submit(struct tenant_registry *r, const char *sql, pg_then_fn *then)
{
    r->busy = true;
    r->arena = arena_new();
    struct pg_batch *batch = pg_batch_new(r->services->owner, r->arena, NULL);
    pg_batch_add(batch, &(struct pg_statement){.sql = sql});
    pg_batch_submit(batch, TIMEOUT_MS, then, r);
}

static void free_now(struct tenant_registry *r)
{
    drop_index(r->by_domain, r->by_schema, r->count);
    free(r->probe);
    free(r->conninfo);
    while (r->waiters) {
        struct waiter *w = r->waiters;
        r->waiters = w->next;
        free(w);
    }
    free(r);
}

/* Ends a step. True when there is nothing more to do: the registry was freed meanwhile. */
static bool step_done(struct tenant_registry *r)
{
    arena_free(r->arena);
    r->arena = NULL;
    r->busy = false;
    if (!r->freed)
        return false;
    free_now(r);
    return true;
}

static void probe(struct tenant_registry *r)
{
    if (r->busy) {
        r->again = true;
        return;
    }
    r->turn++;
    submit(r, sql_probe, probe_answer);
}

/* A reading is over: whoever waited for it goes on. */
static void answer_waiters(struct tenant_registry *r, bool current)
{
    struct waiter *due = NULL;
    for (struct waiter **at = &r->waiters; *at;) {
        struct waiter *w = *at;
        if (w->turn > r->turn) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        w->next = due;
        due = w;
        r->waiter_count--;
    }
    while (due) {
        struct waiter *w = due;
        due = w->next;
        w->then(w->data, current);
        free(w);
    }
}

void tenant_registry_await(struct tenant_registry *r, void (*then)(void *data, bool current), void *data)
{
    bool wait = r->waiter_count < WAITERS_MAX && !*r->services->settings->schema;
    struct waiter *w = wait ? calloc(1, sizeof *w) : NULL;
    if (!w) {
        then(data, r->is_ready);
        return;
    }
    *w = (struct waiter){.next = r->waiters, .turn = r->turn + 1, .then = then, .data = data};
    r->waiters = w;
    r->waiter_count++;
    probe(r);
}

static void probe_answer(struct pg_batch *batch, void *data)
{
    struct tenant_registry *r = data;
    const struct error *error = pg_batch_error(batch);
    bool known = !error;
    const char *digest = error ? NULL : pg_value(pg_batch_result(batch, 0), 0, 0);
    bool changed = digest && (!r->probe || !text_eq(r->probe, digest));
    if (error)
        log_debug("tenants not read", LOG_STR("reason", error->message));
    if (changed) {
        free(r->probe);
        r->probe = strdup(digest);
    } else if (digest) {
        r->seen_ms = clock_monotonic_ms();
    }
    if (step_done(r))
        return;
    if (changed) {
        submit(r, sql_read, read_answer);
        return;
    }
    answer_waiters(r, known && r->is_ready);
    if (r->busy)
        return; /* one of them asked again */
    if (r->again) {
        r->again = false;
        probe(r);
    } else {
        sleep_for(r, r->is_ready ? PROBE_MS : RETRY_MS);
    }
}

static void read_answer(struct pg_batch *batch, void *data)
{
    struct tenant_registry *r = data;
    const struct error *error = pg_batch_error(batch);
    bool first = false;
    bool failed = error != NULL;
    if (failed) {
        free(r->probe); /* read again */
        r->probe = NULL;
        log_warning("tenants not read", LOG_STR("reason", error->message));
    } else {
        install(r, pg_batch_result(batch, 0));
        r->seen_ms = clock_monotonic_ms();
        first = !r->is_ready;
        r->is_ready = true;
        log_debug("tenants read", LOG_INT("count", r->count));
    }
    if (step_done(r))
        return;
    if (first && r->ready)
        r->ready(r->ready_data);
    answer_waiters(r, !failed);
    if (r->busy)
        return;
    if (r->again) {
        r->again = false;
        probe(r);
    } else {
        sleep_for(r, failed ? RETRY_MS : PROBE_MS);
    }
}

static void on_tick(uv_timer_t *timer)
{
    probe(timer->data);
}

static void on_notify(void *data, const char *channel, const char *payload)
{
    (void)channel;
    (void)payload;
    probe(data);
}

const struct service_key tenant_registry_key = {"tenant registry"};

/* --- Life --------------------------------------------------------------------------------------------------------- */

struct tenant_registry *tenant_registry_new(const struct services *services, const char *owner_conninfo,
                                            void (*ready)(void *data), void *data)
{
    static const char *const channels[] = {"maitred_tenants", NULL};
    struct tenant_registry *r = calloc(1, sizeof *r);
    uv_timer_t *timer = calloc(1, sizeof *timer);
    if (!r || !timer)
        abort();
    *r = (struct tenant_registry){.services = services, .timer = timer, .ready = ready, .ready_data = data};
    r->conninfo = strdup(owner_conninfo);
    uv_timer_init(services->loop, timer);
    timer->data = r;
    uv_unref((uv_handle_t *)timer);
    if (*services->settings->schema) {
        install_settings(r);
        return r;
    }
    r->listener = pg_listener_new(services->loop, owner_conninfo, channels, on_notify, r);
    probe(r);
    return r;
}

static void free_timer(uv_handle_t *handle)
{
    free(handle);
}

void tenant_registry_free(struct tenant_registry *r)
{
    if (!r)
        return;
    pg_listener_free(r->listener);
    uv_timer_stop(r->timer);
    uv_close((uv_handle_t *)r->timer, free_timer);
    r->freed = true;
    if (!r->busy)
        free_now(r);
}

void tenant_registry_reload(struct tenant_registry *r)
{
    if (*r->services->settings->schema)
        return;
    free(r->probe);
    r->probe = NULL;
    probe(r);
}

void tenant_registry_each(const struct tenant_registry *r, void (*visit)(void *data, const struct tenant *tenant),
                          void *data)
{
    for (size_t i = 0; i < r->count; i++)
        visit(data, &r->by_schema[i]->tenant);
}

const char *tenant_registry_conninfo(const struct tenant_registry *r)
{
    return r->conninfo;
}

int64_t tenant_registry_seen_ms(const struct tenant_registry *r)
{
    return *r->services->settings->schema ? clock_monotonic_ms() : r->seen_ms; /* settings do not grow old */
}
