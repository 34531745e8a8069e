/* A growing buffer of bytes with a mandatory cap.
 *
 * The bytes are on the heap and are handed over as one malloc'ed block (buf_take), so that an answer is written once
 * and never copied. Writing beyond the cap sets `overflow` and drops the bytes: check once, at the end.
 */
#ifndef MAITRED_BASE_BUF_H
#define MAITRED_BASE_BUF_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *at;
    size_t len;
    size_t size;
    size_t max;
    bool overflow;
};

/* An empty buffer that never grows beyond max_bytes. Nothing is allocated yet. Pair: buf_release or buf_take. */
void buf_init(struct buf *buf, size_t max_bytes);
void buf_release(struct buf *buf);

/* Gives the bytes away (free() them) and leaves the buffer empty. NULL when nothing was written. */
char *buf_take(struct buf *buf, size_t *length);

/* Makes room for `more` bytes and returns where to write them, or NULL on overflow. Add to buf->len what was written.
 */
char *buf_room(struct buf *buf, size_t more);

void buf_grow_and_add(struct buf *buf, const void *bytes, size_t length);

static inline void buf_add(struct buf *buf, const void *bytes, size_t length)
{
    if (__builtin_expect(buf->size - buf->len >= length && length, 1)) {
        memcpy(buf->at + buf->len, bytes, length);
        buf->len += length;
    } else {
        buf_grow_and_add(buf, bytes, length);
    }
}

static inline void buf_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

static inline void buf_str(struct buf *buf, struct str s)
{
    buf_add(buf, s.at, s.len);
}

static inline void buf_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_int(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A terminating zero behind the bytes, not counted in len; returns the text ("" when empty or overflown). */
const char *buf_cstr(struct buf *buf);

#endif
