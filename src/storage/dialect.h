/* The dialect: who asks, what is asked for, and refusals in its shape.
 *
 * A refusal is HTTP 400 whatever it is; the true code is a text in the body (supabase/storage, error-handler.ts):
 *     {"statusCode": "404", "error": "not_found", "message": "Object not found", "code": "NoSuchKey"}
 * Only what is our fault, or passes, has its own status. Resumable uploads have true statuses (TUS).
 */
#ifndef MAITRED_STORAGE_DIALECT_H
#define MAITRED_STORAGE_DIALECT_H

#include "storage/internal.h"

#include <jansson.h>

/* Codes of the dialect; the table in dialect.c has their statuses and texts. */
enum refusal {
    NO_SUCH_BUCKET,
    NO_SUCH_KEY,
    NO_SUCH_UPLOAD,
    ALREADY_EXISTS,
    NOT_EMPTY,
    ACCESS_DENIED,
    INVALID_JWT,
    INVALID_SIGNATURE,
    ENTITY_TOO_LARGE,
    INVALID_TYPE,
    INVALID_KEY,
    INVALID_BUCKET,
    INVALID_PARAMETER,
    INVALID_REQUEST,
    INVALID_RANGE,
    NO_CONTENT,
    NOT_ENABLED,
    LOCKED,
    OFFSET_CONFLICT,
    UPLOAD_GONE,
    WRONG_VERSION,
    SLOW_DOWN,
    DATABASE_TIMEOUT,
    INTERNAL,
};

#define STORAGE_NO_RENDERING "Pictures are not made in other sizes here: leave transform away."

/* message NULL: the code's own. */
void refuse(struct http_req *req, enum refusal refusal, const char *message);
void refuse_format(struct http_req *req, enum refusal refusal, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the database said, or another room. */
void refuse_error(struct http_req *req, const struct error *error);
ask_failed_fn refuse_asked;

/* Fills req->who; false: refused. */
bool dialect_identify(struct http_req *req);

/* An ask as the caller, and one as the service role (for what a token of ours has allowed). */
struct ask *ask_caller(struct http_req *req, bool reads);
struct ask *ask_service(struct http_req *req, bool reads);

/* Bucket and name of a path like /object/:bucket/<name> whose parameters begin at `first`. False: refused. */
struct object_name {
    const char *bucket, *name;
};
bool dialect_name(struct http_req *req, int first, struct object_name *object);

/* Whether x-upsert says that an object may be written over. */
bool dialect_upsert(struct http_req *req);

/* The body as a JSON object, in the request's arena; an empty one is {}. NULL: refused. */
json_t *dialect_body(struct http_req *req);

/* 200 with a JSON text. */
void dialect_answer(struct http_req *req, const char *json);
ask_then_fn answer_first_value;

/* What the tenant may have in all; NULL: without limit. A text for a parameter. */
const char *dialect_quota(struct http_req *req);

/* JSON as PostgreSQL sent it, in the request's arena; NULL: none. */
json_t *dialect_json(struct http_req *req, const char *text);

#endif
