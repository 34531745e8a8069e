/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_SYNC_SETTINGS_ROWS_H
#define MAITRED_SYNC_SETTINGS_ROWS_H

#define SYNC_SETTINGS(X)                                                                                               \
    X(sync_private, SWITCH, "off", 0, 0, "", "calendars of other portals at private addresses too (development)")

#endif
