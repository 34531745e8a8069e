/* What a JSON text (RFC 8259) is at its top: object, array or value; the names in it, how long their values are, how
 * many values it holds in all. No tree is made: a tree takes a hundred times the room of a text of small tokens, and an
 * outline takes room for the names alone. One pass, whatever the text holds.
 *
 * Whoever then wants a tree (jansson's) looks at the outline first: `json_fits`.
 */
#ifndef MAITRED_BASE_JSON_OUTLINE_H
#define MAITRED_BASE_JSON_OUTLINE_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { JSON_DEPTH_MAX = 256 };

struct json_bounds {
    size_t values; /* of all levels, the outermost one included */
    size_t names;  /* different ones of the object, or of all objects in the array */
};

struct json_name {
    const char *text; /* decoded */
    size_t longest;   /* bytes of its longest value: of a string without quotes and escapes, else as it is written */
};

struct json_outline {
    bool is_object, is_array;
    bool all_objects;        /* of an array: its items are */
    bool same_names;         /* of an array of objects: each has all of the names */
    size_t rows;             /* items of an array; 1 for anything else */
    size_t values;           /* of all levels */
    struct json_name *names; /* sorted by byte, without doubles */
    size_t name_count;
};

struct json_fault {
    bool too_much;      /* well-formed so far, but beyond the bounds */
    const char *reason; /* "more than 1600 names" */
    size_t at;          /* bytes from the start */
};

/* Reads `text`, which must be UTF-8 without zero bytes (text_is_utf8) and be followed by a zero. False: `fault` says
 * why, `outline` is untouched. Escapes that are no character (\u0000, half a surrogate pair) and numbers that no double
 * holds are refused, as jansson does. */
bool json_outline_read(struct arena *arena, struct str text, const struct json_bounds *bounds,
                       struct json_outline *outline, struct json_fault *fault);

/* Whether a tree of it is affordable: at most `values` of them. Does not say whether it is well-formed. */
bool json_fits(struct str text, size_t values);

#endif
