#include "realtime/change.h"

#include <inttypes.h>
#include <stdio.h>

void cursor_write(char out[static CURSOR_TEXT_BYTES], struct cursor cursor)
{
    (void)snprintf(out, CURSOR_TEXT_BYTES, "%" PRIx64 ".%" PRIu32, cursor.commit_lsn, cursor.index);
}

static int hexadecimal(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What cursor_write has written, and nothing else. */
bool cursor_read(const char *text, struct cursor *out)
{
    uint64_t lsn = 0, index = 0;
    const char *p = text;
    if (!p || hexadecimal(*p) < 0)
        return false;
    for (; hexadecimal(*p) >= 0; p++) {
        if (lsn >> 60)
            return false;
        lsn = lsn << 4 | (uint64_t)hexadecimal(*p);
    }
    if (*p++ != '.' || *p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++) {
        index = index * 10 + (uint64_t)(*p - '0');
        if (index > UINT32_MAX)
            return false;
    }
    if (*p)
        return false;
    *out = (struct cursor){.commit_lsn = lsn, .index = (uint32_t)index};
    return true;
}
