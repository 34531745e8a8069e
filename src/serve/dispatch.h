/* The straight line of every request: route, tenant, identity, handler. */
#ifndef MAITRED_SERVE_DISPATCH_H
#define MAITRED_SERVE_DISPATCH_H

#include "http/http.h"

http_handler_fn dispatch;

/* Every door of the daemon, for http_options. */
extern const struct http_route *const dispatch_routes[];
extern const size_t dispatch_route_table_count;

#endif
