/* The icon of a house: its initials on its own colour. */
#ifndef MAITRED_SERVE_HOUSE_ICON_H
#define MAITRED_SERVE_HOUSE_ICON_H

#include "base/buf.h"

/* The colour of a theme (JSON object with "primary_color"), "#rrggbb" in small letters; the pages' own where it names
 * none. Lives in `out`, which holds eight bytes. */
void house_colour(const char *theme_json, char out[8]);

/* The first letters of the name's first and last words, as capitals, in UTF-8: at most two; none when it has no letter
 * or digit. */
void house_initials(const char *name, char *out, size_t size);

/* Writes an SVG of 512 × 512. `full`: without round corners, the letters inside the circle that home screens cut out.
 */
void house_icon(struct buf *svg, const char *name, const char *theme_json, bool full);

/* The same as a PNG of HOUSE_ICON_PIXELS × HOUSE_ICON_PIXELS, without round corners: home screens that take no SVG cut
 * them themselves. It waits for the machine's fonts (print/fonts.h), so not on the loop's thread. False when there is
 * no memory for it; `png` is the caller's to release either way. */
enum { HOUSE_ICON_PIXELS = 180 };
bool house_icon_png(struct buf *png, const char *name, const char *theme_json);

#endif
