#include "command/cli.h"

#include "base/str.h"
#include "pg/direct.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

const char *cli_value(const struct cli *cli, const char *name)
{
    for (size_t i = 0; cli->command->options && cli->command->options[i].name; i++)
        if (text_eq(cli->command->options[i].name, name))
            return cli->values[i];
    return NULL;
}

bool cli_given(const struct cli *cli, const char *name)
{
    return cli_value(cli, name) != NULL;
}

enum exit_code cli_fail(const struct error *error)
{
    static const struct {
        enum err err;
        enum exit_code code;
    } codes[] = {{ERR_NOT_FOUND, EXIT_MISSING},   {ERR_CONFLICT, EXIT_CONFLICT},    {ERR_BAD_INPUT, EXIT_USAGE},
                 {ERR_DB_CONNECT, EXIT_DATABASE}, {ERR_DB_INTERNAL, EXIT_DATABASE}, {ERR_BUSY, EXIT_CONFLICT}};
    (void)fflush(stdout);
    (void)fprintf(stderr, "maitred: %s\n", error->message);
    if (error->details && *error->details != '{')
        (void)fprintf(stderr, "  %s\n", error->details);
    if (error->hint)
        (void)fprintf(stderr, "  %s\n", error->hint);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].err == error->err)
            return codes[i].code;
    return error->status == 404 ? EXIT_MISSING : error->status == 409 ? EXIT_CONFLICT : EXIT_FAILED;
}

enum exit_code cli_usage(const struct cli *cli, const char *format, ...)
{
    const struct command *c = cli->command;
    if (format) {
        va_list args;
        va_start(args, format);
        (void)fputs("maitred: ", stderr);
        (void)vfprintf(stderr, format, args);
        (void)fputc('\n', stderr);
        va_end(args);
    }
    (void)fprintf(stderr, "usage: maitred %s%s%s%s\n`maitred %s --help` says more.\n", c->name,
                  c->options && c->options->name ? " [options]" : "", c->arguments ? " " : "",
                  c->arguments ? c->arguments : "", c->name);
    return EXIT_USAGE;
}

/* --- The database ------------------------------------------------------------------------------------------------- */

/* A cluster that was started for this command alone stops with it, also on Ctrl-C. kill(2) is all a handler may do; the
 * lock goes with the process. */
static volatile sig_atomic_t started_postmaster;

static void on_interrupt(int signal_number)
{
    if (started_postmaster > 0)
        (void)kill((pid_t)started_postmaster, SIGINT);
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

enum err cli_database(struct cli *cli, struct database *database, struct error *out)
{
    enum err err = database_open(cli->arena, &cli->settings, CLUSTER_COMMAND, database, out);
    if (err == OK && database->is_private && database->cluster.child) {
        const struct sigaction action = {.sa_handler = on_interrupt};
        started_postmaster = database->cluster.pid;
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        sigaction(SIGHUP, &action, NULL);
    }
    return err;
}

enum err cli_connect(struct cli *cli, struct database *database, PGconn **conn, struct error *out)
{
    enum err err = cli_database(cli, database, out);
    *conn = NULL;
    if (err != OK)
        return err;
    err = direct_open(cli->arena, database->owner_conninfo, conn, out);
    if (err == OK)
        err = direct_run(cli->arena, *conn, "set client_min_messages = warning", out);
    PGresult *r = NULL;
    if (err == OK)
        err = direct_query(cli->arena, *conn, "select to_regclass('maitred.functions') is not null", 0, NULL, &r, out);
    if (err == OK && !text_eq(direct_text(r, 0, 0), "t")) {
        err = error_set(out, cli->arena, ERR_CONFLICT, "The database has not been set up yet.");
        out->hint = "Run `maitred migrate up` first (`maitred serve` does it by itself).";
    }
    if (err != OK)
        cli_disconnect(database, *conn);
    return err;
}

void cli_disconnect(struct database *database, PGconn *conn)
{
    PQfinish(conn);
    started_postmaster = 0;
    database_close(database);
}

/* --- The terminal ------------------------------------------------------------------------------------------------- */

/* Cells of the screen: characters, not bytes; what is wide counts twice. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    mbstate_t state = {0};
    for (const char *p = text; *p;) {
        wchar_t c;
        size_t used = mbrtowc(&c, p, strlen(p), &state);
        if (used == 0 || used == (size_t)-1 || used == (size_t)-2)
            return width + strlen(p);
        int cells = wcwidth(c);
        width += cells > 0 ? (size_t)cells : 0;
        p += used;
    }
    return width;
}

void cli_table(const char *const *cells, size_t rows, size_t columns)
{
    size_t widths[16] = {0};
    for (size_t i = 0; i < rows * columns; i++) {
        size_t width = width_of(cells[i] ? cells[i] : "");
        if (width > widths[i % columns])
            widths[i % columns] = width;
    }
    for (size_t i = 0; i < rows * columns; i++) {
        const char *cell = cells[i] ? cells[i] : "";
        bool last = (i + 1) % columns == 0;
        printf("%s%*s%s", cell, last ? 0 : (int)(widths[i % columns] - width_of(cell) + 2), "", last ? "\n" : "");
    }
}

void cli_column(FILE *out, const char *text, size_t width)
{
    size_t used = width_of(text);
    (void)fprintf(out, "%s%*s", text, used < width ? (int)(width - used) : 1, "");
}

bool cli_confirm(const char *question)
{
    char answer[16] = "";
    if (!isatty(STDIN_FILENO))
        return false;
    (void)fprintf(stderr, "%s [y/N] ", question);
    if (!fgets(answer, sizeof answer, stdin))
        return false;
    return answer[0] == 'y' || answer[0] == 'Y';
}

const char *cli_password(struct cli *cli, const char *prompt)
{
    const char *given = cli_value(cli, "password");
    char line[1024] = "";
    if (given)
        return given;
    struct termios before, silent;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        (void)fprintf(stderr, "%s: ", prompt);
        silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    bool read = fgets(line, sizeof line, stdin) != NULL;
    if (terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        (void)fputc('\n', stderr);
    }
    line[strcspn(line, "\r\n")] = '\0';
    return read && *line ? arena_strdup(cli->arena, line) : NULL;
}

/* --- Programs ----------------------------------------------------------------------------------------------------- */

int cli_run_program(const char *const argv[], const char *const environment[])
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction interrupt, quit;
    (void)fflush(stdout);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t pid = fork();
    if (pid == 0) {
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGQUIT, SIG_DFL);
        for (size_t i = 0; environment && environment[i]; i++)
            (void)putenv((char *)(uintptr_t)environment[i]);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        (void)fprintf(stderr, "maitred: %s cannot be run: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    if (pid < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

const char *cli_postgres_program(struct cli *cli, const struct database *database, const char *name)
{
    if (database->is_private && database->cluster.program_dir)
        return arena_printf(cli->arena, "%s/%s", database->cluster.program_dir, name);
    return name;
}
