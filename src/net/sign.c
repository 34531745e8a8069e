#include "net/sign.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/jwt.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <stdlib.h>

enum { MAC_BYTES = 32, SIGNED_BYTES_MAX = 16777216, FIELDS_MAX = 1000 };

/* A trailing newline in a setting would refuse everything. */
static struct str trimmed(const char *secret)
{
    struct str text = str_of(secret);
    while (text.len && isspace((unsigned char)text.at[text.len - 1]))
        text.len--;
    while (text.len && isspace((unsigned char)*text.at)) {
        text.at++;
        text.len--;
    }
    return text;
}

bool sign_same(const char *given, const char *ours)
{
    struct str a = str_of(given), b = trimmed(ours);
    return a.len && b.len && equal_in_constant_time(a, b);
}

/* "a.b.c" with a body that may hold anything. */
static struct str dotted(struct arena *arena, const char *head, struct str body)
{
    size_t length = strlen(head);
    char *text = arena_alloc(arena, length + body.len + 1);
    memcpy(text, head, length);
    if (body.len)
        memcpy(text + length, body.at, body.len);
    return str_n(text, length + body.len);
}

static char *hmac_hex(struct arena *arena, struct str key, struct str message)
{
    unsigned char mac[MAC_BYTES];
    hmac_sha256(key, message, mac);
    return encode_hex(arena, mac, sizeof mac);
}

/* A plain number of seconds, or -1. */
static int64_t seconds_of(struct str text)
{
    int64_t seconds = 0;
    if (!text.len || text.len > 12)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (!isdigit((unsigned char)text.at[i]))
            return -1;
        seconds = seconds * 10 + (text.at[i] - '0');
    }
    return seconds;
}

static bool is_recent(int64_t at_s, int64_t now_s, int64_t tolerance_s)
{
    return at_s >= 0 && at_s >= now_s - tolerance_s && at_s <= now_s + tolerance_s;
}

/* The next piece before `separator`; false at the end. */
static bool next_piece(struct str *rest, char separator, struct str *piece)
{
    if (!rest->at)
        return false;
    const char *stop = memchr(rest->at, separator, rest->len);
    *piece = str_n(rest->at, stop ? (size_t)(stop - rest->at) : rest->len);
    *rest = stop ? str_n(stop + 1, rest->len - piece->len - 1) : (struct str){0};
    return true;
}

/* --- Stripe ------------------------------------------------------------------------------------------------------- */

static char *stripe_mac(struct arena *arena, struct str key, struct str at, struct str body)
{
    return hmac_hex(arena, key, dotted(arena, arena_printf(arena, "%.*s.", STR_ARG(at)), body));
}

char *sign_stripe(struct arena *arena, const char *secret, int64_t at_s, struct str body)
{
    const char *at = arena_printf(arena, "%lld", (long long)at_s);
    return arena_printf(arena, "t=%s,v1=%s", at, stripe_mac(arena, trimmed(secret), str_of(at), body));
}

bool sign_stripe_is_good(struct arena *arena, const char *secret, const char *header, struct str body, int64_t now_s)
{
    struct str key = trimmed(secret), rest = str_of(header), piece, at = {0};
    bool good = false;
    if (!header || !key.len)
        return false;
    while (next_piece(&rest, ',', &piece))
        if (str_starts(piece, "t="))
            at = str_n(piece.at + 2, piece.len - 2);
    if (!at.at || !is_recent(seconds_of(at), now_s, SIGN_TOLERANCE_S))
        return false;
    const char *mac = stripe_mac(arena, key, at, body);
    for (rest = str_of(header); next_piece(&rest, ',', &piece);)
        if (str_starts(piece, "v1="))
            good = equal_in_constant_time(str_n(piece.at + 3, piece.len - 3), str_of(mac)) || good;
    return good;
}

/* --- Standard Webhooks -------------------------------------------------------------------------------------------- */

static char *standard_mac(struct arena *arena, const char *secret, const char *id, const char *at, struct str body)
{
    unsigned char mac[MAC_BYTES];
    struct str text = trimmed(secret), key;
    if (str_starts(text, "whsec_"))
        text = str_n(text.at + 6, text.len - 6);
    if (!text.len || !decode_base64_padded(arena, text, &key) || !key.len)
        return NULL;
    hmac_sha256(key, dotted(arena, arena_printf(arena, "%s.%s.", id, at), body), mac);
    return encode_base64(arena, mac, sizeof mac);
}

char *sign_standard(struct arena *arena, const char *secret, const char *id, int64_t at_s, struct str body)
{
    const char *mac = standard_mac(arena, secret, id, arena_printf(arena, "%lld", (long long)at_s), body);
    return mac ? arena_printf(arena, "v1,%s", mac) : NULL;
}

bool sign_standard_is_good(struct arena *arena, const char *secret, const char *id, const char *timestamp,
                           const char *signatures, struct str body, int64_t now_s)
{
    struct str rest = str_of(signatures), piece;
    bool good = false;
    if (!id || !*id || !timestamp || !signatures || !is_recent(seconds_of(str_of(timestamp)), now_s, SIGN_TOLERANCE_S))
        return false;
    const char *mac = standard_mac(arena, secret, id, timestamp, body);
    while (mac && next_piece(&rest, ' ', &piece))
        if (str_starts(piece, "v1,"))
            good = equal_in_constant_time(str_n(piece.at + 3, piece.len - 3), str_of(mac)) || good;
    return good;
}

/* --- Meta --------------------------------------------------------------------------------------------------------- */

char *sign_meta(struct arena *arena, const char *app_secret, struct str body)
{
    return arena_printf(arena, "sha256=%s", hmac_hex(arena, trimmed(app_secret), body));
}

bool sign_meta_is_good(struct arena *arena, const char *app_secret, const char *header, struct str body)
{
    return header && trimmed(app_secret).len &&
           equal_in_constant_time(str_of(header), str_of(sign_meta(arena, app_secret, body)));
}

char *sign_meta_proof(struct arena *arena, const char *app_secret, const char *token)
{
    return hmac_hex(arena, trimmed(app_secret), str_of(token));
}

/* --- Fields in order ---------------------------------------------------------------------------------------------- */

static int by_name_and_value(const void *a, const void *b)
{
    const struct net_header *one = a, *other = b;
    int order = strcmp(one->name, other->name);
    return order ? order : strcmp(one->value, other->value);
}

/* A sorted copy; *count of them. */
static struct net_header *sorted(struct arena *arena, const struct net_header *fields, size_t *count)
{
    size_t n = 0;
    while (fields && fields[n].name && n < FIELDS_MAX)
        n++;
    struct net_header *copy = arena_array(arena, n + 1, sizeof *copy);
    if (n)
        memcpy(copy, fields, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_name_and_value);
    *count = n;
    return copy;
}

static struct str kept(struct arena *arena, struct buf *text)
{
    struct str copy = str_n(arena_strndup(arena, text->len ? text->at : "", text->len), text->len);
    buf_release(text);
    return copy;
}

/* --- Twilio ------------------------------------------------------------------------------------------------------- */

char *sign_twilio(struct arena *arena, const char *key, bool sha256, const char *url, const struct net_header *form)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    size_t count;
    struct buf text;
    const struct net_header *fields = sorted(arena, form, &count);
    struct str secret = trimmed(key);
    buf_init(&text, SIGNED_BYTES_MAX);
    buf_text(&text, url);
    for (size_t i = 0; i < count; i++) {
        if (i && by_name_and_value(&fields[i - 1], &fields[i]) == 0)
            continue; /* each value of a name once */
        buf_text(&text, fields[i].name);
        buf_text(&text, fields[i].value);
    }
    struct str whole = kept(arena, &text);
    if (!HMAC(sha256 ? EVP_sha256() : EVP_sha1(), secret.at, (int)secret.len, (const unsigned char *)whole.at,
              whole.len, mac, &length))
        abort();
    return encode_base64(arena, mac, length);
}

/* The same URL with the scheme's own port where it has none, without a port where it has one: Twilio has signed either.
 */
static const char *other_spelling(struct arena *arena, const char *url)
{
    const char *scheme = strstr(url, "://");
    if (!scheme)
        return url;
    const char *host = scheme + 3;
    const char *end = host + strcspn(host, "/?#");
    const char *from = memchr(host, '@', (size_t)(end - host)); /* a name may hold a colon, an address of IPv6 does */
    from = from ? from : host;
    const char *bracket = memchr(from, ']', (size_t)(end - from));
    const char *colon = memchr(bracket ? bracket : from, ':', (size_t)(end - (bracket ? bracket : from)));
    if (colon)
        return arena_printf(arena, "%.*s%s", (int)(colon - url), url, end);
    return arena_printf(arena, "%.*s:%d%s", (int)(end - url), url, strncasecmp(url, "https", 5) == 0 ? 443 : 80, end);
}

/* A JSON body is signed by its hash in the query. */
static bool body_fits(struct arena *arena, const struct sign_twilio *request)
{
    unsigned char digest[MAC_BYTES];
    const char *said = strstr(request->url, "bodySHA256=");
    if (!said)
        return true;
    said += strlen("bodySHA256=");
    digest_sha256(request->body, digest);
    return equal_in_constant_time(str_n(said, strcspn(said, "&#")), str_of(encode_hex(arena, digest, sizeof digest)));
}

enum sign_check sign_twilio_check(struct arena *arena, const struct sign_twilio *request)
{
    const char *key = request->auth_token;
    bool sha256 = request->settings != NULL;
    if (!request->signature || !request->url)
        return SIGN_BAD;
    if (sha256) {
        struct str rest = str_of(request->settings), piece;
        bool known = false;
        while (next_piece(&rest, ',', &piece))
            known = known || str_is(piece, "algorithm=HMAC_SHA256");
        if (!known)
            return SIGN_BAD;
        key = request->shared_secret;
    }
    if (!trimmed(key).len)
        return SIGN_NO_KEY;
    const char *spellings[] = {request->url, other_spelling(arena, request->url)};
    bool good = false;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        good = equal_in_constant_time(str_of(request->signature),
                                      str_of(sign_twilio(arena, key, sha256, spellings[i], request->form))) ||
               good;
    return good && body_fits(arena, request) ? SIGN_GOOD : SIGN_BAD;
}

/* --- Telegram ----------------------------------------------------------------------------------------------------- */

static bool telegram_is_good(struct arena *arena, struct str key, const struct net_header *given, int age_s,
                             int64_t now_s)
{
    const char *hash = NULL;
    int64_t at_s = -1;
    size_t count;
    struct buf text;
    const struct net_header *fields = sorted(arena, given, &count);
    buf_init(&text, SIGNED_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (text_eq(fields[i].name, "hash")) {
            hash = fields[i].value;
            continue;
        }
        if (text_eq(fields[i].name, "auth_date"))
            at_s = seconds_of(str_of(fields[i].value));
        buf_printf(&text, "%s%s=%s", text.len ? "\n" : "", fields[i].name, fields[i].value);
    }
    struct str whole = kept(arena, &text);
    return hash && at_s >= now_s - age_s && at_s <= now_s + SIGN_TOLERANCE_S &&
           equal_in_constant_time(str_of(hash), str_of(hmac_hex(arena, key, whole)));
}

bool sign_telegram_app_is_good(struct arena *arena, const char *bot_token, const struct net_header *fields, int age_s,
                               int64_t now_s)
{
    unsigned char key[MAC_BYTES];
    struct str token = trimmed(bot_token);
    if (!token.len)
        return false;
    hmac_sha256(STR("WebAppData"), token, key);
    return telegram_is_good(arena, str_n((char *)key, sizeof key), fields, age_s, now_s);
}

bool sign_telegram_login_is_good(struct arena *arena, const char *bot_token, const struct net_header *fields, int age_s,
                                 int64_t now_s)
{
    unsigned char key[MAC_BYTES];
    struct str token = trimmed(bot_token);
    if (!token.len)
        return false;
    digest_sha256(token, key);
    return telegram_is_good(arena, str_n((char *)key, sizeof key), fields, age_s, now_s);
}

/* --- SendGrid ----------------------------------------------------------------------------------------------------- */

bool sign_sendgrid_is_good(struct arena *arena, const char *public_key, const char *timestamp, const char *signature,
                           struct str body, int64_t now_s)
{
    struct str der, mark;
    if (!timestamp || !signature || !decode_base64_padded(arena, trimmed(public_key), &der) || !der.len ||
        !decode_base64_padded(arena, str_of(signature), &mark) ||
        !is_recent(seconds_of(str_of(timestamp)), now_s, SIGN_SENDGRID_TOLERANCE_S))
        return false;
    const unsigned char *at = (const unsigned char *)der.at;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)der.len);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    struct str whole = dotted(arena, timestamp, body);
    if (!context)
        abort();
    bool good = key && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, (const unsigned char *)mark.at, mark.len, (const unsigned char *)whole.at,
                                 whole.len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}
