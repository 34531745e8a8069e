/* What a file is, by its first bytes: what it says of itself may be wrong, or a trap (a page that calls itself a
 * picture). The signatures are those of the WHATWG's MIME Sniffing standard and of the formats' own. */
#ifndef MAITRED_STORAGE_SNIFF_H
#define MAITRED_STORAGE_SNIFF_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

/* The type these bytes begin like, or NULL. text/html, image/svg+xml and text/xml among them. */
const char *sniff_type(struct str head);

/* The type under which a file is kept: what it says it is, or what its bytes say where that says nothing (clients name
 * text/plain when nobody named a type) or another picture. NULL: it is not what it says; `*found` is what it is, or
 * NULL where that cannot be said. `declared` may be NULL. In lower case, of a text with at most "; charset=<word>"
 * behind it. */
const char *sniff_agreed(struct arena *arena, const char *declared, struct str head, const char **found);

/* How what is kept under a type is sent, so that nothing of a client's ever runs in the origin of our pages: HTML,
 * scripts and texts of unknown kinds as plain text, as the dialect does; what is drawn by the browser and may hold
 * scripts (SVG, XML) under a policy that switches them off. `kept` may be anything: a row that another program wrote is
 * no more to be believed than a client. */
struct sniff_serving {
    const char *type;
    bool sandboxed;
};
struct sniff_serving sniff_serving(struct arena *arena, const char *kept);

#endif
