#include "rest/query.h"

#include "base/encode.h"
#include "rest/scanner.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

bool query_next_pair(struct str *rest, struct query_pair *pair)
{
    while (rest->len) {
        const char *amp = memchr(rest->at, '&', rest->len);
        size_t n = amp ? (size_t)(amp - rest->at) : rest->len;
        struct str text = str_n(rest->at, n);
        size_t used = n + (amp ? 1 : 0);
        *rest = str_n(rest->at + used, rest->len - used);
        if (!n)
            continue;
        const char *equals = memchr(text.at, '=', n);
        size_t name = equals ? (size_t)(equals - text.at) : n;
        pair->name = str_n(text.at, name);
        pair->value = equals ? str_n(equals + 1, n - name - 1) : str_n(text.at + n, 0);
        return true;
    }
    return false;
}

bool query_decode(struct arena *arena, struct str text, struct str *out)
{
    if (decode_percent(arena, text, true, out))
        return true;
    /* Written by hand, as in like.%a%: what is no escape stands for itself. */
    char *escaped = arena_alloc(arena, text.len * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        escaped[n++] = text.at[i];
        if (text.at[i] == '%' &&
            !(text.len - i > 2 && isxdigit((unsigned char)text.at[i + 1]) && isxdigit((unsigned char)text.at[i + 2]))) {
            escaped[n++] = '2';
            escaped[n++] = '5';
        }
    }
    return decode_percent(arena, str_n(escaped, n), true, out);
}

/* A decoded pair with its name taken apart: lines.order, lines.quantity, not.or, data->a. */
struct pair {
    int number;
    struct str name, value;
    enum pair_kind {
        PAIR_SELECT,
        PAIR_COLUMNS,
        PAIR_CONFLICT,
        PAIR_ORDER,
        PAIR_LIMIT,
        PAIR_OFFSET,
        PAIR_AND,
        PAIR_OR,
        PAIR_FILTER,
    } kind;
    bool negated;
    const char **path; /* of embedded resources, outermost first */
    size_t path_length;
    struct field field;
};

static const struct {
    const char *name;
    enum pair_kind kind;
    bool embeds; /* may stand behind a path: lines.order */
} reserved[] = {
    {"select", PAIR_SELECT, false},
    {"columns", PAIR_COLUMNS, false},
    {"on_conflict", PAIR_CONFLICT, false},
    {"order", PAIR_ORDER, true},
    {"limit", PAIR_LIMIT, true},
    {"offset", PAIR_OFFSET, true},
    {"and", PAIR_AND, true},
    {"or", PAIR_OR, true},
};

static enum err split_name(struct arena *arena, struct pair *pair, struct error *out)
{
    enum { DEPTH = 64 };
    const char *names[DEPTH];
    size_t count = 0;
    struct scanner s = scanner_of(arena, pair->name, "tree path", out);
    bool quoted = false; /* "select" is a column, select is ours */
    for (;;) {
        quoted = scan_peek(&s) == '"';
        if (count == DEPTH)
            return scan_fail(&s, "a shorter path");
        enum err err = scan_name(&s, "field name (* or [a..z0..9_$])", &names[count]);
        if (err)
            return err;
        count++;
        if (!scan_take(&s, "."))
            break;
    }
    enum err err = scan_json_path(&s, &pair->field.path);
    if (err)
        return err;
    if (!scan_end(&s))
        return scan_fail(&s, "\".\", \"->\" or end of input");

    const char *last = names[count - 1];
    pair->kind = PAIR_FILTER;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved && !pair->field.path && !quoted; i++)
        if (text_eq(last, reserved[i].name) && (count == 1 || reserved[i].embeds))
            pair->kind = reserved[i].kind;
    pair->field.name = last;
    count--;
    if ((pair->kind == PAIR_AND || pair->kind == PAIR_OR) && count && text_eq(names[count - 1], "not")) {
        pair->negated = true;
        count--;
    }
    pair->path = arena_array(arena, count + 1, sizeof *pair->path);
    if (count)
        memcpy(pair->path, names, count * sizeof *names);
    pair->path_length = count;
    return OK;
}

/* The embedded resource that a path names by alias or by name. */
static enum err find_node(struct arena *arena, struct query *query, const struct pair *pair, struct node **found,
                          struct error *out)
{
    struct node *node = query->root;
    for (size_t i = 0; i < pair->path_length; i++) {
        struct node *child = node->children;
        while (child && !text_eq(node_label(child), pair->path[i]))
            child = child->next;
        for (struct node *by_name = node->children; !child && by_name; by_name = by_name->next)
            if (text_eq(by_name->name, pair->path[i]))
                child = by_name;
        if (!child) {
            error_set(out, arena, ERR_EMBED_FILTER, "'%s' is not an embedded resource in this request", pair->path[i]);
            out->hint =
                arena_printf(arena, "Verify that '%s' is included in the 'select' query parameter.", pair->path[i]);
            return ERR_EMBED_FILTER;
        }
        node = child;
    }
    *found = node;
    return OK;
}

static enum err parse_names(struct arena *arena, const struct pair *pair, const char *what, const char ***names,
                            size_t *count, struct error *out)
{
    struct scanner s = scanner_of(arena, pair->value, what, out);
    size_t room = 1;
    for (size_t i = 0; i < pair->value.len; i++)
        room += pair->value.at[i] == ',';
    const char **list = arena_array(arena, room, sizeof *list);
    size_t n = 0;
    if (scan_end(&s) && pair->kind == PAIR_COLUMNS)
        return scan_fail(&s, "field name (* or [a..z0..9_$])");
    while (!scan_end(&s)) {
        enum err err = scan_name(&s, "field name (* or [a..z0..9_$])", &list[n]);
        if (err)
            return err;
        n++;
        if (!scan_end(&s) && !scan_take(&s, ","))
            return scan_fail(&s, "\",\" or end of input");
    }
    *names = list;
    *count = n;
    return OK;
}

static enum err parse_number(struct arena *arena, const struct pair *pair, const char *what, int64_t *number,
                             struct error *out)
{
    struct scanner s = scanner_of(arena, pair->value, what, out);
    char *end;
    errno = 0;
    long long value = strtoll(pair->value.at, &end, 10);
    if (!pair->value.len || *end || errno || pair->value.at[0] == ' ' || pair->value.at[0] == '+')
        return scan_fail(&s, "an integer");
    if (value < 0 && pair->kind == PAIR_OFFSET) {
        value = 0; /* as the dialect has it: the first page */
    } else if (value < 0) {
        *out = error_of(ERR_RANGE);
        out->details = "Limit should be greater than or equal to zero.";
        return ERR_RANGE;
    }
    *number = value;
    return OK;
}

static void add_condition(struct node *node, struct condition *condition)
{
    struct condition **last = &node->where;
    while (*last)
        last = &(*last)->next;
    *last = condition;
}

static enum err apply(struct arena *arena, unsigned flags, const struct pair *pair, struct query *query,
                      struct error *out)
{
    struct node *node = query->root;
    struct condition *condition;
    struct scanner s;
    enum err err = OK;
    bool is_argument = (flags & QUERY_ARGUMENTS) && pair->kind == PAIR_FILTER && !pair->path_length &&
                       !pair->field.path && !scan_looks_like_filter(pair->value);
    if (is_argument) {
        struct query_argument **last = &query->arguments;
        while (*last)
            last = &(*last)->next;
        *last = arena_zalloc(arena, sizeof **last);
        **last = (struct query_argument){.name = pair->field.name, .value = pair->value, .pair = pair->number};
        return OK;
    }
    err = find_node(arena, query, pair, &node, out);
    if (err)
        return err;
    switch (pair->kind) {
    case PAIR_SELECT:
        return OK; /* was read first */
    case PAIR_COLUMNS:
        return parse_names(arena, pair, "columns parameter", &query->columns, &query->column_count, out);
    case PAIR_CONFLICT:
        return parse_names(arena, pair, "on_conflict parameter", &query->conflict, &query->conflict_count, out);
    case PAIR_ORDER:
        s = scanner_of(arena, pair->value, "order", out);
        return scan_order(&s, &node->order);
    case PAIR_LIMIT:
        query->has_limit |= node == query->root;
        return parse_number(arena, pair, "limit", &node->limit, out);
    case PAIR_OFFSET:
        query->has_offset |= node == query->root;
        return parse_number(arena, pair, "offset", &node->offset, out);
    case PAIR_AND:
    case PAIR_OR:
        condition = arena_zalloc(arena, sizeof *condition);
        condition->kind = pair->kind == PAIR_AND ? CONDITION_AND : CONDITION_OR;
        condition->negated = pair->negated;
        condition->pair = -1;
        s = scanner_of(arena, pair->value, "logic tree", out);
        s.shift = (pair->kind == PAIR_AND ? strlen("and") : strlen("or")) + (pair->negated ? strlen("not.") : 0);
        err = scan_logic(&s, condition);
        break;
    case PAIR_FILTER:
    default:
        condition = arena_zalloc(arena, sizeof *condition);
        condition->kind = CONDITION_FILTER;
        condition->field = pair->field;
        condition->pair = pair->number;
        s = scanner_of(arena, pair->value, "filter", out);
        err = scan_filter(&s, condition);
        break;
    }
    if (!err)
        add_condition(node, condition);
    return err;
}

enum err query_parse(struct arena *arena, struct str raw, unsigned flags, struct query *query, struct error *out)
{
    size_t room = 1;
    for (size_t i = 0; i < raw.len && room < QUERY_PAIRS_MAX; i++)
        room += raw.at[i] == '&';
    struct pair *pairs = arena_array(arena, room, sizeof *pairs);
    size_t count = 0;
    struct query_pair text;
    *query = (struct query){.root = arena_zalloc(arena, sizeof *query->root)};
    query->root->limit = -1;

    while (query_next_pair(&raw, &text)) {
        if (count == QUERY_PAIRS_MAX)
            return error_set(out, arena, ERR_BAD_QUERY, "The query string has more than %d parameters",
                             QUERY_PAIRS_MAX);
        struct pair *pair = &pairs[count];
        pair->number = (int)count++;
        if (!query_decode(arena, text.name, &pair->name) || !query_decode(arena, text.value, &pair->value) ||
            !text_is_utf8(pair->name) || !text_is_utf8(pair->value))
            return error_set(out, arena, ERR_BAD_QUERY,
                             "The query string is not well-formed: percent-encoded UTF-8 is expected");
        enum err err = split_name(arena, pair, out);
        if (err)
            return err;
        if (pair->kind == PAIR_SELECT && !query->has_select) {
            struct scanner s = scanner_of(arena, pair->value, "select parameter", out);
            err = scan_select(&s, query->root);
            if (err)
                return err;
            query->has_select = pair->value.len > 0; /* select= says nothing */
        }
    }
    for (size_t i = 0; i < count; i++) {
        enum err err = apply(arena, flags, &pairs[i], query, out);
        if (err)
            return err;
    }
    return OK;
}
