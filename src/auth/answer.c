#include "auth/answer.h"

#include "auth/flow.h"
#include "auth/form.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/exact.h"
#include "base/jwt.h"

#include <stdlib.h>

/* From this version on clients read {"code": "name"}; before, {"code": 400, "error_code": "name"}. */
static const char new_shape_since[] = "2024-01-01";

/* --- Errors ------------------------------------------------------------------------------------------------------- */

static void answer_json(struct http_req *req, int status, const json_t *body)
{
    char *text = exact_dump(body, JSON_COMPACT);
    if (!text)
        abort();
    http_answer_text(req, status, "application/json", text);
    free(text);
}

void flow_fail_with(struct http_req *req, int status, const char *code, const char *message, json_t *more)
{
    const char *version = http_header(req, "X-Supabase-Api-Version");
    bool new_shape = version && strlen(version) == strlen(new_shape_since) && strcmp(version, new_shape_since) >= 0;
    json_t *body = new_shape ? json_pack("{s:s,s:s}", "code", code, "message", message)
                             : json_pack("{s:i,s:s,s:s}", "code", status, "error_code", code, "msg", message);
    if (more) {
        json_object_update_missing(body, more);
        json_decref(more);
    }
    if (new_shape)
        http_set_header(req, "X-Supabase-Api-Version", new_shape_since);
    http_set_header(req, "x-sb-error-code", code);
    answer_json(req, status, body);
    json_decref(body);
}

void flow_fail(struct http_req *req, int status, const char *code, const char *message)
{
    flow_fail_with(req, status, code, message, NULL);
}

void auth_unknown_path(struct http_req *req)
{
    flow_fail(req, 404, "not_found", "There is nothing at this address");
}

static void answer_error(struct http_req *req, int status, const json_t *error)
{
    const char *code = json_string_value(json_object_get(error, "code"));
    const char *message = json_string_value(json_object_get(error, "message"));
    const json_t *wait = json_object_get(error, "retry_after");
    json_t *more = json_copy((json_t *)error);
    json_object_del(more, "code");
    json_object_del(more, "message");
    json_object_del(more, "retry_after");
    if (json_is_integer(wait))
        http_set_header(req, "Retry-After", arena_printf(req->arena, "%lld", (long long)json_integer_value(wait)));
    flow_fail_with(req, status, code ? code : "unexpected_failure", message ? message : "Something went wrong", more);
}

/* --- Sessions ----------------------------------------------------------------------------------------------------- */

char *auth_sign(struct http_req *req, const struct auth_service *service, const json_t *claims)
{
    char *text = exact_dump(claims, JSON_COMPACT);
    if (!text)
        abort();
    const struct signing_key *key = keyring_in_use(service->ring, req->tenant->id);
    char *token = key ? jwt_sign_es256(req->arena, str_of(text), key->kid, key->key)
                      : jwt_sign_hs256(req->arena, str_of(text), req->tenant->jwt_secret);
    free(text);
    return token;
}

/* Adds the token to the body: {access_token, token_type, expires_in, expires_at, refresh_token, user}. */
static void add_token(struct http_req *req, const struct auth_service *service, const json_t *claims, json_t *body)
{
    json_int_t expires_at = json_integer_value(json_object_get(claims, "exp"));
    json_int_t issued_at = json_integer_value(json_object_get(claims, "iat"));
    json_object_set_new(body, "access_token", json_string(auth_sign(req, service, claims)));
    json_object_set_new(body, "token_type", json_string("bearer"));
    json_object_set_new(body, "expires_in", json_integer(expires_at - issued_at));
    json_object_set_new(body, "expires_at", json_integer(expires_at));
}

/* --- Redirects ---------------------------------------------------------------------------------------------------- */

/* `name=value` of a member that is a text or a number, after what is there. */
static const char *add_pair(struct http_req *req, const char *pairs, const char *name, const json_t *value)
{
    const char *text = json_string_value(value);
    if (json_is_integer(value))
        text = arena_printf(req->arena, "%lld", (long long)json_integer_value(value));
    if (!text)
        return pairs;
    return arena_printf(req->arena, "%s%s%s=%s", pairs, *pairs ? "&" : "", name, form_escape(req->arena, text));
}

static const char *fragment_of(struct http_req *req, const json_t *result)
{
    static const char *const of_session[] = {"access_token",          "expires_at", "expires_in",
                                             "refresh_token",         "token_type", "provider_token",
                                             "provider_refresh_token"};
    const json_t *error = json_object_get(result, "error");
    const json_t *body = json_object_get(result, "body");
    const char *pairs = "";
    if (error) {
        pairs = add_pair(req, pairs, "error_code", json_object_get(error, "code"));
        pairs = add_pair(req, pairs, "error_description", json_object_get(error, "message"));
        int64_t status = json_integer_value(json_object_get(result, "status"));
        return arena_printf(req->arena, "error=%s&%s", status >= 500 ? "server_error" : "access_denied", pairs);
    }
    if (json_object_get(body, "msg"))
        return add_pair(req, pairs, "message", json_object_get(body, "msg"));
    for (size_t i = 0; i < sizeof of_session / sizeof *of_session; i++)
        pairs = add_pair(req, pairs, of_session[i], json_object_get(body, of_session[i]));
    return add_pair(req, pairs, "type", json_object_get(result, "type"));
}

static void redirect(struct http_req *req, const json_t *result, const char *to)
{
    const char *query = json_string_value(json_object_get(result, "query"));
    size_t length = strcspn(to, "#"); /* a fragment of its own gives way to ours */
    const char *address = arena_strndup(req->arena, to, length);
    if (query)
        address = arena_printf(req->arena, "%s%s%s", address, strchr(address, '?') ? "&" : "?", query);
    else
        address = arena_printf(req->arena, "%s#%s", address, fragment_of(req, result));
    http_set_header(req, "Location", address);
    http_set_header(req, "Cache-Control", "no-store");
    http_set_header(req, "Referrer-Policy", "no-referrer");
    http_answer(req, 303, NULL, NULL);
}

/* --- Lists -------------------------------------------------------------------------------------------------------- */

static void add_page_headers(struct http_req *req, const json_t *result)
{
    int64_t total = json_integer_value(json_object_get(result, "total"));
    int64_t page = json_integer_value(json_object_get(result, "page"));
    int64_t size = json_integer_value(json_object_get(result, "per_page"));
    int64_t last = size ? (total + size - 1) / size : 1;
    const char *base = flow_base_url(req);
    const char *links = "";
    if (page < last)
        links = arena_printf(req->arena, "<%s%s?page=%lld&per_page=%lld>; rel=\"next\", ", base, req->path,
                             (long long)page + 1, (long long)size);
    http_set_header(req, "Link",
                    arena_printf(req->arena, "%s<%s%s?page=%lld&per_page=%lld>; rel=\"last\"", links, base, req->path,
                                 (long long)(last > 0 ? last : 1), (long long)size));
    http_set_header(req, "X-Total-Count", arena_printf(req->arena, "%lld", (long long)total));
}

/* {"button": {tenant, token, type, redirect_to}}: a button in front of what a link does. */
static void answer_page(struct http_req *req, const json_t *page)
{
    static const char *const fields[] = {"token", "type", "redirect_to"};
    struct buf html;
    buf_init(&html, 65536);
    const char *tenant = form_html(req->arena, json_string_value(json_object_get(page, "tenant")));
    buf_printf(&html,
               "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
               "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>body{font:1.1rem/1.5 "
               "system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.8rem "
               "1.4rem}</style><h1>%s</h1><p>You opened a link from a mail. Go on if you asked for it.</p><form "
               "method=\"post\" action=\"verify\">",
               tenant, tenant);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        buf_printf(&html, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", fields[i],
                   form_html(req->arena, json_string_value(json_object_get(page, fields[i]))));
    buf_text(&html, "<button>Go on</button></form></html>");
    http_set_header(req, "Cache-Control", "no-store");
    http_set_header(req, "Referrer-Policy", "no-referrer");
    http_set_header(req, "X-Frame-Options", "DENY");
    http_set_header(req, "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    http_answer_text(req, 200, "text/html; charset=utf-8", buf_cstr(&html));
    buf_release(&html);
}

void auth_answer(struct http_req *req, struct auth_service *service, json_t *result)
{
    int status = (int)json_integer_value(json_object_get(result, "status"));
    const json_t *error = json_object_get(result, "error");
    const json_t *claims = json_object_get(result, "claims");
    json_t *body = json_object_get(result, "body");
    const char *to = json_string_value(json_object_get(result, "redirect"));
    const char *location = json_string_value(json_object_get(result, "location"));
    if (json_object_get(result, "button")) {
        answer_page(req, json_object_get(result, "button"));
        return;
    }
    if (claims)
        add_token(req, service, claims, body);
    if (location) {
        http_set_header(req, "Location", location);
        http_answer(req, 302, NULL, NULL);
        return;
    }
    if (to) {
        redirect(req, result, to);
        return;
    }
    if (error) {
        answer_error(req, status, error);
        return;
    }
    if (json_object_get(result, "total"))
        add_page_headers(req, result);
    http_set_header(req, "Cache-Control", "no-store");
    if (status == 204 || !body || json_is_null(body))
        http_answer(req, 204, NULL, NULL);
    else
        answer_json(req, status, body);
}
