/* The opening handshake of a WebSocket (RFC 6455, 4.2), as far as headers go. */
#ifndef MAITRED_HTTP_HANDSHAKE_H
#define MAITRED_HTTP_HANDSHAKE_H

#include "http/http.h"

enum { HANDSHAKE_ACCEPT_BYTES = 29 }; /* of the value of Sec-WebSocket-Accept, with its zero */

/* Whether the client asks for an upgrade to a WebSocket at all. */
bool handshake_asked(struct http_req *req);

/* OK, or an error with a message for the client: 426 for a version that is not ours, 400 for everything else that is
 * not as the RFC wants it. Texts are static. */
enum err handshake_check(struct http_req *req, struct error *error) MUST_CHECK;

/* What proves to the client that we have understood its key. */
void handshake_accept(const char *key, char out[static HANDSHAKE_ACCEPT_BYTES]);

#endif
