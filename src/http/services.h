/* What a web worker offers to its handlers: req->services points to this. */
#ifndef MAITRED_HTTP_SERVICES_H
#define MAITRED_HTTP_SERVICES_H

#include "config/settings.h"
#include "pg/pg.h"

#include <uv.h>

struct tenant_registry;
struct auth_service;
struct rest_service;
struct realtime_service;
struct table_watcher;
struct pages;

struct services {
    uv_loop_t *loop;
    const struct settings *settings;
    struct pg_pool *fast; /* requests; logs in as authenticator */
    struct pg_pool *slow; /* reports and exports */
    struct pg_pool
        *owner; /* provisioning and the switchboard: the schema's owner; one or two connections, opened on demand */
    struct tenant_registry *tenants;
    struct auth_service *auth;
    struct rest_service *rest;
    struct realtime_service *realtime;
    const struct table_watcher *watcher; /* of changes (tenant/table_watch.h); NULL: nobody tells of them */
    struct pages *pages;
};

#endif
