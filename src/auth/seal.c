#include "auth/internal.h"

#include "base/encode.h"

#include <sodium.h>

_Static_assert((int)BOX_KEY_BYTES == crypto_secretbox_KEYBYTES, "the key fits the box");

/* v1: names the cipher, so that another one can stand beside it some day. */
static const char version[] = "v1:";

char *auth_seal(const struct auth_service *service, struct arena *arena, struct str secret)
{
    if (!service->has_box_key)
        return NULL;
    size_t length = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + secret.len;
    unsigned char *box = arena_alloc(arena, length);
    random_bytes(box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)secret.at, secret.len, box,
                          service->box_key);
    return arena_printf(arena, "%s%s", version, encode_base64url(arena, box, length));
}

char *auth_open(const struct auth_service *service, struct arena *arena, const char *sealed)
{
    struct str box;
    if (!service->has_box_key || !sealed || !str_starts(str_of(sealed), version) ||
        !decode_base64url(arena, str_of(sealed + strlen(version)), &box) ||
        box.len < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return NULL;
    size_t length = box.len - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
    unsigned char *secret = arena_zalloc(arena, length + 1);
    const unsigned char *bytes = (const unsigned char *)box.at;
    if (crypto_secretbox_open_easy(secret, bytes + crypto_secretbox_NONCEBYTES, box.len - crypto_secretbox_NONCEBYTES,
                                   bytes, service->box_key) != 0)
        return NULL;
    return (char *)secret;
}
