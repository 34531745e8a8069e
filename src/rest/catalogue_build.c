/* From rows to a catalogue. Everything is allocated once, by the number of rows. */
#include "rest/catalogue.h"

#include "base/clock.h"
#include "base/str.h"

#include <jansson.h>
#include <stdlib.h>

struct build {
    struct arena *arena;
    struct catalogue *catalogue;
    const char *schema;
    struct table *tables;
    struct table **by_oid, **by_row_type; /* the same, sorted */
    size_t table_count;
    struct function *functions; /* the catalogue's */
    const PGresult *ledger;
    const char *const *modules;
};

static const char *cell(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

static const char *copy(struct arena *arena, const PGresult *result, int row, int column)
{
    const char *text = cell(result, row, column);
    return text ? arena_strdup(arena, text) : NULL;
}

static Oid oid_cell(const PGresult *result, int row, int column)
{
    const char *text = cell(result, row, column);
    return text ? (Oid)strtoul(text, NULL, 10) : 0;
}

static int int_cell(const PGresult *result, int row, int column)
{
    const char *text = cell(result, row, column);
    return text ? (int)strtol(text, NULL, 10) : 0;
}

static bool flag(const PGresult *result, int row, int column)
{
    const char *text = cell(result, row, column);
    return text && text[0] == 't';
}

/* "101" becomes bits 0 and 2 */
static uint32_t mask(const PGresult *result, int row, int column)
{
    const char *text = cell(result, row, column);
    uint32_t bits = 0;
    for (unsigned i = 0; text && text[i] && i < CATALOGUE_ROLES_MAX; i++)
        if (text[i] == '1')
            bits |= 1u << i;
    return bits;
}

/* A JSON array of names. */
static const char **names(struct arena *arena, const char *text, size_t *count)
{
    json_t *array = text ? json_loads(text, 0, NULL) : NULL;
    size_t n = json_array_size(array);
    const char **list = arena_array(arena, n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        list[i] = arena_strdup(arena, name ? name : "");
    }
    *count = n;
    json_decref(array);
    return list;
}

/* Names separated by the unit separator: ours, which hold none. */
static const char **own_names(struct arena *arena, const char *joined, size_t *count)
{
    size_t n = joined && *joined;
    for (const char *p = joined; p && *p; p++)
        n += *p == '\x1f';
    const char **list = arena_array(arena, n + 1, sizeof *list);
    *count = n;
    for (size_t i = 0; i < n; i++) {
        size_t length = strcspn(joined, "\x1f");
        list[i] = arena_strndup(arena, joined, length);
        joined += length + 1;
    }
    return list;
}

static int compare_oids(Oid a, Oid b)
{
    return a < b ? -1 : a > b;
}

static int by_oid(const void *a, const void *b)
{
    return compare_oids((*(struct table *const *)a)->oid, (*(struct table *const *)b)->oid);
}

static int by_row_type(const void *a, const void *b)
{
    return compare_oids((*(struct table *const *)a)->row_type, (*(struct table *const *)b)->row_type);
}

static struct table *table_by_oid(const struct build *b, Oid oid)
{
    const struct table wanted = {.oid = oid}, *key = &wanted;
    struct table **found =
        oid && b->table_count ? bsearch(&key, b->by_oid, b->table_count, sizeof(void *), by_oid) : NULL;
    return found ? *found : NULL;
}

static void index_tables(struct build *b)
{
    b->by_oid = arena_array(b->arena, b->table_count + 1, sizeof(void *));
    b->by_row_type = arena_array(b->arena, b->table_count + 1, sizeof(void *));
    for (size_t i = 0; i < b->table_count; i++)
        b->by_oid[i] = b->by_row_type[i] = &b->tables[i];
    if (!b->table_count)
        return;
    qsort(b->by_oid, b->table_count, sizeof(void *), by_oid);
    qsort(b->by_row_type, b->table_count, sizeof(void *), by_row_type);
}

static void build_tables(struct build *b, const PGresult *rows)
{
    b->table_count = (size_t)PQntuples(rows);
    b->tables = arena_array(b->arena, b->table_count + 1, sizeof *b->tables);
    for (int i = 0; i < PQntuples(rows); i++) {
        struct table *table = &b->tables[i];
        table->oid = oid_cell(rows, i, 0);
        table->name = copy(b->arena, rows, i, 1);
        table->relkind = *PQgetvalue(rows, i, 2);
        table->row_type = oid_cell(rows, i, 3);
        table->exposed = flag(rows, i, 4);
        table->comment = copy(b->arena, rows, i, 5);
        int writable = int_cell(rows, i, 10); /* 1 << CMD_UPDATE (2), CMD_INSERT (3), CMD_DELETE (4) */
        for (int p = 0; p < PRIVILEGE_COUNT; p++)
            table->privileges[p] = mask(rows, i, 6 + p);
        static const int bits[PRIVILEGE_COUNT] = {
            [PRIVILEGE_INSERT] = 1 << 3, [PRIVILEGE_UPDATE] = 1 << 2, [PRIVILEGE_DELETE] = 1 << 4};
        for (int p = 0; p < PRIVILEGE_COUNT; p++) {
            table->takes[p] = !bits[p] || (writable & bits[p]);
            if (!table->takes[p])
                table->privileges[p] = 0;
        }
        /* A partition of ours has no policies of its own: its rows are reached through the table alone. */
        table->partition = flag(rows, i, 11);
        table->exposed &= !table->partition || !b->modules;
    }
    index_tables(b);
}

static void build_columns(struct build *b, const PGresult *rows)
{
    int count = PQntuples(rows);
    struct column *columns = arena_array(b->arena, (size_t)count + 1, sizeof *columns);
    for (int i = 0; i < count;) {
        struct table *table = table_by_oid(b, oid_cell(rows, i, 0));
        int first = i;
        uint32_t all = ~0u, any = 0;
        for (; i < count && oid_cell(rows, i, 0) == oid_cell(rows, first, 0); i++) {
            struct column *column = &columns[i];
            column->name = copy(b->arena, rows, i, 1);
            column->type = copy(b->arena, rows, i, 2);
            column->type_oid = oid_cell(rows, i, 3);
            column->kind = (enum value_kind)int_cell(rows, i, 4);
            column->is_jsonb = column->type_oid == 3802;
            column->is_tsvector = column->type_oid == 3614;
            column->not_null = flag(rows, i, 5);
            column->has_default = flag(rows, i, 6);
            column->generated = flag(rows, i, 7);
            column->default_sql = copy(b->arena, rows, i, 8);
            column->comment = copy(b->arena, rows, i, 9);
            column->enum_labels = copy(b->arena, rows, i, 10);
            column->max_length = int_cell(rows, i, 11);
            column->readable = mask(rows, i, 12);
            column->number = int_cell(rows, i, 13);
            column->to_json = copy(b->arena, rows, i, 14);
            column->from_json = copy(b->arena, rows, i, 15);
            column->from_text = copy(b->arena, rows, i, 16);
            all &= column->readable;
            any |= column->readable;
        }
        if (!table)
            continue;
        table->columns = &columns[first];
        table->column_count = (size_t)(i - first);
        table->hides_columns = all != any;
    }
}

static void build_keys(struct build *b, const PGresult *rows, struct unique_key **uniques, size_t *count)
{
    *count = (size_t)PQntuples(rows);
    *uniques = arena_array(b->arena, *count + 1, sizeof **uniques);
    for (int i = 0; i < PQntuples(rows); i++) {
        struct unique_key *unique = &(*uniques)[i];
        unique->table = oid_cell(rows, i, 0);
        unique->columns = names(b->arena, cell(rows, i, 2), &unique->count);
        struct table *table = table_by_oid(b, unique->table);
        if (!table || !flag(rows, i, 1))
            continue;
        table->key = unique->columns;
        table->key_count = unique->count;
    }
}

static void build_foreign_keys(struct build *b, const PGresult *rows, struct foreign_key **keys, size_t *count)
{
    *count = (size_t)PQntuples(rows);
    *keys = arena_array(b->arena, *count + 1, sizeof **keys);
    for (int i = 0; i < PQntuples(rows); i++) {
        struct foreign_key *key = &(*keys)[i];
        key->constraint = copy(b->arena, rows, i, 0);
        key->from = oid_cell(rows, i, 1);
        key->to = oid_cell(rows, i, 2);
        key->from_columns = names(b->arena, cell(rows, i, 3), &key->count);
        size_t to_count;
        key->to_columns = names(b->arena, cell(rows, i, 4), &to_count);
        key->count = to_count < key->count ? to_count : key->count; /* a column was dropped while we looked */
        key->unique = flag(rows, i, 5);
    }
}

/* A column of a view, by numbers. */
struct shown {
    Oid view, base;
    int column, base_column;
};

static int by_view(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    int order = compare_oids(x->view, y->view);
    return order ? order : x->column - y->column;
}

static int by_base(const void *a, const void *b)
{
    const struct view_column *x = a, *y = b;
    int order = compare_oids(x->base->oid, y->base->oid);
    return order ? order : compare_oids(x->view->oid, y->view->oid);
}

static const char *column_name(const struct table *table, int number)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].number == number)
            return table->columns[i].name;
    return NULL;
}

/* A view over a view is followed to the table. (Views may have been replaced until they stand on each other in a
 * circle: reading them fails, but they can be declared.) */
static void follow_views(struct shown *list, size_t count)
{
    enum { VIEWS_MAX = 64 };
    for (size_t i = 0; i < count; i++)
        for (int step = 0; step < VIEWS_MAX; step++) {
            const struct shown wanted = {.view = list[i].base, .column = list[i].base_column};
            const struct shown *below = bsearch(&wanted, list, count, sizeof *list, by_view);
            if (!below || below == &list[i])
                break;
            list[i].base = below->base;
            list[i].base_column = below->base_column;
        }
}

static void build_view_columns(struct build *b, const PGresult *rows, struct view_column **views, size_t *count)
{
    size_t room = 1, n = 0;
    for (int row = 0; row < PQntuples(rows); row++) {
        const struct table *view = table_by_oid(b, oid_cell(rows, row, 0));
        room += view ? view->column_count : 0;
    }
    struct shown *shown = arena_array(b->arena, room, sizeof *shown);
    struct view_target *targets = arena_array(b->arena, room, sizeof *targets);
    for (int row = 0; row < PQntuples(rows); row++) {
        Oid oid = oid_cell(rows, row, 0);
        const struct table *view = table_by_oid(b, oid);
        if (!view)
            continue;
        size_t found = view_targets(PQgetvalue(rows, row, 1), targets, view->column_count);
        for (size_t i = 0; i < found && i < view->column_count && n < room; i++)
            shown[n++] = (struct shown){oid, targets[i].base, targets[i].column, targets[i].base_column};
    }
    if (n)
        qsort(shown, n, sizeof *shown, by_view);
    follow_views(shown, n);
    struct view_column *list = arena_array(b->arena, n + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        struct view_column *column = &list[*count];
        column->view = table_by_oid(b, shown[i].view);
        column->base = table_by_oid(b, shown[i].base);
        if (!column->view || !column->base)
            continue;
        column->column = column_name(column->view, shown[i].column);
        column->base_column = column_name(column->base, shown[i].base_column);
        *count += column->column && column->base_column;
    }
    if (*count)
        qsort(list, *count, sizeof *list, by_base);
    *views = list;
}

static bool has_text(const char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(list[i], text))
            return true;
    return false;
}

/* A view shows a table's primary key when all its columns are there; the keys of all its tables are its own. */
static void build_view_keys(struct build *b, const struct view_column *views, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        struct table *view = table_by_oid(b, views[first].view->oid);
        const struct table *base = views[first].base;
        for (end = first; end < count && views[end].view == views[first].view && views[end].base == base;)
            end++;
        const char **key = arena_array(b->arena, view->key_count + base->key_count + 1, sizeof *key);
        size_t n = view->key_count, found = 0;
        for (size_t i = 0; i < n; i++)
            key[i] = view->key[i];
        for (size_t k = 0; k < base->key_count; k++)
            for (size_t i = first; i < end; i++)
                if (text_eq(views[i].base_column, base->key[k])) {
                    if (!has_text(key, n, views[i].column))
                        key[n++] = views[i].column;
                    found++;
                    break;
                }
        if (base->key_count && found == base->key_count) {
            view->key = key;
            view->key_count = n;
        }
    }
}

static void mark_keys(struct build *b)
{
    for (size_t i = 0; i < b->table_count; i++)
        for (size_t k = 0; k < b->tables[i].key_count; k++)
            for (size_t c = 0; c < b->tables[i].column_count; c++)
                if (text_eq(b->tables[i].columns[c].name, b->tables[i].key[k]))
                    ((struct column *)(uintptr_t)&b->tables[i].columns[c])->primary = true;
}

/* One row of pg_proc, before it is known what the function is for. */
struct routine {
    struct function function;
    Oid single_row_argument; /* row type of the only argument, or 0 */
    bool usable;             /* callable as /rpc/name */
    double rows;
};

static struct table *row_type_of(struct build *b, Oid relation)
{
    return relation ? table_by_oid(b, relation) : NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Parameters, and for TABLE and OUT the columns of the result. */
static void build_signature(struct build *b, struct routine *routine, const PGresult *rows, int row)
{
    struct function *f = &routine->function;
    json_t *list = json_loads(PQgetvalue(rows, row, 14), 0, NULL);
    size_t total = json_array_size(list);
    size_t inputs = 0, outputs = 0;
    size_t optional = (size_t)int_cell(rows, row, 13), in_count = (size_t)int_cell(rows, row, 12);
    struct parameter *parameters = arena_array(b->arena, total + 1, sizeof *parameters);
    struct column *columns = arena_array(b->arena, total + 1, sizeof *columns);
    size_t unnamed = 0;
    Oid nameless = 0; /* type of the last one without a name */
    for (size_t i = 0; i < total; i++) {
        json_t *item = json_array_get(list, i);
        const char *mode = text_of(item, "mode");
        const char *name = arena_strdup(b->arena, text_of(item, "name"));
        const char *type = arena_strdup(b->arena, text_of(item, "type"));
        Oid oid = (Oid)json_integer_value(json_object_get(item, "oid"));
        enum value_kind kind = (enum value_kind)json_integer_value(json_object_get(item, "kind"));
        if (*mode == 'i' || *mode == 'b' || *mode == 'v') {
            parameters[inputs] = (struct parameter){.name = name,
                                                    .type = type,
                                                    .type_oid = oid,
                                                    .kind = kind,
                                                    .required = inputs + optional < in_count,
                                                    .variadic = *mode == 'v'};
            unnamed += !*name;
            nameless = *name ? nameless : oid;
            inputs++;
            routine->single_row_argument = inputs == 1 ? (Oid)json_integer_value(json_object_get(item, "row")) : 0;
        }
        if (*mode == 'o' || *mode == 'b' || *mode == 't') {
            if (!*name)
                name = arena_printf(b->arena, "column%zu", outputs + 1); /* as PostgreSQL calls it */
            columns[outputs++] = (struct column){.name = name,
                                                 .type = type,
                                                 .type_oid = oid,
                                                 .kind = kind,
                                                 .is_jsonb = oid == 3802,
                                                 .is_tsvector = oid == 3614,
                                                 .readable = ~0u};
        }
    }
    json_decref(list);
    f->parameters = parameters;
    f->parameter_count = inputs;
    /* One without a name is given the whole body, so it must be of a type that a body can be. */
    routine->usable =
        !unnamed ||
        (unnamed == 1 && (nameless == 114 || nameless == 3802 || nameless == 25 || nameless == 17 || nameless == 142));
    if (f->returns != RETURNS_VOID && !f->table && outputs) { /* one column has a name too */
        f->returns = RETURNS_ROW;
        struct table *table = arena_zalloc(b->arena, sizeof *table);
        *table = (struct table){.name = f->name, .relkind = 'c', .columns = columns, .column_count = outputs};
        f->table = table;
    }
    if (f->returns == RETURNS_ROW && !f->table) {
        f->returns = RETURNS_SCALAR;
        f->bare_record = true;
        f->result.kind = VALUE_COMPOSED;
    }
}

static void build_routine(struct build *b, struct routine *routine, const PGresult *rows, int row)
{
    struct function *f = &routine->function;
    f->name = copy(b->arena, rows, row, 0);
    f->schema = text_eq(PQgetvalue(rows, row, 1), b->schema) ? NULL : copy(b->arena, rows, row, 1);
    f->comment = copy(b->arena, rows, row, 2);
    f->volatility = *PQgetvalue(rows, row, 3);
    f->returns_set = flag(rows, row, 4);
    Oid type = oid_cell(rows, row, 5);
    f->table = row_type_of(b, oid_cell(rows, row, 6));
    f->returns = type == 2278 ? RETURNS_VOID : f->table || type == 2249 ? RETURNS_ROW : RETURNS_SCALAR;
    f->result = (struct column){.name = f->name,
                                .type = copy(b->arena, rows, row, 7),
                                .type_oid = oid_cell(rows, row, 8),
                                .kind = (enum value_kind)int_cell(rows, row, 9),
                                .readable = ~0u};
    f->result.is_jsonb = f->result.type_oid == 3802;
    f->result.is_tsvector = f->result.type_oid == 3614;
    f->executable = mask(rows, row, 15);
    int64_t text_bytes = PQgetisnull(rows, row, 16) ? 0 : strtoll(PQgetvalue(rows, row, 16), NULL, 10);
    f->text_bytes_max = text_bytes > 0 ? (size_t)text_bytes : 0;
    f->media = copy(b->arena, rows, row, 17);
    routine->rows = strtod(PQgetvalue(rows, row, 10), NULL);
    build_signature(b, routine, rows, row);
}

/* Functions of the tenant's own schema carry none. */
static bool is_api(const struct function *f)
{
    return f->schema && text_eq(f->schema, "api");
}

/* Whether the ledger says that the function belongs to modules, but to none of this tenant's. */
static bool is_of_other_module(const struct build *b, const struct function *f)
{
    bool listed = false;
    if (!b->ledger || !is_api(f))
        return false;
    for (int i = 0; i < PQntuples(b->ledger); i++) {
        if (!text_eq(PQgetvalue(b->ledger, i, 0), f->name))
            continue;
        listed = true;
        for (const char *const *module = b->modules; *module; module++)
            if (text_eq(PQgetvalue(b->ledger, i, 1), *module))
                return false;
    }
    return listed;
}

static struct table *table_of_row_type(struct build *b, Oid row_type)
{
    const struct table wanted = {.row_type = row_type}, *key = &wanted;
    struct table **found =
        row_type && b->table_count ? bsearch(&key, b->by_row_type, b->table_count, sizeof(void *), by_row_type) : NULL;
    return found && (*found)->relkind != 'c' ? *found : NULL;
}

static void build_functions(struct build *b, const PGresult *rows, struct relationship **computed,
                            size_t *computed_count)
{
    size_t count = (size_t)PQntuples(rows);
    struct routine *routines = arena_array(b->arena, count + 1, sizeof *routines);
    struct function *functions = arena_array(b->arena, count + 1, sizeof *functions);
    *computed = arena_array(b->arena, count + 1, sizeof **computed);
    for (size_t i = 0; i < count; i++) {
        struct routine *routine = &routines[i];
        build_routine(b, routine, rows, (int)i);
        struct table *from = table_of_row_type(b, routine->single_row_argument);
        if (from && routine->function.returns == RETURNS_ROW && routine->function.table &&
            routine->function.table->row_type) {
            const struct function *f = &routine->function;
            bool one = !f->returns_set || routine->rows <= 1;
            (*computed)[(*computed_count)++] = (struct relationship){.kind = RELATIONSHIP_COMPUTED,
                                                                     .from = from,
                                                                     .to = f->table,
                                                                     .to_one = one,
                                                                     .constraint = f->name,
                                                                     .function = f->name,
                                                                     .function_schema = f->schema};
        }
        if (routine->usable && !is_of_other_module(b, &routine->function))
            functions[b->catalogue->function_count++] = routine->function;
    }
    b->catalogue->functions = b->functions = functions;

    for (size_t t = 0; t < b->table_count; t++) {
        struct table *table = &b->tables[t];
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            n += table->row_type && routines[i].single_row_argument == table->row_type;
        if (!n)
            continue;
        struct column *list = arena_array(b->arena, n, sizeof *list);
        for (size_t i = 0; i < count; i++)
            if (routines[i].single_row_argument == table->row_type && routines[i].function.returns == RETURNS_SCALAR &&
                !routines[i].function.returns_set)
                list[table->computed_count++] = routines[i].function.result;
        table->computed = list;
    }
}

/* Overloads have one list: the database says what all functions of a name read. */
static void build_public_reads(struct build *b, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        bool is_table = text_eq(cell(rows, row, 0), "table");
        const char *name = cell(rows, row, 1);
        size_t count;
        const char *const *reads = own_names(b->arena, cell(rows, row, 2), &count);
        for (size_t i = 0; is_table && i < b->table_count; i++)
            if (b->tables[i].exposed && text_eq(b->tables[i].name, name))
                b->tables[i].public_reads = reads;
        for (size_t i = 0; !is_table && i < b->catalogue->function_count; i++)
            if (is_api(&b->functions[i]) && text_eq(b->functions[i].name, name))
                b->functions[i].public_reads = reads;
    }
}

static void build_handlers(struct build *b, const PGresult *rows)
{
    size_t count = (size_t)PQntuples(rows);
    struct media_handler *list = arena_array(b->arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct media_handler){
            .media = copy(b->arena, rows, (int)i, 0),
            .schema = text_eq(PQgetvalue(rows, (int)i, 1), b->schema) ? NULL : copy(b->arena, rows, (int)i, 1),
            .name = copy(b->arena, rows, (int)i, 2),
            .row_type = oid_cell(rows, (int)i, 3),
            .bytes = flag(rows, (int)i, 4)};
    b->catalogue->handlers = list;
    b->catalogue->handler_count = count;
}

struct catalogue *catalogue_build(const char *schema, const PGresult *const results[CATALOGUE_QUERY_COUNT],
                                  const PGresult *const house[HOUSE_QUERY_COUNT], const char *const *modules)
{
    struct arena *arena = arena_new();
    struct catalogue *catalogue = arena_zalloc(arena, sizeof *catalogue);
    struct build b = {.arena = arena,
                      .catalogue = catalogue,
                      .schema = schema,
                      .ledger = house ? house[HOUSE_LEDGER] : NULL,
                      .modules = modules};
    struct unique_key *uniques;
    struct foreign_key *keys;
    struct view_column *views;
    struct relationship *computed;
    size_t unique_count, key_count, view_count, computed_count = 0;

    catalogue->arena = arena;
    catalogue->refs = 1;
    catalogue->loaded_ms = clock_monotonic_ms();
    for (int i = 0; i < PQntuples(results[CATALOGUE_ROLES]) && i < CATALOGUE_ROLES_MAX; i++) {
        const char *timeout = cell(results[CATALOGUE_ROLES], i, 1);
        catalogue->role_timeouts_ms[catalogue->role_count] = timeout ? duration_ms(timeout) : 0;
        catalogue->roles[catalogue->role_count++] = copy(arena, results[CATALOGUE_ROLES], i, 0);
    }
    build_tables(&b, results[CATALOGUE_TABLES]);
    build_columns(&b, results[CATALOGUE_COLUMNS]);
    build_keys(&b, results[CATALOGUE_KEYS], &uniques, &unique_count);
    build_foreign_keys(&b, results[CATALOGUE_FOREIGN_KEYS], &keys, &key_count);
    build_view_columns(&b, results[CATALOGUE_VIEWS], &views, &view_count);
    build_view_keys(&b, views, view_count);
    mark_keys(&b);
    build_functions(&b, results[CATALOGUE_FUNCTIONS], &computed, &computed_count);
    relationships_build(arena, b.tables, b.table_count, keys, key_count, views, view_count, uniques, unique_count,
                        computed, computed_count);
    if (house)
        build_public_reads(&b, house[HOUSE_READS]);
    catalogue->tables = b.tables;
    catalogue->table_count = b.table_count;
    build_handlers(&b, results[CATALOGUE_HANDLERS]);
    if (PQntuples(results[CATALOGUE_FACTS])) {
        catalogue->schema_comment = copy(arena, results[CATALOGUE_FACTS], 0, 0);
        catalogue->postgis = copy(arena, results[CATALOGUE_FACTS], 0, 1);
    }
    catalogue->has_idempotency_keys = catalogue_table(catalogue, "idempotency_keys");
    return catalogue;
}
