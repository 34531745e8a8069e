/* The straight line of every request: route, tenant, identity, handler. */
#ifndef MAITRED_SERVE_DISPATCH_H
#define MAITRED_SERVE_DISPATCH_H

#include "http/http.h"

http_handler_fn dispatch;

#endif
