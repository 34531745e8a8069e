/* A document as dots: what printers print that have no letters of a script, and those that take pictures alone. */
#ifndef MAITRED_PRINT_RASTER_H
#define MAITRED_PRINT_RASTER_H

#include "base/buf.h"
#include "print/document.h"

/* Eight dots a millimetre (203 dpi): 576 on paper of 80 mm, 384 on 58 mm. */
enum { RASTER_DOTS_MIN = 200, RASTER_DOTS_MAX = 832, RASTER_ROWS_MAX = 24000 };

struct raster {
    int width, height;   /* dots; width is a multiple of eight */
    int row_bytes;       /* width / 8 */
    unsigned char *dots; /* row after row, the first dot is the highest bit, 1 is black */
};

/* Everything lives in the arena. ERR_BAD_INPUT: longer than three metres. Blocks for milliseconds: on a thread. */
enum err raster_draw(struct arena *arena, const struct document *document, int width_dots, struct raster *raster,
                     struct error *out) MUST_CHECK;

/* As a grey PNG, black on white (Cairo writes a byte for each dot; packed, it is as small). */
enum err raster_png(struct arena *arena, const struct raster *raster, struct buf *png, struct error *out) MUST_CHECK;

#endif
