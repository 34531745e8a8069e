/* An object from bytes that have come in: what doors that take them share (plain, signed and resumable uploads,
 * copies).
 *
 *   may_put (SQL) ─▶ bytes to a file ─▶ their type ─▶ kept (thread) ─▶ put (SQL) ─▶ the old version's bytes go (thread)
 *
 * Killed between any two of them there is the old object, or the new one; files that no row speaks of are swept.
 */
#ifndef MAITRED_STORAGE_UPLOAD_H
#define MAITRED_STORAGE_UPLOAD_H

#include "storage/dialect.h"

#include <stdbool.h>
#include <stdint.h>

struct upload;
typedef void upload_then_fn(struct upload *upload, const char *id, void *data);

struct upload {
    struct http_req *req;
    struct object_name object;
    bool upsert;
    bool as_service;   /* a token of ours has allowed it: not the caller's rights, and `owner` */
    const char *owner; /* as_service: whose it will be, or NULL */
    const char *version;
    const char *path;       /* of the whole, synced file; goes when the object is there */
    const char *about_path; /* of a file beside it that goes with it: the upload is resumable; or NULL */

    /* what is known of the bytes */
    uint64_t size;
    struct str head;
    const char *declared_type, *cache_control, *user_metadata; /* or NULL */
    const unsigned char *digest;                               /* SHA-256 */
    const json_t *bucket;                                      /* what may_put said */

    upload_then_fn *then; /* the object is there; answers */
    void *data;

    char *metadata, *replaced, *id; /* upload.c's own */
    struct upload_work *work;
};

/* Asks whether it may be put; `then` has the bucket's limits in upload->bucket, or it was refused. `announced` -1:
 * not known. With a version already (a resumable upload) its bytes have their place in the quota from then on. */
void upload_may(struct upload *upload, int64_t announced, void (*then)(struct upload *upload));

/* The same for one whose bytes are there already, under this version: an object that has it stands in nobody's way. */
void upload_resume(struct upload *upload, const char *version, void (*then)(struct upload *upload));

/* "3600" and "max-age=3600" are the same; NULL: it cannot be a header's value. */
const char *upload_cache_control(struct http_req *req, const char *said);

/* The bytes are at `path`. Answers refusals by itself. The file at `path` goes; of a resumable upload it stays, with
 * what lies beside it, when the refusal may pass. */
void upload_complete(struct upload *upload);

/* Takes versions' bytes away, on a thread; nobody waits for it. */
void upload_discard(struct http_req *req, const char *const *versions, size_t count);

/* The most bytes a file of this bucket may have. */
uint64_t upload_most(struct http_req *req, const json_t *bucket);

/* base64 of JSON, as clients send it in a header; NULL: it is none. */
const char *upload_metadata(struct http_req *req, const char *base64);

#endif
