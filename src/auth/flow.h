/* One request of the auth dialect: at most two statements with work of ours between them.
 *
 *     read body → begin (SQL) → work (bcrypt, TOTP, a provider) → finish (SQL) → sign the session → answer
 *
 * What is decided is decided in db/app/auth; app/auth/answers.sql says what the functions return. The request is held
 * until it has answered (ask), so that work under way never outlives its memory.
 */
#ifndef MAITRED_AUTH_FLOW_H
#define MAITRED_AUTH_FLOW_H

#include "auth/internal.h"
#include "http/http.h"
#include "seal/seal.h"

#include <jansson.h>
#include <stdbool.h>

struct flow;

/* Runs on the pool's thread when the kind is blocking: it has the flow and its arena to itself, and must not touch the
 * request or the service. Puts what it found out into flow->work. */
typedef void flow_work_fn(struct flow *flow);

/* Runs on the loop between begin and the work. False: it has answered. */
typedef bool flow_check_fn(struct flow *flow);

enum flow_flags {
    FLOW_USER = 1 << 0,      /* a token that cannot be used is an error, not an anonymous request */
    FLOW_QUERY = 1 << 1,     /* the input is the query string, not the body */
    FLOW_FORM = 1 << 2,      /* the body is a form */
    FLOW_REDIRECTS = 1 << 3, /* the answer sends the browser on */
    FLOW_LINKING = 1 << 4,   /* the caller adds an identity to their account */
};

/* A kind of request. begin and finish are whole statements: "select app.auth_…($1::jsonb)". Without work there is no
 * finish. */
struct flow_kind {
    const char *begin;
    flow_check_fn *check;
    flow_work_fn *work;
    bool blocking;
    const char *finish;
    void (*after)(struct flow *flow, json_t *result); /* before the answer is written */
    unsigned flags;
};

struct flow {
    struct http_req *req;
    struct auth_service *service;
    const struct flow_kind *kind;
    json_t *payload; /* {"in", "ctx", "begin", "work"}: what the statements get */
    json_t *in;      /* the client's input, without the secrets below */
    json_t *ctx;
    json_t *begin;                           /* what the first statement returned, or NULL */
    json_t *work;                            /* what the work found out */
    const char *password, *current_password; /* or NULL */
    const char *secret; /* a TOTP secret, an ID token: what must not reach the database in the clear */
    int bcrypt_cost;
};

/* What a row of routes.c carries: the kind, and what runs once the input is read (or NULL); false: it has answered. */
struct flow_door {
    const struct flow_kind *kind;
    flow_check_fn *prepare;
};

/* The handler of such a row. */
http_handler_fn flow_door;

/* Starts a kind for this request; answers sooner or later. */
void flow_run(struct http_req *req, const struct flow_kind *kind, flow_check_fn *prepare);

/* Answers in the dialect's shape. `code` is one of the dialect's error codes. */
void flow_fail(struct http_req *req, int status, const char *code, const char *message);
void flow_fail_with(struct http_req *req, int status, const char *code, const char *message, json_t *more);

/* A member of the input as text; NULL when absent or no text. */
const char *flow_text(const struct flow *flow, const char *name);

/* Takes a text out of the input: it is not handed to the database. False: it is there but no text (answered). */
bool flow_take_text(struct flow *flow, const char *name, const char **text);

/* A place of the caller's tenant. */
struct seal_place flow_place(const struct flow *flow, const char *column, const char *row);

/* Seals a secret for a place into ctx.sealed; false: answered, the keys are not here yet. */
bool flow_seal(struct flow *flow, struct seal_place place, const char *secret);

/* What is sealed there; NULL: nothing that opens. */
const char *flow_open(const struct flow *flow, struct seal_place place, const char *sealed);

/* The public address of this tenant, without a slash at the end: settings, or the tenant's domain as the request
 * reached it. Never an arbitrary Host header: links in mails are built from it. */
const char *flow_base_url(struct http_req *req);

/* The tenant's rules, which the first statement returned; false: answered with 422 weak_password. */
bool flow_password_is_good(struct flow *flow, const char *password, const char *email);

#endif
