/* maitred jobs list | retry | cancel | kinds | work | run-once */
#include "jobs/jobs.h"

#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "jobs/desk.h"
#include "serve/kinds.h"

#include <stdio.h>
#include <stdlib.h>

enum { JSON_MAX_BYTES = 64 * 1024 * 1024 };

static void print_json(const struct job_row *rows, size_t count, bool as_list)
{
    struct buf out;
    buf_init(&out, JSON_MAX_BYTES);
    struct json_writer w = json_writer(&out);
    if (as_list)
        json_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        jobs_write_json(&w, &rows[i]);
    if (as_list)
        json_close(&w, ']');
    printf("%s\n", buf_cstr(&out));
    buf_release(&out);
}

enum exit_code command_jobs_list(struct cli *cli)
{
    static const char *const heading[] = {"job", "tenant", "kind", "status", "tries", "due", "last error"};
    const char *limit = cli_value(cli, "limit");
    const struct jobs_filter filter = {.status = cli_value(cli, "status"),
                                       .kind = cli_value(cli, "kind"),
                                       .tenant = cli_value(cli, "tenant"),
                                       .limit = limit ? (int)strtol(limit, NULL, 10) : 0};
    struct job_row *rows = NULL;
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    size_t count = 0;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = jobs_list(cli->arena, conn, &filter, &rows, &count, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json) {
        print_json(rows, count, true);
        return EXIT_DONE;
    }
    const char **cells = arena_array(cli->arena, (count + 1) * 7, sizeof *cells);
    memcpy(cells, heading, sizeof heading);
    for (size_t i = 0; i < count; i++) {
        const char *const row[] = {rows[i].id,
                                   rows[i].tenant ? rows[i].tenant : "-",
                                   rows[i].kind,
                                   rows[i].status,
                                   arena_printf(cli->arena, "%s/%s", rows[i].attempts, rows[i].max_attempts),
                                   rows[i].run_at,
                                   rows[i].last_error};
        memcpy(cells + (i + 1) * 7, row, sizeof row);
    }
    cli_table(cells, count + 1, 7);
    return EXIT_DONE;
}

static enum exit_code change(struct cli *cli,
                             enum err (*act)(struct arena *, PGconn *, const char *, struct job_row *, struct error *))
{
    struct database database;
    struct job_row row;
    struct error error;
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    err = act(cli->arena, conn, cli->arguments[0], &row, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json)
        print_json(&row, 1, false);
    else
        printf("%s (%s) is %s.\n", row.id, row.kind, row.status);
    return EXIT_DONE;
}

enum exit_code command_jobs_retry(struct cli *cli)
{
    return change(cli, jobs_retry);
}

enum exit_code command_jobs_cancel(struct cli *cli)
{
    return change(cli, jobs_cancel);
}

static struct jobs_options options_of(const struct cli *cli, const struct database *database)
{
    return (struct jobs_options){
        .settings = &cli->settings, .owner_conninfo = database->owner_conninfo, .kinds = serve_kinds};
}

enum exit_code command_jobs_run_once(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    size_t ran = 0;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    const struct jobs_options options = options_of(cli, &database);
    err = jobs_run_once(cli->arena, &options, &ran, &error);
    cli_disconnect(&database, conn);
    if (err != OK)
        return cli_fail(&error);
    printf(cli->json ? "{\"ran\":%zu}\n" : "%zu jobs ran.\n", ran);
    return EXIT_DONE;
}

enum exit_code command_jobs_work(struct cli *cli)
{
    struct database database;
    struct error error;
    PGconn *conn = NULL;
    enum err err = cli_connect(cli, &database, &conn, &error);
    if (err != OK)
        return cli_fail(&error);
    const struct jobs_options options = options_of(cli, &database);
    int code = jobs_run(&options);
    cli_disconnect(&database, conn);
    return code == 0 ? EXIT_DONE : EXIT_FAILED;
}

enum exit_code command_jobs_kinds(struct cli *cli)
{
    static const char *const heading[] = {"kind", "seconds", "at once", "in order"};
    size_t count = 0;
    for (const struct job_kind *const *table = serve_kinds; *table; table++)
        for (const struct job_kind *kind = *table; kind->name; kind++)
            count++;
    const char **cells = arena_array(cli->arena, (count + 1) * 4, sizeof *cells), **cell = cells + 4;
    memcpy(cells, heading, sizeof heading);
    if (cli->json)
        printf("[");
    for (const struct job_kind *const *table = serve_kinds; *table; table++)
        for (const struct job_kind *kind = *table; kind->name; kind++, cell += 4) {
            cell[0] = kind->name;
            cell[1] = arena_printf(cli->arena, "%d", kind->seconds);
            cell[2] = kind->at_once ? arena_printf(cli->arena, "%d", kind->at_once) : "-";
            cell[3] = kind->in_order ? "yes" : "-";
            if (cli->json)
                printf("%s{\"name\":\"%s\",\"seconds\":%d,\"at_once\":%d,\"in_order\":%s}", cell > cells + 4 ? "," : "",
                       kind->name, kind->seconds, kind->at_once, kind->in_order ? "true" : "false");
        }
    if (cli->json)
        printf("]\n");
    else
        cli_table(cells, count + 1, 4);
    return EXIT_DONE;
}
