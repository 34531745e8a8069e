/* A document as PDF 1.5: a page of A4 after another, or a roll of 80 mm as long as it has to be. Fonts are embedded as
 * far as they are used, texts can be searched and copied. The same description gives the same bytes. */
#ifndef MAITRED_PRINT_PDF_H
#define MAITRED_PRINT_PDF_H

#include "base/buf.h"
#include "print/document.h"

enum { PDF_BYTES_MAX = 8 * 1024 * 1024 };

/* Blocks for milliseconds: on a thread. `unknown_glyphs` (or NULL): signs that no font here has. */
enum err pdf_write(struct arena *arena, const struct document *document, struct buf *pdf, int *unknown_glyphs,
                   struct error *out) MUST_CHECK;

#endif
