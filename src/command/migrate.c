/* maitred migrate up | down | status */
#include "tenant/migrate.h"

#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"
#include "command/progress.h"
#include "config/paths.h"

#include <stdio.h>
#include <stdlib.h>

static struct migrate_options options_of(struct cli *cli, struct progress *progress)
{
    const char *to = cli_value(cli, "to");
    return (struct migrate_options){.db_dir = path_share(cli->arena, cli->settings.db_dir, "db", "db"),
                                    .parallel = (int)cli->settings.migrate_parallel,
                                    .tenant = cli_value(cli, "tenant"),
                                    .module = cli_value(cli, "module"),
                                    .to = to ? (int)strtol(to, NULL, 10) : -1,
                                    .accept_edits = cli_given(cli, "accept-edits"),
                                    .progress = progress ? progress_step : NULL,
                                    .data = progress};
}

static void print_report(const struct cli *cli, const struct migrate_report *r, bool up)
{
    if (cli->json) {
        printf("{\"platform\":%zu,\"functions\":%zu,\"tenants\":%zu,\"tenants_changed\":%zu,\"tenants_failed\":%zu,"
               "\"migrations\":%zu}\n",
               r->platform, r->functions, r->tenants, r->tenants_changed, r->tenants_failed, r->migrations);
    } else if (r->platform + r->functions + r->migrations + r->tenants_changed + r->tenants_failed == 0) {
        printf("Nothing to do: %zu tenants are up to date.\n", r->tenants);
    } else {
        printf("%s: platform %zu, functions %zu, tenants %zu of %zu (%zu migrations)%s", up ? "Applied" : "Taken back",
               r->platform, r->functions, r->tenants_changed, r->tenants, r->migrations,
               r->tenants_failed ? "; " : ".\n");
        if (r->tenants_failed)
            printf("%zu failed.\n", r->tenants_failed);
    }
}

static enum exit_code run(struct cli *cli, bool up)
{
    struct progress progress = progress_new("migrating tenants");
    struct migrate_options options = options_of(cli, &progress);
    struct migrate_report report = {0};
    struct database database;
    struct error error;
    const char *to = cli_value(cli, "to");
    if (to && (*to < '0' || *to > '9'))
        return cli_usage(cli, "--to takes the number of a migration, such as 12.");
    if (to && !options.module)
        return cli_usage(cli, "--to counts within a module: say --module too.");
    enum err err = cli_database(cli, &database, &error);
    if (err != OK)
        return cli_fail(&error);
    err = up ? migrate_up(cli->arena, database.owner_conninfo, &options, &report, &error)
             : migrate_down(cli->arena, database.owner_conninfo, &options, &report, &error);
    progress_end(&progress);
    cli_disconnect(&database, NULL);
    if (err == OK || report.tenants_failed)
        print_report(cli, &report, up);
    if (err == OK)
        return EXIT_DONE;
    enum exit_code code = cli_fail(&error);
    return report.tenants_failed && report.tenants_failed < report.tenants ? EXIT_PARTLY : code;
}

enum exit_code command_migrate_up(struct cli *cli)
{
    return run(cli, true);
}

enum exit_code command_migrate_down(struct cli *cli)
{
    return run(cli, false);
}

static void status_json(const struct migrate_state *states, size_t count)
{
    struct buf out;
    buf_init(&out, (size_t)64 * 1024 * 1024);
    struct json_writer w = json_writer(&out);
    migrate_write_json(&w, states, count);
    printf("%s\n", buf_cstr(&out));
    buf_release(&out);
}

static const char *remark(struct arena *arena, const struct migrate_state *s)
{
    if (s->error)
        return arena_printf(arena, "failed: %s", s->error);
    if (s->edited)
        return arena_printf(arena, "%zu edited after they were applied", s->edited);
    if (s->unknown)
        return arena_printf(arena, "%zu applied without a file here", s->unknown);
    return s->pending ? "" : "up to date";
}

enum exit_code command_migrate_status(struct cli *cli)
{
    struct migrate_options options = options_of(cli, NULL);
    struct migrate_state *states = NULL;
    struct database database;
    struct error error;
    size_t count = 0;
    enum err err = cli_database(cli, &database, &error);
    if (err != OK)
        return cli_fail(&error);
    err = migrate_status(cli->arena, database.owner_conninfo, &options, &states, &count, &error);
    cli_disconnect(&database, NULL);
    if (err != OK)
        return cli_fail(&error);
    if (cli->json) {
        status_json(states, count);
        return EXIT_DONE;
    }
    const char **cells = arena_array(cli->arena, (count + 1) * 5, sizeof *cells);
    static const char *const heading[] = {"tenant", "module", "applied", "pending", ""};
    memcpy(cells, heading, sizeof heading);
    bool all_good = true;
    for (size_t i = 0; i < count; i++) {
        const char **row = cells + (i + 1) * 5;
        row[0] = *states[i].schema ? states[i].schema : "-";
        row[1] = states[i].module;
        row[2] = arena_printf(cli->arena, "%zu", states[i].applied);
        row[3] = arena_printf(cli->arena, "%zu", states[i].pending);
        row[4] = remark(cli->arena, &states[i]);
        all_good = all_good && !states[i].pending && !states[i].edited && !states[i].error;
    }
    cli_table(cells, count + 1, 5);
    if (!all_good)
        printf("\n`maitred migrate up` applies what is pending.\n");
    return EXIT_DONE;
}
