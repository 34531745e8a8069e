/* Fuzzes the whole way from a request to SQL: query string, preferences, media type and body, against a small
 * catalogue.
 *
 * Whatever comes, planning ends; and what was planned is SQL of ours: outside quoted names and literals there are only
 * the words and signs that the writer knows, parentheses close, and no statement ends early.
 *
 * First byte: what is asked of which table or function. Then lines: query, Prefer, Accept, Content-Type, body.
 * tests/fuzz/rest_run.sh builds and runs it. */
#include "../unit/rest/shop.h"

#include "rest/plan.h"
#include "rest/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct settings settings = {.rows_max = 100, .embed_depth_max = 4, .embeds_max = 30, .explain = true};

static const char *const targets[] = {"orders", "clients",   "order_lines", "open_orders",
                                      "add",    "expensive", "greet",       "raw"};

static void complain(const char *sql, const char *what)
{
    fprintf(stderr, "%s in: %s\n", what, sql);
    abort();
}

static const char *skip_name(const char *sql, const char *p)
{
    for (p++; *p; p++) {
        if (*p != '"')
            continue;
        if (p[1] != '"')
            return p;
        p++;
    }
    complain(sql, "a name does not close");
    return p;
}

static const char *skip_literal(const char *sql, const char *p, bool escapes)
{
    for (p++; *p; p++) {
        if (escapes && *p == '\\' && p[1]) {
            p++;
        } else if (*p == '\'') {
            if (p[1] != '\'')
                return p;
            p++;
        } else if (!escapes && *p == '\\') {
            complain(sql, "a backslash in a plain literal");
        }
    }
    complain(sql, "a literal does not close");
    return p;
}

static void check_sql(const char *sql)
{
    int depth = 0;
    for (const char *p = sql; *p; p++) {
        if (*p == '"') {
            p = skip_name(sql, p);
        } else if (*p == '\'') {
            p = skip_literal(sql, p, p > sql && p[-1] == 'E');
        } else if (*p == '(') {
            depth++;
        } else if (*p == ')') {
            if (--depth < 0)
                complain(sql, "a parenthesis too many");
        } else if (*p == '-' && p[1] == '-') {
            complain(sql, "a comment");
        } else if (*p == '/' && p[1] == '*') {
            complain(sql, "a comment");
        } else if (!strchr(" abcdefghijklmnopqrstuvwxyz_0123456789$,.:*=<>~|&@-+![]E", *p)) {
            complain(sql, "a foreign character");
        }
    }
    if (depth)
        complain(sql, "a parenthesis too few");
}

static struct str next_line(struct str *rest)
{
    const char *end = memchr(rest->at, '\n', rest->len);
    size_t n = end ? (size_t)(end - rest->at) : rest->len;
    struct str line = str_n(rest->at, n);
    *rest = end ? str_n(end + 1, rest->len - n - 1) : str_n(rest->at + n, 0);
    return line;
}

static const char *next_text(struct arena *arena, struct str *rest)
{
    struct str line = next_line(rest);
    const char *text = arena_strndup(arena, line.at, line.len);
    return *text ? text : NULL; /* headers end at a zero */
}

static void bind_all(struct arena *arena, const struct plan *plan, struct str query, const struct body *body)
{
    struct template_values values = {
        .query = query, .body = body, .key = "k", .key_method = "m", .key_path = "p", .key_hash = "h"};
    for (int i = 0; i < plan->statement_count; i++) {
        const char **bound;
        struct error error;
        check_sql(plan->statements[i].sql);
        if (template_bind(arena, &plan->statements[i], &values, &bound, &error))
            complain(plan->statements[i].sql, "values that were planned cannot be bound");
        for (int p = 0; p < plan->statements[i].param_count; p++)
            if (!bound[p] && plan->statements[i].params[p].source != PARAM_CONSTANT)
                complain(plan->statements[i].sql, "a parameter without value");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct catalogue *catalogue;
    if (!catalogue)
        catalogue = shop_catalogue();
    if (!size)
        return 0;
    struct arena *arena = arena_new();
    struct str rest = str_n((const char *)data + 1, size - 1);
    struct str query = next_line(&rest);
    struct error error;
    struct plan *plan = NULL;
    unsigned target = data[0] & 7;
    struct plan_request request = {
        .arena = arena,
        .catalogue = catalogue,
        .settings = &settings,
        .schema = "t\"s",
        .role = data[0] & 0x80 ? "anon" : "service_role",
        .action = target >= 4 ? ACTION_CALL : (enum action)((data[0] >> 3) % 5),
        .target = targets[target],
        .keyed = data[0] & 0x40,
    };
    request.get = request.action == ACTION_READ || (request.action == ACTION_CALL && (data[0] & 8));
    preference_parse(arena, next_text(arena, &rest), &request.prefer);
    request.accept = next_text(arena, &rest);
    if (!request.accept)
        request.accept = "";
    const char *type = next_text(arena, &rest);
    enum err err = media_parse(arena, request.accept, &request.media, &error);
    if (!err && !request.get)
        err = body_parse(arena, rest, type, !(data[0] & 0x20), &request.body, &error);
    if (!err)
        err = query_parse(arena, query, request.action == ACTION_CALL && request.get ? QUERY_ARGUMENTS : 0,
                          &request.query, &error);
    if (!err)
        err = plan_make(&request, &plan, &error);
    if (err && (!error.message || error.status < 300))
        abort();
    if (!err)
        bind_all(arena, plan, query, &request.body);
    struct buf key;
    buf_init(&key, 1 << 16);
    template_add_query(&key, query, request.get);
    buf_release(&key);
    plan_unref(plan);
    arena_free(arena);
    return 0;
}
