/* A document laid out for a width, by Pango: lines of any script, each with a height, that are then drawn by Cairo on
 * whatever there is: a page, a roll, a printer's dots. One layout for all of them, in points (1/72 inch).
 *
 * Fonts are the machine's (fontconfig). There is one map of them in a process, and one thread at a time may use it:
 * everything between drawing_begin and drawing_end.
 */
#ifndef MAITRED_PRINT_DRAWING_H
#define MAITRED_PRINT_DRAWING_H

#include "print/document.h"

#include <cairo.h>
#include <pango/pangocairo.h>

struct drawing_strip;

struct drawing {
    const struct document *document;
    double width;        /* points */
    double dots_a_point; /* 0: no dots, a vector page */
    double height;       /* of all strips together */
    int unknown_glyphs;  /* signs that no font here has: boxes stand in their place */
    struct drawing_strip *strips;
    size_t count, size;
    struct arena *arena;
    PangoContext *context;
};

/* Lays out; holds the fonts until drawing_end. ERR_INTERNAL: a text too long for a QR code; nothing is held then. */
enum err drawing_begin(struct arena *arena, const struct document *document, double width, double dots_a_point,
                       struct drawing *drawing, struct error *out) MUST_CHECK;
void drawing_end(struct drawing *drawing);

/* How high strip i is, and paints it with its upper left corner at x, y. */
double drawing_strip_height(const struct drawing *drawing, size_t i);
void drawing_paint(const struct drawing *drawing, cairo_t *cairo, size_t i, double x, double y);

/* One short line in the smallest size, such as a page's number, centred on x. */
void drawing_paint_note(const struct drawing *drawing, cairo_t *cairo, const char *text, double x, double y);

#endif
