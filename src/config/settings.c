#include "config/settings.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

const struct setting_info setting_infos[] = {
#define X(field, kind, standard, lower, upper, measure, text)                                                          \
    {.name = #field,                                                                                                   \
     .type = SETTING_##kind,                                                                                           \
     .fallback = standard,                                                                                             \
     .least = lower,                                                                                                   \
     .most = upper,                                                                                                    \
     .unit = measure,                                                                                                  \
     .meaning = text},
    SETTINGS(X)
#undef X
        {.name = NULL}};

static const size_t offsets[] = {
#define X(field, ...) offsetof(struct settings, field),
    SETTINGS(X)
#undef X
};

enum { COUNT = sizeof offsets / sizeof *offsets };

static enum setting_origin origins[COUNT];

static const char *const origin_names[] = {"default", "file", "environment", "option"};

const char *setting_origin_name(enum setting_origin origin)
{
    return origin_names[origin];
}

enum setting_origin setting_origin(size_t index)
{
    return origins[index];
}

const char *setting_text(const struct settings *settings, size_t index, struct arena *arena)
{
    const char *at = (const char *)settings + offsets[index];
    switch (setting_infos[index].type) {
    case SETTING_NUMBER:
        return arena_printf(arena, "%lld", (long long)*(const int64_t *)(const void *)at);
    case SETTING_SWITCH:
        return *(const bool *)(const void *)at ? "on" : "off";
    default:
        return *(const char *const *)(const void *)at;
    }
}

static size_t index_of(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        const char *a = setting_infos[i].name;
        const char *b = name;
        while (*a && (*a == *b || (*a == '_' && *b == '-'))) {
            a++;
            b++;
        }
        if (!*a && !*b)
            return i;
    }
    return COUNT;
}

/* One value into a setting; says what would be right when it is wrong. */
static enum err set_value(struct settings *settings, size_t index, const char *value, const char *where,
                          struct arena *arena, struct error *out)
{
    const struct setting_info *info = &setting_infos[index];
    char *at = (char *)settings + offsets[index];
    if (info->type == SETTING_TEXT || info->type == SETTING_SECRET) {
        size_t length = strlen(value);
        if ((int64_t)length < info->least || (int64_t)length > info->most)
            return error_set(out, arena, ERR_BAD_INPUT, "%s: %s takes %lld to %lld characters.", where, info->name,
                             (long long)info->least, (long long)info->most);
        *(const char **)(void *)at = arena_strdup(arena, value);
    } else if (info->type == SETTING_SWITCH) {
        bool on =
            !strcasecmp(value, "on") || !strcasecmp(value, "true") || text_eq(value, "1") || !strcasecmp(value, "yes");
        bool off =
            !strcasecmp(value, "off") || !strcasecmp(value, "false") || text_eq(value, "0") || !strcasecmp(value, "no");
        if (!on && !off)
            return error_set(out, arena, ERR_BAD_INPUT, "%s: %s is on or off, not \"%s\".", where, info->name, value);
        *(bool *)(void *)at = on;
    } else {
        char *end = NULL;
        errno = 0;
        long long number = strtoll(value, &end, 10);
        if (errno || end == value || *end || number < info->least || number > info->most)
            return error_set(out, arena, ERR_BAD_INPUT, "%s: %s is a whole number from %lld to %lld%s%s, not \"%s\".",
                             where, info->name, (long long)info->least, (long long)info->most, *info->unit ? " " : "",
                             info->unit, value);
        *(int64_t *)(void *)at = number;
    }
    return OK;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static enum err read_file(struct settings *settings, enum setting_origin *found, const char *file, bool must_exist,
                          struct arena *arena, struct error *out)
{
    FILE *in = fopen(file, "re");
    if (!in) {
        if (must_exist)
            return error_set(out, arena, ERR_BAD_INPUT, "%s: %s.", file, strerror(errno));
        return OK;
    }
    char line[8192];
    enum err err = OK;
    for (int number = 1; err == OK && fgets(line, sizeof line, in); number++) {
        char *text = trim(line);
        if (!*text || *text == '#')
            continue;
        const char *where = arena_printf(arena, "%s:%d", file, number);
        char *equals = strchr(text, '=');
        if (!equals) {
            err = error_set(out, arena, ERR_BAD_INPUT, "%s: a line is `name = value`.", where);
            break;
        }
        *equals = '\0';
        size_t index = index_of(trim(text));
        if (index == COUNT) {
            err = error_set(out, arena, ERR_BAD_INPUT, "%s: there is no setting %s; `maitred config` lists all.", where,
                            trim(text));
            break;
        }
        err = set_value(settings, index, trim(equals + 1), where, arena, out);
        found[index] = ORIGIN_FILE;
    }
    fclose(in);
    return err;
}

static const char *from_environment(const char *name)
{
    char variable[80] = "MAITRED_";
    size_t n = strlen(variable);
    for (const char *p = name; *p && n < sizeof variable - 1; p++)
        variable[n++] = (char)toupper((unsigned char)*p);
    variable[n] = '\0';
    const char *value = getenv(variable);
    if (!value && text_eq(name, "database_url"))
        value = getenv("DATABASE_URL"); /* the name that hosting platforms set */
    return value;
}

enum err settings_load(struct arena *arena, const char *file, const struct setting_option *options, size_t option_count,
                       struct settings *settings, struct error *out)
{
    struct settings fresh = {0};
    enum setting_origin found[COUNT] = {ORIGIN_DEFAULT};
    enum err err = OK;

    for (size_t i = 0; i < COUNT && err == OK; i++)
        err = set_value(&fresh, i, setting_infos[i].fallback, "default", arena, out);
    if (err == OK) {
        const char *named = file ? file : getenv("MAITRED_CONFIG");
        err = read_file(&fresh, found, named ? named : "/etc/maitred.conf", named != NULL, arena, out);
    }
    for (size_t i = 0; i < COUNT && err == OK; i++) {
        const char *value = from_environment(setting_infos[i].name);
        if (value) {
            err = set_value(&fresh, i, value, "environment", arena, out);
            found[i] = ORIGIN_ENVIRONMENT;
        }
    }
    for (size_t i = 0; i < option_count && err == OK; i++) {
        size_t index = index_of(options[i].name);
        if (index == COUNT)
            return error_set(out, arena, ERR_BAD_INPUT, "There is no option --%s; `maitred --help` lists all.",
                             options[i].name);
        err = set_value(&fresh, index, options[i].value, "option", arena, out);
        found[index] = ORIGIN_OPTION;
    }
    if (err != OK)
        return err;
    *settings = fresh;
    memcpy(origins, found, sizeof origins);
    return OK;
}
