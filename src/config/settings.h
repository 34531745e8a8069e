/* Settings: one table, put together from the rooms' own. A value comes from the file, then the environment
 * (MAITRED_NAME), then an option (--name).
 *
 * To add a setting, add one row to settings_rows.h of the room that reads it: field, type, default, least, most, unit,
 * meaning. The option is the field's name with dashes, the environment variable MAITRED_ and the name in capitals.
 * DATABASE_URL is also read without prefix. A room with its first setting is included and listed below; such a header
 * holds rows and nothing else, so that this room knows no other (tests/lint/rooms.sh).
 *
 * Types: TEXT (const char *), NUMBER (int64_t), SWITCH (bool). least/most bound numbers; for TEXT they bound the
 * length.
 */
#ifndef MAITRED_CONFIG_SETTINGS_H
#define MAITRED_CONFIG_SETTINGS_H

#include "auth/settings_rows.h"
#include "base/arena.h"
#include "base/error.h"
#include "bots/settings_rows.h"
#include "config/settings_rows.h"
#include "http/settings_rows.h"
#include "incoming/settings_rows.h"
#include "jobs/settings_rows.h"
#include "net/settings_rows.h"
#include "notify/settings_rows.h"
#include "pay/settings_rows.h"
#include "pg/settings_rows.h"
#include "platform/settings_rows.h"
#include "print/settings_rows.h"
#include "realtime/settings_rows.h"
#include "rest/settings_rows.h"
#include "serve/settings_rows.h"
#include "storage/settings_rows.h"
#include "sync/settings_rows.h"
#include "tenant/settings_rows.h"

#include <stdbool.h>
#include <stdint.h>

#define SETTINGS(X)                                                                                                    \
    SERVE_SETTINGS(X)                                                                                                  \
    CONFIG_SETTINGS(X)                                                                                                 \
    PG_SETTINGS(X)                                                                                                     \
    HTTP_SETTINGS(X)                                                                                                   \
    TENANT_SETTINGS(X)                                                                                                 \
    AUTH_SETTINGS(X)                                                                                                   \
    PLATFORM_SETTINGS(X)                                                                                               \
    REST_SETTINGS(X)                                                                                                   \
    REALTIME_SETTINGS(X)                                                                                               \
    STORAGE_SETTINGS(X)                                                                                                \
    NET_SETTINGS(X)                                                                                                    \
    INCOMING_SETTINGS(X)                                                                                               \
    PAY_SETTINGS(X)                                                                                                    \
    BOTS_SETTINGS(X)                                                                                                   \
    NOTIFY_SETTINGS(X)                                                                                                 \
    PRINT_SETTINGS(X)                                                                                                  \
    SYNC_SETTINGS(X)                                                                                                   \
    JOBS_SETTINGS(X)

struct settings {
#define SETTINGS_TEXT                                       const char *
#define SETTINGS_SECRET                                     const char * /* a text that is not shown: it opens doors */
#define SETTINGS_NUMBER                                     int64_t
#define SETTINGS_SWITCH                                     bool
#define X(name, type, fallback, least, most, unit, meaning) SETTINGS_##type name;
    SETTINGS(X)
#undef X
};

enum setting_type { SETTING_TEXT, SETTING_SECRET, SETTING_NUMBER, SETTING_SWITCH };
enum setting_origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_OPTION };

struct setting_info {
    const char *name;
    enum setting_type type;
    const char *fallback;
    int64_t least, most;
    const char *unit, *meaning;
};

/* The table as data, for `maitred config`, help, completion. Ends with name == NULL. */
extern const struct setting_info setting_infos[];

/* A setting given on the command line. */
struct setting_option {
    const char *name, *value;
};

/* Reads file (NULL: MAITRED_CONFIG or /etc/maitred.conf, which may be absent), environment and options into settings.
 * Lines of the file are `name = value`, # starts a comment. Texts live in `arena`. On failure `out` says which setting,
 * where it came from and what would be right; `settings` is untouched. */
enum err settings_load(struct arena *arena, const char *file, const struct setting_option *options, size_t option_count,
                       struct settings *settings, struct error *out) MUST_CHECK;

/* Value as text and where it came from, by table index, of the settings loaded last. */
const char *setting_text(const struct settings *settings, size_t index, struct arena *arena);
enum setting_origin setting_origin(size_t index);
const char *setting_origin_name(enum setting_origin origin);

#endif
