/* The query string of the REST dialect as a tree (PostgREST 12 "Tables and Views"), names still unresolved.
 *
 *     select=id,name,lines(*,dish:menu_items!inner(name))&status=eq.open&lines.quantity=gt.1&order=id.desc&limit=10
 *
 * becomes a tree of nodes, one a resource: the root and its embedded ones. Everything lives in the arena. A value that
 * takes the whole right side of one pair remembers the pair's number, so that a plan made for one request can serve the
 * next one which differs only there (see template.h).
 */
#ifndef MAITRED_REST_QUERY_H
#define MAITRED_REST_QUERY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "rest/operator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    QUERY_PAIRS_MAX = 512,  /* name=value pairs of one query string */
    QUERY_ITEMS_MAX = 500,  /* entries of a select list, with those of embedded resources */
    QUERY_NESTING_MAX = 32, /* parentheses in select and in and/or trees */
};

struct table;
struct relationship;
struct column;

/* One arrow of a JSON path: ->key, ->>key, ->0. */
struct json_step {
    const char *key; /* NULL: index */
    int64_t index;
    bool as_text;
    struct json_step *next;
};

/* A column, or something inside a JSON column. */
struct field {
    const char *name;
    struct json_step *path;
};

enum aggregate { AGGREGATE_NONE, AGGREGATE_COUNT, AGGREGATE_SUM, AGGREGATE_AVG, AGGREGATE_MIN, AGGREGATE_MAX };

struct node;

/* One entry of a select list: `*`, a column, an aggregate, or an embedded resource. */
struct select_item {
    enum { SELECT_STAR, SELECT_FIELD, SELECT_EMBED } kind;
    const char *alias;  /* or NULL */
    struct field field; /* name NULL: count() */
    const char *cast;   /* or NULL */
    enum aggregate aggregate;
    const char *aggregate_cast; /* or NULL */
    struct node *embed;
    const struct column *column; /* found by the planner, or NULL */
    struct select_item *next;
};

enum quantifier { QUANTIFIER_NONE, QUANTIFIER_ANY, QUANTIFIER_ALL };

enum condition_kind { CONDITION_AND, CONDITION_OR, CONDITION_FILTER };

/* A filter, or a tree of them. */
struct condition {
    enum condition_kind kind;
    bool negated;
    struct condition *children; /* AND, OR */
    struct field field;
    const struct operator* op;
    enum quantifier quantifier;
    const char *language;        /* full-text search, or NULL */
    struct str value;            /* terminated */
    int pair;                    /* the pair whose right side the value is, or -1 */
    struct node *embed;          /* rel=is.null: the embedded resource, found by the planner */
    const struct column *column; /* found by the planner, or NULL */
    struct condition *next;
};

enum direction { DIRECTION_DEFAULT, DIRECTION_ASC, DIRECTION_DESC };
enum nulls { NULLS_DEFAULT, NULLS_FIRST, NULLS_LAST };

struct order_term {
    struct field field;
    const char *relation; /* order=rel(column), or NULL */
    enum direction direction;
    enum nulls nulls;
    struct node *embed; /* found by the planner */
    struct order_term *next;
};

/* A resource: the one in the path, or an embedded one. */
struct node {
    const char *name;  /* as written; NULL at the root */
    const char *alias; /* or NULL */
    const char *hint;  /* after !, or NULL */
    bool inner;
    bool spread;
    struct select_item *items;
    struct condition *where; /* all of them must hold */
    struct order_term *order;
    int64_t limit; /* -1: none */
    int64_t offset;
    struct node *parent;
    struct node *children, *next; /* embedded resources in the order of the select list */

    /* Filled by the planner. */
    const struct table *table;
    const struct relationship *via; /* from the parent */
    int number;                     /* 0 at the root; names the SQL aliases */
    bool aggregated;
    bool lifted; /* a spread to-one resource with aggregates: they are its parent's */
};

/* A pair that is neither reserved nor a filter: an argument of a function called with GET. */
struct query_argument {
    const char *name;
    struct str value; /* terminated */
    int pair;
    struct query_argument *next;
};

struct query {
    struct node *root;
    bool has_select;
    const char **columns; /* columns=, NULL when absent */
    size_t column_count;
    const char **conflict; /* on_conflict=, NULL when absent */
    size_t conflict_count;
    struct query_argument *arguments; /* only with QUERY_ARGUMENTS */
    bool has_limit, has_offset;       /* of the root */
};

enum query_flags {
    QUERY_ARGUMENTS = 1 << 0, /* pairs without an operator are arguments, not broken filters */
};

/* Parses a raw query string. On failure `out` is PGRST100 or PGRST108 and says where. */
enum err query_parse(struct arena *arena, struct str raw, unsigned flags, struct query *query,
                     struct error *out) MUST_CHECK;

/* One raw pair of a query string; `value` is empty when there is no '='. */
struct query_pair {
    struct str name, value;
};

/* The next pair of `rest`, which is advanced. False at the end. Empty pairs are skipped. */
bool query_next_pair(struct str *rest, struct query_pair *pair);

/* %41 and + decoded; a % that begins no escape stands for itself. False: a zero byte. */
bool query_decode(struct arena *arena, struct str text, struct str *out);

/* The name that an item has in the answer. */
const char *select_item_name(const struct select_item *item);
static inline const char *node_label(const struct node *node)
{
    return node->alias ? node->alias : node->name;
}

#endif
