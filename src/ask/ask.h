/* SQL behind a request, for a door that asks the database and answers.
 *
 *     struct ask *ask = ask_new(req, &session, TIMEOUT_MS);
 *     ask_add(ask, "select get_stay($1)", req->params[0]);
 *     ask_submit(ask, stay_get_answer, NULL);               // goes on there, below
 *
 *   ask_new ──ask_add…──ask_submit──▶ under way ──Sync──▶ `then`               success alone
 *                                        ├──refused, out of time──▶ `failed`    or http_fail, where there is none
 *                                        └──the client left, a read──▶ given up  nobody is called
 *
 * The frame holds the request until `then` or `failed` has returned: either answers, or asks again, or holds it for
 * longer by itself. What writes is finished although nobody waits for it any more. One ask of a request at a time.
 * Runs on the loop.
 */
#ifndef MAITRED_ASK_ASK_H
#define MAITRED_ASK_ASK_H

#include "http/http.h"
#include "http/services.h"
#include "pg/pg.h"
#include "tenant/tenant.h"

struct ask;

/* After Sync: everything went well. The results live as long as the request. */
typedef void ask_then_fn(struct ask *ask, void *data);

/* It was refused, could not be asked or took too long: answers in another shape, or goes on without. */
typedef void ask_failed_fn(struct ask *ask, const struct error *error, void *data);

struct ask {
    struct http_req *req;
    const char *nothing;   /* set it where a schema may lack what is asked: the sentence of that 404 (42P01, 42883) */
    ask_failed_fn *failed; /* or NULL */

    struct pg_batch *batch; /* the frame's own from here */
    ask_then_fn *then;
    void *data;
    int timeout_ms;
    bool reads;
};

/* `session` is copied; NULL: no first statement, the login role itself. Who asks: auth_session (auth/identity.h) for
 * the caller, ask_visitor for anybody. timeout_ms bounds queue and run together. */
struct ask *ask_new(struct http_req *req, const struct pg_session *session, int timeout_ms);

/* Anybody, who has shown nothing: reads of `tenant` as anon, with the visitors' share of the connections. */
struct pg_session ask_visitor(const struct http_req *req, const struct tenant *tenant, int statement_timeout_ms);

/* Adds a statement with text parameters (NULL is SQL's null), which must live as long as the request; returns its
 * index, from 0. `sql` is kept prepared: texts of the program, not put together. */
#define ask_add(ask, sql, ...)                                                                                         \
    ask_add_values(ask, sql, (int)(sizeof((const char *[]){NULL, ##__VA_ARGS__}) / sizeof(char *)) - 1,                \
                   (const char *[]){NULL, ##__VA_ARGS__} + 1)
int ask_add_values(struct ask *ask, const char *sql, int count, const char *const *values);

void ask_submit(struct ask *ask, ask_then_fn *then, void *data);

/* The first value of a statement's first row, or NULL; its whole result. In `then` and later. */
const char *ask_value(const struct ask *ask, int statement);
const PGresult *ask_result(const struct ask *ask, int statement);

#endif
