/* A plan: the SQL for one kind of request and where its parameters come from.
 *
 * A plan is made once and serves every request that differs only in filter values, arguments or body (see template.h).
 * It is immutable, reference counted and has an arena of its own.
 */
#ifndef MAITRED_REST_PLAN_H
#define MAITRED_REST_PLAN_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"
#include "rest/body.h"
#include "rest/catalogue.h"
#include "rest/preference.h"
#include "rest/query.h"

/* What the text begins with that a failing guard casts to a number; then comes what was wrong, and a count. Whatever
 * may turn out after a statement has run and is answered with a refusal is found out inside it, so that nothing is left
 * of what was refused. */
#define PLAN_GUARD        "pgrst-guard:"
#define PLAN_GUARD_SINGLE "s" /* not one row, where one object was asked for */
#define PLAN_GUARD_MOST   "m" /* more than max-affected */
#define PLAN_GUARD_TIES   "l" /* more rows changed than limit=: several stand at one place of the order */
#define PLAN_GUARD_KEY    "k" /* PUT of another row than the address names */
#define PLAN_GUARD_RANGE  "r" /* a page behind the last one */
#define PLAN_GUARD_STATUS "g" /* response.status is none */

enum { PLAN_PARAMETERS_MAX = 2000, PLAN_STATEMENTS_MAX = 8 };

enum param_source {
    PARAM_CONSTANT,    /* known when the plan was made */
    PARAM_PAIR_FILTER, /* the value behind the operator of a pair */
    PARAM_PAIR_WHOLE,  /* the whole right side of a pair: an argument */
    PARAM_BODY,        /* the request's body */
    PARAM_KEY,         /* idempotency: the key, method, path, hash of the request */
    PARAM_KEY_METHOD,
    PARAM_KEY_PATH,
    PARAM_KEY_HASH,
};

struct plan_param {
    enum param_source source;
    int pair;
    enum operand operand; /* what is done to the value of a pair */
    const char *constant; /* NULL: SQL null */
};

struct plan_statement {
    const char *sql;
    const struct plan_param *params;
    int param_count;
};

/* What the rows of the main statement are. */
enum answer_shape {
    ANSWER_ROWS,    /* a list of objects */
    ANSWER_ROW,     /* one object, or null */
    ANSWER_SCALAR,  /* one value */
    ANSWER_SCALARS, /* a list of values */
    ANSWER_NOTHING, /* no result: void functions, return=minimal */
};

enum action { ACTION_READ, ACTION_INSERT, ACTION_UPDATE, ACTION_PUT, ACTION_DELETE, ACTION_CALL };

/* What a finished row looks like: made from the first result, kept for the next ones. */
struct render_column;

struct plan {
    unsigned refs;
    struct arena *arena;
    struct catalogue *catalogue;
    enum action action;
    struct media media; /* of the answer */
    enum answer_shape shape;
    bool read_only;
    bool counted_inside; /* the first column of the main statement is the exact count, the second marks a real row */
    bool document;       /* the main statement answers (body, rows): with an idempotency key */
    bool counts_updates; /* the settings statement also says how many rows an upsert updated */
    bool has_range;
    int64_t limit; /* of the root; -1: none */
    int64_t offset;
    bool by_primary_key;
    int main, count, count_plan, facts; /* places among the statements; -1: none */
    struct plan_statement statements[PLAN_STATEMENTS_MAX];
    int statement_count;
    const char *const *location; /* primary key columns for Location, or NULL */
    size_t location_count;
    bool no_conflict;                /* an upsert of what has no key: a plain insert */
    bool guarded;                    /* see PLAN_GUARD */
    bool keyed;                      /* claims an idempotency key */
    bool only_once;                  /* holds values of this request: not to be kept */
    const char *const *public_reads; /* tables that the answer hangs on for anon, up to NULL; NULL: not known */

    const size_t
        *key_bytes_max;    /* for each key of the body: the longest value it may have; 0: any. NULL: all may be long */
    size_t body_bytes_max; /* of the body as one argument; 0: any */

    struct render_column *columns; /* filled by render.c */
    int column_count;
};

struct plan *plan_ref(struct plan *plan);
void plan_unref(struct plan *plan);

/* All that a plan is made from. */
struct plan_request {
    struct arena *arena; /* of the request: for what the plan does not keep */
    struct catalogue *catalogue;
    const struct settings *settings;
    const char *schema;       /* the tenant's, or the profile's */
    const char *shown_schema; /* how messages name it; NULL: by its name. A tenant's own name is nobody's business */
    const char *role;
    enum action action;
    bool head;
    const char *target; /* table or function */
    struct query query;
    struct preference prefer;
    struct media media;
    const char *accept; /* as the client wrote it, for messages */
    struct body body;
    bool has_range;                  /* Range header, already checked */
    int64_t range_first, range_last; /* last -1: open */
    bool keyed;                      /* Idempotency-Key */
    bool get;                        /* a function called by GET or HEAD: arguments in the query */
    bool pre_request;                /* a function runs before this: what it sets for the answer is asked for */
};

/* Resolves names and writes the SQL. On failure `out` is the dialect's error; its texts live in the request's arena. */
enum err plan_make(struct plan_request *request, struct plan **plan, struct error *out) MUST_CHECK;

/* The longest text, in bytes, that a value of this type may be sent as, before PostgreSQL looks at it; 0: any.
 * `text_max` is what the settings say of texts. (bounds.c) */
size_t plan_value_bytes_max(Oid type, enum value_kind kind, size_t text_max);

/* OK when each value of the body is as long as the plan allows (bounds.c). */
enum err plan_check_lengths(const struct plan *plan, struct arena *arena, const struct body *body,
                            struct error *out) MUST_CHECK;

/* --- Steps, each in a file of its own ------------------------------------------------------------------------------
 */

/* Resolves a node's columns, wildcard, filters, orders, and its embedded resources. `number` counts the nodes. */
enum err plan_resolve(struct plan_request *request, struct node *node, int depth, int *number,
                      struct error *out) MUST_CHECK;

/* Finds the relationship for an embedded resource (embed.c). */
enum err embed_resolve(struct plan_request *request, const struct node *parent, struct node *node,
                       struct error *out) MUST_CHECK;

/* Chooses among overloads by the names of the arguments (call.c). `raw_body`: the body is the only, unnamed argument.
 */
enum err call_resolve(struct plan_request *request, const struct function **function, bool *raw_body,
                      struct error *out) MUST_CHECK;

#endif
