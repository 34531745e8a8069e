/* Connections that we end while their client is still sending: a body far beyond the cap, headers without end.
 *
 * Closed at once, such a connection would be reset by the kernel as soon as more arrives, and a client that is still
 * writing would see a broken pipe instead of the answer. So only our side is ended; what still comes is read and
 * dropped until the client ends its own, within bounds (RFC 9112, 9.6). libmicrohttpd closes its descriptor as it
 * always does: ours is a second one of the same connection.
 */
#include "http/internal.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PARTING_MS = 2000, PARTINGS_MAX = 64 };

struct parting {
    uv_poll_t poll; /* first: freed with it */
    struct parting *prev, *next;
    struct http_server *server;
    int fd;
    int64_t until_ms;
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void part(struct parting *p)
{
    if (p->prev)
        p->prev->next = p->next;
    else
        p->server->partings = p->next;
    if (p->next)
        p->next->prev = p->prev;
    p->server->parting_count--;
    uv_close((uv_handle_t *)&p->poll, free_handle);
    close(p->fd);
}

static void drop_what_came(uv_poll_t *poll, int status, int events)
{
    struct parting *p = poll->data;
    char bin[64 * 1024];
    ssize_t n = status < 0 ? 0 : recv(p->fd, bin, sizeof bin, MSG_DONTWAIT);
    (void)events;
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        part(p);
}

static bool may_be_sending(const struct client *c)
{
    int unread = 0;
    if (c->handed_over)
        return false;
    return c->cut_short || (ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0);
}

void parting_begin(struct http_server *server, const struct client *c)
{
    if (!may_be_sending(c) || server->parting_count >= PARTINGS_MAX)
        return;
    int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return;
    struct parting *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    *p = (struct parting){.next = server->partings, .server = server, .fd = fd};
    p->until_ms = clock_monotonic_ms() + PARTING_MS;
    if (p->next)
        p->next->prev = p;
    server->partings = p;
    server->parting_count++;
    shutdown(fd, SHUT_WR);
    uv_poll_init(server->loop, &p->poll, fd);
    p->poll.data = p;
    uv_poll_start(&p->poll, UV_READABLE, drop_what_came);
}

void parting_end_old(struct http_server *server, int64_t now_ms)
{
    for (struct parting *p = server->partings, *next; p; p = next) {
        next = p->next;
        if (now_ms >= p->until_ms)
            part(p);
    }
}
