#include "bots/template.h"

#include "base/buf.h"
#include "base/json_kept.h"
#include "base/str.h"
#include "bots/words.h"

#include <stdlib.h>
#include <string.h>

enum { FILLED_BYTES_MAX = 65536, NAME_BYTES_MAX = 200, DEPTH_MAX = 8 };

static const json_t *member(const json_t *value, const char *name)
{
    char *end;
    if (json_is_object(value))
        return json_object_get(value, name);
    size_t index = strtoul(name, &end, 10);
    return json_is_array(value) && *name && !*end ? json_array_get(value, index) : NULL;
}

const json_t *value_at(const struct scopes *scopes, const char *path)
{
    char copy[NAME_BYTES_MAX + 1], *save = NULL;
    if (strlen(path) > NAME_BYTES_MAX)
        return NULL;
    strcpy(copy, path); /* NOLINT: measured above */
    const char *first = strtok_r(copy, ".", &save);
    const json_t *value = NULL;
    for (size_t i = 0; first && i < sizeof scopes->at / sizeof *scopes->at && scopes->at[i] && !value; i++)
        value = json_object_get(scopes->at[i], first);
    for (const char *name; value && (name = strtok_r(NULL, ".", &save));)
        value = member(value, name);
    return json_is_null(value) ? NULL : value;
}

const char *text_in(const struct scopes *scopes, const json_t *text)
{
    if (!json_is_object(text))
        return json_string_value(text);
    const char *found = json_text_at(text, scopes->language ? scopes->language : "en");
    if (!found)
        found = json_text_at(text, "en");
    return found ? found : json_string_value(json_object_iter_value(json_object_iter((json_t *)text))); /* NOLINT */
}

const char *text_of_value(struct arena *arena, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_value(value);
    case JSON_INTEGER:
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return arena_printf(arena, "%.15g", json_real_value(value));
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    default:
        return "";
    }
}

static const char *filtered(struct arena *arena, const struct scopes *scopes, const json_t *value, const char *filter)
{
    struct day day;
    if (!value)
        return "";
    if (text_eq(filter, "count"))
        return arena_printf(arena, "%zu", json_array_size(value));
    const char *text = text_of_value(arena, value);
    if (text_eq(filter, "day") && strlen(text) >= 10 && day_read(arena_strndup(arena, text, 10), &day))
        return words_of_day(arena, scopes->language, day);
    if (text_eq(filter, "time")) {
        const char *clock = strchr(text, 'T');
        return arena_strndup(arena, clock ? clock + 1 : text, strnlen(clock ? clock + 1 : text, 5));
    }
    return text;
}

/* The name between braces without spaces, its filter apart ("" for none); NULL: it is none. */
static char *read_name(struct arena *arena, struct str inside, const char **filter)
{
    while (inside.len && *inside.at == ' ')
        inside = str_n(inside.at + 1, inside.len - 1);
    while (inside.len && inside.at[inside.len - 1] == ' ')
        inside.len--;
    if (!inside.len || inside.len > NAME_BYTES_MAX)
        return NULL;
    char *name = arena_strndup(arena, inside.at, inside.len), *bar = strchr(name, '|');
    *filter = bar ? bar + 1 : "";
    if (bar)
        *bar = '\0';
    return name;
}

static const char *filled(struct arena *arena, const struct scopes *scopes, const char *text)
{
    struct buf out;
    const char *filter;
    if (!strstr(text, "{{"))
        return text;
    buf_init(&out, FILLED_BYTES_MAX);
    for (const char *open; (open = strstr(text, "{{"));) {
        const char *close = strstr(open + 2, "}}");
        if (!close)
            break;
        buf_add(&out, text, (size_t)(open - text));
        const char *name = read_name(arena, str_n(open + 2, (size_t)(close - open - 2)), &filter);
        const char *value = name ? filtered(arena, scopes, value_at(scopes, name), filter) : "";
        buf_add(&out, value, strlen(value));
        text = close + 2;
    }
    buf_add(&out, text, strlen(text));
    const char *kept = arena_strndup(arena, out.at ? out.at : "", out.overflow ? 0 : out.len);
    buf_release(&out);
    return kept;
}

const char *text_filled(struct arena *arena, const struct scopes *scopes, const json_t *text)
{
    const char *words = text_in(scopes, text);
    return words ? filled(arena, scopes, words) : "";
}

static json_t *filled_value(struct arena *arena, const struct scopes *scopes, const json_t *value, int depth)
{
    if (depth > DEPTH_MAX)
        return NULL;
    if (json_is_string(value)) {
        const char *text = json_string_value(value), *filter;
        size_t length = strlen(text);
        if (length > 4 && !strncmp(text, "{{", 2) && strstr(text, "}}") == text + length - 2) {
            char *name = read_name(arena, str_n(text + 2, length - 4), &filter);
            const json_t *found = name ? value_at(scopes, name) : NULL;
            if (!found)
                return NULL;
            return *filter ? json_string(filtered(arena, scopes, found, filter)) : json_deep_copy(found);
        }
        return json_string(filled(arena, scopes, text));
    }
    if (json_is_array(value)) {
        json_t *list = json_array();
        size_t i;
        const json_t *each;
        json_array_foreach(value, i, each)
        {
            json_t *one = filled_value(arena, scopes, each, depth + 1);
            if (one)
                json_array_append_new(list, one);
        }
        return list;
    }
    if (json_is_object(value)) {
        json_t *object = json_object(), *each;
        const char *key;
        json_object_foreach((json_t *)value, key, each) /* NOLINT: reads */
        {
            json_t *one = filled_value(arena, scopes, each, depth + 1);
            if (one)
                json_object_set_new(object, key, one);
        }
        return object;
    }
    return json_is_null(value) ? NULL : json_deep_copy(value);
}

json_t *value_filled(struct arena *arena, const struct scopes *scopes, const json_t *value)
{
    return value ? json_kept(arena, filled_value(arena, scopes, value, 0)) : NULL;
}
