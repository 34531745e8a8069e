#include "storage/place.h"

#include "config/paths.h"
#include "storage/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *place_root(struct arena *arena, const struct settings *settings)
{
    const char *given = settings->storage_directory;
    if (*given == '/')
        return given;
    return arena_printf(arena, "%s/%s", path_data_dir(arena, settings), *given ? given : "storage");
}

const char *storage_folder(struct arena *arena, const struct settings *settings)
{
    const char *root = place_root(arena, settings);
    return place_make_parents(arena_printf(arena, "%s/.", root)) ? root : NULL;
}

const char *place_incoming(struct arena *arena, const char *root, const char *tenant, const char *version)
{
    return arena_printf(arena, "%s/%s/incoming/%s", root, tenant, version);
}

const char *place_object(struct arena *arena, const char *root, const char *tenant, const char *version)
{
    return arena_printf(arena, "%s/%s/objects/%.2s/%s", root, tenant, version, version);
}

/* A folder that is new is told to the disk by the one above it: what lies in it would else be gone with its name. */
static bool make_folder(const char *folder)
{
    return mkdir(folder, 0700) == 0 ? place_sync_parent(folder) : errno == EEXIST;
}

bool place_make_parents(const char *path)
{
    char folder[4400];
    size_t length = strlen(path);
    if (length >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(folder, path, length + 1);
    char *last = strrchr(folder, '/');
    if (!last)
        return true;
    *last = '\0';
    if (make_folder(folder)) /* mostly */
        return true;
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!make_folder(folder))
            return false;
        *slash = '/';
    }
    return make_folder(folder);
}

bool place_sync_parent(const char *path)
{
    char folder[4400];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    length += slash == path; /* the root */
    if (!length || length >= sizeof folder)
        return false;
    memcpy(folder, path, length);
    folder[length] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

enum err place_error(struct arena *arena, const char *doing, struct error *out)
{
    int why = errno;
    if (why == ENOSPC || why == EDQUOT)
        return error_set(out, arena, ERR_BUSY, "There is no room left on the disk.");
    return error_set(out, arena, ERR_INTERNAL, "%s: %s", doing, strerror(why));
}
