#include "config/paths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *absolute(struct arena *arena, const char *path)
{
    char here[4096];
    if (*path == '/' || !getcwd(here, sizeof here))
        return arena_strdup(arena, path);
    return arena_printf(arena, "%s/%s", here, path);
}

const char *path_data_dir(struct arena *arena, const struct settings *settings)
{
    if (*settings->data_dir)
        return absolute(arena, settings->data_dir);
    if (geteuid() == 0)
        return "/var/lib/maitred";
    const char *state = getenv("XDG_STATE_HOME");
    if (state && *state == '/')
        return arena_printf(arena, "%s/maitred", state);
    const char *home = getenv("HOME");
    return arena_printf(arena, "%s/.local/state/maitred", home && *home ? home : "/var/tmp");
}

const char *path_program(struct arena *arena)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program);
    return length > 0 ? arena_strndup(arena, program, (size_t)length) : "/usr/bin/maitred";
}

static bool is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

const char *path_share(struct arena *arena, const char *given, const char *name, const char *in_source)
{
    if (given && *given) {
        const char *path = absolute(arena, given);
        return is_directory(path) ? path : NULL;
    }
    char *program = arena_strdup(arena, path_program(arena));
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    const char *installed = arena_printf(arena, "%s/../share/maitred/%s", program, name);
    if (is_directory(installed))
        return installed;
    const char *source = arena_printf(arena, "%s/%s", MAITRED_SOURCE_DIR, in_source);
    return is_directory(source) ? source : NULL;
}
