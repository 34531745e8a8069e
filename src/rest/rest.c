/* The service of a worker, and the doors: from a request to an errand that knows what is wanted. */
#include "rest/rest.h"

#include "base/clock.h"
#include "base/epoch.h"
#include "base/json.h"
#include "pg/listen.h"
#include "rest/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

struct rest_service *rest_service_new(const struct services *services, struct error *out)
{
    struct rest_service *service = calloc(1, sizeof *service);
    if (!service)
        abort();
    service->services = services;
    if (!tx_end_read(services->settings->tx_end, &service->tx_otherwise, &service->tx_override)) {
        *out = error_of(ERR_BAD_INPUT);
        out->message = "tx_end is commit, rollback, commit-allow-override or rollback-allow-override.";
        free(service);
        return NULL;
    }
    service->shelf = shelf_new(services);
    service->plans = plan_cache_new(PLANS_MAX);
    service->answers = answer_cache_new(CACHED_BYTES_MAX);
    return service;
}

void rest_service_free(struct rest_service *service)
{
    if (!service)
        return;
    if (service->listener)
        pg_listener_free(service->listener);
    answer_cache_free(service->answers);
    plan_cache_free(service->plans);
    shelf_free(service->shelf);
    free(service->warming);
    free(service);
}

void rest_reload_catalogue(struct rest_service *service)
{
    shelf_reload(service->shelf);
    answer_cache_clear(service->answers);
}

/* Whatever the payload says: reading the catalogue again is cheap, and channel NULL means that one may have been
 * missed. */
static void on_notify(void *data, const char *channel, const char *payload)
{
    struct rest_service *service = data;
    (void)payload;
    rest_reload_catalogue(service);
    if (!channel && !service->listening) {
        service->listening = true;
        warm_listening(service);
    }
}

void rest_listen(struct rest_service *service, const char *conninfo)
{
    static const char *const channels[] = {"pgrst", NULL};
    if (!service->listener)
        service->listener = pg_listener_new(service->services->loop, conninfo, channels, on_notify, service);
}

struct rest_stats rest_stats(const struct rest_service *service)
{
    struct rest_stats stats = service->stats;
    struct shelf_stats shelf = shelf_stats(service->shelf);
    stats.plans = plan_cache_size(service->plans);
    stats.cached_bytes = answer_cache_bytes(service->answers);
    stats.catalogues = shelf.count;
    stats.catalogues_loaded = shelf.loaded;
    stats.catalogue_failures = shelf.failed;
    return stats;
}

/* --- Which schema ------------------------------------------------------------------------------------------------- */

static const char *quoted_name(struct arena *arena, const char *name)
{
    char *text = arena_alloc(arena, strlen(name) * 2 + 3), *to = text;
    *to++ = '"';
    for (; *name; name++) {
        if (*name == '"')
            *to++ = '"';
        *to++ = *name;
    }
    *to++ = '"';
    *to = '\0';
    return text;
}

/* {"name"}, as an array is written: there a backslash stands before what would end it. */
static const char *array_element(struct arena *arena, const char *name)
{
    char *text = arena_alloc(arena, strlen(name) * 2 + 3), *to = text;
    *to++ = '"';
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            *to++ = '\\';
        *to++ = *name;
    }
    *to++ = '"';
    *to = '\0';
    return text;
}

static enum err no_profile(struct http_req *req, const char *names, struct error *out)
{
    return error_set(out, req->arena, ERR_BAD_PROFILE, "The schema must be one of the following: %s", names);
}

/* A tenant whose row lists schemas of its own: the first is the standard one, the profile chooses another. */
static enum err own_schemas(struct errand *x, json_t *schemas, const char *profile, struct error *out)
{
    struct http_req *req = x->req;
    const char *names = NULL, *chosen = NULL;
    for (size_t i = 0; i < json_array_size(schemas); i++) {
        const char *name = json_string_value(json_array_get(schemas, i));
        if (!name)
            continue;
        names = names ? arena_printf(req->arena, "%s, %s", names, name) : arena_strdup(req->arena, name);
        if ((!profile && !chosen) || (profile && text_eq(profile, name)))
            chosen = arena_strdup(req->arena, name);
    }
    if (!chosen && profile && text_eq(profile, "public")) /* what supabase-js says when nobody told it */
        chosen = json_string_value(json_array_get(schemas, 0));
    if (!chosen)
        return no_profile(req, names ? names : "", out);
    x->schema = arena_strdup(req->arena, chosen);
    x->search_path = req->tenant->search_path;
    if (json_array_size(schemas) > 1 || !req->tenant->foreign) /* else it begins with this one */
        x->search_path = arena_printf(req->arena, "%s, %s", quoted_name(req->arena, chosen), req->tenant->search_path);
    if (json_array_size(schemas) > 1)
        http_set_header(req, "Content-Profile", x->schema);
    return OK;
}

/* {"pre_request": "schema.function"}, or a function of the search path: called in each request's transaction; it may
 * refuse, or prepare settings. */
static void read_pre_request(struct errand *x, const char *name)
{
    struct arena *arena = x->req->arena;
    const char *dot = name ? strchr(name, '.') : NULL;
    if (!name || !*name)
        return;
    const char *schema = dot ? quoted_name(arena, arena_strndup(arena, name, (size_t)(dot - name))) : "";
    x->pre_request =
        arena_printf(arena, "select %s%s%s()", schema, dot ? "." : "", quoted_name(arena, dot ? dot + 1 : name));
}

/* What the tenant's row says about this room; most say nothing, and are not parsed. */
static enum err read_tenant_settings(struct errand *x, const char *profile, struct error *out)
{
    const char *text = x->req->tenant->settings_json;
    enum err err = OK;
    if (!text || (!strstr(text, "\"schemas\"") && !strstr(text, "\"pre_request\"")))
        return OK;
    json_t *settings = json_loads(text, 0, NULL);
    json_t *schemas = json_object_get(settings, "schemas");
    read_pre_request(x, json_string_value(json_object_get(settings, "pre_request")));
    x->own_schemas = json_array_size(schemas) > 0;
    if (x->own_schemas)
        err = own_schemas(x, schemas, profile, out);
    json_decref(settings);
    return err;
}

static enum err choose_schema(struct errand *x, struct error *out)
{
    struct http_req *req = x->req;
    const char *profile = http_header(req, x->get && !x->call ? "Accept-Profile" : "Content-Profile");
    if (x->call && !profile)
        profile = http_header(req, "Accept-Profile");
    x->schema = req->tenant->schema;
    x->search_path = req->tenant->search_path;
    enum err err = read_tenant_settings(x, profile, out);
    if (err || x->own_schemas)
        return err;
    if (!profile || text_eq(profile, "public") || text_eq(profile, x->schema) || text_eq(profile, "api"))
        return OK;
    return no_profile(req, "public", out);
}

bool tenant_shelf_key(struct arena *arena, const struct tenant *tenant, struct shelf_key *key)
{
    bool has_shape = tenant->shape && *tenant->shape && *tenant->shape != ':';
    *key = (struct shelf_key){
        .name = has_shape ? tenant->shape : arena_printf(arena, "schema %s", tenant->schema),
        .schema = tenant->schema,
        .functions = arena_printf(arena, "{%s,api}", array_element(arena, tenant->schema)),
        .search_path = tenant->search_path,
        .modules = has_shape ? tenant->modules : NULL,
    };
    return has_shape;
}

void errand_shelf_key(const struct errand *x, struct shelf_key *key)
{
    struct arena *arena = x->req->arena;
    if (x->own_schemas)
        *key = (struct shelf_key){
            .name = arena_printf(arena, "schema %s", x->schema),
            .schema = x->schema,
            .functions = arena_printf(arena, "{%s}", array_element(arena, x->schema)),
            .search_path = x->search_path,
        };
    else
        (void)tenant_shelf_key(arena, x->req->tenant, key);
}

/* --- Headers and body --------------------------------------------------------------------------------------------- */

/* +05:30, -4: hours, and minutes behind a colon */
static bool is_offset(const char *text)
{
    text += *text == '+' || *text == '-';
    size_t hours = strspn(text, "0123456789");
    if (hours < 1 || hours > 2 || strtol(text, NULL, 10) > 14)
        return false;
    text += hours;
    return !*text ||
           (text[0] == ':' && text[1] >= '0' && text[1] <= '5' && text[2] >= '0' && text[2] <= '9' && !text[3]);
}

/* PostgreSQL and this machine share the IANA names; one that is not there would fail the whole request. */
static bool timezone_exists(const char *name)
{
    char path[256];
    if (is_offset(name))
        return true;
    if (!*name || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") != strlen(name) ||
        strlen(name) > 64 || *name == '/')
        return false;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    return !access(path, R_OK);
}

static enum err read_headers(struct errand *x, struct error *out)
{
    struct http_req *req = x->req;
    x->prefer_header = http_header_list(req, "Prefer");
    x->accept = http_header_list(req, "Accept");
    x->range_header = x->get && !x->head ? http_header(req, "Range") : NULL;
    if ((x->prefer_header && strlen(x->prefer_header) > HEADER_BYTES_MAX) ||
        (x->accept && strlen(x->accept) > HEADER_BYTES_MAX))
        return error_set(out, req->arena, ERR_BAD_QUERY, "A header is longer than %d bytes", HEADER_BYTES_MAX);
    preference_parse(req->arena, x->prefer_header, &x->prefer);
    /* Who could undo what it has seen could guess without being counted: the client has a say only where it is wanted.
     */
    if (!x->service->tx_override) {
        x->prefer.tx = TX_DEFAULT;
        x->prefer.tx_given = false;
    }
    if (x->prefer.tx == TX_DEFAULT)
        x->prefer.tx = x->service->tx_otherwise;
    if (x->prefer.timezone && !timezone_exists(x->prefer.timezone)) {
        const char *word = arena_printf(req->arena, "timezone=%s", x->prefer.timezone);
        x->prefer.invalid = x->prefer.invalid ? arena_printf(req->arena, "%s, %s", x->prefer.invalid, word) : word;
        x->prefer.timezone = NULL;
    }
    enum err err = preference_check(req->arena, &x->prefer, out);
    if (!err)
        err = media_parse(req->arena, x->accept, &x->asked, out);
    if (err)
        return err;
    bool backwards;
    x->has_range = range_parse(x->range_header, &x->range_first, &x->range_last, &backwards);
    if (backwards) {
        *out = error_of(ERR_RANGE);
        out->details = "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
        return ERR_RANGE;
    }
    return OK;
}

static bool names_columns(struct str query)
{
    struct query_pair pair;
    while (query_next_pair(&query, &pair))
        if (str_is(pair.name, "columns"))
            return true;
    return false;
}

static enum err read_body(struct errand *x, struct error *out)
{
    struct http_req *req = x->req;
    if (x->get || x->action == ACTION_DELETE)
        return OK;
    size_t most = (size_t)x->service->services->settings->visitor_body_max_bytes;
    if (req->who->level == LEVEL_VISITOR && req->body.len > most)
        return error_set(out, req->arena, ERR_TOO_LARGE,
                         "The request body may have at most %zu bytes; sign in for more.", most);
    bool equal_keys = !x->call && !names_columns(req->query);
    return body_parse(req->arena, req->body, http_header(req, "Content-Type"), equal_keys, &x->body, out);
}

/* --- The public answer that may be there already ------------------------------------------------------------------ */

static void make_cache_key(struct errand *x)
{
    struct http_req *req = x->req;
    if (!x->get || x->head || x->service->services->settings->public_cache_ms == 0 || !req->who ||
        !req->who->anonymous || x->asked.format == FORMAT_PLAN)
        return;
    const char *language = http_header_list(req, "Accept-Language");
    const char *parts[] = {x->schema,        req->tenant->id, req->path,       x->accept,
                           x->prefer_header, language,        x->range_header, req->who->claims_json};
    struct buf key;
    buf_init(&key, KEY_BYTES_MAX);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_text(&key, parts[i] ? parts[i] : "");
        buf_char(&key, '\n');
    }
    buf_str(&key, req->query);
    if (!key.overflow)
        x->cache_key = str_n(arena_strndup(req->arena, key.at, key.len), key.len);
    buf_release(&key);
}

/* If-None-Match: a list of tags, weak ones compare as well (RFC 9110, 13.1.2). */
bool errand_has_tag(struct errand *x, const char *etag)
{
    const char *wanted = http_header_list(x->req, "If-None-Match");
    if (!wanted)
        return false;
    return text_eq(wanted, "*") || strstr(wanted, etag);
}

static void answer_cached(struct errand *x, struct cached_answer *answer)
{
    struct http_req *req = x->req;
    x->service->stats.answers_cached++;
    http_set_header(req, "ETag", answer->etag);
    for (int i = 0; i < answer->header_count; i++)
        http_set_header(req, answer->headers[i].name, answer->headers[i].value);
    if (errand_has_tag(x, answer->etag)) {
        http_answer(req, 304, NULL, NULL);
        cached_answer_unref(answer);
        return;
    }
    bool zip = answer->zipped && http_accepts_coding(req, "gzip");
    if (answer->zipped)
        http_set_header(req, "Vary", "Accept-Encoding");
    if (zip)
        http_set_header(req, "Content-Encoding", "gzip");
    http_answer_shared(req, answer->status, answer->content_type, zip ? answer->zipped : answer->bytes,
                       zip ? answer->zipped_length : answer->length, cached_answer_unref, answer);
}

/* --- Doors -------------------------------------------------------------------------------------------------------- */

static void catalogue_ready(void *data, struct catalogue *catalogue, const struct error *error)
{
    struct errand *x = data;
    if (x->forgotten) {
        errand_done(x);
        return;
    }
    if (!catalogue) {
        errand_fail(x, error);
        return;
    }
    catalogue_unref(x->catalogue);
    x->catalogue = catalogue_ref(catalogue);
    errand_plan(x);
}

bool errand_try_again(struct errand *x)
{
    struct shelf_key key;
    if (x->second_try)
        return false;
    x->second_try = true;
    errand_shelf_key(x, &key);
    return shelf_refresh(x->service->shelf, &key, x->catalogue, catalogue_ready, x);
}

static void errand_begin(struct errand *x)
{
    struct shelf_key key;
    errand_shelf_key(x, &key);
    int wait_s = shelf_refused(x->service->shelf, &key);
    if (wait_s) {
        struct error error = error_of(ERR_CRASHED);
        error.details = "Reading this schema has ended a process of the server.";
        http_set_header(x->req, "Retry-After", arena_printf(x->req->arena, "%d", wait_s));
        errand_fail(x, &error);
        return;
    }
    struct catalogue *catalogue = shelf_get(x->service->shelf, &key, catalogue_ready, x);
    if (catalogue)
        catalogue_ready(x, catalogue, NULL);
}

static enum cache_found look_into_cache(struct errand *x, struct cached_answer **answer)
{
    return answer_cache_get(x->service->answers, x->cache_key, epoch_of(x->req->tenant->affinity), clock_monotonic_ms(),
                            &x->public_waiter, answer, &x->public_fetch);
}

/* What becomes of an answer that another request fetches. */
static void public_news(void *data, enum cache_news news, struct cached_answer *answer)
{
    enum { ROUNDS_MAX = 3 };
    struct errand *x = data;
    if (news == CACHE_AGAIN && ++x->public_rounds < ROUNDS_MAX) {
        switch (look_into_cache(x, &answer)) {
        case CACHE_WAIT:
            return;
        case CACHE_HIT:
            news = CACHE_ANSWER;
            break;
        case CACHE_FETCH:
        default:
            break;
        }
    }
    if (news == CACHE_ANSWER) {
        x->service->stats.answers_shared++;
        answer_cached(x, answer);
        errand_done(x);
    } else {
        errand_begin(x);
    }
}

/* The client left. A read is given up; a write goes on, its answer goes nowhere. */
static void batch_released(void *data)
{
    errand_done(data);
}

static void client_gone(struct http_req *req, void *data)
{
    struct errand *x = data;
    (void)req;
    x->forgotten = true;
    if (x->public_waiter.self) {
        cache_waiter_leave(&x->public_waiter);
        errand_done(x);
        return;
    }
    if (!x->batch || !x->plan->read_only)
        return; /* whatever comes next sees `forgotten` */
    pg_batch_forget(x->batch, batch_released, x);
}

/* What a cache between us and the reader has to tell apart (RFC 9110, 12.5.5). It keeps nothing that was asked for with
 * Authorization (RFC 9111, 3.5), so nothing is said there. */
static void say_what_varies(const struct errand *x)
{
    if (x->get && !http_header(x->req, "Authorization"))
        http_set_header(x->req, "Vary",
                        x->req->tenant->foreign
                            ? "Accept, Accept-Profile, Authorization, Prefer, Range"
                            : "Accept, Accept-Language, Accept-Profile, Authorization, Prefer, Range, apikey");
}

static void begin(struct errand *x)
{
    struct http_req *req = x->req;
    struct error error;
    struct cached_answer *answer;
    x->range_last = -1;
    timing_begin(x);
    say_what_varies(x);
    enum err err = choose_schema(x, &error);
    if (!err && x->options) {
        http_hold(req);
        http_on_gone(req, client_gone, x);
        errand_begin(x);
        return;
    }
    if (!err)
        err = read_headers(x, &error);
    if (!err)
        err = read_body(x, &error);
    if (!err)
        err = key_read(x, &error);
    if (err) {
        http_fail(req, &error);
        return;
    }
    make_cache_key(x);
    enum cache_found found = CACHE_FETCH;
    if (x->cache_key.len) {
        x->public_waiter = (struct cache_waiter){.told = public_news, .data = x};
        found = look_into_cache(x, &answer);
    }
    if (found == CACHE_HIT) {
        answer_cached(x, answer);
        return;
    }
    http_hold(req);
    http_on_gone(req, client_gone, x);
    if (found == CACHE_FETCH)
        errand_begin(x);
}

static struct errand *errand_new(struct http_req *req, enum action action)
{
    const struct services *services = req->services;
    struct errand *x = arena_zalloc(req->arena, sizeof *x);
    *x = (struct errand){.req = req,
                         .service = rest_service_in(services),
                         .action = action,
                         .call = action == ACTION_CALL,
                         .head = req->method == HTTP_HEAD,
                         .get = req->method == HTTP_GET || req->method == HTTP_HEAD,
                         .options = req->method == HTTP_OPTIONS,
                         .target = req->params[0]};
    return x;
}

static void answer_options(struct errand *x, const char *methods)
{
    timing_begin(x);
    http_set_header(x->req, "Allow", methods);
    timing_header(x);
    http_answer(x->req, 200, NULL, NULL);
}

/* /rest/v1/:table */
static void rest_table(struct http_req *req)
{
    static const struct {
        enum http_method method;
        enum action action;
    } actions[] = {{HTTP_GET, ACTION_READ},     {HTTP_HEAD, ACTION_READ}, {HTTP_POST, ACTION_INSERT},
                   {HTTP_PATCH, ACTION_UPDATE}, {HTTP_PUT, ACTION_PUT},   {HTTP_DELETE, ACTION_DELETE},
                   {HTTP_OPTIONS, ACTION_READ}}; /* told what it takes, once it is known to be there */
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (actions[i].method == req->method) {
            begin(errand_new(req, actions[i].action));
            return;
        }
    http_fail_with(req, ERR_METHOD, "Unsupported HTTP method: %s", req->method_name);
}

/* /rest/v1/rpc/:function */
static void rest_function(struct http_req *req)
{
    if (req->method & (HTTP_GET | HTTP_HEAD | HTTP_POST | HTTP_OPTIONS))
        begin(errand_new(req, ACTION_CALL));
    else
        http_fail_with(req, ERR_RPC_METHOD, "Cannot use the %s method on RPC", req->method_name);
}

/* /rest/v1/ */
static void rest_root(struct http_req *req)
{
    if (req->method == HTTP_OPTIONS) {
        answer_options(errand_new(req, ACTION_READ), "OPTIONS,GET,HEAD");
        return;
    }
    if (req->method != HTTP_GET && req->method != HTTP_HEAD) {
        http_fail_with(req, ERR_METHOD, "Unsupported HTTP method: %s", req->method_name);
        return;
    }
    struct errand *x = errand_new(req, ACTION_READ);
    x->target = NULL;
    begin(x);
}

/* What is not there under /rest/. */
static void rest_nothing(struct http_req *req)
{
    const struct error error = error_of(ERR_NO_PATH);
    http_fail(req, &error);
}

enum { DOOR = ROUTE_TENANT | ROUTE_AUTH | ROUTE_RAW_BODY | ROUTE_FOREIGN | ROUTE_POSTGREST };

const struct service_key rest_service_key = {"rest"};

const struct http_route rest_routes[] = {
    {HTTP_ANY, "/rest/v1/", rest_root, DOOR},
    {HTTP_ANY, "/rest/v1/rpc/:function", rest_function, DOOR},
    {HTTP_ANY, "/rest/v1/:table", rest_table, DOOR},
    {HTTP_ANY, "/rest/*", rest_nothing, ROUTE_ELSE | ROUTE_POSTGREST},
    {0},
};
