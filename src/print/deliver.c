#include "print/deliver.h"

#include "base/clock.h"
#include "http/proxies.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_MS = 3000, STATUS_MS = 700, STALL_MS = 8000, PRINTED_MS = 12000, GOODBYE_MS = 1000 };

static const char ASK_OFFLINE[] = {0x10, 4, 2}, ASK_PAPER[] = {0x10, 4, 4}, ASK_DONE[] = {0x1d, 'r', 1};

/* Bits of the two answers. */
enum { COVER_OPEN = 0x04, STOPPED_FOR_PAPER = 0x20, FAULT = 0x40, PAPER_LOW = 0x0c, PAPER_OUT = 0x60 };

static bool ready(int fd, short events, int timeout_ms)
{
    struct pollfd one = {.fd = fd, .events = events};
    int found;
    do
        found = poll(&one, 1, timeout_ms);
    while (found < 0 && errno == EINTR);
    return found == 1;
}

/* -1: nobody answers there */
static int connect_to(const char *address, int port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
        return -1;
    int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;
    socklen_t size = sizeof error;
    if (fd < 0)
        return -1;
    int done = is_v4 ? connect(fd, (const struct sockaddr *)(const void *)&v4, sizeof v4)
                     : connect(fd, (const struct sockaddr *)(const void *)&v6, sizeof v6);
    if (done == 0 || (errno == EINPROGRESS && ready(fd, POLLOUT, CONNECT_MS) &&
                      getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0))
        return fd;
    close(fd);
    return -1;
}

static bool send_all(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t sent = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        if (sent > 0)
            bytes = str_n(bytes.at + sent, bytes.len - (size_t)sent);
        else if ((errno != EAGAIN && errno != EINTR) || !ready(fd, POLLOUT, STALL_MS))
            return false;
    }
    return true;
}

/* One byte of status, or -1: it says nothing. Others that it sends by itself (automatic status) are passed over. */
static int read_status(int fd, int timeout_ms)
{
    int64_t until = clock_monotonic_ms() + timeout_ms;
    for (int64_t left = timeout_ms; left > 0 && ready(fd, POLLIN, (int)left); left = until - clock_monotonic_ms()) {
        unsigned char byte;
        ssize_t got = recv(fd, &byte, 1, 0);
        if (got == 1 && (byte & 0x93) == 0x12)
            return byte;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return -1;
    }
    return -1;
}

/* GS r is answered with a byte whose bits 4 and 7 are clear. */
static bool was_printed(int fd)
{
    int64_t until = clock_monotonic_ms() + PRINTED_MS;
    for (int64_t left = PRINTED_MS; left > 0 && ready(fd, POLLIN, (int)left); left = until - clock_monotonic_ms()) {
        unsigned char byte;
        ssize_t got = recv(fd, &byte, 1, 0);
        if (got == 1 && (byte & 0x90) == 0)
            return true;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return false;
    }
    return false;
}

/* Whether it can print now; `talks`: it answers such questions at all. */
static bool can_print(int fd, bool *talks, struct deliver_answer *answer)
{
    int why = -1, paper = -1;
    if (send_all(fd, str_n(ASK_OFFLINE, sizeof ASK_OFFLINE)))
        why = read_status(fd, STATUS_MS);
    *talks = why >= 0;
    if (*talks && send_all(fd, str_n(ASK_PAPER, sizeof ASK_PAPER)))
        paper = read_status(fd, STATUS_MS);
    answer->status = "ready";
    if (paper >= 0 && paper & PAPER_LOW)
        answer->status = "paper_low";
    if ((paper >= 0 && (paper & PAPER_OUT) == PAPER_OUT) || (why >= 0 && why & STOPPED_FOR_PAPER))
        answer->status = "paper_out";
    else if (why >= 0 && why & COVER_OPEN)
        answer->status = "cover_open";
    else if (why >= 0 && why & FAULT)
        answer->status = "error";
    else
        return true;
    return false;
}

/* The end: what we have to say is said, and the printer has time to take it before the connection goes. */
static bool say_goodbye(int fd)
{
    char rest[64];
    bool in_order = shutdown(fd, SHUT_WR) == 0;
    int64_t until = clock_monotonic_ms() + GOODBYE_MS;
    for (int64_t left = GOODBYE_MS; left > 0 && ready(fd, POLLIN, (int)left); left = until - clock_monotonic_ms()) {
        ssize_t got = recv(fd, rest, sizeof rest, 0);
        if (got == 0)
            break;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return false;
    }
    return in_order;
}

static void talk(int fd, struct str bytes, struct deliver_answer *answer)
{
    bool talks;
    if (!can_print(fd, &talks, answer)) {
        answer->outcome = "refused";
        return;
    }
    answer->outcome = "unsure";
    if (!send_all(fd, bytes)) {
        answer->status = "error";
        answer->text = "The printer stopped taking what it was sent.";
        return;
    }
    bool is_on_paper = !talks || (send_all(fd, str_n(ASK_DONE, sizeof ASK_DONE)) && was_printed(fd));
    if (say_goodbye(fd) && is_on_paper)
        answer->outcome = "printed";
    else {
        answer->status = "error";
        answer->text = "The printer took it and did not say that it was printed.";
    }
}

void deliver(struct arena *arena, const struct settings *settings, const char *address, int port, struct str bytes,
             struct deliver_answer *answer)
{
    struct proxies *networks;
    struct error error;
    *answer = (struct deliver_answer){.outcome = "refused", .status = "offline"};
    if (proxies_read(arena, "print_networks", settings->print_networks, &networks, &error) != OK ||
        !proxies_hold(networks, address)) {
        answer->status = "error";
        answer->text = "This address is in none of the networks that the operator allows (print_networks).";
        return;
    }
    int fd = connect_to(address, port);
    if (fd < 0) {
        answer->text = "Nobody answers at its address.";
        return;
    }
    talk(fd, bytes, answer);
    close(fd);
}
