/* A server that misbehaves in every way that a path can name, on loopback. Each connection has its thread. */
#ifndef MAITRED_TESTS_NET_SERVER_H
#define MAITRED_TESTS_NET_SERVER_H

#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { SERVER_CONNECTIONS_MAX = 256, SERVER_REQUEST_BYTES = 65536, BOMB_BYTES = 8 * 1048576 };

struct server {
    int fd, port;
    pthread_t thread;
    atomic_int connections, requests; /* so far */
    pthread_mutex_t lock;
    char last[SERVER_REQUEST_BYTES]; /* the last request as it came; take the lock, or wait for its answer */
    int fds[SERVER_CONNECTIONS_MAX];
    pthread_t threads[SERVER_CONNECTIONS_MAX];
};

struct visit {
    struct server *server;
    int fd, requests;
};

static bool server_write(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static bool server_say(int fd, const char *text)
{
    return server_write(fd, text, strlen(text));
}

/* 204, 304 and what HEAD asks for have no body. */
static bool server_answer(int fd, const char *status, const char *headers, const char *body)
{
    char head[SERVER_REQUEST_BYTES];
    bool bare = !body || !strncmp(status, "204", 3) || !strncmp(status, "304", 3);
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%s", status, headers);
    if (!bare)
        snprintf(head + strlen(head), sizeof head - strlen(head), "Content-Length: %zu\r\n", strlen(body));
    return server_say(fd, head) && server_say(fd, "\r\n") && (bare || server_say(fd, body));
}

/* Until the other side is gone. */
static bool server_stall(int fd)
{
    char ignored[256];
    while (recv(fd, ignored, sizeof ignored, 0) > 0)
        ;
    return false;
}

static bool server_bomb(int fd)
{
    static char zeros[65536];
    unsigned char *packed = malloc(BOMB_BYTES / 100);
    char head[256];
    z_stream z = {.next_out = packed, .avail_out = BOMB_BYTES / 100};
    deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    for (size_t done = 0; done < BOMB_BYTES; done += sizeof zeros) {
        z.next_in = (unsigned char *)zeros;
        z.avail_in = sizeof zeros;
        deflate(&z, done + sizeof zeros < BOMB_BYTES ? Z_NO_FLUSH : Z_FINISH);
    }
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %lu\r\n\r\n",
             z.total_out);
    bool good = server_say(fd, head) && server_write(fd, (char *)packed, z.total_out);
    deflateEnd(&z);
    free(packed);
    return good;
}

/* Answers one request. False: the connection is over. */
static bool server_behave(struct visit *visit, const char *path, const char *request)
{
    int fd = visit->fd;
    char text[4096];
    if (!strncmp(path, "/echo", 5))
        return server_answer(fd, "200 OK", "", strncmp(request, "HEAD", 4) == 0 ? NULL : request);
    if (!strncmp(path, "/status/", 8)) { /* /status/429 or /status/429/what Retry-After says, _ for a space */
        text[0] = '\0';
        if (path[11] == '/') {
            snprintf(text, sizeof text, "Retry-After: %s\r\n", path + 12);
            for (char *p = text; *p; p++)
                *p = *p == '_' ? ' ' : *p;
        }
        char status[16];
        snprintf(status, sizeof status, "%.3s Said", path + 8);
        return server_answer(fd, status, text, "{\"said\":true}");
    }
    if (!strncmp(path, "/to/", 4)) { /* /to/302/where */
        char status[16];
        snprintf(status, sizeof status, "%.3s Moved", path + 4);
        snprintf(text, sizeof text, "Location: %s\r\n", path + 8);
        return server_answer(fd, status, text, "moved");
    }
    if (!strcmp(path, "/token")) { /* tok-1, tok-2 … */
        snprintf(text, sizeof text, "{\"access_token\":\"tok-%d\",\"expires_in\":3600}",
                 atomic_load(&visit->server->requests));
        return server_answer(fd, "200 OK", "", text);
    }
    if (!strcmp(path, "/silent"))
        return server_stall(fd);
    if (!strcmp(path, "/slow"))
        return server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfour") && server_stall(fd);
    if (!strcmp(path, "/cut"))
        return server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfour") && false;
    if (!strcmp(path, "/cut-429"))
        return server_say(fd, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nfour") && false;
    if (!strcmp(path, "/longer")) /* than it says: what comes after it is nobody's */
        return server_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfourHTTP/1.1 200 OK\r\n\r\n") && false;
    if (!strcmp(path, "/chunks-cut"))
        return server_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n") && false;
    if (!strcmp(path, "/chunks-lie"))
        return server_say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n") && false;
    if (!strcmp(path, "/garbage"))
        return server_say(fd, "220 smtp here\r\n") && false;
    if (!strcmp(path, "/endless")) {
        bool good = server_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
        while (good)
            good = server_say(fd, "and so on and so on and so on and so on and so on\n");
        return false;
    }
    if (!strcmp(path, "/headers")) {
        bool good = server_say(fd, "HTTP/1.1 200 OK\r\n");
        while (good)
            good = server_say(fd, "X-More: and so on and so on and so on\r\n");
        return false;
    }
    if (!strcmp(path, "/continue")) {
        bool good = true;
        while (good)
            good = server_say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
        return false;
    }
    if (!strcmp(path, "/bomb"))
        return server_bomb(fd);
    if (!strcmp(path, "/drop"))
        return false;
    if (!strcmp(path, "/once-a-connection") && visit->requests > 1)
        return false;
    return server_answer(fd, "200 OK", "X-Kind: plain\r\nETag: \"one\"\r\n", "fine");
}

static void *server_visit(void *data)
{
    struct visit *visit = data;
    char *request = calloc(1, SERVER_REQUEST_BYTES);
    size_t have = 0;
    for (;;) {
        char *end;
        while (!(end = strstr(request, "\r\n\r\n"))) {
            ssize_t n = recv(visit->fd, request + have, SERVER_REQUEST_BYTES - 1 - have, 0);
            if (n <= 0)
                goto gone;
            have += (size_t)n;
            request[have] = '\0';
        }
        const char *length = strcasestr(request, "\r\nContent-Length:");
        size_t whole = (size_t)(end - request) + 4 + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
        while (have < whole) {
            ssize_t n = recv(visit->fd, request + have, SERVER_REQUEST_BYTES - 1 - have, 0);
            if (n <= 0)
                goto gone;
            have += (size_t)n;
            request[have] = '\0';
        }
        char path[2048] = "";
        sscanf(request, "%*s %2047s", path);
        const char *at = path;
        if (!strncmp(path, "http://", 7)) /* we are somebody's proxy */
            at = strchr(path + 7, '/') ? strchr(path + 7, '/') : "/";
        visit->requests++;
        pthread_mutex_lock(&visit->server->lock);
        memcpy(visit->server->last, request, have + 1);
        pthread_mutex_unlock(&visit->server->lock);
        atomic_fetch_add(&visit->server->requests, 1);
        if (!server_behave(visit, at, request))
            break;
        memmove(request, request + whole, have - whole + 1);
        have -= whole;
    }
gone:
    shutdown(visit->fd, SHUT_RDWR);
    free(request);
    free(visit);
    return NULL;
}

static void *server_run(void *data)
{
    struct server *s = data;
    for (int fd; (fd = accept(s->fd, NULL, NULL)) >= 0;) {
        struct visit *visit = malloc(sizeof *visit);
        *visit = (struct visit){.server = s, .fd = fd};
        int i = atomic_load(&s->connections);
        assert_true(i < SERVER_CONNECTIONS_MAX);
        s->fds[i] = fd;
        assert_int_equal(pthread_create(&s->threads[i], NULL, server_visit, visit), 0);
        atomic_fetch_add(&s->connections, 1);
    }
    return NULL;
}

static void server_start(struct server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    memset(s, 0, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->fd, 64), 0);
    getsockname(s->fd, (struct sockaddr *)&address, &length);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, server_run, s), 0);
}

static void server_stop(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
    for (int i = 0; i < atomic_load(&s->connections); i++) {
        shutdown(s->fds[i], SHUT_RDWR);
        pthread_join(s->threads[i], NULL);
        close(s->fds[i]);
    }
}

#endif
