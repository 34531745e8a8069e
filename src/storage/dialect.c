#include "storage/dialect.h"

#include "auth/identity.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_kept.h"
#include "base/json_outline.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>

enum { BODY_VALUES_MAX = 100000, ERROR_BYTES_MAX = 8192, MESSAGE_BYTES_MAX = 1000, SERVER_FAULT = 500 };

/* http: the status that is answered, where it is not 400 (what passes or is ours: clients try again). */
static const struct {
    const char *code;
    int status;
    const char *error, *message; /* error NULL: the code */
    int http;
} refusals[] = {
    [NO_SUCH_BUCKET] = {"NoSuchBucket", 404, "Bucket not found", "Bucket not found", 0},
    [NO_SUCH_KEY] = {"NoSuchKey", 404, "not_found", "Object not found", 0},
    [NO_SUCH_UPLOAD] = {"NoSuchUpload", 404, NULL, "Upload not found", 0},
    [ALREADY_EXISTS] = {"KeyAlreadyExists", 409, "Duplicate", "The resource already exists", 0},
    [NOT_EMPTY] = {"ResourceNotEmpty", 409, NULL, "The bucket you tried to delete is not empty", 0},
    [ACCESS_DENIED] = {"AccessDenied", 403, "Unauthorized", "new row violates row-level security policy", 0},
    [INVALID_JWT] = {"InvalidJWT", 400, NULL, "Invalid JWT", 0},
    [INVALID_SIGNATURE] = {"InvalidSignature", 400, NULL, "Invalid signature", 0},
    [ENTITY_TOO_LARGE] = {"EntityTooLarge", 413, "Payload too large", "The object exceeded the maximum allowed size",
                          0},
    [INVALID_TYPE] = {"InvalidMimeType", 415, "invalid_mime_type", "mime type is not supported", 0},
    [INVALID_KEY] = {"InvalidKey", 400, NULL, "Invalid key", 0},
    [INVALID_BUCKET] = {"InvalidBucketName", 400, "Invalid Input", "Bucket name invalid", 0},
    [INVALID_PARAMETER] = {"InvalidParameter", 400, NULL, "Invalid Parameter", 0},
    [INVALID_REQUEST] = {"InvalidRequest", 400, NULL, "Invalid Request", 0},
    [INVALID_RANGE] = {"InvalidRange", 416, "invalid_range", "invalid range provided", 416},
    [NO_CONTENT] = {"InvalidRequest", 400, NULL, "No content provided", 0},
    [NOT_ENABLED] = {"FeatureNotEnabled", 404, NULL, "This house has no module storage.", 0},
    [LOCKED] = {"ResourceLocked", 423, NULL, "The resource is locked", 423},
    [OFFSET_CONFLICT] = {"TusError", 409, NULL, "Upload-Offset conflict", 409},
    [UPLOAD_GONE] = {"TusError", 410, NULL, "The upload has expired", 410},
    [WRONG_VERSION] = {"TusError", 412, NULL, "Tus-Resumable must be 1.0.0", 412},
    [SLOW_DOWN] = {"SlowDown", 503, NULL, "Too much at once; try again in a moment.", 503},
    [DATABASE_TIMEOUT] = {"DatabaseTimeout", 544, NULL, "The connection to the database timed out", 504},
    [INTERNAL] = {"InternalError", 500, NULL, "Internal server error", 500},
};

static void answer_refusal(struct http_req *req, enum refusal refusal, const char *message)
{
    const char *code = refusals[refusal].code;
    int status = refusals[refusal].status;
    int http = refusals[refusal].http;
    struct buf body;
    storage_of(req)->stats.refused++;
    if (!http)
        http = strstr(req->path, "/upload/resumable") ? status : 400;
    buf_init(&body, ERROR_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "statusCode", arena_printf(req->arena, "%d", status));
    json_member(&w, "error", refusals[refusal].error ? refusals[refusal].error : code);
    json_member(&w, "message", error_text_cut(req->arena, message, MESSAGE_BYTES_MAX));
    json_member(&w, "code", code);
    json_close(&w, '}');
    http_set_header(req, "Cache-Control", "no-store");
    if (http == 503)
        http_set_header(req, "Retry-After", "1");
    http_answer(req, http, "application/json; charset=utf-8", &body);
}

void refuse(struct http_req *req, enum refusal refusal, const char *message)
{
    answer_refusal(req, refusal, message ? message : refusals[refusal].message);
}

void refuse_format(struct http_req *req, enum refusal refusal, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(req->arena, format, args);
    va_end(args);
    answer_refusal(req, refusal, message);
}

/* app.storage_fail() names a code of the table in its detail. */
static bool refuse_by_code(struct http_req *req, const struct error *error)
{
    json_t *details = error->details && *error->details == '{' ? json_loads(error->details, 0, NULL) : NULL;
    const char *code = json_text_at(details, "code");
    bool found = false;
    for (size_t i = 0; code && !found && i < sizeof refusals / sizeof *refusals; i++) {
        found = text_eq(refusals[i].code, code);
        if (found)
            refuse(req, (enum refusal)i, error->message);
    }
    json_decref(details);
    return found;
}

void refuse_error(struct http_req *req, const struct error *error)
{
    static const struct {
        const char *sqlstate;
        enum refusal refusal;
        bool says; /* the database's own words help */
    } known[] = {
        {"42501", ACCESS_DENIED, false},  {"23505", ALREADY_EXISTS, false},   {"42P01", NOT_ENABLED, false},
        {"42883", NOT_ENABLED, false},    {"57014", DATABASE_TIMEOUT, false}, {"23514", INVALID_REQUEST, true},
        {"22P02", INVALID_REQUEST, true}, {"22P05", INVALID_REQUEST, true},   {"22003", INVALID_REQUEST, true},
        {"22023", INVALID_REQUEST, true}, {"MD403", ACCESS_DENIED, true},     {"MD400", INVALID_REQUEST, true},
        {"23503", NO_SUCH_BUCKET, false}, {"22021", INVALID_REQUEST, true},   {"54000", INVALID_REQUEST, true},
    };
    if (refuse_by_code(req, error))
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!text_eq(error->code, known[i].sqlstate))
            continue;
        refuse(req, known[i].refusal, known[i].says ? error->message : NULL);
        return;
    }
    if (error->err == ERR_NOT_FOUND) {
        refuse(req, NO_SUCH_KEY, NULL);
    } else if (error->err == ERR_BAD_INPUT) {
        refuse(req, INVALID_REQUEST, error->message);
    } else if (error->status == 503) {
        refuse(req, SLOW_DOWN, error->err == ERR_BUSY ? error->message : NULL);
    } else if (error->status == 504) {
        refuse(req, DATABASE_TIMEOUT, NULL);
    } else {
        log_error("a file could not be worked on", LOG_STR("code", error->code), LOG_STR("message", error->message),
                  LOG_STR("path", error_text_cut(req->arena, req->path, MESSAGE_BYTES_MAX)), LOG_STR("id", req->id));
        refuse(req, INTERNAL, NULL);
    }
}

void refuse_asked(struct ask *ask, const struct error *error, void *data)
{
    (void)data;
    refuse_error(ask->req, error);
}

bool dialect_identify(struct http_req *req)
{
    struct error error;
    if (auth_identify(req, &error) == OK)
        return true;
    if (error.status >= SERVER_FAULT)
        refuse_error(req, &error);
    else
        refuse(req, ACCESS_DENIED, error.message);
    return false;
}

struct ask *ask_caller(struct http_req *req, bool reads)
{
    const struct pg_session session = auth_session(req, reads, STORAGE_TIMEOUT_MS);
    struct ask *ask = ask_new(req, &session, STORAGE_TIMEOUT_MS);
    ask->failed = refuse_asked;
    return ask;
}

struct ask *ask_service(struct http_req *req, bool reads)
{
    struct pg_session session = ask_visitor(req, req->tenant, STORAGE_TIMEOUT_MS);
    session.role = "service_role";
    session.claims = "{\"role\":\"service_role\"}";
    session.read_only = reads;
    struct ask *ask = ask_new(req, &session, STORAGE_TIMEOUT_MS);
    ask->failed = refuse_asked;
    return ask;
}

/* Segments that are another path than they look are no name. The database says the same (app.storage_is_key): here it
 * saves the asking. */
static bool is_key(const char *name)
{
    size_t length = strlen(name);
    if (!length || length > KEY_BYTES_MAX || !text_is_utf8(str_of(name)))
        return false;
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '\\')
            return false;
    for (const char *p = name;; p++) {
        size_t n = strcspn(p, "/");
        if (!n || (n == 1 && *p == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return false;
        p += n;
        if (!*p)
            return true;
    }
}

bool dialect_name(struct http_req *req, int first, struct object_name *object)
{
    *object = (struct object_name){req->params[first], req->params[first + 1]};
    if (!object->bucket || strlen(object->bucket) > BUCKET_BYTES_MAX || !text_is_utf8(str_of(object->bucket))) {
        refuse(req, INVALID_BUCKET, NULL);
        return false;
    }
    if (!object->name || !is_key(object->name)) {
        bool readable = object->name && text_is_utf8(str_of(object->name));
        refuse_format(req, INVALID_KEY, "Invalid key: %s", readable ? object->name : "");
        return false;
    }
    return true;
}

bool dialect_upsert(struct http_req *req)
{
    const char *said = http_header(req, "x-upsert");
    return said && text_eq(said, "true");
}

json_t *dialect_body(struct http_req *req)
{
    json_error_t reason;
    json_t *body = req->body.len == 0 ? json_object()
                   : text_is_utf8(req->body) && json_fits(req->body, BODY_VALUES_MAX)
                       ? json_loadb(req->body.at, req->body.len, JSON_REJECT_DUPLICATES, &reason)
                       : NULL;
    body = json_kept(req->arena, body);
    if (json_is_object(body))
        return body;
    refuse(req, INVALID_REQUEST, "The body must be a JSON object.");
    return NULL;
}

void dialect_answer(struct http_req *req, const char *json)
{
    http_answer_text(req, 200, "application/json; charset=utf-8", json);
}

void answer_first_value(struct ask *ask, void *data)
{
    const char *json = ask_value(ask, 0);
    (void)data;
    dialect_answer(ask->req, json ? json : "null");
}

json_t *dialect_json(struct http_req *req, const char *text)
{
    return json_kept(req->arena, text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL);
}

const char *dialect_quota(struct http_req *req)
{
    const char *text = req->tenant->settings_json;
    int64_t bytes = storage_of(req)->settings->storage_quota_bytes;
    if (text && strstr(text, "\"storage\"")) {
        json_t *settings = json_loads(text, 0, NULL);
        const json_t *own = json_object_get(json_object_get(settings, "storage"), "quota_bytes");
        if (json_is_integer(own))
            bytes = json_integer_value(own);
        json_decref(settings);
    }
    return bytes > 0 ? arena_printf(req->arena, "%lld", (long long)bytes) : NULL;
}
