#include "print/take.h"

#include "base/json_kept.h"

#include <stdlib.h>

void print_taken_read(struct arena *arena, const char *json, struct print_taken *taken)
{
    const json_t *root = json ? json_kept(arena, json_loads(json, 0, NULL)) : NULL;
    char *document = json_dumps(json_object_get(root, "document"), JSON_COMPACT);
    *taken = (struct print_taken){.job_id = json_text_at(root, "job_id"),
                                  .document = document ? arena_strdup(arena, document) : NULL,
                                  .address = json_text_at(root, "address"),
                                  .port = (int)json_integer_value(json_object_get(root, "port"))};
    taken->printer = (struct escpos_printer){.width_dots = (int)json_integer_value(json_object_get(root, "width_dots")),
                                             .code_page = json_text_at(root, "code_page"),
                                             .columns = (int)json_integer_value(json_object_get(root, "columns")),
                                             .cuts = json_is_true(json_object_get(root, "cuts"))};
    free(document);
}
