/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_HTTP_SETTINGS_ROWS_H
#define MAITRED_HTTP_SETTINGS_ROWS_H

#define HTTP_SETTINGS(X)                                                                                               \
    X(body_max_bytes, NUMBER, "8388608", 1024, 1073741824, "bytes", "largest request body")                            \
    X(visitor_body_max_bytes, NUMBER, "1048576", 1024, 1073741824, "bytes",                                            \
      "the same of who has not signed in: no login, a throw-away one, a guest at a table")                             \
    X(uri_max_bytes, NUMBER, "16384", 256, 1048576, "bytes", "longest request line")                                   \
    X(connection_timeout_s, NUMBER, "30", 1, 3600, "s", "an idle or slow client is disconnected after this time")      \
    X(connections_max, NUMBER, "10000", 10, 1000000, "connections", "client connections a worker accepts")             \
    X(connections_per_address_max, NUMBER, "0", -1, 1000000, "connections",                                            \
      "of one address to a worker; -1 is without limit, 0 is 500 for all but this machine itself and trusted_proxies") \
    X(tls_certificate, TEXT, "", 0, 4000, "", "PEM file; with tls_key switches TLS on")                                \
    X(tls_key, TEXT, "", 0, 4000, "", "PEM file")                                                                      \
    X(trusted_proxies, TEXT, "", 0, 4000, "", "addresses (comma-separated) whose X-Forwarded-For is believed")         \
    X(cors_origins, TEXT, "*", 0, 4000, "", "origins (comma-separated) that browsers may call from; * for all")        \
    X(access_log, SWITCH, "on", 0, 0, "", "one line a request")

#endif
