/* Regular expressions are POSIX extended ones and bounded in length: PostgreSQL's own dialect is larger, and back
 * references would let a client burn the worker's time.
 */
#include "realtime/filter.h"

#include "base/encode.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <time.h>
#include <wctype.h>

enum { CONDITIONS_MAX = 32, VALUES_MAX = 200, PATTERN_MAX_BYTES = 200, FILTER_MAX_BYTES = 8192 };

enum operation {
    OP_EQ,
    OP_NEQ,
    OP_LT,
    OP_LTE,
    OP_GT,
    OP_GTE,
    OP_IN,
    OP_LIKE,
    OP_ILIKE,
    OP_IS,
    OP_MATCH,
    OP_IMATCH,
    OP_DISTINCT
};

static const struct {
    const char *name;
    enum operation operation;
} operations[] = {{"eq", OP_EQ},
                  {"neq", OP_NEQ},
                  {"lt", OP_LT},
                  {"lte", OP_LTE},
                  {"gt", OP_GT},
                  {"gte", OP_GTE},
                  {"in", OP_IN},
                  {"like", OP_LIKE},
                  {"ilike", OP_ILIKE},
                  {"is", OP_IS},
                  {"match", OP_MATCH},
                  {"imatch", OP_IMATCH},
                  {"isdistinct", OP_DISTINCT}};

/* How values of a type are compared. */
enum ordering { BY_TEXT, BY_NUMBER, BY_FLOAT, BY_BOOL, BY_UUID, BY_DATE, BY_TIME, BY_INSTANT, BY_NOTHING };

static const struct {
    uint32_t type; /* pg_type.dat */
    enum ordering ordering;
} orderings[] = {{20, BY_NUMBER}, {21, BY_NUMBER},    {23, BY_NUMBER},    {26, BY_NUMBER}, {1700, BY_NUMBER},
                 {700, BY_FLOAT}, {701, BY_FLOAT},    {16, BY_BOOL},      {2950, BY_UUID}, {1082, BY_DATE},
                 {1083, BY_TIME}, {1114, BY_INSTANT}, {1184, BY_INSTANT}, {25, BY_TEXT},   {1042, BY_TEXT},
                 {1043, BY_TEXT}, {18, BY_TEXT},      {19, BY_TEXT}};

/* A value, ready to be compared. */
struct operand {
    struct str text;
    double number;  /* BY_FLOAT */
    int64_t moment; /* BY_BOOL, BY_DATE, BY_TIME, BY_INSTANT */
};

struct condition {
    const char *column;
    enum operation operation;
    enum ordering ordering;
    bool negated;
    struct operand *operands;
    size_t count;
    regex_t *pattern;
};

struct filter {
    struct condition conditions[CONDITIONS_MAX];
    size_t count;
    uint32_t relation, version; /* what `places` was made for */
    int places[CONDITIONS_MAX]; /* of each condition's column in the relation; -1: gone */
};

/* --- values ------------------------------------------------------------------------------------------------------- */

static bool digits(const char **at, int least, int most, int64_t *value)
{
    int n = 0;
    *value = 0;
    while (n < most && isdigit((unsigned char)**at)) {
        *value = *value * 10 + (*(*at)++ - '0');
        n++;
    }
    return n >= least;
}

/* 12:30[:15[.5]] in microseconds. */
static bool read_time(const char **at, int64_t *us)
{
    int64_t hour, minute, second = 0, fraction = 0;
    if (!digits(at, 1, 2, &hour) || *(*at)++ != ':' || !digits(at, 2, 2, &minute))
        return false;
    if (**at == ':') {
        ++*at;
        if (!digits(at, 2, 2, &second))
            return false;
        if (**at == '.') {
            const char *begin = ++*at;
            if (!digits(at, 1, 6, &fraction))
                return false;
            for (long n = *at - begin; n < 6; n++)
                fraction *= 10;
            while (isdigit((unsigned char)**at))
                ++*at;
        }
    }
    *us = ((hour * 60 + minute) * 60 + second) * 1000000 + fraction;
    return hour <= 24 && minute < 60 && second <= 60;
}

/* Days from 1970 (proleptic Gregorian). */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* 2026-11-21[T12:30:15.5[Z|+01[:30]]] in microseconds since 1970; without an offset it is UTC, as the connections have
 * it. */
static bool read_moment(const char *at, bool with_time, int64_t *us)
{
    int64_t year, month, day, time = 0, hours = 0, minutes = 0;
    if (!strcmp(at, "infinity") || !strcmp(at, "-infinity")) {
        *us = *at == '-' ? INT64_MIN : INT64_MAX;
        return true;
    }
    if (!digits(&at, 4, 7, &year) || *at++ != '-' || !digits(&at, 2, 2, &month) || *at++ != '-' ||
        !digits(&at, 2, 2, &day) || month < 1 || month > 12 || day < 1 || day > 31 || year > 290000)
        return false;
    if (with_time && (*at == 'T' || *at == 't' || *at == ' ') && isdigit((unsigned char)at[1])) {
        at++;
        if (!read_time(&at, &time))
            return false;
        if (*at == 'Z' || *at == 'z') {
            at++;
        } else if (*at == '+' || *at == '-') {
            int sign = *at++ == '-' ? -1 : 1;
            if (!digits(&at, 2, 2, &hours))
                return false;
            at += *at == ':';
            if (isdigit((unsigned char)*at) && !digits(&at, 2, 2, &minutes))
                return false;
            time -= sign * (hours * 60 + minutes) * 60 * 1000000;
        }
    }
    if (!strcmp(at, " BC")) {
        year = 1 - year;
        at += 3;
    }
    *us = days_of(year, month, day) * 86400 * 1000000 + time;
    return *at == '\0';
}

/* Sign, digits, perhaps a point and digits. */
static bool is_decimal(struct str text)
{
    size_t i = text.len && (text.at[0] == '-' || text.at[0] == '+'), n = 0, points = 0;
    for (; i < text.len; i++) {
        if (text.at[i] == '.')
            points++;
        else if (isdigit((unsigned char)text.at[i]))
            n++;
        else
            return false;
    }
    return n && points <= 1;
}

/* Numbers of any length, as they are written. */
static int compare_decimals(struct str a, struct str b)
{
    struct {
        bool negative;
        struct str whole, fraction;
    } n[2];
    const struct str texts[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct str t = texts[i];
        n[i].negative = t.at[0] == '-';
        if (t.at[0] == '-' || t.at[0] == '+')
            t = str_n(t.at + 1, t.len - 1);
        const char *point = memchr(t.at, '.', t.len);
        n[i].whole = point ? str_n(t.at, (size_t)(point - t.at)) : t;
        n[i].fraction = point ? str_n(point + 1, t.len - n[i].whole.len - 1) : str_n("", 0);
        while (n[i].whole.len && n[i].whole.at[0] == '0')
            n[i].whole = str_n(n[i].whole.at + 1, n[i].whole.len - 1);
        while (n[i].fraction.len && n[i].fraction.at[n[i].fraction.len - 1] == '0')
            n[i].fraction.len--;
        if (!n[i].whole.len && !n[i].fraction.len)
            n[i].negative = false; /* minus zero */
    }
    if (n[0].negative != n[1].negative)
        return n[0].negative ? -1 : 1;
    int order = n[0].whole.len != n[1].whole.len ? (n[0].whole.len < n[1].whole.len ? -1 : 1)
                                                 : memcmp(n[0].whole.at, n[1].whole.at, n[0].whole.len);
    if (!order) {
        size_t common = n[0].fraction.len < n[1].fraction.len ? n[0].fraction.len : n[1].fraction.len;
        order = memcmp(n[0].fraction.at, n[1].fraction.at, common);
        if (!order && n[0].fraction.len != n[1].fraction.len)
            order = n[0].fraction.len < n[1].fraction.len ? -1 : 1;
    }
    return n[0].negative ? -order : order;
}

static bool read_bool(const char *text, int64_t *value)
{
    static const char *const yes[] = {"t", "true", "yes", "on", "1"}, *const no[] = {"f", "false", "no", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!strcasecmp(text, yes[i]) || !strcasecmp(text, no[i])) {
            *value = !strcasecmp(text, yes[i]);
            return true;
        }
    }
    return false;
}

/* `text` has a zero behind it. */
static bool read_operand(enum ordering ordering, struct str text, struct operand *out)
{
    char *end;
    out->text = text;
    switch (ordering) {
    case BY_NUMBER:
        return is_decimal(text) || !strcmp(text.at, "NaN") || !strcmp(text.at, "Infinity") ||
               !strcmp(text.at, "-Infinity");
    case BY_FLOAT:
        out->number = strtod(text.at, &end);
        return text.len && *end == '\0';
    case BY_BOOL:
        return read_bool(text.at, &out->moment);
    case BY_UUID:
        return text_is_uuid(text);
    case BY_DATE:
        return read_moment(text.at, false, &out->moment);
    case BY_INSTANT:
        return read_moment(text.at, true, &out->moment);
    case BY_TIME: {
        const char *at = text.at;
        return read_time(&at, &out->moment) && *at == '\0';
    }
    case BY_TEXT:
    case BY_NOTHING:
    default:
        return true;
    }
}

/* NaN is above everything and equal to itself, as PostgreSQL sorts it. */
static int compare_floats(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return a < b ? -1 : a > b;
}

static int rank_of_number(struct str text)
{
    return text.at[0] == 'N' ? 2 : text.at[0] == 'I' ? 1 : text.len > 1 && text.at[1] == 'I' ? -1 : 0;
}

static int compare_texts(struct str a, struct str b)
{
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
    return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

static int compare(enum ordering ordering, const struct operand *a, const struct operand *b)
{
    switch (ordering) {
    case BY_NUMBER: {
        int ra = rank_of_number(a->text), rb = rank_of_number(b->text);
        return ra || rb ? (ra > rb) - (ra < rb) : compare_decimals(a->text, b->text);
    }
    case BY_FLOAT:
        return compare_floats(a->number, b->number);
    case BY_BOOL:
    case BY_DATE:
    case BY_TIME:
    case BY_INSTANT:
        return a->moment < b->moment ? -1 : a->moment > b->moment;
    case BY_UUID:
        return strncasecmp(a->text.at, b->text.at, a->text.len);
    case BY_TEXT:
    case BY_NOTHING:
    default:
        return compare_texts(a->text, b->text);
    }
}

/* --- like --------------------------------------------------------------------------------------------------------- */

static uint32_t next_letter(const char **at, const char *end)
{
    unsigned char c = (unsigned char)*(*at)++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    uint32_t letter = more ? c & (0x3fu >> more) : c;
    while (more-- && *at < end)
        letter = letter << 6 | ((unsigned char)*(*at)++ & 0x3f);
    return letter;
}

static uint32_t fold(uint32_t letter)
{
    static locale_t utf8;
    if (!utf8)
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    return utf8 ? (uint32_t)towlower_l((wint_t)letter, utf8) : letter < 128 ? (uint32_t)tolower((int)letter) : letter;
}

/* % any letters, _ one, \ takes the next as it is. After a % nothing before it is tried again, which keeps this to
 * length × pattern. */
static bool like(struct str text, struct str pattern, bool any_case)
{
    const char *t = text.at, *t_end = t + text.len, *p = pattern.at, *p_end = p + pattern.len;
    const char *star = NULL, *star_text = NULL;
    while (t < t_end || p < p_end) {
        if (p < p_end && *p == '%') {
            star = ++p;
            star_text = t;
            continue;
        }
        if (p < p_end && t < t_end) {
            const char *p_next = p, *t_next = t;
            bool any = *p == '_';
            if (*p == '\\' && p + 1 < p_end)
                p_next++;
            uint32_t a = next_letter(&p_next, p_end), b = next_letter(&t_next, t_end);
            if (any || a == b || (any_case && fold(a) == fold(b))) {
                p = p_next;
                t = t_next;
                continue;
            }
        }
        if (!star || star_text >= t_end)
            return false;
        (void)next_letter(&star_text, t_end);
        t = star_text;
        p = star;
    }
    return true;
}

/* --- parsing ------------------------------------------------------------------------------------------------------ */

struct parser {
    struct arena *arena;
    const char *at;
    struct error *error;
};

/* A value up to one of `stops`: as it is, or in double quotes with \ before what is to be taken as it is. */
static bool read_value(struct parser *p, const char *stops, struct str *out)
{
    char *text = arena_alloc(p->arena, strlen(p->at) + 1);
    size_t n = 0;
    if (*p->at == '"') {
        for (p->at++; *p->at && *p->at != '"'; p->at++) {
            if (*p->at == '\\' && p->at[1])
                p->at++;
            text[n++] = *p->at;
        }
        if (*p->at++ != '"')
            return false;
    } else {
        size_t length = strcspn(p->at, stops);
        memcpy(text, p->at, length);
        n = length;
        p->at += length;
    }
    text[n] = '\0';
    *out = str_n(text, n);
    return !*p->at || strchr(stops, *p->at);
}

static void free_pattern(void *pattern)
{
    regfree(pattern);
}

static enum err add_pattern(struct parser *p, struct condition *c)
{
    struct str text = c->operands[0].text;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '{' || (text.at[i] == '\\' && i + 1 < text.len && isdigit((unsigned char)text.at[i + 1])))
            return error_set(p->error, p->arena, ERR_BAD_INPUT,
                             "the pattern for \"%s\" may not hold repetition counts and back references", c->column);
    c->pattern = arena_alloc(p->arena, sizeof *c->pattern);
    if (text.len > PATTERN_MAX_BYTES ||
        regcomp(c->pattern, text.at, REG_EXTENDED | REG_NOSUB | (c->operation == OP_IMATCH ? REG_ICASE : 0)))
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "the pattern for \"%s\" is no regular expression",
                         c->column);
    arena_on_release(p->arena, free_pattern, c->pattern);
    return OK;
}

static enum err read_operation(struct parser *p, struct condition *c)
{
    if (!strncmp(p->at, "not.", 4)) {
        c->negated = true;
        p->at += 4;
    }
    size_t length = strcspn(p->at, ".");
    for (size_t i = 0; p->at[length] == '.' && i < sizeof operations / sizeof *operations; i++) {
        if (strlen(operations[i].name) == length && !strncmp(operations[i].name, p->at, length)) {
            c->operation = operations[i].operation;
            p->at += length + 1;
            return OK;
        }
    }
    return error_set(p->error, p->arena, ERR_BAD_INPUT, "\"%.*s\" in the filter is no operator", (int)length, p->at);
}

static enum err read_operands(struct parser *p, struct condition *c)
{
    struct operand *operands = arena_array(p->arena, c->operation == OP_IN ? VALUES_MAX : 1, sizeof *operands);
    bool list = c->operation == OP_IN;
    if (list && *p->at++ != '(')
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "in wants a list in parentheses");
    do {
        struct str text;
        if (c->count == VALUES_MAX)
            return error_set(p->error, p->arena, ERR_BAD_INPUT, "in takes at most %d values", VALUES_MAX);
        if (!read_value(p, list ? ",)" : ",", &text))
            return error_set(p->error, p->arena, ERR_BAD_INPUT, "the value for \"%s\" does not end", c->column);
        enum ordering ordering = c->operation >= OP_LIKE && c->operation != OP_DISTINCT ? BY_TEXT : c->ordering;
        if (c->operation == OP_DISTINCT && str_is(text, "null"))
            ordering = BY_TEXT;
        if (!read_operand(ordering, text, &operands[c->count++]))
            return error_set(p->error, p->arena, ERR_BAD_INPUT, "\"%s\" is no value for the column \"%s\"", text.at,
                             c->column);
    } while (list && *p->at == ',' && p->at++);
    if (list && *p->at++ != ')')
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "the list for \"%s\" does not end", c->column);
    c->operands = operands;
    return OK;
}

static enum err check_operation(struct parser *p, struct condition *c)
{
    if (c->ordering == BY_NOTHING && c->operation >= OP_LT && c->operation <= OP_GTE)
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "the type of \"%s\" has no order that filters know",
                         c->column);
    if (c->operation == OP_IS) {
        static const char *const words[] = {"null", "true", "false", "unknown", "not_null"};
        bool known = false;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            known = known || !strcasecmp(c->operands[0].text.at, words[i]);
        if (!known)
            return error_set(p->error, p->arena, ERR_BAD_INPUT, "is knows null, true, false and unknown");
    }
    return c->operation == OP_MATCH || c->operation == OP_IMATCH ? add_pattern(p, c) : OK;
}

static enum err read_condition(struct parser *p, const struct filter_column *columns, size_t count, struct condition *c)
{
    size_t length = strcspn(p->at, "=");
    if (p->at[length] != '=')
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "a filter is column=operator.value");
    for (size_t i = 0; i < count && !c->column; i++) {
        if (strlen(columns[i].name) != length || strncmp(columns[i].name, p->at, length) != 0)
            continue;
        c->column = arena_strdup(p->arena, columns[i].name);
        c->ordering = BY_NOTHING;
        for (size_t o = 0; o < sizeof orderings / sizeof *orderings; o++)
            if (orderings[o].type == columns[i].type)
                c->ordering = orderings[o].ordering;
    }
    if (!c->column)
        return error_set(p->error, p->arena, ERR_BAD_INPUT, "there is no column \"%.*s\"", (int)length, p->at);
    p->at += length + 1;
    enum err err = read_operation(p, c);
    if (err == OK)
        err = read_operands(p, c);
    return err == OK ? check_operation(p, c) : err;
}

enum err filter_parse(struct arena *arena, const char *text, const struct filter_column *columns, size_t count,
                      struct filter **filter, struct error *out)
{
    struct parser p = {.arena = arena, .at = text, .error = out};
    struct filter *f = arena_zalloc(arena, sizeof *f);
    if (strlen(text) > FILTER_MAX_BYTES)
        return error_set(out, arena, ERR_BAD_INPUT, "a filter has at most %d characters", FILTER_MAX_BYTES);
    do {
        if (f->count == CONDITIONS_MAX)
            return error_set(out, arena, ERR_BAD_INPUT, "a filter has at most %d conditions", CONDITIONS_MAX);
        enum err err = read_condition(&p, columns, count, &f->conditions[f->count++]);
        if (err != OK)
            return err;
    } while (*p.at == ',' && *++p.at);
    if (*p.at)
        return error_set(out, arena, ERR_BAD_INPUT, "\"%s\" follows the filter", p.at);
    *filter = f;
    return OK;
}

void filter_each_column(const struct filter *filter, void (*fn)(void *data, const char *column), void *data)
{
    for (size_t i = 0; i < filter->count; i++)
        fn(data, filter->conditions[i].column);
}

/* --- fitting ------------------------------------------------------------------------------------------------------ */

static bool is_what(const char *word, const struct change_value *value)
{
    bool null = value->state == VALUE_NULL;
    if (!strcasecmp(word, "not_null"))
        return !null;
    if (!strcasecmp(word, "null") || !strcasecmp(word, "unknown"))
        return null;
    return !null && value->text.len && (value->text.at[0] == 't') == !strcasecmp(word, "true");
}

/* What holds of a value that is there: the operation without its negation. */
static bool holds(const struct condition *c, struct str value)
{
    enum { HERE = 512 };
    char here[HERE], *text = value.len < HERE ? here : malloc(value.len + 1);
    struct operand operand;
    bool yes = false;
    if (!text)
        abort();
    memcpy(text, value.at, value.len);
    text[value.len] = '\0';
    struct str whole = str_n(text, value.len);
    if (c->operation == OP_LIKE || c->operation == OP_ILIKE) {
        yes = like(whole, c->operands[0].text, c->operation == OP_ILIKE);
    } else if (c->pattern) {
        yes = regexec(c->pattern, text, 0, NULL, 0) == 0;
    } else if (read_operand(c->ordering, whole, &operand)) {
        for (size_t i = 0; i < c->count && !yes; i++) {
            int order = compare(c->ordering, &operand, &c->operands[i]);
            yes = c->operation == OP_NEQ || c->operation == OP_DISTINCT ? order != 0
                  : c->operation == OP_LT                               ? order < 0
                  : c->operation == OP_LTE                              ? order <= 0
                  : c->operation == OP_GT                               ? order > 0
                  : c->operation == OP_GTE                              ? order >= 0
                                                                        : order == 0;
        }
    }
    if (text != here)
        free(text);
    return yes;
}

static bool condition_fits(const struct condition *c, const struct change_value *value)
{
    if (value->state != VALUE_NULL && value->state != VALUE_TEXT)
        return false;
    if (c->operation == OP_IS)
        return is_what(c->operands[0].text.at, value) != c->negated;
    if (c->operation == OP_DISTINCT) {
        bool to_null = str_is(c->operands[0].text, "null");
        bool distinct =
            value->state == VALUE_NULL || to_null ? (value->state == VALUE_NULL) != to_null : holds(c, value->text);
        return distinct != c->negated;
    }
    return value->state == VALUE_TEXT && holds(c, value->text) != c->negated; /* null is neither */
}

bool filter_fits(struct filter *filter, const struct relation *relation, const struct change_value *values)
{
    if (filter->relation != relation->id || filter->version != relation->version) {
        for (size_t i = 0; i < filter->count; i++) {
            filter->places[i] = -1;
            for (int j = 0; j < relation->column_count; j++)
                if (text_eq(relation->columns[j].name, filter->conditions[i].column))
                    filter->places[i] = j;
        }
        filter->relation = relation->id;
        filter->version = relation->version;
    }
    for (size_t i = 0; i < filter->count; i++)
        if (filter->places[i] < 0 || !condition_fits(&filter->conditions[i], &values[filter->places[i]]))
            return false;
    return true;
}
