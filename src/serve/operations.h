/* Doors for those who operate the daemon: /healthz, /readyz, /metrics. */
#ifndef MAITRED_SERVE_OPERATIONS_H
#define MAITRED_SERVE_OPERATIONS_H

#include "http/http.h"
#include "http/services.h"
#include "serve/stats.h"

extern const struct http_route operations_routes[];

/* What /metrics adds up: a struct shared_stats that the worker offers. */
extern const struct service_key shared_stats_key;

#endif
