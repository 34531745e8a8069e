#include "print/drawing.h"

#include "print/fonts.h"

#include <math.h>
#include <qrencode.h>
#include <stdlib.h>
#include <unicode/ubidi.h>
#include <unicode/ustring.h>

enum { SIGNATURE_PIXELS_MAX = 4096, STRIPS_FIRST = 64, QUIET_MODULES = 4 };

/* The first that has a letter; fontconfig knows of more where none does. */
static const char FAMILIES[] = "Noto Sans,Noto Sans Arabic,Noto Sans Hebrew,Noto Sans Thai,DejaVu Sans,sans-serif";

static const double CELL_GAP = 6, SIGNATURE_HEIGHT = 60, MODULE = 2.1;

struct drawing_strip {
    enum document_kind kind;
    double height, baseline;
    int cell_count;
    struct {
        PangoLayout *layout;
        PangoLayoutLine *line; /* one line of the layout, or NULL: all of it */
        double x, baseline;
    } cells[DOCUMENT_CELLS_MAX];
    bool dashed;
    QRcode *code;
    double module;
    enum document_align align;
    cairo_surface_t *picture;
    double scale;
};

/* --- Fonts -------------------------------------------------------------------------------------------------------- */

static PangoContext *open_fonts(const struct document *document)
{
    PangoContext *context = pango_font_map_create_context(fonts_take());
    cairo_font_options_t *options = cairo_font_options_create();
    /* Widths do not depend on the dots, so that the same lines break at the same words everywhere. */
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_base_dir(context, document->right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    PangoLanguage *language = pango_language_from_string(document->language);
    pango_context_set_language(context, language);
    return context;
}

static const double sizes_on_roll[] = {[SIZE_SMALL] = 7.5, [SIZE_NORMAL] = 9, [SIZE_LARGE] = 12, [SIZE_HUGE] = 18};
static const double sizes_on_page[] = {[SIZE_SMALL] = 8, [SIZE_NORMAL] = 9.5, [SIZE_LARGE] = 12, [SIZE_HUGE] = 18};

static double points_of(const struct document *document, enum document_size size)
{
    return (document->is_page ? sizes_on_page : sizes_on_roll)[size];
}

/* --- Layout ------------------------------------------------------------------------------------------------------- */

static void drop_object(void *object)
{
    g_object_unref(object);
}

static struct drawing_strip *add_strip(struct drawing *drawing, enum document_kind kind, double height)
{
    if (drawing->count == drawing->size) {
        size_t size = drawing->size ? drawing->size * 2 : STRIPS_FIRST;
        struct drawing_strip *strips = arena_array(drawing->arena, size, sizeof *strips);
        if (drawing->count)
            memcpy(strips, drawing->strips, drawing->count * sizeof *strips);
        drawing->strips = strips;
        drawing->size = size;
    }
    struct drawing_strip *strip = drawing->strips + drawing->count++;
    strip->kind = kind;
    strip->height = height;
    drawing->height += height;
    return strip;
}

/* A paragraph has the direction of its own first letter, so that brackets and full stops stand right in it; it stands
 * on the side that the document says. (Pango changes sides by itself where a paragraph's direction is not the
 * document's.) */
static PangoAlignment side_of(const struct drawing *drawing, struct str text, enum document_align align)
{
    enum { LOOKED_AT = 500 }; /* letters, at the beginning */
    UChar letters[LOOKED_AT];
    int32_t length = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8Lenient(letters, LOOKED_AT, &length, text.at, (int32_t)text.len, &status);
    UBiDiDirection direction = ubidi_getBaseDirection(letters, length < LOOKED_AT ? length : LOOKED_AT);
    bool from_right = direction == UBIDI_NEUTRAL ? drawing->document->right_to_left : direction == UBIDI_RTL;
    if (align == ALIGN_CENTER)
        return PANGO_ALIGN_CENTER;
    bool to_left = (align == ALIGN_START) != drawing->document->right_to_left;
    bool changes = from_right != drawing->document->right_to_left;
    return to_left != changes ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;
}

static void set_font(const struct drawing *drawing, PangoLayout *layout, enum document_size size, bool strong)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
    pango_font_description_set_absolute_size(font, points_of(drawing->document, size) * PANGO_SCALE);
    pango_font_description_set_weight(font, strong ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    PangoAttrList *attributes = pango_attr_list_new(); /* figures of one width: amounts stand below each other */
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
}

static PangoLayout *layout_of(struct drawing *drawing, struct str text, enum document_size size, bool strong,
                              enum document_align align, double width)
{
    PangoLayout *layout = pango_layout_new(drawing->context);
    arena_on_release(drawing->arena, drop_object, layout);
    set_font(drawing, layout, size, strong);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text.at, (int)text.len);
    if (width > 0)
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_alignment(layout, side_of(drawing, text, align));
    drawing->unknown_glyphs += pango_layout_get_unknown_glyphs_count(layout);
    return layout;
}

static double height_of(PangoLayout *layout)
{
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static double width_of(PangoLayout *layout)
{
    int width = 0;
    pango_layout_get_size(layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}

/* A strip a line: a page may end between any two. */
static void add_paragraph(struct drawing *drawing, const struct document_element *element, struct str text)
{
    PangoLayout *layout = layout_of(drawing, text, element->size, element->strong, element->align, drawing->width);
    PangoLayoutIter *at = pango_layout_get_iter(layout);
    do {
        PangoRectangle logical;
        int top = 0, bottom = 0;
        pango_layout_iter_get_line_extents(at, NULL, &logical);
        pango_layout_iter_get_line_yrange(at, &top, &bottom);
        struct drawing_strip *strip = add_strip(drawing, ELEMENT_TEXT, (double)(bottom - top) / PANGO_SCALE);
        strip->cell_count = 1;
        strip->cells[0].layout = layout;
        strip->cells[0].line = pango_layout_iter_get_line_readonly(at);
        strip->cells[0].x = (double)logical.x / PANGO_SCALE;
        strip->cells[0].baseline = (double)(pango_layout_iter_get_baseline(at) - top) / PANGO_SCALE;
    } while (pango_layout_iter_next_line(at));
    pango_layout_iter_free(at);
}

static void add_text(struct drawing *drawing, const struct document_element *element)
{
    const char *at = element->cells[0];
    for (;;) {
        size_t length = strcspn(at, "\n");
        add_paragraph(drawing, element, str_n(at, length));
        if (!at[length])
            return;
        at += length + 1;
    }
}

static struct str cell_text(const struct document_element *element, int i)
{
    return str_of(element->cells[i]);
}

/* Without widths two cells share the line: the last takes what it needs, up to six tenths. Returns its layout, which
 * then is as wide as its text, or NULL. */
static PangoLayout *cell_widths(struct drawing *drawing, const struct document_element *element, double *widths)
{
    int count = element->cell_count;
    if (element->widths[0] || count == 1) {
        for (int i = 0; i < count; i++)
            widths[i] = drawing->width * (count == 1 ? 100 : element->widths[i]) / 100;
        return NULL;
    }
    PangoLayout *last = layout_of(drawing, cell_text(element, 1), element->size, element->strong, ALIGN_END, 0);
    double needed = ceil(width_of(last)) + 1, most = drawing->width * 0.6;
    widths[1] = fmin(needed, most);
    widths[0] = drawing->width - widths[1];
    if (needed <= most)
        return last;
    drawing->unknown_glyphs -= pango_layout_get_unknown_glyphs_count(last); /* it is laid out again, in lines */
    return NULL;
}

static void add_row(struct drawing *drawing, const struct document_element *element)
{
    struct drawing_strip *strip = add_strip(drawing, ELEMENT_ROW, 0);
    double widths[DOCUMENT_CELLS_MAX], x = 0, lowest = 0;
    PangoLayout *measured = cell_widths(drawing, element, widths);
    bool from_right = drawing->document->right_to_left;
    strip->cell_count = element->cell_count;
    for (int i = 0; i < element->cell_count; i++) {
        bool is_last = i == element->cell_count - 1;
        double room = is_last ? drawing->width - x : widths[i] - CELL_GAP;
        PangoLayout *layout = is_last ? measured : NULL;
        if (layout) /* one line, which ends at the edge */
            strip->cells[i].x = from_right ? 0 : drawing->width - width_of(layout);
        else {
            layout = layout_of(drawing, cell_text(element, i), element->size, element->strong,
                               i == 0 ? ALIGN_START : ALIGN_END, room);
            strip->cells[i].x = from_right ? drawing->width - x - room : x;
        }
        strip->cells[i].layout = layout;
        strip->cells[i].baseline = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
        lowest = fmax(lowest, strip->cells[i].baseline);
        x += widths[i];
    }
    for (int i = 0; i < element->cell_count; i++) /* scripts differ in height; their first lines stand on one line */
        strip->height = fmax(strip->height, lowest - strip->cells[i].baseline + height_of(strip->cells[i].layout));
    strip->baseline = lowest;
    drawing->height += strip->height;
}

static void drop_code(void *code)
{
    QRcode_free(code);
}

static enum err add_code(struct drawing *drawing, const struct document_element *element, struct error *out)
{
    QRcode *code = QRcode_encodeString8bit(element->cells[0], 0, QR_ECLEVEL_M);
    if (!code)
        return error_set(out, drawing->arena, ERR_INTERNAL, "No QR code can be made of this text.");
    arena_on_release(drawing->arena, drop_code, code);
    /* whole dots, so that every module is as wide as the others; smaller ones where it would not fit */
    double module = fmin(MODULE, drawing->width / (code->width + 2 * QUIET_MODULES));
    if (drawing->dots_a_point > 0)
        module = fmax(1, floor(module * drawing->dots_a_point)) / drawing->dots_a_point;
    struct drawing_strip *strip = add_strip(drawing, ELEMENT_CODE, module * (code->width + 2 * QUIET_MODULES));
    strip->code = code;
    strip->module = module;
    strip->align = element->align;
    return OK;
}

struct png_reader {
    struct str left;
};

static cairo_status_t read_png(void *data, unsigned char *to, unsigned length)
{
    struct png_reader *reader = data;
    if (reader->left.len < length)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, reader->left.at, length);
    reader->left = str_n(reader->left.at + length, reader->left.len - length);
    return CAIRO_STATUS_SUCCESS;
}

static void drop_surface(void *surface)
{
    cairo_surface_destroy(surface);
}

static unsigned png_number(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

/* The size stands in the first chunk (PNG, 11.2.2): a small file that unpacks to gigabytes is not unpacked. NULL: it is
 * no such picture. */
static cairo_surface_t *picture_of(struct drawing *drawing, struct str png)
{
    struct png_reader reader = {png};
    unsigned width = png.len > 32 ? png_number(png.at + 16) : 0, height = png.len > 32 ? png_number(png.at + 20) : 0;
    if (!width || !height || width > SIGNATURE_PIXELS_MAX || height > SIGNATURE_PIXELS_MAX)
        return NULL;
    cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(read_png, &reader);
    arena_on_release(drawing->arena, drop_surface, picture);
    return cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS ? picture : NULL;
}

/* Anybody may have sent anything as a signature: what cannot be shown is said, the rest of the document stands. */
static void add_drawing(struct drawing *drawing, const struct document_element *element)
{
    cairo_surface_t *picture = picture_of(drawing, element->png);
    if (!picture) {
        add_paragraph(drawing, element, str_of(arena_printf(drawing->arena, "[PNG, %zu B]", element->png.len)));
        return;
    }
    int width = cairo_image_surface_get_width(picture), height = cairo_image_surface_get_height(picture);
    double scale = fmin(SIGNATURE_HEIGHT / height, drawing->width * 0.6 / width);
    struct drawing_strip *strip = add_strip(drawing, ELEMENT_DRAWING, scale * height);
    strip->picture = picture;
    strip->scale = scale;
}

static enum err add_element(struct drawing *drawing, const struct document_element *element, struct error *out)
{
    double line = points_of(drawing->document, SIZE_NORMAL);
    switch (element->kind) {
    case ELEMENT_TEXT:
        add_text(drawing, element);
        return OK;
    case ELEMENT_ROW:
        add_row(drawing, element);
        return OK;
    case ELEMENT_RULE:
        add_strip(drawing, ELEMENT_RULE, line * 0.8)->dashed = element->dashed;
        return OK;
    case ELEMENT_GAP:
        (void)add_strip(drawing, ELEMENT_GAP, line * element->lines);
        return OK;
    case ELEMENT_CODE:
        return add_code(drawing, element, out);
    case ELEMENT_DRAWING:
        add_drawing(drawing, element);
        return OK;
    }
    return OK;
}

enum err drawing_begin(struct arena *arena, const struct document *document, double width, double dots_a_point,
                       struct drawing *drawing, struct error *out)
{
    enum err err = OK;
    *drawing = (struct drawing){.document = document, .width = width, .dots_a_point = dots_a_point, .arena = arena};
    drawing->context = open_fonts(document);
    for (size_t i = 0; err == OK && i < document->count; i++)
        err = add_element(drawing, document->elements + i, out);
    if (err != OK)
        drawing_end(drawing);
    return err;
}

void drawing_end(struct drawing *drawing)
{
    g_object_unref(drawing->context);
    fonts_give_back();
}

/* --- Painting ----------------------------------------------------------------------------------------------------- */

double drawing_strip_height(const struct drawing *drawing, size_t i)
{
    return drawing->strips[i].height;
}

static double start_of(const struct drawing *drawing, enum document_align align, double width)
{
    if (align == ALIGN_CENTER)
        return (drawing->width - width) / 2;
    return (align == ALIGN_START) != drawing->document->right_to_left ? 0 : drawing->width - width;
}

static void paint_code(const struct drawing *drawing, cairo_t *cairo, const struct drawing_strip *strip, double x,
                       double y)
{
    double left = x + start_of(drawing, strip->align, strip->module * strip->code->width);
    if (drawing->dots_a_point > 0) {
        left = round(left * drawing->dots_a_point) / drawing->dots_a_point;
        y = round(y * drawing->dots_a_point) / drawing->dots_a_point;
    }
    for (int row = 0; row < strip->code->width; row++)
        for (int column = 0; column < strip->code->width; column++)
            if (strip->code->data[row * strip->code->width + column] & 1)
                cairo_rectangle(cairo, left + column * strip->module, y + (row + QUIET_MODULES) * strip->module,
                                strip->module, strip->module);
    cairo_fill(cairo);
}

static void paint_picture(const struct drawing *drawing, cairo_t *cairo, const struct drawing_strip *strip, double x,
                          double y)
{
    double width = cairo_image_surface_get_width(strip->picture) * strip->scale;
    cairo_save(cairo);
    cairo_translate(cairo, x + start_of(drawing, ALIGN_START, width), y);
    cairo_scale(cairo, strip->scale, strip->scale);
    cairo_set_source_surface(cairo, strip->picture, 0, 0);
    cairo_paint(cairo);
    cairo_restore(cairo);
}

static void paint_rule(const struct drawing *drawing, cairo_t *cairo, const struct drawing_strip *strip, double x,
                       double y)
{
    static const double dash[] = {3, 2};
    cairo_save(cairo);
    cairo_set_line_width(cairo, 0.6);
    if (strip->dashed)
        cairo_set_dash(cairo, dash, 2, 0);
    cairo_move_to(cairo, x, y + strip->height / 2);
    cairo_line_to(cairo, x + drawing->width, y + strip->height / 2);
    cairo_stroke(cairo);
    cairo_restore(cairo);
}

void drawing_paint(const struct drawing *drawing, cairo_t *cairo, size_t i, double x, double y)
{
    const struct drawing_strip *strip = drawing->strips + i;
    cairo_set_source_rgb(cairo, 0, 0, 0);
    switch (strip->kind) {
    case ELEMENT_TEXT:
        cairo_move_to(cairo, x + strip->cells[0].x, y + strip->cells[0].baseline);
        pango_cairo_show_layout_line(cairo, strip->cells[0].line);
        return;
    case ELEMENT_ROW:
        for (int cell = 0; cell < strip->cell_count; cell++) {
            cairo_move_to(cairo, x + strip->cells[cell].x, y + strip->baseline - strip->cells[cell].baseline);
            pango_cairo_show_layout(cairo, strip->cells[cell].layout);
        }
        return;
    case ELEMENT_RULE:
        paint_rule(drawing, cairo, strip, x, y);
        return;
    case ELEMENT_CODE:
        paint_code(drawing, cairo, strip, x, y);
        return;
    case ELEMENT_DRAWING:
        paint_picture(drawing, cairo, strip, x, y);
        return;
    case ELEMENT_GAP:
        return;
    }
}

void drawing_paint_note(const struct drawing *drawing, cairo_t *cairo, const char *text, double x, double y)
{
    PangoLayout *layout = pango_layout_new(drawing->context);
    set_font(drawing, layout, SIZE_SMALL, false);
    pango_layout_set_text(layout, text, -1);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    cairo_move_to(cairo, x - width_of(layout) / 2, y);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
}
