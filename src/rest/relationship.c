/* Relationships out of foreign keys: both directions, views over the tables, junctions between two keys. */
#include "rest/catalogue.h"

#include "base/str.h"

#include <stdlib.h>

/* A table or view that shows all columns of one side of a foreign key, under its own names. */
struct carrier {
    const struct table *table;
    const char *const *columns;
    bool view;
};

struct build {
    struct arena *arena;
    struct table *tables;
    size_t table_count;
    const struct view_column *views;
    size_t view_count;
    struct relationship *list; /* all of them, any order */
    size_t count, room;
};

/* Beyond the bound the last one is written over. */
static struct relationship *add(struct build *b)
{
    if (b->count == RELATIONSHIPS_MAX)
        return &b->list[b->count - 1];
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 64;
        struct relationship *list = arena_array(b->arena, room, sizeof *list);
        if (b->count)
            memcpy(list, b->list, b->count * sizeof *list);
        b->list = list;
        b->room = room;
    }
    return &b->list[b->count++];
}

/* The first of the views' columns over this table. */
static size_t first_over(const struct build *b, Oid base)
{
    size_t low = 0, high = b->view_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (b->views[middle].base->oid < base)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Who shows all these columns of a table: itself, and views over it. */
enum { CHOICES_MAX = 16 };

static struct carrier *carriers(const struct build *b, Oid oid, const char **columns, size_t n, size_t *count)
{
    size_t first = first_over(b, oid), end = first, found = 0;
    while (end < b->view_count && b->views[end].base->oid == oid)
        end++;
    size_t room = end - first + 2;
    struct carrier *list = arena_array(b->arena, room, sizeof *list);
    const struct table *self = NULL;
    for (size_t i = 0; i < b->table_count && !self; i++)
        self = b->tables[i].oid == oid ? &b->tables[i] : NULL;
    if (self && self->exposed && !self->partition)
        list[found++] = (struct carrier){.table = self, .columns = columns};
    for (size_t i = first, next; i < end; i = next) {
        const struct table *view = b->views[i].view;
        for (next = i; next < end && b->views[next].view == view;)
            next++;
        if (!view->exposed)
            continue;
        /* A view may show a column more than once: each choice of names is a carrier. */
        for (size_t choice = 0; choice < CHOICES_MAX; choice++) {
            const char **own = arena_array(b->arena, n + 1, sizeof *own);
            size_t left = choice, k = 0;
            for (; k < n; k++) {
                size_t shown = 0;
                for (size_t c = i; c < next; c++)
                    shown += text_eq(b->views[c].base_column, columns[k]);
                if (!shown)
                    break;
                size_t which = left % shown;
                left /= shown;
                for (size_t c = i; c < next && !own[k]; c++)
                    if (text_eq(b->views[c].base_column, columns[k]) && !which--)
                        own[k] = b->views[c].column;
            }
            if (k < n || left)
                break;
            if (found == room) {
                struct carrier *wider = arena_array(b->arena, room * 2, sizeof *wider);
                memcpy(wider, list, found * sizeof *list);
                list = wider;
                room *= 2;
            }
            list[found++] = (struct carrier){.table = view, .columns = own, .view = true};
        }
    }
    *count = found;
    return list;
}

static void add_key(struct build *b, const struct foreign_key *key)
{
    size_t from_count, to_count;
    struct carrier *from = carriers(b, key->from, key->from_columns, key->count, &from_count);
    struct carrier *to = carriers(b, key->to, key->to_columns, key->count, &to_count);
    for (size_t i = 0; i < from_count; i++)
        for (size_t j = 0; j < to_count; j++) {
            *add(b) = (struct relationship){.kind = RELATIONSHIP_KEY,
                                            .from = from[i].table,
                                            .to = to[j].table,
                                            .to_one = true,
                                            .one_to_one = key->unique,
                                            .constraint = key->constraint,
                                            .from_columns = from[i].columns,
                                            .to_columns = to[j].columns,
                                            .column_count = key->count,
                                            .to_view = to[j].view,
                                            .through_view = from[i].view || to[j].view};
            *add(b) = (struct relationship){.kind = RELATIONSHIP_KEY,
                                            .from = to[j].table,
                                            .to = from[i].table,
                                            .to_one = key->unique,
                                            .one_to_one = key->unique,
                                            .inverse = true,
                                            .constraint = key->constraint,
                                            .from_columns = to[j].columns,
                                            .to_columns = from[i].columns,
                                            .column_count = key->count,
                                            .to_view = from[i].view,
                                            .through_view = from[i].view || to[j].view};
        }
}

static bool contains(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(list[i], name))
            return true;
    return false;
}

/* Whether a unique key joins the two foreign keys: what each has for itself (a column that both share, such as
 * organization_id, does not count) is in it. */
static bool joined(const struct foreign_key *a, const struct foreign_key *b, const struct unique_key *unique)
{
    size_t own = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (contains(b->from_columns, b->count, a->from_columns[i]))
            continue;
        if (!contains(unique->columns, unique->count, a->from_columns[i]))
            return false;
        own++;
    }
    return own > 0;
}

/* Whether all of them are part of the view's key: then its rows join, as the table's do. */
static bool in_key(const struct table *view, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!contains(view->key, view->key_count, columns[i]))
            return false;
    return count > 0;
}

static void add_junctions(struct build *b, const struct foreign_key *keys, size_t key_count,
                          const struct unique_key *uniques, size_t unique_count)
{
    for (size_t i = 0; i < key_count; i++)
        for (size_t j = 0; j < key_count; j++) {
            const struct foreign_key *one = &keys[i], *two = &keys[j];
            bool found = false;
            if (i == j || one->from != two->from)
                continue;
            for (size_t u = 0; u < unique_count && !found; u++)
                found = uniques[u].table == one->from && joined(one, two, &uniques[u]) && joined(two, one, &uniques[u]);
            if (!found)
                continue;
            size_t via_count, far_count, from_count, to_count;
            struct carrier *via = carriers(b, one->from, one->from_columns, one->count, &via_count);
            struct carrier *far = carriers(b, two->from, two->from_columns, two->count, &far_count);
            struct carrier *from = carriers(b, one->to, one->to_columns, one->count, &from_count);
            struct carrier *to = carriers(b, two->to, two->to_columns, two->count, &to_count);
            for (size_t v = 0; v < via_count; v++)
                for (size_t w = 0; w < far_count; w++) {
                    const struct table *between = via[v].table;
                    if (far[w].table != between || (via[v].view && (!in_key(between, via[v].columns, one->count) ||
                                                                    !in_key(between, far[w].columns, two->count))))
                        continue;
                    for (size_t f = 0; f < from_count; f++)
                        for (size_t t = 0; t < to_count; t++)
                            *add(b) = (struct relationship){.kind = RELATIONSHIP_JUNCTION,
                                                            .from = from[f].table,
                                                            .to = to[t].table,
                                                            .constraint = one->constraint,
                                                            .via_constraint = two->constraint,
                                                            .via = between,
                                                            .from_columns = from[f].columns,
                                                            .via_from_columns = via[v].columns,
                                                            .column_count = one->count,
                                                            .to_columns = to[t].columns,
                                                            .via_to_columns = far[w].columns,
                                                            .via_column_count = two->count,
                                                            .to_view = to[t].view,
                                                            .through_view = from[f].view || to[t].view};
                }
        }
}

/* What refers here, what is referred to, what is reached through a third. */
static int rank(const struct relationship *r)
{
    return r->kind == RELATIONSHIP_JUNCTION ? 2 : !r->inverse;
}

/* By origin, then by name of the target, then by kind and constraint: messages list them in a fixed order. */
static int compare(const void *a, const void *b)
{
    const struct relationship *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    int order = strcmp(x->to->name, y->to->name);
    if (!order)
        order = rank(x) - rank(y);
    if (!order && x->via && y->via)
        order = strcmp(x->via->name, y->via->name);
    if (!order)
        order = strcmp(x->constraint, y->constraint);
    for (size_t i = 0; !order && i < x->column_count && i < y->column_count; i++)
        order = strcmp(x->from_columns[i], y->from_columns[i]);
    return order;
}

void relationships_build(struct arena *arena, struct table *tables, size_t table_count, const struct foreign_key *keys,
                         size_t key_count, const struct view_column *views, size_t view_count,
                         const struct unique_key *uniques, size_t unique_count, const struct relationship *computed,
                         size_t computed_count)
{
    struct build b = {
        .arena = arena, .tables = tables, .table_count = table_count, .views = views, .view_count = view_count};
    for (size_t i = 0; i < key_count; i++)
        add_key(&b, &keys[i]);
    add_junctions(&b, keys, key_count, uniques, unique_count);
    for (size_t i = 0; i < computed_count; i++)
        *add(&b) = computed[i];
    if (b.count)
        qsort(b.list, b.count, sizeof *b.list, compare);
    for (size_t i = 0; i < b.count; i++) {
        struct table *table = &tables[b.list[i].from - tables];
        if (!table->relationships)
            table->relationships = &b.list[i];
        table->relationship_count++;
    }
}
