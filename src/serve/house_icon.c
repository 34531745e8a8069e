/* Letters are text: every device has letters for the names of its own country. */
#include "serve/house_icon.h"

#include "base/str.h"
#include "print/fonts.h"

#include <ctype.h>
#include <jansson.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

static const char usual[] = "#b3391f"; /* web/src/lib/theme.ts */

void house_colour(const char *theme_json, char out[8])
{
    json_t *theme = json_loads(theme_json ? theme_json : "{}", 0, NULL);
    const char *colour = json_string_value(json_object_get(theme, "primary_color"));
    if (!colour || colour[0] != '#' || strlen(colour) != 7 || strspn(colour + 1, "0123456789abcdefABCDEF") != 6)
        colour = usual;
    for (int i = 0; i < 8; i++)
        out[i] = (char)tolower((unsigned char)colour[i]);
    json_decref(theme);
}

/* Whether white is easier to read on it than black (WCAG 2.1, relative luminance, coarsely). */
static bool is_dark(const char *colour)
{
    long rgb = strtol(colour + 1, NULL, 16);
    long red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255;
    return 2126 * red * red + 7152 * green * green + 722 * blue * blue < 10000 * 116L * 116L;
}

static bool starts_word(UChar32 before, UChar32 c)
{
    return u_isalnum(c) && !u_isalnum(before) && before != '\'' && before != 0x2019;
}

void house_initials(const char *name, char *out, size_t size)
{
    enum { READ = 200 }; /* letters of a name that are looked at */
    UChar text[READ + 1], capitals[8];
    UChar32 letters[READ + 1], found[2] = {0, 0}, before = ' ';
    int32_t length = 0, count = 0, units = 0;
    UErrorCode status = U_ZERO_ERROR;
    out[0] = 0;
    u_strFromUTF8WithSub(text, READ, &length, name, -1, 0xfffd, NULL, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) { /* a long name: its beginning says enough */
        status = U_ZERO_ERROR;
        length = READ;
    }
    u_strToUTF32WithSub(letters, READ, &count, text, length, 0xfffd, NULL, &status);
    if (U_FAILURE(status))
        return;
    for (int32_t i = 0; i < count; i++) {
        if (starts_word(before, letters[i]))
            found[found[0] ? 1 : 0] = letters[i];
        before = letters[i];
    }
    for (int i = 0; i < 2; i++)
        found[i] = u_toupper(found[i]);
    u_strFromUTF32(capitals, sizeof capitals / sizeof *capitals, &units, found, found[0] ? found[1] ? 2 : 1 : 0,
                   &status);
    u_strToUTF8(out, (int32_t)size, NULL, capitals, units, &status);
    if (U_FAILURE(status))
        out[0] = 0;
}

void house_icon(struct buf *svg, const char *name, const char *theme_json, bool full)
{
    char colour[8], letters[16];
    house_colour(theme_json, colour);
    house_initials(name, letters, sizeof letters);
    int size = (full ? 190 : 250) * (letters[0] ? 1 : 0);
    buf_printf(svg,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 512 512\" width=\"512\" height=\"512\">"
               "<rect width=\"512\" height=\"512\" rx=\"%d\" fill=\"%s\"/>",
               full ? 0 : 112, colour);
    if (size)
        buf_printf(
            svg,
            "<text x=\"256\" y=\"256\" dy=\".35em\" text-anchor=\"middle\" font-family=\"system-ui, sans-serif\" "
            "font-weight=\"700\" font-size=\"%d\" fill=\"%s\">%s</text>",
            size, is_dark(colour) ? "#ffffff" : "#1c1b1a", letters);
    buf_text(svg, "</svg>");
}

static cairo_status_t add_bytes(void *png, const unsigned char *bytes, unsigned length)
{
    buf_add(png, (const char *)bytes, length);
    return ((struct buf *)png)->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void set_colour(cairo_t *cairo, const char *colour)
{
    long rgb = strtol(colour + 1, NULL, 16);
    cairo_set_source_rgb(cairo, (double)(rgb >> 16 & 255) / 255, (double)(rgb >> 8 & 255) / 255,
                         (double)(rgb & 255) / 255);
}

bool house_icon_png(struct buf *png, const char *name, const char *theme_json)
{
    enum { LETTERS_PIXELS = 76 };
    char colour[8], letters[16];
    house_colour(theme_json, colour);
    house_initials(name, letters, sizeof letters);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, HOUSE_ICON_PIXELS, HOUSE_ICON_PIXELS);
    cairo_t *cairo = cairo_create(surface);
    set_colour(cairo, colour);
    cairo_paint(cairo);
    PangoContext *context = pango_font_map_create_context(fonts_take());
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = pango_font_description_from_string("sans-serif Bold");
    pango_font_description_set_absolute_size(font, LETTERS_PIXELS * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, letters, -1);
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout, &ink, NULL);
    set_colour(cairo, is_dark(colour) ? "#ffffff" : "#1c1b1a");
    cairo_move_to(cairo, (HOUSE_ICON_PIXELS - ink.width) / 2.0 - ink.x, (HOUSE_ICON_PIXELS - ink.height) / 2.0 - ink.y);
    pango_cairo_show_layout(cairo, layout);
    bool written = cairo_surface_write_to_png_stream(surface, add_bytes, png) == CAIRO_STATUS_SUCCESS;
    pango_font_description_free(font);
    g_object_unref(layout);
    g_object_unref(context);
    fonts_give_back();
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return written;
}
