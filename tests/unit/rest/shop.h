/* A small catalogue made by hand: clients, orders, products, order_lines (a junction), addresses (two keys), a view.
 * For one program each: the data is static. */
#ifndef MAITRED_TESTS_SHOP_H
#define MAITRED_TESTS_SHOP_H

#include "base/str.h"
#include "rest/catalogue.h"

#define COLUMN(n, t, oid, k)                                                                                           \
    {                                                                                                                  \
        .name = n, .type = t, .type_oid = oid, .kind = k, .readable = 3                                                \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct column clients[] = {
    {.name = "id", .type = "integer", .type_oid = 23, .readable = 3, .primary = true},
    COLUMN("name", "text", 25, VALUE_PLAIN),
    COLUMN("boss_id", "integer", 23, VALUE_PLAIN),
    {.name = "secret", .type = "text", .type_oid = 25, .readable = 2},
};
static struct column orders[] = {
    {.name = "id", .type = "integer", .type_oid = 23, .readable = 3, .primary = true, .default_sql = "nextval('s')"},
    COLUMN("client_id", "integer", 23, VALUE_PLAIN),
    COLUMN("billing_id", "integer", 23, VALUE_PLAIN),
    COLUMN("shipping_id", "integer", 23, VALUE_PLAIN),
    COLUMN("total", "numeric(10,2)", 1700, VALUE_PLAIN),
    COLUMN("tags", "text[]", 1009, VALUE_COMPOSED),
    {.name = "data", .type = "jsonb", .type_oid = 3802, .kind = VALUE_JSON, .is_jsonb = true, .readable = 3},
    {.name = "search", .type = "tsvector", .type_oid = 3614, .is_tsvector = true, .readable = 3},
};
static struct column products[] = {COLUMN("id", "integer", 23, VALUE_PLAIN), COLUMN("name", "text", 25, VALUE_PLAIN)};
static struct column lines[] = {COLUMN("order_id", "integer", 23, VALUE_PLAIN),
                                COLUMN("product_id", "integer", 23, VALUE_PLAIN),
                                COLUMN("quantity", "integer", 23, VALUE_PLAIN)};
static struct column addresses[] = {COLUMN("id", "integer", 23, VALUE_PLAIN),
                                    COLUMN("street", "text", 25, VALUE_PLAIN)};
static struct column open_orders[] = {COLUMN("number", "integer", 23, VALUE_PLAIN),
                                      COLUMN("buyer", "integer", 23, VALUE_PLAIN)};

static const char *const id_key[] = {"id"};
static const char *const line_key[] = {"order_id", "product_id"};

static struct table tables[] = {
    {.name = "addresses",
     .oid = 5,
     .relkind = 'r',
     .exposed = true,
     .columns = addresses,
     .column_count = COUNT(addresses),
     .key = id_key,
     .key_count = 1},
    {.name = "clients",
     .oid = 1,
     .relkind = 'r',
     .exposed = true,
     .columns = clients,
     .column_count = COUNT(clients),
     .key = id_key,
     .key_count = 1},
    {.name = "open_orders",
     .oid = 6,
     .relkind = 'v',
     .exposed = true,
     .columns = open_orders,
     .column_count = COUNT(open_orders)},
    {.name = "order_lines",
     .oid = 4,
     .relkind = 'r',
     .exposed = true,
     .columns = lines,
     .column_count = COUNT(lines),
     .key = line_key,
     .key_count = 2},
    {.name = "orders",
     .oid = 2,
     .relkind = 'r',
     .exposed = true,
     .columns = orders,
     .column_count = COUNT(orders),
     .key = id_key,
     .key_count = 1},
    {.name = "products",
     .oid = 3,
     .relkind = 'r',
     .exposed = true,
     .columns = products,
     .column_count = COUNT(products),
     .key = id_key,
     .key_count = 1},
};

static const char *ids[] = {"id"}, *client_id[] = {"client_id"}, *billing_id[] = {"billing_id"},
                  *shipping_id[] = {"shipping_id"}, *boss_id[] = {"boss_id"}, *order_id[] = {"order_id"},
                  *product_id[] = {"product_id"}, *line_unique[] = {"order_id", "product_id"};

static const struct foreign_key keys[] = {
    {.from = 1, .to = 1, .constraint = "clients_boss", .from_columns = boss_id, .to_columns = ids, .count = 1},
    {.from = 2, .to = 1, .constraint = "orders_client", .from_columns = client_id, .to_columns = ids, .count = 1},
    {.from = 2, .to = 5, .constraint = "orders_billing", .from_columns = billing_id, .to_columns = ids, .count = 1},
    {.from = 2, .to = 5, .constraint = "orders_shipping", .from_columns = shipping_id, .to_columns = ids, .count = 1},
    {.from = 4, .to = 2, .constraint = "lines_order", .from_columns = order_id, .to_columns = ids, .count = 1},
    {.from = 4, .to = 3, .constraint = "lines_product", .from_columns = product_id, .to_columns = ids, .count = 1},
};
static const struct view_column views[] = {
    {.view = &tables[2], .base = &tables[4], .column = "number", .base_column = "id"},
    {.view = &tables[2], .base = &tables[4], .column = "buyer", .base_column = "client_id"}};
static const struct unique_key uniques[] = {{.table = 4, .columns = line_unique, .count = 2}};

static const struct parameter add_parameters[] = {{.name = "a", .type = "integer", .type_oid = 23, .required = true},
                                                  {.name = "b", .type = "integer", .type_oid = 23, .required = true}};
static const struct parameter greet_parameters[] = {{.name = "name", .type = "text", .type_oid = 25}};
static const struct parameter least_parameters[] = {
    {.name = "least", .type = "numeric", .type_oid = 1700, .required = true}};
static const struct parameter a_int[] = {{.name = "a", .type = "integer", .type_oid = 23, .required = true}};
static const struct parameter a_text[] = {{.name = "a", .type = "text", .type_oid = 25, .required = true}};
static const struct parameter raw[] = {{.name = "", .type = "json", .type_oid = 114, .required = true}};

static struct function functions[] = {
    {.name = "add",
     .schema = "api",
     .parameters = add_parameters,
     .parameter_count = 2,
     .returns = RETURNS_SCALAR,
     .volatility = 'i',
     .result = COLUMN("add", "integer", 23, VALUE_PLAIN)},
    {.name = "expensive",
     .schema = "api",
     .parameters = least_parameters,
     .parameter_count = 1,
     .returns = RETURNS_ROW,
     .returns_set = true,
     .volatility = 's',
     .table = &tables[4]},
    {.name = "greet",
     .schema = "api",
     .parameters = greet_parameters,
     .parameter_count = 1,
     .returns = RETURNS_SCALAR,
     .volatility = 'v',
     .result = COLUMN("greet", "text", 25, VALUE_PLAIN)},
    {.name = "raw",
     .schema = "api",
     .parameters = raw,
     .parameter_count = 1,
     .returns = RETURNS_SCALAR,
     .volatility = 'v',
     .result = COLUMN("raw", "json", 114, VALUE_JSON)},
    {.name = "unclear",
     .schema = "api",
     .parameters = a_int,
     .parameter_count = 1,
     .returns = RETURNS_SCALAR,
     .volatility = 'i'},
    {.name = "unclear",
     .schema = "api",
     .parameters = a_text,
     .parameter_count = 1,
     .returns = RETURNS_SCALAR,
     .volatility = 'i'},
};

/* One reference. */
static struct catalogue *shop_catalogue(void)
{
    struct arena *arena = arena_new();
    struct catalogue *catalogue = arena_zalloc(arena, sizeof *catalogue);
    for (size_t i = 0; i < COUNT(tables); i++) {
        tables[i].relationships = NULL;
        tables[i].relationship_count = 0;
        for (size_t p = 0; p < PRIVILEGE_COUNT; p++)
            tables[i].privileges[p] = 3; /* both roles */
    }
    for (size_t i = 0; i < COUNT(functions); i++)
        functions[i].executable = 3;
    relationships_build(arena, tables, COUNT(tables), keys, COUNT(keys), views, COUNT(views), uniques, COUNT(uniques),
                        NULL, 0);
    *catalogue = (struct catalogue){.arena = arena,
                                    .refs = 1,
                                    .roles = {"anon", "service_role"},
                                    .role_count = 2,
                                    .tables = tables,
                                    .table_count = COUNT(tables),
                                    .functions = functions,
                                    .function_count = COUNT(functions)};
    return catalogue;
}

#endif
