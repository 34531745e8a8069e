#include "serve/dispatch.h"

#include "auth/auth.h"
#include "auth/identity.h"
#include "base/clock.h"
#include "http/services.h"
#include "incoming/incoming.h"
#include "platform/platform.h"
#include "print/polls.h"
#include "print/print.h"
#include "realtime/realtime.h"
#include "rest/rest.h"
#include "serve/operations.h"
#include "serve/pages.h"
#include "serve/site.h"
#include "storage/storage.h"
#include "sync/routes.h"
#include "tenant/registry.h"
#include "tenant/tenant.h"

static http_handler_fn nothing_here;

/* Paths that programs call: what is not there is said in the dialect's shape, never with a page, whatever the body is.
 */
static const struct http_route program_routes[] = {
    {HTTP_ANY, "/api/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/realtime/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/storage/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/ical/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/print/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/functions/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {HTTP_ANY, "/graphql/*", nothing_here, ROUTE_ELSE | ROUTE_RAW_BODY},
    {0},
};

/* To add a room with doors of its own, add its table. More specific paths stand before patterns that would take them.
 */
const struct http_route *const dispatch_routes[] = {
    operations_routes, rest_routes,     auth_routes, realtime_routes, storage_routes,
    platform_routes,   incoming_routes, sync_routes, print_routes,    print_poll_routes,
    program_routes,    site_routes,     page_routes};
const size_t dispatch_route_table_count = sizeof dispatch_routes / sizeof *dispatch_routes;

enum { WANTS_TENANT = ROUTE_TENANT | ROUTE_AUTH };

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

static void nothing_here(struct http_req *req)
{
    const struct error error = error_of(ERR_NO_PATH);
    http_fail(req, &error);
}

static void answer_other_method(struct http_req *req)
{
    http_set_header(req, "Allow", allow_header(req, req->allowed));
    if (req->method == HTTP_OPTIONS)
        http_answer(req, 204, NULL, NULL);
    else
        http_fail_with(req, ERR_METHOD, "%s is not possible here.", req->method_name);
}

static void release_tenant(void *tenant)
{
    tenant_unref(tenant);
}

static void answer_unknown_host(struct http_req *req)
{
    http_fail_hint(req, ERR_UNKNOWN_HOST,
                   "The Host header must be the domain of a tenant; `maitred tenant list` shows them.",
                   "No tenant answers at \"%s\".", req->host);
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
    if (error->status == 401 && error->err != ERR_NO_ANON)
        http_set_header(req, "WWW-Authenticate",
                        arena_printf(req->arena, "Bearer error=\"invalid_token\", error_description=\"%s\"",
                                     quotable ? error->message : "The token could not be verified."));
    http_fail(req, error);
}

/* A door that reads JSON, whatever its type is called, is spared what can be none. */
static bool refuse_media(struct http_req *req)
{
    static const char *const none[] = {"multipart/", "image/", "audio/", "video/"};
    const char *type = req->body.len && !(req->route->flags & ROUTE_RAW_BODY) ? http_header(req, "Content-Type") : NULL;
    for (size_t i = 0; type && i < sizeof none / sizeof *none; i++) {
        if (strncasecmp(type, none[i], strlen(none[i])) != 0)
            continue;
        http_fail_with(req, ERR_MEDIA_TYPE, "This address reads JSON, not %s.", error_text_cut(req->arena, type, 100));
        return true;
    }
    return false;
}

static enum err identify(struct http_req *req, struct error *out)
{
    const struct services *services = req->services;
    if (!services->settings->explain)
        return auth_identify(req, out);
    int64_t from_us = clock_monotonic_us();
    enum err err = auth_identify(req, out);
    req->auth_us = clock_monotonic_us() - from_us;
    return err;
}

/* Everything after the route: tenant, identity, handler. */
static void run(struct http_req *req, struct tenant *tenant)
{
    const struct http_route *route = req->route;
    if (tenant) {
        arena_on_release(req->arena, release_tenant, tenant);
        if (tenant->suspended) {
            const struct error error = error_of(ERR_TENANT_SUSPENDED);
            http_fail(req, &error);
            return;
        }
        if (tenant->foreign && !(route->flags & ROUTE_FOREIGN)) {
            http_fail_with(req, ERR_NOT_FOUND, "This daemon serves /rest/v1 alone (setting schema).");
            return;
        }
        req->tenant = tenant;
    }
    if (refuse_suspect(req, tenant) || refuse_media(req))
        return;
    const struct suspect *before = suspect_enter(&req->suspect);
    struct error error;
    if ((route->flags & ROUTE_AUTH) && identify(req, &error) != OK)
        refuse_token(req, &error);
    else
        route->handler(req);
    (void)suspect_enter(before);
}

/* The switchboard has been read again for a host that was not known: either it is now, or it is nobody's. */
static void dispatch_after_reading(void *data, bool current)
{
    struct http_req *req = data;
    struct tenant *tenant = tenant_by_host(tenant_registry_in(req->services), req->host);
    if (!(req->route->flags & WANTS_TENANT)) {
        if (tenant)
            tenant_unref(tenant);
        run(req, NULL);
    } else if (tenant) {
        run(req, tenant);
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
    struct tenant_registry *registry = tenant_registry_in(req->services);
    if (!req->route) {
        answer_other_method(req);
        return;
    }
    if (!(req->route->flags & (WANTS_TENANT | ROUTE_HOST))) {
        run(req, NULL);
        return;
    }
    struct tenant *tenant = tenant_by_host(registry, req->host);
    if (!tenant) {
        http_hold(req);
        tenant_registry_await(registry, dispatch_after_reading, req);
    } else if (req->route->flags & WANTS_TENANT) {
        run(req, tenant);
    } else {
        tenant_unref(tenant);
        run(req, NULL);
    }
}
