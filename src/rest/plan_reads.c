/* Which tables an answer hangs on, so that whoever keeps it knows when it is over. */
#include "rest/plan_parts.h"

struct reads {
    struct arena *arena;
    const char **names;
    size_t count, room;
    bool unknown;
};

static void add(struct reads *reads, const char *const *names)
{
    reads->unknown |= !names;
    for (; names && *names; names++) {
        bool known = false;
        for (size_t i = 0; i < reads->count && !known; i++)
            known = text_eq(reads->names[i], *names);
        if (known)
            continue;
        if (reads->count + 1 >= reads->room) {
            size_t room = reads->room ? reads->room * 2 : 16;
            const char **wider = arena_array(reads->arena, room, sizeof *wider);
            for (size_t i = 0; i < reads->count; i++)
                wider[i] = reads->names[i];
            reads->names = wider;
            reads->room = room;
        }
        reads->names[reads->count++] = *names; /* the catalogue's, which the plan keeps */
        reads->names[reads->count] = NULL;
    }
}

/* Functions of a row (computed columns, computed relationships) read what they like. */
static void add_node(struct reads *reads, const struct node *node)
{
    const struct relationship *via = node->via;
    reads->unknown |= node->table->computed_count || (via && via->kind == RELATIONSHIP_COMPUTED);
    if (via)
        add(reads, node->table->public_reads);
    if (via && via->via)
        add(reads, via->via->public_reads);
    for (const struct node *child = node->children; child; child = child->next)
        add_node(reads, child);
}

const char *const *plan_public_reads(struct arena *arena, const struct node *root, const struct function *function)
{
    struct reads reads = {.arena = arena};
    add(&reads, function ? function->public_reads : root->table->public_reads);
    if (root->table)
        add_node(&reads, root);
    return reads.unknown ? NULL : reads.names;
}
