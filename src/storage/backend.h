/* Who keeps the bytes of whole objects: a directory of this machine, or an S3 store. A table of functions; to add a
 * backend, one of these and a row in backend_of (place: its settings).
 *
 * Each function blocks: on a thread, or in a job. A version is kept once and never changed: other bytes are another
 * version. Taking one away that is not there is no error.
 */
#ifndef MAITRED_STORAGE_BACKEND_H
#define MAITRED_STORAGE_BACKEND_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>
#include <stdint.h>

struct keeping {
    struct arena *arena; /* of this call */
    const struct settings *settings;
    const char *root, *tenant; /* the tenant's schema */
};

struct backend {
    const char *name;
    bool distant; /* its calls go over the network: only so many at once */
    /* Keeps the file at `path`, which is whole and synced, as a version. The file stays where it is. Doing it twice
     * is no harm. */
    enum err (*keep)(const struct keeping *k, const char *version, const char *path, struct error *out);
    /* A descriptor to read it by. ERR_NOT_FOUND: it is not kept. */
    enum err (*open)(const struct keeping *k, const char *version, int *fd, struct error *out);
    enum err (*copy)(const struct keeping *k, const char *from, const char *to, struct error *out);
    enum err (*remove)(const struct keeping *k, const char *version, struct error *out);
    /* Calls `each` with the versions that were kept before this instant (seconds since 1970), in pages of at most
     * BACKEND_PAGE; false from it ends. */
    enum err (*list)(const struct keeping *k, int64_t before_s,
                     bool (*each)(void *data, const char *const *versions, size_t count), void *data,
                     struct error *out);
};

enum { BACKEND_PAGE = 500 };

extern const struct backend backend_directory;

/* By the settings. */
const struct backend *backend_of(const struct settings *settings);

#endif
