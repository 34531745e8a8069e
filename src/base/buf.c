#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_SIZE = 512 };

void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.max = max};
}

void buf_release(struct buf *buf)
{
    free(buf->at);
    *buf = (struct buf){.max = buf->max};
}

char *buf_take(struct buf *buf, size_t *length)
{
    char *bytes = buf->at;
    *length = buf->len;
    *buf = (struct buf){.max = buf->max};
    return bytes;
}

char *buf_room(struct buf *buf, size_t more)
{
    if (buf->overflow || more > buf->max - buf->len) {
        buf->overflow = true;
        return NULL;
    }
    if (buf->size - buf->len < more) {
        size_t size = buf->size ? buf->size : FIRST_SIZE;
        while (size - buf->len < more)
            size *= 2;
        if (size > buf->max) /* buf_add writes without asking while there is room: room ends at the cap */
            size = buf->max;
        char *at = realloc(buf->at, size);
        if (!at) {
            fputs("maitred: out of memory\n", stderr);
            abort();
        }
        buf->at = at;
        buf->size = size;
    }
    return buf->at + buf->len;
}

void buf_grow_and_add(struct buf *buf, const void *bytes, size_t length)
{
    if (!length)
        return;
    char *room = buf_room(buf, length);
    if (!room)
        return;
    memcpy(room, bytes, length);
    buf->len += length;
}

void buf_int(struct buf *buf, int64_t value)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--at = '-';
    buf_add(buf, at, (size_t)(digits + sizeof digits - at));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        char *room = buf_room(buf, (size_t)n + 1);
        if (room) {
            vsnprintf(room, (size_t)n + 1, format, again);
            buf->len += (size_t)n;
        }
    }
    va_end(again);
}

const char *buf_cstr(struct buf *buf)
{
    char *room = buf_room(buf, 1);
    if (!room)
        return "";
    *room = '\0';
    return buf->at;
}
