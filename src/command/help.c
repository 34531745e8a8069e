#include "command/help.h"

#include "base/str.h"

static void command_line(const struct command *c, FILE *out)
{
    char usage[80];
    (void)snprintf(usage, sizeof usage, "%s%s%s", c->name, c->arguments ? " " : "", c->arguments ? c->arguments : "");
    (void)fputs("  ", out);
    cli_column(out, usage, 34);
    (void)fprintf(out, "%s\n", c->summary);
}

void help_all(FILE *out)
{
    (void)fputs("maitred runs restaurants, rooms, pools and games for many tenants, on PostgreSQL.\n\n"
                "usage: maitred COMMAND [options] [arguments]\n\ncommands:\n",
                out);
    for (const struct command *c = commands; c->name; c++)
        command_line(c, out);
    (void)fputs(
        "\n`maitred COMMAND --help` says more. Every setting is an option of every command: --data-dir, --port …\n"
        "(`maitred config` lists them with value and origin). They are read from the file (--config, MAITRED_CONFIG "
        "or\n"
        "/etc/maitred.conf), then from the environment (MAITRED_NAME), then from the options.\n",
        out);
}

void help_group(const char *group, FILE *out)
{
    size_t length = strlen(group);
    (void)fprintf(out, "usage: maitred %s COMMAND\n\ncommands:\n", group);
    for (const struct command *c = commands; c->name; c++)
        if (!strncmp(c->name, group, length) && c->name[length] == ' ')
            command_line(c, out);
}

void help_command(const struct command *c)
{
    printf("usage: maitred %s%s%s%s\n\n%s\n", c->name, c->options && c->options->name ? " [options]" : "",
           c->arguments ? " " : "", c->arguments ? c->arguments : "", c->summary);
    if (c->details)
        printf("\n%s\n", c->details);
    printf("\noptions:\n");
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s%c%s--%s%s%s", o->letter ? "-" : " ", o->letter ? o->letter : ' ',
                       o->letter ? ", " : "  ", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        printf("  ");
        cli_column(stdout, text, 31);
        printf("%s\n", o->meaning);
    }
    if (c->takes_json)
        printf("  %-30s %s\n", "    --json", "write JSON, for programs");
    printf("  %-30s %s\n", "    --config FILE", "settings; default MAITRED_CONFIG or /etc/maitred.conf");
    printf("  %-30s %s\n", "-h, --help", "this text");
    printf("\nEvery setting is an option too, such as --data-dir DIR or --database-url URL: see `maitred config`.\n");
}

enum exit_code command_help(struct cli *cli)
{
    if (cli->argument_count == 0) {
        help_all(stdout);
        return EXIT_DONE;
    }
    const char *name = cli->arguments[0];
    if (cli->argument_count > 1)
        name = arena_printf(cli->arena, "%s %s", cli->arguments[0], cli->arguments[1]);
    for (const struct command *c = commands; c->name; c++) {
        if (text_eq(c->name, name)) {
            help_command(c);
            return EXIT_DONE;
        }
        if (!strncmp(c->name, name, strlen(name)) && c->name[strlen(name)] == ' ') {
            help_group(name, stdout);
            return EXIT_DONE;
        }
    }
    return cli_usage(cli, "There is no command \"%s\".", name);
}
