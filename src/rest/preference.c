#include "rest/preference.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

static struct str trim(struct str s)
{
    while (s.len && isspace((unsigned char)*s.at))
        s = str_n(s.at + 1, s.len - 1);
    while (s.len && isspace((unsigned char)s.at[s.len - 1]))
        s.len--;
    return s;
}

/* Each word, the field it sets and its value; fields are set once. To add a preference, add a row. */
enum slot {
    SLOT_RESOLUTION,
    SLOT_MISSING,
    SLOT_RETURN,
    SLOT_COUNT_PREF,
    SLOT_TX,
    SLOT_HANDLING,
    SLOT_PARAMS,
    SLOT_OTHER
};
static const struct {
    const char *word;
    enum slot slot;
    int value;
} words[] = {
    {"resolution=merge-duplicates", SLOT_RESOLUTION, RESOLUTION_MERGE},
    {"resolution=ignore-duplicates", SLOT_RESOLUTION, RESOLUTION_IGNORE},
    {"missing=default", SLOT_MISSING, 2},
    {"missing=null", SLOT_MISSING, 1},
    {"return=minimal", SLOT_RETURN, RETURN_MINIMAL},
    {"return=headers-only", SLOT_RETURN, RETURN_HEADERS},
    {"return=representation", SLOT_RETURN, RETURN_REPRESENTATION},
    {"count=exact", SLOT_COUNT_PREF, COUNT_EXACT},
    {"count=planned", SLOT_COUNT_PREF, COUNT_PLANNED},
    {"count=estimated", SLOT_COUNT_PREF, COUNT_ESTIMATED},
    {"tx=commit", SLOT_TX, TX_COMMIT},
    {"tx=rollback", SLOT_TX, TX_ROLLBACK},
    {"handling=strict", SLOT_HANDLING, 2},
    {"handling=lenient", SLOT_HANDLING, 1},
    {"params=single-object", SLOT_PARAMS, 1},
};

static bool apply_word(struct str word, int values[SLOT_OTHER])
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(word, words[i].word)) {
            if (!values[words[i].slot])
                values[words[i].slot] = words[i].value;
            return true;
        }
    return false;
}

static void apply_other(struct arena *arena, struct str word, struct preference *prefer)
{
    if (str_starts(word, "timezone=") && word.len > 9) {
        if (!prefer->timezone)
            prefer->timezone = arena_strndup(arena, word.at + 9, word.len - 9);
        return;
    }
    if (str_starts(word, "max-affected=")) {
        char *end;
        const char *number = arena_strndup(arena, word.at + 13, word.len - 13);
        errno = 0;
        long long value = strtoll(number, &end, 10);
        if (*number && !*end && !errno && value >= 0) {
            if (prefer->max_affected < 0)
                prefer->max_affected = value;
            return;
        }
    }
    if (prefer->invalid_count++ >= ERROR_NAMES_MAX)
        return; /* enough to see what is wrong */
    const char *text = error_text_cut(arena, arena_strndup(arena, word.at, word.len), ERROR_NAME_BYTES_MAX);
    prefer->invalid = prefer->invalid ? arena_printf(arena, "%s, %s", prefer->invalid, text) : text;
}

void preference_parse(struct arena *arena, const char *header, struct preference *prefer)
{
    int values[SLOT_OTHER] = {0};
    *prefer = (struct preference){.max_affected = -1};
    for (struct str rest = str_of(header); rest.len;) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t n = comma ? (size_t)(comma - rest.at) : rest.len;
        struct str word = trim(str_n(rest.at, n));
        rest = str_n(rest.at + n + (comma != NULL), rest.len - n - (comma != NULL));
        if (word.len && !apply_word(word, values))
            apply_other(arena, word, prefer);
    }
    prefer->resolution = (enum prefer_resolution)values[SLOT_RESOLUTION];
    prefer->missing_given = values[SLOT_MISSING];
    prefer->missing_default = values[SLOT_MISSING] == 2;
    prefer->returns = (enum prefer_return)values[SLOT_RETURN];
    prefer->count = (enum prefer_count)values[SLOT_COUNT_PREF];
    prefer->tx = (enum prefer_tx)values[SLOT_TX];
    prefer->tx_given = prefer->tx != TX_DEFAULT;
    prefer->handling_given = values[SLOT_HANDLING];
    prefer->strict = values[SLOT_HANDLING] == 2;
    prefer->single_object = values[SLOT_PARAMS];
}

bool tx_end_read(const char *setting, enum prefer_tx *otherwise, bool *override)
{
    static const struct {
        const char *text;
        enum prefer_tx end;
        bool override;
    } ends[] = {{"commit", TX_DEFAULT, false},
                {"commit-allow-override", TX_DEFAULT, true},
                {"rollback", TX_ROLLBACK, false},
                {"rollback-allow-override", TX_ROLLBACK, true}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text_eq(setting, ends[i].text)) {
            *otherwise = ends[i].end;
            *override = ends[i].override;
            return true;
        }
    return false;
}

enum err preference_check(struct arena *arena, const struct preference *prefer, struct error *out)
{
    if (!prefer->strict || !prefer->invalid)
        return OK;
    *out = error_of(ERR_PREFER);
    out->details = arena_printf(arena, "Invalid preferences: %s", prefer->invalid);
    return ERR_PREFER;
}

const char *preference_applied(struct arena *arena, const struct preference *prefer, enum preference_scope scope)
{
    static const char *const resolutions[] = {NULL, "resolution=merge-duplicates", "resolution=ignore-duplicates"};
    static const char *const returns[] = {NULL, "return=minimal", "return=headers-only", "return=representation"};
    static const char *const counts[] = {NULL, "count=exact", "count=planned", "count=estimated"};
    static const char *const ends[] = {NULL, "tx=commit", "tx=rollback"};
    const unsigned writes = PREFER_INSERT | PREFER_UPDATE | PREFER_DELETE;
    const char *text[8] = {0};
    size_t n = 0;
    const char *const candidates[] = {
        scope & PREFER_INSERT ? resolutions[prefer->resolution] : NULL,
        (scope & (PREFER_INSERT | PREFER_UPDATE)) && prefer->missing_given
            ? prefer->missing_default ? "missing=default" : "missing=null"
            : NULL,
        scope & writes ? returns[prefer->returns] : NULL,
        counts[prefer->count],
        prefer->tx_given ? ends[prefer->tx] : NULL,
        prefer->handling_given ? prefer->strict ? "handling=strict" : "handling=lenient" : NULL,
        prefer->timezone ? arena_printf(arena, "timezone=%s", prefer->timezone) : NULL,
        prefer->max_affected >= 0 && prefer->strict && (scope & (PREFER_UPDATE | PREFER_DELETE | PREFER_CALL))
            ? arena_printf(arena, "max-affected=%lld", (long long)prefer->max_affected)
            : NULL,
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (candidates[i])
            text[n++] = candidates[i];
    const char *joined = n ? text[0] : "";
    for (size_t i = 1; i < n; i++)
        joined = arena_printf(arena, "%s, %s", joined, text[i]);
    return joined;
}

bool range_parse(const char *header, int64_t *first, int64_t *last, bool *backwards)
{
    *backwards = false;
    if (!header)
        return false;
    const char *p = header;
    if (!strncasecmp(p, "items=", 6))
        p += 6;
    if (!isdigit((unsigned char)*p))
        return false;
    char *end;
    errno = 0;
    long long from = strtoll(p, &end, 10), to = -1;
    if (errno || *end != '-')
        return false;
    p = end + 1;
    if (*p) {
        if (!isdigit((unsigned char)*p))
            return false;
        to = strtoll(p, &end, 10);
        if (errno || *end)
            return false;
        *backwards = to < from;
    }
    *first = from;
    *last = to;
    return true;
}

static const struct {
    const char *type;
    enum format format;
} types[] = {
    {"application/json", FORMAT_JSON},
    {"application/vnd.pgrst.array+json", FORMAT_JSON},
    {"application/vnd.pgrst.array", FORMAT_JSON},
    {"application/vnd.pgrst.object+json", FORMAT_OBJECT},
    {"application/vnd.pgrst.object", FORMAT_OBJECT},
    {"text/csv", FORMAT_CSV},
    {"application/geo+json", FORMAT_GEOJSON},
    {"application/octet-stream", FORMAT_BINARY},
    {"text/plain", FORMAT_TEXT},
    {"text/xml", FORMAT_XML},
    {"application/openapi+json", FORMAT_OPENAPI},
    {"application/vnd.pgrst.plan+json", FORMAT_PLAN},
    {"application/vnd.pgrst.plan+text", FORMAT_PLAN},
    {"application/vnd.pgrst.plan", FORMAT_PLAN},
    {"application/*", FORMAT_JSON},
    {"*/*", FORMAT_JSON},
};

static bool find_format(struct str type, enum format *format)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (type.len == strlen(types[i].type) && !strncasecmp(type.at, types[i].type, type.len)) {
            *format = types[i].format;
            return true;
        }
    return false;
}

static bool has_word(struct str list, const char *word)
{
    while (list.len) {
        size_t n = 0;
        while (n < list.len && list.at[n] != '|')
            n++;
        if (str_is(trim(str_n(list.at, n)), word))
            return true;
        list = n < list.len ? str_n(list.at + n + 1, list.len - n - 1) : str_n(list.at, 0);
    }
    return false;
}

/* ;name=value, quotes taken off. Returns the rest. */
static struct str next_parameter(struct str rest, struct str *name, struct str *value)
{
    size_t n = 0;
    bool quoted = false;
    while (n < rest.len && (quoted || rest.at[n] != ';')) {
        quoted ^= rest.at[n] == '"';
        n++;
    }
    struct str text = str_n(rest.at, n);
    const char *equals = memchr(text.at, '=', n);
    *name = trim(equals ? str_n(text.at, (size_t)(equals - text.at)) : text);
    *value = equals ? trim(str_n(equals + 1, n - (size_t)(equals - text.at) - 1)) : str_n(text.at, 0);
    if (value->len >= 2 && value->at[0] == '"' && value->at[value->len - 1] == '"')
        *value = str_n(value->at + 1, value->len - 2);
    return n < rest.len ? str_n(rest.at + n + 1, rest.len - n - 1) : str_n(rest.at, 0);
}

static const char *lower(struct arena *arena, struct str text)
{
    char *copy = arena_strndup(arena, text.at, text.len);
    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* One media range with its parameters; returns its weight in thousandths. */
static int read_range(struct arena *arena, struct str text, struct media *media)
{
    struct str type, empty, name, value;
    struct str rest = next_parameter(text, &type, &empty);
    struct media read = {.plan_for = FORMAT_JSON};
    int weight = 1000;
    if (!memchr(type.at, '/', type.len))
        return 0;
    if (!find_format(type, &read.format))
        read.format = FORMAT_CUSTOM;
    read.type = lower(arena, type);
    read.plan_json = str_is(type, "application/vnd.pgrst.plan+json");
    while (rest.len) {
        rest = next_parameter(rest, &name, &value);
        if (str_is(name, "q")) {
            char number[8] = {0};
            memcpy(number, value.at, value.len < sizeof number - 1 ? value.len : sizeof number - 1);
            double q = strtod(number, NULL);
            weight = q >= 0 && q <= 1 ? (int)(q * 1000) : 1000; /* what is no weight counts as none given */
        } else if (str_is(name, "nulls") && str_is(value, "stripped")) {
            read.strip_nulls = true;
        } else if (str_is(name, "for")) {
            struct str what, nothing;
            (void)next_parameter(value, &what, &nothing);
            if (!find_format(what, &read.plan_for)) {
                read.plan_for = FORMAT_CUSTOM;
                read.plan_type = lower(arena, what);
            }
        } else if (str_is(name, "options")) {
            read.analyze = has_word(value, "analyze");
            read.verbose = has_word(value, "verbose");
            read.settings = has_word(value, "settings");
            read.buffers = has_word(value, "buffers");
            read.wal = has_word(value, "wal");
        }
    }
    if (weight > 0)
        *media = read;
    return weight;
}

size_t media_choices(struct arena *arena, const char *accept, struct media *choices, size_t room)
{
    enum { CHOICES_MAX = 16 };
    int weights[CHOICES_MAX];
    size_t count = 0;
    room = room < CHOICES_MAX ? room : CHOICES_MAX;
    for (struct str rest = str_of(accept); rest.len;) {
        size_t n = 0;
        bool quoted = false;
        while (n < rest.len && (quoted || rest.at[n] != ',')) {
            quoted ^= rest.at[n] == '"';
            n++;
        }
        struct media candidate;
        int weight = read_range(arena, str_n(rest.at, n), &candidate);
        size_t place = count;
        while (place && weights[place - 1] < weight)
            place--;
        if (weight > 0 && place < room) {
            count += count < room;
            for (size_t i = count - 1; i > place; i--) {
                choices[i] = choices[i - 1];
                weights[i] = weights[i - 1];
            }
            choices[place] = candidate;
            weights[place] = weight;
        }
        rest = n < rest.len ? str_n(rest.at + n + 1, rest.len - n - 1) : str_n(rest.at, 0);
    }
    return count;
}

enum err media_parse(struct arena *arena, const char *accept, struct media *media, struct error *out)
{
    *media = (struct media){.format = FORMAT_JSON, .type = "*/*"};
    if (!accept || !*accept || media_choices(arena, accept, media, 1))
        return OK;
    return error_set(out, arena, ERR_BAD_MEDIA, "None of these media types are available: %.200s", accept);
}

static const char *custom_type(const struct media *media)
{
    struct media known = {0};
    if (text_eq(media->type, "*/*"))
        return "application/octet-stream";
    return find_format(str_of(media->type), &known.format) ? media_content_type(&known) : media->type;
}

const char *media_content_type(const struct media *media)
{
    switch (media->format) {
    case FORMAT_OBJECT:
        return media->strip_nulls ? "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8"
                                  : "application/vnd.pgrst.object+json; charset=utf-8";
    case FORMAT_CSV:
        return "text/csv; charset=utf-8";
    case FORMAT_GEOJSON:
        return "application/geo+json; charset=utf-8";
    case FORMAT_TEXT:
        return "text/plain; charset=utf-8";
    case FORMAT_XML:
        return "text/xml; charset=utf-8";
    case FORMAT_BINARY:
        return "application/octet-stream";
    case FORMAT_OPENAPI:
        return "application/openapi+json; charset=utf-8";
    case FORMAT_PLAN:
        return media->plan_json ? "application/vnd.pgrst.plan+json; charset=utf-8"
                                : "application/vnd.pgrst.plan+text; charset=utf-8";
    case FORMAT_CUSTOM:
        return custom_type(media);
    case FORMAT_JSON:
    default:
        return media->strip_nulls ? "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"
                                  : "application/json; charset=utf-8";
    }
}
