#include "realtime/hub.h"
#include "realtime/realtime.h"

#define OF(member)  METRIC_OF(realtime_stats, member)
#define HUB(member) METRIC_OF(hub_stats, member)

/* To add one: base/metric.h. The time to the last subscriber is a summary, which serve/stats.c writes. */
const struct metric realtime_metrics[] = {
    {"realtime_sockets", METRIC_GAUGE, NULL, "WebSocket clients.", OF(sockets)},
    {"realtime_channels", METRIC_GAUGE, NULL, "Channels that clients have joined.", OF(channels)},
    {"realtime_subscriptions", METRIC_GAUGE, NULL, "Subscriptions to changes of tables.", OF(subscriptions)},
    {"realtime_joins_total", METRIC_COUNTER, NULL, "Channels joined.", OF(joins)},
    {"realtime_refused_total", METRIC_COUNTER, NULL, "Joins refused.", OF(refused)},
    {"realtime_changes_total", METRIC_COUNTER, NULL, "Changes that came to the workers.", OF(changes_in)},
    {"realtime_deliveries_total", METRIC_COUNTER, NULL, "Messages of changes sent.", OF(deliveries)},
    {"realtime_checks_total", METRIC_COUNTER, NULL, "Questions of visibility asked of the database.", OF(checks)},
    {"realtime_check_hits_total", METRIC_COUNTER, NULL, "Questions of visibility that were answered before.",
     OF(check_hits)},
    {"realtime_casts_total", METRIC_COUNTER, NULL, "Broadcasts.", OF(casts)},
    {"realtime_dropped_total", METRIC_COUNTER, NULL, "Clients dropped because they read too slowly.", OF(dropped_slow)},
    {0},
};

const struct metric hub_metrics[] = {
    {"realtime_hub", METRIC_GAUGE, NULL, "Whether the WAL worker lives.", HUB(alive)},
    {"realtime_live", METRIC_GAUGE, NULL, "Whether changes are read from the WAL.", HUB(live)},
    {"realtime_hub_workers", METRIC_GAUGE, NULL, "Web workers connected to the WAL worker.", HUB(workers)},
    {"realtime_hub_changes_total", METRIC_COUNTER, NULL, "Changes read from the WAL.", HUB(changes)},
    {"realtime_hub_transactions_total", METRIC_COUNTER, NULL, "Transactions read from the WAL.", HUB(transactions)},
    {"realtime_hub_casts_total", METRIC_COUNTER, NULL, "Broadcasts handed on between workers and daemons.", HUB(casts)},
    {"realtime_hub_presences", METRIC_GAUGE, NULL, "Clients present in channels.", HUB(presences)},
    {"realtime_hub_dropped_workers_total", METRIC_COUNTER, NULL, "Web workers cut off because they read too slowly.",
     HUB(dropped_workers)},
    {"realtime_reconnects_total", METRIC_COUNTER, NULL, "Times the reading of the WAL was taken up again.",
     HUB(restarts)},
    {"realtime_slots_lost_total", METRIC_COUNTER, NULL, "Replication slots made anew; clients had to fetch again.",
     HUB(slots_lost)},
    {"realtime_lag_seconds", METRIC_GAUGE, NULL, "Time from the last commit to its being read.", HUB(lag_us),
     .micros = true},
    {"realtime_slot_retained_bytes", METRIC_GAUGE, NULL, "WAL that PostgreSQL keeps for the replication slot.",
     HUB(slot_retained_bytes), .may_lack = true},
    {"realtime_history_bytes", METRIC_GAUGE, NULL, "Changes kept for clients that come back.", HUB(history_bytes)},
    {"realtime_hub_memory_bytes", METRIC_GAUGE, NULL, "Resident memory of the WAL worker.", HUB(memory_bytes)},
    {0},
};
