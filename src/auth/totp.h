/* Time-based one-time passwords (RFC 6238: SHA-1, six digits, 30 seconds), as every authenticator app speaks them. */
#ifndef MAITRED_AUTH_TOTP_H
#define MAITRED_AUTH_TOTP_H

#include "base/arena.h"

#include <stdint.h>

/* A new secret, base32. In the arena. */
char *totp_secret(struct arena *arena);

/* otpauth://totp/issuer:account?secret=… */
char *totp_uri(struct arena *arena, const char *issuer, const char *account, const char *secret);

/* The step that the code belongs to, now or one step to either side; -1 when it belongs to none of them. */
int64_t totp_step_of(const char *secret, const char *code, int64_t now_s);

/* A QR code as an SVG document. In the arena. NULL when the text is too long for one. */
char *qr_svg(struct arena *arena, const char *text);

#endif
