/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_SERVE_SETTINGS_ROWS_H
#define MAITRED_SERVE_SETTINGS_ROWS_H

#define SERVE_SETTINGS(X)                                                                                              \
    X(listen_address, TEXT, "127.0.0.1", 1, 255, "", "address to listen on; 0.0.0.0 or :: for every interface")        \
    X(port, NUMBER, "8080", 1, 65535, "", "TCP port")                                                                  \
    X(workers, NUMBER, "0", 0, 256, "processes", "web workers; 0 means one a core")                                    \
    X(drain_timeout_s, NUMBER, "20", 0, 3600, "s", "how long a stopping daemon finishes requests")                     \
    X(daemon_name, TEXT, "", 0, 40, "",                                                                                \
      "of this daemon among those of the database: a-z, 0-9, _; default local, or made from host name and port")       \
    X(hang_timeout_s, NUMBER, "60", 0, 86400, "s",                                                                     \
      "a process whose loop stands still for so long is killed and started again; 0 never")                            \
    X(metrics_token, SECRET, "", 0, 500, "",                                                                           \
      "bearer token of /metrics from elsewhere; without it only this machine itself sees them")                        \
    X(disk_free_min_bytes, NUMBER, "67108864", 0, 1125899906842624, "bytes",                                           \
      "with less room on the private PostgreSQL's disk /readyz says no; 0 never")

#endif
