/* A tenant in this worker: who asks, what tables are watched. A realm stays once it was made: there are at most as many
 * as tenants. */
#include "base/clock.h"
#include "base/json.h"
#include "realtime/internal.h"

char *copy_text(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        abort();
    return copy;
}

struct realm *realm_find(struct realtime_service *service, const char *schema)
{
    return map_get(&service->realms, str_of(schema));
}

struct realm *realm_of(struct realtime_service *service, struct tenant *tenant)
{
    struct realm *realm = realm_find(service, tenant->schema);
    if (!realm) {
        realm = allocate(1, sizeof *realm);
        realm->service = service;
        realm->key = str_of(copy_text(tenant->schema));
        realm->last = &realm->first;
        map_put(&service->realms, realm->key, realm);
    }
    if (realm->tenant != tenant) {
        if (realm->tenant)
            tenant_unref(realm->tenant);
        realm->tenant = tenant_ref(tenant);
    }
    return realm;
}

void realm_enter(struct realm *realm)
{
    realm->service->stats.channels++;
    if (realm->channels++ == 0) {
        realm->messages = table_of(realm, "realtime_messages");
        table_watch_from_now(realm->messages);
    }
}

void realm_leave(struct realm *realm)
{
    realm->service->stats.channels--;
    if (--realm->channels == 0) {
        table_unwatch(realm->messages);
        table_unref(realm->messages);
        realm->messages = NULL;
    }
}

/* --- answers of the link ------------------------------------------------------------------------------------------ */

struct wait *wait_new(struct realtime_service *service, enum wait_kind kind)
{
    struct wait *wait = allocate(1, sizeof *wait);
    wait->kind = kind;
    wait->request = ++service->requests;
    map_put(&service->waits, MAP_KEY_OF(wait->request), wait);
    return wait;
}

void wait_free(struct realtime_service *service, struct wait *wait)
{
    map_take(&service->waits, MAP_KEY_OF(wait->request));
    free(wait);
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

struct table *table_of(struct realm *realm, const char *name)
{
    struct table *table = map_get(&realm->tables, str_of(name));
    if (table)
        return table_ref(table);
    table = allocate(1, sizeof *table);
    table->realm = realm;
    table->name = copy_text(name);
    table->refs = 1;
    map_put(&realm->tables, str_of(table->name), table);
    return table;
}

struct table *table_ref(struct table *table)
{
    table->refs++;
    return table;
}

/* What `info` reads is watched as long as the info is in use. */
static void release_reads(struct table_info *info)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int i = 0; i < info->roles[role].reads_count; i++) {
            info->roles[role].reads[i]->readers--;
            table_unwatch(info->roles[role].reads[i]);
            table_unref(info->roles[role].reads[i]);
        }
        info->roles[role].reads_count = 0;
    }
}

void table_info_unref(struct table_info *info)
{
    if (info && --info->refs == 0)
        arena_free(info->arena);
}

static void drop_info(struct table *table)
{
    struct table_info *info = table->info;
    table->info = NULL;
    decisions_drop(table);
    for (struct relation_copy *copy = table->relations; copy; copy = copy->next)
        copy->bound = NULL;
    if (!info)
        return;
    release_reads(info);
    table_info_unref(info);
}

void table_unref(struct table *table)
{
    if (--table->refs)
        return;
    table->refs = 1; /* its info may read the table itself */
    drop_info(table);
    map_take(&table->realm->tables, str_of(table->name));
    map_release(&table->groups);
    map_release(&table->filters);
    map_release(&table->decisions);
    free(table->name);
    free(table);
}

void table_watch(struct table *table)
{
    struct realm *realm = table->realm;
    if (table->watchers++ == 0 && realm->service->link)
        link_watch(realm->service->link, realm->key.at, table->name);
}

void table_unwatch(struct table *table)
{
    struct realm *realm = table->realm;
    if (--table->watchers)
        return;
    table->current = table->confirm = table->seen.complete = false;
    if (table->wait) {
        wait_free(realm->service, table->wait);
        table->wait = NULL;
    }
    if (realm->service->link)
        link_unwatch(realm->service->link, realm->key.at, table->name);
}

/* The hub has read the watch when it answers the subscription behind it: from then on no change goes unseen. */
static void confirm(struct table *table)
{
    struct realtime_service *service = table->realm->service;
    if (table->current || table->wait || !service->link)
        return;
    table->wait = wait_new(service, WAIT_WATCH);
    table->wait->table = table;
    link_subscribe(service->link, table->wait->request, (struct cursor){0},
                   &(struct link_table){.schema = table->realm->key.at, .table = table->name}, 1);
}

void table_watch_from_now(struct table *table)
{
    table_watch(table);
    table->confirm = true;
    confirm(table);
}

void table_rewatch(struct table *table)
{
    if (table->confirm && table->watchers)
        confirm(table);
}

void table_confirmed(struct table *table)
{
    table->current = true;
    table->seen.complete = table->realm->service->live;
    if (table == table->realm->messages)
        channels_messages_live(table->realm);
}

/* --- those who keep what they have read --------------------------------------------------------------------------- */

void table_changed(struct table *table)
{
    table->seen.changes++;
    table->seen.changed_ms = clock_monotonic_ms();
}

/* While nothing comes, nothing stands. What was changed in between is told later, and was there for those who have
 * read since. */
void table_live(struct table *table, bool missed)
{
    bool live = table->realm->service->live;
    table->seen.complete = live && table->current;
    if (!live || missed)
        table_changed(table);
}

static struct table_watch *watch(void *data, struct tenant *tenant, const char *name)
{
    struct table *table = table_of(realm_of(data, tenant), name);
    table_watch_from_now(table);
    return &table->seen;
}

static void unwatch(void *data, struct table_watch *seen)
{
    struct table *table = (struct table *)seen;
    (void)data;
    table_unwatch(table);
    table_unref(table);
}

struct table_watcher table_watcher_of(struct realtime_service *service)
{
    return (struct table_watcher){.watch = watch, .unwatch = unwatch, .data = service};
}

/* --- what SQL says of a table ------------------------------------------------------------------------------------- */

struct loading {
    struct arena *arena;
    struct table *table;
    const char *name;
    uint32_t relation, version;
};

int info_column(const struct table_info *info, const char *name)
{
    for (int i = 0; i < info->column_count; i++)
        if (text_eq(info->columns[i].name, name))
            return i;
    return -1;
}

static const char *text_in(struct arena *arena, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? arena_strdup(arena, text) : NULL;
}

static uint32_t number_in(const json_t *object, const char *name)
{
    return (uint32_t)json_integer_value(json_object_get(object, name));
}

static int *columns_in(struct table_info *info, const json_t *names, int *count)
{
    int *columns = arena_array(info->arena, json_array_size(names) + 1, sizeof *columns);
    size_t i;
    json_t *name;
    *count = 0;
    json_array_foreach(names, i, name)
    {
        int column = info_column(info, json_string_value(name));
        if (column >= 0)
            columns[(*count)++] = column;
    }
    return columns;
}

static void read_columns(struct table_info *info, const json_t *list)
{
    size_t i;
    json_t *row;
    info->columns = arena_array(info->arena, json_array_size(list) + 1, sizeof *info->columns);
    info->filter_columns = arena_array(info->arena, json_array_size(list) + 1, sizeof *info->filter_columns);
    json_array_foreach(list, i, row)
    {
        if (info->column_count == COLUMNS_MAX) /* more are not told */
            break;
        struct info_column *column = &info->columns[info->column_count];
        *column = (struct info_column){.name = text_in(info->arena, row, "name"),
                                       .type = text_in(info->arena, row, "type"),
                                       .base = number_in(row, "base"),
                                       .element = number_in(row, "element"),
                                       .key = json_is_true(json_object_get(row, "key")),
                                       .computed = json_is_true(json_object_get(row, "computed"))};
        struct buf quoted;
        buf_init(&quoted, 1024);
        json_quote(&quoted, str_of(column->name));
        buf_char(&quoted, ':');
        column->json = arena_strdup(info->arena, buf_cstr(&quoted));
        buf_release(&quoted);
        info->filter_columns[info->column_count++] = (struct filter_column){.name = column->name, .type = column->base};
    }
}

static void read_role(struct table *table, struct table_info *info, enum role role, const json_t *said)
{
    struct role_info *r = &info->roles[role];
    int count;
    const int *selects = columns_in(info, json_object_get(said, "selects"), &count);
    for (int i = 0; i < count; i++)
        column_add(&r->selects, selects[i]);
    r->any = count > 0;
    r->proved = json_is_true(json_object_get(said, "proved"));
    r->ask = text_in(info->arena, said, "ask");
    r->needs = columns_in(info, json_object_get(said, "needs"), &r->needs_count);
    const json_t *reads = json_object_get(said, "reads");
    r->reads = arena_array(info->arena, json_array_size(reads) + 1, sizeof(struct table *));
    for (size_t i = 0; r->proved && i < json_array_size(reads); i++) {
        struct table *read = table_of(table->realm, json_string_value(json_array_get(reads, i)));
        table_watch_from_now(read);
        read->readers++;
        r->reads[r->reads_count++] = read;
    }
}

static struct table_info *read_info(struct table *table, const char *text)
{
    static const char *const names[ROLE_COUNT] = {"anon", "authenticated", "service_role"};
    json_error_t error;
    json_t *said = json_loads(text, 0, &error);
    if (!said)
        return NULL;
    struct arena *arena = arena_new();
    struct table_info *info = arena_zalloc(arena, sizeof *info);
    info->arena = arena;
    info->refs = 1;
    read_columns(info, json_object_get(said, "columns"));
    info->key = columns_in(info, json_object_get(said, "key"), &info->key_count);
    info->row = text_in(arena, said, "row");
    const json_t *computed = json_object_get(said, "computed");
    info->computed.ask = text_in(arena, computed, "ask");
    info->computed.needs = columns_in(info, json_object_get(computed, "needs"), &info->computed.needs_count);
    info->computed.gives = columns_in(info, json_object_get(computed, "gives"), &info->computed.gives_count);
    for (enum role role = 0; role < ROLE_COUNT; role++)
        read_role(table, info, role, json_object_get(json_object_get(said, "roles"), names[role]));
    json_decref(said);
    return info;
}

static void loaded(struct pg_batch *batch, void *data)
{
    struct loading *loading = data;
    struct table *table = loading->table;
    const struct error *error = pg_batch_error(batch);
    const char *text = error ? NULL : pg_value(pg_batch_result(batch, 0), 0, 0);
    struct table_info *info = text ? read_info(table, text) : NULL;
    table->loading = false;
    table->unreachable = error != NULL;
    table->retry_at_ms = error ? clock_monotonic_ms() + RETRY_AFTER_MS : 0;
    table->missing = !error && !info;
    drop_info(table); /* behind read_info: what both read stays watched */
    table->info = info;
    if (info) {
        info->relation = loading->relation;
        info->version = loading->version;
    }
    struct realm *realm = table->realm;
    changes_table_loaded(table);
    channels_go_on(realm);
    table_unref(table);
    arena_free(loading->arena);
}

void table_load(struct table *table)
{
    if (table->loading || (table->retry_at_ms && clock_monotonic_ms() < table->retry_at_ms))
        return;
    struct realm *realm = table->realm;
    struct arena *arena = arena_new();
    struct loading *loading = arena_alloc(arena, sizeof *loading);
    const char **values = arena_array(arena, 1, sizeof *values);
    *loading = (struct loading){
        .arena = arena, .table = table_ref(table), .relation = table->relation, .version = table->version};
    values[0] = arena_strdup(arena, table->name);
    table->loading = true;
    const struct pg_session session = {.role = "service_role",
                                       .search_path = arena_strdup(arena, realm->tenant->search_path),
                                       .claims = "{\"role\":\"service_role\"}",
                                       .read_only = true,
                                       .statement_timeout_ms = QUESTION_TIMEOUT_MS,
                                       .affinity = realm->tenant->affinity};
    struct pg_batch *batch = pg_batch_new(realm->service->services->fast, arena, &session);
    pg_batch_add(batch,
                 &(struct pg_statement){
                     .sql = "select app.realtime_table($1)", .param_count = 1, .values = values, .prepare = true});
    pg_batch_submit(batch, QUESTION_TIMEOUT_MS, loaded, loading);
}

bool table_is_ready(const struct table *table)
{
    return table->info && !table->loading && table->info->relation == table->relation &&
           table->info->version == table->version;
}
