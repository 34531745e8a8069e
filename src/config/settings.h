/* Settings: one table. A value comes from the file, then the environment (MAITRED_NAME), then an option (--name).
 *
 * To add a setting, add one row to SETTINGS: field, type, default, least, most, unit, meaning. The option is the
 * field's name with dashes, the environment variable MAITRED_ and the name in capitals. DATABASE_URL is also read
 * without prefix.
 *
 * Types: TEXT (const char *), NUMBER (int64_t), SWITCH (bool). least/most bound numbers; for TEXT they bound the
 * length.
 */
#ifndef MAITRED_CONFIG_SETTINGS_H
#define MAITRED_CONFIG_SETTINGS_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SETTINGS(X)                                                                                                    \
    X(listen_address, TEXT, "127.0.0.1", 1, 255, "", "address to listen on; 0.0.0.0 or :: for every interface")        \
    X(port, NUMBER, "8080", 1, 65535, "", "TCP port")                                                                  \
    X(workers, NUMBER, "0", 0, 256, "processes", "web workers; 0 means one a core")                                    \
    X(data_dir, TEXT, "", 0, 4000, "",                                                                                 \
      "private PostgreSQL and secrets; default /var/lib/maitred as root, the user's state directory otherwise")        \
    X(database_url, SECRET, "", 0, 4000, "", "an existing PostgreSQL 15+; empty starts a private one")                 \
    X(schema, TEXT, "", 0, 1000, "",                                                                                   \
      "serve these schemas (comma-separated, the first is the standard one) of database_url as they are, for every "   \
      "host, "                                                                                                         \
      "without tenants and migrations; needs jwt_secret")                                                              \
    X(extra_search_path, TEXT, "public", 0, 1000, "",                                                                  \
      "with schema only: where types, operators and functions are found besides (comma-separated), such as "           \
      "extensions")                                                                                                    \
    X(anon_role, TEXT, "anon", 0, 63, "",                                                                              \
      "with schema only: whose rights a request without a token has; empty refuses such requests")                     \
    X(role_claim_key, TEXT, ".role", 1, 1000, "",                                                                      \
      "with schema only: where tokens name their role, such as .role or .realm_access.roles[0]")                       \
    X(jwt_audience, TEXT, "", 0, 1000, "", "with schema only: what the claim aud must hold; empty: anything")          \
    X(pre_request, TEXT, "", 0, 200, "",                                                                               \
      "with schema only: a function, schema.name, that is called before each request and may refuse it")               \
    X(jwt_secret, SECRET, "", 0, 4000, "",                                                                             \
      "with schema only: HS256 secret of the tokens, or their public keys as JWK or JWK set; tenants have their own")  \
    X(default_tenant, TEXT, "", 0, 63, "",                                                                             \
      "schema or domain of the tenant that answers unknown hosts; empty answers 404")                                  \
    X(web_dir, TEXT, "", 0, 4000, "", "built pages; default: installed beside the program")                            \
    X(db_dir, TEXT, "", 0, 4000, "", "migrations and functions; default: installed beside the program")                \
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
    X(slow_statement_timeout_ms, NUMBER, "60000", 100, 3600000, "ms", "longest statement of a report or export")       \
    X(body_max_bytes, NUMBER, "8388608", 1024, 1073741824, "bytes", "largest request body")                            \
    X(visitor_body_max_bytes, NUMBER, "1048576", 1024, 1073741824, "bytes",                                            \
      "the same of who has not signed in: no login, a throw-away one, a guest at a table")                             \
    X(text_argument_max_bytes, NUMBER, "65536", 0, 1073741824, "bytes",                                                \
      "longest text that a function is given; 0 is without limit, a function may say otherwise")                       \
    X(text_column_max_bytes, NUMBER, "1048576", 0, 1073741824, "bytes",                                                \
      "longest text written to a column of a table; 0 is without limit")                                               \
    X(uri_max_bytes, NUMBER, "16384", 256, 1048576, "bytes", "longest request line")                                   \
    X(rows_max, NUMBER, "1000", 0, 10000000, "rows", "rows of one REST answer; 0 is without limit")                    \
    X(answer_max_bytes, NUMBER, "67108864", 65536, 4294967296, "bytes", "largest answer that is not streamed")         \
    X(visitor_answer_max_bytes, NUMBER, "1048576", 65536, 4294967296, "bytes",                                         \
      "the same of who has not signed in, for what only reads")                                                        \
    X(customer_answer_max_bytes, NUMBER, "8388608", 65536, 4294967296, "bytes", "the same of customers")               \
    X(embeds_max, NUMBER, "30", 0, 1000, "resources", "resources embedded in one request")                             \
    X(embed_depth_max, NUMBER, "6", 0, 32, "levels", "depth of embedded resources")                                    \
    X(connection_timeout_s, NUMBER, "30", 1, 3600, "s", "an idle or slow client is disconnected after this time")      \
    X(connections_max, NUMBER, "10000", 10, 1000000, "connections", "client connections a worker accepts")             \
    X(connections_per_address_max, NUMBER, "0", -1, 1000000, "connections",                                            \
      "of one address to a worker; -1 is without limit, 0 is 500 for all but this machine itself and trusted_proxies") \
    X(drain_timeout_s, NUMBER, "20", 0, 3600, "s", "how long a stopping daemon finishes requests")                     \
    X(realtime, SWITCH, "on", 0, 0, "", "channels: changes, broadcast and presence under /realtime/v1")                \
    X(daemon_name, TEXT, "", 0, 40, "",                                                                                \
      "of this daemon among those of the database: a-z, 0-9, _; default local, or made from host name and port")       \
    X(realtime_history_bytes, NUMBER, "16777216", 65536, 4294967295, "bytes",                                          \
      "changes kept for clients that come back, by size")                                                              \
    X(realtime_history_s, NUMBER, "300", 1, 86400, "s", "changes kept for clients that come back, by age")             \
    X(realtime_slot_idle_s, NUMBER, "3600", 60, 31536000, "s",                                                         \
      "a replication slot whose daemon is gone is dropped after this time")                                            \
    X(realtime_channels_max, NUMBER, "100", 1, 100000, "channels", "channels that one WebSocket may join")             \
    X(realtime_joins_per_s, NUMBER, "50", 1, 100000, "joins", "joins a second of one WebSocket")                       \
    X(realtime_messages_per_s, NUMBER, "100", 1, 1000000, "messages", "messages a second of one WebSocket")            \
    X(realtime_message_bytes, NUMBER, "1048576", 1024, 67108864, "bytes", "largest message of a WebSocket client")     \
    X(realtime_received_bytes_per_s, NUMBER, "1048576", 1024, 1073741824, "bytes",                                     \
      "bytes a second of one WebSocket, four times that at once")                                                      \
    X(realtime_spread_bytes_per_s, NUMBER, "4194304", 1024, 4294967296, "bytes",                                       \
      "broadcast by one WebSocket of a visitor or customer, times those who hear it")                                  \
    X(realtime_tenant_spread_bytes_per_s, NUMBER, "33554432", 1024, 4294967296, "bytes",                               \
      "the same by all of them in one tenant, in each worker")                                                         \
    X(realtime_pending_bytes, NUMBER, "4194304", 65536, 1073741824, "bytes", "who reads slower is dropped")            \
    X(realtime_public_channels, SWITCH, "on", 0, 0, "", "whether channels without private: true may be joined")        \
    X(hang_timeout_s, NUMBER, "60", 0, 86400, "s",                                                                     \
      "a process whose loop stands still for so long is killed and started again; 0 never")                            \
    X(tls_certificate, TEXT, "", 0, 4000, "", "PEM file; with tls_key switches TLS on")                                \
    X(tls_key, TEXT, "", 0, 4000, "", "PEM file")                                                                      \
    X(trusted_proxies, TEXT, "", 0, 4000, "", "addresses (comma-separated) whose X-Forwarded-For is believed")         \
    X(cors_origins, TEXT, "*", 0, 4000, "", "origins (comma-separated) that browsers may call from; * for all")        \
    X(platform_token, SECRET, "", 0, 500, "", "bearer token of /api/v1/sys; empty: one is made in the data directory") \
    X(metrics_token, SECRET, "", 0, 500, "",                                                                           \
      "bearer token of /metrics from elsewhere; without it only this machine itself sees them")                        \
    X(disk_free_min_bytes, NUMBER, "67108864", 0, 1125899906842624, "bytes",                                           \
      "with less room on the private PostgreSQL's disk /readyz says no; 0 never")                                      \
    X(token_lifetime_s, NUMBER, "3600", 60, 604800, "s", "an access token lives this long")                            \
    X(bcrypt_cost, NUMBER, "10", 4, 16, "", "password hashing: each step doubles its time")                            \
    X(net_proxy, SECRET, "", 0, 1000, "",                                                                              \
      "proxy for what goes out over HTTP (http://host:port); it must guard private addresses itself")                  \
    X(net_ca_file, TEXT, "", 0, 4000, "",                                                                              \
      "PEM file of the authorities that servers outside are believed by; empty: the system's")                         \
    X(net_private, SWITCH, "off", 0, 0, "",                                                                            \
      "what goes out may go to private addresses and over plain HTTP (development)")                                   \
    X(oidc_insecure, SWITCH, "off", 0, 0, "",                                                                          \
      "sign-in providers over plain HTTP and at private addresses (development)")                                      \
    X(hooks_test, SWITCH, "off", 0, 0, "",                                                                             \
      "whether the provider test may call /hooks/v1/test (development; src/incoming)")                                 \
    X(sync_private, SWITCH, "off", 0, 0, "", "calendars of other portals at private addresses too (development)")      \
    X(stripe_url, TEXT, "https://api.stripe.com", 8, 1000, "", "where Stripe's API is (tests)")                        \
    X(sms_url, SECRET, "", 0, 1000, "", "where text messages are posted as JSON; empty writes them to outbox_dir")     \
    X(public_cache_ms, NUMBER, "1000", 0, 600000, "ms",                                                                \
      "how long a public answer is kept in a worker; 0 switches off")                                                  \
    X(public_cache_watched_ms, NUMBER, "30000", 0, 600000, "ms",                                                       \
      "the same, while no table that the answer reads has changed")                                                    \
    X(tx_end, TEXT, "commit", 6, 32, "",                                                                               \
      "how a request ends: commit or rollback; with -allow-override behind it Prefer: tx= may say otherwise (tests)")  \
    X(explain, SWITCH, "off", 0, 0, "", "whether vnd.pgrst.plan is answered")                                          \
    X(jobs_concurrency, NUMBER, "4", 1, 64, "jobs", "jobs one job worker runs at once")                                \
    X(migrate_parallel, NUMBER, "4", 1, 64, "tenants", "tenants migrated at once")                                     \
    X(smtp_url, SECRET, "", 0, 1000, "", "smtp://user:password@host:port; empty writes mails to outbox_dir")           \
    X(smtp_tls, SWITCH, "off", 0, 0, "",                                                                               \
      "mails over TLS or not at all; always so where a password would go over the network")                            \
    X(smtp_oauth_url, TEXT, "", 0, 1000, "",                                                                           \
      "token endpoint: the user of smtp_url signs in by XOAUTH2 instead of a password")                                \
    X(smtp_oauth_client, TEXT, "", 0, 500, "", "client id there")                                                      \
    X(smtp_oauth_secret, SECRET, "", 0, 2000, "", "client secret there")                                               \
    X(smtp_oauth_scope, TEXT, "", 0, 500, "", "scope, such as https://outlook.office365.com/.default")                 \
    X(smtp_oauth_refresh_token, SECRET, "", 0, 4000, "",                                                               \
      "where it takes a refresh token; empty: the client's own credentials")                                           \
    X(mail_from, TEXT, "maitred@localhost", 3, 320, "", "sender of mails")                                             \
    X(outbox_dir, TEXT, "", 0, 4000, "", "where mails and messages go without a server; default outbox in data_dir")   \
    X(site_url, TEXT, "", 0, 1000, "",                                                                                 \
      "public address, for links in mails, with {domain} for the tenant's; default domain and port of the daemon")     \
    X(log_level, TEXT, "info", 1, 10, "", "debug, info, warning or error")                                             \
    X(log_json, SWITCH, "off", 0, 0, "", "log as JSON instead of logfmt")                                              \
    X(access_log, SWITCH, "on", 0, 0, "", "one line a request")

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
