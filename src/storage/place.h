/* Where a tenant's files lie on this machine. Names that clients choose are no part of any path: files are called by
 * the version of their object, which the daemon makes.
 *
 *     <root>/<schema>/incoming/<version>        bytes that come in; with .json beside it when they may be resumed
 *     <root>/<schema>/objects/ab/<version>      whole, synced: a row may speak of it (ab: the version's first letters)
 */
#ifndef MAITRED_STORAGE_PLACE_H
#define MAITRED_STORAGE_PLACE_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <stdbool.h>

/* settings->storage_directory, absolute; by default storage in the data directory. */
const char *place_root(struct arena *arena, const struct settings *settings);

const char *place_incoming(struct arena *arena, const char *root, const char *tenant, const char *version);
const char *place_object(struct arena *arena, const char *root, const char *tenant, const char *version);

/* Makes the folders above a file, each of them synced; those that are there are left. Blocks. */
bool place_make_parents(const char *path);

/* The folder of a file is told to the disk, so that a name that was made or moved is there after a crash. Blocks. */
bool place_sync_parent(const char *path);

/* What went wrong on the disk, for people: full, or as the system calls it. Returns the error. */
enum err place_error(struct arena *arena, const char *doing, struct error *out);

#endif
