/* The request body: which columns it names, without taking its values apart. PostgreSQL reads the values itself. */
#ifndef MAITRED_REST_BODY_H
#define MAITRED_REST_BODY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum body_kind {
    BODY_NONE,
    BODY_JSON,  /* an object, an array, or (for functions) any value */
    BODY_TEXT,  /* text/plain: for functions */
    BODY_BYTES, /* application/octet-stream: for functions */
    BODY_XML,   /* text/xml: for functions */
};

struct body {
    enum body_kind kind;
    struct str text; /* what the statement gets as its parameter; terminated */
    bool form;       /* application/x-www-form-urlencoded: a field may stand in it more than once */
    bool csv;        /* text/csv */
    bool is_array, is_object;
    size_t rows;       /* of an array; 1 for an object */
    const char **keys; /* of the objects, sorted, without doubles */
    size_t *longest;   /* bytes of each key's longest value */
    size_t key_count;
};

enum {
    BODY_KEYS_MAX = 1600,     /* as many as a table of PostgreSQL has columns */
    BODY_VALUES_MAX = 500000, /* rows, cells and everything inside of them */
    BODY_JSON_GROWTH_MAX = 8, /* CSV and forms made into JSON: so many times the bytes that were sent */
};

/* Reads a body by its content type: JSON as it is, CSV and forms made into JSON. `equal_keys`: all objects of an array
 * must have the same ones (else ERR_BAD_BODY). An empty body is BODY_NONE. Time and room grow with the bytes, whatever
 * they hold; what is beyond the bounds above is ERR_TOO_LARGE. */
enum err body_parse(struct arena *arena, struct str raw, const char *content_type, bool equal_keys, struct body *body,
                    struct error *out) MUST_CHECK;

#endif
