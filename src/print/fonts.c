#include "print/fonts.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PangoFontMap *fonts;

PangoFontMap *fonts_take(void)
{
    pthread_mutex_lock(&lock);
    if (!fonts)
        fonts = pango_cairo_font_map_new();
    return fonts;
}

void fonts_give_back(void)
{
    pthread_mutex_unlock(&lock);
}
