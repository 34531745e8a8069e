#include "serve/stats.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct shared_stats *stats_share(void)
{
    struct shared_stats *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        abort();
    shared->started_s = clock_now_s();
    shared->hub.slot_retained_bytes = -1;
    return shared;
}

int64_t stats_memory_bytes(void)
{
    long pages = 0;
    FILE *in = fopen("/proc/self/statm", "re");
    if (!in)
        return 0;
    if (fscanf(in, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(in);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

/* --- What /metrics shows ------------------------------------------------------------------------------------------ */

#define WORKER(member) METRIC_OF(worker_stats, member)
#define SHARED(member) METRIC_OF(shared_stats, member)

static const struct metric worker_metrics[] = {
    {"workers", METRIC_GAUGE, NULL, "Web workers alive.", WORKER(alive)},
    {"tenants", METRIC_MOST, NULL, "Tenants known to a worker.", WORKER(tenants)},
    {0},
};

static const struct metric daemon_metrics[] = {
    {"worker_restarts_total", METRIC_COUNTER, NULL, "Workers that died and were started again.", SHARED(restarts)},
    {0},
};

/* Tables that count once a worker: to add a room's, its struct to struct worker_stats and a row here. Rows of one table
 * stand together and differ in their labels. */
static const struct {
    const struct metric *metrics;
    size_t offset;
    const char *labels;
} counted[] = {
    {worker_metrics, 0, NULL},
    {http_metrics, offsetof(struct worker_stats, http), NULL},
    {auth_metrics, offsetof(struct worker_stats, auth), NULL},
    {pg_pool_metrics, offsetof(struct worker_stats, fast), "pool=\"fast\""},
    {pg_pool_metrics, offsetof(struct worker_stats, slow), "pool=\"slow\""},
    {incoming_metrics, offsetof(struct worker_stats, incoming), NULL},
    {print_metrics, offsetof(struct worker_stats, print), NULL},
    {storage_metrics, offsetof(struct worker_stats, storage), NULL},
    {rest_metrics, offsetof(struct worker_stats, rest), NULL},
    {realtime_metrics, offsetof(struct worker_stats, realtime), NULL},
};

enum { COUNTED = sizeof counted / sizeof *counted };

/* The same member of every worker. */
static struct metric_set set_of(const struct shared_stats *shared, size_t at, struct metric_source *sources)
{
    for (size_t i = 0; i < STATS_WORKERS_MAX; i++)
        sources[i] = (struct metric_source){.counters = (const char *)&shared->workers[i] + counted[at].offset,
                                            .alive = shared->workers[i].alive};
    return (struct metric_set){.sources = sources, .count = STATS_WORKERS_MAX, .labels = counted[at].labels};
}

static void write_one(struct buf *out, const struct metric *metrics, const void *counters)
{
    const struct metric_source source = {.counters = counters, .alive = true};
    metric_write(out, metrics, &(struct metric_set){.sources = &source, .count = 1}, 1);
}

static void write_durations(struct buf *out, const struct shared_stats *shared)
{
    uint64_t below = 0, sum_us = 0;
    metric_head(out, "http_request_seconds", "histogram", "Time from the request line to the answer.");
    for (size_t b = 0; b < HTTP_DURATION_BUCKETS; b++) {
        for (size_t i = 0; i < STATS_WORKERS_MAX; i++)
            below += shared->workers[i].http.duration_buckets[b];
        if (b < HTTP_DURATION_BUCKETS - 1)
            buf_printf(out, "maitred_http_request_seconds_bucket{le=\"%g\"} %llu\n",
                       http_duration_bucket_ms[b] / 1000.0, (unsigned long long)below);
    }
    for (size_t i = 0; i < STATS_WORKERS_MAX; i++)
        sum_us += shared->workers[i].http.duration_us_sum;
    buf_printf(out, "maitred_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)below);
    buf_printf(out, "maitred_http_request_seconds_sum %.6f\n", (double)sum_us / 1e6);
    buf_printf(out, "maitred_http_request_seconds_count %llu\n", (unsigned long long)below);
}

static void write_deliveries(struct buf *out, const struct shared_stats *shared)
{
    uint64_t sum_us = 0, count = 0;
    for (size_t i = 0; i < STATS_WORKERS_MAX; i++) {
        sum_us += shared->workers[i].realtime.delivery_us_sum;
        count += shared->workers[i].realtime.delivery_count;
    }
    metric_head(out, "realtime_delivery_seconds", "summary", "Time from a commit to the last of its subscribers.");
    buf_printf(out, "maitred_realtime_delivery_seconds_sum %.6f\nmaitred_realtime_delivery_seconds_count %llu\n",
               (double)sum_us / 1e6, (unsigned long long)count);
}

void stats_write(const struct shared_stats *shared, struct buf *out)
{
    struct metric_source sources[COUNTED][STATS_WORKERS_MAX];
    struct metric_set sets[COUNTED];
    metric_head(out, "up_seconds", "gauge", "Seconds since the daemon started.");
    buf_printf(out, "maitred_up_seconds %lld\n", (long long)(clock_now_s() - shared->started_s));
    write_one(out, daemon_metrics, shared);
    for (size_t i = 0, n; i < COUNTED; i += n) {
        for (n = 0; i + n < COUNTED && counted[i + n].metrics == counted[i].metrics; n++)
            sets[n] = set_of(shared, i + n, sources[n]);
        metric_write(out, counted[i].metrics, sets, n);
    }
    write_durations(out, shared);
    write_deliveries(out, shared);
    write_one(out, hub_metrics, &shared->hub);
    metric_head(out, "worker_memory_bytes", "gauge", "Resident memory of each web worker.");
    for (int i = 0; i < STATS_WORKERS_MAX; i++)
        if (shared->workers[i].alive)
            buf_printf(out, "maitred_worker_memory_bytes{worker=\"%d\"} %lld\n", i,
                       (long long)shared->workers[i].memory_bytes);
}
