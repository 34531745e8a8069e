#include "rest/catalogue.h"

#include "base/str.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

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

int catalogue_role_timeout_ms(const struct catalogue *catalogue, const char *role, int otherwise)
{
    for (size_t i = 0; i < catalogue->role_count; i++)
        if (text_eq(catalogue->roles[i], role) && catalogue->role_timeouts_ms[i])
            return catalogue->role_timeouts_ms[i];
    return otherwise;
}

int duration_ms(const char *text)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"", 1}, {"ms", 1}, {"us", 0.001}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000}};
    char *end;
    double number = strtod(text, &end);
    while (*end == ' ')
        end++;
    for (size_t i = 0; end != text && i < sizeof units / sizeof *units; i++)
        if (text_eq(end, units[i].unit) && number > 0 && number * units[i].ms < INT_MAX)
            return (int)(number * units[i].ms);
    return 0;
}

double name_likeness(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    size_t n = strlen(a), m = strlen(b);
    if (!n || !m || n >= LONGEST || m >= LONGEST)
        return 0;
    size_t rows[3][LONGEST]; /* the one before the last, the last, this one */
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            size_t best = last[j - 1] + (x != y);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]);
            if (swapped && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return 1.0 - (double)last[m] / (double)(n > m ? n : m);
}

static void consider(const char *candidate, const char *name, const char **best, double *likeness)
{
    double now = name_likeness(candidate, name);
    if (now >= LIKENESS_MIN && now > *likeness) {
        *best = candidate;
        *likeness = now;
    }
}

bool function_is_for(const struct catalogue *catalogue, const struct function *function, const char *role)
{
    uint32_t bit = catalogue_role_bit(catalogue, role);
    return !bit || (function->executable & bit);
}

bool table_is_for(const struct catalogue *catalogue, const struct table *table, const char *role)
{
    uint32_t bit = catalogue_role_bit(catalogue, role), any = 0;
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++)
        any |= table->privileges[i];
    return !bit || (any & bit);
}

const char *catalogue_similar_table(const struct catalogue *catalogue, const char *name, const char *role)
{
    const char *best = NULL;
    double likeness = 0;
    for (size_t i = 0; i < catalogue->table_count; i++)
        if (catalogue->tables[i].exposed && table_is_for(catalogue, &catalogue->tables[i], role))
            consider(catalogue->tables[i].name, name, &best, &likeness);
    return best;
}

const char *catalogue_similar_function(const struct catalogue *catalogue, const char *name, const char *role)
{
    const char *best = NULL;
    double likeness = 0;
    for (size_t i = 0; i < catalogue->function_count; i++)
        if (function_is_for(catalogue, &catalogue->functions[i], role))
            consider(catalogue->functions[i].name, name, &best, &likeness);
    return best;
}
