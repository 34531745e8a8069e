#include "serve/pages.h"

#include "ask/ask.h"
#include "ask/thread.h"
#include "base/encode.h"
#include "base/json.h"
#include "http/files.h"
#include "serve/first_view.h"
#include "serve/house_icon.h"
#include "serve/html.h"
#include "serve/language.h"
#include "serve/page_head.h"
#include "tenant/address.h"
#include "tenant/registry.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONFIG_MAX_BYTES = 256 * 1024, ICONS_AT_ONCE = 4 };

static const char not_built[] = "The web pages are not built; `script/run` builds them, or set web_dir.";

struct pages {
    char *web_dir;
    struct thread_limit icons;
};

/* Everything comes from our own origin; the widget alone may stand in somebody else's page. 'self' means a WebSocket of
 * this host in new browsers only, so it is named. */
static const char *policy_of(struct http_req *req, const char *ancestors)
{
    const char *host = http_header(req, "Host");
    bool plain = host && *host &&
                 strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == strlen(host);
    const char *sockets = plain ? arena_printf(req->arena, " ws://%s wss://%s", host, host) : "";
    return arena_printf(req->arena,
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
                        "connect-src 'self'%s; object-src 'none'; base-uri 'none'; form-action 'self'; "
                        "frame-ancestors %s",
                        sockets, ancestors);
}

static http_handler_fn get_config, get_manifest, get_icon, get_icon_png, get_page;
static ask_then_fn page_first_answer;
static ask_failed_fn page_without_first;

const struct http_route page_routes[] = {
    {HTTP_GET | HTTP_HEAD, "/app/config", get_config, ROUTE_TENANT},
    {HTTP_GET | HTTP_HEAD, "/app/manifest.webmanifest", get_manifest, ROUTE_TENANT},
    {HTTP_GET | HTTP_HEAD, "/app/icon.svg", get_icon, ROUTE_TENANT},
    {HTTP_GET | HTTP_HEAD, "/app/icon.png", get_icon_png, ROUTE_TENANT},
    {HTTP_ANY, "/*", get_page, ROUTE_HOST | ROUTE_ELSE},
    {0},
};

const struct service_key pages_key = {"pages"};

struct pages *pages_new(const char *web_dir)
{
    struct pages *pages = calloc(1, sizeof *pages);
    if (!pages || (web_dir && !(pages->web_dir = strdup(web_dir))))
        abort();
    pages->icons.at_once = ICONS_AT_ONCE;
    return pages;
}

static void write_config(struct json_writer *w, const struct tenant *t, const char *url)
{
    json_open(w, '{');
    json_member(w, "name", t->name);
    json_member(w, "schema", t->schema);
    json_key(w, "theme_config");
    json_raw(w, str_of(t->theme_json && *t->theme_json ? t->theme_json : "{}"));
    json_key(w, "modules");
    json_open(w, '[');
    for (const char *const *m = t->modules; m && *m; m++)
        json_text(w, *m);
    json_close(w, ']');
    json_member(w, "anon_key", t->anon_key);
    json_member(w, "site_url", url);
    json_close(w, '}');
}

static void get_config(struct http_req *req)
{
    const struct services *services = req->services;
    struct buf body;
    buf_init(&body, CONFIG_MAX_BYTES);
    struct json_writer w = json_writer(&body);
    write_config(&w, req->tenant, tenant_public_url(req->arena, services->settings, req->tenant));
    http_set_header(req, "Cache-Control", "no-cache");
    http_answer(req, 200, "application/json; charset=utf-8", &body);
}

/* What stands on a home screen: the house, or its kitchen or floor (?page=), each an app of its own (W3C Web
 * Application Manifest), in the words of who puts it there. */
static void get_manifest(struct http_req *req)
{
    static const struct {
        const char *page, *start;
    } apps[] = {{"kitchen", "/kitchen"}, {"floor", "/floor"}, {NULL, "/"}};
    static const struct {
        const char *language, *titles[2];
    } words[] = {{"de", {"Küche", "Service"}},
                 {"es", {"Cocina", "Sala"}},
                 {"ru", {"Кухня", "Зал"}},
                 {"ar", {"المطبخ", "الصالة"}},
                 {NULL, {"Kitchen", "Floor"}}};
    const char *page = http_query_param(req, "page");
    const char *language =
        language_of_reader(http_header_list(req, "Cookie"), http_header_list(req, "Accept-Language"));
    size_t i = 0, w = 0;
    while (apps[i].page && !(page && text_eq(page, apps[i].page)))
        i++;
    while (words[w].language && !(language && text_eq(language, words[w].language)))
        w++;
    const char *house = req->tenant->name, *title = apps[i].page ? words[w].titles[i] : NULL;
    char colour[8];
    house_colour(req->tenant->theme_json, colour);
    struct buf body;
    buf_init(&body, CONFIG_MAX_BYTES);
    struct json_writer writer = json_writer(&body);
    json_open(&writer, '{');
    json_member(&writer, "id", apps[i].start);
    json_member(&writer, "name", title ? arena_printf(req->arena, "%s · %s", title, house) : house);
    json_member(&writer, "short_name", title ? title : house);
    json_member(&writer, "lang", language ? language : "en");
    json_member(&writer, "start_url", apps[i].start);
    json_member(&writer, "scope", "/");
    json_member(&writer, "display", "standalone");
    json_member(&writer, "theme_color", colour);
    json_member(&writer, "background_color", "#ffffff");
    json_key(&writer, "icons");
    json_raw(&writer,
             str_of("[{\"src\":\"/app/icon.svg\",\"sizes\":\"any\",\"type\":\"image/svg+xml\"},"
                    "{\"src\":\"/app/icon.svg?full=1\",\"sizes\":\"any\",\"type\":\"image/svg+xml\",\"purpose\":"
                    "\"maskable\"}]"));
    json_close(&writer, '}');
    http_set_header(req, "Cache-Control", "no-cache");
    http_set_header(req, "Vary", "Accept-Language, Cookie");
    http_answer(req, 200, "application/manifest+json", &body);
}

static void get_icon(struct http_req *req)
{
    struct buf svg;
    buf_init(&svg, CONFIG_MAX_BYTES);
    house_icon(&svg, req->tenant->name, req->tenant->theme_json, http_query_param(req, "full") != NULL);
    http_set_header(req, "Cache-Control", "no-cache");
    http_set_header(req, "Content-Security-Policy", "default-src 'none'");
    http_answer(req, 200, "image/svg+xml", &svg);
}

/* An icon on its way. The thread reads nothing of the request. */
struct icon {
    struct http_req *req;
    const char *name, *theme_json;
    struct buf png;
    bool drawn;
};

static void icon_run(void *data)
{
    struct icon *icon = data;
    icon->drawn = house_icon_png(&icon->png, icon->name, icon->theme_json);
}

static void icon_then(void *data, bool done)
{
    struct icon *icon = data;
    struct http_req *req = icon->req;
    if (done && icon->drawn) {
        http_set_header(req, "Cache-Control", "public, max-age=3600");
        http_answer(req, 200, "image/png", &icon->png);
    } else {
        http_fail_with(req, ERR_INTERNAL, "The icon could not be drawn.");
    }
    buf_release(&icon->png);
}

/* Drawing takes milliseconds, and a home screen asks once. */
static void get_icon_png(struct http_req *req)
{
    struct pages *pages = services_find(req->services, &pages_key);
    struct icon *icon = arena_zalloc(req->arena, sizeof *icon);
    icon->req = req;
    icon->name = arena_strdup(req->arena, req->tenant->name);
    icon->theme_json = req->tenant->theme_json ? arena_strdup(req->arena, req->tenant->theme_json) : NULL;
    buf_init(&icon->png, CONFIG_MAX_BYTES);
    if (!thread_run(req, &pages->icons, icon_run, icon_then, icon))
        http_fail_with(req, ERR_BUSY, "Too many icons are being drawn.");
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

/* --- Pages -------------------------------------------------------------------------------------------------------- */

#define FRONT_PAGE "select jsonb_build_object('front', get_front_page()) where $1::text is not null"

/* What a page asks first, put into its HTML: one round trip instead of three. Asked as anybody, who could ask the same
 * by themselves. To add a kind of page, a row: the beginning of its address (a slash at its end: a name follows), its
 * file (web/build/entries.ts writes one a language), and, or NULL, a statement with that name as $1. The first row that
 * fits is taken. */
enum offers { ANYTHING, TABLES, MORE_THAN_TABLES };
/* Names that have a file of their own: book-stay beside book. */
static const char *const book_steps[] = {"stay", "table", "pool", "game", NULL};
static const struct page_kind {
    const char *prefix, *file, *first;
    bool is_private;    /* who holds the address has a right: no search engine should show it */
    enum offers needs;  /* of the house, so that the page is another one or `first` can be asked */
    bool may_be_framed; /* by the pages that the house allows */
    const char *const *steps;
} page_kinds[] = {
    {"t/", "t",
     "with t as materialized (select get_table($1) as t) "
     "select jsonb_build_object('table', t.t, 'menu', get_menu((t.t #>> '{restaurant,id}')::uuid)) from t",
     true, TABLES},
    {"menu/", "menu", "select jsonb_build_object('menu', get_menu($1::uuid))", false, TABLES},
    {"r/", "r", "select jsonb_build_object('receipt', get_receipt($1))", true, TABLES},
    {"waiver/", "waiver", NULL, true, ANYTHING},
    {"party/", "party", NULL, true, ANYTHING},
    {"my/", "my", NULL, true, ANYTHING},
    {"my", "my", NULL, true, ANYTHING},
    {"", "house", FRONT_PAGE, false, MORE_THAN_TABLES},
    {"", "home", "select jsonb_build_object('restaurants', get_restaurants()) where $1::text is not null", false,
     TABLES},
    {"book", "book", FRONT_PAGE, false, ANYTHING},
    {"book/", "book", FRONT_PAGE, false, ANYTHING, .steps = book_steps},
    {"desk", "staff", NULL, true, ANYTHING},
    {"gate", "staff", NULL, true, ANYTHING},
    {"finance", "staff", NULL, true, ANYTHING},
    {"kitchen", "staff", NULL, true, ANYTHING},
    {"floor", "staff", NULL, true, ANYTHING},
    {"login", "staff", NULL, true, ANYTHING},
    {"platform", "index", NULL, true, ANYTHING},
    {"embed/", "embed", NULL, false, ANYTHING, true},
};

enum { PAGE_MAX_BYTES = 4 * 1024 * 1024, FILE_MAX_BYTES = 256 * 1024, FIRST_TIMEOUT_MS = 2000 };

struct page {
    struct http_req *req;
    struct tenant *tenant; /* NULL: the operator's page */
    const struct page_kind *kind;
    const char *file;
    const char *language; /* the reader's, or NULL until the house's is known */
    int status, first;    /* statements that ask what the page asks first: 1 or 0 */
    bool has_card;        /* and then what it says of itself to whoever reads no program */
};

static bool has_module(const struct tenant *tenant, const char *name)
{
    for (const char *const *m = tenant->modules; m && *m; m++)
        if (text_eq(*m, name))
            return true;
    return false;
}

static bool house_offers(const struct tenant *tenant, enum offers what)
{
    if (!tenant || what == ANYTHING)
        return tenant != NULL;
    if (what == TABLES)
        return has_module(tenant, "dining");
    return has_module(tenant, "stays") || has_module(tenant, "pool") || has_module(tenant, "experiences");
}

static const struct page_kind *kind_of(struct str path, const struct tenant *tenant, const char **name)
{
    for (size_t i = 0; i < sizeof page_kinds / sizeof *page_kinds; i++) {
        const struct page_kind *kind = &page_kinds[i];
        size_t length = strlen(kind->prefix);
        bool takes_name = length && kind->prefix[length - 1] == '/';
        if (!str_starts(path, kind->prefix) ||
            (kind->needs == MORE_THAN_TABLES && !house_offers(tenant, MORE_THAN_TABLES)))
            continue;
        *name = path.at + length;
        if (takes_name ? **name && !strchr(*name, '/') : !**name || text_eq(*name, "/"))
            return kind;
    }
    *name = "";
    return NULL;
}

/* The built file, or false. */
static bool read_page(const struct pages *pages, const char *name, struct arena *arena, struct buf *text)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", pages->web_dir, name), "rbe");
    if (!file)
        return false;
    buf_init(text, FILE_MAX_BYTES);
    char piece[8192];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(text, piece, n);
    bool whole = !ferror(file) && !text->overflow;
    fclose(file);
    if (!whole)
        buf_release(text);
    return whole;
}

static const char *file_of(const struct page_kind *kind, const char *name, struct arena *arena)
{
    for (const char *const *step = kind ? kind->steps : NULL; step && *step; step++)
        if (text_eq(*step, name))
            return arena_printf(arena, "%s-%s", kind->file, name);
    return kind ? kind->file : "index";
}

/* The file of a kind in a language; without it (pages that are just being built) the one that chooses by itself. */
static bool read_in_language(const struct pages *pages, const char *kind, const char *language, struct arena *arena,
                             struct buf *text)
{
    return read_page(pages, arena_printf(arena, "%s.%s.html", kind, language), arena, text) ||
           read_page(pages, arena_printf(arena, "index.%s.html", language), arena, text) ||
           read_page(pages, "index.html", arena, text);
}

/* The built file's title gives way to what the page says of itself. */
static const char *write_head(struct buf *html, const struct page *page, const char *text, const char *card)
{
    static const char place_of_head[] = "<title>maitred</title>";
    const struct services *services = page->req->services;
    const char *head = strstr(text, place_of_head);
    if (!head)
        return text;
    const struct page_head about = {
        .house = page->tenant->name,
        .card = card,
        .url = tenant_url(page->req->arena, services->settings, page->tenant, page->req->secure, NULL),
        .path = page->req->path,
        .language = page->language ? page->language : "en"};
    buf_add(html, text, (size_t)(head - text));
    page_head_write(html, &about);
    return head + sizeof place_of_head - 1;
}

/* `first` is what the database answered ({"table": …}), or NULL: the page asks by itself. `card`: what app.page_card
 * did, or NULL. */
static void page_answer(struct page *page, const char *first, const char *card)
{
    static const char place_of_view[] = "<!--first-->", place_of_data[] = "<!--data-->";
    struct http_req *req = page->req;
    const struct services *services = req->services;
    const struct pages *pages = services_find(services, &pages_key);
    const char *language = page->language ? page->language : "en";
    struct buf file;
    if (!read_in_language(pages, page->file, language, req->arena, &file)) {
        http_fail_with(req, ERR_NOT_FOUND, not_built);
        return;
    }
    const char *text = buf_cstr(&file);
    const char *view = strstr(text, place_of_view);
    const char *data = view ? strstr(view, place_of_data) : NULL;
    struct buf html;
    buf_init(&html, PAGE_MAX_BYTES);
    if (data && page->tenant) {
        struct buf config;
        buf_init(&config, CONFIG_MAX_BYTES);
        struct json_writer w = json_writer(&config);
        write_config(&w, page->tenant, tenant_public_url(req->arena, services->settings, page->tenant));
        text = write_head(&html, page, text, card);
        buf_add(&html, text, (size_t)(view - text));
        if (first)
            first_view_menu(&html, first, language);
        view += sizeof place_of_view - 1;
        buf_add(&html, view, (size_t)(data - view));
        buf_text(&html, "<template id=\"first\">{\"config\":");
        html_json(&html, str_n(config.at, config.len));
        if (first && first[0] == '{' && first[1] != '}') {
            buf_char(&html, ',');
            html_json(&html, str_of(first + 1));
        } else {
            buf_char(&html, '}');
        }
        buf_text(&html, "</template>");
        buf_text(&html, data + sizeof place_of_data - 1);
        buf_release(&config);
    } else {
        buf_text(&html, text);
    }
    buf_release(&file);
    http_set_header(req, "Cache-Control", "no-cache");
    http_set_header(req, "Vary", "Accept-Encoding, Accept-Language, Cookie");
    if (page->kind && page->kind->may_be_framed)
        http_set_header(req, "Content-Security-Policy", policy_of(req, page_head_ancestors(req->arena, card)));
    if (!page->kind || page->kind->is_private)
        http_set_header(req, "X-Robots-Tag", "noindex");
    http_answer(req, page->status, "text/html; charset=utf-8", &html);
}

static void page_first_answer(struct ask *ask, void *data)
{
    struct page *page = data;
    if (!page->language)
        page->language = language_of_locale(ask_value(ask, page->first + page->has_card));
    page_answer(page, page->first ? ask_value(ask, 0) : NULL, page->has_card ? ask_value(ask, page->first) : NULL);
}

/* No such table: the page says so, and so does the status; whatever else is in the way, the page asks again by itself.
 */
static void page_without_first(struct ask *ask, const struct error *error, void *data)
{
    struct page *page = data;
    (void)ask;
    if (text_eq(error->code, "MD404") || text_eq(error->code, "22P02"))
        page->status = 404;
    page_answer(page, NULL, NULL);
}

static void release_tenant(void *tenant)
{
    tenant_unref(tenant);
}

/* The tenant's reference is taken over. */
static void page_serve(struct http_req *req, struct tenant *tenant, struct str path)
{
    const struct services *services = req->services;
    const char *name;
    struct page *page = arena_alloc(req->arena, sizeof *page);
    *page = (struct page){.req = req, .tenant = tenant, .kind = kind_of(path, tenant, &name), .status = 200};
    page->file = file_of(page->kind, name, req->arena);
    if (page->kind && page->kind->may_be_framed) /* the page around says what it speaks */
        page->language = language_of_locale(http_query_param(req, "lang"));
    if (!page->language)
        page->language = language_of_reader(http_header_list(req, "Cookie"), http_header_list(req, "Accept-Language"));
    if (!page->kind)
        page->status = 404;
    if (tenant)
        arena_on_release(req->arena, release_tenant, tenant);
    page->first =
        page->kind && page->kind->first && house_offers(tenant, page->kind->needs) && text_is_utf8(str_of(name));
    page->has_card = page->kind && !page->kind->is_private && tenant && text_is_utf8(str_of(name));
    if (!tenant || tenant->foreign || (!page->first && !page->has_card && page->language)) {
        page->first = 0;
        page_answer(page, NULL, NULL);
        return;
    }
    const struct pg_session visitor = ask_visitor(req, tenant, FIRST_TIMEOUT_MS);
    struct ask *ask = ask_new(req, &visitor, FIRST_TIMEOUT_MS);
    ask->failed = page_without_first;
    if (page->first)
        ask_add(ask, page->kind->first, name);
    if (page->has_card)
        ask_add(ask, "select page_card($1, $2, $3)", page->kind->prefix, name,
                tenant_url(req->arena, services->settings, tenant, req->secure, NULL));
    if (!page->language)
        ask_add(ask, "select house_locale()");
    ask_submit(ask, page_first_answer, page);
}

/* A path that no door took: a built file, or the page that reads the path itself. */
static void get_page(struct http_req *req)
{
    const struct services *services = req->services;
    const struct pages *pages = services_find(services, &pages_key);
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
        http_fail_with(req, ERR_NOT_FOUND, not_built);
        return;
    }
    bool hashed = str_starts(path, "assets/"); /* the build puts a hash of the content into these names */
    /* What the service worker keeps is shown with the headers that it came with, and the worker itself is held to them.
     */
    const char *ending = strrchr(path.at, '.');
    if ((ending && text_eq(ending, ".html")) || text_eq(path.at, "worker.js")) {
        http_set_header(req, "Content-Security-Policy", policy_of(req, "'none'"));
        http_set_header(req, "Referrer-Policy", "strict-origin-when-cross-origin");
        http_set_header(req, "X-Frame-Options", "DENY");
        http_set_header(req, "X-Robots-Tag", "noindex");
    }
    if (path.len &&
        http_send_file(req, pages->web_dir, path.at, hashed ? "public, max-age=31536000, immutable" : "no-cache"))
        return;
    const char *last = strrchr(path.at, '/');
    if (hashed || strchr(last ? last : path.at, '.')) { /* a file that is not there, not a page */
        http_fail_with(req, ERR_NOT_FOUND, "There is no such file.");
        return;
    }
    struct tenant *tenant = tenant_by_host(tenant_registry_in(services), req->host);
    bool suspended = tenant && tenant->suspended;
    bool platform = str_starts(path, "platform"); /* the operator's page belongs to no tenant */
    if ((!tenant || suspended) && !platform) {
        answer_unknown_host(req, error_of(suspended ? ERR_TENANT_SUSPENDED : ERR_UNKNOWN_HOST));
    } else {
        bool embed = str_starts(path, "embed/");
        if (!embed) /* whose pages may frame a widget, the database says */
            http_set_header(req, "Content-Security-Policy", policy_of(req, "'none'"));
        http_set_header(req, "Referrer-Policy", "strict-origin-when-cross-origin");
        if (!embed)
            http_set_header(req, "X-Frame-Options", "DENY");
        page_serve(req, suspended ? NULL : tenant, path);
        if (!suspended)
            return; /* the page has the tenant now */
    }
    if (tenant)
        tenant_unref(tenant);
}
