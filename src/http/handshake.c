#include "http/handshake.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>

enum { KEY_BYTES = 24, SHA1_BYTES = 20 }; /* sixteen bytes in base64 */

struct token {
    const char *header, *name;
    bool found;
};

/* Whether a comma-separated list of a header holds a token, compared without case. The list may go on in a further line
 * of the same name (RFC 9110, 5.3). */
static void look_for_token(void *data, const char *name, const char *value)
{
    struct token *token = data;
    size_t wanted = strlen(token->name);
    if (strcasecmp(name, token->header) != 0)
        return;
    for (const char *p = value; *p;) {
        p += strspn(p, ", \t");
        size_t length = strcspn(p, ", \t");
        token->found |= length == wanted && !strncasecmp(p, token->name, length);
        p += length;
    }
}

static bool has_token(struct http_req *req, const char *header, const char *name)
{
    struct token token = {.header = header, .name = name};
    http_each_header(req, look_for_token, &token);
    return token.found;
}

bool handshake_asked(struct http_req *req)
{
    return req->method == HTTP_GET && has_token(req, "Upgrade", "websocket") && has_token(req, "Connection", "upgrade");
}

static bool is_key(const char *key)
{
    if (!key || strlen(key) != KEY_BYTES || !text_eq(key + KEY_BYTES - 2, "=="))
        return false;
    for (int i = 0; i < KEY_BYTES - 2; i++)
        if (!isalnum((unsigned char)key[i]) && key[i] != '+' && key[i] != '/')
            return false;
    return true;
}

static enum err refuse(struct error *error, enum err err, const char *message)
{
    *error = error_of(err);
    error->message = message;
    return err;
}

enum err handshake_check(struct http_req *req, struct error *error)
{
    const char *version = http_header(req, "Sec-WebSocket-Version");
    if (!handshake_asked(req))
        return refuse(error, ERR_UPGRADE, error_of(ERR_UPGRADE).message);
    if (!version || !text_eq(version, "13"))
        return refuse(error, ERR_UPGRADE, "The WebSocket version must be 13.");
    if (!is_key(http_header(req, "Sec-WebSocket-Key")))
        return refuse(error, ERR_BAD_INPUT, "Sec-WebSocket-Key must be sixteen bytes in base64.");
    return OK;
}

void handshake_accept(const char *key, char out[static HANDSHAKE_ACCEPT_BYTES])
{
    unsigned char digest[SHA1_BYTES];
    char text[KEY_BYTES + sizeof "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"];
    int length = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    if (EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha1(), NULL) != 1)
        memset(digest, 0, sizeof digest); /* the client will see that it does not fit */
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof digest);
}
