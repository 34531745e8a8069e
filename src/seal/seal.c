#include "seal/seal.h"

#include "base/encode.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>

enum {
    HALF_BYTES = 32, /* first the key of the MAC, then that of the cipher */
    KEY_BYTES = 2 * HALF_BYTES,
    IV_BYTES = 16,
    BLOCK_BYTES = 16,
    TAG_BYTES = 32,
    MAC_BYTES = 64,
    KEYS_MAX = 4096,
    NAME_BYTES = 16,
};
_Static_assert((int)HALF_BYTES == crypto_secretbox_KEYBYTES, "the key of v1 is half a key");

static const char version[] = "v2.", version_before[] = "v1:";

struct key {
    char name[NAME_BYTES];
    unsigned char bytes[KEY_BYTES];
};

struct seal_keys {
    size_t count;
    const struct key *newest;
    bool has_before;
    unsigned char before[HALF_BYTES]; /* of v1 */
    struct key keys[];
};

/* --- Keys --------------------------------------------------------------------------------------------------------- */

static bool read_hex(unsigned char *bytes, size_t size, const char *hex)
{
    size_t length = 0;
    return hex && sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &length, NULL) == 0 && length == size;
}

/* {"seals": "2", "keys": {"1": hex, "2": hex}, "before": hex or null} */
static bool read_keys(struct seal_keys *keys, json_t *root)
{
    const char *seals = json_string_value(json_object_get(root, "seals")), *name;
    json_t *value;
    json_object_foreach(json_object_get(root, "keys"), name, value)
    {
        struct key *key = &keys->keys[keys->count++];
        if (strlen(name) >= sizeof key->name || strspn(name, "0123456789") != strlen(name) ||
            !read_hex(key->bytes, KEY_BYTES, json_string_value(value)))
            return false;
        memcpy(key->name, name, strlen(name) + 1);
        if (seals && text_eq(name, seals))
            keys->newest = key;
    }
    keys->has_before = read_hex(keys->before, HALF_BYTES, json_string_value(json_object_get(root, "before")));
    return keys->newest != NULL;
}

struct seal_keys *seal_keys_read(const char *json)
{
    json_t *root = json ? json_loads(json, JSON_REJECT_DUPLICATES, NULL) : NULL;
    size_t count = json_object_size(json_object_get(root, "keys"));
    struct seal_keys *keys = NULL;
    if (count && count <= KEYS_MAX) {
        keys = calloc(1, sizeof *keys + count * sizeof *keys->keys);
        if (!keys)
            abort();
        if (!read_keys(keys, root)) {
            seal_keys_free(keys);
            keys = NULL;
        }
    }
    json_decref(root);
    return keys;
}

void seal_keys_free(struct seal_keys *keys)
{
    if (!keys)
        return;
    sodium_memzero(keys->keys, keys->count * sizeof *keys->keys);
    sodium_memzero(keys->before, sizeof keys->before);
    free(keys);
}

bool seal_keys_same(const struct seal_keys *a, const struct seal_keys *b)
{
    return a->count == b->count && a->newest - a->keys == b->newest - b->keys && a->has_before == b->has_before &&
           sodium_memcmp(a->before, b->before, sizeof a->before) == 0 &&
           sodium_memcmp(a->keys, b->keys, a->count * sizeof *a->keys) == 0;
}

/* The key that a text names; `rest` is what follows. */
static const struct key *key_of(const struct seal_keys *keys, const char *sealed, const char **rest)
{
    const char *name = sealed + strlen(version), *end;
    if (!str_starts(str_of(sealed), version) || !(end = strchr(name, '.')))
        return NULL;
    *rest = end + 1;
    for (size_t i = 0; i < keys->count; i++)
        if (str_is(str_n(name, (size_t)(end - name)), keys->keys[i].name))
            return &keys->keys[i];
    return NULL;
}

bool seal_is_newest(const struct seal_keys *keys, const char *sealed)
{
    const char *rest;
    return key_of(keys, sealed, &rest) == keys->newest;
}

/* --- The cipher --------------------------------------------------------------------------------------------------- */

/* What the tag covers: place, IV and ciphertext, bits of the place. The parts of a place hold no line's end, so two
 * places are never one text. */
static void tag_of(const struct key *key, struct arena *arena, const struct seal_place *place, struct str box,
                   unsigned char tag[MAC_BYTES])
{
    struct str bound = str_of(arena_printf(arena, "%s\n%s\n%s", place->tenant, place->column, place->row));
    size_t length = bound.len + box.len + sizeof(uint64_t);
    unsigned char *covered = arena_alloc(arena, length);
    uint64_t bits = (uint64_t)bound.len * 8;
    memcpy(covered, bound.at, bound.len);
    memcpy(covered + bound.len, box.at, box.len);
    for (size_t i = 0; i < sizeof bits; i++)
        covered[length - 1 - i] = (unsigned char)(bits >> (8 * i));
    unsigned size = 0;
    if (!HMAC(EVP_sha512(), key->bytes, HALF_BYTES, covered, length, tag, &size) || size != MAC_BYTES)
        abort(); /* libcrypto without SHA-512 */
}

/* AES-256-CBC with PKCS #7 padding; how many bytes came out, -1: the padding is none. */
static int run_cipher(const struct key *key, bool encrypts, const unsigned char iv[IV_BYTES], struct str in,
                      unsigned char *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int first = 0, last = 0;
    if (!context || in.len > INT32_MAX - BLOCK_BYTES)
        abort();
    bool good = EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key->bytes + HALF_BYTES, iv, encrypts) == 1 &&
                EVP_CipherUpdate(context, out, &first, (const unsigned char *)in.at, (int)in.len) == 1 &&
                EVP_CipherFinal_ex(context, out + first, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    return good ? first + last : -1;
}

char *seal_close(const struct seal_keys *keys, struct arena *arena, const struct seal_place *place, struct str secret)
{
    unsigned char tag[MAC_BYTES];
    if (!keys)
        return NULL;
    unsigned char *box = arena_alloc(arena, IV_BYTES + secret.len + BLOCK_BYTES + TAG_BYTES);
    random_bytes(box, IV_BYTES);
    int length = run_cipher(keys->newest, true, box, secret, box + IV_BYTES);
    if (length < 0)
        abort();
    size_t covered = IV_BYTES + (size_t)length;
    tag_of(keys->newest, arena, place, str_n((char *)box, covered), tag);
    memcpy(box + covered, tag, TAG_BYTES);
    return arena_printf(arena, "%s%s.%s", version, keys->newest->name,
                        encode_base64url(arena, box, covered + TAG_BYTES));
}

static char *open_before(const struct seal_keys *keys, struct arena *arena, const char *sealed)
{
    struct str box;
    if (!keys->has_before || !decode_base64url(arena, str_of(sealed + strlen(version_before)), &box) ||
        box.len < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return NULL;
    unsigned char *secret = arena_zalloc(arena, box.len);
    const unsigned char *bytes = (const unsigned char *)box.at;
    if (crypto_secretbox_open_easy(secret, bytes + crypto_secretbox_NONCEBYTES, box.len - crypto_secretbox_NONCEBYTES,
                                   bytes, keys->before) != 0)
        return NULL;
    return (char *)secret;
}

char *seal_open(const struct seal_keys *keys, struct arena *arena, const struct seal_place *place, const char *sealed)
{
    const char *rest = NULL;
    unsigned char tag[MAC_BYTES];
    struct str box;
    if (!keys || !sealed)
        return NULL;
    if (str_starts(str_of(sealed), version_before))
        return open_before(keys, arena, sealed);
    const struct key *key = key_of(keys, sealed, &rest);
    if (!key || !decode_base64url(arena, str_of(rest), &box) || box.len < IV_BYTES + BLOCK_BYTES + TAG_BYTES)
        return NULL;
    size_t covered = box.len - TAG_BYTES;
    tag_of(key, arena, place, str_n(box.at, covered), tag);
    if (sodium_memcmp(tag, box.at + covered, TAG_BYTES) != 0)
        return NULL;
    unsigned char *secret = arena_zalloc(arena, covered + 1);
    int length =
        run_cipher(key, false, (const unsigned char *)box.at, str_n(box.at + IV_BYTES, covered - IV_BYTES), secret);
    if (length < 0)
        return NULL;
    secret[length] = '\0';
    return (char *)secret;
}
