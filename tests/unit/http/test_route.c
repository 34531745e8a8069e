/* Routes: what matches, what is decoded, what else would be allowed. */
#include "../unit.h"

#include "http/http.h"

static void handler(struct http_req *req)
{
    (void)req;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/rest/v1/", handler, 1},
    {HTTP_GET | HTTP_POST, "/rest/v1/rpc/:function", handler, 2},
    {HTTP_GET | HTTP_DELETE, "/rest/v1/:table", handler, 3},
    {HTTP_GET, "/object/:bucket/*name", handler, 4},
    {HTTP_ANY, "/rest/*", handler, 5 | ROUTE_ELSE},
    {HTTP_ANY, "/rest/v1/*", handler, 6 | ROUTE_ELSE},
    {0},
};

static void paths_find_their_row(void **state)
{
    static const struct {
        enum http_method method;
        const char *path;
        unsigned flags; /* 0: none */
        const char *first, *second;
        unsigned allowed;
    } cases[] = {
        {HTTP_GET, "/rest/v1/", 1, NULL, NULL, 0},
        {HTTP_GET, "/rest/v1/orders", 3, "orders", NULL, 0},
        {HTTP_GET, "/rest/v1/a%20b", 3, "a b", NULL, 0},
        {HTTP_POST, "/rest/v1/rpc/place_order", 2, "place_order", NULL, 0},
        {HTTP_POST, "/rest/v1/orders", 0, NULL, NULL, HTTP_GET | HTTP_DELETE},
        {HTTP_GET, "/rest/v1/rpc", 3, "rpc", NULL, 0},
        /* what no row takes goes to the first that takes the rest, undecoded; another method is not "the rest" */
        {HTTP_GET, "/rest/v1/rpc/", 5 | ROUTE_ELSE, NULL, NULL, 0},
        {HTTP_PATCH, "/rest/v1/x/y", 5 | ROUTE_ELSE, NULL, NULL, 0},
        {HTTP_GET, "/rest/", 5 | ROUTE_ELSE, NULL, NULL, 0},
        {HTTP_GET, "/rest", 0, NULL, NULL, 0},
        {HTTP_GET, "/object/media/a/b%2Fc.png", 4, "media", "a/b/c.png", 0},
        {HTTP_GET, "/object/media/", 4, "media", "", 0},
        {HTTP_GET, "/rest/v1/%zz", 5 | ROUTE_ELSE, NULL, NULL, 0},
        {HTTP_GET, "/object/media/%zz", 0, NULL, NULL, 0},
        {HTTP_GET, "", 0, NULL, NULL, 0},
        {HTTP_GET, "//rest/v1/orders", 0, NULL, NULL, 0},
    };
    const struct http_route *const tables[] = {routes};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct http_req req = {.arena = arena, .method = cases[i].method, .path = cases[i].path};
        unsigned allowed;
        const struct http_route *route = http_route_find(&req, tables, 1, &allowed);
        assert_int_equal(route ? route->flags : 0, cases[i].flags);
        if (cases[i].first)
            assert_string_equal(req.params[0], cases[i].first);
        if (cases[i].second)
            assert_string_equal(req.params[1], cases[i].second);
        if (!route)
            assert_int_equal(allowed, cases[i].allowed);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(paths_find_their_row)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
