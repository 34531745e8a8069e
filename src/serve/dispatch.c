#include "serve/dispatch.h"

#include "auth/auth.h"
#include "auth/identity.h"
#include "base/clock.h"
#include "http/services.h"
#include "realtime/realtime.h"
#include "rest/rest.h"
#include "serve/ical.h"
#include "serve/operations.h"
#include "serve/pages.h"
#include "serve/platform.h"
#include "tenant/registry.h"
#include "tenant/tenant.h"

/* To add a room with doors of its own, add its table. More specific paths stand before patterns that would take them.
 */
static const struct http_route *const tables[] = {operations_routes, rest_routes, auth_routes, realtime_routes,
                                                  platform_routes,   ical_routes, page_routes};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

/* Paths that programs call: what is not there is said in the dialect's shape, never with a page. */
static const char *const programs[] = {"/rest/",  "/auth/", "/api/",       "/realtime/", "/storage/",
                                       "/hooks/", "/ical/", "/functions/", "/graphql/"};

static const struct {
    unsigned method;
    const char *name;
} method_names[] = {{HTTP_GET, "GET"}, {HTTP_HEAD, "HEAD"},   {HTTP_POST, "POST"},
                    {HTTP_PUT, "PUT"}, {HTTP_PATCH, "PATCH"}, {HTTP_DELETE, "DELETE"}};

static const char *allow_header(struct http_req *req, unsigned allowed)
{
    const char *text = "OPTIONS";
    for (size_t i = 0; i < sizeof method_names / sizeof *method_names; i++)
        if (allowed & method_names[i].method)
            text = arena_printf(req->arena, "%s, %s", text, method_names[i].name);
    return text;
}

static void answer_no_route(struct http_req *req, unsigned allowed)
{
    if (allowed) {
        http_set_header(req, "Allow", allow_header(req, allowed));
        if (req->method == HTTP_OPTIONS)
            http_answer(req, 204, NULL, NULL);
        else
            http_fail_with(req, ERR_METHOD, "%s is not possible here.", req->method_name);
        return;
    }
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (!strncmp(req->path, programs[i], strlen(programs[i]))) {
            if (str_starts(str_of(req->path), "/auth/"))
                auth_unknown_path(req);
            else
                http_fail(req, &(const struct error){.status = 404,
                                                     .code = "PGRST125",
                                                     .message = "Invalid path specified in request URL"});
            return;
        }
    }
    pages_serve(req);
}

static void release_tenant(void *tenant)
{
    tenant_unref(tenant);
}

static void answer_unknown_host(struct http_req *req)
{
    http_fail(req, &(const struct error){.status = 404,
                                         .code = "MD404",
                                         .message = arena_printf(req->arena, "No tenant answers at \"%s\".", req->host),
                                         .hint = "The Host header must be the domain of a tenant; `maitred tenant "
                                                 "list` shows them."});
}

/* A request that has ended a worker does not get the next one. */
static bool refuse_suspect(struct http_req *req, const struct tenant *tenant)
{
    req->suspect = (struct suspect){.tenant = tenant ? tenant->schema : "",
                                    .method = req->method_name,
                                    .path = req->path,
                                    .query = req->query,
                                    .body = req->body};
    int wait_s = suspect_refused(&req->suspect, clock_monotonic_ms());
    if (!wait_s)
        return false;
    const struct error error = error_of(ERR_CRASHED);
    http_set_header(req, "Retry-After", arena_printf(req->arena, "%d", wait_s));
    http_fail(req, &error);
    return true;
}

/* What was wrong with the token, where programs look for it (RFC 6750, 3). */
static void refuse_token(struct http_req *req, const struct error *error)
{
    bool quotable = !strpbrk(error->message, "\"\\\r\n");
    if (error->status == 401)
        http_set_header(req, "WWW-Authenticate",
                        arena_printf(req->arena, "Bearer error=\"invalid_token\", error_description=\"%s\"",
                                     quotable ? error->message : "The token could not be verified."));
    http_fail(req, error);
}

/* Everything behind the route: tenant, identity, handler. */
static void run(struct http_req *req, const struct http_route *route, struct tenant *tenant)
{
    if (tenant) {
        arena_on_release(req->arena, release_tenant, tenant);
        if (tenant->suspended) {
            const struct error error = error_of(ERR_TENANT_SUSPENDED);
            http_fail(req, &error);
            return;
        }
        if (tenant->foreign && strncmp(req->path, "/rest/", 6) != 0) {
            http_fail(req, &(const struct error){.status = 404,
                                                 .code = "MD404",
                                                 .message = "This daemon serves /rest/v1 alone (setting schema)."});
            return;
        }
        req->tenant = tenant;
    }
    if (refuse_suspect(req, tenant))
        return;
    const struct suspect *before = suspect_enter(&req->suspect);
    struct error error;
    if ((route->flags & ROUTE_AUTH) && auth_identify(req, &error) != OK)
        refuse_token(req, &error);
    else
        route->handler(req);
    (void)suspect_enter(before);
}

/* The switchboard has been read again for a host that was not known: either it is now, or it is nobody's. */
static void dispatch_after_reading(void *data, bool current)
{
    struct http_req *req = data;
    const struct services *services = req->services;
    unsigned allowed;
    const struct http_route *route = http_route_find(req, tables, TABLE_COUNT, &allowed);
    struct tenant *tenant = route ? tenant_by_host(services->tenants, req->host) : NULL;
    if (!route) {
        answer_no_route(req, allowed);
    } else if (tenant) {
        run(req, route, tenant);
    } else if (!current) {
        const struct error error = error_of(ERR_CATALOGUE);
        http_fail(req, &error);
    } else {
        answer_unknown_host(req);
    }
    http_release(req);
}

void dispatch(struct http_req *req)
{
    const struct services *services = req->services;
    unsigned allowed;
    const struct http_route *route = http_route_find(req, tables, TABLE_COUNT, &allowed);
    if (route && !(route->flags & (ROUTE_TENANT | ROUTE_AUTH))) {
        run(req, route, NULL);
        return;
    }
    struct tenant *tenant = tenant_by_host(services->tenants, req->host);
    if (!tenant) {
        http_hold(req);
        tenant_registry_await(services->tenants, dispatch_after_reading, req);
    } else if (route) {
        run(req, route, tenant);
    } else {
        tenant_unref(tenant);
        answer_no_route(req, allowed);
    }
}
