/* application/x-www-form-urlencoded (WHATWG URL, section 5), in query strings and bodies. */
#ifndef MAITRED_AUTH_FORM_H
#define MAITRED_AUTH_FORM_H

#include "base/arena.h"
#include "base/str.h"

#include <jansson.h>

enum { FORM_FIELDS_MAX = 64 };

/* The fields as an object of texts; of a name that comes again, the first counts. NULL for a broken escape, text that
 * is not UTF-8, or too many fields. The caller owns the object. */
json_t *form_parse(struct arena *arena, struct str text);

/* The text percent-encoded, as a query value. In the arena. */
char *form_escape(struct arena *arena, const char *text);

/* For an attribute or a text of HTML; "" for NULL. In the arena. */
const char *form_html(struct arena *arena, const char *text);

#endif
