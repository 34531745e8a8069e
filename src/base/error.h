/* Errors: one table, one enum, one body.
 *
 * To add an error, add one row to ERRORS: name, HTTP status, dialect code, default message. `struct error` is the body
 * that a client sees: {"code","message","details","hint"}. Functions return `enum err` and, where a client may see the
 * reason, fill a `struct error`; on failure they leave every other output untouched.
 */
#ifndef MAITRED_BASE_ERROR_H
#define MAITRED_BASE_ERROR_H

#include "base/arena.h"
#include "base/buf.h"

#define MUST_CHECK __attribute__((warn_unused_result))

/*  name                       status code         default message */
#define ERRORS(X)                                                                                                      \
    X(ERR_DB_CONNECT, 503, "PGRST000", "The database cannot be reached.")                                              \
    X(ERR_DB_INTERNAL, 503, "PGRST001", "The database connection failed.")                                             \
    X(ERR_CATALOGUE, 503, "PGRST002", "The database schema could not be read yet.")                                    \
    X(ERR_POOL_TIMEOUT, 504, "PGRST003", "No database connection became free in time.")                                \
    X(ERR_BAD_QUERY, 400, "PGRST100", "The query string could not be read.")                                           \
    X(ERR_RPC_METHOD, 405, "PGRST101", "Functions are called with GET, HEAD or POST.")                                 \
    X(ERR_BAD_BODY, 400, "PGRST102", "The request body could not be read.")                                            \
    X(ERR_RANGE, 416, "PGRST103", "Requested range not satisfiable")                                                   \
    X(ERR_PUT_FILTER, 405, "PGRST105", "Filters must include all and only primary key columns with 'eq' operators")    \
    X(ERR_BAD_PROFILE, 406, "PGRST106", "The schema is not exposed.")                                                  \
    X(ERR_BAD_MEDIA, 406, "PGRST107", "None of the requested media types are available.")                              \
    X(ERR_EMBED_FILTER, 400, "PGRST108", "A filter names a resource that is not embedded.")                            \
    X(ERR_BAD_GUC_HEADERS, 500, "PGRST111",                                                                            \
      "response.headers guc must be a JSON array composed of objects with a single key and a string value")            \
    X(ERR_BAD_GUC_STATUS, 500, "PGRST112", "response.status guc must be a valid status code")                          \
    X(ERR_PUT_LIMIT, 400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT")                   \
    X(ERR_NO_ORDER, 400, "PGRST109", "A 'limit' was applied without an explicit 'order'")                              \
    X(ERR_LIMIT_TIES, 400, "PGRST110", "The maximum number of rows allowed to change was surpassed")                   \
    X(ERR_PUT_KEY, 400, "PGRST115", "Payload values do not match URL in primary key column(s)")                        \
    X(ERR_NOT_SINGLE, 406, "PGRST116", "JSON object requested, multiple (or no) rows returned")                        \
    X(ERR_METHOD, 405, "PGRST117", "Unsupported HTTP method")                                                          \
    X(ERR_EMBED_ORDER, 400, "PGRST118", "A related order needs a to-one relationship.")                                \
    X(ERR_EMBED_NULL, 400, "PGRST120", "Only is.null or not.is.null is allowed on an embedded resource.")              \
    X(ERR_RAISED, 500, "PGRST121", "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error")                     \
    X(ERR_PREFER, 400, "PGRST122", "Invalid preferences given with handling=strict")                                   \
    X(ERR_AGGREGATE, 400, "PGRST123", "Use of aggregate functions is not allowed")                                     \
    X(ERR_MAX_AFFECTED, 400, "PGRST124", "Query result exceeds max-affected preference constraint")                    \
    X(ERR_NO_PATH, 404, "PGRST125", "Invalid path specified in request URL")                                           \
    X(ERR_NO_ROOT, 404, "PGRST126", "Root endpoint metadata is disabled")                                              \
    X(ERR_UNSUPPORTED, 400, "PGRST127", "Feature not implemented")                                                     \
    X(ERR_MAX_AFFECTED_CALL, 400, "PGRST128",                                                                          \
      "Function must return SETOF or TABLE when max-affected preference is used with handling=strict")                 \
    X(ERR_NO_RELATION, 400, "PGRST200", "Could not find a relationship in the schema cache")                           \
    X(ERR_AMBIGUOUS_EMBED, 300, "PGRST201", "Could not embed because more than one relationship was found")            \
    X(ERR_NO_FUNCTION, 404, "PGRST202", "Could not find the function in the schema cache")                             \
    X(ERR_AMBIGUOUS_FUNCTION, 300, "PGRST203", "Could not choose the best candidate function")                         \
    X(ERR_NO_COLUMN, 400, "PGRST204", "Could not find the column in the schema cache")                                 \
    X(ERR_NO_TABLE, 404, "PGRST205", "Could not find the table in the schema cache")                                   \
    X(ERR_NO_SECRET, 500, "PGRST300", "Server lacks JWT secret")                                                       \
    X(ERR_BAD_TOKEN, 401, "PGRST301", "The token could not be verified.")                                              \
    X(ERR_NO_ANON, 401, "PGRST302", "Anonymous access is disabled")                                                    \
    X(ERR_BAD_CLAIMS, 401, "PGRST303", "The token's claims are not valid.")                                            \
    X(ERR_INTERNAL, 500, "PGRSTX00", "Something went wrong here; the request id leads to the log.")                    \
    X(ERR_SQL, 400, "P0001", "The database refused the request.")                                                      \
    X(ERR_UNKNOWN_HOST, 404, "MD404H", "No tenant answers at this host name.")                                         \
    X(ERR_TENANT_SUSPENDED, 403, "MD403S", "This tenant is suspended.")                                                \
    X(ERR_NOT_FOUND, 404, "MD404", "There is nothing at this address.")                                                \
    X(ERR_BAD_INPUT, 400, "MD400", "The input is not valid.")                                                          \
    X(ERR_FORBIDDEN, 403, "MD403", "This is not allowed.")                                                             \
    X(ERR_UNAUTHORIZED, 401, "MD401", "Sign in first.")                                                                \
    X(ERR_CONFLICT, 409, "MD409", "This is taken already.")                                                            \
    X(ERR_TOO_LARGE, 413, "MD413", "The request body is larger than allowed.")                                         \
    X(ERR_URI_TOO_LONG, 414, "MD414", "The address is longer than allowed.")                                           \
    X(ERR_MEDIA_TYPE, 415, "MD415", "This type of body cannot be read here.")                                          \
    X(ERR_KEY_USED, 422, "MD422", "This Idempotency-Key was used for another request.")                                \
    X(ERR_UPGRADE, 426, "MD426", "This address speaks WebSocket (RFC 6455) only.")                                     \
    X(ERR_TOO_MANY, 429, "MD429", "Too many requests; wait a moment.")                                                 \
    X(ERR_BUSY, 503, "MD503", "The server is busy; try again in a moment.")                                            \
    X(ERR_CRASHED, 503, "MD503C",                                                                                      \
      "This request has ended a process of the server; it is not tried again for a while.")                            \
    X(ERR_TIMEOUT, 504, "MD504", "The request took too long and was stopped.")

enum err {
    OK = 0,
#define X(name, status, code, message) name,
    ERRORS(X)
#undef X
        ERR_COUNT
};

struct error {
    enum err err;
    int status;          /* HTTP */
    const char *code;    /* dialect code or SQLSTATE */
    const char *message; /* for people */
    const char *details; /* NULL: JSON null */
    const char *hint;    /* NULL: JSON null */
};

/* The row of the table, as an error without details. The texts are static. */
struct error error_of(enum err err);

/* Fills `out` with the row's status and code and a formatted message that lives in `arena`; returns err. */
enum err error_set(struct error *out, struct arena *arena, enum err err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* HTTP status for an SQLSTATE by the dialect's table; `anonymous` turns 42501 into 401. MDxyz and PTxyz give xyz. */
int error_status_of_sqlstate(const char *sqlstate, bool anonymous);

/* Names for a message: "a, b, c". Behind the first twenty stands how many more there are; a long name is cut. What a
 * client sends may be any number of any length: its message is none of both. */
enum { ERROR_NAMES_MAX = 20, ERROR_NAME_BYTES_MAX = 100 };
const char *error_names(struct arena *arena, const char *const *names, size_t count);

/* The text, or as much of it as fits `most` bytes without cutting a character, and "…". NULL stays NULL. */
const char *error_text_cut(struct arena *arena, const char *text, size_t most);

/* Writes {"code":…,"message":…,"details":…,"hint":…}. */
void error_write_json(const struct error *error, struct buf *out);

#endif
