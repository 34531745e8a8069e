/* backend_directory: versions are files of this machine (place.h). */
#include "storage/backend.h"

#include "base/encode.h"
#include "storage/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A second name for the same bytes, synced. A name that is there already is the same version, kept before. */
static enum err link_to(const struct keeping *k, const char *from, const char *to, struct error *out)
{
    if (!place_make_parents(to))
        return place_error(k->arena, "The folder of a file cannot be made", out);
    if (link(from, to) && errno != EEXIST)
        return errno == ENOENT ? error_set(out, k->arena, ERR_NOT_FOUND, "The file is not there.")
                               : place_error(k->arena, "A file cannot be kept", out);
    return place_sync_parent(to) ? OK : place_error(k->arena, "A folder cannot be synced", out);
}

static enum err directory_keep(const struct keeping *k, const char *version, const char *path, struct error *out)
{
    return link_to(k, path, place_object(k->arena, k->root, k->tenant, version), out);
}

static enum err directory_open(const struct keeping *k, const char *version, int *fd, struct error *out)
{
    int opened = open(place_object(k->arena, k->root, k->tenant, version), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0)
        return errno == ENOENT ? error_set(out, k->arena, ERR_NOT_FOUND, "The file is not there.")
                               : place_error(k->arena, "A file cannot be opened", out);
    *fd = opened;
    return OK;
}

static enum err directory_copy(const struct keeping *k, const char *from, const char *to, struct error *out)
{
    return link_to(k, place_object(k->arena, k->root, k->tenant, from), place_object(k->arena, k->root, k->tenant, to),
                   out);
}

static enum err directory_remove(const struct keeping *k, const char *version, struct error *out)
{
    if (unlink(place_object(k->arena, k->root, k->tenant, version)) && errno != ENOENT)
        return place_error(k->arena, "A file cannot be removed", out);
    return OK;
}

/* One of the folders below objects/; names live as long as their page. ctime and not mtime: a second name for old bytes
 * is new. */
static bool list_folder(const char *folder, int64_t before_s,
                        bool (*each)(void *data, const char *const *versions, size_t count), void *data)
{
    char names[BACKEND_PAGE][UUID_TEXT_BYTES];
    const char *versions[BACKEND_PAGE];
    size_t count = 0;
    bool more = true;
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && more && (entry = readdir(dir));) {
        struct stat about;
        if (!text_is_uuid(str_of(entry->d_name)) || fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(about.st_mode) || about.st_ctim.tv_sec >= before_s)
            continue;
        memcpy(names[count], entry->d_name, UUID_TEXT_BYTES);
        versions[count] = names[count];
        count++;
        if (count == BACKEND_PAGE) {
            more = each(data, versions, count);
            count = 0;
        }
    }
    if (more && count)
        more = each(data, versions, count);
    if (dir)
        closedir(dir);
    return more;
}

static enum err directory_list(const struct keeping *k, int64_t before_s,
                               bool (*each)(void *data, const char *const *versions, size_t count), void *data,
                               struct error *out)
{
    (void)out;
    for (int i = 0; i < 256; i++) {
        const char *folder = arena_printf(k->arena, "%s/%s/objects/%02x", k->root, k->tenant, (unsigned)i);
        if (!list_folder(folder, before_s, each, data))
            break;
    }
    return OK;
}

const struct backend backend_directory = {
    .name = "directory",
    .keep = directory_keep,
    .open = directory_open,
    .copy = directory_copy,
    .remove = directory_remove,
    .list = directory_list,
};

const struct backend *backend_of(const struct settings *settings)
{
    (void)settings;
    return &backend_directory;
}
