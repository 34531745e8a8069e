/* What the planner's files share: a plan in the making. */
#ifndef MAITRED_REST_PLAN_PARTS_H
#define MAITRED_REST_PLAN_PARTS_H

#include "rest/plan.h"
#include "rest/sql.h"

struct maker {
    struct plan_request *request;
    struct plan *plan;
    struct sql sql;   /* the statement being written */
    struct buf saved; /* see maker_capture */
    bool too_long;
    const struct media_handler *handler; /* makes the answer of the rows, or NULL */
};

/* Starts a statement; maker_finish ends it, adds it to the plan, starts the next and returns its place. */
void maker_begin(struct maker *m);
int maker_finish(struct maker *m);

/* A statement without parameters. */
void maker_text(struct maker *m, int *place, const char *words);

/* What is written in between comes back as a text, and is not in the statement. Parameters count on. Not nested. */
void maker_capture(struct maker *m);
const char *maker_captured(struct maker *m);

/* "explain (…) ", where the client asked for the plan. */
void maker_explain(struct maker *m);

/* Around a select that answers rows: it fails when their number is not as it has to be. */
struct guard {
    bool single;    /* exactly one */
    int64_t most;   /* -1: any number */
    bool counted;   /* the rows begin as counted_select's do */
    int64_t offset; /* of a counted page */
};
void maker_guard_begin(struct maker *m);
void maker_guard_end(struct maker *m, const struct guard *guard);

/* Whether the database makes the whole body: GeoJSON, or what it has a handler for. */
bool maker_is_document(const struct maker *m);

/* Around a select: one row (body, rows), the body a document. Behind the closing part more may stand. */
void maker_document_open(struct maker *m);
void maker_document_close(struct maker *m);

/* Insert, update, upsert, delete (plan_write.c); functions (plan_call.c). */
enum err plan_write(struct maker *m, struct error *out) MUST_CHECK;
enum err plan_call(struct maker *m, struct error *out) MUST_CHECK;

/* The claim of an idempotency key, before anything else; and what keeps the answer: `, app.idempotency_keep(…)` in the
 * select list over (body, rows). */
void maker_claim(struct maker *m);
void maker_keep(struct maker *m);

/* All tables that the answer hangs on for anon, or NULL: of a read, or of a function and what is embedded in its rows
 * (plan_reads.c). */
const char *const *plan_public_reads(struct arena *arena, const struct node *root, const struct function *function);

/* Settings that functions left for the answer. */
void maker_facts(struct maker *m, bool with_updates);

/* Prefer: tx=rollback. */
void maker_rollback(struct maker *m);

#endif
