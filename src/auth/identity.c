#include "auth/identity.h"

#include "auth/foreign.h"
#include "auth/internal.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/jwt.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLOCK_LEEWAY_S = 30, HEADERS_BYTES_MAX = 65536 };

static struct identity anonymous = {.role = "anon", .claims_json = "{\"role\":\"anon\"}", .anonymous = true};

/* Short keys stand for the tenant's signed ones. */
static struct identity publishable = {
    .role = "anon", .claims_json = "{\"role\":\"anon\"}", .anonymous = true, .is_key = true};
static struct identity secret = {
    .role = "service_role", .claims_json = "{\"role\":\"service_role\"}", .level = LEVEL_SERVICE, .is_key = true};

/* --- What a request carries --------------------------------------------------------------------------------------- */

/* The token of `Authorization: Bearer …`, or an empty str. Another scheme is `other`. */
static struct str bearer_of(struct http_req *req, bool *other)
{
    static const char scheme[] = "bearer";
    const char *header = http_header(req, "Authorization");
    *other = false;
    if (!header)
        return str_of(NULL);
    while (*header == ' ')
        header++;
    size_t length = strlen(scheme);
    if (strncasecmp(header, scheme, length) != 0 || header[length] != ' ') {
        *other = *header != '\0';
        return str_of(NULL);
    }
    header += length;
    while (*header == ' ')
        header++;
    struct str token = str_of(header);
    while (token.len && token.at[token.len - 1] == ' ')
        token.len--;
    return token;
}

/* --- Verifying ---------------------------------------------------------------------------------------------------- */

/* Whether the signature was made by this tenant. */
static bool is_signed(struct auth_service *service, const struct tenant *tenant, const struct jwt *jwt)
{
    if (tenant->foreign)
        return foreign_is_signed(service->issuer, jwt);
    if (jwt->alg == JWT_HS256)
        return jwt_verify_hs256(jwt, tenant->jwt_secret);
    const struct signing_key *key = jwt->kid ? keyring_key(service->ring, tenant->id, jwt->kid) : NULL;
    if (!key) {
        auth_service_poll_soon(service);
        return false;
    }
    return jwt_verify(jwt, key->key);
}

/* A claim that must be a text when it is there. */
static bool optional_text(const struct jwt *jwt, const char *name, const char **text)
{
    const json_t *claim = json_object_get(jwt->claims, name);
    if (claim && !json_is_string(claim) && !json_is_null(claim))
        return false;
    const char *said = json_string_value(claim);
    *text = said && *said ? said : NULL;
    return true;
}

/* A UUID of ours: PostgreSQL would take other spellings, a set of revoked sessions would not. */
static bool is_canonical_uuid(const char *text)
{
    if (!text_is_uuid(str_of(text)))
        return false;
    for (const char *p = text; *p; p++)
        if (*p >= 'A' && *p <= 'F')
            return false;
    return true;
}

/* A role in the house. */
static enum auth_level level_of(const struct identity *who, const struct jwt *jwt)
{
    static const char *const strangers[] = {"guest", "customer"};
    if (text_eq(who->role, "service_role"))
        return LEVEL_SERVICE;
    if (text_eq(who->role, "anon") || json_is_true(json_object_get(jwt->claims, "is_anonymous")))
        return LEVEL_VISITOR;
    if (!who->app_role)
        return who->user_id ? LEVEL_CUSTOMER : LEVEL_VISITOR;
    if (text_eq(who->app_role, strangers[0]))
        return LEVEL_VISITOR;
    return text_eq(who->app_role, strangers[1]) ? LEVEL_CUSTOMER : LEVEL_STAFF;
}

static enum err identity_of(struct arena *arena, const struct tenant *tenant, const struct jwt *jwt,
                            struct identity *who, struct error *out)
{
    static const char *const roles[] = {"anon", "authenticated", "service_role"};
    struct identity read = {.claims_json = jwt->claims_text.at};
    const struct jwt_expect expect = {.tenant = tenant->schema, .now_s = clock_now_s(), .leeway_s = CLOCK_LEEWAY_S};
    enum err err = jwt_check(jwt, &expect, arena, out);
    if (err != OK)
        return err;
    const char *role = jwt_claim(jwt, "role");
    for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++)
        if (text_eq(role, roles[i]))
            read.role = roles[i];
    if (!read.role)
        return error_set(out, arena, ERR_BAD_CLAIMS, "The claim role is none of ours.");
    if (!optional_text(jwt, "sub", &read.user_id) || !optional_text(jwt, "session_id", &read.session_id) ||
        !optional_text(jwt, "app_role", &read.app_role) || !optional_text(jwt, "aal", &read.aal) ||
        (read.user_id && !is_canonical_uuid(read.user_id)) || (read.session_id && !is_canonical_uuid(read.session_id)))
        return error_set(out, arena, ERR_BAD_CLAIMS, "The claims sub, session_id, app_role and aal are texts of ours.");
    bool expires = json_object_get(jwt->claims, "exp") != NULL;
    read.expires_at_s = jwt_time_s(jwt, "exp");
    read.issued_at_s = jwt_time_s(jwt, "iat");
    read.anonymous = text_eq(read.role, "anon");
    read.level = level_of(&read, jwt);
    if (!optional_text(jwt, "customer_session_id", &read.person))
        return error_set(out, arena, ERR_BAD_CLAIMS, "The claim customer_session_id is a text of ours.");
    if (!read.person)
        read.person = read.user_id ? read.user_id : read.session_id;
    read.is_key = !expires && !read.user_id && !text_eq(read.role, "authenticated");
    if (!expires && !read.is_key)
        return error_set(out, arena, ERR_BAD_CLAIMS, "The token has no expiry.");
    *who = read;
    return OK;
}

static enum err verify(struct auth_service *service, const struct tenant *tenant, struct arena *arena, struct str token,
                       struct cached_identity **entry, struct error *out)
{
    struct jwt jwt;
    struct identity who;
    enum err err = jwt_parse(arena, token, &jwt, out);
    if (err != OK)
        return err;
    if (!is_signed(service, tenant, &jwt))
        return error_set(out, arena, ERR_BAD_TOKEN, "JWSError JWSInvalidSignature");
    err = tenant->foreign ? foreign_identity(service->issuer, arena, &jwt, &who, out)
                          : identity_of(arena, tenant, &jwt, &who, out);
    if (err == OK)
        *entry = token_cache_add(service->cache, tenant->schema, tenant->jwt_secret, token, &who);
    return err;
}

bool auth_session_ended(const struct auth_service *service, const char *session_id)
{
    return keyring_session_revoked(service->ring, session_id);
}

bool auth_is_outlived(const struct tenant *tenant, const struct identity *who)
{
    return !who->is_key && who->issued_at_s && who->issued_at_s < tenant->trusts_since_s;
}

/* Who comes without a token of their own. */
static enum err nobody(struct auth_service *service, const struct tenant *tenant, struct identity *otherwise,
                       struct identity **who, struct error *out)
{
    *who = tenant->foreign ? foreign_anonymous(service->issuer) : otherwise;
    if (*who)
        return OK;
    *out = error_of(ERR_NO_ANON);
    return ERR_NO_ANON;
}

enum err auth_identify_token(struct auth_service *service, const struct tenant *tenant, struct arena *arena,
                             struct str token, struct identity **who, struct error *out)
{
    if (str_starts(token, "sb_")) {
        if (equal_in_constant_time(token, str_of(tenant->publishable_key)))
            return nobody(service, tenant, &publishable, who, out);
        if (equal_in_constant_time(token, str_of(tenant->secret_key)))
            *who = &secret;
        else
            return error_set(out, arena, ERR_BAD_TOKEN, "This API key is not known here.");
        return OK;
    }

    struct cached_identity *entry = token_cache_find(service->cache, tenant->schema, tenant->jwt_secret, token);
    if (entry) {
        service->stats.cache_hits++;
    } else {
        service->stats.cache_misses++;
        enum err err = verify(service, tenant, arena, token, &entry, out);
        if (err != OK) {
            service->stats.refused++;
            return err;
        }
    }
    arena_on_release(arena, cached_identity_unref, entry);
    struct identity *verified = cached_identity_get(entry);
    if (verified->expires_at_s && clock_now_s() >= verified->expires_at_s + CLOCK_LEEWAY_S)
        return error_set(out, arena, ERR_BAD_CLAIMS, "JWT expired");
    if (auth_is_outlived(tenant, verified))
        return error_set(out, arena, ERR_BAD_TOKEN, "This token is older than what its tenant trusts.");
    if (verified->session_id && auth_session_ended(service, verified->session_id)) {
        error_set(out, arena, ERR_BAD_TOKEN, "The session of this token has ended.");
        out->details = "session_ended";
        return out->err;
    }
    *who = verified;
    return OK;
}

enum err auth_identify(struct http_req *req, struct error *out)
{
    bool other_scheme;
    struct str token = bearer_of(req, &other_scheme);
    if (other_scheme)
        return error_set(out, req->arena, ERR_BAD_TOKEN, "The Authorization header does not carry a bearer token.");
    if (!token.len)
        token = str_of(http_header(req, "apikey"));
    if (!token.len)
        return nobody(auth_service_of(req), req->tenant, &anonymous, &req->who, out);
    return auth_identify_token(auth_service_of(req), req->tenant, req->arena, token, &req->who, out);
}

/* --- What the database sees --------------------------------------------------------------------------------------- */

struct header_list {
    struct json_writer writer;
    bool with_token;
};

/* Secrets stay out: a function that logs its headers must not log a token. Functions of a foreign database were written
 * for a server that hands over the token. */
static void add_header(void *data, const char *name, const char *value)
{
    static const char *const hidden[] = {"apikey", "cookie", "authorization"};
    struct header_list *list = data;
    char lower[128];
    size_t n = 0;
    for (; name[n] && n < sizeof lower - 1; n++)
        lower[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] | 0x20 : name[n]);
    lower[n] = '\0';
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden - list->with_token; i++)
        if (text_eq(lower, hidden[i]))
            return;
    if (!text_is_utf8(str_of(lower)) || !text_is_utf8(str_of(value)))
        return;
    json_key(&list->writer, lower);
    json_text(&list->writer, value);
}

static const char *headers_json(struct http_req *req)
{
    struct buf text;
    buf_init(&text, HEADERS_BYTES_MAX);
    struct header_list list = {.writer = json_writer(&text), .with_token = req->tenant->foreign};
    json_open(&list.writer, '{');
    http_each_header(req, add_header, &list);
    json_close(&list.writer, '}');
    const char *copy = text.overflow ? "{}" : arena_strdup(req->arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* Cookie: a=1; b=2 (RFC 6265) as {"a":"1","b":"2"}; NULL without cookies. */
static const char *cookies_json(struct http_req *req)
{
    const char *at = http_header(req, "Cookie");
    if (!at || !text_is_utf8(str_of(at)))
        return NULL;
    struct buf text;
    buf_init(&text, HEADERS_BYTES_MAX);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    while (*at) {
        size_t length = strcspn(at, ";");
        const char *equals = memchr(at, '=', length);
        if (equals && equals > at) {
            json_key(&w, arena_strndup(req->arena, at, (size_t)(equals - at)));
            json_str(&w, str_n(equals + 1, length - (size_t)(equals + 1 - at)));
        }
        at += length;
        while (*at == ';' || *at == ' ')
            at++;
    }
    json_close(&w, '}');
    const char *copy = text.overflow ? NULL : arena_strdup(req->arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

struct pg_session auth_session(struct http_req *req, bool read_only, int statement_timeout_ms)
{
    const struct identity *who = req->who ? req->who : &anonymous;
    return (struct pg_session){
        .role = who->role,
        .search_path = req->tenant->search_path,
        .claims = who->claims_json,
        .read_only = read_only,
        .statement_timeout_ms = statement_timeout_ms,
        .method = req->method_name,
        .path = req->path,
        .headers = headers_json(req),
        .cookies = cookies_json(req),
        .request_id = req->id,
        .ip = req->client_ip,
        .suspect = &req->suspect,
        .visitor = who->level == LEVEL_VISITOR,
        .affinity = req->tenant->affinity,
    };
}
