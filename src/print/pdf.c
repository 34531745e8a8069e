#include "print/pdf.h"

#include "print/drawing.h"

#include <cairo-pdf.h>
#include <math.h>
#include <time.h>

/* Points. A roll of 80 mm has 72 mm that are printed on; no page of PDF 1.5 is longer than 14,400. */
static const double PAGE_WIDTH = 595.28, PAGE_HEIGHT = 841.89, PAGE_MARGIN = 51, FOOT = 28;
static const double ROLL_WIDTH = 226.77, ROLL_MARGIN = 11.34, ROLL_HEIGHT_MAX = 14000;

static cairo_status_t write_piece(void *data, const unsigned char *bytes, unsigned length)
{
    struct buf *pdf = data;
    buf_add(pdf, bytes, length);
    return pdf->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Where page after page ends: strips before `from` are done. */
static size_t page_end(const struct drawing *drawing, size_t from, double room)
{
    size_t i = from;
    double used = 0;
    while (i < drawing->count && (i == from || used + drawing_strip_height(drawing, i) <= room))
        used += drawing_strip_height(drawing, i++);
    return i;
}

static int page_count(const struct drawing *drawing, double room)
{
    int pages = 0;
    for (size_t at = 0; at < drawing->count; at = page_end(drawing, at, room))
        pages++;
    return pages;
}

static void paint_pages(const struct drawing *drawing, cairo_t *cairo, double margin, double room)
{
    int pages = page_count(drawing, room), page = 0;
    for (size_t at = 0; at < drawing->count;) {
        size_t end = page_end(drawing, at, room);
        double y = margin;
        for (; at < end; at++) {
            drawing_paint(drawing, cairo, at, margin, y);
            y += drawing_strip_height(drawing, at);
        }
        page++;
        if (pages > 1 && drawing->document->is_page)
            drawing_paint_note(drawing, cairo, arena_printf(drawing->arena, "%d / %d", page, pages), PAGE_WIDTH / 2,
                               PAGE_HEIGHT - FOOT);
        cairo_show_page(cairo);
    }
}

static void describe(cairo_surface_t *surface, struct arena *arena, const struct document *document)
{
    time_t at = (time_t)document->at_s;
    struct tm utc;
    char *text = arena_alloc(arena, 32);
    gmtime_r(&at, &utc);
    (void)strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document->title);
}

enum err pdf_write(struct arena *arena, const struct document *document, struct buf *pdf, int *unknown_glyphs,
                   struct error *out)
{
    struct drawing drawing;
    double margin = document->is_page ? PAGE_MARGIN : ROLL_MARGIN;
    double width = document->is_page ? PAGE_WIDTH : ROLL_WIDTH;
    enum err err = drawing_begin(arena, document, width - 2 * margin, 0, &drawing, out);
    if (err != OK)
        return err;
    double room = document->is_page ? PAGE_HEIGHT - 2 * margin : fmin(ceil(drawing.height), ROLL_HEIGHT_MAX);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_piece, pdf, width, room + 2 * margin);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    describe(surface, arena, document);
    cairo_t *cairo = cairo_create(surface);
    paint_pages(&drawing, cairo, margin, room);
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    drawing_end(&drawing);
    if (unknown_glyphs)
        *unknown_glyphs = drawing.unknown_glyphs;
    if (status != CAIRO_STATUS_SUCCESS)
        return error_set(out, arena, ERR_INTERNAL, "The PDF could not be written: %s.", cairo_status_to_string(status));
    return OK;
}
