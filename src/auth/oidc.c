#include "auth/oidc.h"

#include "auth/form.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json_kept.h"
#include "base/jwt.h"
#include "net/net.h"

#include <pthread.h>
#include <stdlib.h>

enum { ASK_TIMEOUT_S = 10, DOCUMENTS_MAX = 64, DOCUMENT_AGE_S = 600, REFETCH_AFTER_S = 2, CLOCK_LEEWAY_S = 60 };

/* --- Documents that are kept: discovery and key sets -------------------------------------------------------------- */

static struct {
    char *url, *text;
    int64_t fetched_s, forced_s;
} documents[DOCUMENTS_MAX];
static pthread_mutex_t documents_lock = PTHREAD_MUTEX_INITIALIZER;

static char *kept(struct arena *arena, const char *url, int64_t age_s)
{
    char *copy = NULL;
    pthread_mutex_lock(&documents_lock);
    for (size_t i = 0; i < DOCUMENTS_MAX; i++)
        if (documents[i].url && text_eq(documents[i].url, url) && clock_now_s() - documents[i].fetched_s < age_s)
            copy = arena_strdup(arena, documents[i].text);
    pthread_mutex_unlock(&documents_lock);
    return copy;
}

/* In the place of the same document, else of the oldest one. */
static void keep(const char *url, const char *text)
{
    pthread_mutex_lock(&documents_lock);
    size_t place = 0;
    bool same = false;
    for (size_t i = 0; i < DOCUMENTS_MAX; i++) {
        if (documents[i].url && text_eq(documents[i].url, url)) {
            place = i;
            same = true;
            break;
        }
        if (documents[i].fetched_s < documents[place].fetched_s)
            place = i;
    }
    free(documents[place].url);
    free(documents[place].text);
    documents[place].url = strdup(url);
    documents[place].text = strdup(text);
    documents[place].fetched_s = clock_now_s();
    documents[place].forced_s = same ? documents[place].forced_s : 0;
    if (!documents[place].url || !documents[place].text)
        abort();
    pthread_mutex_unlock(&documents_lock);
}

/* Whether the document may be fetched before its time: once in a while, so that bad tokens make us no nuisance. */
static bool may_force(const char *url)
{
    bool may = false;
    pthread_mutex_lock(&documents_lock);
    for (size_t i = 0; i < DOCUMENTS_MAX; i++) {
        if (!documents[i].url || !text_eq(documents[i].url, url))
            continue;
        may = clock_now_s() - documents[i].forced_s >= REFETCH_AFTER_S;
        if (may)
            documents[i].forced_s = clock_now_s();
    }
    pthread_mutex_unlock(&documents_lock);
    return may;
}

static enum err parse(struct arena *arena, const char *from, const char *text, json_t **document, struct error *out)
{
    json_error_t error;
    json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(read)) {
        json_decref(read);
        return error_set(out, arena, ERR_INTERNAL, "%s is no JSON object", from);
    }
    *document = json_kept(arena, read);
    return OK;
}

/* The body of a 200 answer. */
static enum err ask(struct arena *arena, const struct oidc_provider *provider, struct net_request request,
                    const char **body, struct error *out)
{
    struct net_answer answer;
    request.policy = provider->insecure ? NET_ANYWHERE : NET_PUBLIC;
    request.timeout_s = ASK_TIMEOUT_S;
    net_perform(arena, provider->settings, &request, &answer);
    if (answer.verdict != NET_DONE)
        return error_set(out, arena, ERR_INTERNAL, "%s%s%.200s", answer.reason, answer.body.len ? ": " : "",
                         answer.body.at);
    if (answer.status != 200)
        return error_set(out, arena, ERR_INTERNAL, "%s answered %ld", request.url, answer.status);
    *body = answer.body.at;
    return OK;
}

static enum err get_document(struct arena *arena, const struct oidc_provider *provider, const char *url, int64_t age_s,
                             json_t **document, struct error *out)
{
    const char *text = kept(arena, url, age_s);
    if (text)
        return parse(arena, url, text, document, out);
    enum err err = ask(arena, provider, (struct net_request){.url = url}, &text, out);
    if (err == OK)
        err = parse(arena, url, text, document, out);
    if (err == OK)
        keep(url, text);
    return err;
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static enum err discover(struct arena *arena, const struct oidc_provider *provider, json_t **document,
                         struct error *out)
{
    static const char *const needed[] = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"};
    size_t length = strlen(provider->issuer);
    const char *slash = length && provider->issuer[length - 1] == '/' ? "" : "/";
    const char *url = arena_printf(arena, "%s%s.well-known/openid-configuration", provider->issuer, slash);
    enum err err = get_document(arena, provider, url, DOCUMENT_AGE_S, document, out);
    for (size_t i = 0; err == OK && i < sizeof needed / sizeof *needed; i++)
        if (!member(*document, needed[i]))
            err = error_set(out, arena, ERR_INTERNAL, "%s lacks %s", url, needed[i]);
    if (err != OK)
        return err;
    /* Microsoft's common endpoint names its issuer with a placeholder. */
    const char *issuer = member(*document, "issuer");
    if (!text_eq(issuer, provider->issuer) && !strstr(issuer, "{tenantid}"))
        return error_set(out, arena, ERR_INTERNAL, "%s names another issuer: %s", url, issuer);
    return OK;
}

/* --- The way there ------------------------------------------------------------------------------------------------ */

static const char *joined_scopes(struct arena *arena, const json_t *scopes)
{
    const char *all = "";
    size_t i;
    const json_t *scope;
    json_array_foreach(scopes, i, scope)
    {
        if (json_is_string(scope))
            all = arena_printf(arena, "%s%s%s", all, *all ? " " : "", json_string_value(scope));
    }
    return *all ? all : "openid email profile";
}

enum err oidc_authorize_url(struct arena *arena, const struct oidc_provider *provider, const char *redirect_uri,
                            const char *state, const char *nonce, const char *verifier, char **url, struct error *out)
{
    json_t *document = NULL;
    enum err err = discover(arena, provider, &document, out);
    if (err != OK)
        return err;
    unsigned char digest[32];
    digest_sha256(str_of(verifier), digest);
    const char *endpoint = member(document, "authorization_endpoint");
    char *made = arena_printf(arena,
                              "%s%sclient_id=%s&redirect_uri=%s&response_type=code&scope=%s&state=%s&nonce=%s"
                              "&code_challenge=%s&code_challenge_method=S256",
                              endpoint, strchr(endpoint, '?') ? "&" : "?", form_escape(arena, provider->client_id),
                              form_escape(arena, redirect_uri),
                              form_escape(arena, joined_scopes(arena, provider->scopes)), form_escape(arena, state),
                              form_escape(arena, nonce), encode_base64url(arena, digest, sizeof digest));
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)provider->authorize_params, name, value)
    {
        if (json_is_string(value))
            made = arena_printf(arena, "%s&%s=%s", made, form_escape(arena, name),
                                form_escape(arena, json_string_value(value)));
    }
    *url = made;
    return OK;
}

/* --- ID tokens ---------------------------------------------------------------------------------------------------- */

/* Whether one of the set's keys made the signature: the one the token names, or any when it names none. */
static bool is_signed(const json_t *set, const struct jwt *jwt)
{
    size_t i;
    const json_t *jwk;
    json_array_foreach(json_object_get(set, "keys"), i, jwk)
    {
        const char *kid = member(jwk, "kid");
        const char *use = member(jwk, "use");
        if ((jwt->kid && kid && !text_eq(jwt->kid, kid)) || (use && !text_eq(use, "sig")))
            continue;
        struct jwt_key *key = jwt_key_of_jwk(jwk);
        bool good = key && jwt_verify(jwt, key);
        jwt_key_free(key);
        if (good)
            return true;
    }
    return false;
}

static bool nonce_fits(struct arena *arena, const char *said, const char *ours)
{
    if (!said || !ours)
        return !said && !ours;
    unsigned char digest[32];
    digest_sha256(str_of(ours), digest);
    return text_eq(said, ours) || text_eq(said, encode_hex(arena, digest, sizeof digest));
}

static enum err check_audience(struct arena *arena, const struct oidc_provider *provider, const struct jwt *jwt,
                               struct jwt_expect *expect, struct error *out)
{
    expect->audience = provider->client_id;
    enum err err = jwt_check(jwt, expect, arena, out);
    size_t i;
    const json_t *other;
    json_array_foreach(provider->audiences, i, other)
    {
        if (err == OK)
            break;
        expect->audience = json_string_value(other);
        if (expect->audience)
            err = jwt_check(jwt, expect, arena, out);
    }
    return err;
}

static enum err verify_with(struct arena *arena, const struct oidc_provider *provider, const json_t *document,
                            const char *id_token, const char *nonce, json_t **person, struct error *out)
{
    struct jwt jwt;
    json_t *keys = NULL;
    const char *jwks_uri = member(document, "jwks_uri");
    enum err err = jwt_parse(arena, str_of(id_token), &jwt, out);
    if (err == OK)
        err = get_document(arena, provider, jwks_uri, DOCUMENT_AGE_S, &keys, out);
    if (err != OK)
        return err;
    bool good = is_signed(keys, &jwt);
    if (!good && may_force(jwks_uri) && get_document(arena, provider, jwks_uri, 0, &keys, out) == OK)
        good = is_signed(keys, &jwt); /* the provider has turned its keys */
    if (!good)
        return error_set(out, arena, ERR_BAD_TOKEN, "The ID token is not signed by %s", provider->issuer);

    const char *issuer = member(document, "issuer");
    const char *placeholder = strstr(issuer, "{tenantid}");
    const char *tid = jwt_claim(&jwt, "tid");
    if (placeholder && tid)
        issuer = arena_printf(arena, "%.*s%s%s", (int)(placeholder - issuer), issuer, tid,
                              placeholder + strlen("{tenantid}"));
    struct jwt_expect expect = {
        .issuer = issuer, .now_s = clock_now_s(), .leeway_s = CLOCK_LEEWAY_S, .must_expire = true};
    err = check_audience(arena, provider, &jwt, &expect, out);
    if (err != OK)
        return err;
    const char *sub = jwt_claim(&jwt, "sub");
    if (!sub || !*sub || strlen(sub) > 255)
        return error_set(out, arena, ERR_BAD_TOKEN, "The ID token names nobody");
    if (!nonce_fits(arena, jwt_claim(&jwt, "nonce"), nonce))
        return error_set(out, arena, ERR_BAD_TOKEN, "The ID token's nonce is not ours");
    *person = jwt.claims;
    return OK;
}

/* Some write "true". */
static void settle_email_verified(json_t *person)
{
    const char *text = member(person, "email_verified");
    bool verified = json_is_true(json_object_get(person, "email_verified")) || (text && text_eq(text, "true"));
    json_object_set_new(person, "email_verified", json_boolean(verified));
}

enum err oidc_verify_id_token(struct arena *arena, const struct oidc_provider *provider, const char *id_token,
                              const char *nonce, json_t **person, struct error *out)
{
    json_t *document = NULL;
    enum err err = discover(arena, provider, &document, out);
    if (err == OK)
        err = verify_with(arena, provider, document, id_token, nonce, person, out);
    if (err == OK)
        settle_email_verified(*person);
    return err;
}

/* --- The way back ------------------------------------------------------------------------------------------------- */

static bool takes_secret_in_body(const json_t *document)
{
    size_t i;
    const json_t *method;
    json_array_foreach(json_object_get(document, "token_endpoint_auth_methods_supported"), i, method)
    {
        const char *name = json_string_value(method);
        if (name && text_eq(name, "client_secret_post"))
            return true;
    }
    return false;
}

/* Claims that the ID token lacks; of the same person only. A provider that does not answer here is no reason to refuse.
 */
static void complete_person(struct arena *arena, const struct oidc_provider *provider, const json_t *document,
                            const json_t *tokens, json_t *person)
{
    const char *url = member(document, "userinfo_endpoint");
    const char *token = member(tokens, "access_token");
    const char *text = NULL;
    json_t *info = NULL;
    struct error ignored;
    if (member(person, "email") || !url || !token)
        return;
    const struct net_request request = {.url = url, .bearer = token};
    if (ask(arena, provider, request, &text, &ignored) != OK || parse(arena, url, text, &info, &ignored) != OK)
        return;
    const char *sub = member(info, "sub");
    if (!sub || !text_eq(sub, member(person, "sub")))
        return;
    json_object_del(person, "email_verified"); /* said of no address: whether this one is, is said beside it */
    json_object_update_missing(person, info);
}

enum err oidc_exchange(struct arena *arena, const struct oidc_provider *provider, const char *redirect_uri,
                       const char *code, const char *nonce, const char *verifier, json_t **tokens, json_t **person,
                       struct error *out)
{
    json_t *document = NULL;
    json_t *answer = NULL;
    const char *text = NULL;
    enum err err = discover(arena, provider, &document, out);
    if (err != OK)
        return err;
    const char *form =
        arena_printf(arena, "grant_type=authorization_code&code=%s&redirect_uri=%s&client_id=%s&code_verifier=%s",
                     form_escape(arena, code), form_escape(arena, redirect_uri),
                     form_escape(arena, provider->client_id), form_escape(arena, verifier));
    struct net_request request = {.url = member(document, "token_endpoint"),
                                  .body_type = "application/x-www-form-urlencoded"};
    if (provider->client_secret && takes_secret_in_body(document)) {
        form = arena_printf(arena, "%s&client_secret=%s", form, form_escape(arena, provider->client_secret));
    } else if (provider->client_secret) {
        request.user = form_escape(arena, provider->client_id); /* RFC 6749, 2.3.1 */
        request.password = form_escape(arena, provider->client_secret);
    }
    request.body = str_of(form);
    err = ask(arena, provider, request, &text, out);
    if (err == OK)
        err = parse(arena, request.url, text, &answer, out);
    if (err != OK)
        return err;
    const char *id_token = member(answer, "id_token");
    if (!id_token)
        return error_set(out, arena, ERR_BAD_TOKEN, "%s gave no ID token", request.url);
    err = verify_with(arena, provider, document, id_token, nonce, person, out);
    if (err != OK)
        return err;
    complete_person(arena, provider, document, answer, *person);
    settle_email_verified(*person);
    *tokens = answer;
    return OK;
}
