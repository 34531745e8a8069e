#include "print/raster.h"

#include "print/drawing.h"

#include <math.h>

enum { BAND_ROWS = 240 }; /* drawn at a time, so that a long receipt takes little memory */

static const double DOTS_A_POINT = 8 * 25.4 / 72;

static void take_dots(cairo_surface_t *band, struct raster *raster, int from, int rows)
{
    cairo_surface_flush(band);
    const unsigned char *pixels = cairo_image_surface_get_data(band);
    int stride = cairo_image_surface_get_stride(band);
    for (int row = 0; row < rows; row++) {
        const unsigned char *pixel = pixels + (ptrdiff_t)row * stride;
        unsigned char *to = raster->dots + (ptrdiff_t)(from + row) * raster->row_bytes;
        for (int x = 0; x < raster->width; x++, pixel += 4) {
            int light = (pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
            if (light < 144)
                to[x / 8] = (unsigned char)(to[x / 8] | 0x80 >> x % 8);
        }
    }
}

static void draw_band(const struct drawing *drawing, cairo_t *cairo, int from)
{
    double y = -from / DOTS_A_POINT, bottom = BAND_ROWS / DOTS_A_POINT;
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    for (size_t i = 0; i < drawing->count && y < bottom + 40; i++) {
        double height = drawing_strip_height(drawing, i);
        if (y + height > -40) /* accents and tails reach out of their strip */
            drawing_paint(drawing, cairo, i, 0, y);
        y += height;
    }
}

enum err raster_draw(struct arena *arena, const struct document *document, int width_dots, struct raster *raster,
                     struct error *out)
{
    struct drawing drawing;
    int width = width_dots / 8 * 8;
    enum err err = drawing_begin(arena, document, width / DOTS_A_POINT, DOTS_A_POINT, &drawing, out);
    if (err != OK)
        return err;
    double rows = ceil(drawing.height * DOTS_A_POINT);
    if (rows > RASTER_ROWS_MAX) {
        drawing_end(&drawing);
        return error_set(out, arena, ERR_BAD_INPUT, "This is longer than three metres of paper.");
    }
    *raster = (struct raster){.width = width, .height = (int)rows, .row_bytes = width / 8};
    raster->dots = arena_zalloc(arena, (size_t)raster->row_bytes * (size_t)raster->height);
    cairo_surface_t *band = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, BAND_ROWS);
    cairo_t *cairo = cairo_create(band);
    cairo_scale(cairo, DOTS_A_POINT, DOTS_A_POINT);
    for (int from = 0; from < raster->height; from += BAND_ROWS) {
        draw_band(&drawing, cairo, from);
        take_dots(band, raster, from, raster->height - from < BAND_ROWS ? raster->height - from : BAND_ROWS);
    }
    cairo_destroy(cairo);
    cairo_surface_destroy(band);
    drawing_end(&drawing);
    return OK;
}

static cairo_status_t write_piece(void *data, const unsigned char *bytes, unsigned length)
{
    struct buf *png = data;
    buf_add(png, bytes, length);
    return png->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Cairo's A1 has the order of this machine's bits, and its PNG is white where a bit is set. */
static unsigned char turned(unsigned char dots)
{
    unsigned char bits = 0;
    for (int i = 0; i < 8; i++)
        if (!(dots & 0x80 >> i))
            bits = (unsigned char)(bits | (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 << i : 0x80 >> i));
    return bits;
}

enum err raster_png(struct arena *arena, const struct raster *raster, struct buf *png, struct error *out)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A1, raster->width, raster->height);
    unsigned char *bits = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    cairo_surface_flush(surface);
    for (int row = 0; bits && row < raster->height; row++)
        for (int i = 0; i < raster->row_bytes; i++)
            bits[(ptrdiff_t)row * stride + i] = turned(raster->dots[(ptrdiff_t)row * raster->row_bytes + i]);
    cairo_surface_mark_dirty(surface);
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, write_piece, png);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ? OK
                                          : error_set(out, arena, ERR_INTERNAL, "The picture could not be written: %s.",
                                                      cairo_status_to_string(status));
}
