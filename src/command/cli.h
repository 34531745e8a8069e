/* What a command gets, and the table it stands in. To add a command: one function, one row in table.c. */
#ifndef MAITRED_COMMAND_CLI_H
#define MAITRED_COMMAND_CLI_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"
#include "pg/database.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Documented in docs/operations.md and maitred(1). */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,    /* the command line or a setting is wrong */
    EXIT_MISSING = 3,  /* what was named does not exist */
    EXIT_CONFLICT = 4, /* taken, edited, already running */
    EXIT_DATABASE = 5, /* the database cannot be reached */
    EXIT_PARTLY = 6,   /* some tenants failed, the others are done */
};

struct cli_option {
    const char *name;     /* NULL ends a list */
    char letter;          /* 0: none */
    const char *argument; /* NULL: a switch */
    const char *meaning;
};

struct cli;

struct command {
    const char *name;      /* "tenant create" */
    const char *arguments; /* "NAME DOMAIN" */
    const char *summary;   /* one line */
    const char *details;   /* for its help; may be NULL */
    const struct cli_option *options;
    int least, most; /* arguments */
    enum exit_code (*run)(struct cli *cli);
    bool takes_json; /* knows --json */
};

extern const struct command commands[]; /* ends with name == NULL */

enum { CLI_OPTIONS_MAX = 16, CLI_GIVEN_MAX = 64 };

struct cli {
    struct arena *arena;
    const struct command *command;
    struct settings settings;
    const char *config_file;
    const struct setting_option *setting_options;
    size_t setting_option_count;
    bool json;
    const char *values[CLI_OPTIONS_MAX]; /* by index in command->options; "" for a switch that is on */
    struct cli_given_option {
        const char *name, *value;
    } given[CLI_GIVEN_MAX]; /* every own option in the order of the command line, repeated ones too */
    size_t given_count;
    const char *const *arguments; /* NULL-terminated */
    int argument_count;
};

/* The value of an own option; "" for a switch that was given; NULL when it was not. */
const char *cli_value(const struct cli *cli, const char *name);
bool cli_given(const struct cli *cli, const char *name);

/* Writes the error for people (what happened, what to do) and returns the exit code that fits it. */
enum exit_code cli_fail(const struct error *error);
enum exit_code cli_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Opens the database for a command: beside a running daemon, or with the private cluster started for the time. */
enum err cli_database(struct cli *cli, struct database *database, struct error *out) MUST_CHECK;

/* The same with a connection of the owner. Pair: cli_disconnect. */
enum err cli_connect(struct cli *cli, struct database *database, PGconn **conn, struct error *out) MUST_CHECK;
void cli_disconnect(struct database *database, PGconn *conn);

/* Columns of text, as wide as needed; rows * columns cells, NULL reads as empty. The first row is the heading. */
void cli_table(const char *const *cells, size_t rows, size_t columns);

/* `text` and blanks up to `width` cells of the screen, at least one. */
void cli_column(FILE *out, const char *text, size_t width);

/* Asks on the terminal; true for yes. Without a terminal: false. */
bool cli_confirm(const char *question);

/* A password: --password, else asked for without echo, else one line of standard input. NULL: none. */
const char *cli_password(struct cli *cli, const char *prompt);

/* Runs a program and waits; -1 when it could not be started, else its exit code. The terminal's signals go to it. */
int cli_run_program(const char *const argv[], const char *const environment[]);

/* A program of PostgreSQL's, beside the server where that is known, else by PATH. */
const char *cli_postgres_program(struct cli *cli, const struct database *database, const char *name);

/* Commands. */
enum exit_code command_serve(struct cli *cli);
enum exit_code command_migrate_up(struct cli *cli);
enum exit_code command_migrate_down(struct cli *cli);
enum exit_code command_migrate_status(struct cli *cli);
enum exit_code command_tenant_create(struct cli *cli);
enum exit_code command_tenant_list(struct cli *cli);
enum exit_code command_tenant_show(struct cli *cli);
enum exit_code command_tenant_suspend(struct cli *cli);
enum exit_code command_tenant_resume(struct cli *cli);
enum exit_code command_tenant_rename(struct cli *cli);
enum exit_code command_tenant_drop(struct cli *cli);
enum exit_code command_tenant_add_module(struct cli *cli);
enum exit_code command_tenant_export(struct cli *cli);
enum exit_code command_tenant_import(struct cli *cli);
enum exit_code command_user_create(struct cli *cli);
enum exit_code command_user_import(struct cli *cli);
enum exit_code command_types(struct cli *cli);
enum exit_code command_psql(struct cli *cli);
enum exit_code command_demo(struct cli *cli);
enum exit_code command_integration_set(struct cli *cli);
enum exit_code command_integration_list(struct cli *cli);
enum exit_code command_integration_test(struct cli *cli);
enum exit_code command_secrets_turn(struct cli *cli);
enum exit_code command_jobs_list(struct cli *cli);
enum exit_code command_jobs_retry(struct cli *cli);
enum exit_code command_jobs_cancel(struct cli *cli);
enum exit_code command_jobs_kinds(struct cli *cli);
enum exit_code command_jobs_work(struct cli *cli);
enum exit_code command_jobs_run_once(struct cli *cli);
enum exit_code command_config(struct cli *cli);
enum exit_code command_doctor(struct cli *cli);
enum exit_code command_version(struct cli *cli);
enum exit_code command_completion(struct cli *cli);
enum exit_code command_help(struct cli *cli);

#endif
