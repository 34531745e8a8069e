/* Doors for those who operate the daemon: /healthz, /readyz, /metrics. */
#ifndef MAITRED_SERVE_OPERATIONS_H
#define MAITRED_SERVE_OPERATIONS_H

#include "http/http.h"
#include "serve/stats.h"

extern const struct http_route operations_routes[];

/* What /metrics adds up. Once, before the first request. */
void operations_set_stats(const struct shared_stats *stats);

#endif
