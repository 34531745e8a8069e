/* The machine's fonts: fontconfig and Pango are used by one thread of a process at a time. */
#ifndef MAITRED_PRINT_FONTS_H
#define MAITRED_PRINT_FONTS_H

#include <pango/pangocairo.h>

/* Waits until no other thread uses them. The map belongs to the process; whoever takes it gives it back, on the same
 * thread, after everything that was made with it is gone. Off the loop's thread: somebody may draw a long document, and
 * the first call reads the machine's fonts (tens of milliseconds). */
PangoFontMap *fonts_take(void);
void fonts_give_back(void);

#endif
