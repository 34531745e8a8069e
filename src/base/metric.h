/* Metrics: each room that counts exports a table, and serve adds the tables of its workers up for /metrics.
 *
 * To add one, add a member to the room's struct of counters and a row to its table. Rows of one name, which differ in
 * their labels, stand together; the first alone has the help.
 */
#ifndef MAITRED_BASE_METRIC_H
#define MAITRED_BASE_METRIC_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum metric_kind {
    METRIC_COUNTER, /* of all workers, those that have died too */
    METRIC_GAUGE,   /* of the living */
    METRIC_MOST,    /* a gauge: the highest of the living */
};

enum metric_type { METRIC_BOOL, METRIC_INT, METRIC_INT64, METRIC_UINT64 };

struct metric {
    const char *name; /* without the maitred_ in front */
    enum metric_kind kind;
    const char *labels; /* such as class="2xx", or NULL */
    const char *help;   /* NULL: of the name above */
    size_t offset;      /* of the member in the room's struct: METRIC_OF */
    enum metric_type type;
    bool micros;   /* counted in microseconds, shown in seconds */
    bool may_lack; /* not shown while it is below zero */
};

/* struct and member: where it is counted. */
#define METRIC_OF(owner, member)                                                                                       \
    .offset = offsetof(struct owner, member), .type = _Generic(((struct owner *)0)->member, bool                       \
                                                               : METRIC_BOOL, int                                      \
                                                               : METRIC_INT, int64_t                                   \
                                                               : METRIC_INT64, uint64_t                                \
                                                               : METRIC_UINT64)

/* One worker's struct of counters. */
struct metric_source {
    const void *counters;
    bool alive;
};

/* The sources that are added up, and what tells them from others of the same table: labels such as pool="fast", or
 * NULL.
 */
struct metric_set {
    const struct metric_source *sources;
    size_t count;
    const char *labels;
};

/* Writes a table (ended by a row without a name) for each of the sets: Prometheus' text format 0.0.4. */
void metric_write(struct buf *out, const struct metric *table, const struct metric_set *sets, size_t set_count);

/* The two lines above a metric that is written by hand. */
void metric_head(struct buf *out, const char *name, const char *type, const char *help);

#endif
