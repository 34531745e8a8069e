/* Objects found and sent. */
#ifndef MAITRED_STORAGE_DOWNLOAD_H
#define MAITRED_STORAGE_DOWNLOAD_H

#include "storage/dialect.h"

#include <stdint.h>

struct finding;

struct found {
    struct http_req *req;
    struct object_name object;
    const char *version, *etag, *type, *cache_control;
    uint64_t size;
    int64_t modified_s;
    const json_t *all;       /* as app.storage_found() tells it */
    struct finding *finding; /* download.c's own */
};

typedef void found_fn(struct found *found);

/* Whose rights find it. */
enum finder { FIND_CALLER, FIND_PUBLIC, FIND_SIGNED };

/* `then` with the object, or refused. */
void download_find(struct http_req *req, const struct object_name *object, enum finder finder, found_fn *then);

/* `then` with the bytes open (its own to close), or refused. When they went meanwhile, the object is found again. */
void download_open(struct found *found, void (*then)(struct found *found, int fd));

/* What every answer with a client's bytes says: how long it keeps, whether it is saved or shown, that nothing in it
 * runs. Gives the type to send it under. */
const char *download_headers(const struct found *found, const char *type);

#endif
