#include "rest/catalogue.h"

#include "base/str.h"

#include <assert.h>
#include <ctype.h>

struct catalogue *catalogue_ref(struct catalogue *catalogue)
{
    assert(catalogue->refs);
    catalogue->refs++;
    return catalogue;
}

void catalogue_unref(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    assert(catalogue->refs);
    if (!--catalogue->refs)
        arena_free(catalogue->arena); /* the catalogue itself lives there */
}

const struct table *catalogue_table(const struct catalogue *catalogue, const char *name)
{
    size_t low = 0, high = catalogue->table_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct table *table = &catalogue->tables[middle];
        int order = strcmp(name, table->name);
        if (!order) { /* a table below a view of the same name stands behind it */
            while (table > catalogue->tables && text_eq(table[-1].name, name))
                table--;
            return table->exposed ? table : NULL;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct function *catalogue_functions(const struct catalogue *catalogue, const char *name, size_t *count)
{
    size_t low = 0, high = catalogue->function_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(catalogue->functions[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t n = 0;
    while (low + n < catalogue->function_count && text_eq(catalogue->functions[low + n].name, name))
        n++;
    *count = n;
    return n ? &catalogue->functions[low] : NULL;
}

const struct column *table_column(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (text_eq(table->columns[i].name, name))
            return &table->columns[i];
    for (size_t i = 0; i < table->computed_count; i++)
        if (text_eq(table->computed[i].name, name))
            return &table->computed[i];
    return NULL;
}

uint32_t catalogue_role_bit(const struct catalogue *catalogue, const char *role)
{
    for (size_t i = 0; i < catalogue->role_count; i++)
        if (text_eq(catalogue->roles[i], role))
            return 1u << i;
    return 0;
}

double name_likeness(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    size_t n = strlen(a), m = strlen(b);
    if (!n || !m || n >= LONGEST || m >= LONGEST)
        return 0;
    size_t row[LONGEST];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            size_t cost = diagonal + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            size_t best = above + 1 < row[j - 1] + 1 ? above + 1 : row[j - 1] + 1;
            row[j] = best < cost ? best : cost;
            diagonal = above;
        }
    }
    return 1.0 - (double)row[m] / (double)(n > m ? n : m);
}

static void consider(const char *candidate, const char *name, const char **best, double *likeness)
{
    double now = name_likeness(candidate, name);
    if (now >= LIKENESS_MIN && now > *likeness) {
        *best = candidate;
        *likeness = now;
    }
}

const char *catalogue_similar_table(const struct catalogue *catalogue, const char *name)
{
    const char *best = NULL;
    double likeness = 0;
    for (size_t i = 0; i < catalogue->table_count; i++)
        if (catalogue->tables[i].exposed)
            consider(catalogue->tables[i].name, name, &best, &likeness);
    return best;
}

const char *catalogue_similar_function(const struct catalogue *catalogue, const char *name)
{
    const char *best = NULL;
    double likeness = 0;
    for (size_t i = 0; i < catalogue->function_count; i++)
        consider(catalogue->functions[i].name, name, &best, &likeness);
    return best;
}
