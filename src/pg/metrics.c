#include "pg/pg.h"

#define OF(member) METRIC_OF(pg_pool_stats, member)

/* To add one: base/metric.h. */
const struct metric pg_pool_metrics[] = {
    {"db_pool", METRIC_GAUGE, "what=\"open\"", "Database connections and waiting requests.", OF(open)},
    {"db_pool", METRIC_GAUGE, "what=\"busy\"", NULL, OF(busy)},
    {"db_pool", METRIC_GAUGE, "what=\"waiting\"", NULL, OF(waiting)},
    {"db_total", METRIC_COUNTER, "what=\"batches\"", "Database batches by outcome.", OF(batches)},
    {"db_total", METRIC_COUNTER, "what=\"failed\"", NULL, OF(failed)},
    {"db_total", METRIC_COUNTER, "what=\"retried\"", NULL, OF(retried)},
    {"db_total", METRIC_COUNTER, "what=\"refused\"", NULL, OF(refused)},
    {"db_total", METRIC_COUNTER, "what=\"connects\"", NULL, OF(reconnects)},
    {0},
};
