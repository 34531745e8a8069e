#include "print/escpos.h"

#include "print/raster.h"

enum { BAND_ROWS = 255, FEED_ROWS_MAX = 255, BLANK_ROWS = 24 };

static const char INIT[] = {0x1b, '@'};
static const char DRAWER[] = {0x1b, 'p', 0, 50, 50}; /* pin 2, 100 ms on and off */
static const char CUT[] = {0x1d, 'V', 66, 0};        /* feeds to the knife, leaves a corner */
static const char FEED[] = {0x1b, 'd', 4};           /* to the tear bar, where there is no knife */

static bool is_blank(const struct raster *raster, int row)
{
    const unsigned char *dots = raster->dots + (ptrdiff_t)row * raster->row_bytes;
    for (int i = 0; i < raster->row_bytes; i++)
        if (dots[i])
            return false;
    return true;
}

/* How many rows from here are blank, if so many that feeding them is shorter than sending them. */
static int blank_rows(const struct raster *raster, int from)
{
    int rows = 0;
    while (from + rows < raster->height && rows < FEED_ROWS_MAX && is_blank(raster, from + rows))
        rows++;
    return rows >= BLANK_ROWS ? rows : 0;
}

/* GS v 0 in bands: small printers have small buffers, and one band is drawn while the next comes. */
static void write_band(struct buf *bytes, const struct raster *raster, int from, int rows)
{
    const char head[] = {0x1d,
                         'v',
                         '0',
                         0,
                         (char)(raster->row_bytes & 255),
                         (char)(raster->row_bytes >> 8),
                         (char)(rows & 255),
                         (char)(rows >> 8)};
    buf_add(bytes, head, sizeof head);
    buf_add(bytes, raster->dots + (ptrdiff_t)from * raster->row_bytes, (size_t)rows * (size_t)raster->row_bytes);
}

static void write_dots(struct buf *bytes, const struct raster *raster)
{
    for (int row = 0; row < raster->height;) {
        int blank = blank_rows(raster, row), rows = 0;
        if (blank) {
            const char feed[] = {0x1b, 'J', (char)blank};
            buf_add(bytes, feed, sizeof feed);
            row += blank;
            continue;
        }
        while (row + rows < raster->height && rows < BAND_ROWS && (rows == 0 || !blank_rows(raster, row + rows)))
            rows++;
        write_band(bytes, raster, row, rows);
        row += rows;
    }
}

enum err escpos_write(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                      struct buf *bytes, struct error *out)
{
    buf_add(bytes, INIT, sizeof INIT);
    if (document->opens_drawer)
        buf_add(bytes, DRAWER, sizeof DRAWER);
    if (!printer->code_page || !escpos_text(arena, document, printer, bytes)) {
        struct raster raster;
        enum err err = raster_draw(arena, document, printer->width_dots, &raster, out);
        if (err != OK)
            return err;
        write_dots(bytes, &raster);
    }
    if (printer->cuts)
        buf_add(bytes, CUT, sizeof CUT);
    else
        buf_add(bytes, FEED, sizeof FEED);
    return bytes->overflow ? error_set(out, arena, ERR_BAD_INPUT, "This is too long for a receipt printer.") : OK;
}
