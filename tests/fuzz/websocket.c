/* Fuzzes what a WebSocket's client sends. The first byte says how the rest is cut into pieces; the same bytes in one
 * piece must give the same messages.
 * tests/fuzz/realtime_run.sh runs it. */
#include "http/websocket_reader.h"

#include <stdint.h>
#include <stdlib.h>

enum { MESSAGE_MAX = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    struct buf messages, answers;
    enum reading last;
};

static void on_message(void *data, bool binary, struct str bytes)
{
    struct heard *heard = data;
    if (bytes.len > MESSAGE_MAX)
        abort();
    buf_printf(&heard->messages, "%d %zu:", binary, bytes.len);
    buf_str(&heard->messages, bytes);
}

/* Goes on while the reader does; a reader that is between two messages is taken anew from time to time. */
static void hear(struct str bytes, size_t piece, struct heard *heard)
{
    struct websocket_reader *reader = websocket_reader_new();
    websocket_reader_lend(reader, MESSAGE_MAX, on_message, heard);
    heard->last = READING_NOTHING;
    while (bytes.len && heard->last != READING_OVER) {
        size_t n = piece < bytes.len ? piece : bytes.len;
        char *copy = malloc(n); /* so that a read beyond the piece is seen */
        memcpy(copy, bytes.at, n);
        heard->last = websocket_reader_feed(reader, str_n(copy, n), &heard->answers);
        free(copy);
        bytes = str_n(bytes.at + n, bytes.len - n);
        if (heard->last == READING_NOTHING && piece % 2) {
            websocket_reader_free(reader);
            reader = websocket_reader_new();
            websocket_reader_lend(reader, MESSAGE_MAX, on_message, heard);
        }
    }
    websocket_reader_free(reader);
}

static void check_answers(const struct buf *answers)
{
    size_t at = 0;
    bool over = false;
    while (at < answers->len) {
        size_t left = answers->len - at;
        unsigned char first = (unsigned char)answers->at[at];
        size_t length = left > 1 ? (unsigned char)answers->at[at + 1] : 126;
        if (over || (first != 0x8a && first != 0x88) || length > 125 || left < 2 + length)
            abort(); /* pongs, and at last a goodbye */
        over = first == 0x88;
        at += 2 + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct heard whole = {0};
    struct heard cut = {0};
    if (!size)
        return 0;
    buf_init(&whole.messages, SIZE_MAX);
    buf_init(&whole.answers, SIZE_MAX);
    buf_init(&cut.messages, SIZE_MAX);
    buf_init(&cut.answers, SIZE_MAX);
    struct str bytes = str_n((const char *)data + 1, size - 1);
    hear(bytes, SIZE_MAX - 1, &whole);
    hear(bytes, 1 + data[0] % 32, &cut);
    /* Answers may differ: wslay checks the reason of a goodbye piece by piece and passes over the first two bytes of
     * each, so the code with which both sides leave can be another. */
    if (!str_eq(str_n(whole.messages.at, whole.messages.len), str_n(cut.messages.at, cut.messages.len)))
        abort();
    check_answers(&whole.answers);
    check_answers(&cut.answers);
    buf_release(&whole.messages);
    buf_release(&whole.answers);
    buf_release(&cut.messages);
    buf_release(&cut.answers);
    return 0;
}
