/* Errors of the database as the client sees them. */
#include "rest/internal.h"

#include "base/json.h"
#include "base/log.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* An answer whose details are JSON, not text. */
static void fail_with_json_details(struct http_req *req, const struct error *error)
{
    struct buf body;
    buf_init(&body, 1 << 20);
    struct json_writer w = json_writer(&body);
    json_open(&w, '{');
    json_member(&w, "code", error->code);
    json_member(&w, "message", error->message);
    json_key(&w, "details");
    json_raw(&w, str_of(error->details));
    json_member(&w, "hint", error->hint);
    json_close(&w, '}');
    http_answer(req, error->status, "application/json; charset=utf-8", &body);
}

static const char *raised_text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* raise sqlstate 'PGRST': the message is the body, the detail is status and headers. */
static bool answer_raised(struct http_req *req, const struct error *error)
{
    json_t *message = json_loads(error->message ? error->message : "", 0, NULL);
    json_t *detail = json_loads(error->details ? error->details : "", 0, NULL);
    json_t *headers = json_object_get(detail, "headers"), *value;
    const char *name;
    bool sound = raised_text(message, "code") && raised_text(message, "message") &&
                 json_is_integer(json_object_get(detail, "status")) && json_is_object(headers);
    if (sound) {
        json_object_foreach(headers, name, value) if (json_is_string(value))
            http_set_header(req, name, json_string_value(value));
        http_fail(req, &(const struct error){.err = ERR_SQL,
                                             .status = (int)json_integer_value(json_object_get(detail, "status")),
                                             .code = raised_text(message, "code"),
                                             .message = raised_text(message, "message"),
                                             .details = raised_text(message, "details"),
                                             .hint = raised_text(message, "hint")});
    }
    json_decref(message);
    json_decref(detail);
    return sound;
}

/* Not the client's doing: what the database says may name things of ours, so it goes to the log only. */
static bool is_internal(const struct error *error)
{
    return error->code && !strncmp(error->code, "XX", 2);
}

static void answer_affected(struct errand *x, const char *count)
{
    struct error out;
    if (x->plan->guards_single) {
        out = error_of(ERR_NOT_SINGLE);
        out.details = arena_printf(x->req->arena, "The result contains %s rows", count);
    } else {
        out = error_of(ERR_MAX_AFFECTED);
        out.details = arena_printf(x->req->arena, "The query affects %s rows", count);
    }
    http_fail(x->req, &out);
}

void failure_answer(struct errand *x, const struct error *error)
{
    struct http_req *req = x->req;
    struct error out = *error;
    const char *guard = out.message ? strstr(out.message, PLAN_GUARD) : NULL;
    if (out.err == ERR_AMBIGUOUS_EMBED) {
        fail_with_json_details(req, &out);
        return;
    }
    if (out.err != ERR_SQL || !out.code) {
        http_fail(req, &out);
        return;
    }
    if (guard && x->plan && x->plan->affected_max >= 0 && text_eq(out.code, "22P02")) {
        const char *digits = guard + strlen(PLAN_GUARD);
        answer_affected(x, arena_strndup(req->arena, digits, strspn(digits, "0123456789")));
        return;
    }
    if (text_eq(out.code, "PGRST")) {
        if (answer_raised(req, &out))
            return;
        out = error_of(ERR_RAISED);
        out.details = "DETAIL must be a JSON object with status and headers, MESSAGE one with code and message";
        http_fail(req, &out);
        return;
    }
    out.status = error_status_of_sqlstate(out.code, text_eq(req->who->role, "anon"));
    if (is_internal(&out)) {
        log_error("database error", LOG_STR("request", req->id), LOG_STR("code", out.code),
                  LOG_STR("message", out.message),
                  LOG_STR("sql", x->plan && x->plan->main >= 0 ? x->plan->statements[x->plan->main].sql : ""));
        out.details = NULL;
    }
    if (out.status == 401)
        http_set_header(req, "WWW-Authenticate", "Bearer");
    http_fail(req, &out);
}
