/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_PLATFORM_SETTINGS_ROWS_H
#define MAITRED_PLATFORM_SETTINGS_ROWS_H

#define PLATFORM_SETTINGS(X)                                                                                           \
    X(platform_token, SECRET, "", 0, 500, "", "bearer token of /api/v1/sys; empty: one is made in the data directory")

#endif
