/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_REST_SETTINGS_ROWS_H
#define MAITRED_REST_SETTINGS_ROWS_H

#define REST_SETTINGS(X)                                                                                               \
    X(schema, TEXT, "", 0, 1000, "",                                                                                   \
      "serve these schemas (comma-separated, the first is the standard one) of database_url as they are, for every "   \
      "host, "                                                                                                         \
      "without tenants and migrations; needs jwt_secret")                                                              \
    X(extra_search_path, TEXT, "public", 0, 1000, "",                                                                  \
      "with schema only: where types, operators and functions are found besides (comma-separated), such as "           \
      "extensions")                                                                                                    \
    X(pre_request, TEXT, "", 0, 200, "",                                                                               \
      "with schema only: a function, schema.name, that is called before each request and may refuse it")               \
    X(text_argument_max_bytes, NUMBER, "65536", 0, 1073741824, "bytes",                                                \
      "longest text that a function is given; 0 is without limit, a function may say otherwise")                       \
    X(text_column_max_bytes, NUMBER, "1048576", 0, 1073741824, "bytes",                                                \
      "longest text written to a column of a table; 0 is without limit")                                               \
    X(rows_max, NUMBER, "1000", 0, 10000000, "rows", "rows of one REST answer; 0 is without limit")                    \
    X(answer_max_bytes, NUMBER, "67108864", 65536, 4294967296, "bytes", "largest answer that is not streamed")         \
    X(visitor_answer_max_bytes, NUMBER, "1048576", 65536, 4294967296, "bytes",                                         \
      "the same of who has not signed in, for what only reads")                                                        \
    X(customer_answer_max_bytes, NUMBER, "8388608", 65536, 4294967296, "bytes", "the same of customers")               \
    X(embeds_max, NUMBER, "30", 0, 1000, "resources", "resources embedded in one request")                             \
    X(embed_depth_max, NUMBER, "6", 0, 32, "levels", "depth of embedded resources")                                    \
    X(public_cache_ms, NUMBER, "1000", 0, 600000, "ms",                                                                \
      "how long a public answer is kept in a worker; 0 switches off")                                                  \
    X(public_cache_watched_ms, NUMBER, "30000", 0, 600000, "ms",                                                       \
      "the same, while no table that the answer reads has changed")                                                    \
    X(tx_end, TEXT, "commit", 6, 32, "",                                                                               \
      "how a request ends: commit or rollback; with -allow-override behind it Prefer: tx= may say otherwise (tests)")  \
    X(explain, SWITCH, "off", 0, 0, "", "whether vnd.pgrst.plan is answered")

#endif
