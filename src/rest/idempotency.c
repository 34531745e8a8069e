/* Idempotency-Key: a write that is sent twice is done once. The answer is kept in the transaction of the write itself,
 * so it is there exactly when the write is. A second request with the key waits for the first (the unique index makes
 * it), then gets the kept answer. The same key with another request is refused with 422.
 */
#include "rest/internal.h"

#include "base/encode.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 255 };

bool key_is_used(const struct error *error)
{
    return error->code && text_eq(error->code, "MDIKR");
}

/* What the request asks for, so that another request with the key is recognised: query, preferences, body. */
static const char *request_hash(struct errand *x)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    const char *texts[] = {x->schema, x->prefer_header, x->accept};
    if (!hash || !EVP_DigestInit_ex(hash, EVP_sha256(), NULL))
        abort();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = texts[i] ? texts[i] : "";
        EVP_DigestUpdate(hash, text, strlen(text) + 1);
    }
    EVP_DigestUpdate(hash, x->req->query.at, x->req->query.len);
    EVP_DigestUpdate(hash, "\n", 1);
    EVP_DigestUpdate(hash, x->req->body.at, x->req->body.len);
    EVP_DigestFinal_ex(hash, digest, &length);
    EVP_MD_CTX_free(hash);
    return arena_printf(x->req->arena, "\\x%s", encode_hex(x->req->arena, digest, length));
}

enum err key_read(struct errand *x, struct error *out)
{
    struct http_req *req = x->req;
    const char *key = x->get ? NULL : http_header(req, "Idempotency-Key");
    if (!key)
        return OK;
    size_t length = strlen(key);
    if (!length || length > KEY_MAX || !text_is_utf8(str_of(key)))
        return error_set(out, req->arena, ERR_BAD_INPUT, "Idempotency-Key must have 1 to %d bytes", KEY_MAX);
    x->key = key;
    x->key_hash = request_hash(x);
    return OK;
}

/* --- The kept answer ---------------------------------------------------------------------------------------------- */

static void key_replay_read(struct pg_batch *batch, void *data)
{
    struct errand *x = data;
    struct http_req *req = x->req;
    const struct error *error = pg_batch_error(batch);
    const PGresult *rows = error ? NULL : pg_batch_result(batch, 0);
    x->batch = NULL;
    if (x->forgotten) {
        errand_done(x);
        return;
    }
    if (error) {
        errand_fail(x, error);
        return;
    }
    if (!PQntuples(rows)) { /* expired between the two looks */
        http_fail_with(req, ERR_CONFLICT, "A request with this Idempotency-Key is under way; try again.");
    } else if (!text_eq(pg_value(rows, 0, 0), req->method_name) || !text_eq(pg_value(rows, 0, 1), req->path) ||
               !text_eq(pg_value(rows, 0, 2), x->key_hash)) {
        const struct error used = error_of(ERR_KEY_USED);
        http_fail(req, &used);
    } else {
        struct outcome outcome = {.rows = strtoll(pg_value(rows, 0, 4), NULL, 10),
                                  .total = -1,
                                  .gucs_status = pg_value(rows, 0, 5),
                                  .gucs_headers = pg_value(rows, 0, 6),
                                  .updated = pg_value(rows, 0, 7) ? strtoll(pg_value(rows, 0, 7), NULL, 10) : 0};
        http_set_header(req, "Idempotency-Replayed", "true");
        answer_outcome(x, &outcome, NULL, pg_value(rows, 0, 3));
    }
    errand_done(x);
}

void key_replay(struct errand *x)
{
    struct http_req *req = x->req;
    const struct services *services = x->service->services;
    struct pg_session session = auth_session(req, true, (int)services->settings->statement_timeout_ms);
    const char **values = arena_array(req->arena, 1, sizeof *values);
    values[0] = x->key;
    x->batch = NULL; /* nothing to forget: the answer is short */
    struct pg_batch *batch = pg_batch_new(services->fast, req->arena, &session);
    pg_batch_add(batch, &(struct pg_statement){.sql = "select method, path, request_hash, body, rows, response_status,"
                                                      " response_headers, updated"
                                                      " from app.idempotency_answer(app.idempotency_scope(), $1)",
                                               .param_count = 1,
                                               .values = values});
    pg_batch_submit(batch, (int)services->settings->statement_timeout_ms, key_replay_read, x);
}
