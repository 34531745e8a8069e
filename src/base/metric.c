#include "base/metric.h"

#include "base/str.h"

_Static_assert(_Generic((size_t)0, uint64_t : 1, default : 0), "sizes are counted as uint64_t");

void metric_head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP maitred_%s %s\n# TYPE maitred_%s %s\n", name, help, name, type);
}

static int64_t read(const struct metric *metric, const void *counters)
{
    const char *at = (const char *)counters + metric->offset;
    switch (metric->type) {
    case METRIC_BOOL:
        return *(const bool *)(const void *)at;
    case METRIC_INT:
        return *(const int *)(const void *)at;
    case METRIC_UINT64:
        return (int64_t) * (const uint64_t *)(const void *)at;
    case METRIC_INT64:
    default:
        return *(const int64_t *)(const void *)at;
    }
}

static int64_t add_up(const struct metric *metric, const struct metric_set *set)
{
    int64_t sum = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct metric_source *source = &set->sources[i];
        if (metric->kind != METRIC_COUNTER && !source->alive)
            continue;
        int64_t value = read(metric, source->counters);
        if (metric->kind != METRIC_MOST)
            sum += value;
        else if (value > sum)
            sum = value;
    }
    return sum;
}

static void write_value(struct buf *out, const struct metric *metric, const struct metric_set *set)
{
    int64_t value = add_up(metric, set);
    if (metric->may_lack && value < 0)
        return;
    buf_printf(out, "maitred_%s", metric->name);
    if (set->labels || metric->labels)
        buf_printf(out, "{%s%s%s}", set->labels ? set->labels : "", set->labels && metric->labels ? "," : "",
                   metric->labels ? metric->labels : "");
    if (metric->micros)
        buf_printf(out, " %.6f\n", (double)value / 1e6);
    else
        buf_printf(out, " %lld\n", (long long)value);
}

void metric_write(struct buf *out, const struct metric *table, const struct metric_set *sets, size_t set_count)
{
    for (const struct metric *metric = table; metric->name; metric++) {
        if (!metric->help) /* was written with the row that says what it is */
            continue;
        metric_head(out, metric->name, metric->kind == METRIC_COUNTER ? "counter" : "gauge", metric->help);
        for (size_t i = 0; i < set_count; i++)
            for (const struct metric *row = metric; row->name && (row == metric || !row->help); row++)
                write_value(out, row, &sets[i]);
    }
}
