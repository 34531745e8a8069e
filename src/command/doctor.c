/* maitred doctor: what a new user stumbles over, looked at in the order in which it would hurt. */
#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "config/paths.h"
#include "pg/direct.h"
#include "tenant/migrate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum verdict { GOOD, NOTE, BAD };

struct findings {
    struct cli *cli;
    struct json_writer json;
    size_t count[3];
};

static void report(struct findings *f, enum verdict verdict, const char *what, const char *found, const char *advice)
{
    static const char *const words[] = {"ok", "note", "problem"};
    static const char *const marks[] = {"ok     ", "note   ", "PROBLEM"};
    f->count[verdict]++;
    json_open(&f->json, '{');
    json_key(&f->json, "check");
    json_text(&f->json, what);
    json_key(&f->json, "verdict");
    json_text(&f->json, words[verdict]);
    json_key(&f->json, "found");
    json_text(&f->json, found);
    json_key(&f->json, "advice");
    json_text(&f->json, verdict == GOOD ? NULL : advice);
    json_close(&f->json, '}');
    if (f->cli->json)
        return;
    printf("%s  %-16s %s\n", marks[verdict], what, found);
    if (verdict != GOOD && advice)
        printf("%27s%s\n", "", advice);
}

static void check_files(struct findings *f)
{
    struct cli *cli = f->cli;
    const char *db = path_share(cli->arena, cli->settings.db_dir, "db", "db");
    report(f, db ? GOOD : BAD, "migrations", db ? db : "not found",
           "Name the directory with --db-dir, or install maitred again.");
    const char *web = path_share(cli->arena, cli->settings.web_dir, "web", "web/dist");
    report(f, web ? GOOD : NOTE, "pages", web ? web : "not built",
           "Build them: script/setup, or `npm ci && npm run build` in web/. The API works without.");
    if (*cli->settings.tls_certificate) {
        bool readable = access(cli->settings.tls_certificate, R_OK) == 0 && access(cli->settings.tls_key, R_OK) == 0;
        report(f, readable ? GOOD : BAD, "TLS", cli->settings.tls_certificate,
               "The certificate or its key cannot be read.");
    }
}

static void check_data_dir(struct findings *f)
{
    struct arena *arena = f->cli->arena;
    const char *dir = path_data_dir(arena, &f->cli->settings);
    const char *there = dir;
    struct statvfs disk;
    struct stat info;
    while (stat(there, &info) != 0 && strrchr(there, '/') && strrchr(there, '/') != there)
        there = arena_strndup(arena, there, (size_t)(strrchr(there, '/') - there));
    if (stat(there, &info) != 0)
        there = "/";
    if (access(there, W_OK) != 0) {
        report(f, BAD, "data directory", arena_printf(arena, "%s: %s", there, strerror(errno)),
               "Choose one that you may write with --data-dir, or run as its owner.");
        return;
    }
    report(f, GOOD, "data directory", dir, NULL);
    if (statvfs(there, &disk) == 0) {
        double free_gb = (double)disk.f_bavail * (double)disk.f_frsize / 1e9;
        report(f,
               free_gb < 1   ? BAD
               : free_gb < 5 ? NOTE
                             : GOOD,
               "disk", arena_printf(arena, "%.1f GB free", free_gb),
               "PostgreSQL stops when the disk is full: make room.");
    }
    const char *token = arena_printf(arena, "%s/platform.token", dir);
    if (stat(token, &info) == 0 && (info.st_mode & 077) != 0)
        report(f, BAD, "platform token", arena_printf(arena, "%s is readable by others", token),
               "chmod 600 it, and make a new one by deleting it.");
}

/* Whether somebody listens: the daemon, or somebody else on its port. */
static void check_port(struct findings *f)
{
    struct cli *cli = f->cli;
    const char *address = arena_printf(cli->arena, "%s port %d", cli->settings.listen_address, (int)cli->settings.port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *found = NULL;
    const char *port = arena_printf(cli->arena, "%d", (int)cli->settings.port);
    bool everywhere = text_eq(cli->settings.listen_address, "0.0.0.0") || text_eq(cli->settings.listen_address, "::");
    if (getaddrinfo(everywhere ? "127.0.0.1" : cli->settings.listen_address, port, &hints, &found) != 0) {
        report(f, BAD, "address", address, "listen_address is no address of this machine.");
        return;
    }
    char answer[64] = "";
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval patience = {.tv_sec = 2};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool taken = connect(fd, found->ai_addr, found->ai_addrlen) == 0;
    if (taken) {
        static const char request[] = "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n";
        if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0 && recv(fd, answer, sizeof answer - 1, 0) < 0)
            answer[0] = '\0';
    }
    (void)close(fd);
    freeaddrinfo(found);
    if (!taken)
        report(f, GOOD, "port", arena_printf(cli->arena, "%s is free", address), NULL);
    else if (strstr(answer, " 200"))
        report(f, GOOD, "daemon", arena_printf(cli->arena, "answers at %s", address), NULL);
    else
        report(f, BAD, "port", arena_printf(cli->arena, "%s is taken by another program", address),
               "Choose another with --port.");
}

static void check_migrations(struct findings *f, const char *conninfo)
{
    struct cli *cli = f->cli;
    const struct migrate_options options = {.db_dir = path_share(cli->arena, cli->settings.db_dir, "db", "db"),
                                            .to = -1};
    struct migrate_state *states = NULL;
    size_t count = 0, pending = 0, edited = 0, failed = 0;
    struct error error;
    if (migrate_status(cli->arena, conninfo, &options, &states, &count, &error) != OK) {
        report(f, BAD, "migrations", error.message, error.hint);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        pending += states[i].pending;
        edited += states[i].edited;
        failed += states[i].error != NULL;
    }
    if (edited)
        report(f, BAD, "migrations", arena_printf(cli->arena, "%zu were edited after they had been applied", edited),
               "Take the edits back and write new migrations; `maitred migrate status` says which.");
    else if (failed)
        report(f, BAD, "migrations", "the last run failed for some tenants", "`maitred migrate status` says why.");
    else
        report(f, pending ? NOTE : GOOD, "migrations", arena_printf(cli->arena, "%zu pending", pending),
               "`maitred migrate up` applies them; `maitred serve` does it at its start.");
}

static void check_server(struct findings *f, PGconn *conn, bool is_private)
{
    struct cli *cli = f->cli;
    PGresult *r = NULL;
    struct error error;
    enum err err =
        direct_query(cli->arena, conn,
                     "select current_setting('server_version'), current_setting('wal_level'),"
                     " current_setting('max_connections')::int, current_setting('max_locks_per_transaction')::int,"
                     " (select string_agg(n, ', ') from unnest('{pgcrypto,btree_gist,pg_trgm,uuid-ossp}'::text[]) n"
                     "   where n not in (select name from pg_available_extensions)),"
                     " abs(extract(epoch from clock_timestamp()) - $1::float8)::int",
                     1, (const char *const[]){arena_printf(cli->arena, "%lld", (long long)time(NULL))}, &r, &error);
    if (err != OK) {
        report(f, BAD, "PostgreSQL", error.message, error.hint);
        return;
    }
    report(f, GOOD, "PostgreSQL",
           arena_printf(cli->arena, "%s, %s", direct_text(r, 0, 0), is_private ? "private" : "by database_url"), NULL);
    if (!text_eq(direct_text(r, 0, 1), "logical"))
        report(f, NOTE, "wal_level", direct_text(r, 0, 1),
               "Realtime needs wal_level = logical and a restart of PostgreSQL.");
    if (strtol(direct_text(r, 0, 3), NULL, 10) < 256)
        report(f, NOTE, "locks", arena_printf(cli->arena, "max_locks_per_transaction is %s", direct_text(r, 0, 3)),
               "Making or dropping a tenant touches hundreds of relations at once: set it to 1024.");
    if (*direct_text(r, 0, 4))
        report(f, BAD, "extensions", arena_printf(cli->arena, "not available: %s", direct_text(r, 0, 4)),
               "apt-get install postgresql-contrib");
    if (strtol(direct_text(r, 0, 5), NULL, 10) > 5)
        report(f, NOTE, "clocks", arena_printf(cli->arena, "the server's differs by %s s", direct_text(r, 0, 5)),
               "Tokens and bookings depend on the time: run NTP on both.");
}

/* What PostgreSQL writes into its own log of what clients send. */
static void check_log(struct findings *f, PGconn *conn)
{
    struct error error;
    PGresult *r = NULL;
    if (direct_query(
            f->cli->arena, conn,
            "select current_setting('log_min_messages') in ('fatal', 'panic') or exists ("
            " select from pg_db_role_setting where setrole = to_regrole('authenticator')"
            "  and setconfig && '{log_min_messages=fatal,log_min_messages=panic}'),"
            " current_setting('log_parameter_max_length_on_error') = '0'"
            "  and current_setting('log_min_duration_statement') = '-1' and current_setting('log_statement') = 'none'",
            0, NULL, &r, &error) != OK)
        return;
    bool quiet = text_eq(direct_text(r, 0, 0), "t"), bare = text_eq(direct_text(r, 0, 1), "t");
    report(f, quiet && bare ? GOOD : NOTE, "PostgreSQL's log",
           quiet && bare ? "holds nothing that clients send"
           : quiet       ? "holds statements or their parameters"
                         : "holds values that clients send wrongly",
           quiet
               ? "Set log_statement = none, log_min_duration_statement = -1, log_parameter_max_length_on_error = 0."
               : "As a superuser: alter role authenticator set log_min_messages = fatal. Give log files a limit, too.");
}

/* What realtime needs of the server beside wal_level, and what its slots cost. */
static void check_decoding(struct findings *f, PGconn *conn)
{
    struct arena *arena = f->cli->arena;
    struct error error;
    PGresult *r = NULL;
    if (!f->cli->settings.realtime) {
        report(f, GOOD, "realtime", "switched off", NULL);
        return;
    }
    if (direct_query(
            arena, conn,
            "select rolreplication or rolsuper, current_setting('max_replication_slots')::int - count(slot_name),"
            " count(slot_name) filter (where starts_with(slot_name, 'maitred_') and active),"
            " count(slot_name) filter (where starts_with(slot_name, 'maitred_') and not active),"
            " coalesce(round(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))"
            "   filter (where starts_with(slot_name, 'maitred_')) / 1048576), 0),"
            " count(slot_name) filter (where wal_status = 'lost'), current_setting('max_slot_wal_keep_size')"
            " from pg_roles left join pg_replication_slots on true where rolname = current_user"
            " group by rolreplication, rolsuper",
            0, NULL, &r, &error) != OK) {
        report(f, NOTE, "logical decoding", error.message, error.hint);
        return;
    }
    const char *found = arena_printf(arena, "%s slots read, %s waiting, %s MB of WAL kept", direct_text(r, 0, 2),
                                     direct_text(r, 0, 3), direct_text(r, 0, 4));
    if (*direct_text(r, 0, 0) != 't')
        report(f, NOTE, "logical decoding", "the role may not read the WAL",
               "Realtime changes need it: alter role … replication.");
    else if (text_eq(direct_text(r, 0, 2), "0") && strtol(direct_text(r, 0, 1), NULL, 10) <= 0)
        report(f, NOTE, "logical decoding", "no replication slot is left", "Raise max_replication_slots.");
    else if (!text_eq(direct_text(r, 0, 5), "0"))
        report(f, NOTE, "logical decoding", arena_printf(arena, "%s slots have lost WAL", direct_text(r, 0, 5)),
               "A daemon makes its own anew; drop the others: select pg_drop_replication_slot(…).");
    else if (text_eq(direct_text(r, 0, 6), "-1"))
        report(f, NOTE, "logical decoding", found,
               "Set max_slot_wal_keep_size: without it a slot that nobody reads fills the disk.");
    else
        report(f, GOOD, "logical decoding", found, NULL);
}

static void check_contents(struct findings *f, PGconn *conn)
{
    struct arena *arena = f->cli->arena;
    struct error error;
    PGresult *r = NULL;
    if (direct_query(
            arena, conn,
            "select (select count(*) from public.tenants), (select count(*) from public.tenants where status = "
            "'suspended'),"
            " (select count(*) from maitred.jobs where status = 'dead'),"
            " (select count(*) from maitred.jobs where status = 'waiting' and run_at < now() - interval '10 minutes')",
            0, NULL, &r, &error) != OK)
        return; /* not migrated yet, which has been said */
    report(f, text_eq(direct_text(r, 0, 0), "0") ? NOTE : GOOD, "tenants",
           arena_printf(arena, "%s, of them suspended %s", direct_text(r, 0, 0), direct_text(r, 0, 1)),
           "Make one: `maitred tenant create`, or `maitred demo`.");
    report(f, text_eq(direct_text(r, 0, 2), "0") ? GOOD : NOTE, "jobs",
           arena_printf(arena, "%s dead", direct_text(r, 0, 2)),
           "`maitred jobs list --status dead` says why; `maitred jobs retry` runs one again.");
    if (!text_eq(direct_text(r, 0, 3), "0"))
        report(f, NOTE, "queue", arena_printf(arena, "%s jobs wait for more than ten minutes", direct_text(r, 0, 3)),
               "Does `maitred serve` run? Jobs of an unknown kind wait for a newer version.");
}

/* Columns that somebody added where grants are lists of columns, on a server that lets us make no event trigger. */
static void check_columns(struct findings *f, PGconn *conn)
{
    struct arena *arena = f->cli->arena;
    struct error error;
    PGresult *r = NULL;
    if (direct_query(arena, conn,
                     "select count(*), min(schema_name || '.' || table_name || '.' || column_name), min(schema_name)"
                     " from app.unreadable_columns()",
                     0, NULL, &r, &error) != OK)
        return; /* not migrated yet, which has been said */
    if (text_eq(direct_text(r, 0, 0), "0"))
        report(f, GOOD, "columns", "all are readable as their tables are", NULL);
    else
        report(f, NOTE, "columns",
               arena_printf(arena, "%s readable by nobody, such as %s", direct_text(r, 0, 0), direct_text(r, 0, 1)),
               arena_printf(arena, "`maitred psql %s -c 'select app.extend_column_grants()'` grants them.",
                            direct_text(r, 0, 2)));
}

static void check_mail(struct findings *f)
{
    const struct settings *settings = &f->cli->settings;
    if (*settings->smtp_url)
        report(f, GOOD, "mail", "by smtp_url", NULL);
    else
        report(f, NOTE, "mail", arena_printf(f->cli->arena, "written to %s/outbox, sent to nobody", settings->data_dir),
               "Set smtp_url to send it.");
}

enum exit_code command_doctor(struct cli *cli)
{
    struct buf out;
    buf_init(&out, (size_t)1024 * 1024);
    struct findings f = {.cli = cli, .json = json_writer(&out)};
    struct database database;
    struct error error;
    json_open(&f.json, '[');
    check_files(&f);
    if (!*cli->settings.database_url)
        check_data_dir(&f);
    check_port(&f);
    check_mail(&f);
    PGconn *conn = NULL;
    if (cli_database(cli, &database, &error) != OK) {
        report(&f, BAD, "PostgreSQL", error.message, error.hint);
    } else {
        if (direct_open(cli->arena, database.owner_conninfo, &conn, &error) == OK) {
            check_server(&f, conn, database.is_private);
            check_log(&f, conn);
            check_decoding(&f, conn);
            check_migrations(&f, database.owner_conninfo);
            check_contents(&f, conn);
            check_columns(&f, conn);
        } else {
            report(&f, BAD, "PostgreSQL", error.message, error.hint);
        }
        cli_disconnect(&database, conn);
    }
    json_close(&f.json, ']');
    if (cli->json)
        printf("%s\n", buf_cstr(&out));
    else
        printf("\n%zu fine, %zu to note, %zu problems.\n", f.count[GOOD], f.count[NOTE], f.count[BAD]);
    buf_release(&out);
    return f.count[BAD] ? EXIT_FAILED : EXIT_DONE;
}
