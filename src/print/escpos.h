/* A document as the bytes that receipt printers understand (Epson's ESC/POS command reference, and what its clones took
 * over): dots, or letters of a code page where the printer has them all, a QR code, the cut, the drawer.
 *
 * Dots are the rule: they are right for every script. Letters are printed faster and take few bytes; a document with
 * one sign that the code page lacks, or from right to left, is dots as a whole.
 */
#ifndef MAITRED_PRINT_ESCPOS_H
#define MAITRED_PRINT_ESCPOS_H

#include "base/buf.h"
#include "print/document.h"

enum { ESCPOS_BYTES_MAX = 4 * 1024 * 1024, ESCPOS_COLUMNS_MIN = 24, ESCPOS_COLUMNS_MAX = 80 };

struct escpos_printer {
    int width_dots;        /* 576 on paper of 80 mm, 384 on 58 mm */
    const char *code_page; /* one of escpos_code_pages by its name, or NULL: dots */
    int columns;           /* letters in a line: 48 and 32 */
    bool cuts;
};

/* A page that printers have, by its number there (ESC t) and by what iconv calls it. To add one, a row in escpos_text.c
 * and its name in printers.code_page. */
struct escpos_code_page {
    const char *name, *iconv_name;
    unsigned char number;
};
extern const struct escpos_code_page escpos_code_pages[];

/* Blocks for milliseconds: on a thread. `printer` need not outlive the call. */
enum err escpos_write(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                      struct buf *bytes, struct error *out) MUST_CHECK;

/* The letters alone. False: the code page does not have all of them; `bytes` is as it was. */
bool escpos_text(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                 struct buf *bytes);

#endif
