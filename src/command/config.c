/* maitred config | version | completion */
#include "base/json.h"
#include "base/str.h"
#include "command/cli.h"

#include <libpq-fe.h>
#include <microhttpd.h>
#include <stdio.h>
#include <uv.h>

static const char *const type_names[] = {
    [SETTING_TEXT] = "text", [SETTING_SECRET] = "text", [SETTING_NUMBER] = "number", [SETTING_SWITCH] = "on/off"};

/* What opens doors is not shown. */
static const char *shown_value(struct cli *cli, size_t index)
{
    const char *value = setting_text(&cli->settings, index, cli->arena);
    return setting_infos[index].type == SETTING_SECRET && *value ? "(set)" : value;
}

enum exit_code command_config(struct cli *cli)
{
    static const char *const heading[] = {"setting", "value", "from", "unit", "meaning"};
    size_t count = 0, rows = 1;
    while (setting_infos[count].name)
        count++;
    const char **cells = arena_array(cli->arena, (count + 1) * 5, sizeof *cells);
    memcpy(cells, heading, sizeof heading);
    struct buf out;
    buf_init(&out, (size_t)1024 * 1024);
    struct json_writer w = json_writer(&out);
    json_open(&w, '[');
    for (size_t i = 0; i < count; i++) {
        const struct setting_info *info = &setting_infos[i];
        const char *origin = setting_origin_name(setting_origin(i));
        if (cli_given(cli, "changed") && setting_origin(i) == ORIGIN_DEFAULT)
            continue;
        const char *const row[] = {info->name, shown_value(cli, i), origin,
                                   *info->unit ? info->unit : type_names[info->type], info->meaning};
        memcpy(cells + 5 * rows++, row, sizeof row);
        json_open(&w, '{');
        json_member(&w, "name", info->name);
        json_member(&w, "value", shown_value(cli, i));
        json_member(&w, "origin", origin);
        json_member(&w, "default", info->fallback);
        json_member(&w, "meaning", info->meaning);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    if (cli->json)
        printf("%s\n", buf_cstr(&out));
    else
        cli_table(cells, rows, 5);
    buf_release(&out);
    return EXIT_DONE;
}

enum exit_code command_version(struct cli *cli)
{
    int pq = PQlibVersion();
    if (cli->json)
        printf("{\"maitred\":\"%s\",\"libpq\":\"%d.%d\",\"libmicrohttpd\":\"%s\",\"libuv\":\"%s\"}\n", MAITRED_VERSION,
               pq / 10000, pq % 10000, MHD_get_version(), uv_version_string());
    else
        printf("maitred %s (libpq %d.%d, libmicrohttpd %s, libuv %s)\n", MAITRED_VERSION, pq / 10000, pq % 10000,
               MHD_get_version(), uv_version_string());
    return EXIT_DONE;
}

/* Words that may follow: completion is a list, made from the tables, so it is never out of date. */
static void print_words(const char *group)
{
    size_t length = group ? strlen(group) : 0;
    const char *last = "";
    for (const struct command *c = commands; c->name; c++) {
        if (group && (strncmp(c->name, group, length) != 0 || c->name[length] != ' '))
            continue;
        const char *word = group ? c->name + length + 1 : c->name;
        size_t used = strcspn(word, " ");
        if (strlen(last) >= used && !strncmp(last, word, used) && (last[used] == ' ' || !last[used]))
            continue;
        printf("%.*s ", (int)used, word);
        last = word;
    }
}

static void print_options(const struct command *c)
{
    for (const struct cli_option *o = c->options; o && o->name; o++)
        printf("--%s ", o->name);
    printf("--help --config%s ", c->takes_json ? " --json" : "");
}

static void print_settings(void)
{
    for (const struct setting_info *info = setting_infos; info->name; info++) {
        printf("--");
        for (const char *p = info->name; *p; p++)
            putchar(*p == '_' ? '-' : *p);
        putchar(' ');
    }
}

/* A text between fish's single quotes. */
static void print_fish_quoted(const char *text)
{
    putchar('\'');
    for (const char *p = text; *p; p++) {
        if (*p == '\'' || *p == '\\')
            putchar('\\');
        putchar(*p);
    }
    putchar('\'');
}

static void print_fish_line(const char *condition, const char *what)
{
    printf("complete -c maitred -f -n ");
    print_fish_quoted(condition);
    printf(" %s", what);
}

static void print_fish_command(struct cli *cli, const struct command *c, bool first_of_group)
{
    const char *space = strchr(c->name, ' ');
    int length = space ? (int)(space - c->name) : (int)strlen(c->name);
    if (!space || first_of_group) {
        print_fish_line("__fish_use_subcommand", arena_printf(cli->arena, "-a %.*s", length, c->name));
        printf(" -d ");
        print_fish_quoted(space ? "…" : c->summary);
        putchar('\n');
    }
    const char *condition = arena_printf(cli->arena, "__fish_seen_subcommand_from %.*s", length, c->name);
    if (space) {
        print_fish_line(condition, arena_printf(cli->arena, "-a %s", space + 1));
        printf(" -d ");
        print_fish_quoted(c->summary);
        putchar('\n');
        condition = arena_printf(cli->arena, "%s; and __fish_seen_subcommand_from %s", condition, space + 1);
    }
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        print_fish_line(condition, arena_printf(cli->arena, "-l %s%s%.1s%s", o->name, o->letter ? " -s " : "",
                                                o->letter ? &o->letter : "", o->argument ? " -r" : ""));
        printf(" -d ");
        print_fish_quoted(o->meaning);
        putchar('\n');
    }
}

static void print_fish(struct cli *cli)
{
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        bool first = space != NULL;
        for (const struct command *before = commands; first && before < c; before++)
            first = strncmp(before->name, c->name, (size_t)(space - c->name) + 1) != 0;
        print_fish_command(cli, c, first);
    }
    for (const struct setting_info *info = setting_infos; info->name; info++) {
        printf("complete -c maitred -f -r -l ");
        for (const char *p = info->name; *p; p++)
            putchar(*p == '_' ? '-' : *p);
        printf(" -d ");
        print_fish_quoted(info->meaning);
        putchar('\n');
    }
}

enum exit_code command_completion(struct cli *cli)
{
    if (text_eq(cli->arguments[0], "fish")) {
        print_fish(cli);
        return EXIT_DONE;
    }
    bool zsh = text_eq(cli->arguments[0], "zsh");
    if (!zsh && !text_eq(cli->arguments[0], "bash"))
        return cli_usage(cli, "There is completion for bash, zsh and fish.");
    if (zsh)
        printf("#compdef maitred\nautoload -U +X bashcompinit && bashcompinit\n");
    printf("_maitred() {\n"
           "  local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} second=${COMP_WORDS[2]} words=\n"
           "  if [[ $COMP_CWORD == 1 ]]; then\n    words=\"");
    print_words(NULL);
    printf("\"\n  elif [[ $word == -* ]]; then\n    case \"$first $second\" in\n");
    for (const struct command *c = commands; c->name; c++) {
        printf("      \"%s\"%s) words=\"", c->name, strchr(c->name, ' ') ? "" : "*");
        print_options(c);
        printf("\" ;;\n");
    }
    printf("    esac\n    [[ $word == --* ]] && words=\"$words ");
    print_settings();
    printf("\"\n  elif [[ $COMP_CWORD == 2 ]]; then\n    case $first in\n");
    const char *last = "";
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        size_t length = space ? (size_t)(space - c->name) : 0;
        if (!space || !strncmp(last, c->name, length + 1))
            continue;
        char group[32];
        (void)snprintf(group, sizeof group, "%.*s", (int)length, c->name);
        printf("      %s) words=\"", group);
        print_words(group);
        printf("\" ;;\n");
        last = c->name;
    }
    printf("      psql) words=\"$(maitred tenant list --json 2>/dev/null | grep -o '\"schema_name\":\"[^\"]*\"' | cut "
           "-d'\"' -f4)\" ;;\n"
           "      completion) words='bash zsh fish' ;;\n    esac\n"
           "  elif [[ $COMP_CWORD == 3 && $first == tenant && $second != create && $second != import ]]; then\n"
           "    words=\"$(maitred tenant list --json 2>/dev/null | grep -o '\"schema_name\":\"[^\"]*\"' | cut -d'\"' "
           "-f4)\"\n"
           "  fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F _maitred maitred\n");
    return EXIT_DONE;
}
