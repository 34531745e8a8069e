#include "print/epos.h"

#include "base/encode.h"
#include "print/raster.h"

enum { IMAGE_ROWS = 1200 }; /* of one image element: printers have a bound on its size */

enum err epos_write(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                    struct buf *xml, struct error *out)
{
    struct raster raster;
    enum err err = raster_draw(arena, document, printer->width_dots, &raster, out);
    if (err != OK)
        return err;
    buf_text(xml, "<epos-print xmlns=\"http://www.epson-pos.com/schemas/2011/03/epos-print\">");
    if (document->opens_drawer)
        buf_text(xml, "<pulse drawer=\"drawer_1\" time=\"pulse_100\"/>");
    for (int from = 0; from < raster.height; from += IMAGE_ROWS) {
        int rows = raster.height - from < IMAGE_ROWS ? raster.height - from : IMAGE_ROWS;
        const char *dots = encode_base64(arena, raster.dots + (ptrdiff_t)from * raster.row_bytes,
                                         (size_t)rows * (size_t)raster.row_bytes);
        buf_printf(xml, "<image width=\"%d\" height=\"%d\" color=\"color_1\" mode=\"mono\">", raster.width, rows);
        buf_text(xml, dots);
        buf_text(xml, "</image>");
    }
    buf_text(xml, printer->cuts ? "<feed line=\"1\"/><cut type=\"feed\"/>" : "<feed line=\"4\"/>");
    buf_text(xml, "</epos-print>");
    return xml->overflow ? error_set(out, arena, ERR_BAD_INPUT, "This is too long for a receipt printer.") : OK;
}
