/* Objects that are moved, copied, removed. */
#include "storage/doors.h"
#include "storage/download.h"
#include "storage/upload.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/json_kept.h"
#include "storage/backend.h"

#include <stdlib.h>

enum { NAMES_MAX = 1000, ANSWER_BYTES_MAX = 65536 };

struct transfer {
    struct http_req *req;
    struct object_name from, to;
    bool upsert, with_metadata;
    int tries;
    const char *version; /* of the copy */
    const json_t *found;
    struct keeping keeping;
    const struct backend *backend;
    const char *from_version, *to_version; /* the thread's */
    struct error error;
    enum err err;
};

/* What the body names; false: refused. */
static bool read_transfer(struct http_req *req, struct transfer *transfer)
{
    const json_t *body = dialect_body(req);
    const char *texts[] = {json_text_at(body, "bucketId"), json_text_at(body, "sourceKey"),
                           json_text_at(body, "destinationKey")};
    static const char *const names[] = {"bucketId", "sourceKey", "destinationKey"};
    if (!body)
        return false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i])
            continue;
        refuse_format(req, INVALID_REQUEST, "body must have required property '%s'", names[i]);
        return false;
    }
    const char *to_bucket = json_text_at(body, "destinationBucket");
    transfer->req = req;
    transfer->from = (struct object_name){texts[0], texts[1]};
    transfer->to = (struct object_name){to_bucket && *to_bucket ? to_bucket : texts[0], texts[2]};
    transfer->upsert = dialect_upsert(req);
    transfer->with_metadata = !json_is_false(json_object_get(body, "copyMetadata"));
    return true;
}

void move_object(struct http_req *req)
{
    struct transfer transfer;
    if (!dialect_identify(req) || !read_transfer(req, &transfer))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_move($1, $2, $3, $4)", transfer.from.bucket, transfer.from.name,
            transfer.to.bucket, transfer.to.name);
    ask_submit(ask, answer_first_value, NULL);
}

/* --- Copies: the bytes get a second version, then a row --------------------------------------------------------------
 */

static void copy_put(struct ask *ask, void *data)
{
    struct transfer *transfer = data;
    const json_t *answer = dialect_json(ask->req, ask_value(ask, 0));
    const char *replaced = json_text_at(answer, "replaced");
    struct buf body;
    if (replaced)
        upload_discard(ask->req, &replaced, 1);
    buf_init(&body, ANSWER_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "Id", json_text_at(answer, "id"));
    json_member(&w, "Key", arena_printf(ask->req->arena, "%s/%s", transfer->to.bucket, transfer->to.name));
    json_member(&w, "name", transfer->to.name);
    json_member(&w, "bucket_id", transfer->to.bucket);
    json_close(&w, '}');
    http_answer(ask->req, 200, "application/json; charset=utf-8", &body);
}

static void copy_refused(struct ask *ask, const struct error *error, void *data)
{
    struct transfer *transfer = data;
    refuse_error(ask->req, error);
    upload_discard(ask->req, &transfer->version, 1);
}

static void ask_to_copy(struct transfer *transfer);

static void copied(void *data, bool done)
{
    struct transfer *transfer = data;
    struct http_req *req = transfer->req;
    if (!done)
        return;
    if (transfer->err == ERR_NOT_FOUND && transfer->tries++ < STORAGE_TRIES) {
        ask_to_copy(transfer); /* it was written over meanwhile */
        return;
    }
    if (transfer->err != OK) {
        refuse_error(req, &transfer->error);
        return;
    }
    struct ask *ask = ask_caller(req, false);
    ask->failed = copy_refused;
    char *found = json_dumps(transfer->found, JSON_COMPACT);
    ask_add(ask,
            "select app.storage_put($1, $2, $3::boolean, jsonb_build_object('version', $4::text, 'metadata', "
            "app.storage_metadata($5::jsonb)), case when $6::boolean then ($5::jsonb) -> 'metadata' end, $7::bigint)",
            transfer->to.bucket, transfer->to.name, transfer->upsert ? "true" : "false", transfer->version,
            arena_strdup(req->arena, found), transfer->with_metadata ? "true" : "false", dialect_quota(req));
    free(found);
    ask_submit(ask, copy_put, transfer);
}

static void copy_bytes(void *data)
{
    struct transfer *transfer = data;
    transfer->err =
        transfer->backend->copy(&transfer->keeping, transfer->from_version, transfer->to_version, &transfer->error);
}

static void copy_may(struct ask *ask, void *data)
{
    struct transfer *transfer = data;
    struct http_req *req = ask->req;
    struct storage *storage = storage_of(req);
    transfer->found = dialect_json(req, ask_value(ask, 0));
    const char *version = json_text_at(transfer->found, "version");
    char *own = arena_alloc(req->arena, UUID_TEXT_BYTES);
    random_uuid(own);
    transfer->version = own;
    transfer->backend = storage->backend;
    transfer->keeping = storage_keeping(req);
    transfer->from_version = arena_strdup(transfer->keeping.arena, version ? version : "");
    transfer->to_version = arena_strdup(transfer->keeping.arena, own);
    if (!thread_run(req, storage_calls(req), copy_bytes, copied, transfer)) {
        storage->stats.turned_away++;
        refuse(req, SLOW_DOWN, NULL);
    }
}

static void ask_to_copy(struct transfer *transfer)
{
    struct http_req *req = transfer->req;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_may_copy($1, $2, $3, $4, $5::boolean, $6::bigint)", transfer->from.bucket,
            transfer->from.name, transfer->to.bucket, transfer->to.name, transfer->upsert ? "true" : "false",
            dialect_quota(req));
    ask_submit(ask, copy_may, transfer);
}

void copy_object(struct http_req *req)
{
    struct transfer *transfer = arena_zalloc(req->arena, sizeof *transfer);
    if (dialect_identify(req) && read_transfer(req, transfer))
        ask_to_copy(transfer);
}

/* --- Away
 * ------------------------------------------------------------------------------------------------------------- */

static void discard_gone(struct http_req *req, const json_t *gone)
{
    size_t count = json_array_size(gone);
    const char **versions = arena_array(req->arena, count, sizeof *versions);
    for (size_t i = 0; i < count; i++)
        versions[i] = json_text_at(json_array_get(gone, i), "version");
    upload_discard(req, versions, count);
}

static void removed(struct ask *ask, void *data)
{
    const char *text = ask_value(ask, 0);
    (void)data;
    discard_gone(ask->req, dialect_json(ask->req, text));
    dialect_answer(ask->req, text ? text : "[]");
}

static void removed_one(struct ask *ask, void *data)
{
    const json_t *gone = dialect_json(ask->req, ask_value(ask, 0));
    (void)data;
    if (json_array_size(gone) == 0) {
        refuse(ask->req, NO_SUCH_KEY, NULL);
        return;
    }
    discard_gone(ask->req, gone);
    dialect_answer(ask->req, "{\"message\":\"Successfully deleted\"}");
}

void remove_objects(struct http_req *req)
{
    if (!dialect_identify(req))
        return;
    const json_t *body = dialect_body(req);
    if (!body)
        return;
    const json_t *names = json_object_get(body, "prefixes");
    bool right = json_is_array(names) && json_array_size(names) <= NAMES_MAX;
    for (size_t i = 0; right && i < json_array_size(names); i++)
        right = json_is_string(json_array_get(names, i));
    if (!right || json_array_size(names) == 0) {
        refuse_format(req, INVALID_PARAMETER, "body/prefixes must be a list of 1 to %d names", NAMES_MAX);
        return;
    }
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_remove($1, array(select jsonb_array_elements_text(($2::jsonb) -> 'prefixes')))",
            req->params[0], req->body.at);
    ask_submit(ask, removed, NULL);
}

void remove_object(struct http_req *req)
{
    struct object_name object;
    if (!dialect_name(req, 0, &object) || !dialect_identify(req))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_remove($1, array[$2])", object.bucket, object.name);
    ask_submit(ask, removed_one, NULL);
}

/* There is nothing in front of us that keeps copies: an object that changes has another tag at once. Who may not read
 * it does not learn that. */
static void purged(struct found *found)
{
    dialect_answer(found->req, "{\"message\":\"success\"}");
}

void purge_cache(struct http_req *req)
{
    struct object_name object;
    if (dialect_name(req, 0, &object) && dialect_identify(req))
        download_find(req, &object, FIND_CALLER, purged);
}
