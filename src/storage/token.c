#include "storage/token.h"

#include "base/clock.h"
#include "base/jwt.h"

enum { KEY_BYTES = 32, CLAIMS_FLAGS = JSON_COMPACT };

static const char *const scopes[] = {[TOKEN_DOWNLOAD] = "download", [TOKEN_UPLOAD] = "upload"};

static void make_key(struct http_req *req, unsigned char key[KEY_BYTES])
{
    hmac_sha256(req->tenant->jwt_secret, STR("maitred storage urls"), key);
}

static const char *url_of(struct http_req *req, const struct object_name *object)
{
    return arena_printf(req->arena, "%s/%s", object->bucket, object->name);
}

char *token_sign(struct http_req *req, const struct object_name *object, const struct token *token, int64_t seconds)
{
    unsigned char key[KEY_BYTES];
    int64_t now = clock_now_s();
    json_t *claims = json_pack("{s:s, s:s, s:I, s:I}", "url", url_of(req, object), "scope", scopes[token->scope], "iat",
                               (json_int_t)now, "exp", (json_int_t)now + (json_int_t)seconds);
    if (token->scope == TOKEN_UPLOAD) {
        json_object_set_new(claims, "owner", token->owner ? json_string(token->owner) : json_null());
        json_object_set_new(claims, "upsert", json_boolean(token->upsert));
    }
    char *text = json_dumps(claims, CLAIMS_FLAGS);
    make_key(req, key);
    char *signed_text = jwt_sign_hs256(req->arena, str_of(text), str_n((char *)key, sizeof key));
    free(text);
    json_decref(claims);
    return signed_text;
}

bool token_opens(struct http_req *req, const char *text, enum token_scope scope, const struct object_name *object,
                 struct token *token)
{
    unsigned char key[KEY_BYTES];
    struct jwt jwt;
    struct error error;
    const struct jwt_expect expect = {.now_s = clock_now_s(), .must_expire = true};
    make_key(req, key);
    if (!text) {
        refuse(req, INVALID_JWT, "querystring must have required property 'token'");
        return false;
    }
    if (jwt_parse(req->arena, str_of(text), &jwt, &error) != OK ||
        !jwt_verify_hs256(&jwt, str_n((char *)key, sizeof key))) {
        refuse(req, INVALID_JWT, "signature verification failed");
        return false;
    }
    if (jwt_check(&jwt, &expect, req->arena, &error) != OK) {
        refuse(req, INVALID_JWT, "\"exp\" claim timestamp check failed");
        return false;
    }
    const char *url = jwt_claim(&jwt, "url");
    const char *said = jwt_claim(&jwt, "scope");
    if (!url || !said || !text_eq(said, scopes[scope]) || !text_eq(url, url_of(req, object))) {
        refuse(req, INVALID_SIGNATURE, NULL);
        return false;
    }
    *token = (struct token){.scope = scope,
                            .owner = jwt_claim(&jwt, "owner"),
                            .upsert = json_is_true(json_object_get(jwt.claims, "upsert"))};
    return true;
}
