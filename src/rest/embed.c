/* Which relationship an embedded resource means, by name and hint; errors PGRST200, PGRST201, PGRST119. */
#include "base/json.h"
#include "rest/plan.h"

#include <string.h>

static bool single(const char *const *columns, size_t count, const char *name)
{
    return count == 1 && text_eq(columns[0], name);
}

/* rel!hint: the hint is a constraint, a junction, or the column that one side keys by. */
static bool hint_fits(const struct relationship *r, const char *hint)
{
    if (text_eq(r->constraint, hint) || (r->via_constraint && text_eq(r->via_constraint, hint)))
        return true;
    if (r->via)
        return text_eq(r->via->name, hint);
    return single(r->from_columns, r->column_count, hint) || single(r->to_columns, r->column_count, hint);
}

/* How well the name fits: 0 not at all; a table's name counts more than a constraint or column. */
static int name_fits(const struct relationship *r, const struct node *node)
{
    const char *name = node->name;
    if (r->kind == RELATIONSHIP_COMPUTED)
        return text_eq(r->function, name) ? 3 : 0;
    /* Inside one table its name means the rows that point here; the one pointed to is called by column or constraint.
     */
    bool forward_in_itself = r->kind == RELATIONSHIP_KEY && r->from == r->to && !r->inverse;
    bool backward_in_itself = r->kind == RELATIONSHIP_KEY && r->from == r->to && r->inverse;
    bool named = text_eq(r->to->name, name) && !forward_in_itself;
    if (node->hint)
        return named && hint_fits(r, node->hint) ? 2 : 0;
    if (named)
        return 2;
    if (r->kind == RELATIONSHIP_KEY &&
        ((text_eq(r->constraint, name) && !backward_in_itself) ||
         ((!r->inverse || r->one_to_one) && single(r->from_columns, r->column_count, name))))
        return 1;
    return 0;
}

static const char *cardinality(const struct relationship *r)
{
    if (r->kind == RELATIONSHIP_JUNCTION)
        return "many-to-many";
    if (r->one_to_one)
        return "one-to-one";
    return r->to_one ? "many-to-one" : "one-to-many";
}

/* The candidates as the dialect lists them: a JSON array in `details`. */
static enum err ambiguous(struct plan_request *request, const struct node *parent, const struct node *node, int best,
                          struct error *out)
{
    struct arena *arena = request->arena;
    struct buf list, choices;
    size_t listed = 0;
    buf_init(&list, 1 << 16);
    buf_init(&choices, 1 << 16);
    struct json_writer w = json_writer(&list);
    json_open(&w, '[');
    for (size_t i = 0; i < parent->table->relationship_count; i++) {
        const struct relationship *r = &parent->table->relationships[i];
        if (name_fits(r, node) != best || listed++ >= ERROR_NAMES_MAX)
            continue;
        const char *from = parent->table->name, *to = r->to->name;
        json_open(&w, '{');
        json_member(&w, "cardinality", cardinality(r));
        json_member(&w, "embedding", arena_printf(arena, "%s with %s", from, to));
        json_key(&w, "relationship");
        if (r->kind == RELATIONSHIP_JUNCTION)
            json_text(&w, arena_printf(arena, "%s using %s(%s) and %s(%s)", r->via->name, r->constraint,
                                       error_names(arena, r->via_from_columns, r->column_count), r->via_constraint,
                                       error_names(arena, r->via_to_columns, r->via_column_count)));
        else
            json_text(&w, arena_printf(arena, "%s using %s(%s) and %s(%s)", r->constraint, from,
                                       error_names(arena, r->from_columns, r->column_count), to,
                                       error_names(arena, r->to_columns, r->column_count)));
        json_close(&w, '}');
        buf_printf(&choices, "%s'%s!%s'", choices.len ? ", " : "", to,
                   r->kind == RELATIONSHIP_JUNCTION ? r->via->name : r->constraint);
    }
    json_close(&w, ']');
    error_set(out, arena, ERR_AMBIGUOUS_EMBED,
              "Could not embed because more than one relationship was found for '%s' and '%s'", parent->table->name,
              node->name);
    out->details = arena_strdup(arena, buf_cstr(&list));
    buf_release(&list);
    out->hint = arena_printf(arena,
                             "Try changing '%s' to one of the following: %s. Find the desired relationship in the "
                             "'details' key.",
                             node->name, buf_cstr(&choices));
    buf_release(&choices);
    return ERR_AMBIGUOUS_EMBED;
}

/* Of the few that are related a name need not be so near. */
#define EMBED_LIKENESS_MIN 0.5

/* A partition has no relationships of its own: the table that is called like it may have. */
static const char *similar_parent(const struct plan_request *request, const struct table *parent)
{
    const char *best = NULL;
    double likeness = EMBED_LIKENESS_MIN;
    for (size_t i = 0; i < request->catalogue->table_count; i++) {
        const struct table *table = &request->catalogue->tables[i];
        double now = table->relationship_count ? name_likeness(table->name, parent->name) : 0;
        if (now >= likeness && table != parent && table_is_for(request->catalogue, table, request->role)) {
            likeness = now;
            best = table->name;
        }
    }
    return best;
}

static enum err missing(struct plan_request *request, const struct node *parent, const struct node *node,
                        struct error *out)
{
    struct arena *arena = request->arena;
    const char *best = NULL;
    double likeness = EMBED_LIKENESS_MIN;
    for (size_t i = 0; i < parent->table->relationship_count; i++) {
        const char *to = parent->table->relationships[i].to->name;
        double now = name_likeness(to, node->name);
        if (now >= likeness && !text_eq(to, node->name) &&
            table_is_for(request->catalogue, parent->table->relationships[i].to, request->role)) {
            likeness = now;
            best = to;
        }
    }
    error_set(out, arena, ERR_NO_RELATION, "Could not find a relationship between '%s' and '%s' in the schema cache",
              parent->table->name, node->name);
    const char *hint = node->hint ? arena_printf(arena, " using the hint '%s'", node->hint) : "";
    out->details = arena_printf(
        arena,
        "Searched for a foreign key relationship between '%s' and '%s'%s in the schema '%s', but no "
        "matches were found.",
        parent->table->name, node->name, hint, request->shown_schema ? request->shown_schema : request->schema);
    const char *wrong = parent->table->partition ? parent->table->name : node->name;
    if (parent->table->partition)
        best = similar_parent(request, parent->table);
    if (best)
        out->hint = arena_printf(arena, "Perhaps you meant '%s' instead of '%s'.", best, wrong);
    return ERR_NO_RELATION;
}

/* What a constraint's or column's name means first: the table, then the view itself, then another view over it. */
static int nearness(const struct relationship *r)
{
    return !r->to_view ? 2 : r->to == r->from;
}

enum err embed_resolve(struct plan_request *request, const struct node *parent, struct node *node, struct error *out)
{
    const struct relationship *found = NULL;
    int best = 0, count = 0;
    for (size_t i = 0; i < parent->table->relationship_count; i++) {
        const struct relationship *r = &parent->table->relationships[i];
        int fit = name_fits(r, node);
        if (!fit || fit < best)
            continue;
        if (fit > best || (fit == 1 && found && nearness(r) > nearness(found))) {
            best = fit;
            found = r;
            count = 1;
        } else if (!(fit == 1 && nearness(r) < nearness(found))) {
            count++;
        }
    }
    if (!found)
        return missing(request, parent, node, out);
    if (count > 1)
        return ambiguous(request, parent, node, best, out);
    node->via = found;
    node->table = found->to;
    return OK;
}
