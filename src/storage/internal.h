/* What the files of this room share. Nobody outside includes it. */
#ifndef MAITRED_STORAGE_INTERNAL_H
#define MAITRED_STORAGE_INTERNAL_H

#include "ask/ask.h"
#include "ask/thread.h"
#include "storage/storage.h"

enum { STORAGE_TIMEOUT_MS = 8000, TRANSFERS_AT_ONCE = 1000000, KEY_BYTES_MAX = 1024, BUCKET_BYTES_MAX = 100 };

struct backend;

struct storage {
    const struct settings *settings;
    const char *root; /* absolute; every tenant has a folder in it */
    const struct backend *backend;
    struct thread_limit transfers; /* pieces on their way to the disk: short, and never turned away */
    struct thread_limit distant;   /* calls of a store elsewhere */
    struct storage_stats stats;
};

struct storage *storage_of(const struct http_req *req);

#endif
