/* Fuzzes the messages of the Realtime dialect. Input: a byte (bit 0: version, bit 1: binary), the message. What was
 * read is written again and read again: it must say the same. tests/fuzz/realtime_run.sh runs it. */
#include "realtime/frame.h"

#include "base/encode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
    return a && b ? text_eq(a, b) : a == b;
}

static void text_again(struct arena *arena, enum frame_version version, const struct frame *f)
{
    struct buf out;
    struct frame again;
    struct error error;
    buf_init(&out, SIZE_MAX);
    char *payload = f->payload ? json_dumps(f->payload, JSON_ENCODE_ANY) : NULL;
    frame_write(&out, version, f->join_ref, f->ref, f->topic, f->event, str_of(payload ? payload : "null"));
    if (frame_read(arena, version, false, str_n(out.at, out.len), &again, &error) != OK)
        abort();
    if (!same(f->join_ref, again.join_ref) || !same(f->ref, again.ref) || !same(f->topic, again.topic) ||
        !same(f->event, again.event) || !json_equal(f->payload, again.payload) != !f->payload)
        abort();
    free(payload);
    buf_release(&out);
}

static void cast_again(const struct frame *f)
{
    struct buf out;
    buf_init(&out, SIZE_MAX);
    if (!text_is_utf8(str_of(f->topic)) || !text_is_utf8(str_of(f->cast_event)))
        abort();
    if (frame_write_cast(&out, f->topic, f->cast_event, f->cast_meta, f->cast_is_json, f->cast_payload) &&
        out.len != 5 + strlen(f->topic) + strlen(f->cast_event) + f->cast_meta.len + f->cast_payload.len)
        abort();
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct frame f;
    if (!size)
        return 0;
    struct arena *arena = arena_new();
    enum frame_version version = data[0] & 1 ? FRAME_V2 : FRAME_V1;
    char *bytes = malloc(size); /* so that a read beyond the message is seen */
    memcpy(bytes, data + 1, size - 1);
    if (frame_read(arena, version, data[0] & 2, str_n(bytes, size - 1), &f, &error) != OK) {
        if (!error.message || !text_is_utf8(str_of(error.message)))
            abort();
    } else if (f.is_binary_cast) {
        cast_again(&f);
    } else {
        text_again(arena, version, &f);
    }
    free(bytes);
    arena_free(arena);
    return 0;
}
