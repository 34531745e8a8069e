/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_INCOMING_SETTINGS_ROWS_H
#define MAITRED_INCOMING_SETTINGS_ROWS_H

#define INCOMING_SETTINGS(X)                                                                                           \
    X(hooks_test, SWITCH, "off", 0, 0, "",                                                                             \
      "whether the provider test may call /hooks/v1/test (development; src/incoming)")

#endif
