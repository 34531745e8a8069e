/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_PG_SETTINGS_ROWS_H
#define MAITRED_PG_SETTINGS_ROWS_H

#define PG_SETTINGS(X)                                                                                                 \
    X(database_url, SECRET, "", 0, 4000, "", "an existing PostgreSQL 15+; empty starts a private one")                 \
    X(db_connections, NUMBER, "8", 1, 200, "connections", "database connections a web worker keeps")                   \
    X(db_slow_connections, NUMBER, "2", 1, 50, "connections", "more of them, for reports and exports")                 \
    X(db_visitor_percent, NUMBER, "50", 1, 99, "%",                                                                    \
      "of the connections of a worker that who has not signed in may take")                                            \
    X(db_pipeline_depth, NUMBER, "8", 1, 64, "requests", "requests that share one connection's pipeline")              \
    X(db_queue, NUMBER, "512", 1, 100000, "requests", "requests waiting for a connection before 503 is answered")      \
    X(db_queue_timeout_ms, NUMBER, "5000", 100, 600000, "ms", "longest wait for a connection")                         \
    X(db_connection_age_s, NUMBER, "3600", 10, 86400, "s", "a connection is replaced after this time")                 \
    X(db_prepared_max, NUMBER, "256", 8, 10000, "statements", "prepared statements kept a connection")                 \
    X(statement_timeout_ms, NUMBER, "8000", 100, 600000, "ms", "longest statement of a request")                       \
    X(slow_statement_timeout_ms, NUMBER, "60000", 100, 3600000, "ms", "longest statement of a report or export")

#endif
