/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_CONFIG_SETTINGS_ROWS_H
#define MAITRED_CONFIG_SETTINGS_ROWS_H

#define CONFIG_SETTINGS(X)                                                                                             \
    X(data_dir, TEXT, "", 0, 4000, "",                                                                                 \
      "private PostgreSQL and secrets; default /var/lib/maitred as root, the user's state directory otherwise")        \
    X(web_dir, TEXT, "", 0, 4000, "", "built pages; default: installed beside the program")                            \
    X(db_dir, TEXT, "", 0, 4000, "", "migrations and functions; default: installed beside the program")                \
    X(log_level, TEXT, "info", 1, 10, "", "debug, info, warning or error")                                             \
    X(log_json, SWITCH, "off", 0, 0, "", "log as JSON instead of logfmt")

#endif
