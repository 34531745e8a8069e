/* Uploads that go on where they stopped: TUS 1.0.0 with creation, creation-with-upload, termination and expiration.
 *
 *     incoming/<id>        what has come so far; its length on the disk is the offset, whoever was killed when
 *     incoming/<id>.json   what it is to be, synced before the client hears of it
 *
 *   POST ─▶ may_put ─▶ both files ─▶ 201 ─┐
 *   PATCH ─▶ locked, owner, offset ─▶ bytes ─┴─▶ shorter than announced: 204 with the offset
 *                                            └─▶ all there: digest ─▶ upload_complete ─▶ 204     (HEAD ends a
 *                                                completion that a kill has cut)
 *
 * One request at a time writes to an upload: flock, which a killed worker lets go of. Who goes on with it is who began
 * it: the same user, the service role, or a token for the same object.
 */
#include "storage/doors.h"
#include "storage/intake.h"
#include "storage/place.h"
#include "storage/token.h"
#include "storage/upload.h"

#include "auth/identity.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ABOUT_BYTES_MAX = 2 * 1024 * 1024, DIGEST_PIECE_BYTES = 256 * 1024, METADATA_KEYS_MAX = 20 };

static const char body_type[] = "application/offset+octet-stream";

enum outcome { TUS_OPEN, TUS_MISSING, TUS_LOCKED, TUS_EXPIRED, TUS_BROKEN };

struct tus {
    struct http_req *req;
    struct arena *arena; /* the threads' */
    const char *root, *tenant, *id;
    const char *path, *about_path;
    const char *owner; /* who asks: a user, or a role */
    bool is_signed;    /* came with a token for the object */
    bool locks;        /* wants to change it */
    int64_t now_s, expires_s;
    json_t *about;
    enum outcome outcome;
    struct error error;
    int fd;
    uint64_t offset, length;
    char head[INTAKE_HEAD_BYTES];
    size_t head_length;
    unsigned char digest[INTAKE_DIGEST_BYTES];
    struct upload upload;
    void (*opened)(struct tus *tus);
    int status; /* of the answer when it is complete */
};

static void release_tus(void *data)
{
    struct tus *tus = data;
    if (tus->fd >= 0)
        close(tus->fd);
    json_decref(tus->about);
    arena_free(tus->arena);
}

static struct tus *new_tus(struct http_req *req, const char *id)
{
    struct tus *tus = arena_zalloc(req->arena, sizeof *tus);
    tus->req = req;
    tus->arena = arena_new();
    tus->fd = -1;
    arena_on_release(req->arena, release_tus, tus);
    tus->root = storage_of(req)->root;
    tus->tenant = arena_strdup(tus->arena, req->tenant->schema);
    tus->id = arena_strdup(tus->arena, id);
    tus->path = place_incoming(tus->arena, tus->root, tus->tenant, tus->id);
    tus->about_path = arena_printf(tus->arena, "%s.json", tus->path);
    tus->now_s = clock_now_s();
    tus->expires_s = storage_of(req)->settings->storage_upload_expires_s;
    return tus;
}

/* What every answer says; refusals, too. False: the client speaks another version. */
static bool greet(struct http_req *req)
{
    const char *version = http_header(req, "Tus-Resumable");
    http_set_header(req, "Tus-Resumable", "1.0.0");
    if (version && text_eq(version, "1.0.0"))
        return true;
    http_set_header(req, "Tus-Version", "1.0.0");
    refuse(req, WRONG_VERSION, NULL);
    return false;
}

/* A whole number of a header; false: there is none, or it is no number. */
static bool number_of(const char *text, uint64_t *number)
{
    if (!text || !*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
        return false;
    *number = strtoull(text, NULL, 10);
    return true;
}

static void say_offset(const struct tus *tus)
{
    char expires[CLOCK_HTTP_BYTES];
    clock_http_text(tus->now_s + tus->expires_s, expires);
    http_set_header(tus->req, "Upload-Offset", arena_printf(tus->req->arena, "%llu", (unsigned long long)tus->offset));
    http_set_header(tus->req, "Upload-Length", arena_printf(tus->req->arena, "%llu", (unsigned long long)tus->length));
    http_set_header(tus->req, "Cache-Control", "no-store");
    if (tus->offset < tus->length)
        http_set_header(tus->req, "Upload-Expires", expires);
}

static void answer_offset(const struct tus *tus)
{
    say_offset(tus);
    http_answer(tus->req, tus->status, NULL, NULL);
}

/* --- All bytes are there ------------------------------------------------------------------------------------------ */

static void read_whole(void *data)
{
    struct tus *tus = data;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    char *piece = malloc(DIGEST_PIECE_BYTES);
    uint64_t at = 0;
    if (!piece)
        abort();
    EVP_DigestInit_ex(digest, EVP_sha256(), NULL);
    for (;;) {
        ssize_t n = pread(tus->fd, piece, DIGEST_PIECE_BYTES, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        if (at == 0) {
            tus->head_length = (size_t)n < INTAKE_HEAD_BYTES ? (size_t)n : INTAKE_HEAD_BYTES;
            memcpy(tus->head, piece, tus->head_length);
        }
        EVP_DigestUpdate(digest, piece, (size_t)n);
        at += (uint64_t)n;
    }
    EVP_DigestFinal_ex(digest, tus->digest, NULL);
    EVP_MD_CTX_free(digest);
    free(piece);
    if (at != tus->length)
        (void)error_set(&tus->error, tus->arena, ERR_INTERNAL, "An upload is shorter than it was.");
    tus->outcome = at == tus->length ? TUS_OPEN : TUS_BROKEN;
}

static void completed(struct upload *upload, const char *id, void *data)
{
    (void)upload;
    (void)id;
    answer_offset(data);
}

static void whole_read(void *data, bool done)
{
    struct tus *tus = data;
    struct upload *upload = &tus->upload;
    if (!done)
        return;
    if (tus->outcome != TUS_OPEN) {
        refuse_error(tus->req, &tus->error);
        return;
    }
    upload->version = tus->id;
    upload->path = tus->path;
    upload->about_path = tus->about_path;
    upload->size = tus->length;
    upload->head = str_n(tus->head, tus->head_length);
    upload->digest = tus->digest;
    upload->then = completed;
    upload->data = tus;
    upload_complete(upload);
}

static void may_complete(struct upload *upload)
{
    struct tus *tus = upload->data;
    if (!thread_run(tus->req, &storage_of(tus->req)->transfers, read_whole, whole_read, tus))
        refuse(tus->req, SLOW_DOWN, NULL);
}

/* What is to be is in the file beside; the bucket's limits are asked for again: they may have changed. */
static void complete(struct tus *tus)
{
    struct upload *upload = &tus->upload;
    upload->req = tus->req;
    upload->object = (struct object_name){json_text_at(tus->about, "bucket"), json_text_at(tus->about, "name")};
    upload->upsert = json_is_true(json_object_get(tus->about, "upsert"));
    upload->as_service = json_is_true(json_object_get(tus->about, "signed"));
    upload->owner = upload->as_service ? json_text_at(tus->about, "owner") : NULL;
    upload->declared_type = json_text_at(tus->about, "type");
    upload->cache_control = json_text_at(tus->about, "cache");
    upload->user_metadata = json_text_at(tus->about, "metadata");
    upload->data = tus;
    upload_resume(upload, tus->id, may_complete);
}

/* --- An upload that was begun ------------------------------------------------------------------------------------- */

static bool read_about(struct tus *tus)
{
    json_error_t reason;
    tus->about = json_load_file(tus->about_path, JSON_REJECT_DUPLICATES, &reason);
    tus->length = (uint64_t)json_integer_value(json_object_get(tus->about, "length"));
    return json_text_at(tus->about, "bucket") && json_text_at(tus->about, "name");
}

static void open_upload(void *data)
{
    struct tus *tus = data;
    struct stat about;
    tus->outcome = TUS_MISSING;
    if (!read_about(tus))
        return;
    tus->fd = open(tus->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (tus->fd < 0)
        return;
    if (tus->locks && flock(tus->fd, LOCK_EX | LOCK_NB)) {
        tus->outcome = TUS_LOCKED;
        return;
    }
    /* Who waited for nothing may have opened what another request has just finished with. */
    if (fstat(tus->fd, &about) || about.st_nlink == 0)
        return;
    tus->offset = (uint64_t)about.st_size;
    lseek(tus->fd, 0, SEEK_END);
    tus->outcome = about.st_mtim.tv_sec + tus->expires_s < tus->now_s ? TUS_EXPIRED : TUS_OPEN;
}

static bool is_whose(const struct tus *tus)
{
    const char *owner = json_text_at(tus->about, "by");
    bool is_signed = json_is_true(json_object_get(tus->about, "signed"));
    return is_signed ? tus->is_signed : owner && tus->owner && text_eq(owner, tus->owner);
}

static void upload_opened(void *data, bool done)
{
    struct tus *tus = data;
    struct token token;
    if (!done)
        return;
    if (tus->outcome == TUS_LOCKED) {
        refuse(tus->req, LOCKED, NULL);
    } else if (tus->outcome == TUS_EXPIRED) {
        refuse(tus->req, UPLOAD_GONE, NULL);
    } else if (tus->outcome == TUS_MISSING || !is_whose(tus)) {
        refuse(tus->req, NO_SUCH_UPLOAD, NULL); /* of somebody else's there is nothing to know */
    } else {
        const struct object_name object = {json_text_at(tus->about, "bucket"), json_text_at(tus->about, "name")};
        if (!tus->is_signed ||
            token_opens(tus->req, http_header(tus->req, "x-signature"), TOKEN_UPLOAD, &object, &token))
            tus->opened(tus);
    }
}

static void find_upload(struct http_req *req, bool locks, void (*opened)(struct tus *tus))
{
    if (!greet(req))
        return;
    if (!text_is_uuid(str_of(req->params[0]))) {
        refuse(req, NO_SUCH_UPLOAD, NULL);
        return;
    }
    struct tus *tus = new_tus(req, req->params[0]);
    tus->locks = locks;
    tus->opened = opened;
    tus->is_signed = strstr(req->path, "/resumable/sign") != NULL;
    if (!tus->is_signed && !dialect_identify(req))
        return;
    if (!tus->is_signed)
        tus->owner = arena_strdup(tus->arena, req->who->user_id ? req->who->user_id : req->who->role);
    if (!thread_run(req, &storage_of(req)->transfers, open_upload, upload_opened, tus))
        refuse(req, SLOW_DOWN, NULL);
}

/* --- Bytes -------------------------------------------------------------------------------------------------------- */

static void bytes_came(struct intake *intake, void *data)
{
    struct tus *tus = data;
    tus->offset = intake->size;
    close(intake->fd);
    if (!intake->whole)
        return; /* what came is kept; the descriptor goes with the request, and the lock with it */
    if (tus->offset == tus->length)
        complete(tus);
    else
        answer_offset(tus);
}

static void take_bytes(struct tus *tus)
{
    struct intake *intake = arena_zalloc(tus->req->arena, sizeof *intake);
    *intake = (struct intake){.req = tus->req,
                              .path = tus->path,
                              .fd = dup(tus->fd), /* the lock stays while one of them is open */
                              .size = tus->offset,
                              .most = tus->length,
                              .resumes = true,
                              .then = bytes_came,
                              .data = tus};
    intake_begin(intake);
}

static void patch_opened(struct tus *tus)
{
    uint64_t said = 0;
    tus->status = 204;
    if (!number_of(http_header(tus->req, "Upload-Offset"), &said) || said != tus->offset) {
        http_set_header(tus->req, "Upload-Offset",
                        arena_printf(tus->req->arena, "%llu", (unsigned long long)tus->offset));
        refuse(tus->req, OFFSET_CONFLICT, NULL);
        return;
    }
    take_bytes(tus);
}

static bool is_bytes(struct http_req *req)
{
    const char *type = http_header(req, "Content-Type");
    return type && !strcasecmp(type, body_type);
}

void patch_upload(struct http_req *req)
{
    if (is_bytes(req)) {
        find_upload(req, true, patch_opened);
        return;
    }
    http_set_header(req, "Tus-Resumable", "1.0.0");
    refuse_format(req, INVALID_TYPE, "The body of a PATCH is %s", body_type);
}

static void head_opened(struct tus *tus)
{
    tus->status = 200;
    if (tus->offset == tus->length)
        complete(tus);
    else
        answer_offset(tus);
}

/* Locks: an upload whose last byte came before a kill is completed here. */
void head_upload(struct http_req *req)
{
    find_upload(req, true, head_opened);
}

static void upload_ended(struct ask *ask, void *data)
{
    (void)data;
    http_answer(ask->req, 204, NULL, NULL);
}

/* The files are gone; the sweep frees the place. */
static void upload_not_ended(struct ask *ask, const struct error *error, void *data)
{
    (void)error;
    upload_ended(ask, data);
}

static void delete_opened(struct tus *tus)
{
    (void)unlink(tus->about_path);
    (void)unlink(tus->path);
    struct ask *ask = ask_service(tus->req, false);
    ask->failed = upload_not_ended;
    ask_add(ask, "select app.storage_end_upload($1)", arena_strdup(tus->req->arena, tus->id));
    ask_submit(ask, upload_ended, NULL);
}

void delete_upload(struct http_req *req)
{
    find_upload(req, true, delete_opened);
}

void options_upload(struct http_req *req)
{
    http_set_header(req, "Tus-Resumable", "1.0.0");
    http_set_header(req, "Tus-Version", "1.0.0");
    http_set_header(req, "Tus-Extension", "creation,creation-with-upload,termination,expiration");
    http_set_header(req, "Tus-Max-Size",
                    arena_printf(req->arena, "%lld", (long long)storage_of(req)->settings->storage_file_max_bytes));
    http_answer(req, 204, NULL, NULL);
}

/* --- A new one ---------------------------------------------------------------------------------------------------- */

/* One of "key base64,key base64"; NULL: it is not there. Anything that is no such list has no values. */
static const char *metadata_value(struct http_req *req, const char *key)
{
    const char *at = http_header(req, "Upload-Metadata");
    size_t length = strlen(key);
    for (int i = 0; at && *at && i < METADATA_KEYS_MAX; i++) {
        at += strspn(at, " ,");
        size_t item = strcspn(at, ",");
        size_t name = strcspn(at, " ,");
        if (name == length && !strncmp(at, key, length)) {
            struct str value;
            const char *base64 = at + name + (name < item);
            struct str text = str_n(base64, item - (size_t)(base64 - at));
            return decode_base64_padded(req->arena, text, &value) && text_is_utf8(value) ? value.at : NULL;
        }
        at += item;
    }
    return NULL;
}

static void create_files(void *data)
{
    struct tus *tus = data;
    tus->outcome = TUS_BROKEN;
    char *text = json_dumps(tus->about, JSON_COMPACT);
    size_t length = strlen(text);
    if (!place_make_parents(tus->path)) {
        (void)place_error(tus->arena, "The folder of an upload cannot be made", &tus->error);
    } else {
        tus->fd = open(tus->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        int about = open(tus->about_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        bool written = tus->fd >= 0 && flock(tus->fd, LOCK_EX | LOCK_NB) == 0 && about >= 0 &&
                       write(about, text, length) == (ssize_t)length && fsync(about) == 0 && fsync(tus->fd) == 0 &&
                       place_sync_parent(tus->path);
        if (written)
            tus->outcome = TUS_OPEN;
        else
            (void)place_error(tus->arena, "An upload cannot be begun", &tus->error);
        if (about >= 0)
            close(about);
        if (!written) {
            (void)unlink(tus->about_path);
            (void)unlink(tus->path);
        }
    }
    free(text);
}

static void files_created(void *data, bool done)
{
    struct tus *tus = data;
    struct http_req *req = tus->req;
    if (!done)
        return;
    if (tus->outcome != TUS_OPEN) {
        refuse_error(req, &tus->error);
        return;
    }
    tus->status = 201;
    http_set_header(
        req, "Location",
        arena_printf(req->arena, "/storage/v1/upload/resumable/%s%s", tus->is_signed ? "sign/" : "", tus->id));
    if (is_bytes(req))
        take_bytes(tus);
    else if (tus->length == 0)
        complete(tus);
    else
        answer_offset(tus);
}

static void may_create(struct upload *upload)
{
    struct tus *tus = upload->data;
    struct http_req *req = tus->req;
    const char *names[][2] = {{"type", "contentType"}, {"cache", "cacheControl"}, {"metadata", "metadata"}};
    tus->about = json_pack("{s:s, s:s, s:b, s:b, s:I}", "bucket", upload->object.bucket, "name", upload->object.name,
                           "upsert", upload->upsert, "signed", tus->is_signed, "length", (json_int_t)tus->length);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = metadata_value(req, names[i][1]);
        const char *kept = value && i == 1 ? upload_cache_control(req, value) : value;
        if (kept)
            json_object_set_new(tus->about, names[i][0], json_string(kept));
    }
    if (tus->owner)
        json_object_set_new(tus->about, "by", json_string(tus->owner));
    if (upload->owner)
        json_object_set_new(tus->about, "owner", json_string(upload->owner));
    if (!thread_run(req, &storage_of(req)->transfers, create_files, files_created, tus))
        refuse(req, SLOW_DOWN, NULL);
}

void create_upload(struct http_req *req)
{
    char id[UUID_TEXT_BYTES];
    uint64_t length = 0;
    struct token token = {0};
    if (!greet(req))
        return;
    if (!number_of(http_header(req, "Upload-Length"), &length)) {
        refuse(req, INVALID_REQUEST, "Upload-Length must say how long the whole upload is");
        return;
    }
    random_uuid(id);
    struct tus *tus = new_tus(req, id);
    struct upload *upload = &tus->upload;
    tus->length = length;
    tus->is_signed = strstr(req->path, "/resumable/sign") != NULL;
    req->params[0] = metadata_value(req, "bucketName");
    req->params[1] = metadata_value(req, "objectName");
    upload->req = req;
    upload->data = tus;
    if (!dialect_name(req, 0, &upload->object))
        return;
    if (tus->is_signed) {
        if (!token_opens(req, http_header(req, "x-signature"), TOKEN_UPLOAD, &upload->object, &token))
            return;
        upload->as_service = true;
        upload->owner = token.owner;
    } else if (!dialect_identify(req)) {
        return;
    } else {
        tus->owner = arena_strdup(tus->arena, req->who->user_id ? req->who->user_id : req->who->role);
    }
    upload->upsert = tus->is_signed ? token.upsert : dialect_upsert(req);
    upload->version = tus->id;
    upload_may(upload, (int64_t)length, may_create);
}
