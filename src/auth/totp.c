#include "auth/totp.h"

#include "auth/form.h"
#include "base/buf.h"
#include "base/encode.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <stdlib.h>

enum { SECRET_BYTES = 20, STEP_S = 30, WINDOW = 1, DIGITS = 6, QUIET_ZONE = 4 };

char *totp_secret(struct arena *arena)
{
    char bytes[SECRET_BYTES];
    char *base32 = NULL;
    size_t length = 0;
    random_bytes(bytes, sizeof bytes);
    if (oath_base32_encode(bytes, sizeof bytes, &base32, &length) != OATH_OK)
        abort();
    explicit_bzero(bytes, sizeof bytes);
    char *copy = arena_strndup(arena, base32, length);
    explicit_bzero(base32, length);
    free(base32);
    return copy;
}

char *totp_uri(struct arena *arena, const char *issuer, const char *account, const char *secret)
{
    const char *by = form_escape(arena, issuer);
    return arena_printf(arena, "otpauth://totp/%s:%s?algorithm=SHA1&digits=%d&issuer=%s&period=%d&secret=%s", by,
                        form_escape(arena, account), DIGITS, by, STEP_S, secret);
}

int64_t totp_step_of(const char *secret, const char *code, int64_t now_s)
{
    char *bytes = NULL;
    size_t length = 0;
    int position = 0;
    uint64_t step = 0;
    if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS ||
        oath_base32_decode(secret, strlen(secret), &bytes, &length) != OATH_OK)
        return -1;
    int found = oath_totp_validate3(bytes, length, (time_t)now_s, STEP_S, 0, WINDOW, &position, &step, code);
    explicit_bzero(bytes, length);
    free(bytes);
    return found >= 0 ? (int64_t)step : -1;
}

char *qr_svg(struct arena *arena, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return NULL;
    int size = code->width + 2 * QUIET_ZONE;
    struct buf svg;
    buf_init(&svg, 262144);
    buf_printf(&svg,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
               "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
               size, size, size, size);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && code->data[y * code->width + x] & 1)
                x++;
            if (x > from)
                buf_printf(&svg, "M%d %dh%dv1h-%dz", from + QUIET_ZONE, y + QUIET_ZONE, x - from, x - from);
            else
                x++;
        }
    }
    buf_text(&svg, "\"/></svg>");
    QRcode_free(code);
    char *copy = svg.overflow ? NULL : arena_strdup(arena, buf_cstr(&svg));
    buf_release(&svg);
    return copy;
}
