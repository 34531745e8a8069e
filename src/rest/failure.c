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

/* raise sqlstate 'PGRST' with texts that are not what was agreed. */
static void answer_unreadable(struct http_req *req, const struct error *error)
{
    struct error out = error_of(ERR_RAISED);
    json_t *message = json_loads(error->message ? error->message : "", 0, NULL);
    bool readable = raised_text(message, "code") && raised_text(message, "message");
    json_decref(message);
    if (!readable)
        out.details = arena_printf(req->arena, "Invalid JSON value for MESSAGE: '%s'", error->message);
    else
        out.details = error->details && *error->details
                          ? arena_printf(req->arena, "Invalid JSON value for DETAIL: '%s'", error->details)
                          : "DETAIL is missing in the RAISE statement";
    out.hint = readable ? "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: "
                          "'status_text'."
                        : "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: "
                          "'details', 'hint'.";
    http_fail(req, &out);
}

/* Not the client's doing: a full disk, a bug, a broken file. What the database says names things of ours, so it goes to
 * the log only. */
static bool is_internal(const struct error *error)
{
    static const char *const classes[] = {"XX", "53", "58", "F0", "57P"};
    if (text_eq(error->code, "53400")) /* a limit of the role or the database that the request itself ran into */
        return false;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (!strncmp(error->code, classes[i], strlen(classes[i])))
            return true;
    return false;
}

/* What the database says of its own accord names tables, constraints and whole rows. Who works in the house may know
 * them; visitors and customers get the sentence of the code's class. To add one, add a row, longer prefixes first. */
static const struct {
    const char *prefix, *message;
} sentences[] = {
    {"23502", "Something that is needed is missing."},
    {"23503", "Something that this refers to is not there."},
    {"23505", "This is there already."},
    {"23514", "A value is outside of what is allowed."},
    {"23P01", "This is taken already."},
    {"23", "This does not fit what is there."},
    {"42501", "This is not allowed."},
    {"42", "This cannot be done here."},
    {"44", "This is not allowed."},
    {"53100", "There is no room to write this now."},
    {"53", "The database is busy; try again in a moment."},
    {"57P", "The database is not available; try again in a moment."},
};

static void say_by_class(struct error *error)
{
    error->details = error->hint = NULL;
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (!strncmp(error->code, sentences[i].prefix, strlen(sentences[i].prefix))) {
            error->message = sentences[i].message;
            return;
        }
    error->message = error_of(ERR_INTERNAL).message;
}

/* Whether the refusal speaks of what the request itself named: a table that was asked for, a column of it. */
static bool is_about_target(const struct errand *x, const struct error *error)
{
    const char *found = x->target && !x->call ? strstr(error->message, x->target) : NULL;
    return found && (error->code[0] == '4' && error->code[1] == '2');
}

/* Errors that nobody raised on purpose, as strangers see them. A schema that maitred did not make has its own rules. */
static void hide_internals(const struct errand *x, struct error *error)
{
    const char *code = error->code;
    bool integrity = !strncmp(code, "23", 2) || !strncmp(code, "44", 2);
    if (x->req->tenant->foreign || x->own_schemas)
        return;
    if (integrity && error->details && strstr(error->details, "Failing row contains"))
        error->details = NULL; /* whole rows, also of columns that nobody may read */
    if (x->req->who->level >= LEVEL_STAFF)
        return;
    bool names_ours = x->call || text_eq(code, "42501");
    if (integrity || (names_ours && !strncmp(code, "42", 2) && !is_about_target(x, error)))
        say_by_class(error);
}

/* A guard of ours has undone the request: what it says is a letter and a number (plan.h). */
static void answer_guard(struct errand *x, const char *said)
{
    static const struct {
        const char *kind;
        enum err err;
    } guards[] = {
        {PLAN_GUARD_SINGLE, ERR_NOT_SINGLE}, {PLAN_GUARD_MOST, ERR_MAX_AFFECTED},
        {PLAN_GUARD_TIES, ERR_LIMIT_TIES},   {PLAN_GUARD_KEY, ERR_PUT_KEY},
        {PLAN_GUARD_RANGE, ERR_RANGE},       {PLAN_GUARD_STATUS, ERR_BAD_GUC_STATUS},
    };
    struct arena *arena = x->req->arena;
    struct error out = error_of(ERR_BAD_GUC_HEADERS);
    const char *count = *said ? arena_strndup(arena, said + 1, strspn(said + 1, "0123456789")) : "";
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
        if (*guards[i].kind == *said)
            out = error_of(guards[i].err);
    if (out.err == ERR_NOT_SINGLE)
        http_set_header(x->req, "Content-Type", media_content_type(&(struct media){.format = FORMAT_OBJECT}));
    if (out.err == ERR_NOT_SINGLE)
        out.details = arena_printf(arena, "The result contains %s rows", count);
    else if (out.err == ERR_MAX_AFFECTED)
        out.details = arena_printf(arena, "The query affects %s rows", count);
    else if (out.err == ERR_LIMIT_TIES)
        out.details = arena_printf(arena, "Results contain %s rows changed but the maximum number allowed is %lld",
                                   count, (long long)x->plan->limit);
    else if (out.err == ERR_RANGE) {
        http_set_header(x->req, "Content-Range", arena_printf(arena, "*/%s", count));
        out.details = arena_printf(arena, "An offset of %lld was requested, but there are only %s rows.",
                                   (long long)x->plan->offset, count);
    }
    http_fail(x->req, &out);
}

/* 21000 is a fault of a view or function, but for two: rows of one key in a body, and what the extension safeupdate
 * says to a change of a whole table. */
static bool is_cardinality_of_request(const struct error *error)
{
    static const char unfiltered[] = "requires a WHERE clause";
    size_t length = strlen(error->message), tail = sizeof unfiltered - 1;
    return text_eq(error->code, "21000") && (!strncmp(error->message, "ON CONFLICT DO UPDATE ", 22) ||
                                             (length > tail && text_eq(error->message + length - tail, unfiltered)));
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
    if (guard && x->plan && (x->plan->guarded || x->plan->facts >= 0) && text_eq(out.code, "22P02")) {
        answer_guard(x, guard + strlen(PLAN_GUARD));
        return;
    }
    if (text_eq(out.code, "PGRST")) {
        if (answer_raised(req, &out))
            return;
        answer_unreadable(req, &out);
        return;
    }
    out.status = is_cardinality_of_request(&out) ? 400 : error_status_of_sqlstate(out.code, req->who->anonymous);
    hide_internals(x, &out);
    if (is_internal(&out)) {
        log_error("database error", LOG_STR("request", req->id), LOG_STR("code", out.code),
                  LOG_STR("message", error_text_cut(req->arena, out.message, 500)),
                  LOG_STR("sql", x->plan && x->plan->main >= 0 ? x->plan->statements[x->plan->main].sql : ""));
        say_by_class(&out);
    }
    if (out.status == 401)
        http_set_header(req, "WWW-Authenticate", "Bearer");
    http_fail(req, &out);
}
