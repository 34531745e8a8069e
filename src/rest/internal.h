/* What the files of this room share and nobody else sees. */
#ifndef MAITRED_REST_INTERNAL_H
#define MAITRED_REST_INTERNAL_H

#include "auth/identity.h"
#include "http/http.h"
#include "http/services.h"
#include "rest/answer_cache.h"
#include "rest/plan.h"
#include "rest/rest.h"
#include "rest/shelf.h"
#include "rest/template.h"

struct pg_listener;

struct rest_service {
    const struct services *services;
    struct shelf *shelf; /* catalogues by shape */
    struct plan_cache *plans;
    struct answer_cache *answers;
    struct pg_listener *listener;
    struct warming *warming; /* or NULL: warm.c */
    enum prefer_tx tx_otherwise;
    bool tx_override;
    bool listening; /* what changes from now on is heard of */
    struct rest_stats stats;
};

enum { PLANS_MAX = 2048, CACHED_BYTES_MAX = 8 << 20, KEY_BYTES_MAX = 64 << 10, HEADER_BYTES_MAX = 8 << 10 };

/* What time goes into, as Server-Timing names it. */
enum timing { TIMING_JWT, TIMING_PARSE, TIMING_PLAN, TIMING_TRANSACTION, TIMING_RESPONSE, TIMING_PHASES };

/* An errand: one request on its way; in the request's arena. */
struct errand {
    struct http_req *req;
    struct rest_service *service;
    enum action action;
    const char *target;
    const char *schema; /* whose tables */
    const char *search_path;
    bool call, head, get, options;
    const char *pre_request; /* SQL that the tenant wants run before each request, or NULL */
    int first;               /* where the plan's statements begin in the batch */
    bool own_schemas;        /* the tenant's row lists existing schemas */
    struct preference prefer;
    struct media asked; /* what Accept names first */
    struct media media; /* what is answered: of the plan, once there is one */
    struct body body;
    const char *range_header, *accept, *prefer_header;
    bool has_range;
    int64_t range_first, range_last;
    struct catalogue *catalogue; /* a reference */
    struct plan *plan;           /* a reference */
    struct pg_batch *batch;
    bool second_try;      /* after the catalogue was read again */
    bool forgotten;       /* the client has left */
    struct str cache_key; /* public answer; empty: not cached */
    struct cache_waiter public_waiter;
    struct cache_fetch *public_fetch; /* others may wait for this answer */
    struct freshness *freshness;      /* of what is being read, or NULL */
    int public_rounds;
    const char *kept_range;                    /* Content-Range of this answer */
    int64_t stamp_us, spent_us[TIMING_PHASES]; /* with `explain` only */

    /* Idempotency-Key */
    const char *key, *key_hash;

    /* Streaming */
    struct buf piece;
    bool streaming, began, waiting;
    bool unkept; /* HEAD, and GET would have streamed: rows were counted and not kept */
    int64_t rows;
    struct render_column *columns;
    int column_count;
};

/* The steps, each behind the one before it. */
void errand_plan(struct errand *x);   /* handle.c: a catalogue is there */
void errand_submit(struct errand *x); /* handle.c: a plan is there */
void errand_fail(struct errand *x, const struct error *error);
void errand_done(struct errand *x); /* answered: lets go of everything */

void warm_listening(struct rest_service *service); /* warm.c: now what it reads can be kept fresh */

/* Which catalogue a tenant's requests need. False: it has no shape, and is alone with its catalogue. Texts are the
 * tenant's or in the arena. */
bool tenant_shelf_key(struct arena *arena, const struct tenant *tenant, struct shelf_key *key);
/* Which one this request needs. */
void errand_shelf_key(const struct errand *x, struct shelf_key *key);

/* Whether If-None-Match names this tag. */
bool errand_has_tag(struct errand *x, const char *etag);

/* Reads the catalogue again and plans once more, unless that was done. False: do not wait for it. */
bool errand_try_again(struct errand *x);

/* answer.c: after Sync */
void answer_batch(struct pg_batch *batch, void *data);

/* stream.c: rows while they arrive */
void stream_setup(struct errand *x); /* decides */
void stream_start(struct errand *x); /* the batch is made */
/* True: the answer has gone out. False: it was short, and its text is in x->piece. */
bool stream_finish(struct errand *x, const PGresult *last);

/* idempotency.c */
enum err key_read(struct errand *x, struct error *out) MUST_CHECK;
void key_replay(struct errand *x); /* the key was used before: gives that answer again, or 422 */
bool key_is_used(const struct error *error);

/* failure.c: an error of the database as the client sees it. */
void failure_answer(struct errand *x, const struct error *error);

/* The answer of rows or of a document, with status and headers (answer.c). */
struct outcome {
    int64_t rows;
    int64_t total;                          /* -1: unknown */
    const char *gucs_headers, *gucs_status; /* what functions set, or NULL */
    int64_t updated;                        /* of an upsert */
};
void answer_outcome(struct errand *x, const struct outcome *outcome, const PGresult *main, const char *document);

/* Content-Range, status 206 and kin. */
int answer_range(struct errand *x, const struct outcome *outcome, int status);

/* timing.c. Nothing is measured, and no header set, unless the setting `explain` is on. */
void timing_begin(struct errand *x);
void timing_mark(struct errand *x, enum timing phase); /* what was done since the mark before was this */
void timing_header(struct errand *x);                  /* just before the answer */
/* Content-Location of a read, for a foreign database's clients; the query's pairs in the order of the alphabet. */
void set_content_location(struct errand *x);

/* openapi.c: the description of a schema, as OpenAPI 2.0. */
void openapi_answer(struct errand *x);

#endif
