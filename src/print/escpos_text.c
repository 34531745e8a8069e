/* Letters of a code page. A letter is a column; what is printed twice as wide takes two. */
#include "print/escpos.h"

#include <iconv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

const struct escpos_code_page escpos_code_pages[] = {
    {"cp437", "CP437", 0},    {"cp850", "CP850", 2},
    {"cp857", "CP857", 13},   {"cp1252", "CP1252", 16},
    {"cp866", "CP866", 17},   {"cp852", "CP852", 18},
    {"cp858", "CP858", 19},   {"cp1250", "CP1250", 45},
    {"cp1251", "CP1251", 46}, {0},
};

struct writer {
    struct arena *arena;
    struct buf out;
    iconv_t convert;
    int columns; /* of the size at hand */
};

static const struct escpos_code_page *page_called(const char *name)
{
    for (const struct escpos_code_page *page = escpos_code_pages; page->name; page++)
        if (text_eq(page->name, name))
            return page;
    return NULL;
}

/* Letters and their accents become one sign, as code pages have them; what they spell otherwise is spelt so. */
static bool composed(struct arena *arena, const char *text, struct str *out)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t size = (int32_t)strlen(text) + 1, length = 0, bytes = 0;
    UChar *wide = arena_array(arena, (size_t)size, sizeof *wide);
    UChar *joined = arena_array(arena, (size_t)size * 3, sizeof *joined);
    char *narrow = arena_alloc(arena, (size_t)size * 9);
    u_strFromUTF8(wide, size, &length, text, -1, &status);
    length = unorm2_normalize(unorm2_getNFCInstance(&status), wide, length, joined, size * 3, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < length; i++) {
        static const UChar from[] = {0x2018, 0x2019, 0x201c, 0x201d, 0x2013, 0x2014, 0x00a0, 0x202f, 0x2009, 0x2212};
        static const char to[] = "''\"\"--   -";
        for (size_t k = 0; k < sizeof from / sizeof *from; k++)
            if (joined[i] == from[k])
                joined[i] = (UChar)to[k];
    }
    u_strToUTF8(narrow, size * 9, &bytes, joined, length, &status);
    *out = str_n(narrow, (size_t)bytes);
    return U_SUCCESS(status);
}

/* In the printer's bytes: one a letter. False: it lacks one. */
static bool encoded(struct writer *w, const char *text, struct str *out)
{
    struct str letters;
    if (!composed(w->arena, text, &letters))
        return false;
    char *in = (char *)(uintptr_t)letters.at, *to = arena_alloc(w->arena, letters.len + 1);
    size_t left = letters.len, room = letters.len + 1;
    out->at = to;
    (void)iconv(w->convert, NULL, NULL, NULL, NULL);
    if (iconv(w->convert, &in, &left, &to, &room) != 0)
        return false;
    out->len = (size_t)(to - out->at);
    return true;
}

static void spaces(struct writer *w, int count)
{
    for (int i = 0; i < count; i++)
        buf_char(&w->out, ' ');
}

/* As much of the text as fits, up to a space where there is one. */
static size_t line_of(struct str text, int columns)
{
    if (text.len <= (size_t)columns)
        return text.len;
    for (size_t i = (size_t)columns; i > 0; i--)
        if (text.at[i] == ' ')
            return i;
    return (size_t)columns;
}

static struct str after(struct str text, size_t count)
{
    while (count < text.len && text.at[count] == ' ')
        count++;
    return str_n(text.at + count, text.len - count);
}

static void write_aligned(struct writer *w, struct str text, enum document_align align)
{
    int room = w->columns - (int)text.len;
    spaces(w, align == ALIGN_END ? room : align == ALIGN_CENTER ? room / 2 : 0);
    buf_str(&w->out, text);
    buf_char(&w->out, '\n');
}

static bool write_text(struct writer *w, const struct document_element *element)
{
    const char *at = element->cells[0];
    for (;;) {
        size_t length = strcspn(at, "\n");
        struct str text;
        if (!encoded(w, arena_strndup(w->arena, at, length), &text))
            return false;
        do {
            size_t line = line_of(text, w->columns);
            write_aligned(w, str_n(text.at, line), element->align);
            text = after(text, line);
        } while (text.len);
        if (!at[length])
            return true;
        at += length + 1;
    }
}

/* Where the cells of a row begin and how wide they are, in columns. */
static void cells_of(const struct writer *w, const struct document_element *element, const struct str *texts,
                     int *widths)
{
    int count = element->cell_count, used = 0;
    for (int i = 0; i < count - 1; i++)
        used += widths[i] = element->widths[0] ? w->columns * element->widths[i] / 100 : 0;
    widths[count - 1] = w->columns - used;
    if (!element->widths[0] && count == 2) {
        int last = (int)texts[1].len, most = w->columns * 6 / 10;
        widths[1] = last < most ? last : most;
        widths[0] = w->columns - widths[1];
    }
}

static bool write_row(struct writer *w, const struct document_element *element)
{
    struct str texts[DOCUMENT_CELLS_MAX];
    int widths[DOCUMENT_CELLS_MAX];
    bool more = true;
    for (int i = 0; i < element->cell_count; i++)
        if (!encoded(w, element->cells[i], texts + i))
            return false;
    cells_of(w, element, texts, widths);
    while (more) {
        more = false;
        for (int i = 0; i < element->cell_count; i++) {
            bool is_last = i == element->cell_count - 1;
            int room = widths[i] - (is_last ? 0 : 1);
            size_t line = line_of(texts[i], room < 1 ? 1 : room);
            int rest = room - (int)line;
            if (i > 0)
                spaces(w, rest);
            buf_add(&w->out, texts[i].at, line);
            if (i == 0 && !is_last)
                spaces(w, rest);
            if (!is_last)
                buf_char(&w->out, ' ');
            texts[i] = after(texts[i], line);
            more = more || texts[i].len;
        }
        buf_char(&w->out, '\n');
    }
    return true;
}

/* The printer's own QR code: model 2, modules of six dots, error correction M. The length counts the three bytes before
 * the data. */
static void write_code(struct writer *w, const char *text)
{
    static const char before[] = {0x1b, 'a', 1, 0x1d, '(', 'k', 4,    0,   '1', 'A', '2', 0,   0x1d, '(',
                                  'k',  3,   0, '1',  'C', 6,   0x1d, '(', 'k', 3,   0,   '1', 'E',  '1'};
    static const char print[] = {0x1d, '(', 'k', 3, 0, '1', 'Q', '0', 0x1b, 'a', 0};
    size_t length = strlen(text) + 3;
    const char store[] = {0x1d, '(', 'k', (char)(length & 255), (char)(length >> 8), '1', 'P', '0'};
    buf_add(&w->out, before, sizeof before);
    buf_add(&w->out, store, sizeof store);
    buf_text(&w->out, text);
    buf_add(&w->out, print, sizeof print);
}

static void set_size(struct writer *w, const struct document_element *element, int columns)
{
    bool is_double = element->size == SIZE_LARGE || element->size == SIZE_HUGE;
    const char size[] = {0x1d, '!', element->size == SIZE_HUGE ? 0x11 : is_double ? 0x01 : 0,
                         0x1b, 'E', element->strong ? 1 : 0};
    buf_add(&w->out, size, sizeof size);
    w->columns = element->size == SIZE_HUGE ? columns / 2 : columns;
}

static bool write_element(struct writer *w, const struct document_element *element, int columns)
{
    set_size(w, element, columns);
    switch (element->kind) {
    case ELEMENT_TEXT:
        return write_text(w, element);
    case ELEMENT_ROW:
        return write_row(w, element);
    case ELEMENT_RULE:
        for (int i = 0; i < columns; i++)
            buf_char(&w->out, '-');
        buf_char(&w->out, '\n');
        return true;
    case ELEMENT_GAP:
        for (int i = 0; i < element->lines; i++)
            buf_char(&w->out, '\n');
        return true;
    case ELEMENT_CODE:
        write_code(w, element->cells[0]);
        return true;
    case ELEMENT_DRAWING:
        return false;
    }
    return true;
}

bool escpos_text(struct arena *arena, const struct document *document, const struct escpos_printer *printer,
                 struct buf *bytes)
{
    const struct escpos_code_page *page = page_called(printer->code_page);
    struct writer w = {.arena = arena};
    if (!page || document->right_to_left)
        return false;
    w.convert = iconv_open(page->iconv_name, "UTF-8");
    if (w.convert == (iconv_t)-1)
        return false;
    buf_init(&w.out, ESCPOS_BYTES_MAX);
    const char select[] = {0x1b, 't', (char)page->number};
    buf_add(&w.out, select, sizeof select);
    bool whole = true;
    for (size_t i = 0; whole && i < document->count; i++)
        whole = write_element(&w, document->elements + i, printer->columns);
    iconv_close(w.convert);
    if (whole)
        buf_add(bytes, w.out.at, w.out.len);
    buf_release(&w.out);
    return whole;
}
