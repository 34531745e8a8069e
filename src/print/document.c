#include "print/document.h"

#include "base/encode.h"
#include "base/json_kept.h"

#include <jansson.h>

static const char PNG_URL[] = "data:image/png;base64,";

static int one_of(const char *word, const char *const *words, int fallback)
{
    for (int i = 0; word && words[i]; i++)
        if (text_eq(words[i], word))
            return i;
    return fallback;
}

static const char *const aligns[] = {"start", "center", "end", NULL};
static const char *const sizes[] = {"small", "normal", "large", "huge", NULL};

/* What paper cannot show is left out: control characters, which are commands to a printer. `end` stands for a line's
 * end. */
static const char *printable(struct arena *arena, const char *text, char end)
{
    char *copy = arena_strdup(arena, text ? text : "");
    char *to = copy;
    for (const char *at = copy; *at; at++)
        if (*at == '\n')
            *to++ = end;
        else if (*at == '\t')
            *to++ = ' ';
        else if ((unsigned char)*at >= 0x20 && *at != 0x7f)
            *to++ = *at;
    *to = '\0';
    return copy;
}

static bool read_row(struct arena *arena, const json_t *json, struct document_element *element)
{
    const json_t *row = json_object_get(json, "row"), *widths = json_object_get(json, "widths");
    size_t count = json_array_size(row);
    int sum = 0;
    if (!count || count > DOCUMENT_CELLS_MAX || (widths && json_array_size(widths) != count))
        return false;
    element->cell_count = (int)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *cell = json_array_get(row, i);
        if (!json_is_string(cell) && !json_is_null(cell))
            return false;
        element->cells[i] = printable(arena, json_string_value(cell), ' ');
        element->widths[i] = (int)json_integer_value(json_array_get(widths, i));
        if (widths && element->widths[i] < 1)
            return false;
        sum += element->widths[i];
    }
    return sum <= 100 && (widths || count <= 2);
}

static void read_drawing(struct arena *arena, const char *text, struct document_element *element)
{
    element->kind = ELEMENT_TEXT;
    element->cells[0] = printable(arena, text, '\n');
    if (str_starts(str_of(text), PNG_URL)) {
        element->kind = ELEMENT_DRAWING;
        if (!decode_base64_padded(arena, str_of(text + sizeof PNG_URL - 1), &element->png))
            element->png = str_of("");
    }
}

static bool read_element(struct arena *arena, const json_t *json, struct document_element *element)
{
    const char *text;
    *element = (struct document_element){
        .align = (enum document_align)one_of(json_text_at(json, "align"), aligns, ALIGN_START),
        .size = (enum document_size)one_of(json_text_at(json, "size"), sizes, SIZE_NORMAL),
        .strong = json_is_true(json_object_get(json, "strong")),
        .cell_count = 1};
    if (json_object_get(json, "row")) {
        element->kind = ELEMENT_ROW;
        return read_row(arena, json, element);
    }
    if ((text = json_text_at(json, "text"))) {
        element->cells[0] = printable(arena, text, '\n');
        return true;
    }
    if ((text = json_text_at(json, "rule"))) {
        element->kind = ELEMENT_RULE;
        element->dashed = text_eq(text, "dashes");
        return true;
    }
    if ((text = json_text_at(json, "code"))) {
        element->kind = ELEMENT_CODE;
        element->cells[0] = arena_strdup(arena, text);
        return *text && strlen(text) <= 1000;
    }
    if ((text = json_text_at(json, "drawing"))) {
        read_drawing(arena, text, element);
        return true;
    }
    element->kind = ELEMENT_GAP;
    element->lines = (int)json_integer_value(json_object_get(json, "gap"));
    return element->lines >= 1 && element->lines <= 20;
}

static size_t line_ends(const struct document_element *element)
{
    size_t count = 0;
    for (int i = 0; i < element->cell_count; i++)
        for (const char *at = element->cells[i]; at && (at = strchr(at, '\n')); at++)
            count++;
    return count;
}

enum err document_read(struct arena *arena, const char *json, struct document *document, struct error *out)
{
    const json_t *root = json ? json_kept(arena, json_loads(json, 0, NULL)) : NULL;
    const json_t *list = json_object_get(root, "elements");
    size_t count = json_array_size(list);
    if (!count || count > DOCUMENT_ELEMENTS_MAX)
        return error_set(out, arena, ERR_INTERNAL, "This describes no document.");
    struct document_element *elements = arena_array(arena, count, sizeof *elements);
    size_t lines = 0;
    for (size_t i = 0; i < count; i++)
        if (!read_element(arena, json_array_get(list, i), elements + i) ||
            (lines += line_ends(elements + i)) > DOCUMENT_LINES_MAX)
            return error_set(out, arena, ERR_INTERNAL, "Element %zu of the document cannot be read.", i);
    const char *title = json_text_at(root, "title"), *kind = json_text_at(root, "kind");
    const char *direction = json_text_at(root, "direction"), *language = json_text_at(root, "language");
    const char *paper = json_text_at(root, "paper");
    *document = (struct document){.title = title ? title : "",
                                  .kind = kind ? kind : "document",
                                  .language = language ? language : "en",
                                  .right_to_left = direction && text_eq(direction, "rtl"),
                                  .is_page = paper && text_eq(paper, "A4"),
                                  .opens_drawer = json_is_true(json_object_get(root, "drawer")),
                                  .at_s = json_integer_value(json_object_get(root, "at")),
                                  .elements = elements,
                                  .count = count};
    return OK;
}
