#include "net/exchange.h"

#include "base/clock.h"
#include "base/encode.h"
#include "net/guard.h"
#include "net/mask.h"
#include "net/verdict.h"

#include <stdlib.h>
#include <unistd.h>

enum { CONNECTIONS_KEPT = 8 };

static bool is_anywhere(const struct exchange *x)
{
    return x->request->policy == NET_ANYWHERE || x->settings->net_private;
}

static bool has_body(const struct net_request *request)
{
    return request->body.at || request->json || request->form || request->parts;
}

static const char *method_of(const struct net_request *request)
{
    return request->method ? request->method : has_body(request) ? "POST" : "GET";
}

static bool is_repeatable(const struct net_request *request)
{
    const char *method = method_of(request);
    return request->repeatable || (!text_eq(method, "POST") && !text_eq(method, "PATCH"));
}

/* --- What libcurl asks and tells ---------------------------------------------------------------------------------- */

/* After the name was resolved: a name that points inside the house is no better than an address there. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *x = data;
    (void)purpose;
    if (!x->insecure && !x->proxied && net_address_is_inside(&address->addr)) {
        x->refused_inside = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Again for each request, for the connection may be one that was kept: opened for somebody who may go inside. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl says so */
static int before_request(void *data, char *peer, char *local, int peer_port, int local_port)
{
    struct exchange *x = data;
    (void)local;
    (void)peer_port;
    (void)local_port;
    if (!x->insecure && !x->proxied && net_text_is_inside(peer)) {
        x->refused_inside = true;
        return CURL_PREREQFUNC_ABORT;
    }
    x->sent = true;
    return CURL_PREREQFUNC_OK;
}

static size_t take_head(char *bytes, size_t size, size_t count, void *data)
{
    struct exchange *x = data;
    size_t length = size * count;
    x->head_bytes += length;
    if (x->head_bytes > NET_HEADER_BYTES_MAX) {
        x->flooded = true;
        return 0;
    }
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        x->head.len = 0; /* another response: after 100, after a redirect */
    else
        buf_add(&x->head, bytes, length);
    return length;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
    struct exchange *x = data;
    buf_add(&x->body, bytes, size * count);
    x->flooded = x->flooded || x->body.overflow;
    return x->flooded ? 0 : size * count;
}

/* --- Setting up --------------------------------------------------------------------------------------------------- */

/* The parts of a URL as libcurl itself reads them, so that nobody else's reading of it counts. */
static const char *url_part(struct arena *arena, const char *url, CURLUPart part)
{
    CURLU *parsed = curl_url();
    char *text = NULL;
    const char *copy = NULL;
    if (!parsed)
        abort();
    if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) == CURLUE_OK)
        copy = arena_strdup(arena, text);
    curl_free(text);
    curl_url_cleanup(parsed);
    return copy;
}

static const char *origin_of(struct arena *arena, const char *url)
{
    const char *scheme = url_part(arena, url, CURLUPART_SCHEME);
    const char *host = url_part(arena, url, CURLUPART_HOST);
    const char *port = url_part(arena, url, CURLUPART_PORT);
    if (!scheme || !host)
        return NULL;
    if (!port || (text_eq(scheme, "https") && text_eq(port, "443")) || (text_eq(scheme, "http") && text_eq(port, "80")))
        return arena_printf(arena, "%s://%s", scheme, host);
    return arena_printf(arena, "%s://%s:%s", scheme, host, port);
}

static bool has_no_controls(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if ((*p < ' ' && *p != '\t') || *p == 0x7f)
            return false;
    return true;
}

static bool add_header(struct exchange *x, const char *name, const char *value)
{
    if (!*name || strpbrk(name, " :\r\n\t") || !has_no_controls(value))
        return false;
    /* an empty value has to be said with a semicolon, or libcurl takes the header out */
    struct curl_slist *longer = curl_slist_append(x->headers, *value ? arena_printf(x->arena, "%s: %s", name, value)
                                                                     : arena_printf(x->arena, "%s;", name));
    if (!longer)
        abort();
    x->headers = longer;
    return true;
}

static bool add_headers(struct exchange *x)
{
    const struct net_request *request = x->request;
    struct curl_slist *longer = curl_slist_append(x->headers, "Expect:"); /* nobody waits for 100 Continue */
    bool good = true;
    if (!longer)
        abort();
    x->headers = longer;
    good = add_header(x, "Accept", request->accept ? request->accept : "application/json");
    if (x->foreign)
        return good;
    if (request->body.at)
        good = good && add_header(x, "Content-Type", request->body_type ? request->body_type : "text/plain");
    if (request->json)
        good = good && add_header(x, "Content-Type", "application/json");
    if (request->bearer)
        good = good && add_header(x, "Authorization", arena_printf(x->arena, "Bearer %s", request->bearer));
    for (const struct net_header *header = request->headers; good && header && header->name; header++)
        good = add_header(x, header->name, header->value);
    return good;
}

static void add_parts(struct exchange *x)
{
    x->mime = curl_mime_init(x->curl);
    if (!x->mime)
        abort();
    for (const struct net_part *part = x->request->parts; part->name; part++) {
        curl_mimepart *made = curl_mime_addpart(x->mime);
        if (!made || curl_mime_name(made, part->name) != CURLE_OK ||
            curl_mime_data(made, part->bytes.at ? part->bytes.at : "", part->bytes.len) != CURLE_OK ||
            curl_mime_filename(made, part->filename) != CURLE_OK || curl_mime_type(made, part->type) != CURLE_OK)
            abort();
    }
    curl_easy_setopt(x->curl, CURLOPT_MIMEPOST, x->mime);
}

static void add_body(struct exchange *x)
{
    const struct net_request *request = x->request;
    struct str body = request->body;
    if (request->parts) {
        add_parts(x);
        return;
    }
    if (request->json) {
        x->json = json_dumps(request->json, JSON_COMPACT | JSON_ENCODE_ANY);
        if (!x->json)
            abort();
        body = str_of(x->json);
    }
    if (request->form)
        body = str_of(net_form(x->arena, request->form));
    curl_easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(x->curl, CURLOPT_POSTFIELDS, body.at ? body.at : "");
}

static void add_method(struct exchange *x)
{
    const char *method = method_of(x->request);
    if (has_body(x->request) || text_eq(method, "POST") || text_eq(method, "PUT") || text_eq(method, "PATCH"))
        add_body(x);
    if (text_eq(method, "HEAD"))
        curl_easy_setopt(x->curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(x->curl, CURLOPT_CUSTOMREQUEST, method);
}

/* A proxy resolves names itself, so it has to guard them too. What stands in the URL as an address is looked at here.
 */
static void set_proxy(struct exchange *x, const char *host)
{
    struct str bare = str_of(host);
    while (bare.len && bare.at[bare.len - 1] == '.')
        bare.len--;
    if (bare.len > 2 && bare.at[0] == '[')
        bare = str_n(bare.at + 1, bare.len - 2);
    const char *text = arena_strndup(x->arena, bare.at, bare.len);
    bool is_address = strchr(text, ':') || strspn(text, "0123456789.") == bare.len;
    bool loopback = net_host_is_loopback(host) || (is_address && net_host_is_loopback(text));
    x->proxied = *x->settings->net_proxy && !loopback;
    if (x->proxied && !x->insecure && is_address && net_text_is_inside(text)) {
        x->refused_inside = true;
        x->refusal = "not a public address";
    }
    curl_easy_setopt(x->curl, CURLOPT_PROXY, x->proxied ? x->settings->net_proxy : "");
    curl_easy_setopt(x->curl, CURLOPT_NOPROXY, ""); /* whatever the environment says */
    curl_easy_setopt(x->curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

static void set_limits(struct exchange *x)
{
    int64_t left_ms = x->deadline_ms - clock_monotonic_ms();
    curl_easy_setopt(x->curl, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    curl_easy_setopt(x->curl, CURLOPT_CONNECTTIMEOUT, (long)NET_CONNECT_TIMEOUT_S);
    curl_easy_setopt(x->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(x->curl, CURLOPT_QUICK_EXIT, 1L); /* a name server that hangs does not hold us beyond our time */
    curl_easy_setopt(x->curl, CURLOPT_FOLLOWLOCATION, 0L); /* exchange_goes_on does */
    curl_easy_setopt(x->curl, CURLOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    /* On a connection that died meanwhile libcurl sends the request again by itself, a POST too. */
    if (!is_repeatable(x->request))
        curl_easy_setopt(x->curl, CURLOPT_FRESH_CONNECT, 1L);
}

/* libcurl asks about once a second while it waits. Other than 0: no longer. */
static int is_given_up(void *data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    const struct exchange *x = data;
    (void)total, (void)now, (void)up_total, (void)up_now;
    return atomic_load(x->request->given_up);
}

static void set_callbacks(struct exchange *x)
{
    if (x->request->given_up) {
        curl_easy_setopt(x->curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(x->curl, CURLOPT_XFERINFOFUNCTION, is_given_up);
        curl_easy_setopt(x->curl, CURLOPT_XFERINFODATA, x);
    }
    curl_easy_setopt(x->curl, CURLOPT_PRIVATE, x);
    curl_easy_setopt(x->curl, CURLOPT_ERRORBUFFER, x->complaint);
    curl_easy_setopt(x->curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(x->curl, CURLOPT_OPENSOCKETDATA, x);
    curl_easy_setopt(x->curl, CURLOPT_PREREQFUNCTION, before_request);
    curl_easy_setopt(x->curl, CURLOPT_PREREQDATA, x);
    curl_easy_setopt(x->curl, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(x->curl, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(x->curl, CURLOPT_WRITEDATA, x);
}

/* What belongs to one hop. */
static void let_go(struct exchange *x)
{
    curl_slist_free_all(x->headers);
    curl_mime_free(x->mime);
    free(x->json);
    x->headers = NULL;
    x->mime = NULL;
    x->json = NULL;
}

static bool set_up(struct exchange *x)
{
    const struct net_request *request = x->request;
    const char *host = url_part(x->arena, x->url, CURLUPART_HOST);
    x->sent = false;
    x->origin = origin_of(x->arena, x->url);
    if (!x->origin) {
        x->refusal = "no address";
        return false;
    }
    curl_easy_reset(x->curl); /* options alone: connections, names and TLS sessions stay */
    curl_easy_setopt(x->curl, CURLOPT_URL, x->url);
    curl_easy_setopt(x->curl, CURLOPT_PROTOCOLS_STR, is_anywhere(x) || request->plain_http ? "http,https" : "https");
    curl_easy_setopt(x->curl, CURLOPT_PATH_AS_IS, 1L); /* what is signed is what is sent */
    curl_easy_setopt(x->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(x->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*x->settings->net_ca_file)
        curl_easy_setopt(x->curl, CURLOPT_CAINFO, x->settings->net_ca_file);
    curl_easy_setopt(x->curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(x->curl, CURLOPT_USERAGENT, "maitred/" MAITRED_VERSION);
    set_limits(x);
    set_callbacks(x);
    set_proxy(x, host);
    if (!x->foreign && request->user) {
        curl_easy_setopt(x->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(x->curl, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(x->curl, CURLOPT_PASSWORD, request->password ? request->password : "");
    }
    if (x->foreign) /* nor does the other side choose who we are elsewhere */
        curl_easy_setopt(x->curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    add_method(x);
    if (!add_headers(x))
        x->refusal = "a header with a line break";
    curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->headers);
    return !x->refusal;
}

bool exchange_begin(struct exchange *x, CURL *curl, struct arena *arena, const struct settings *settings,
                    const struct net_request *request)
{
    int timeout_s = request->timeout_s ? request->timeout_s : NET_TIMEOUT_S;
    *x = (struct exchange){
        .arena = arena,
        .settings = settings,
        .request = request,
        .curl = curl,
        .url = request->url ? request->url : "",
        .deadline_ms = clock_monotonic_ms() + (int64_t)timeout_s * 1000,
    };
    x->insecure = is_anywhere(x);
    buf_init(&x->head, NET_HEADER_BYTES_MAX);
    buf_init(&x->body, request->bytes_max ? request->bytes_max : NET_BYTES_MAX);
    return set_up(x);
}

/* --- Hop by hop --------------------------------------------------------------------------------------------------- */

static long status_of(const struct exchange *x)
{
    long status = 0;
    curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

bool exchange_goes_on(struct exchange *x, CURLcode code)
{
    const struct net_request *request = x->request;
    const char *method = method_of(request);
    long status = code == CURLE_OK ? status_of(x) : 0;
    char *next = NULL;
    bool moved = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (!moved || !request->redirects || has_body(request) || (!text_eq(method, "GET") && !text_eq(method, "HEAD")))
        return false;
    curl_easy_getinfo(x->curl, CURLINFO_REDIRECT_URL, &next);
    if (!next)
        return false;
    if (x->hops++ == request->redirects) {
        x->refusal = "too many redirects";
        return false;
    }
    const char *before = x->origin;
    x->url = arena_strdup(x->arena, next);
    x->body.len = x->head.len = 0;
    let_go(x);
    const char *origin = origin_of(x->arena, x->url);
    x->foreign = x->foreign || !origin || !text_eq(origin, before);
    return set_up(x);
}

/* --- The answer --------------------------------------------------------------------------------------------------- */

static const struct net_header *read_head(struct arena *arena, struct str text)
{
    size_t lines = 1, n = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    struct net_header *headers = arena_array(arena, lines + 1, sizeof *headers);
    for (const char *at = text.at, *end = text.at + text.len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = stop ? (size_t)(stop - at) : (size_t)(end - at);
        const char *colon = memchr(at, ':', length);
        size_t trimmed = length;
        while (trimmed && strchr("\r\t ", at[trimmed - 1]))
            trimmed--;
        if (colon && colon < at + trimmed) {
            const char *value = colon + 1;
            while (value < at + trimmed && (*value == ' ' || *value == '\t'))
                value++;
            headers[n].name = arena_strndup(arena, at, (size_t)(colon - at));
            headers[n++].value = arena_strndup(arena, value, (size_t)(at + trimmed - value));
        }
        at += length + 1;
    }
    return headers;
}

/* What went wrong below HTTP. */
static void judge_failure(const struct exchange *x, CURLcode code, struct net_answer *answer)
{
    const char *complaint = *x->complaint ? x->complaint : curl_easy_strerror(code);
    answer->verdict = NET_LATER;
    if (x->refusal) {
        answer->verdict = NET_NEVER;
        complaint = x->refusal;
    } else if (x->refused_inside) {
        answer->verdict = NET_NEVER;
        complaint = "not a public address";
    } else if (!x->sent &&
               (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_LOGIN_DENIED)) {
        answer->verdict = NET_NEVER;
    } else if (x->flooded) {
        answer->verdict = NET_NEVER;
        complaint = "the answer is larger than allowed";
        answer->unknown = !is_repeatable(x->request);
    } else if (x->sent && !is_repeatable(x->request)) {
        answer->verdict = NET_NEVER;
        answer->unknown = true;
    }
    answer->reason = arena_printf(x->arena, "%s: %s", x->origin ? x->origin : "The address", complaint);
}

void exchange_finish(struct exchange *x, CURLcode code, struct net_answer *answer)
{
    struct net_answer fresh = {.status = x->sent ? status_of(x) : 0};
    fresh.body = str_n(arena_strndup(x->arena, x->body.len ? x->body.at : "", x->body.len), x->body.len);
    fresh.headers = read_head(x->arena, str_n(x->head.at ? x->head.at : "", x->head.len));
    /* an error that was cut off is still that error */
    if (!x->refusal && (code == CURLE_OK || fresh.status >= 400)) {
        fresh.verdict = net_verdict_of_status(fresh.status, is_repeatable(x->request), &fresh.unknown);
        if (fresh.verdict != NET_DONE)
            fresh.reason = arena_printf(x->arena, "%s answered %ld", x->origin, fresh.status);
        if (fresh.verdict == NET_LATER)
            fresh.later_at_s = net_retry_after_s(net_header_value(&fresh, "Retry-After"), clock_now_s());
    } else {
        judge_failure(x, code, &fresh);
    }
    if (fresh.reason) {
        fresh.reason = net_mask(x->arena, fresh.reason, x->request->secret);
        fresh.reason = net_mask(x->arena, fresh.reason, x->request->bearer);
        fresh.reason = net_mask(x->arena, fresh.reason, x->request->password);
    }
    exchange_drop(x);
    *answer = fresh;
}

void exchange_drop(struct exchange *x)
{
    curl_easy_setopt(x->curl, CURLOPT_ERRORBUFFER, NULL); /* closing a kept connection may complain later */
    curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(x->curl, CURLOPT_MIMEPOST, NULL);
    let_go(x);
    buf_release(&x->head);
    buf_release(&x->body);
}
