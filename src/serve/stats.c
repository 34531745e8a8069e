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

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP maitred_%s %s\n# TYPE maitred_%s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help, int64_t value)
{
    head(out, name, type, help);
    buf_printf(out, "maitred_%s %lld\n", name, (long long)value);
}

static void write_pool(struct buf *out, const char *name, const struct pg_pool_stats *s)
{
    const struct {
        const char *state;
        int64_t value;
    } rows[] = {{"open", s->open}, {"busy", s->busy}, {"waiting", s->waiting}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_printf(out, "maitred_db_pool{pool=\"%s\",what=\"%s\"} %lld\n", name, rows[i].state,
                   (long long)rows[i].value);
    const struct {
        const char *what;
        uint64_t value;
    } totals[] = {{"batches", s->batches},
                  {"failed", s->failed},
                  {"retried", s->retried},
                  {"refused", s->refused},
                  {"connects", s->reconnects}};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        buf_printf(out, "maitred_db_total{pool=\"%s\",what=\"%s\"} %llu\n", name, totals[i].what,
                   (unsigned long long)totals[i].value);
}

static void add_pool(struct pg_pool_stats *sum, const struct pg_pool_stats *s)
{
    sum->open += s->open;
    sum->busy += s->busy;
    sum->waiting += s->waiting;
    sum->batches += s->batches;
    sum->failed += s->failed;
    sum->retried += s->retried;
    sum->refused += s->refused;
    sum->reconnects += s->reconnects;
}

static void add_rest(struct rest_stats *sum, const struct rest_stats *s, bool alive)
{
    sum->plans_made += s->plans_made;
    sum->plans_reused += s->plans_reused;
    sum->answers_cached += s->answers_cached;
    sum->answers_shared += s->answers_shared;
    sum->catalogues_loaded += s->catalogues_loaded;
    sum->catalogue_failures += s->catalogue_failures;
    if (alive)
        sum->cached_bytes += s->cached_bytes;
}

static void write_rest(struct buf *out, const struct rest_stats *s)
{
    one(out, "rest_plans_made_total", "counter", "Kinds of requests that were planned.", (int64_t)s->plans_made);
    one(out, "rest_plans_reused_total", "counter", "Requests whose plan was there.", (int64_t)s->plans_reused);
    one(out, "rest_public_hits_total", "counter", "Public answers given without asking the database.",
        (int64_t)s->answers_cached);
    one(out, "rest_public_shared_total", "counter", "Of these, answers that another request was just fetching.",
        (int64_t)s->answers_shared);
    one(out, "rest_public_bytes", "gauge", "Public answers that are kept.", (int64_t)s->cached_bytes);
    one(out, "rest_catalogues_total", "counter", "Catalogues read.", (int64_t)s->catalogues_loaded);
    one(out, "rest_catalogue_failures_total", "counter", "Catalogues that could not be read.",
        (int64_t)s->catalogue_failures);
}

static void add_realtime(struct realtime_stats *sum, const struct realtime_stats *s, bool alive)
{
    if (alive) {
        sum->sockets += s->sockets;
        sum->channels += s->channels;
        sum->subscriptions += s->subscriptions;
    }
    sum->joins += s->joins;
    sum->refused += s->refused;
    sum->changes_in += s->changes_in;
    sum->deliveries += s->deliveries;
    sum->checks += s->checks;
    sum->check_hits += s->check_hits;
    sum->casts += s->casts;
    sum->dropped_slow += s->dropped_slow;
    sum->delivery_us_sum += s->delivery_us_sum;
    sum->delivery_count += s->delivery_count;
}

static void write_realtime(struct buf *out, const struct realtime_stats *s)
{
    one(out, "realtime_sockets", "gauge", "WebSocket clients.", s->sockets);
    one(out, "realtime_channels", "gauge", "Channels that clients have joined.", s->channels);
    one(out, "realtime_subscriptions", "gauge", "Subscriptions to changes of tables.", s->subscriptions);
    one(out, "realtime_joins_total", "counter", "Channels joined.", (int64_t)s->joins);
    one(out, "realtime_refused_total", "counter", "Joins refused.", (int64_t)s->refused);
    one(out, "realtime_changes_total", "counter", "Changes that came to the workers.", (int64_t)s->changes_in);
    one(out, "realtime_deliveries_total", "counter", "Messages of changes sent.", (int64_t)s->deliveries);
    one(out, "realtime_checks_total", "counter", "Questions of visibility asked of the database.", (int64_t)s->checks);
    one(out, "realtime_check_hits_total", "counter", "Questions of visibility that were answered before.",
        (int64_t)s->check_hits);
    one(out, "realtime_casts_total", "counter", "Broadcasts.", (int64_t)s->casts);
    one(out, "realtime_dropped_total", "counter", "Clients dropped because they read too slowly.",
        (int64_t)s->dropped_slow);
    head(out, "realtime_delivery_seconds", "summary", "Time from a commit to the last of its subscribers.");
    buf_printf(out, "maitred_realtime_delivery_seconds_sum %.6f\nmaitred_realtime_delivery_seconds_count %llu\n",
               (double)s->delivery_us_sum / 1e6, (unsigned long long)s->delivery_count);
}

static void write_seconds(struct buf *out, const char *name, const char *help, int64_t us)
{
    head(out, name, "gauge", help);
    buf_printf(out, "maitred_%s %.6f\n", name, (double)us / 1e6);
}

static void write_hub(struct buf *out, const struct hub_stats *s)
{
    one(out, "realtime_hub", "gauge", "Whether the WAL worker lives.", s->alive);
    one(out, "realtime_live", "gauge", "Whether changes are read from the WAL.", s->live);
    one(out, "realtime_hub_workers", "gauge", "Web workers connected to the WAL worker.", (int64_t)s->workers);
    one(out, "realtime_hub_changes_total", "counter", "Changes read from the WAL.", (int64_t)s->changes);
    one(out, "realtime_hub_transactions_total", "counter", "Transactions read from the WAL.", (int64_t)s->transactions);
    one(out, "realtime_hub_casts_total", "counter", "Broadcasts handed on between workers and daemons.",
        (int64_t)s->casts);
    one(out, "realtime_hub_presences", "gauge", "Clients present in channels.", (int64_t)s->presences);
    one(out, "realtime_hub_dropped_workers_total", "counter", "Web workers cut off because they read too slowly.",
        (int64_t)s->dropped_workers);
    one(out, "realtime_reconnects_total", "counter", "Times the reading of the WAL was taken up again.",
        (int64_t)s->restarts);
    one(out, "realtime_slots_lost_total", "counter", "Replication slots made anew; clients had to fetch again.",
        (int64_t)s->slots_lost);
    write_seconds(out, "realtime_lag_seconds", "Time from the last commit to its being read.", s->lag_us);
    if (s->slot_retained_bytes >= 0)
        one(out, "realtime_slot_retained_bytes", "gauge", "WAL that PostgreSQL keeps for the replication slot.",
            s->slot_retained_bytes);
    one(out, "realtime_history_bytes", "gauge", "Changes kept for clients that come back.", (int64_t)s->history_bytes);
    one(out, "realtime_hub_memory_bytes", "gauge", "Resident memory of the WAL worker.", s->memory_bytes);
}

void stats_write(const struct shared_stats *shared, struct buf *out)
{
    struct http_stats http = {0};
    struct pg_pool_stats fast = {0};
    struct pg_pool_stats slow = {0};
    struct rest_stats rest = {0};
    struct realtime_stats realtime = {0};
    uint64_t hits = 0;
    uint64_t misses = 0;
    size_t tenants = 0;
    int alive = 0;
    for (int i = 0; i < STATS_WORKERS_MAX; i++) {
        const struct worker_stats *w = &shared->workers[i];
        http.requests += w->http.requests;
        for (int c = 0; c < 6; c++)
            http.by_class[c] += w->http.by_class[c];
        http.bytes_out += w->http.bytes_out;
        http.duration_us_sum += w->http.duration_us_sum;
        for (int b = 0; b < 12; b++)
            http.duration_buckets[b] += w->http.duration_buckets[b];
        add_rest(&rest, &w->rest, w->alive);
        add_realtime(&realtime, &w->realtime, w->alive);
        hits += w->token_hits;
        misses += w->token_misses;
        if (!w->alive)
            continue;
        alive++;
        http.connections += w->http.connections;
        http.in_flight += w->http.in_flight;
        add_pool(&fast, &w->fast);
        add_pool(&slow, &w->slow);
        tenants = w->tenants > tenants ? w->tenants : tenants;
    }
    one(out, "up_seconds", "gauge", "Seconds since the daemon started.", clock_now_s() - shared->started_s);
    one(out, "workers", "gauge", "Web workers alive.", alive);
    one(out, "worker_restarts_total", "counter", "Workers that died and were started again.",
        (int64_t)shared->restarts);
    one(out, "tenants", "gauge", "Tenants known to a worker.", (int64_t)tenants);
    one(out, "http_connections", "gauge", "Client connections.", http.connections);
    one(out, "http_in_flight", "gauge", "Requests being answered.", http.in_flight);
    one(out, "http_sent_bytes_total", "counter", "Bytes of answer bodies.", (int64_t)http.bytes_out);
    head(out, "http_requests_total", "counter", "Answers by status class.");
    for (int c = 1; c < 6; c++)
        buf_printf(out, "maitred_http_requests_total{class=\"%dxx\"} %llu\n", c, (unsigned long long)http.by_class[c]);
    head(out, "http_request_seconds", "histogram", "Time from the request line to the answer.");
    uint64_t below = 0;
    for (int b = 0; b < 12; b++) {
        below += http.duration_buckets[b];
        if (b < 11)
            buf_printf(out, "maitred_http_request_seconds_bucket{le=\"%g\"} %llu\n",
                       http_duration_bucket_ms[b] / 1000.0, (unsigned long long)below);
    }
    buf_printf(out, "maitred_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)below);
    buf_printf(out, "maitred_http_request_seconds_sum %.6f\n", (double)http.duration_us_sum / 1e6);
    buf_printf(out, "maitred_http_request_seconds_count %llu\n", (unsigned long long)below);
    one(out, "token_cache_hits_total", "counter", "Bearer tokens found in the cache of verified ones.", (int64_t)hits);
    one(out, "token_cache_misses_total", "counter", "Bearer tokens that had to be verified.", (int64_t)misses);
    head(out, "db_pool", "gauge", "Database connections and waiting requests.");
    head(out, "db_total", "counter", "Database batches by outcome.");
    write_pool(out, "fast", &fast);
    write_pool(out, "slow", &slow);
    write_rest(out, &rest);
    write_realtime(out, &realtime);
    write_hub(out, &shared->hub);
    head(out, "worker_memory_bytes", "gauge", "Resident memory of each web worker.");
    for (int i = 0; i < STATS_WORKERS_MAX; i++)
        if (shared->workers[i].alive)
            buf_printf(out, "maitred_worker_memory_bytes{worker=\"%d\"} %lld\n", i,
                       (long long)shared->workers[i].memory_bytes);
}
