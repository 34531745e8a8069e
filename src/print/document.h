/* What is to be on paper: one description for a page, a roll and a printer.
 *
 * SQL writes it (db/app/core/documents.sql), as JSON:
 *
 *     {"title": "Receipt 17", "kind": "receipt", "language": "de", "direction": "ltr", "paper": "roll" | "A4",
 *      "at": 1796031180, "drawer": false, "elements": [ … ]}
 *
 *   {"text": "…", "align": "start" | "center" | "end", "size": "small" | "normal" | "large" | "huge", "strong": true}
 *   {"row": ["Soup", "4.50 €"], "widths": [70, 30], "size", "strong"}   the last cell ends at the edge; without widths
 *                                                                       (per cent) two cells share the line
 *   {"rule": "line" | "dashes"}
 *   {"gap": 1}                                                          lines of empty paper
 *   {"code": "https://…"}                                               a QR code (ISO/IEC 18004)
 *   {"drawing": "data:image/png;base64,…"}                              a signature; anything else is written as text
 *
 * start and end are those of the document's direction. `at` is when it was issued, seconds since 1970: the same
 * description gives the same bytes on every day. No room above this file knows what a receipt is.
 */
#ifndef MAITRED_PRINT_DOCUMENT_H
#define MAITRED_PRINT_DOCUMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DOCUMENT_ELEMENTS_MAX = 5000, DOCUMENT_CELLS_MAX = 8, DOCUMENT_LINES_MAX = 20000 /* that end by themselves */ };

enum document_kind { ELEMENT_TEXT, ELEMENT_ROW, ELEMENT_RULE, ELEMENT_GAP, ELEMENT_CODE, ELEMENT_DRAWING };
enum document_align { ALIGN_START, ALIGN_CENTER, ALIGN_END };
enum document_size { SIZE_SMALL, SIZE_NORMAL, SIZE_LARGE, SIZE_HUGE };

struct document_element {
    enum document_kind kind;
    enum document_align align;
    enum document_size size;
    bool strong, dashed;
    int lines; /* ELEMENT_GAP */
    int cell_count;
    const char *cells[DOCUMENT_CELLS_MAX]; /* a text and a code have one */
    int widths[DOCUMENT_CELLS_MAX];        /* per cent; widths[0] == 0: as they need */
    struct str png;                        /* ELEMENT_DRAWING */
};

struct document {
    const char *title, *kind, *language;
    bool right_to_left, is_page, opens_drawer;
    int64_t at_s;
    const struct document_element *elements;
    size_t count;
};

/* Everything lives in the arena; `json` need not outlive the call. ERR_INTERNAL: it is no such description. */
enum err document_read(struct arena *arena, const char *json, struct document *document, struct error *out) MUST_CHECK;

#endif
