/* Lists of objects, as the database makes them. */
#include "storage/dialect.h"
#include "storage/doors.h"

static void list_by(struct http_req *req, const char *sql)
{
    if (!dialect_identify(req) || !dialect_body(req))
        return;
    struct ask *ask = ask_caller(req, true);
    ask_add(ask, sql, req->params[0], req->body.len ? req->body.at : "{}");
    ask_submit(ask, answer_first_value, NULL);
}

void list_objects(struct http_req *req)
{
    list_by(req, "select app.storage_list($1, $2::jsonb)");
}

void list_objects_v2(struct http_req *req)
{
    list_by(req, "select app.storage_list_v2($1, $2::jsonb)");
}
