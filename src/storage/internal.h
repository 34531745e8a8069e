/* What the files of this room share. Nobody outside includes it. */
#ifndef MAITRED_STORAGE_INTERNAL_H
#define MAITRED_STORAGE_INTERNAL_H

#include "ask/ask.h"
#include "ask/thread.h"
#include "storage/storage.h"

enum { STORAGE_TIMEOUT_MS = 8000, TRANSFERS_AT_ONCE = 1000000, KEY_BYTES_MAX = 1024, BUCKET_BYTES_MAX = 100 };

/* How often an object is looked up again whose bytes went between the look and the opening: it was written over. */
enum { STORAGE_TRIES = 5 };

struct backend;
struct keeping;

struct storage {
    const struct settings *settings;
    const char *root; /* absolute; every tenant has a folder in it */
    const struct backend *backend;
    struct thread_limit transfers; /* pieces on their way to the disk: short, and never turned away */
    struct thread_limit distant;   /* calls of a store elsewhere */
    struct storage_stats stats;
};

struct storage *storage_of(const struct http_req *req);

/* For a backend on a thread: the request's tenant, with an arena of its own that goes with the request. */
struct keeping storage_keeping(struct http_req *req);

/* What its backend's calls count against. */
struct thread_limit *storage_calls(const struct http_req *req);

#endif
