/* Where things lie: the data directory, and what is installed beside the program (or stands in the source tree). */
#ifndef MAITRED_CONFIG_PATHS_H
#define MAITRED_CONFIG_PATHS_H

#include "base/arena.h"
#include "config/settings.h"

/* settings->data_dir, made absolute; by default /var/lib/maitred as root, else $XDG_STATE_HOME/maitred or
 * ~/.local/state/maitred. Nothing is created. */
const char *path_data_dir(struct arena *arena, const struct settings *settings);

/* A folder of the program's own: "db" or "web". `given` (a setting) wins when it is not empty; then
 * <program>/../share/maitred/<name>, then the source tree the program was built from (`in_source` below its root).
 * NULL when none of them is a directory. */
const char *path_share(struct arena *arena, const char *given, const char *name, const char *in_source);

/* The absolute path of the running program. */
const char *path_program(struct arena *arena);

#endif
