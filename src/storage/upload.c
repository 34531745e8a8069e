#include "storage/upload.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/json_kept.h"
#include "base/json_outline.h"
#include "base/log.h"
#include "storage/backend.h"
#include "storage/doors.h"
#include "storage/intake.h"
#include "storage/place.h"
#include "storage/sniff.h"
#include "storage/token.h"

#include <stdlib.h>
#include <unistd.h>

enum { METADATA_BYTES_MAX = 65536, USER_METADATA_BYTES_MAX = 1048576, ETAG_BYTES = 16, SERVER_FAULT = 500 };

static http_handler_fn receive_plain;

/* --- What the files' threads do ----------------------------------------------------------------------------------- */

struct upload_work {
    struct keeping keeping; /* with an arena of its own */
    const struct backend *backend;
    const char *version, *path, *about_path;
    const char *const *discarded;
    size_t discarded_count;
    struct error error;
    enum err err;
};

static struct upload_work *new_work(struct http_req *req)
{
    struct upload_work *work = arena_zalloc(req->arena, sizeof *work);
    work->keeping = storage_keeping(req);
    work->backend = storage_of(req)->backend;
    return work;
}

static void keep(void *data)
{
    const struct upload *upload = data;
    struct upload_work *work = upload->work;
    work->err = work->backend->keep(&work->keeping, work->version, work->path, &work->error);
}

static void discard(void *data)
{
    struct upload_work *work = data;
    for (size_t i = 0; i < work->discarded_count; i++) {
        struct error error;
        (void)unlink(place_object(work->keeping.arena, work->keeping.root, work->keeping.tenant, work->discarded[i]));
        if (work->backend->remove(&work->keeping, work->discarded[i], &error) != OK)
            log_warning("a file is left for the sweep", LOG_STR("reason", error.message));
    }
    if (work->about_path)
        (void)unlink(work->about_path);
    if (work->path)
        (void)unlink(work->path);
}

static void discarded(void *data, bool done)
{
    (void)data;
    (void)done;
}

void upload_discard(struct http_req *req, const char *const *versions, size_t count)
{
    struct upload_work *work = new_work(req);
    const char **own = arena_array(work->keeping.arena, count, sizeof *own);
    for (size_t i = 0; i < count; i++)
        own[i] = arena_strdup(work->keeping.arena, versions[i]);
    work->discarded = own;
    work->discarded_count = count;
    if (count && !thread_run(req, storage_calls(req), discard, discarded, work))
        log_warning("files are left for the sweep: too many at once");
}

/* The file that came in is no longer needed, and a version's bytes are nobody's. */
static void clear_up(struct upload *upload, const char *version)
{
    struct upload_work *work = new_work(upload->req);
    const char **own = arena_array(work->keeping.arena, 1, sizeof *own);
    own[0] = version ? arena_strdup(work->keeping.arena, version) : NULL;
    work->discarded = own;
    work->discarded_count = version ? 1 : 0;
    work->path = upload->path ? arena_strdup(work->keeping.arena, upload->path) : NULL;
    work->about_path = upload->about_path ? arena_strdup(work->keeping.arena, upload->about_path) : NULL;
    if (!thread_run(upload->req, version ? storage_calls(upload->req) : &storage_of(upload->req)->transfers, discard,
                    discarded, work))
        log_warning("files are left for the sweep: too many at once");
}

/* --- The object --------------------------------------------------------------------------------------------------- */

/* Refused for good: what came goes, and so does its place in the quota. */
struct ending {
    struct upload *upload;
    struct error error;
    enum refusal refusal;
    const char *message;
    const char *version; /* kept already, or NULL */
};

static void end_now(struct ending *ending)
{
    struct http_req *req = ending->upload->req;
    if (ending->error.err != OK)
        refuse_error(req, &ending->error);
    else
        refuse(req, ending->refusal, ending->message);
    clear_up(ending->upload, ending->version);
}

static void ended(struct ask *ask, void *data)
{
    (void)ask;
    end_now(data);
}

/* The sweep frees the place. */
static void not_ended(struct ask *ask, const struct error *error, void *data)
{
    (void)ask;
    (void)error;
    end_now(data);
}

static void end(struct upload *upload, const struct ending *how)
{
    struct ending *ending = arena_alloc(upload->req->arena, sizeof *ending);
    *ending = *how;
    ending->upload = upload;
    if (!upload->about_path) {
        end_now(ending);
        return;
    }
    struct ask *ask = ask_service(upload->req, false);
    ask->failed = not_ended;
    ask_add(ask, "select app.storage_end_upload($1)", upload->version);
    ask_submit(ask, ended, ending);
}

static void refuse_and_clear(struct upload *upload, enum refusal refusal, const char *message)
{
    end(upload, &(struct ending){.refusal = refusal, .message = message});
}

/* It did not work now. A resumable upload stays as it is, to be completed by its next HEAD: the client has sent all
 * those bytes. Of any other the file goes, and the client sends it again. */
static void keep_for_later(struct upload *upload)
{
    if (!upload->about_path)
        clear_up(upload, NULL);
}

/* metadata as programs know it; the tag is ours: clients compare it, nobody computes it. */
static char *metadata_json(struct upload *upload, const char *type)
{
    char modified[CLOCK_TEXT_BYTES];
    struct buf text;
    clock_text(clock_now_us(), modified);
    buf_init(&text, METADATA_BYTES_MAX);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    json_member(&w, "version", upload->version);
    if (upload->as_service)
        json_member(&w, "owner_id", upload->owner);
    json_key(&w, "metadata");
    json_open(&w, '{');
    json_member(&w, "eTag",
                arena_printf(upload->req->arena, "\"%s\"", encode_hex(upload->req->arena, upload->digest, ETAG_BYTES)));
    json_key(&w, "size");
    json_int(&w, (int64_t)upload->size);
    json_member(&w, "mimetype", type);
    json_member(&w, "cacheControl", upload->cache_control ? upload->cache_control : "no-cache");
    json_member(&w, "lastModified", modified);
    json_key(&w, "contentLength");
    json_int(&w, (int64_t)upload->size);
    json_key(&w, "httpStatusCode");
    json_int(&w, 200);
    json_close(&w, '}');
    json_close(&w, '}');
    char *copy = arena_strdup(upload->req->arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* Clients mark a folder that has nothing in it by an empty file of this name. */
static bool is_placeholder(const struct upload *upload)
{
    static const char ending[] = ".emptyFolderPlaceholder";
    size_t length = strlen(upload->object.name);
    return upload->size == 0 && length >= sizeof ending - 1 &&
           text_eq(upload->object.name + length - (sizeof ending - 1), ending);
}

static void put_done(struct ask *ask, void *data)
{
    struct upload *upload = data;
    const json_t *answer = dialect_json(ask->req, ask_value(ask, 0));
    storage_of(ask->req)->stats.uploads++;
    clear_up(upload, json_text_at(answer, "replaced"));
    upload->then(upload, json_text_at(answer, "id"), upload->data);
}

/* Without a row the bytes are nobody's; but who did not hear of the commit cannot know that: the sweep looks. */
static void put_failed(struct ask *ask, const struct error *error, void *data)
{
    struct upload *upload = data;
    bool certain =
        strlen(error->code) == 5 && strncmp(error->code, "08", 2) != 0 && strncmp(error->code, "57P", 3) != 0;
    if (certain && error->status < SERVER_FAULT) {
        end(upload, &(struct ending){.error = *error, .version = upload->version});
        return;
    }
    refuse_error(ask->req, error);
    if (certain && !upload->about_path)
        clear_up(upload, upload->version);
    else
        keep_for_later(upload);
}

static void kept(void *data, bool done)
{
    struct upload *upload = data;
    struct http_req *req = upload->req;
    if (!done || upload->work->err != OK) {
        if (done)
            refuse_error(req, &upload->work->error);
        keep_for_later(upload);
        return;
    }
    struct ask *ask = upload->as_service ? ask_service(req, false) : ask_caller(req, false);
    ask->failed = put_failed;
    ask_add(ask, "select app.storage_put($1, $2, $3::boolean, $4::jsonb, $5::jsonb, $6::bigint)", upload->object.bucket,
            upload->object.name, upload->upsert ? "true" : "false", upload->metadata, upload->user_metadata,
            dialect_quota(req));
    ask_submit(ask, put_done, upload);
}

void upload_complete(struct upload *upload)
{
    struct http_req *req = upload->req;
    const char *found = NULL;
    const char *type = is_placeholder(upload) ? "application/octet-stream"
                                              : sniff_agreed(req->arena, upload->declared_type, upload->head, &found);
    const char *named = upload->declared_type ? error_text_cut(req->arena, upload->declared_type, 100) : "";
    if (!text_is_utf8(str_of(named)))
        named = "";
    if (!type) {
        refuse_and_clear(
            upload, INVALID_TYPE,
            found ? arena_printf(req->arena, "mime type %s is not supported: the content is %s", named, found)
                  : arena_printf(req->arena, "mime type %s is not supported: the content is not of that type", named));
        return;
    }
    if (upload->user_metadata && (strlen(upload->user_metadata) > USER_METADATA_BYTES_MAX ||
                                  !json_is_object(dialect_json(req, upload->user_metadata)))) {
        refuse_and_clear(upload, INVALID_REQUEST, "The metadata of an object is a JSON object of at most 1 MB.");
        return;
    }
    upload->metadata = metadata_json(upload, type);
    upload->work = new_work(req);
    upload->work->version = arena_strdup(upload->work->keeping.arena, upload->version);
    upload->work->path = arena_strdup(upload->work->keeping.arena, upload->path);
    if (!thread_run(req, storage_calls(req), keep, kept, upload)) {
        storage_of(req)->stats.turned_away++;
        refuse(req, SLOW_DOWN, NULL);
        keep_for_later(upload);
    }
}

/* --- Before the bytes --------------------------------------------------------------------------------------------- */

uint64_t upload_most(struct http_req *req, const json_t *bucket)
{
    uint64_t most = (uint64_t)storage_of(req)->settings->storage_file_max_bytes;
    const json_t *own = json_object_get(bucket, "file_size_limit");
    uint64_t limit = json_is_integer(own) ? (uint64_t)json_integer_value(own) : most;
    return limit < most ? limit : most;
}

struct may {
    struct upload *upload;
    void (*then)(struct upload *upload);
};

static void may_answered(struct ask *ask, void *data)
{
    struct may *may = data;
    may->upload->bucket = dialect_json(ask->req, ask_value(ask, 0));
    may->then(may->upload);
}

void upload_may(struct upload *upload, int64_t announced, void (*then)(struct upload *upload))
{
    struct http_req *req = upload->req;
    struct may *may = arena_alloc(req->arena, sizeof *may);
    const char *bytes = arena_printf(req->arena, "%lld", (long long)(announced < 0 ? 0 : announced));
    *may = (struct may){upload, then};
    if (announced > storage_of(req)->settings->storage_file_max_bytes) {
        refuse(req, ENTITY_TOO_LARGE, NULL);
        return;
    }
    struct ask *ask = upload->as_service ? ask_service(req, false) : ask_caller(req, false);
    if (upload->version)
        ask_add(ask, "select app.storage_begin_upload($1, $2, $3::boolean, $4::bigint, $5::bigint, $6::uuid)",
                upload->object.bucket, upload->object.name, upload->upsert ? "true" : "false", bytes,
                dialect_quota(req), upload->version);
    else
        ask_add(ask, "select app.storage_may_put($1, $2, $3::boolean, $4::bigint, $5::bigint)", upload->object.bucket,
                upload->object.name, upload->upsert ? "true" : "false", bytes, dialect_quota(req));
    ask_submit(ask, may_answered, may);
}

void upload_resume(struct upload *upload, const char *version, void (*then)(struct upload *upload))
{
    struct http_req *req = upload->req;
    struct may *may = arena_alloc(req->arena, sizeof *may);
    *may = (struct may){upload, then};
    struct ask *ask = upload->as_service ? ask_service(req, false) : ask_caller(req, false);
    ask_add(ask, "select app.storage_may_resume($1, $2, $3::boolean, $4::uuid)", upload->object.bucket,
            upload->object.name, upload->upsert ? "true" : "false", version);
    ask_submit(ask, may_answered, may);
}

const char *upload_metadata(struct http_req *req, const char *base64)
{
    struct str text;
    if (!base64 || strlen(base64) > USER_METADATA_BYTES_MAX ||
        !decode_base64_padded(req->arena, str_of(base64), &text) || !text_is_utf8(text) || !json_fits(text, 10000))
        return NULL;
    return text.at;
}

/* --- Plain uploads ------------------------------------------------------------------------------------------------ */

static void answer_uploaded(struct upload *upload, const char *id, void *data)
{
    struct http_req *req = upload->req;
    struct buf body;
    (void)data;
    buf_init(&body, METADATA_BYTES_MAX);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "Id", id);
    json_member(&w, "Key", arena_printf(req->arena, "%s/%s", upload->object.bucket, upload->object.name));
    json_close(&w, '}');
    http_answer(req, 200, "application/json; charset=utf-8", &body);
}

/* "3600" and "max-age=3600" are the same; anything else must be a header's value. */
const char *upload_cache_control(struct http_req *req, const char *said)
{
    if (!said || !*said || strlen(said) > 200 || strpbrk(said, "\r\n"))
        return NULL;
    for (const char *p = said; *p; p++)
        if (*p < ' ' || *p > '~')
            return NULL;
    return strspn(said, "0123456789") == strlen(said) ? arena_printf(req->arena, "max-age=%s", said) : said;
}

static void received(struct intake *intake, void *data)
{
    struct upload *upload = data;
    struct http_req *req = upload->req;
    close(intake->fd);
    if (!intake->whole) {
        clear_up(upload, NULL);
        return;
    }
    bool is_form = intake->form_type || intake->form_cache_control || intake->form_metadata;
    upload->size = intake->size;
    upload->head = str_n(intake->head, intake->head_length);
    upload->digest = intake->digest;
    upload->declared_type = is_form ? intake->form_type : http_header(req, "Content-Type");
    upload->cache_control =
        upload_cache_control(req, is_form ? intake->form_cache_control : http_header(req, "Cache-Control"));
    upload->user_metadata = is_form ? intake->form_metadata : upload_metadata(req, http_header(req, "x-metadata"));
    upload_complete(upload);
}

static void receive(struct upload *upload)
{
    struct http_req *req = upload->req;
    struct intake *intake = arena_zalloc(req->arena, sizeof *intake);
    char *version = arena_alloc(req->arena, UUID_TEXT_BYTES);
    random_uuid(version);
    upload->version = version;
    upload->path = place_incoming(req->arena, storage_of(req)->root, req->tenant->schema, version);
    *intake = (struct intake){.req = req,
                              .path = upload->path,
                              .fd = -1,
                              .most = upload_most(req, upload->bucket),
                              .then = received,
                              .data = upload};
    intake_begin(intake);
}

static void begin_plain(struct upload *upload)
{
    /* A form is some headers longer than its file. */
    const char *type = http_header(upload->req, "Content-Type");
    bool is_form = type && !strncasecmp(type, "multipart/form-data", strlen("multipart/form-data"));
    upload->then = answer_uploaded;
    upload_may(upload, is_form ? -1 : http_body_announced(upload->req), receive);
}

static struct upload *new_upload(struct http_req *req, bool upsert)
{
    struct upload *upload = arena_zalloc(req->arena, sizeof *upload);
    upload->req = req;
    upload->upsert = upsert;
    return dialect_name(req, 0, &upload->object) ? upload : NULL;
}

static void receive_plain(struct http_req *req)
{
    struct upload *upload = new_upload(req, req->method == HTTP_PUT || dialect_upsert(req));
    if (upload && dialect_identify(req))
        begin_plain(upload);
}

void upload_object(struct http_req *req)
{
    receive_plain(req);
}

void update_object(struct http_req *req)
{
    receive_plain(req);
}

/* PUT /object/upload/sign/{bucket}/{name}?token=: what the token allows, whoever comes with it. */
void upload_signed(struct http_req *req)
{
    struct token token;
    struct upload *upload = new_upload(req, false);
    if (!upload || !token_opens(req, http_query_param(req, "token"), TOKEN_UPLOAD, &upload->object, &token))
        return;
    upload->as_service = true;
    upload->owner = token.owner;
    upload->upsert = token.upsert;
    begin_plain(upload);
}
