/* Select lists and orderings: `id,total:amount.sum()::int,lines!inner(*),...owner(name)`;
 * `price.desc.nullslast,owner(name)`. */
#include "rest/scanner.h"

static enum err scan_items(struct scanner *s, struct node *node);

static const struct {
    const char *name;
    enum aggregate aggregate;
} aggregates[] = {
    {"count", AGGREGATE_COUNT}, {"sum", AGGREGATE_SUM}, {"avg", AGGREGATE_AVG},
    {"min", AGGREGATE_MIN},     {"max", AGGREGATE_MAX},
};

/* The words of a type: letters, digits, _ and spaces, perhaps [] behind and a length in parentheses. */
static enum err scan_cast(struct scanner *s, const char **cast)
{
    const char *from = s->at;
    enum err err = scan_name(s, "a type", cast);
    if (err)
        return err;
    /* regclass and its like look names up beyond what is exposed: a cast would tell what exists elsewhere */
    if (!strncasecmp(*cast, "reg", 3))
        return scan_fail(s, "a type of values");
    if (*from == '"')
        return OK;
    if (scan_take(s, "[]"))
        *cast = arena_printf(s->arena, "%s[]", *cast);
    return OK;
}

/* .sum() and its cast, behind a column */
static enum err scan_aggregate(struct scanner *s, struct select_item *item)
{
    const char *name;
    enum err err = scan_name(s, "an aggregate function", &name);
    if (err)
        return err;
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (text_eq(name, aggregates[i].name))
            item->aggregate = aggregates[i].aggregate;
    if (!item->aggregate || !scan_take(s, "()"))
        return scan_fail(s, "an aggregate function: count(), sum(), avg(), min() or max()");
    if (scan_take(s, "::"))
        return scan_cast(s, &item->aggregate_cast);
    return OK;
}

/* name!hint!inner(…), the name already read */
static enum err scan_embed(struct scanner *s, struct select_item *item, struct node *parent, bool spread)
{
    struct node *embed = arena_zalloc(s->arena, sizeof *embed);
    *embed =
        (struct node){.name = item->field.name, .alias = item->alias, .parent = parent, .limit = -1, .spread = spread};
    while (scan_take(s, "!")) {
        const char *word;
        enum err err = scan_name(s, "a hint, inner or left", &word);
        if (err)
            return err;
        if (text_eq(word, "inner"))
            embed->inner = true;
        else if (!text_eq(word, "left"))
            embed->hint = word;
    }
    if (!scan_take(s, "("))
        return scan_fail(s, "\"(\"");
    if (++s->depth > QUERY_NESTING_MAX)
        return scan_fail(s, "fewer parentheses");
    if (!scan_take(s, ")")) {
        enum err err = scan_items(s, embed);
        if (err)
            return err;
        if (!scan_take(s, ")"))
            return scan_fail(s, "\",\" or \")\"");
    }
    s->depth--;
    item->kind = SELECT_EMBED;
    item->embed = embed;
    struct node **last = &parent->children;
    while (*last)
        last = &(*last)->next;
    *last = embed;
    return OK;
}

/* What may stand alone or behind `alias:`. */
static enum err scan_field_or_count(struct scanner *s, struct select_item *item)
{
    if (!scan_take(s, "count()"))
        return scan_name(s, "field name (* or [a..z0..9_$])", &item->field.name);
    item->aggregate = AGGREGATE_COUNT;
    return scan_take(s, "::") ? scan_cast(s, &item->aggregate_cast) : OK;
}

static enum err scan_item(struct scanner *s, struct select_item *item, struct node *node)
{
    enum err err;
    item->kind = SELECT_FIELD;
    while (scan_take(s, " "))
        ;
    if (scan_take(s, "...")) {
        err = scan_name(s, "a related resource", &item->field.name);
        return err ? err : scan_embed(s, item, node, true);
    }
    if (scan_take(s, "*")) {
        item->kind = SELECT_STAR;
        return OK;
    }
    err = scan_field_or_count(s, item);
    if (err || item->aggregate)
        return err;
    if (scan_peek(s) == ':' && scan_peek_at(s, 1) != ':') {
        s->at++;
        item->alias = item->field.name;
        item->field.name = NULL;
        err = scan_field_or_count(s, item);
        if (err || item->aggregate)
            return err;
    }
    if (scan_peek(s) == '!' || scan_peek(s) == '(')
        return scan_embed(s, item, node, false);
    err = scan_json_path(s, &item->field.path);
    if (!err && scan_take(s, "::"))
        err = scan_cast(s, &item->cast);
    if (!err && scan_take(s, "."))
        err = scan_aggregate(s, item);
    return err;
}

static enum err scan_items(struct scanner *s, struct node *node)
{
    struct select_item **last = &node->items;
    do {
        struct select_item *item = arena_zalloc(s->arena, sizeof *item);
        if (++s->items > QUERY_ITEMS_MAX)
            return scan_fail(s, "fewer columns");
        enum err err = scan_item(s, item, node);
        if (err)
            return err;
        *last = item;
        last = &item->next;
        while (scan_take(s, " "))
            ;
    } while (scan_take(s, ","));
    return OK;
}

enum err scan_select(struct scanner *s, struct node *node)
{
    if (scan_end(s))
        return OK;
    enum err err = scan_items(s, node);
    scan_surplus(s);
    if (!err && !scan_end(s))
        err = scan_fail(s, "\",\", \"::\", \".\", \"(\" or end of input");
    return err;
}

const char *select_item_name(const struct select_item *item)
{
    if (item->alias)
        return item->alias;
    if (item->aggregate)
        return aggregates[item->aggregate - 1].name;
    const char *name = item->field.name;
    for (const struct json_step *step = item->field.path; step; step = step->next)
        if (step->key)
            name = step->key; /* data->a->0 is called a */
    return name;
}

enum err scan_order(struct scanner *s, struct order_term **terms)
{
    struct order_term *first = NULL, **last = &first;
    while (!scan_end(s)) {
        struct order_term *term = arena_zalloc(s->arena, sizeof *term);
        enum err err = scan_field(s, &term->field);
        if (err)
            return err;
        if (!term->field.path && scan_take(s, "(")) {
            term->relation = term->field.name;
            err = scan_field(s, &term->field);
            if (err)
                return err;
            if (!scan_take(s, ")"))
                return scan_fail(s, "\")\"");
        }
        if (scan_take(s, ".asc"))
            term->direction = DIRECTION_ASC;
        else if (scan_take(s, ".desc"))
            term->direction = DIRECTION_DESC;
        if (scan_take(s, ".nullsfirst"))
            term->nulls = NULLS_FIRST;
        else if (scan_take(s, ".nullslast"))
            term->nulls = NULLS_LAST;
        *last = term;
        last = &term->next;
        if (scan_end(s))
            break;
        if (!scan_take(s, ","))
            return scan_peek(s) == '.' ? scan_fail(s, "\"asc\", \"desc\", \"nullsfirst\", \"nullslast\" or \",\"")
                                       : scan_fail_end(s, "\",\" or end of input");
    }
    *terms = first;
    return OK;
}
