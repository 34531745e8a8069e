/* Requests against a catalogue: the SQL they become, and the errors of names that do not fit. */
#include "../unit.h"

#include "shop.h"

#include "rest/plan.h"
#include "rest/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct settings settings = {.rows_max = 100, .embed_depth_max = 4, .embeds_max = 30};

struct asked {
    enum action action;
    const char *target, *query, *prefer, *accept, *body, *role;
    bool get;
};

static enum err make(struct arena *arena, const struct asked *asked, struct plan **plan, struct error *out)
{
    struct plan_request request = {.arena = arena,
                                   .catalogue = shop_catalogue(),
                                   .settings = &settings,
                                   .schema = "t",
                                   .role = asked->role ? asked->role : "service_role",
                                   .action = asked->action,
                                   .target = asked->target,
                                   .accept = asked->accept,
                                   .get = asked->get};
    preference_parse(arena, asked->prefer, &request.prefer);
    enum err err = media_parse(arena, asked->accept, &request.media, out);
    if (!err)
        err = body_parse(arena, str_of(asked->body), NULL, false, &request.body, out);
    if (!err)
        err = query_parse(arena, str_of(asked->query), asked->get ? QUERY_ARGUMENTS : 0, &request.query, out);
    if (!err)
        err = plan_make(&request, plan, out);
    catalogue_unref(request.catalogue);
    return err;
}

#define R     ACTION_READ
#define LIMIT " limit $1::bigint"

static const struct {
    struct asked asked;
    const char *sql;
} statements[] = {
    {{R, "orders", "select=id"}, "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\"" LIMIT},
    {{R, "clients", "select=*", .role = "anon"},
     "select \"clients\".\"id\" as \"id\", \"clients\".\"name\" as \"name\", \"clients\".\"boss_id\" as \"boss_id\" "
     "from \"t\".\"clients\"" LIMIT},
    {{R, "orders", "select=tags,data,total::text,data->a->>b"},
     "select to_json(\"orders\".\"tags\") as \"tags\", \"orders\".\"data\" as \"data\", cast(\"orders\".\"total\" as "
     "text) as \"total\","
     " (\"orders\".\"data\"->'a'->>'b') as \"b\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=tags", .accept = "text/csv"},
     "select \"orders\".\"tags\" as \"tags\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=x\"y,it's"}, NULL},
    {{R, "orders", "select=%22x%5C%22;--%22"},
     "select to_json(\"orders\".\"x\"\";--\") as \"x\"\";--\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=data->it's"},
     "select (\"orders\".\"data\"->'it''s') as \"it's\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=data->a%5Cb"},
     "select (\"orders\".\"data\"-> E'a\\\\b') as \"a\\b\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=id::text%20from%20x"},
     "select to_json(cast(\"orders\".\"id\" as \"text from x\")) as \"id\" from \"t\".\"orders\"" LIMIT},
    {{R, "orders", "select=id&id=eq.7&total=not.gt.1"},
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" where (\"orders\".\"id\" = $1) and not "
     "(\"orders\".\"total\" > $2) limit $3::bigint"},
    {{R, "orders", "select=id&id=in.(1,2)&id=is.not_null&id=eq(any).{1}"},
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" where (\"orders\".\"id\" = any ($1)) and "
     "(\"orders\".\"id\" is not null)"
     " and (\"orders\".\"id\" = any ($2)) limit $3::bigint"},
    {{R, "orders", "select=id&search=fts(%22ger'man%22).x&data->>a=wfts.y"},
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" where (\"orders\".\"search\" @@ "
     "to_tsquery('ger''man'::regconfig, $1))"
     " and (to_tsvector((\"orders\".\"data\"->>'a')) @@ websearch_to_tsquery($2)) limit $3::bigint"},
    {{R, "orders", "select=id&or=(id.eq.1,not.and(id.gt.2,total.lt.3))"},
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" where ((\"orders\".\"id\" = $1) or not "
     "((\"orders\".\"id\" > $2) and"
     " (\"orders\".\"total\" < $3))) limit $4::bigint"},
    {{R, "orders", "select=id&order=total.desc.nullslast&limit=5&offset=10"},
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" order by \"orders\".\"total\" desc nulls last limit "
     "$1::bigint offset $2::bigint"},
    {{R, "orders", "select=id,clients(name)"},
     "select \"orders\".\"id\" as \"id\", row_to_json(\"pgrst_1\".*) as \"clients\" from \"t\".\"orders\" left join "
     "lateral (select"
     " \"clients_1\".\"name\" as \"name\" from \"t\".\"clients\" as \"clients_1\" where \"clients_1\".\"id\" = "
     "\"orders\".\"client_id\")"
     " as \"pgrst_1\" on true" LIMIT},
    {{R, "clients", "select=name,orders!inner(id)&orders.total=gt.5"},
     "select \"clients\".\"name\" as \"name\", coalesce(\"pgrst_1\".\"pgrst_list\", '[]') as \"orders\" from "
     "\"t\".\"clients\" inner join"
     " lateral (select json_agg(\"pgrst_1\") as \"pgrst_list\" from (select \"orders_1\".\"id\" as \"id\" from "
     "\"t\".\"orders\" as"
     " \"orders_1\" where \"orders_1\".\"client_id\" = \"clients\".\"id\" and (\"orders_1\".\"total\" > $1) limit "
     "$2::bigint) as"
     " \"pgrst_1\") as \"pgrst_1\" on \"pgrst_1\".\"pgrst_list\" is not null limit $3::bigint"},
    {{R, "orders", "select=products(name)"},
     "select coalesce(\"pgrst_1\".\"pgrst_list\", '[]') as \"products\" from \"t\".\"orders\" left join lateral (select"
     " json_agg(\"pgrst_1\") as \"pgrst_list\" from (select \"products_1\".\"name\" as \"name\" from "
     "\"t\".\"products\" as \"products_1\","
     " \"t\".\"order_lines\" as \"order_lines_via_1\" where \"order_lines_via_1\".\"order_id\" = \"orders\".\"id\" and"
     " \"products_1\".\"id\" = \"order_lines_via_1\".\"product_id\" limit $1::bigint) as \"pgrst_1\") as \"pgrst_1\" "
     "on true limit $2::bigint"},
    {{R, "orders", "select=id,...clients(who:name)"},
     "select \"orders\".\"id\" as \"id\", \"pgrst_1\".\"who\" as \"who\" from \"t\".\"orders\" left join lateral "
     "(select"
     " \"clients_1\".\"name\" as \"who\" from \"t\".\"clients\" as \"clients_1\" where \"clients_1\".\"id\" = "
     "\"orders\".\"client_id\") as"
     " \"pgrst_1\" on true" LIMIT},
    {{R, "open_orders", "select=number,clients()&clients=is.null"},
     "select \"open_orders\".\"number\" as \"number\" from \"t\".\"open_orders\" left join lateral (select 1 as "
     "\"pgrst_nothing\" from"
     " \"t\".\"clients\" as \"clients_1\" where \"clients_1\".\"id\" = \"open_orders\".\"buyer\") as \"pgrst_1\" on "
     "true where \"pgrst_1\""
     " is not distinct from null" LIMIT},
    {{R, "orders", "select=id,client_id()&client_id=is.null"}, /* the column, not the resource called by it */
     "select \"orders\".\"id\" as \"id\" from \"t\".\"orders\" left join lateral (select 1 as \"pgrst_nothing\" from"
     " \"t\".\"clients\" as \"clients_1\" where \"clients_1\".\"id\" = \"orders\".\"client_id\") as \"pgrst_1\" on "
     "true where"
     " (\"orders\".\"client_id\" is null) limit $1::bigint"},
    {{R, "orders", "select=client_id,total.sum()"},
     "select \"orders\".\"client_id\" as \"client_id\", sum(\"orders\".\"total\") as \"sum\" from \"t\".\"orders\" "
     "group by"
     " \"orders\".\"client_id\"" LIMIT},
    {{ACTION_INSERT, "orders", "", .body = "{\"total\":1,\"client_id\":2}"},
     "insert into \"t\".\"orders\" (\"client_id\", \"total\") select \"orders\".\"client_id\", \"orders\".\"total\" "
     "from"
     " json_to_record($1::json) as \"orders\"(\"client_id\" integer, \"total\" numeric(10,2))"},
    {{ACTION_INSERT, "orders", "select=id", .body = "[{\"total\":1}]",
      .prefer = "return=representation, missing=default"},
     "with pgrst_source as (insert into \"t\".\"orders\" (\"total\") select \"orders\".\"total\" from "
     "json_to_recordset($1::json) as"
     " \"orders\"(\"total\" numeric(10,2)) returning \"orders\".\"id\") select \"orders\".\"id\" as \"id\" from "
     "pgrst_source as \"orders\""},
    {{ACTION_INSERT, "products", "on_conflict=name", .body = "{\"name\":\"x\"}",
      .prefer = "resolution=ignore-duplicates"},
     "insert into \"t\".\"products\" (\"name\") select \"products\".\"name\" from json_to_record($1::json) as "
     "\"products\"(\"name\" text)"
     " on conflict (\"name\") do nothing"},
    {{ACTION_UPDATE, "orders", "id=eq.1", .body = "{\"total\":5}"},
     "update \"t\".\"orders\" set \"total\" = \"pgrst_body\".\"total\" from json_to_record($1::json) as "
     "\"pgrst_body\"(\"total\""
     " numeric(10,2)) where (\"orders\".\"id\" = $2)"},
    {{ACTION_DELETE, "orders", "id=gt.1&order=id&limit=2", .prefer = "handling=strict, max-affected=1"},
     "with pgrst_source as (delete from \"t\".\"orders\" where exists (select from (select \"orders\".\"id\" from "
     "\"t\".\"orders\" where"
     " (\"orders\".\"id\" > $1) order by \"orders\".\"id\" limit $2::bigint) as pgrst_first where "
     "\"pgrst_first\".\"id\" is not distinct from "
     "\"orders\".\"id\") returning 1 as pgrst_nothing) select 1 "
     "as pgrst_nothing from pgrst_source where"
     " (select case when count(*) > 1 then ('pgrst-guard:m' || count(*))::int "
     "when count(*) > 2 then ('pgrst-guard:l' || count(*))::int else 1 end from pgrst_source) = 1"},
    {{ACTION_CALL, "add", "a=1&b=2", .get = true},
     "select \"pgrst_call\".\"pgrst_scalar\" as \"pgrst_scalar\" from \"api\".\"add\"(\"a\" := $1::integer, \"b\" := "
     "$2::integer) as"
     " \"pgrst_call\"(\"pgrst_scalar\")"},
    {{ACTION_CALL, "greet", "", .body = "{\"name\":\"x\"}"},
     "select \"pgrst_call\".\"pgrst_scalar\" as \"pgrst_scalar\" from json_to_record($1::json) as pgrst_args(\"name\" "
     "text), lateral"
     " \"api\".\"greet\"(\"name\" := \"pgrst_args\".\"name\") as \"pgrst_call\"(\"pgrst_scalar\")"},
    {{ACTION_CALL, "raw", "", .body = "[1]"},
     "select \"pgrst_call\".\"pgrst_scalar\" as \"pgrst_scalar\" from \"api\".\"raw\"($1::json) as "
     "\"pgrst_call\"(\"pgrst_scalar\")"},
    {{ACTION_CALL, "expensive", "least=5&select=id&total=lt.9&limit=1", .get = true},
     "select \"orders\".\"id\" as \"id\" from \"api\".\"expensive\"(\"least\" := $1::numeric) as \"orders\" where "
     "(\"orders\".\"total\""
     " < $2) limit $3::bigint"},
};

static void requests_become_sql(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct arena *arena = arena_new();
        struct plan *plan = NULL;
        struct error error = {0};
        enum err err = make(arena, &statements[i].asked, &plan, &error);
        if (!statements[i].sql) {
            assert_int_not_equal(err, OK);
        } else {
            if (err)
                fail_msg("%s?%s: %s", statements[i].asked.target, statements[i].asked.query, error.message);
            assert_string_equal(plan->statements[plan->main].sql, statements[i].sql);
        }
        plan_unref(plan);
        arena_free(arena);
    }
}

static const struct {
    struct asked asked;
    enum err err;
    const char *hint;
} refusals[] = {
    {{R, "ordres", ""}, ERR_NO_TABLE, "'t.orders'"},
    {{R, "zzz", ""}, ERR_NO_TABLE, NULL},
    {{R, "orders", "select=client(name)"}, ERR_NO_RELATION, "'clients'"},
    {{R, "orders", "select=addresses(street)"},
     ERR_AMBIGUOUS_EMBED,
     "'addresses!orders_billing', 'addresses!orders_shipping'"},
    {{R, "orders", "select=addresses!nope(street)"}, ERR_NO_RELATION, NULL},
    {{R, "orders", "select=order_lines(quantity)&order=order_lines(quantity)"}, ERR_EMBED_ORDER, NULL},
    {{R, "orders", "select=clients(name)&clients=eq.1"}, ERR_EMBED_NULL, NULL},
    {{R, "clients", "select=clients(clients(clients(clients(clients(id)))))"}, ERR_BAD_QUERY, NULL},
    {{R, "orders", "", .accept = "text/plain"}, ERR_BAD_MEDIA, NULL},
    {{R, "orders", "", .accept = "application/geo+json"}, ERR_BAD_MEDIA, NULL},
    {{R, "orders", "", .accept = "application/vnd.pgrst.plan"}, ERR_BAD_MEDIA, NULL},
    {{ACTION_INSERT, "orders", "", .body = "{\"totl\":1}"}, ERR_NO_COLUMN, "'total'"},
    {{ACTION_INSERT, "orders", ""}, ERR_BAD_BODY, NULL},
    {{ACTION_INSERT, "orders", "", .body = "5"}, ERR_BAD_BODY, NULL},
    {{ACTION_PUT, "orders", "id=eq.1&limit=1", .body = "{\"id\":1}"}, ERR_PUT_LIMIT, NULL},
    {{ACTION_PUT, "orders", "id=gt.1", .body = "{\"id\":1}"}, ERR_PUT_FILTER, NULL},
    {{ACTION_PUT, "orders", "", .body = "{\"id\":1}"}, ERR_PUT_FILTER, NULL},
    {{ACTION_PUT, "orders", "id=eq.1", .body = "{\"total\":1}"}, ERR_PUT_KEY, NULL},
    {{ACTION_CALL, "ad", "a=1&b=2", .get = true}, ERR_NO_FUNCTION, NULL},
    {{ACTION_CALL, "expensiv", "", .get = true}, ERR_NO_FUNCTION, "api.expensive"},
    {{ACTION_CALL, "add", "a=1", .get = true}, ERR_NO_FUNCTION, "api.add(a, b)"},
    {{ACTION_CALL, "unclear", "a=1", .get = true}, ERR_AMBIGUOUS_FUNCTION, NULL},
};

static void names_that_do_not_fit_are_refused_with_a_hint(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct arena *arena = arena_new();
        struct plan *plan = NULL;
        struct error error = {0};
        enum err err = make(arena, &refusals[i].asked, &plan, &error);
        if (err != refusals[i].err)
            fail_msg("%s?%s: got %d (%s), wanted %d", refusals[i].asked.target, refusals[i].asked.query, (int)err,
                     error.message ? error.message : "", (int)refusals[i].err);
        if (refusals[i].hint)
            assert_non_null(error.hint ? strstr(error.hint, refusals[i].hint) : NULL);
        else
            assert_true(!error.hint || err == ERR_AMBIGUOUS_FUNCTION);
        arena_free(arena);
    }
}

/* --- Templates ------------------------------------------------------------------------------------------------------
 */

static void same_key(const char *a, const char *b, bool call, bool same)
{
    struct buf x, y;
    buf_init(&x, 4096);
    buf_init(&y, 4096);
    template_add_query(&x, str_of(a), call);
    template_add_query(&y, str_of(b), call);
    if (str_eq(str_n(x.at, x.len), str_n(y.at, y.len)) != same)
        fail_msg("%s and %s should %sbe of one kind", a, b, same ? "" : "not ");
    buf_release(&x);
    buf_release(&y);
}

static void requests_of_one_kind_differ_in_values_only(void **state)
{
    (void)state;
    same_key("id=eq.1", "id=eq.2", false, true);
    same_key("id=not.in.(1)", "id=not.in.(1,2,3)", false, true);
    same_key("n=like(any).{a}", "n=like(any).{b,c}", false, true);
    same_key("id=eq.1", "id=gt.1", false, false);
    same_key("id=eq.1", "di=eq.1", false, false);
    same_key("id=is.null", "id=is.true", false, false);
    same_key("id=fts(a).x", "id=fts(b).x", false, false);
    same_key("select=a", "select=b", false, false);
    same_key("l.order=a", "l.order=b", false, false);
    same_key("limit=1", "limit=2", false, false);
    same_key("or=(a.eq.1)", "or=(a.eq.2)", false, false);
    same_key("a=1", "a=2", true, true);
    same_key("a=1", "a=eq.1", true, false);
    same_key("a=%65q.1", "a=1", true, false); /* an encoded operator is one for the parser */
}

static void a_plan_takes_its_values_from_the_next_request(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct plan *plan = NULL;
    struct error error;
    const char **bound;
    struct asked asked = {R, "orders", "select=id&id=eq.1&total=in.(1)&tags=like.a*", NULL, NULL, NULL, NULL, false};
    assert_int_equal(make(arena, &asked, &plan, &error), OK);
    struct body body = {0};
    struct template_values values = {.query = STR("select=id&id=eq.77&total=in.(2,%22a,b%22)&tags=like.%C3%BC*"),
                                     .body = &body};
    assert_int_equal(template_bind(arena, &plan->statements[plan->main], &values, &bound, &error), OK);
    assert_string_equal(bound[0], "77");
    assert_string_equal(bound[1], "{\"2\",\"a,b\"}");
    assert_string_equal(bound[2], "ü%");
    assert_string_equal(bound[3], "100");
    values.query = STR("select=id&id=eq.77&total=in.2&tags=like.a");
    assert_int_equal(template_bind(arena, &plan->statements[plan->main], &values, &bound, &error), ERR_BAD_QUERY);
    plan_unref(plan);
    arena_free(arena);
}

static void the_cache_keeps_what_was_used_last(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct plan_cache *cache = plan_cache_new(2);
    struct plan *plan = NULL;
    struct error error;
    struct asked asked = {R, "orders", "", NULL, NULL, NULL, NULL, false};
    assert_int_equal(make(arena, &asked, &plan, &error), OK);
    plan_cache_put(cache, STR("a"), plan);
    plan_cache_put(cache, STR("b"), plan);
    plan_unref(plan_cache_get(cache, STR("a"), plan->catalogue));
    plan_cache_put(cache, STR("c"), plan);
    assert_null(plan_cache_get(cache, STR("b"), plan->catalogue));
    struct plan *again = plan_cache_get(cache, STR("a"), plan->catalogue);
    assert_ptr_equal(again, plan);
    plan_unref(again);
    struct catalogue *other = shop_catalogue();
    assert_null(plan_cache_get(cache, STR("a"), other)); /* made from an older catalogue: dropped */
    assert_int_equal(plan_cache_size(cache), 1);
    catalogue_unref(other);
    plan_cache_free(cache);
    assert_int_equal(plan->refs, 1);
    plan_unref(plan);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_become_sql),
        cmocka_unit_test(names_that_do_not_fit_are_refused_with_a_hint),
        cmocka_unit_test(requests_of_one_kind_differ_in_values_only),
        cmocka_unit_test(a_plan_takes_its_values_from_the_next_request),
        cmocka_unit_test(the_cache_keeps_what_was_used_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
