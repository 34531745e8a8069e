/* Names meet the catalogue: columns, wildcards, filters on embedded resources. A name that the catalogue does not know
 * goes to PostgreSQL, quoted: its error says more than ours would. */
#include "rest/plan.h"

#include <string.h>

static struct node *find_child(const struct node *node, const char *name)
{
    for (struct node *child = node->children; child; child = child->next)
        if (text_eq(node_label(child), name))
            return child;
    for (struct node *child = node->children; child; child = child->next)
        if (text_eq(child->name, name))
            return child;
    return NULL;
}

/* `*`: the columns the role may read. When it may read none, all: the refusal is PostgreSQL's. */
static struct select_item *expand_star(struct plan_request *request, const struct node *node, struct select_item *star)
{
    const struct table *table = node->table;
    uint32_t role = catalogue_role_bit(request->catalogue, request->role);
    struct select_item *first = NULL, **last = &first;
    for (int pass = 0; pass < 2 && !first; pass++)
        for (size_t i = 0; i < table->column_count; i++) {
            const struct column *column = &table->columns[i];
            if (!pass && role && !(column->readable & role))
                continue;
            struct select_item *item = arena_zalloc(request->arena, sizeof *item);
            *item = (struct select_item){.kind = SELECT_FIELD, .field.name = column->name, .column = column};
            *last = item;
            last = &item->next;
        }
    *last = star->next;
    return first ? first : star->next;
}

/* `select=count` from before aggregates had parentheses: PostgreSQL reads `t.count` as count(t). It is the aggregate,
 * so that its one row is counted as one; a column or function of that name goes before it. */
static void resolve_count(const struct plan_request *request, struct select_item *item)
{
    size_t functions = 0;
    if (item->column || item->aggregate || item->field.path || !text_eq(item->field.name, "count"))
        return;
    (void)catalogue_functions(request->catalogue, "count", &functions);
    if (functions)
        return;
    item->aggregate = AGGREGATE_COUNT;
    item->aggregate_cast = item->cast;
    item->cast = NULL;
    item->field.name = NULL;
}

static enum err resolve_items(struct plan_request *request, struct node *node, int depth, int *number,
                              struct error *out)
{
    for (struct select_item **at = &node->items; *at;) {
        struct select_item *item = *at;
        enum err err;
        if (item->kind == SELECT_STAR) {
            struct select_item *after = item->next;
            *at = expand_star(request, node, item);
            while (*at != after)
                at = &(*at)->next;
            continue;
        }
        if (item->kind == SELECT_EMBED) {
            struct node *embed = item->embed;
            embed->number = ++*number;
            if (*number > request->settings->embeds_max)
                return error_set(out, request->arena, ERR_BAD_QUERY, "More than %d resources are embedded",
                                 (int)request->settings->embeds_max);
            err = embed_resolve(request, node, embed, out);
            if (!err)
                err = plan_resolve(request, embed, depth + 1, number, out);
            if (err)
                return err;
            if (embed->spread && embed->via->to_one && embed->aggregated) {
                embed->lifted = true;
                embed->aggregated = false;
                node->aggregated = true;
            }
        } else {
            if (item->field.name)
                item->column = table_column(node->table, item->field.name);
            resolve_count(request, item);
            node->aggregated |= item->aggregate != AGGREGATE_NONE;
        }
        at = &item->next;
    }
    return OK;
}

static enum err resolve_conditions(struct plan_request *request, const struct node *node, struct condition *conditions,
                                   struct error *out)
{
    for (struct condition *c = conditions; c; c = c->next) {
        if (c->kind != CONDITION_FILTER) {
            enum err err = resolve_conditions(request, node, c->children, out);
            if (err)
                return err;
            continue;
        }
        c->column = table_column(node->table, c->field.name);
        /* A column means itself, also where a resource is embedded by the column's name. */
        struct node *embed = c->field.path || c->column ? NULL : find_child(node, c->field.name);
        if (!embed)
            continue;
        const char *keyword = c->op->operand == OPERAND_KEYWORD ? operator_keyword(c->value) : NULL;
        if (keyword && (text_eq(keyword, "null") || text_eq(keyword, "not null"))) {
            c->embed = embed;
        } else {
            error_set(out, request->arena, ERR_EMBED_NULL, "Bad operator on the '%s' embedded resource", c->field.name);
            out->details = "Only is null or not is null filters are allowed on embedded resources";
            return ERR_EMBED_NULL;
        }
    }
    return OK;
}

static enum err resolve_order(struct plan_request *request, const struct node *node, struct error *out)
{
    for (struct order_term *term = node->order; term; term = term->next) {
        if (!term->relation)
            continue;
        term->embed = find_child(node, term->relation);
        if (!term->embed) {
            error_set(out, request->arena, ERR_EMBED_FILTER, "'%s' is not an embedded resource in this request",
                      term->relation);
            out->hint = arena_printf(request->arena, "Verify that '%s' is included in the 'select' query parameter.",
                                     term->relation);
            return ERR_EMBED_FILTER;
        }
        if (!term->embed->via->to_one) {
            error_set(out, request->arena, ERR_EMBED_ORDER, "A related order on '%s' is not possible", term->relation);
            out->details =
                arena_printf(request->arena, "'%s' and '%s' do not form a many-to-one or one-to-one relationship",
                             node->table->name, term->relation);
            return ERR_EMBED_ORDER;
        }
    }
    return OK;
}

enum err plan_resolve(struct plan_request *request, struct node *node, int depth, int *number, struct error *out)
{
    if (depth > request->settings->embed_depth_max)
        return error_set(out, request->arena, ERR_BAD_QUERY, "Resources are embedded more than %d levels deep",
                         (int)request->settings->embed_depth_max);
    if (!node->via && !request->query.has_select && !node->items) {
        struct select_item *star = arena_zalloc(request->arena, sizeof *star);
        star->kind = SELECT_STAR;
        node->items = star;
    }
    enum err err = resolve_items(request, node, depth, number, out);
    if (!err)
        err = resolve_conditions(request, node, node->where, out);
    return err ? err : resolve_order(request, node, out);
}
