#include "auth/auth.h"

#define OF(member) METRIC_OF(auth_stats, member)

/* To add one: base/metric.h. */
const struct metric auth_metrics[] = {
    {"token_cache_hits_total", METRIC_COUNTER, NULL, "Bearer tokens found in the cache of verified ones.",
     OF(cache_hits)},
    {"token_cache_misses_total", METRIC_COUNTER, NULL, "Bearer tokens that had to be verified.", OF(cache_misses)},
    {"auth_working", METRIC_GAUGE, NULL, "Passwords being hashed, providers being asked.", OF(working)},
    {"auth_turned_away_total", METRIC_COUNTER, NULL, "Sign-ins refused because too many were at work.",
     OF(turned_away)},
    {0},
};
