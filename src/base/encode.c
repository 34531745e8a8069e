#include "base/encode.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *encode_hex(struct arena *arena, const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    char *text = arena_alloc(arena, length * 2 + 1);
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = hex_digits[from[i] >> 4];
        text[2 * i + 1] = hex_digits[from[i] & 0xf];
    }
    text[2 * length] = '\0';
    return text;
}

char *encode_base64url(struct arena *arena, const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    char *text = arena_alloc(arena, length * 4 / 3 + 4);
    char *to = text;
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | from[i];
        for (count += 8; count >= 6; count -= 6)
            *to++ = base64url_digits[bits >> (count - 6) & 0x3f];
    }
    if (count)
        *to++ = base64url_digits[bits << (6 - count) & 0x3f];
    *to = '\0';
    return text;
}

static int base64url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool decode_base64url(struct arena *arena, struct str text, struct str *out)
{
    if (text.len % 4 == 1)
        return false;
    char *bytes = arena_alloc(arena, text.len * 3 / 4 + 1);
    size_t n = 0;
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = base64url_value(text.at[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes[n++] = (char)(bits >> count & 0xff);
        }
    }
    if (bits & ((1U << count) - 1))
        return false; /* leftover bits must be zero, or one token would have many spellings */
    bytes[n] = '\0';
    *out = str_n(bytes, n);
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool decode_percent(struct arena *arena, struct str text, bool plus_is_space, struct str *out)
{
    char *bytes = arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '%') {
            if (text.len - i < 3)
                return false;
            int high = hex_value(text.at[i + 1]);
            int low = hex_value(text.at[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        bytes[n++] = c;
    }
    bytes[n] = '\0';
    *out = str_n(bytes, n);
    return true;
}

char *encode_percent(struct arena *arena, struct str text, const char *also)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *out = arena_alloc(arena, text.len * 3 + 1);
    char *to = out;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.at[i];
        if (c && (strchr(unreserved, c) || strchr(also, c))) {
            *to++ = (char)c;
        } else {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 0xf];
        }
    }
    *to = '\0';
    return out;
}

char *encode_base64(struct arena *arena, const void *bytes, size_t length)
{
    char *text = arena_alloc(arena, (length + 2) / 3 * 4 + 1);
    text[EVP_EncodeBlock((unsigned char *)text, bytes, (int)length)] = '\0';
    return text;
}

bool decode_base64_padded(struct arena *arena, struct str text, struct str *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < text.len - padding; i++)
        if (!text.at[i] || !strchr(digits, text.at[i]))
            return false;
    if (text.len % 4)
        return false;
    char *bytes = arena_alloc(arena, text.len / 4 * 3 + 1);
    int length = EVP_DecodeBlock((unsigned char *)bytes, (const unsigned char *)text.at, (int)text.len);
    if (length < 0)
        return false;
    *out = str_n(bytes, (size_t)length - padding);
    bytes[out->len] = '\0';
    return true;
}

bool text_is_utf8(struct str text)
{
    const unsigned char *p = (const unsigned char *)text.at;
    const unsigned char *end = p + text.len;
    while (p < end) {
        uint64_t eight;
        if (end - p >= (ptrdiff_t)sizeof eight) { /* as a rule all is ASCII */
            memcpy(&eight, p, sizeof eight);
            uint64_t zeros = (eight - UINT64_C(0x0101010101010101)) & ~eight;
            if (!((eight | zeros) & UINT64_C(0x8080808080808080))) {
                p += sizeof eight;
                continue;
            }
        }
        if (*p == 0)
            return false;
        if (*p < 0x80) {
            p++;
            continue;
        }
        int more = *p >= 0xc2 && *p < 0xe0 ? 1 : (*p & 0xf0) == 0xe0 ? 2 : *p >= 0xf0 && *p < 0xf5 ? 3 : 0;
        if (!more || end - p <= more)
            return false;
        if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
            (*p == 0xf4 && p[1] > 0x8f))
            return false; /* overlong, surrogate, beyond U+10FFFF */
        for (p++; more; more--, p++)
            if ((*p & 0xc0) != 0x80)
                return false;
    }
    return true;
}

bool text_is_uuid(struct str text)
{
    if (text.len != UUID_TEXT_BYTES - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text.at[i] != '-' : !isxdigit((unsigned char)text.at[i]))
            return false;
    }
    return true;
}

void random_bytes(void *bytes, size_t length)
{
    char *to = bytes;
    while (length) {
        ssize_t n = getrandom(to, length, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            abort();
        to += n;
        length -= (size_t)n;
    }
}

void uuid_write(char text[UUID_TEXT_BYTES], const unsigned char random[16])
{
    unsigned char b[16];
    memcpy(b, random, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *text++ = '-';
        *text++ = hex_digits[b[i] >> 4];
        *text++ = hex_digits[b[i] & 0xf];
    }
    *text = '\0';
}

void random_uuid(char text[UUID_TEXT_BYTES])
{
    unsigned char bytes[16];
    random_bytes(bytes, sizeof bytes);
    uuid_write(text, bytes);
}

bool equal_in_constant_time(struct str a, struct str b)
{
    return a.len == b.len && CRYPTO_memcmp(a.at, b.at, a.len) == 0;
}
