/* Buckets: what is asked goes to the database as it is, which decides and answers. */
#include "storage/dialect.h"
#include "storage/doors.h"

enum { BUCKETS_MAX = 1000 };

static void answer_bucket(struct ask *ask, void *data)
{
    json_t *list = dialect_json(ask->req, ask_value(ask, 0));
    char *text = json_dumps(json_array_get(list, 0), JSON_COMPACT | JSON_ENCODE_ANY);
    (void)data;
    dialect_answer(ask->req, text ? text : "null");
    free(text);
}

/* A number of the query; `otherwise` where there is none. NULL: refused. */
static const char *number_param(struct http_req *req, const char *name, const char *otherwise)
{
    const char *text = http_query_param(req, name);
    if (!text || !*text)
        return otherwise;
    if (strspn(text, "0123456789") == strlen(text) && strlen(text) < 8)
        return text;
    refuse_format(req, INVALID_PARAMETER, "Invalid Parameter %s", name);
    return NULL;
}

void list_buckets(struct http_req *req)
{
    const char *limit = number_param(req, "limit", arena_printf(req->arena, "%d", BUCKETS_MAX));
    const char *offset = limit ? number_param(req, "offset", "0") : NULL;
    if (!offset || !dialect_identify(req))
        return;
    struct ask *ask = ask_caller(req, true);
    ask_add(ask, "select app.storage_buckets_json(null, $1::int, $2::int, $3, $4, $5)", limit, offset,
            http_query_param(req, "search"), http_query_param(req, "sortColumn"), http_query_param(req, "sortOrder"));
    ask_submit(ask, answer_first_value, NULL);
}

void get_bucket(struct http_req *req)
{
    if (!dialect_identify(req))
        return;
    struct ask *ask = ask_caller(req, true);
    ask_add(ask, "select app.storage_buckets_json($1, 1, 0, null, null, null)", req->params[0]);
    ask_submit(ask, answer_bucket, NULL);
}

void create_bucket(struct http_req *req)
{
    if (!dialect_identify(req) || !dialect_body(req))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_create_bucket($1::jsonb)", req->body.len ? req->body.at : "{}");
    ask_submit(ask, answer_first_value, NULL);
}

void update_bucket(struct http_req *req)
{
    if (!dialect_identify(req) || !dialect_body(req))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, "select app.storage_update_bucket($1, $2::jsonb)", req->params[0],
            req->body.len ? req->body.at : "{}");
    ask_submit(ask, answer_first_value, NULL);
}

static void change_bucket(struct http_req *req, const char *sql)
{
    if (!dialect_identify(req))
        return;
    struct ask *ask = ask_caller(req, false);
    ask_add(ask, sql, req->params[0]);
    ask_submit(ask, answer_first_value, NULL);
}

void delete_bucket(struct http_req *req)
{
    change_bucket(req, "select app.storage_delete_bucket($1)");
}

void empty_bucket(struct http_req *req)
{
    change_bucket(req, "select app.storage_empty_bucket($1)");
}
