#include "storage/dialect.h"
#include "storage/doors.h"

static http_handler_fn status, no_rendering, nothing_here;

#define ROOT "/storage/v1"

enum {
    READS = HTTP_GET | HTTP_HEAD,
    PLAIN = ROUTE_TENANT,
    STREAM = ROUTE_TENANT | ROUTE_RAW_BODY | ROUTE_STREAM,
    JSON_BYTES_MAX = 1024 * 1024,
};

/* Words of the dialect stand before the rows that would take them for buckets. Handlers look by themselves who asks:
 * refusals are in the dialect's shape. */
const struct http_route storage_routes[] = {
    {HTTP_GET, ROOT "/bucket", list_buckets, PLAIN},
    {HTTP_GET, ROOT "/bucket/", list_buckets, PLAIN},
    {HTTP_POST, ROOT "/bucket", create_bucket, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/bucket/", create_bucket, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_GET, ROOT "/bucket/:bucket", get_bucket, PLAIN},
    {HTTP_PUT, ROOT "/bucket/:bucket", update_bucket, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_DELETE, ROOT "/bucket/:bucket", delete_bucket, PLAIN},
    {HTTP_POST, ROOT "/bucket/:bucket/empty", empty_bucket, PLAIN},

    {HTTP_POST, ROOT "/object/list/:bucket", list_objects, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/object/list-v2/:bucket", list_objects_v2, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/object/move", move_object, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/object/copy", copy_object, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/object/sign/:bucket", sign_objects, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_POST, ROOT "/object/sign/:bucket/*name", sign_object, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {READS, ROOT "/object/sign/:bucket/*name", download_signed, PLAIN},
    {HTTP_POST, ROOT "/object/upload/sign/:bucket/*name", sign_upload, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_PUT, ROOT "/object/upload/sign/:bucket/*name", upload_signed, STREAM},
    {READS, ROOT "/object/info/public/:bucket/*name", info_public, PLAIN},
    {READS, ROOT "/object/info/authenticated/:bucket/*name", info_object, PLAIN},
    {READS, ROOT "/object/info/:bucket/*name", info_object, PLAIN},
    {READS, ROOT "/object/public/:bucket/*name", download_public, PLAIN},
    {READS, ROOT "/object/authenticated/:bucket/*name", download_object, PLAIN},
    {READS, ROOT "/object/:bucket/*name", download_object, PLAIN},
    {HTTP_POST, ROOT "/object/:bucket/*name", upload_object, STREAM},
    {HTTP_PUT, ROOT "/object/:bucket/*name", update_object, STREAM},
    {HTTP_DELETE, ROOT "/object/:bucket", remove_objects, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_DELETE, ROOT "/object/:bucket/*name", remove_object, PLAIN, .body_max_bytes = JSON_BYTES_MAX},
    {HTTP_DELETE, ROOT "/cdn/:bucket/*name", purge_cache, PLAIN, .body_max_bytes = JSON_BYTES_MAX},

    {HTTP_POST, ROOT "/upload/resumable", create_upload, STREAM},
    {HTTP_POST, ROOT "/upload/resumable/", create_upload, STREAM},
    {HTTP_POST, ROOT "/upload/resumable/sign", create_upload, STREAM},
    {HTTP_OPTIONS, ROOT "/upload/resumable", options_upload, PLAIN},
    {HTTP_PATCH, ROOT "/upload/resumable/sign/:id", patch_upload, STREAM},
    {HTTP_HEAD, ROOT "/upload/resumable/sign/:id", head_upload, PLAIN},
    {HTTP_DELETE, ROOT "/upload/resumable/sign/:id", delete_upload, PLAIN},
    {HTTP_PATCH, ROOT "/upload/resumable/:id", patch_upload, STREAM},
    {HTTP_HEAD, ROOT "/upload/resumable/:id", head_upload, PLAIN},
    {HTTP_DELETE, ROOT "/upload/resumable/:id", delete_upload, PLAIN},

    {READS, ROOT "/render/image/*", no_rendering, PLAIN},
    {READS, ROOT "/status", status, PLAIN},
    {HTTP_ANY, ROOT "/*", nothing_here, ROUTE_ELSE | ROUTE_TENANT | ROUTE_RAW_BODY},
    {0},
};

static void status(struct http_req *req)
{
    dialect_answer(req, "{}");
}

static void no_rendering(struct http_req *req)
{
    refuse(req, NOT_ENABLED, STORAGE_NO_RENDERING);
}

static void nothing_here(struct http_req *req)
{
    refuse_format(req, NO_SUCH_KEY, "Route %s:%s not found", req->method_name, req->path);
}
