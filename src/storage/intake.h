/* Bytes from a client to a file, in flat memory: a piece fills while the one before is on its way to the disk (a
 * thread), and a client that is faster waits.
 *
 *   intake_begin ─▶ pieces ─▶ (end) ─▶ rest written, synced ─▶ `then`       whole, or the client has left
 *                     └─ too much, a full disk, a broken form ─▶ refused, the file is gone   `then` is not called
 */
#ifndef MAITRED_STORAGE_INTAKE_H
#define MAITRED_STORAGE_INTAKE_H

#include "storage/internal.h"

#include <stdbool.h>
#include <stdint.h>

enum { INTAKE_HEAD_BYTES = 1024, INTAKE_DIGEST_BYTES = 32 };

struct intake;
typedef void intake_then_fn(struct intake *intake, void *data);

struct intake {
    struct http_req *req;
    const char *path; /* of the file that gets the bytes; made anew, unless `fd` is one that is open at its end */
    int fd;           /* -1: to be made */
    uint64_t size;    /* of the file: before the bytes, then with them */
    uint64_t most;    /* bytes the file may have; more is refused */
    bool resumes;     /* what came before the client left is kept, and nothing is digested */
    intake_then_fn *then;
    void *data;

    /* what there is when `then` is called */
    bool whole;
    char head[INTAKE_HEAD_BYTES]; /* the first bytes that came */
    size_t head_length;
    unsigned char digest[INTAKE_DIGEST_BYTES]; /* SHA-256 of all of them */
    /* of a form: what it says beside the file; NULL without */
    const char *form_type, *form_cache_control, *form_metadata;

    struct intake_work *work; /* intake.c's own */
};

/* Takes the body of req, which is a row with ROUTE_STREAM. `intake` lives in the request's arena, filled to `data`.
 * The request is held until `then` has returned. The file is open in `then` (fd), and the callee's. */
void intake_begin(struct intake *intake);

/* Closes and removes what came. Blocks for a moment. */
void intake_drop(struct intake *intake);

#endif
