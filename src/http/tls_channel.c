#include "http/tls_channel.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RECORD_BYTES = 16 * 1024 };

struct tls_channel {
    gnutls_session_t session;
    int fd;
    bool ours;     /* it is we who read */
    size_t queued; /* bytes of a record that gnutls has encrypted and the kernel has not taken */
};

static ssize_t pull(gnutls_transport_ptr_t transport, void *to, size_t room)
{
    struct tls_channel *tls = transport;
    if (tls->ours)
        return recv(tls->fd, to, room, MSG_DONTWAIT);
    errno = EAGAIN;
    return -1;
}

static ssize_t pull_nothing(gnutls_transport_ptr_t transport, void *to, size_t room)
{
    (void)transport;
    (void)to;
    (void)room;
    errno = EAGAIN;
    return -1;
}

struct tls_channel *tls_channel_new(void *session, int fd)
{
    struct tls_channel *tls = calloc(1, sizeof *tls);
    gnutls_transport_ptr_t from;
    gnutls_transport_ptr_t to;
    if (!tls)
        abort();
    tls->session = session;
    tls->fd = fd;
    gnutls_transport_get_ptr2(session, &from, &to);
    gnutls_transport_set_ptr2(session, tls, to);
    gnutls_transport_set_pull_function(session, pull);
    return tls;
}

void tls_channel_free(struct tls_channel *tls)
{
    if (!tls)
        return;
    gnutls_transport_set_pull_function(tls->session, pull_nothing);
    free(tls);
}

/* What gnutls says, as errno. */
static ssize_t outcome(ssize_t n)
{
    if (n >= 0)
        return n;
    errno = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ? EAGAIN : EIO;
    return -1;
}

ssize_t tls_channel_read(struct tls_channel *tls, void *to, size_t room)
{
    ssize_t n;
    tls->ours = true;
    do
        n = gnutls_record_recv(tls->session, to, room);
    while (n == GNUTLS_E_INTERRUPTED);
    tls->ours = false;
    return outcome(n);
}

/* As much as one record holds is put together, so that small messages share one. */
ssize_t tls_channel_write(struct tls_channel *tls, const struct iovec *parts, int count)
{
    static char record[RECORD_BYTES]; /* gnutls keeps its own copy */
    size_t length = 0;
    for (int i = 0; i < count && !tls->queued && length < sizeof record; i++) {
        size_t room = sizeof record - length;
        size_t n = parts[i].iov_len < room ? parts[i].iov_len : room;
        memcpy(record + length, parts[i].iov_base, n);
        length += n;
    }
    ssize_t n = gnutls_record_send(tls->session, tls->queued ? NULL : record, length); /* NULL: go on with the last */
    if (!tls->queued)
        tls->queued = length;
    if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
        return outcome(n);
    length = tls->queued;
    tls->queued = 0;
    return n < 0 ? outcome(n) : (ssize_t)length;
}

bool tls_channel_has_more(const struct tls_channel *tls)
{
    return gnutls_record_check_pending(tls->session) > 0;
}

void tls_channel_end(struct tls_channel *tls)
{
    gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}
