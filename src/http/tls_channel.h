/* The TLS session of an upgraded connection, used directly.
 *
 * libmicrohttpd would decrypt into a socket pair for us. But the answer's head has taken the whole memory pool by then,
 * and it forwards through what is left (0.9.75): four bytes at a time, each with its own turn of the loop: a second and
 * a half for 100 KB. So the session is ours from the upgrade on: what libmicrohttpd tries to read finds nothing,
 * because the function by which the session reads says so to everybody but us. libmicrohttpd ends the session when it
 * is told that the connection is over.
 */
#ifndef MAITRED_HTTP_TLS_CHANNEL_H
#define MAITRED_HTTP_TLS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

struct tls_channel;

/* `session` is a gnutls_session_t in use on the socket. */
struct tls_channel *tls_channel_new(void *session, int fd);
void tls_channel_free(struct tls_channel *tls); /* the session goes on without reading */

/* Like recv() and writev(): -1 and EAGAIN when there is nothing now, EIO when the session is broken; 0 at the end. */
ssize_t tls_channel_read(struct tls_channel *tls, void *to, size_t room);
ssize_t tls_channel_write(struct tls_channel *tls, const struct iovec *parts, int count);

/* Whether more was received than was read: the socket will not tell. */
bool tls_channel_has_more(const struct tls_channel *tls);

/* Tells the client that nothing more comes. */
void tls_channel_end(struct tls_channel *tls);

#endif
