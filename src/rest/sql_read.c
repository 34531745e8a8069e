/* Reading: one select a node. An embedded resource is a lateral join whose JSON PostgreSQL builds; the rows of the
 * outermost select stay rows, and the renderer makes their JSON. */
#include "rest/sql.h"

#include <string.h>

static void lateral_name(struct sql *sql, const struct node *node)
{
    sql_add(sql, "\"pgrst_");
    sql_int(sql, node->number);
    sql_add(sql, "\"");
}

static bool is_to_one(const struct node *node)
{
    return node->via->to_one;
}

/* --- Items ----------------------------------------------------------------------------------------------------------
 */

/* rel(), and rel(other()): joined and filtered by, not shown. */
static bool is_shown(const struct node *embed)
{
    for (const struct select_item *item = embed->items; item; item = item->next)
        if (item->kind != SELECT_EMBED || is_shown(item->embed))
            return true;
    return false;
}

static const char *const aggregate_sql[] = {"", "count", "sum", "avg", "min", "max"};

static void open_aggregate(struct sql *sql, const struct select_item *item)
{
    if (item->aggregate_cast)
        sql_add(sql, "cast(");
    if (item->aggregate) {
        sql_add(sql, aggregate_sql[item->aggregate]);
        sql_add(sql, "(");
    }
}

static void close_aggregate(struct sql *sql, const struct select_item *item)
{
    if (item->aggregate)
        sql_add(sql, ")");
    if (item->aggregate_cast) {
        sql_add(sql, " as ");
        sql_type(sql, item->aggregate_cast);
        sql_add(sql, ")");
    }
}

/* A domain that says itself what its JSON is. */
static bool is_represented(const struct sql *sql, const struct select_item *item)
{
    return sql->json && item->column && item->column->to_json && !item->field.path && !item->aggregate;
}

/* The value of an item without its name: column, path, cast, aggregate. */
static void item_value(struct sql *sql, const struct node *node, const struct select_item *item)
{
    const char *alias = sql_alias(sql, node);
    enum aggregate aggregate = node->lifted ? AGGREGATE_NONE : item->aggregate;
    if (!node->lifted)
        open_aggregate(sql, item);
    if (item->cast)
        sql_add(sql, "cast(");
    bool represented = is_represented(sql, item);
    if (represented) {
        sql_add(sql, item->column->to_json); /* the database's own text */
        sql_add(sql, "(");
    }
    if (item->field.name)
        sql_field(sql, alias, &item->field, item->column);
    else
        sql_add(sql, aggregate ? "*" : "1");
    sql_add(sql, represented ? ")" : "");
    if (item->cast) {
        sql_add(sql, " as ");
        sql_type(sql, item->cast);
        sql_add(sql, ")");
    }
    if (!node->lifted)
        close_aggregate(sql, item);
}

/* How the renderer would meet the item's value. */
static enum value_kind item_kind(const struct sql *sql, const struct select_item *item)
{
    const char *cast = item->aggregate_cast ? item->aggregate_cast : item->aggregate ? NULL : item->cast;
    if (cast)
        return !sql_type_is_plain(cast) ? VALUE_COMPOSED : !strncasecmp(cast, "json", 4) ? VALUE_JSON : VALUE_PLAIN;
    if (item->aggregate == AGGREGATE_COUNT || item->aggregate == AGGREGATE_AVG || item->aggregate == AGGREGATE_SUM)
        return VALUE_PLAIN;
    if (item->field.path) {
        const struct json_step *last = item->field.path;
        while (last->next)
            last = last->next;
        return last->as_text ? VALUE_PLAIN : VALUE_JSON;
    }
    if (is_represented(sql, item))
        return VALUE_JSON;
    return item->column ? item->column->kind : VALUE_COMPOSED; /* unknown: to_json() is right for everything */
}

/* Opens what the renderer needs around a value of this kind; returns what closes it. */
static const char *open_value(struct sql *sql, enum value_kind kind, bool outermost)
{
    if (!outermost || !sql->to_json || kind == VALUE_PLAIN)
        return "";
    if (kind == VALUE_COMPOSED) {
        sql_add(sql, sql->strip_nulls ? "json_strip_nulls(to_json(" : "to_json(");
        return sql->strip_nulls ? "))" : ")";
    }
    if (!sql->strip_nulls)
        return "";
    sql_add(sql, "json_strip_nulls((");
    return ")::json)";
}

static void lateral_column(struct sql *sql, const struct node *lateral, const char *name)
{
    lateral_name(sql, lateral);
    sql_add(sql, ".");
    sql_name(sql, name);
}

/* Calls for each column that a spread resource gives: its own items and those of what is spread in it. */
static void each_spread_item(struct sql *sql, const struct node *node,
                             void (*fn)(struct sql *sql, const struct node *node, const struct select_item *item,
                                        const char *name, void *data),
                             void *data)
{
    for (const struct select_item *item = node->items; item; item = item->next) {
        if (item->kind == SELECT_EMBED && item->embed->spread)
            each_spread_item(sql, item->embed, fn, data);
        else if (item->kind != SELECT_EMBED)
            fn(sql, node, item, select_item_name(item), data);
        else if (is_shown(item->embed))
            fn(sql, node, item, node_label(item->embed), data);
    }
}

struct spread {
    const struct node *parent, *lateral;
    bool outermost, *comma;
};

/* One of its items among the parent's. */
static void spread_item(struct sql *sql, const struct node *node, const struct select_item *item, const char *name,
                        void *data)
{
    const struct spread *spread = data;
    bool lists = !is_to_one(spread->lateral); /* of it, or of a resource between it and the item */
    for (const struct node *n = node; n != spread->lateral; n = n->parent)
        lists |= !is_to_one(n);
    bool aggregates =
        !lists && spread->parent->aggregated && node->lifted && item->kind != SELECT_EMBED && item->aggregate;
    enum value_kind kind = lists || item->kind == SELECT_EMBED ? VALUE_JSON : item_kind(sql, item);
    sql_add(sql, *spread->comma ? ", " : " ");
    *spread->comma = true;
    const char *close = open_value(sql, kind, spread->outermost);
    if (aggregates)
        open_aggregate(sql, item);
    lateral_column(sql, spread->lateral, name);
    if (aggregates)
        close_aggregate(sql, item);
    sql_add(sql, close);
    sql_add(sql, " as ");
    sql_name(sql, name);
}

static void spread_items(struct sql *sql, const struct node *parent, const struct node *lateral, bool outermost,
                         bool *comma)
{
    each_spread_item(sql, lateral, spread_item,
                     &(struct spread){.parent = parent, .lateral = lateral, .outermost = outermost, .comma = comma});
}

/* Where rows are grouped by it, it must be comparable, which JSON as it was written is not. */
static bool is_grouped(const struct node *node)
{
    return node->aggregated || node->lifted;
}

static void embed_value(struct sql *sql, const struct node *embed)
{
    if (is_to_one(embed)) {
        sql_add(sql, embed->parent->lifted ? "to_jsonb(" : "row_to_json(");
        lateral_name(sql, embed);
        sql_add(sql, ".*)");
    } else {
        sql_add(sql, "coalesce(");
        lateral_name(sql, embed);
        sql_add(sql, ".\"pgrst_list\", '[]')");
    }
}

void sql_items(struct sql *sql, const struct node *node, bool outermost)
{
    bool comma = false;
    for (const struct select_item *item = node->items; item; item = item->next) {
        if (item->kind == SELECT_EMBED && item->embed->spread) {
            spread_items(sql, node, item->embed, outermost, &comma);
            continue;
        }
        if (item->kind == SELECT_EMBED && !is_shown(item->embed))
            continue;
        sql_add(sql, comma ? ", " : " ");
        comma = true;
        if (item->kind == SELECT_EMBED) {
            const char *close = open_value(sql, VALUE_JSON, outermost);
            embed_value(sql, item->embed);
            sql_add(sql, close);
            sql_add(sql, " as ");
            sql_name(sql, node_label(item->embed));
        } else {
            const char *close = open_value(sql, item_kind(sql, item), outermost);
            item_value(sql, node, item);
            sql_add(sql, close);
            sql_add(sql, " as ");
            sql_name(sql, select_item_name(item));
        }
    }
    if (!comma)
        sql_add(sql, outermost ? "" : " 1 as \"pgrst_nothing\"");
}

/* --- Conditions ------------------------------------------------------------------------------------------------------
 */

static void value_parameter(struct sql *sql, const struct condition *c)
{
    struct plan_param param = {.source = PARAM_PAIR_FILTER, .pair = c->pair, .operand = c->op->operand};
    if (c->pair < 0) {
        struct str value = c->value;
        if (c->op->operand == OPERAND_PATTERN)
            value = operand_pattern(sql->arena, value);
        else if (c->op->operand == OPERAND_LIST && !operand_list(sql->arena, value, &value))
            value = STR("{}"); /* was checked by the parser */
        param =
            (struct plan_param){.source = PARAM_CONSTANT, .constant = arena_strndup(sql->arena, value.at, value.len)};
    }
    sql_parameter(sql, param);
}

static void search(struct sql *sql, const char *alias, const struct condition *c)
{
    bool vector = !c->column || c->column->is_tsvector;
    if (c->field.path)
        vector = false;
    if (!vector) {
        sql_add(sql, "to_tsvector(");
        if (c->language) {
            sql_literal(sql, c->language);
            sql_add(sql, "::regconfig, ");
        }
    }
    sql_field(sql, alias, &c->field, c->column);
    sql_add(sql, vector ? " @@ " : ") @@ ");
    sql_add(sql, c->op->sql);
    sql_add(sql, "(");
    if (c->language) {
        sql_literal(sql, c->language);
        sql_add(sql, "::regconfig, ");
    }
    value_parameter(sql, c);
    sql_add(sql, ")");
}

/* rel=is.null: there is no such row. */
static void embed_is_null(struct sql *sql, const struct condition *c)
{
    const char *keyword = operator_keyword(c->value);
    bool null = text_eq(keyword, "null") != c->negated;
    lateral_name(sql, c->embed);
    if (is_to_one(c->embed))
        sql_add(sql, null ? " is not distinct from null" : " is distinct from null");
    else
        sql_add(sql, null ? ".\"pgrst_list\" is null" : ".\"pgrst_list\" is not null");
}

/* Whether the value is one of the column's type, or a list of them. */
static bool compares(enum operand operand)
{
    return operand == OPERAND_VALUE || operand == OPERAND_LIST;
}

static void condition(struct sql *sql, const char *alias, const struct condition *c)
{
    if (c->embed) {
        embed_is_null(sql, c);
        return;
    }
    if (c->negated)
        sql_add(sql, "not ");
    sql_add(sql, "(");
    if (c->kind != CONDITION_FILTER) {
        for (const struct condition *child = c->children; child; child = child->next) {
            condition(sql, alias, child);
            if (child->next)
                sql_add(sql, c->kind == CONDITION_AND ? " and " : " or ");
        }
    } else if (c->op->operand == OPERAND_SEARCH) {
        search(sql, alias, c);
    } else {
        sql_field(sql, alias, &c->field, c->column);
        sql_add(sql, " ");
        sql_add(sql, c->op->sql);
        sql_add(sql, " ");
        if (c->op->operand == OPERAND_KEYWORD) {
            sql_add(sql, operator_keyword(c->value));
        } else if (c->column && c->column->from_text && !c->field.path && !c->quantifier && compares(c->op->operand)) {
            bool list = c->op->operand == OPERAND_LIST;
            sql_add(sql, list ? "any (array(select " : "");
            sql_add(sql, c->column->from_text); /* the database's own text */
            sql_add(sql, list ? "(pgrst_v) from unnest(" : "(");
            value_parameter(sql, c);
            sql_add(sql, list ? "::text[]) as pgrst_v))" : "::text)");
        } else if (c->op->operand == OPERAND_LIST || c->quantifier) {
            sql_add(sql, c->quantifier == QUANTIFIER_ALL ? "all (" : "any (");
            value_parameter(sql, c);
            sql_add(sql, ")");
        } else {
            value_parameter(sql, c);
        }
    }
    sql_add(sql, ")");
}

static void equal_columns(struct sql *sql, const char *a, const char *const *a_columns, const char *b,
                          const char *const *b_columns, size_t count, bool *started)
{
    for (size_t i = 0; i < count; i++) {
        sql_add(sql, *started ? " and " : " where ");
        *started = true;
        sql_names(sql, a, a_columns[i]);
        sql_add(sql, " = ");
        sql_names(sql, b, b_columns[i]);
    }
}

static const char *junction_alias(struct sql *sql, const struct node *node)
{
    return arena_printf(sql->arena, "%s_via_%d", node->via->via->name, node->number);
}

/* How an embedded row belongs to its parent's. */
static bool join_conditions(struct sql *sql, const struct node *node, const char *parent_alias)
{
    const struct relationship *via = node->via;
    const char *alias = sql_alias(sql, node);
    bool started = false;
    if (via->kind == RELATIONSHIP_KEY) {
        equal_columns(sql, alias, via->to_columns, parent_alias, via->from_columns, via->column_count, &started);
    } else if (via->kind == RELATIONSHIP_JUNCTION) {
        const char *between = junction_alias(sql, node);
        equal_columns(sql, between, via->via_from_columns, parent_alias, via->from_columns, via->column_count,
                      &started);
        equal_columns(sql, alias, via->to_columns, between, via->via_to_columns, via->via_column_count, &started);
    }
    return started;
}

bool sql_where(struct sql *sql, const struct node *node, bool started)
{
    const char *alias = sql_alias(sql, node);
    for (const struct condition *c = node->where; c; c = c->next) {
        sql_add(sql, started ? " and " : " where ");
        started = true;
        condition(sql, alias, c);
    }
    return started;
}

/* --- Joins -------------------------------------------------------------------------------------------------------- */

static bool mentions(const struct condition *conditions, const struct node *embed)
{
    for (const struct condition *c = conditions; c; c = c->next)
        if (c->embed == embed || mentions(c->children, embed))
            return true;
    return false;
}

static void list_item(struct sql *sql, const struct node *node, const struct select_item *item, const char *name,
                      void *data)
{
    (void)node;
    (void)item;
    sql_add(sql, ", coalesce(json_agg(");
    lateral_column(sql, data, name);
    sql_add(sql, "), '[]') as ");
    sql_name(sql, name);
}

void sql_joins(struct sql *sql, const struct node *node, bool needed_only)
{
    for (const struct node *child = node->children; child; child = child->next) {
        if (needed_only && !child->inner && !mentions(node->where, child))
            continue;
        sql_add(sql, child->inner ? " inner join lateral (" : " left join lateral (");
        if (is_to_one(child)) {
            sql_select(sql, child, NULL, 0);
            sql_add(sql, ") as ");
            lateral_name(sql, child);
            sql_add(sql, " on true");
        } else {
            if (child->spread) { /* a list of each column */
                sql_add(sql, "select nullif(count(*), 0) as \"pgrst_list\"");
                each_spread_item(sql, child, list_item, (void *)(uintptr_t)child);
            } else {
                sql_add(sql, is_grouped(node) ? "select jsonb_agg(" : "select json_agg(");
                lateral_name(sql, child);
                sql_add(sql, ") as \"pgrst_list\"");
            }
            sql_add(sql, " from (");
            sql_select(sql, child, NULL, 0);
            sql_add(sql, ") as ");
            lateral_name(sql, child);
            sql_add(sql, ") as ");
            lateral_name(sql, child);
            sql_add(sql, " on ");
            if (child->inner) {
                lateral_name(sql, child);
                sql_add(sql, ".\"pgrst_list\" is not null");
            } else {
                sql_add(sql, "true");
            }
        }
    }
}

/* --- Order, groups, limit ----------------------------------------------------------------------------------------- */

/* order=rel(column): the one related row is asked for its column, whether it is shown or not. */
static void related_order(struct sql *sql, const struct order_term *term, const char *parent_alias)
{
    const struct node *embed = term->embed;
    const char *alias = sql_alias(sql, embed);
    sql_add(sql, "(select ");
    sql_field(sql, alias, &term->field, table_column(embed->table, term->field.name));
    sql_add(sql, " from ");
    if (embed->via->kind == RELATIONSHIP_COMPUTED) {
        sql_names(sql, embed->via->function_schema ? embed->via->function_schema : sql->schema, embed->via->function);
        sql_add(sql, "(");
        sql_name(sql, parent_alias);
        sql_add(sql, ")");
    } else {
        sql_table(sql, embed->table);
    }
    sql_add(sql, " as ");
    sql_name(sql, alias);
    (void)join_conditions(sql, embed, parent_alias);
    sql_add(sql, " limit 1)");
}

/* The column of a spread resource that an order means, by its name here or there: it is at hand, and in a query with
 * groups nothing else is. NULL: it is not shown. */
static const char *spread_column(const struct order_term *term)
{
    const char *found = NULL;
    if (!term->embed->spread || term->field.path)
        return NULL;
    for (const struct select_item *item = term->embed->items; item; item = item->next) {
        if (item->kind != SELECT_FIELD || item->aggregate || item->field.path || item->cast)
            continue;
        if (text_eq(select_item_name(item), term->field.name))
            return select_item_name(item);
        if (text_eq(item->field.name, term->field.name))
            found = select_item_name(item);
    }
    return found;
}

void sql_order(struct sql *sql, const struct node *node)
{
    static const char *const directions[] = {"", " asc", " desc"};
    static const char *const nulls[] = {"", " nulls first", " nulls last"};
    const char *alias = sql_alias(sql, node);
    for (const struct order_term *term = node->order; term; term = term->next) {
        sql_add(sql, term == node->order ? " order by " : ", ");
        const char *spread = term->embed ? spread_column(term) : NULL;
        if (spread)
            lateral_column(sql, term->embed, spread);
        else if (term->embed)
            related_order(sql, term, alias);
        else
            sql_field(sql, alias, &term->field, table_column(node->table, term->field.name));
        sql_add(sql, directions[term->direction]);
        sql_add(sql, nulls[term->nulls]);
    }
}

struct grouped {
    const struct node *lateral;
    bool *comma;
};

static void group_item(struct sql *sql, const struct node *node, const struct select_item *item, const char *name,
                       void *data)
{
    const struct grouped *grouped = data;
    if (node->lifted && item->kind == SELECT_FIELD && item->aggregate)
        return;
    sql_add(sql, *grouped->comma ? ", " : " group by ");
    *grouped->comma = true;
    lateral_column(sql, grouped->lateral, name);
}

/* All that is not an aggregate: what a group has in common. */
static void group_by(struct sql *sql, const struct node *node)
{
    bool comma = false;
    for (const struct select_item *item = node->items; item; item = item->next) {
        if (item->kind == SELECT_FIELD && item->aggregate)
            continue;
        if (item->kind == SELECT_EMBED && !is_shown(item->embed))
            continue;
        if (item->kind == SELECT_EMBED && item->embed->spread) {
            each_spread_item(sql, item->embed, group_item, &(struct grouped){.lateral = item->embed, .comma = &comma});
            continue;
        }
        sql_add(sql, comma ? ", " : " group by ");
        comma = true;
        if (item->kind == SELECT_FIELD) {
            item_value(sql, node, item);
        } else {
            lateral_name(sql, item->embed);
            sql_add(sql, is_to_one(item->embed) ? ".*" : ".\"pgrst_list\"");
        }
    }
}

void sql_limit(struct sql *sql, int64_t limit, int64_t offset)
{
    if (limit >= 0) {
        sql_add(sql, " limit ");
        sql_number(sql, limit);
    }
    if (offset > 0) {
        sql_add(sql, " offset ");
        sql_number(sql, offset);
    }
}

/* from … of an embedded node: table, junction, or the function of a computed relationship. */
static void embedded_from(struct sql *sql, const struct node *node, const char *parent_alias)
{
    const struct relationship *via = node->via;
    if (via->kind == RELATIONSHIP_COMPUTED) {
        sql_names(sql, via->function_schema ? via->function_schema : sql->schema, via->function);
        sql_add(sql, "(");
        sql_name(sql, parent_alias);
        sql_add(sql, ")");
    } else {
        sql_table(sql, node->table);
    }
    sql_add(sql, " as ");
    sql_name(sql, sql_alias(sql, node));
    if (via->kind == RELATIONSHIP_JUNCTION) {
        sql_add(sql, ", ");
        sql_table(sql, via->via);
        sql_add(sql, " as ");
        sql_name(sql, junction_alias(sql, node));
    }
}

void sql_select(struct sql *sql, const struct node *node, const char *from, unsigned flags)
{
    bool count_only = (flags & SQL_COUNT_ONLY) && !node->aggregated;
    bool started = false;
    sql_add(sql, "select");
    if (count_only)
        sql_add(sql, " 1");
    else
        sql_items(sql, node, flags & SQL_OUTERMOST);
    sql_add(sql, " from ");
    if (node->via) {
        const char *parent_alias = sql_alias(sql, node->parent);
        embedded_from(sql, node, parent_alias);
        sql_joins(sql, node, count_only);
        started = join_conditions(sql, node, parent_alias);
    } else {
        if (from)
            sql_add(sql, from);
        else
            sql_table(sql, node->table);
        sql_joins(sql, node, count_only);
    }
    if (!(flags & SQL_FILTERED))
        (void)sql_where(sql, node, started);
    if (node->aggregated)
        group_by(sql, node);
    if (flags & (SQL_COUNT_ONLY | SQL_LIMITED))
        return;
    sql_order(sql, node);
    int64_t limit = node->limit;
    if (node->via && !is_to_one(node) && sql->rows_max && (limit < 0 || limit > sql->rows_max))
        limit = sql->rows_max;
    sql_limit(sql, limit, node->offset);
}
