#include "serve/site.h"

#include "ask/ask.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "serve/html.h"
#include "tenant/address.h"
#include "tenant/tenant.h"

#include <jansson.h>

enum { SITE_MAX_BYTES = 1024 * 1024, SITE_TIMEOUT_MS = 5000 };

static http_handler_fn get_robots, get_sitemap;
static ask_then_fn sitemap_answer;

const struct http_route site_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/robots.txt", get_robots, ROUTE_TENANT},
    {HTTP_GET | HTTP_HEAD, "/sitemap.xml", get_sitemap, ROUTE_TENANT},
    {0},
};

/* Whose address is a key, and what is no page. */
static const char *const closed[] = {"/t/",    "/r/",        "/my",       "/waiver/", "/party/", "/kitchen", "/floor",
                                     "/login", "/desk",      "/gate",     "/finance", "/manage", "/embed/",  "/rest/",
                                     "/auth/", "/realtime/", "/storage/", "/app/",    "/api/"};

static void get_robots(struct http_req *req)
{
    const struct services *services = req->services;
    const char *url = tenant_url(req->arena, services->settings, req->tenant, req->secure, NULL);
    struct buf text;
    buf_init(&text, SITE_MAX_BYTES);
    buf_text(&text, "User-agent: *\n");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        buf_printf(&text, "Disallow: %s\n", closed[i]);
    buf_printf(&text, "\nSitemap: %s/sitemap.xml\n", url);
    http_set_header(req, "Cache-Control", "no-cache");
    http_answer(req, 200, "text/plain; charset=utf-8", &text);
}

static void get_sitemap(struct http_req *req)
{
    const struct pg_session visitor = ask_visitor(req, req->tenant, SITE_TIMEOUT_MS);
    struct ask *ask = ask_new(req, &visitor, SITE_TIMEOUT_MS);
    ask_add(ask, "select site_paths()");
    ask_submit(ask, sitemap_answer, req);
}

static void sitemap_answer(struct ask *ask, void *data)
{
    struct http_req *req = data;
    const struct services *services = req->services;
    const char *url = tenant_url(req->arena, services->settings, req->tenant, req->secure, NULL);
    json_t *paths = json_loads(ask_value(ask, 0) ? ask_value(ask, 0) : "[]", 0, NULL);
    const json_t *path;
    struct buf xml;
    size_t i;
    buf_init(&xml, SITE_MAX_BYTES);
    buf_text(
        &xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    json_array_foreach(paths, i, path)
    {
        const char *text = json_string_value(path);
        if (!text)
            continue;
        buf_text(&xml, "  <url><loc>");
        html_text(&xml, url);
        html_text(&xml, text);
        buf_text(&xml, "</loc></url>\n");
    }
    buf_text(&xml, "</urlset>\n");
    json_decref(paths);
    http_set_header(req, "Cache-Control", "no-cache");
    http_answer(req, 200, "application/xml; charset=utf-8", &xml);
}
