/* Signed addresses: who may read an object, or put it, hands that on to whom they give the address. */
#include "storage/doors.h"
#include "storage/token.h"

#include "auth/identity.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/json.h"

enum { PATHS_MAX = 1000, UPLOAD_SECONDS = 7200, ANSWER_BYTES_MAX = 16 * 1024 * 1024 };

/* A hundred years: JavaScript's numbers and the claim hold it, and nobody means more. */
static const int64_t seconds_max = 3155760000;

struct signing {
    struct object_name object;
    int64_t seconds;
    json_t *paths;
};

static bool read_seconds(struct http_req *req, const json_t *body, int64_t *seconds)
{
    const json_t *said = json_object_get(body, "expiresIn");
    if (!json_is_integer(said) || json_integer_value(said) < 1 || json_integer_value(said) > seconds_max) {
        refuse(req, INVALID_PARAMETER, "body/expiresIn must be a whole number of seconds, at least 1");
        return false;
    }
    *seconds = json_integer_value(said);
    return true;
}

/* A picture in another size is not made here: nobody gets an address that shows another picture than they asked for. */
static bool asks_for_no_picture(struct http_req *req, const json_t *body)
{
    if (json_object_size(json_object_get(body, "transform")) == 0)
        return true;
    refuse(req, NOT_ENABLED, STORAGE_NO_RENDERING);
    return false;
}

/* The client encodes the address once more (encodeURI): names stand in it as they are, except the two characters that
 * it leaves alone and that end a path. */
static const char *in_address(struct http_req *req, const char *name)
{
    return strpbrk(name, "?#") ? encode_percent(req->arena, str_of(name), "/") : name;
}

static const char *signed_url(struct http_req *req, const struct object_name *object, const struct signing *signing)
{
    const struct token token = {.scope = TOKEN_DOWNLOAD};
    return arena_printf(req->arena, "/object/sign/%s/%s?token=%s", in_address(req, object->bucket),
                        in_address(req, object->name), token_sign(req, object, &token, signing->seconds));
}

static void sign_object_answer(struct ask *ask, void *data)
{
    struct signing *signing = data;
    struct buf body;
    buf_init(&body, ANSWER_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "signedURL", signed_url(ask->req, &signing->object, signing));
    json_close(&w, '}');
    http_answer(ask->req, 200, "application/json; charset=utf-8", &body);
}

void sign_object(struct http_req *req)
{
    struct signing *signing = arena_zalloc(req->arena, sizeof *signing);
    if (!dialect_name(req, 0, &signing->object) || !dialect_identify(req))
        return;
    const json_t *body = dialect_body(req);
    if (!body || !read_seconds(req, body, &signing->seconds) || !asks_for_no_picture(req, body))
        return;
    struct ask *ask = ask_caller(req, true);
    ask_add(ask, "select app.storage_find($1, $2, false)", signing->object.bucket, signing->object.name);
    ask_submit(ask, sign_object_answer, signing);
}

static void sign_objects_answer(struct ask *ask, void *data)
{
    const struct signing *signing = data;
    struct http_req *req = ask->req;
    const json_t *readable = dialect_json(req, ask_value(ask, 0));
    struct buf body;
    buf_init(&body, ANSWER_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '[');
    for (size_t i = 0; i < json_array_size(signing->paths); i++) {
        const char *path = json_string_value(json_array_get(signing->paths, i));
        bool may = json_is_true(json_array_get(readable, i));
        const struct object_name object = {signing->object.bucket, path};
        json_open(&w, '{');
        json_member(&w, "error", may ? NULL : "Either the object does not exist or you do not have access to it");
        json_member(&w, "path", path);
        json_member(&w, "signedURL", may ? signed_url(req, &object, signing) : NULL);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    http_answer(req, 200, "application/json; charset=utf-8", &body);
}

void sign_objects(struct http_req *req)
{
    struct signing *signing = arena_zalloc(req->arena, sizeof *signing);
    signing->object.bucket = req->params[0];
    if (!dialect_identify(req))
        return;
    const json_t *body = dialect_body(req);
    if (!body || !read_seconds(req, body, &signing->seconds) || !asks_for_no_picture(req, body))
        return;
    signing->paths = json_object_get(body, "paths");
    bool right = json_array_size(signing->paths) > 0 && json_array_size(signing->paths) <= PATHS_MAX;
    for (size_t i = 0; right && i < json_array_size(signing->paths); i++)
        right = json_is_string(json_array_get(signing->paths, i));
    if (!right) {
        refuse_format(req, INVALID_PARAMETER, "body/paths must be a list of 1 to %d names", PATHS_MAX);
        return;
    }
    struct ask *ask = ask_caller(req, true);
    ask_add(ask, "select app.storage_readable($1, array(select jsonb_array_elements_text(($2::jsonb) -> 'paths')))",
            signing->object.bucket, req->body.at);
    ask_submit(ask, sign_objects_answer, signing);
}

static void sign_upload_answer(struct ask *ask, void *data)
{
    struct http_req *req = ask->req;
    const struct object_name *object = data;
    const struct token token = {.scope = TOKEN_UPLOAD, .owner = req->who->user_id, .upsert = dialect_upsert(req)};
    const char *text = token_sign(req, object, &token, UPLOAD_SECONDS);
    struct buf body;
    buf_init(&body, ANSWER_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "url",
                arena_printf(req->arena, "/object/upload/sign/%s/%s?token=%s",
                             encode_percent(req->arena, str_of(object->bucket), ""),
                             encode_percent(req->arena, str_of(object->name), "/"), text));
    json_member(&w, "token", text);
    json_close(&w, '}');
    http_answer(req, 200, "application/json; charset=utf-8", &body);
}

void sign_upload(struct http_req *req)
{
    struct object_name *object = arena_zalloc(req->arena, sizeof *object);
    if (!dialect_name(req, 0, object) || !dialect_identify(req))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_may_put($1, $2, $3::boolean, 0, $4::bigint)", object->bucket, object->name,
            dialect_upsert(req) ? "true" : "false", dialect_quota(req));
    ask_submit(ask, sign_upload_answer, object);
}
