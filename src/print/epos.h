/* A document as ePOS-Print XML (Epson's ePOS-Print XML user's manual): one picture of one bit a dot, the drawer, the
 * cut. */
#ifndef MAITRED_PRINT_EPOS_H
#define MAITRED_PRINT_EPOS_H

#include "base/buf.h"
#include "print/escpos.h"

/* The element epos-print, to stand in a PrintData. */
enum err epos_write(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                    struct buf *xml, struct error *out) MUST_CHECK;

#endif
