#include "command/command.h"

#include "base/str.h"
#include "command/cli.h"
#include "command/help.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_SETTING = 1000, /* + index in setting_infos */
    OPTION_OWN = 2000,     /* + index in command->options */
    OPTION_HELP,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTIONS_MAX = 200,
    SETTINGS_MAX = 128,
};

/* getopt takes the value of an optional argument only when it is written with "=". */
#define SWITCH_HINT " A setting that is on or off takes its value with \"=\": --explain=on."

/* The command with the longest name that the words begin with: "tenant create" before "tenant". */
static const struct command *find_command(char *const *words, int count, int *used)
{
    const struct command *best = NULL;
    *used = 0;
    for (const struct command *c = commands; c->name; c++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s", c->name);
        int n = 0;
        bool matches = true;
        char *rest = NULL;
        for (char *word = strtok_r(name, " ", &rest); word && matches; word = strtok_r(NULL, " ", &rest))
            matches = n < count && text_eq(words[n++], word);
        if (matches && n > *used) {
            best = c;
            *used = n;
        }
    }
    return best;
}

static size_t count_own(const struct command *command)
{
    size_t count = 0;
    while (command->options && command->options[count].name)
        count++;
    return count;
}

static const char *dashed(struct arena *arena, const char *name)
{
    char *copy = arena_strdup(arena, name);
    for (char *p = copy; *p; p++)
        if (*p == '_')
            *p = '-';
    return copy;
}

/* One getopt table: the command's options, then everybody's, then every setting. */
static void build_options(struct arena *arena, const struct command *command, struct option *options, char *letters)
{
    size_t n = 0, own = count_own(command);
    char *letter = letters;
    *letter++ = 'h';
    for (size_t i = 0; i < own; i++) {
        const struct cli_option *o = &command->options[i];
        options[n++] =
            (struct option){o->name, o->argument ? required_argument : no_argument, NULL, OPTION_OWN + (int)i + 10};
        if (o->letter) {
            *letter++ = o->letter;
            if (o->argument)
                *letter++ = ':';
        }
    }
    options[n++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    options[n++] = (struct option){"config", required_argument, NULL, OPTION_CONFIG};
    if (command->takes_json)
        options[n++] = (struct option){"json", no_argument, NULL, OPTION_JSON};
    for (size_t i = 0; setting_infos[i].name && n < OPTIONS_MAX - 1; i++) {
        bool hidden = false; /* an own option with the same name wins */
        for (size_t j = 0; j < own; j++)
            hidden = hidden || text_eq(command->options[j].name, dashed(arena, setting_infos[i].name));
        if (!hidden)
            options[n++] =
                (struct option){dashed(arena, setting_infos[i].name),
                                setting_infos[i].type == SETTING_SWITCH ? optional_argument : required_argument, NULL,
                                OPTION_SETTING + (int)i};
    }
    options[n] = (struct option){0};
    *letter = '\0';
}

/* "DOMAIN" for the second of "NAME DOMAIN". */
static const char *argument_name(struct arena *arena, const struct command *command, int index)
{
    char *names = arena_strdup(arena, command->arguments ? command->arguments : "An argument"), *rest = NULL;
    char *name = strtok_r(names, " ", &rest);
    while (name && index-- > 0)
        name = strtok_r(NULL, " ", &rest);
    return name ? name : "An argument";
}

/* Whoever may list processes reads their options: what is secret is taken out of them at once. `-` reads a line of
 * standard input, so that it never was there. */
static const char *take_secret(struct cli *cli, bool secret, char *value)
{
    char line[4096] = ""; /* no setting is longer */
    if (!secret || !value)
        return value;
    if (text_eq(value, "-")) {
        if (!fgets(line, sizeof line, stdin))
            line[0] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        return arena_strdup(cli->arena, line);
    }
    const char *taken = arena_strdup(cli->arena, value);
    memset(value, 'x', strlen(value));
    return taken;
}

/* The last one counts; who wants all of them reads `given`. */
static void note_option(struct cli *cli, size_t i)
{
    const char *name = cli->command->options[i].name;
    const char *value = take_secret(cli, text_eq(name, "password") || text_eq(name, "admin-password"), optarg);
    cli->values[i] = value ? value : "";
    if (cli->given_count < CLI_GIVEN_MAX)
        cli->given[cli->given_count++] = (struct cli_given_option){name, cli->values[i]};
}

/* Returns -1 to go on, or an exit code. */
static int read_options(struct cli *cli, int argc, char **argv)
{
    const struct command *command = cli->command;
    struct option options[OPTIONS_MAX];
    struct setting_option *given = arena_array(cli->arena, SETTINGS_MAX, sizeof *given);
    char letters[64];
    build_options(cli->arena, command, options, letters);
    for (int got; (got = getopt_long(argc, argv, letters, options, NULL)) != -1;) {
        if (got == 'h' || got == OPTION_HELP) {
            help_command(command);
            return EXIT_DONE;
        }
        if (got == '?')
            return (int)cli_usage(cli, NULL);
        if (got == OPTION_CONFIG) {
            cli->config_file = optarg;
        } else if (got == OPTION_JSON) {
            cli->json = true;
        } else if (got >= OPTION_OWN + 10) {
            note_option(cli, (size_t)(got - OPTION_OWN - 10));
        } else if (got >= OPTION_SETTING) {
            if (cli->setting_option_count == SETTINGS_MAX)
                return (int)cli_usage(cli, "Too many settings.");
            const struct setting_info *info = &setting_infos[got - OPTION_SETTING];
            const char *value = take_secret(cli, info->type == SETTING_SECRET, optarg);
            given[cli->setting_option_count++] = (struct setting_option){info->name, value ? value : "on"};
        } else {
            for (size_t i = 0; i < count_own(command); i++)
                if (command->options[i].letter == got)
                    note_option(cli, i);
        }
    }
    cli->setting_options = given;
    cli->arguments = (const char *const *)(void *)(argv + optind);
    cli->argument_count = argc - optind;
    if (cli->argument_count < command->least)
        return (int)cli_usage(cli, "%s is missing.", argument_name(cli->arena, command, cli->argument_count));
    if (command->most >= 0 && cli->argument_count > command->most)
        return (int)cli_usage(cli, "\"%s\" is one argument too many.%s", cli->arguments[command->most],
                              command->most == 0 && text_eq(cli->arguments[0], "on") ? SWITCH_HINT : "");
    return -1;
}

/* Letters to add, drop or change until one word is the other (Levenshtein's distance); words longer than the table are
 * far apart. */
static size_t distance(const char *a, const char *b)
{
    enum { WORD_MAX = 32 };
    size_t row[WORD_MAX + 1], length = strlen(b);
    if (length > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]), step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = change < step ? change : step;
        }
    }
    return row[length];
}

/* Says what is not there, and the command that was probably meant, with `group` the first word or NULL. */
static void say_unknown(const char *group, const char *word)
{
    enum { NEAR = 2 };
    const char *best = NULL;
    size_t best_distance = NEAR + 1, group_length = group ? strlen(group) + 1 : 0;
    char name[64];
    for (const struct command *c = commands; c->name; c++) {
        if (group && (strncmp(c->name, group, group_length - 1) != 0 || c->name[group_length - 1] != ' '))
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(c->name + group_length, group ? "" : " "),
                       c->name + group_length);
        size_t away = distance(word, name);
        if (away < best_distance && away < strlen(word)) {
            best_distance = away;
            best = c->name;
        }
    }
    (void)fprintf(stderr, "maitred: there is no command \"%s%s%s\"", group ? group : "", group ? " " : "", word);
    if (best)
        (void)fprintf(stderr, "; did you mean \"%.*s\"?\n", group ? (int)strlen(best) : (int)strcspn(best, " "), best);
    else
        (void)fputs(group ? ".\n" : "; `maitred help` lists all.\n", stderr);
}

static int unknown_command(int count, char *const *words)
{
    const char *word = count ? words[0] : NULL;
    bool is_group = false;
    for (const struct command *c = commands; c->name && word; c++)
        is_group = is_group || (!strncmp(c->name, word, strlen(word)) && c->name[strlen(word)] == ' ');
    if (is_group) {
        bool asked = count > 1 && (text_eq(words[1], "--help") || text_eq(words[1], "-h"));
        if (count > 1 && !asked)
            say_unknown(word, words[1]);
        help_group(word, asked ? stdout : stderr);
        return asked ? EXIT_DONE : EXIT_USAGE;
    }
    if (!word || text_eq(word, "--help") || text_eq(word, "-h")) {
        help_all(word ? stdout : stderr);
        return word ? EXIT_DONE : EXIT_USAGE;
    }
    say_unknown(NULL, word);
    return EXIT_USAGE;
}

int command_main(int argc, char **argv)
{
    int used = 0;
    char version[] = "version";
    if (argc == 2 && (text_eq(argv[1], "--version") || text_eq(argv[1], "-V") || text_eq(argv[1], "-v")))
        argv[1] = version;
    const struct command *command = find_command(argv + 1, argc - 1, &used);
    if (!command)
        return unknown_command(argc - 1, argv + 1);

    struct arena *arena = arena_new();
    struct cli cli = {.arena = arena, .command = command};
    struct error error;
    argv[used] = arena_printf(arena, "maitred %s", command->name); /* how getopt names us */
    int code = read_options(&cli, argc - used, argv + used);
    if (code < 0) {
        enum err err =
            settings_load(arena, cli.config_file, cli.setting_options, cli.setting_option_count, &cli.settings, &error);
        if (err != OK)
            (void)cli_fail(&error);
        code = err == OK ? (int)command->run(&cli) : EXIT_USAGE;
    }
    if (fflush(stdout) != 0 && code == EXIT_DONE)
        code = EXIT_FAILED; /* what we said did not arrive: a full disk, a closed pipe */
    arena_free(arena);
    return code;
}
