/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_PRINT_SETTINGS_ROWS_H
#define MAITRED_PRINT_SETTINGS_ROWS_H

#define PRINT_SETTINGS(X)                                                                                              \
    X(print_networks, TEXT, "", 0, 2000, "",                                                                           \
      "networks in which printers are reached by TCP, such as 192.168.10.0/24,fd00::/8; empty: none")

#endif
