#include "serve/pages.h"

#include "base/encode.h"
#include "base/json.h"
#include "http/files.h"
#include "http/services.h"
#include "tenant/tenant.h"

#include <stdlib.h>

enum { CONFIG_MAX_BYTES = 256 * 1024 };

struct pages {
    char *web_dir;
};

/* Everything comes from our own origin; the widget alone may stand in somebody else's page. 'self' means a WebSocket of
 * this host in new browsers only, so it is named. */
static const char *policy_of(struct http_req *req, bool embed)
{
    const char *host = http_header(req, "Host");
    bool plain = host && *host &&
                 strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == strlen(host);
    const char *sockets = plain ? arena_printf(req->arena, " ws://%s wss://%s", host, host) : "";
    return arena_printf(req->arena,
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
                        "connect-src 'self'%s; object-src 'none'; base-uri 'none'; form-action 'self'; "
                        "frame-ancestors %s",
                        sockets, embed ? "*" : "'none'");
}

static http_handler_fn get_config;

const struct http_route page_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/app/config", get_config, ROUTE_TENANT},
    {0},
};

struct pages *pages_new(const char *web_dir)
{
    struct pages *pages = calloc(1, sizeof *pages);
    if (!pages || (web_dir && !(pages->web_dir = strdup(web_dir))))
        abort();
    return pages;
}

void pages_free(struct pages *pages)
{
    if (!pages)
        return;
    free(pages->web_dir);
    free(pages);
}

static void get_config(struct http_req *req)
{
    const struct services *services = req->services;
    const struct tenant *t = req->tenant;
    struct buf body;
    buf_init(&body, CONFIG_MAX_BYTES);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "name", t->name);
    json_member(&w, "schema", t->schema);
    json_key(&w, "theme_config");
    json_raw(&w, str_of(t->theme_json && *t->theme_json ? t->theme_json : "{}"));
    json_key(&w, "modules");
    json_open(&w, '[');
    for (const char *const *m = t->modules; m && *m; m++)
        json_text(&w, *m);
    json_close(&w, ']');
    json_member(&w, "anon_key", t->anon_key);
    json_member(&w, "site_url", *services->settings->site_url ? services->settings->site_url : NULL);
    json_close(&w, '}');
    http_set_header(req, "Cache-Control", "no-cache");
    http_answer(req, 200, "application/json; charset=utf-8", &body);
}

static bool wants_html(struct http_req *req)
{
    const char *accept = http_header_list(req, "Accept");
    return accept && strstr(accept, "text/html");
}

/* People who mistyped an address get a sentence, programs get the dialect's error. */
static void answer_unknown_host(struct http_req *req, struct error error)
{
    if (!wants_html(req)) {
        http_fail(req, &error);
        return;
    }
    http_set_header(req, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    http_answer_text(
        req, error.status, "text/html; charset=utf-8",
        error.err == ERR_TENANT_SUSPENDED
            ? "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Closed</title>"
              "<body style='font:18px system-ui;margin:20vh auto;max-width:30em;padding:0 1em'><h1>Closed for now</h1>"
              "<p>This place is not available at the moment.</p>"
            : "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Nobody here</title>"
              "<body style='font:18px system-ui;margin:20vh auto;max-width:30em;padding:0 1em'><h1>Nobody answers "
              "here</h1>"
              "<p>No place is registered under this address. Check the spelling, or scan the code on your table "
              "again.</p><p style='color:#666;font-size:15px'>You run this house? <code>maitred tenant list</code> "
              "names "
              "the addresses that are registered; the setting <code>default_tenant</code> says who answers at all "
              "others.</p>");
}

void pages_serve(struct http_req *req)
{
    const struct services *services = req->services;
    const struct pages *pages = services->pages;
    struct str path;
    if (!(req->method & (HTTP_GET | HTTP_HEAD))) {
        http_fail_with(req, ERR_METHOD, "%s is not possible here.", req->method_name);
        return;
    }
    if (!decode_percent(req->arena, str_of(req->path + 1), false, &path)) {
        http_fail_with(req, ERR_BAD_INPUT, "The address holds a broken escape.");
        return;
    }
    if (!pages->web_dir) {
        http_fail_with(req, ERR_NOT_FOUND, "The web pages are not built; `script/run` builds them, or set web_dir.");
        return;
    }
    bool hashed = str_starts(path, "assets/"); /* the build puts a hash of the content into these names */
    if (path.len &&
        http_send_file(req, pages->web_dir, path.at, hashed ? "public, max-age=31536000, immutable" : "no-cache"))
        return;
    const char *last = strrchr(path.at, '/');
    if (hashed || strchr(last ? last : path.at, '.')) { /* a file that is not there, not a page */
        http_fail(req, &(const struct error){.status = 404, .code = "MD404", .message = "There is no such file."});
        return;
    }
    struct tenant *tenant = tenant_by_host(services->tenants, req->host);
    bool suspended = tenant && tenant->suspended;
    bool platform = str_starts(path, "platform"); /* the operator's page belongs to no tenant */
    if ((!tenant || suspended) && !platform) {
        answer_unknown_host(req, error_of(suspended ? ERR_TENANT_SUSPENDED : ERR_UNKNOWN_HOST));
    } else {
        bool embed = str_starts(path, "embed/");
        http_set_header(req, "Content-Security-Policy", policy_of(req, embed));
        http_set_header(req, "Referrer-Policy", "strict-origin-when-cross-origin");
        if (!embed)
            http_set_header(req, "X-Frame-Options", "DENY");
        if (!http_send_file(req, pages->web_dir, "index.html", "no-cache"))
            http_fail_with(req, ERR_NOT_FOUND,
                           "The web pages are not built; `script/run` builds them, or set web_dir.");
    }
    if (tenant)
        tenant_unref(tenant);
}
