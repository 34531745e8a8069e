/* Bytes as text and back: hex, base64 and base64url (RFC 4648), percent-encoding (RFC 3986); random bytes and
 * constant-time compare. */
#ifndef MAITRED_BASE_ENCODE_H
#define MAITRED_BASE_ENCODE_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { UUID_TEXT_BYTES = 37 };

/* Lower-case hex, terminated, in the arena. */
char *encode_hex(struct arena *arena, const void *bytes, size_t length);

/* base64url without padding, terminated, in the arena. */
char *encode_base64url(struct arena *arena, const void *bytes, size_t length);

/* Decodes base64url without padding. False when a character or the length is impossible. `out` has a zero behind it. */
bool decode_base64url(struct arena *arena, struct str text, struct str *out) __attribute__((warn_unused_result));

/* Percent-decoding; plus_is_space for query strings. False on a broken escape or a zero byte. */
bool decode_percent(struct arena *arena, struct str text, bool plus_is_space, struct str *out)
    __attribute__((warn_unused_result));

/* Percent-encoding of all but RFC 3986's unreserved characters and those of `also`; terminated, in the arena. */
char *encode_percent(struct arena *arena, struct str text, const char *also);

/* base64 (RFC 4648, 4) with padding, terminated, in the arena. */
char *encode_base64(struct arena *arena, const void *bytes, size_t length);

/* Strictly: padding where it belongs, no other character. False otherwise. `out` has a zero behind it. */
bool decode_base64_padded(struct arena *arena, struct str text, struct str *out) __attribute__((warn_unused_result));

/* Whether the bytes are well-formed UTF-8 without a zero byte, which PostgreSQL's text cannot hold. */
bool text_is_utf8(struct str text);

/* Whether the text is a UUID in its usual form, any case. */
bool text_is_uuid(struct str text);

/* From the system's cryptographic source; aborts when there is none. */
void random_bytes(void *bytes, size_t length);

/* A random (version 4) UUID; and one made of random bytes that the caller has at hand. */
void random_uuid(char text[UUID_TEXT_BYTES]);
void uuid_write(char text[UUID_TEXT_BYTES], const unsigned char random[16]);

/* Equal in a time that depends on the lengths alone, not on where they differ. */
bool equal_in_constant_time(struct str a, struct str b);

#endif
