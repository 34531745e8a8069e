/* Query strings: what each becomes as a tree, and what is refused, in tables. */
#include "../unit.h"

#include "rest/query.h"
#include "rest/scanner.h"

#include <stdio.h>
#include <string.h>

/* --- The tree as text ----------------------------------------------------------------------------------------------
 */

static void put_field(struct buf *b, const struct field *f)
{
    buf_printf(b, "<%s>", f->name ? f->name : "*");
    for (const struct json_step *s = f->path; s; s = s->next) {
        buf_text(b, s->as_text ? "->>" : "->");
        if (s->key)
            buf_printf(b, "'%s'", s->key);
        else
            buf_printf(b, "%d", (int)s->index);
    }
}

static void put_conditions(struct buf *b, const struct condition *c)
{
    for (; c; c = c->next) {
        if (c->negated)
            buf_char(b, '!');
        if (c->kind == CONDITION_FILTER) {
            put_field(b, &c->field);
            buf_printf(b, " %s%s%s%s%s \"%s\"", c->op->name, c->quantifier == QUANTIFIER_ANY ? "(any)" : "",
                       c->quantifier == QUANTIFIER_ALL ? "(all)" : "", c->language ? " in " : "",
                       c->language ? c->language : "", c->value.at);
        } else {
            buf_text(b, c->kind == CONDITION_AND ? "and(" : "or(");
            put_conditions(b, c->children);
            buf_char(b, ')');
        }
        if (c->next)
            buf_text(b, ", ");
    }
}

static void put_node(struct buf *b, const struct node *n)
{
    buf_char(b, '[');
    for (const struct select_item *i = n->items; i; i = i->next) {
        if (i->alias)
            buf_printf(b, "%s:", i->alias);
        if (i->kind == SELECT_STAR) {
            buf_char(b, '*');
        } else if (i->kind == SELECT_EMBED) {
            buf_printf(b, "%s%s%s%s%s", i->embed->spread ? "..." : "", i->embed->name, i->embed->hint ? "!" : "",
                       i->embed->hint ? i->embed->hint : "", i->embed->inner ? " inner" : "");
            put_node(b, i->embed);
        } else {
            put_field(b, &i->field);
            if (i->cast)
                buf_printf(b, "::%s", i->cast);
            if (i->aggregate)
                buf_printf(b, " agg%d", i->aggregate);
            if (i->aggregate_cast)
                buf_printf(b, "::%s", i->aggregate_cast);
        }
        if (i->next)
            buf_char(b, ' ');
    }
    buf_char(b, ']');
    if (n->where) {
        buf_text(b, " where ");
        put_conditions(b, n->where);
    }
    for (const struct order_term *t = n->order; t; t = t->next) {
        buf_text(b, t == n->order ? " order " : ", ");
        if (t->relation)
            buf_printf(b, "%s.", t->relation);
        put_field(b, &t->field);
        buf_printf(b, "%s%s",
                   t->direction == DIRECTION_DESC ? " desc"
                   : t->direction                 ? " asc"
                                                  : "",
                   t->nulls == NULLS_LAST ? " last"
                   : t->nulls             ? " first"
                                          : "");
    }
    if (n->limit >= 0)
        buf_printf(b, " limit %d", (int)n->limit);
    if (n->offset)
        buf_printf(b, " offset %d", (int)n->offset);
}

static const struct {
    const char *query, *tree;
} trees[] = {
    {"", "[]"},
    {"select=*", "[*]"},
    {"select=id,name", "[<id> <name>]"},
    {"select=a:id::text", "[a:<id>::text]"},
    {"select=data->a->>b,data->0->-1", "[<data>->'a'->>'b' <data>->0->-1]"},
    {"select=data->1a", "[<data>->'1a']"},
    {"select=data->a-b", "[<data>->'a-b']"},
    {"select=%22odd%20name%22,%22a%5C%22b%22", "[<odd name> <a\"b>]"},
    {"select=first-name,ünï", "[<first-name> <ünï>]"},
    {"select=count(),n:count()::int,total.sum()::text,d::int.avg()",
     "[<*> agg1 n:<*> agg1::int <total> agg2::text <d>::int agg3]"},
    {"select=lines(*)", "[lines[*]]"},
    {"select=lines()", "[lines[]]"},
    {"select=l:lines!hint!inner(id,dish(name))", "[l:lines!hint inner[<id> dish[<name>]]]"},
    {"select=...client(name)", "[...client[<name>]]"},
    {"id=eq.1", "[] where <id> eq \"1\""},
    {"id=eq.a.b,c(d)", "[] where <id> eq \"a.b,c(d)\""},
    {"id=not.in.(1,2)", "[] where !<id> in \"(1,2)\""},
    {"id=like(any).{a*,b}", "[] where <id> like(any) \"{a*,b}\""},
    {"id=fts(german).x", "[] where <id> fts in german \"x\""},
    {"data->>a=is.null", "[] where <data>->>'a' is \"null\""},
    {"name=eq.a+b%2B", "[] where <name> eq \"a b+\""},
    {"%22select%22=eq.1", "[] where <select> eq \"1\""},
    {"or=(a.eq.1,b.eq.2)", "[] where or(<a> eq \"1\", <b> eq \"2\")"},
    {"not.and=(a.eq.1,not.or(b.gt.2,c.not.is.null))",
     "[] where !and(<a> eq \"1\", !or(<b> gt \"2\", !<c> is \"null\"))"},
    {"or=(a.eq.%22x,y%22,b.in.(1,%22)%22),c.cs.{1,2})",
     "[] where or(<a> eq \"x,y\", <b> in \"(1,\")\")\", <c> cs \"{1,2}\")"},
    {"order=a.desc.nullslast,b,c.nullsfirst,d->>e.asc", "[] order <a> desc last, <b>, <c> first, <d>->>'e' asc"},
    {"select=c(x)&order=c(x).desc", "[c[<x>]] order c.<x> desc"},
    {"limit=5&offset=2", "[] limit 5 offset 2"},
    {"select=l(id,d(x))&l.id=gt.1&l.d.x=eq.2&l.order=id&l.limit=3&l.d.or=(x.eq.1)",
     "[l[<id> d[<x>] where <x> eq \"2\", or(<x> eq \"1\")] where <id> gt \"1\" order <id> limit 3]"},
    {"select=k:l(id)&k.id=eq.1", "[k:l[<id>] where <id> eq \"1\"]"},
    {"a=like.%a%&b=eq.100%", "[] where <a> like \"%a%\", <b> eq \"100%\""},
    {"a=in.(%22)&b=in.(  )&c=in.( %22x,y%22,z )",
     "[] where <a> in \"(\")\", <b> in \"(  )\", <c> in \"( \"x,y\",z )\""},
    {"and=( and ( a.in.( 1, 2 ) , b.eq.3 ) , not.or ( c.eq.2 ) )",
     "[] where and(and(<a> in \"( 1, 2 )\", <b> eq \"3 \"), !or(<c> eq \"2 \"))"},
    {"&&id=eq.1&", "[] where <id> eq \"1\""},
};

static void queries_become_trees(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        struct arena *arena = arena_new();
        struct query query;
        struct error error = {0};
        struct buf text;
        buf_init(&text, 1 << 16);
        if (query_parse(arena, str_of(trees[i].query), 0, &query, &error))
            fail_msg("%s: %s, %s", trees[i].query, error.message, error.details);
        put_node(&text, query.root);
        assert_string_equal(buf_cstr(&text), trees[i].tree);
        buf_release(&text);
        arena_free(arena);
    }
}

static const struct {
    const char *query;
    enum err err;
    const char *part; /* of message or details */
} refusals[] = {
    {"id=1", ERR_BAD_QUERY, "failed to parse filter (1)"},
    {"id=nope.1", ERR_BAD_QUERY, "expecting \"not\" or operator"},
    {"id=not.not.eq.1", ERR_BAD_QUERY, "operator"},
    {"id=eq", ERR_BAD_QUERY, "delimiter"},
    {"id=neq(any).{1}", ERR_BAD_QUERY, "delimiter"},
    {"id=eq(some).{1}", ERR_BAD_QUERY, "any"},
    {"id=in.1,2", ERR_BAD_QUERY, "list of values"},
    {"id=is.maybe", ERR_BAD_QUERY, "trilean"},
    {"or=(a.eq.1", ERR_BAD_QUERY, "logic tree"},
    {"or=()", ERR_BAD_QUERY, "field name"},
    {"or=(a.eq.1)x", ERR_BAD_QUERY, "end of input"},
    {"select=id,", ERR_BAD_QUERY, "field name"},
    {"select=a(b", ERR_BAD_QUERY, ")"},
    {"select=id::", ERR_BAD_QUERY, "a type"},
    {"select=a.nope()", ERR_BAD_QUERY, "aggregate"},
    {"select=%22a", ERR_BAD_QUERY, "select"},
    {"order=a.up", ERR_BAD_QUERY, "asc"},
    {"limit=x", ERR_BAD_QUERY, "integer"},
    {"limit=99999999999999999999", ERR_BAD_QUERY, "integer"},
    {"limit=-1", ERR_RANGE, "greater than or equal to zero"},
    {"lines.id=eq.1", ERR_EMBED_FILTER, "'lines' is not an embedded resource"},
    {"a=eq.%00", ERR_BAD_QUERY, "percent-encoded"},
    {"a=eq.%ff", ERR_BAD_QUERY, "UTF-8"},
};

static void broken_queries_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct arena *arena = arena_new();
        struct query query;
        struct error error = {0};
        enum err err = query_parse(arena, str_of(refusals[i].query), 0, &query, &error);
        if (err != refusals[i].err)
            fail_msg("%s: got %d, wanted %d", refusals[i].query, (int)err, (int)refusals[i].err);
        if (!strstr(error.message, refusals[i].part) && !(error.details && strstr(error.details, refusals[i].part)))
            fail_msg("%s: \"%s\" (%s) does not say %s", refusals[i].query, error.message, error.details,
                     refusals[i].part);
        arena_free(arena);
    }
}

static void parentheses_have_an_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct query query;
    struct error error;
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_text(&text, "and=");
    for (int i = 0; i < 1000; i++)
        buf_text(&text, "(and");
    assert_int_equal(query_parse(arena, str_of(buf_cstr(&text)), 0, &query, &error), ERR_BAD_QUERY);
    text.len = 0;
    buf_text(&text, "select=");
    for (int i = 0; i < 1000; i++)
        buf_text(&text, "a(");
    assert_int_equal(query_parse(arena, str_of(buf_cstr(&text)), 0, &query, &error), ERR_BAD_QUERY);
    buf_release(&text);
    arena_free(arena);
}

static void pairs_without_operator_are_arguments_of_a_call(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct query query;
    struct error error;
    assert_int_equal(query_parse(arena, STR("p_a=1&p_b=x+y&id=eq.3&select=id"), QUERY_ARGUMENTS, &query, &error), OK);
    assert_string_equal(query.arguments->name, "p_a");
    assert_string_equal(query.arguments->next->value.at, "x y");
    assert_int_equal(query.arguments->next->pair, 1);
    assert_null(query.arguments->next->next);
    assert_int_equal(query.root->where->pair, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_become_trees),
        cmocka_unit_test(broken_queries_are_refused),
        cmocka_unit_test(parentheses_have_an_end),
        cmocka_unit_test(pairs_without_operator_are_arguments_of_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
