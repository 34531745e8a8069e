/* Texts of a scenario with values in them: {{name}}, {{booking.date|day}}. What a value says is never read as a text.
 */
#ifndef MAITRED_BOTS_TEMPLATE_H
#define MAITRED_BOTS_TEMPLATE_H

#include "base/arena.h"

#include <jansson.h>

/* Where values come from: the first scope that knows the name's first word. Ends with NULL. */
struct scopes {
    const json_t *at[4];
    const char *language;
};

/* "a.b.0.c" in the scopes, borrowed; NULL: nothing is there. A number counts in a list. */
const json_t *value_at(const struct scopes *scopes, const char *path);

/* A text, or {"en": …, "de": …} in the scopes' language (else English, else any), or NULL. */
const char *text_in(const struct scopes *scopes, const json_t *text);

/* Filled in, never NULL. Filters: |day writes a date or an instant's date in words, |time HH:MM, |count a list's
 * length. A value that is missing leaves a gap. At most 64 KiB. */
const char *text_filled(struct arena *arena, const struct scopes *scopes, const json_t *text);

/* A value with its templates filled in, in depth. A text that is one template alone keeps the value's own kind; null
 * members and templates without a value are left out of objects. New reference; the arena keeps it. */
json_t *value_filled(struct arena *arena, const struct scopes *scopes, const json_t *value);

/* A value as a person reads it. */
const char *text_of_value(struct arena *arena, const json_t *value);

#endif
