#include "rest/rest.h"

#define OF(member) METRIC_OF(rest_stats, member)

/* To add one: base/metric.h. */
const struct metric rest_metrics[] = {
    {"rest_plans_made_total", METRIC_COUNTER, NULL, "Kinds of requests that were planned.", OF(plans_made)},
    {"rest_plans_reused_total", METRIC_COUNTER, NULL, "Requests whose plan was there.", OF(plans_reused)},
    {"rest_public_hits_total", METRIC_COUNTER, NULL, "Public answers given without asking the database.",
     OF(answers_cached)},
    {"rest_public_shared_total", METRIC_COUNTER, NULL, "Of these, answers that another request was just fetching.",
     OF(answers_shared)},
    {"rest_public_bytes", METRIC_GAUGE, NULL, "Public answers that are kept.", OF(cached_bytes)},
    {"rest_catalogues_total", METRIC_COUNTER, NULL, "Catalogues read.", OF(catalogues_loaded)},
    {"rest_catalogue_failures_total", METRIC_COUNTER, NULL, "Catalogues that could not be read.",
     OF(catalogue_failures)},
    {0},
};
