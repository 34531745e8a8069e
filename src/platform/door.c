#include "platform/door.h"

#include "ask/thread.h"
#include "base/encode.h"
#include "base/exact.h"
#include "base/json_kept.h"
#include "base/json_outline.h"
#include "http/services.h"
#include "pg/direct.h"
#include "tenant/registry.h"

#include <malloc.h>
#include <stdlib.h>

enum { WORK_MAX = 32, INPUT_VALUES_MAX = 100000, ANSWER_MAX_BYTES = 64 * 1024 * 1024 };

static const char *const query_names[QUERY_COUNT] = {"confirm", "tenant", "status", "kind", "limit"};

static struct thread_limit limit = {.at_once = WORK_MAX}; /* of this worker */

static bool has_token(struct http_req *req, const struct settings *settings)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_header(req, "Authorization");
    struct str given =
        header && !strncasecmp(header, scheme, sizeof scheme - 1) ? str_of(header + sizeof scheme - 1) : str_of(NULL);
    if (*settings->platform_token && equal_in_constant_time(given, str_of(settings->platform_token)))
        return true;
    http_set_header(req, "WWW-Authenticate", "Bearer");
    http_fail_hint(req, ERR_UNAUTHORIZED,
                   "It is the setting platform_token, or the file platform.token in the data directory.",
                   "This needs the platform's bearer token.");
    return false;
}

static void platform_run(void *data)
{
    struct platform_work *work = data;
    PGconn *conn = NULL;
    work->err = direct_open(work->arena, work->conninfo, &conn, &work->error);
    if (work->err == OK)
        work->err = direct_run(work->arena, conn, "set client_min_messages = warning", &work->error);
    if (work->err == OK)
        work->err = work->door->run(work, conn, &work->error);
    PQfinish(conn);
}

static void platform_done(void *data, bool done)
{
    struct platform_work *work = data;
    (void)done; /* nobody cancels it */
    if (work->err == OK)
        http_answer(work->req, work->status, work->status == 204 ? NULL : "application/json; charset=utf-8",
                    &work->body);
    else
        http_fail(work->req, &work->error);
    buf_release(&work->body);
    arena_free(work->arena);
    malloc_trim(0); /* the texts of all migrations are megabytes, and nobody asks for as much again soon */
}

/* False: it has answered. No body is as good as none. */
static bool read_input(struct http_req *req, json_t **input)
{
    json_error_t reason = {.text = "it holds too many values"};
    if (!req->body.len)
        return true;
    if (json_fits(req->body, INPUT_VALUES_MAX))
        *input = exact_load(req->body, JSON_REJECT_DUPLICATES, &reason);
    if (!json_is_object(*input)) {
        json_decref(*input);
        http_fail_with(req, ERR_BAD_BODY, "The body is no JSON object: %s.",
                       *input ? "it is something else" : reason.text);
        return false;
    }
    (void)json_kept(req->arena, *input);
    return true;
}

void platform_door(struct http_req *req)
{
    const struct services *services = req->services;
    const struct platform_door *door = req->route->more;
    json_t *input = NULL;
    if (!has_token(req, services->settings) || (door->wants_body && !read_input(req, &input)))
        return;
    struct arena *arena = arena_new();
    struct platform_work *work = arena_zalloc(arena, sizeof *work);
    *work = (struct platform_work){.req = req,
                                   .arena = arena,
                                   .subject = req->params[0],
                                   .settings = services->settings,
                                   .conninfo = tenant_registry_conninfo(tenant_registry_in(services)),
                                   .input = input,
                                   .door = door,
                                   .status = 200};
    for (size_t i = 0; i < QUERY_COUNT; i++)
        work->query[i] = http_query_param(req, query_names[i]);
    buf_init(&work->body, ANSWER_MAX_BYTES);
    if (thread_run(req, &limit, platform_run, platform_done, work))
        return;
    http_fail_with(req, ERR_BUSY, "Too many platform requests at once.");
    arena_free(arena);
}

enum err platform_text(struct platform_work *work, const char *name, const char **text, struct error *out)
{
    const json_t *value = work->input ? json_object_get(work->input, name) : NULL;
    *text = NULL;
    if (!value || json_is_null(value))
        return OK;
    if (!json_is_string(value)) {
        error_set(out, work->arena, ERR_BAD_INPUT, "\"%s\" is a text.", name);
        out->details = arena_printf(work->arena, "{\"field\":\"%s\"}", name);
        return ERR_BAD_INPUT;
    }
    *text = json_string_value(value);
    return OK;
}

static const char *dump(struct arena *arena, const json_t *json)
{
    char *text = exact_dump(json, JSON_COMPACT);
    if (!text)
        abort();
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

enum err platform_object(struct platform_work *work, const char *name, const char **text, struct error *out)
{
    const json_t *value = work->input ? json_object_get(work->input, name) : NULL;
    *text = NULL;
    if (!value || json_is_null(value))
        return OK;
    if (!json_is_object(value)) {
        error_set(out, work->arena, ERR_BAD_INPUT, "\"%s\" is an object.", name);
        out->details = arena_printf(work->arena, "{\"field\":\"%s\"}", name);
        return ERR_BAD_INPUT;
    }
    *text = dump(work->arena, value);
    return OK;
}
