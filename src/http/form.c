/* Forms with files in them, read in pieces by libmicrohttpd's post processor. */
#include "http/internal.h"

#include <stdlib.h>

/* Room for a boundary and the headers of a part. */
enum { FORM_BUFFER_BYTES = 32 * 1024 };

struct http_form {
    struct MHD_PostProcessor *processor;
    http_part_fn *part;
    void *data;
    bool refused;
};

static enum MHD_Result on_part(void *cls, enum MHD_ValueKind kind, const char *key, const char *filename,
                               const char *content_type, const char *transfer_encoding, const char *bytes,
                               uint64_t offset, size_t size)
{
    struct http_form *form = cls;
    (void)kind;
    (void)transfer_encoding;
    const struct http_part part = {key ? key : "", filename, content_type, offset};
    form->refused = form->refused || !form->part(form->data, &part, str_n(bytes ? bytes : "", size));
    return form->refused ? MHD_NO : MHD_YES;
}

static void release_form(void *data)
{
    struct http_form *form = data;
    if (form->processor)
        (void)MHD_destroy_post_processor(form->processor);
}

struct http_form *http_form_new(struct http_req *req, http_part_fn *part, void *data)
{
    static const char type[] = "multipart/form-data";
    const char *said = http_header(req, "Content-Type");
    if (!said || strncasecmp(said, type, sizeof type - 1) != 0)
        return NULL;
    struct http_form *form = arena_zalloc(req->arena, sizeof *form);
    form->part = part;
    form->data = data;
    form->processor = MHD_create_post_processor(exchange_of(req)->connection, FORM_BUFFER_BYTES, on_part, form);
    if (!form->processor)
        return NULL; /* no boundary */
    arena_on_release(req->arena, release_form, form);
    return form;
}

bool http_form_feed(struct http_form *form, struct str bytes)
{
    return !form->refused && form->processor && MHD_post_process(form->processor, bytes.at, bytes.len) == MHD_YES;
}

bool http_form_end(struct http_form *form)
{
    bool whole = form->processor && MHD_destroy_post_processor(form->processor) == MHD_YES;
    form->processor = NULL;
    return whole && !form->refused;
}
