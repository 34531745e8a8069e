/* Routes: tables of rows, tried in order. Paths are short and rows few, so a scan beats a tree. */
#include "http/http.h"

#include "base/encode.h"

/* Matches one segment after the other; parameters are decoded into params. */
static bool matches(struct arena *arena, const char *pattern, const char *path, const char **params)
{
    int count = 0;
    while (*pattern && *path) {
        if (*pattern == '*' && !pattern[1])
            return true;
        if (*pattern == ':' || *pattern == '*') {
            bool rest = *pattern == '*';
            size_t length = rest ? strlen(path) : strcspn(path, "/");
            struct str value;
            if (count == HTTP_PATH_PARAMS_MAX || (!rest && length == 0) ||
                !decode_percent(arena, str_n(path, length), false, &value))
                return false;
            params[count++] = value.at;
            path += length;
            pattern += rest ? strlen(pattern) : strcspn(pattern, "/");
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    if (*pattern == '*' && count < HTTP_PATH_PARAMS_MAX) { /* the rest may be empty */
        if (pattern[1])
            params[count] = "";
        return true;
    }
    return !*pattern && !*path;
}

const struct http_route *http_route_find(struct http_req *req, const struct http_route *const *tables,
                                         size_t table_count, unsigned *allowed)
{
    const struct http_route *otherwise = NULL;
    *allowed = 0;
    for (size_t t = 0; t < table_count; t++) {
        for (const struct http_route *route = tables[t]; route->pattern; route++) {
            const char *params[HTTP_PATH_PARAMS_MAX] = {0};
            if ((route->flags & ROUTE_ELSE) && otherwise)
                continue;
            if (!matches(req->arena, route->pattern, req->path, params))
                continue;
            if (route->flags & ROUTE_ELSE) {
                otherwise = route;
            } else if (route->methods & (unsigned)req->method) {
                memcpy(req->params, params, sizeof params);
                return route;
            } else {
                *allowed |= route->methods;
            }
        }
    }
    return *allowed ? NULL : otherwise;
}
